"""Plans of a study against every possible choice of candidates, each counted by opening them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from pyproj import Geod

from tests.factories.terrains import build_site, build_terrain
from tierslieux.planification.bilan import apply_gestes, compute_bilan, compute_etat
from tierslieux.planification.enums import Action, Objectif
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.optimisation.probleme import InfaisableError
from tierslieux.planification.plans import PLAFOND_MIN, build_empreinte, compute_plan, prepare
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12, sites=2)
GRAINES = range(5)


def open_sites(terrain: Terrain, etude: Etude, codes: tuple[str, ...]) -> np.ndarray:
    """Minutes of every point with these candidates open too."""
    ouvert, ouverts = apply_gestes(terrain, etude.add(*(Geste(Action.OUVRIR, code) for code in codes)))
    return compute_etat(ouvert, ouverts).durees_min


def list_codes(terrain: Terrain) -> list[str]:
    return [terrain.sites[i].code for i in terrain.candidats]


@pytest.mark.parametrize("graine", GRAINES)
def test_no_choice_of_two_serves_more(graine: int) -> None:
    terrain = build_terrain(graine)
    resultat = compute_plan(terrain, ETUDE)
    meilleur = max(
        float(terrain.poids[open_sites(terrain, ETUDE, choix) <= 12].sum())
        for choix in combinations(list_codes(terrain), 2)
    )
    assert resultat.objectif == pytest.approx(meilleur)
    assert resultat.est_optimal
    assert resultat.apres.couvert.valeur == pytest.approx(meilleur)
    assert sum(s.gain.valeur for s in resultat.sites) == pytest.approx(resultat.gain.valeur)
    assert resultat.gain.valeur == pytest.approx(resultat.apres.couvert.valeur - resultat.avant.couvert.valeur)
    # The first of the list is the one that adds most.
    gains = [s.gain.valeur for s in resultat.sites]
    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize("graine", GRAINES)
def test_what_is_lost_without_a_site_is_told(graine: int) -> None:
    terrain = build_terrain(graine)
    resultat = compute_plan(terrain, ETUDE)
    codes = [s.site.code for s in resultat.sites]
    for propose in resultat.sites:
        autres = tuple(code for code in codes if code != propose.site.code)
        reste = float(terrain.poids[open_sites(terrain, ETUDE, autres) <= 12].sum())
        assert propose.seul.valeur == pytest.approx(resultat.apres.couvert.valeur - reste)


@pytest.mark.parametrize("graine", GRAINES)
def test_the_fewest_sites_that_serve_a_share(graine: int) -> None:
    terrain = build_terrain(graine)
    tous = float(terrain.poids[open_sites(terrain, ETUDE, tuple(list_codes(terrain))) <= 12].sum())
    part = 0.9 * tous / float(terrain.poids.sum())
    resultat = compute_plan(terrain, replace(ETUDE, objectif=Objectif.PART, part=part, sites=None))
    nombre = next(
        n
        for n in range(9)
        if any(
            terrain.poids[open_sites(terrain, ETUDE, choix) <= 12].sum() >= 0.9 * tous - 1e-6
            for choix in combinations(list_codes(terrain), n)
        )
    )
    assert (len(resultat.sites), resultat.objectif, resultat.unite) == (nombre, nombre, "lieux")


@pytest.mark.parametrize("graine", GRAINES)
def test_no_choice_of_two_spares_more_travel(graine: int) -> None:
    terrain = build_terrain(graine)
    resultat = compute_plan(terrain, replace(ETUDE, objectif=Objectif.TRAJET))
    meilleur = min(
        float(terrain.poids @ np.minimum(open_sites(terrain, ETUDE, choix), PLAFOND_MIN))
        for choix in combinations(list_codes(terrain), 2)
    )
    assert resultat.objectif == pytest.approx(meilleur)


@pytest.mark.parametrize("graine", GRAINES)
def test_no_choice_of_two_brings_the_farthest_nearer(graine: int) -> None:
    terrain = build_terrain(graine)
    resultat = compute_plan(terrain, replace(ETUDE, objectif=Objectif.PIRE))
    peuples = terrain.poids > 0
    meilleur = min(
        float(open_sites(terrain, ETUDE, choix)[peuples].max()) for choix in combinations(list_codes(terrain), 2)
    )
    assert resultat.objectif == pytest.approx(meilleur)
    assert resultat.apres.pire_min == pytest.approx(meilleur)


def test_rules_are_kept() -> None:
    terrain = build_terrain(2)
    codes = list_codes(terrain)
    resultat = compute_plan(terrain, replace(ETUDE, imposes=(codes[0],), interdits=(codes[1],), sites=3))
    choisis = {s.site.code for s in resultat.sites}
    assert codes[0] in choisis
    assert codes[1] not in choisis

    ecartes = compute_plan(terrain, replace(ETUDE, espacement_km=15.0, sites=4))
    geode = Geod(ellps="GRS80")
    for un, autre in combinations(ecartes.sites, 2):
        assert geode.inv(un.site.lon, un.site.lat, autre.site.lon, autre.site.lat)[2] > 15_000

    communes = terrain.communes
    par_epci = compute_plan(terrain, replace(ETUDE, par_epci=True, sites=4))
    epcis = {int(communes.rangs_epcis[terrain.sites[i].commune]) for i in terrain.candidats}
    assert {int(communes.rangs_epcis[s.site.commune]) for s in par_epci.sites} == epcis


def test_priority_people_weigh_more_but_count_once() -> None:
    terrain = build_terrain(3)
    pesees = replace(terrain, priorites=np.where(terrain.points.commune < 10, 2.0, 1.0))
    resultat = compute_plan(pesees, ETUDE)
    etat = compute_etat(terrain, terrain.list_ouverts())
    assert resultat.avant == compute_bilan(terrain, ETUDE, etat)
    couverts = open_sites(terrain, ETUDE, tuple(s.site.code for s in resultat.sites)) <= 12
    assert resultat.objectif == pytest.approx(float((pesees.poids * pesees.priorites)[couverts].sum()))


def test_a_budget_is_kept_and_what_has_no_cost_is_left_out() -> None:
    terrain = build_terrain(4, candidats=0).add(
        [build_site(f"c{k}", 3.0 + k / 10, 44.25, cout=100.0 + k) for k in range(4)]
        + [build_site("gratuit", 3.2, 44.2)]
    )
    resultat = compute_plan(terrain, replace(ETUDE, sites=None, budget=205.0))
    assert resultat.candidats == 4
    assert sum(s.site.cout or 0 for s in resultat.sites) <= 205
    with pytest.raises(InfaisableError, match="0 des 8 bâtiments candidats a un coût"):
        compute_plan(build_terrain(4), replace(ETUDE, sites=None, budget=205.0))


@pytest.mark.parametrize(
    ("etude", "message"),
    [
        (replace(ETUDE, sites=9), "9 sites sont demandés et 8 candidats"),
        (replace(ETUDE, sites=None), "combien de lieux"),
        (replace(ETUDE, objectif=Objectif.PART), "quelle part"),
        (replace(ETUDE, imposes=("ailleurs",)), "1 site est imposé et 1 n’est pas parmi les candidats, qui sont 8"),
        (replace(ETUDE, imposes=("site3", "site4", "site5")), "3 sites sont imposés et 2 sont permis"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_figures(etude: Etude, message: str) -> None:
    with pytest.raises(InfaisableError, match=message):
        compute_plan(build_terrain(1), etude)


def test_without_candidate_nor_need_no_plan_is_made_up() -> None:
    with pytest.raises(InfaisableError, match="0 bâtiment candidat"):
        prepare(build_terrain(1, candidats=0), ETUDE)
    terrain = build_terrain(1)
    with pytest.raises(InfaisableError, match="0 personne"):
        prepare(replace(terrain, poids=np.zeros(len(terrain.points))), ETUDE)


def test_a_result_is_known_by_what_it_depends_on() -> None:
    terrain = build_terrain(1)
    empreinte = build_empreinte(terrain, ETUDE)
    assert empreinte == build_empreinte(build_terrain(1), replace(ETUDE))
    assert empreinte != build_empreinte(terrain, replace(ETUDE, minutes=13))
    assert empreinte != build_empreinte(replace(terrain, empreinte="autre"), ETUDE)
