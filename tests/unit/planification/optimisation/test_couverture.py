"""Most people served, and fewest sites for a share, against every possible plan tried one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tests.oracles.plans import compute_couvert, draw_grille, is_permis, list_choix
from tierslieux.planification.optimisation.courbe import compute_courbe
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.ensemble_couvrant import solve_ensemble
from tierslieux.planification.optimisation.probleme import Booleens, InfaisableError, Instance, Regles

# Sums of floats, in another order.
PRECISION = 1e-6
SANS_REGLE = Regles()


def draw_instance(graine: int, *, avec_couts: bool = False) -> tuple[Instance, Booleens]:
    """A small instance and its table of who reaches whom: drawn pair by pair, or on a grid."""
    hasard = np.random.default_rng(graine)
    m, n = int(hasard.integers(3, 10)), int(hasard.integers(3, 25))
    if graine % 2:
        portee = draw_grille(hasard, m, n).minutes <= hasard.integers(1, 4)
    else:
        portee = hasard.random((m, n)) < hasard.uniform(0.1, 0.5)
    couts = hasard.uniform(1, 5, m) if avec_couts else None
    poids = np.round(hasard.random(n) * 100, int(hasard.integers(0, 3)))
    return Instance(csr_array(portee.astype(float)), poids, hasard.random(n) < 0.2, couts), portee


@pytest.mark.parametrize("graine", range(60))
def test_most_people_within_the_rules(graine: int) -> None:
    hasard = np.random.default_rng(graine)
    instance, portee = draw_instance(graine, avec_couts=graine % 5 == 1)
    sites_max = int(hasard.integers(1, 4))
    regles = (
        Regles(sites_max),
        Regles(sites_max, budget=float(hasard.uniform(3, 12))),
        Regles(sites_max, conflits=np.array([(0, 1), (1, 2)])),
        Regles(sites_max, imposes=(2,), groupes=((0, 1, 2),)),
        Regles(sites_max, interdits=(0,), groupes=((0, 1), (1, 2))) if sites_max < instance.candidats else Regles(1),
    )[graine % 5]
    possibles = [c for c in list_choix(instance.candidats, sites_max) if is_permis(regles, instance.couts, c)]
    if not possibles:
        with pytest.raises(InfaisableError):
            solve_couverture(instance, regles)
        return
    plan = solve_couverture(instance, regles)
    meilleur = max(compute_couvert(instance, portee, choix) for choix in possibles)
    assert plan.objectif == pytest.approx(meilleur, abs=PRECISION)
    assert plan.is_optimal
    assert is_permis(regles, instance.couts, plan.sites)
    assert plan.objectif == pytest.approx(compute_couvert(instance, portee, plan.sites), abs=PRECISION)


@pytest.mark.parametrize("graine", range(30))
def test_the_curve_is_the_plan_of_each_number(graine: int) -> None:
    instance, _ = draw_instance(1_000 + graine)
    regles = (SANS_REGLE, Regles(imposes=(1,)), Regles(conflits=np.array([(0, 1), (0, 2)])))[graine % 3]
    premier = max(1, len(regles.imposes))
    courbe = compute_courbe(instance, regles, instance.candidats)
    assert [plan.objectif for plan in courbe] == pytest.approx(
        [
            solve_couverture(instance, replace(regles, sites_max=nombre)).objectif
            for nombre in range(premier, instance.candidats + 1)
        ],
        abs=PRECISION,
    )
    assert all(plan.is_optimal for plan in courbe)
    assert all(len(plan.sites) <= nombre for nombre, plan in enumerate(courbe, premier))
    assert all(avant.objectif <= apres.objectif for avant, apres in pairwise(courbe))


def test_the_curve_starts_where_the_rules_can_be_kept() -> None:
    # Three groups without a candidate in common: no plan of one or two sites.
    instance = Instance(csr_array(np.eye(4)), np.array([4.0, 3, 2, 1]), np.zeros(4, dtype=bool))
    courbe = compute_courbe(instance, Regles(groupes=((1,), (2,), (3,))), 4)
    assert [(plan.sites, plan.objectif) for plan in courbe] == [((1, 2, 3), 6.0), ((0, 1, 2, 3), 10.0)]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_more_sites_never_cover_fewer_and_an_open_place_never_lowers_coverage(graine: int) -> None:
    instance, portee = draw_instance(graine)
    couverts = [solve_couverture(instance, Regles(nombre)).objectif for nombre in range(instance.candidats + 1)]
    assert couverts[0] == instance.poids[instance.servies].sum()
    assert all(avant <= apres + PRECISION for avant, apres in pairwise(couverts))
    ouverte = replace(instance, servies=instance.servies | portee[0])
    assert solve_couverture(ouverte, Regles(1)).objectif >= couverts[1] - PRECISION


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_closing_then_opening_again_changes_nothing(graine: int) -> None:
    instance, portee = draw_instance(graine)
    # The place of candidate 0 is open today; or it is closed, and opens again because it is imposed, one site more.
    ouverte = replace(instance, servies=instance.servies | portee[0])
    avant = solve_couverture(ouverte, Regles(2))
    apres = solve_couverture(instance, Regles(3, imposes=(0,)))
    assert apres.objectif == pytest.approx(avant.objectif, abs=PRECISION)
    assert apres.objectif >= solve_couverture(instance, Regles(2)).objectif - PRECISION


@pytest.mark.parametrize("graine", range(40))
def test_fewest_sites_or_least_money_for_a_share(graine: int) -> None:
    hasard = np.random.default_rng(2_000 + graine)
    instance, portee = draw_instance(2_000 + graine, avec_couts=graine % 4 == 1)
    part = 1.0 if graine % 5 == 0 else float(hasard.uniform(0.3, 1))
    couts = np.ones(instance.candidats) if instance.couts is None else instance.couts
    visee = part * instance.poids.sum() - PRECISION
    prix = [
        float(couts[list(choix)].sum())
        for choix in list_choix(instance.candidats, instance.candidats)
        if compute_couvert(instance, portee, choix) >= visee
    ]
    if not prix:
        with pytest.raises(InfaisableError, match="% sont demandés"):
            solve_ensemble(instance, SANS_REGLE, part)
        return
    plan = solve_ensemble(instance, SANS_REGLE, part)
    assert plan.objectif == pytest.approx(min(prix), abs=PRECISION)
    assert plan.is_optimal
    assert compute_couvert(instance, portee, plan.sites) >= visee


def test_a_share_that_only_just_holds_is_served_by_the_fewest() -> None:
    # Populations of communes, from 5 to 20,000: the solver's presolve erred on the sum of people in one row.
    hasard = np.random.default_rng(5)
    for _ in range(20):
        portee = hasard.random((25, 60)) < 0.12
        portee[:, ~portee.any(axis=0)] = hasard.random((25, 1)) < 0.5
        joignables = portee.any(axis=0)
        poids = np.round(np.exp(hasard.uniform(1.6, 9.9, joignables.sum())))
        portee = portee[:, joignables]
        instance = Instance(csr_array(portee.astype(float)), poids, np.zeros(len(poids), dtype=bool))
        plan = solve_ensemble(instance, SANS_REGLE, 1.0)
        assert portee[list(plan.sites)].any(axis=0).all()
        # One site fewer never serves everybody.
        assert solve_couverture(instance, Regles(len(plan.sites) - 1)).objectif < poids.sum()
        assert solve_ensemble(instance, SANS_REGLE, 1 - 0.5 / poids.sum()).objectif == plan.objectif


@pytest.mark.parametrize("regles", [Regles(1), Regles(budget=10.0), Regles(2, conflits=np.array([(0, 1)]))])
def test_nobody_left_to_serve_needs_no_site(regles: Regles) -> None:
    instance = Instance(csr_array(np.ones((2, 3))), np.ones(3), np.ones(3, dtype=bool), np.array([5.0, 6.0]))
    plan = solve_couverture(instance, regles)
    assert (plan.sites, plan.objectif, plan.is_optimal) == ((), 3.0, True)
    assert solve_ensemble(instance, regles, 1.0).sites == ()
    for etape in compute_courbe(instance, regles, 2, temps_max_s=5.0):
        assert etape.objectif == 3.0
