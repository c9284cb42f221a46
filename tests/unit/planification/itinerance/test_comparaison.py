"""A tour beside fixed sites at equal staff time: by hand, on a valley of five villages."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from tierslieux.planification.itinerance.comparaison import Reference, Verdict, compare
from tierslieux.planification.itinerance.parc import Conduite, Equipe, Parc, Tournees
from tierslieux.planification.optimisation.probleme import Instance


def build_chapelet(poids: list[float], *, serre: bool = False) -> Tournees:
    """Villages 10 minutes apart on one road, the depot in the first; a stop serves its own, or all when `serre`."""
    n = len(poids)
    rangs = np.arange(n)
    durees_min = 10.0 * np.abs(rangs[:, None] - rangs[None, :])
    portee = np.ones((n, n)) if serre else np.eye(n)
    instance = Instance(csr_array(portee), np.array(poids), np.zeros(n, dtype=bool))
    return Tournees(instance, Conduite.from_positions(durees_min, (0,), tuple(range(n))), Parc((Equipe(0),), 5))


def test_the_tour_wins_where_people_are_spread() -> None:
    # All five villages, 100 people each. The farthest of a day decides of its road: {5, 4} 80, {3, 2} 40, {1} 0.
    # Staff: 5 × 240 + 120 = 1,320 minutes = 22 h. A site of 20 h: one, 100 people; two would cost 40 h for 200.
    comparaison = compare(build_chapelet([100.0] * 5), Reference(heures_site=20))
    assert (comparaison.tournee.couvert, comparaison.tournee.travail_h_semaine) == (500, pytest.approx(22))
    assert (comparaison.fixes.couvert, comparaison.fixes.travail_h_semaine) == (100, 20)
    assert comparaison.suivants is not None
    assert (comparaison.suivants.couvert, comparaison.suivants.travail_h_semaine) == (200, 40)
    assert comparaison.verdict is Verdict.TOURNEE
    assert comparaison.is_devant_suivants
    # One half-day of 3 h 30 a week for each; 20 hours for those near the fixed site.
    assert (comparaison.tournee.heures_offertes, comparaison.fixes.heures_offertes) == (3.5, 20)


def test_a_fixed_site_wins_where_it_reaches_everybody() -> None:
    # One stop reaches all: one visit, at the depot, 4 hours. A site of 4 hours does the same.
    comparaison = compare(build_chapelet([100.0] * 5, serre=True), Reference(heures_site=4))
    assert comparaison.plan.demis_libres == 4
    assert (comparaison.tournee.couvert, comparaison.fixes.couvert) == (500, 500)
    assert comparaison.verdict is Verdict.EGALITE


def test_fixed_sites_win_when_the_road_eats_the_hours() -> None:
    # Five villages of 100 to visit in two half-days: 200 people, 2 × 240 + 20 = 500 minutes = 8.3 h.
    # Sites open 2 h a week: four of them, 400 people.
    t = build_chapelet([100.0] * 5)
    t = Tournees(t.instance, t.conduite, Parc((Equipe(0),), 2))
    comparaison = compare(t, Reference(heures_site=2))
    assert (comparaison.tournee.couvert, comparaison.fixes.couvert) == (200, 400)
    assert comparaison.verdict is Verdict.FIXES


def test_too_few_hours_for_a_single_site_are_said() -> None:
    comparaison = compare(build_chapelet([100.0] * 5))
    assert comparaison.verdict is Verdict.SANS_FIXE
    assert comparaison.fixes.couvert == 0
    assert comparaison.fixes.heures_offertes is None
    assert comparaison.suivants is not None
    assert comparaison.is_devant_suivants


def test_permanences_spend_no_more_hours_and_set_nothing_up() -> None:
    # The 22 hours of the tour: nothing to set up leaves 5 × 3.5 = 17.5 h of presence and 4.5 h of road, more than the
    # 2 h that the five villages take.
    comparaison = compare(build_chapelet([100.0] * 5))
    permanences = comparaison.permanences
    assert permanences is not None
    assert permanences.couvert == 500
    assert permanences.travail_h_semaine == pytest.approx(17.5 + 2)
    # A helper who lives in the last village drives there nothing.
    loin = compare(build_chapelet([0.0, 0.0, 0.0, 0.0, 100.0]), Reference(depots=(0,)))
    assert loin.permanences is not None
    assert loin.permanences.conduite_h_semaine == pytest.approx(80 / 60)
