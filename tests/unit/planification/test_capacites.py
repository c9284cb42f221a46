"""Plans whose new places serve only so many people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories.terrains import build_terrain
from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.courbes import compute_courbe
from tierslieux.planification.enums import Objectif, Priorite
from tierslieux.planification.etude import Etude
from tierslieux.planification.plans import compute_plan, prepare, read_resultat
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", sites=2, minutes=15)


@pytest.fixture(scope="module")
def terrain() -> Terrain:
    return build_terrain(3, communes=30, ouverts=1, candidats=10)


def limit(terrain: Terrain, capacite: float) -> Terrain:
    """The same ground whose first candidate has a capacity of its own."""
    premier = terrain.nombre_ouverts
    sites = [replace(s, capacite=capacite) if i == premier else s for i, s in enumerate(terrain.sites)]
    return replace(terrain, sites=tuple(sites))


def test_room_for_all_changes_nothing(terrain: Terrain) -> None:
    sans = compute_plan(terrain, ETUDE)
    avec = compute_plan(terrain, replace(ETUDE, capacite=1e6))
    assert avec.gain.valeur == pytest.approx(sans.gain.valeur)
    assert (avec.gain.bas, avec.gain.haut) == pytest.approx((sans.gain.bas, sans.gain.haut))
    assert avec.objectif == pytest.approx(sans.objectif)


def test_little_room_is_all_taken_and_the_others_are_counted(terrain: Terrain) -> None:
    resultat = compute_plan(terrain, replace(ETUDE, capacite=10))
    assert resultat.est_optimal
    assert [site.gain.valeur for site in resultat.sites] == pytest.approx([10, 10])
    assert resultat.gain.valeur == pytest.approx(20)
    a_portee = resultat.apres.couvert.valeur - resultat.avant.couvert.valeur
    assert f"{a_portee - 20:.0f} n’ont pas de place" in resultat.remarques[-1]


def test_a_building_of_a_table_has_its_own_room(terrain: Terrain) -> None:
    code = terrain.sites[terrain.nombre_ouverts].code
    etude = replace(ETUDE, sites=1, imposes=(code,))
    seul = compute_plan(terrain, etude).gain.valeur
    assert seul > 5
    assert compute_plan(limit(terrain, 5.0), etude).gain.valeur == pytest.approx(5)
    assert compute_plan(limit(terrain, 5.0), replace(etude, capacite=50)).gain.valeur == pytest.approx(5)


def test_what_a_job_has_written_is_read_back(terrain: Terrain) -> None:
    for etude in (ETUDE, replace(ETUDE, capacite=10), replace(ETUDE, objectif=Objectif.PIRE)):
        ecrit = compute_plan(terrain, etude).to_json()
        lu = read_resultat(terrain, etude, ecrit).to_json()
        assert lu | {"gap": 0} == ecrit | {"gap": 0}


def test_the_curve_keeps_to_the_room(terrain: Terrain) -> None:
    gains = [r.gain.valeur for r in compute_courbe(terrain, replace(ETUDE, capacite=10), 3)]
    assert gains == pytest.approx([10, 20, 30])
    libres = [r.gain.valeur for r in compute_courbe(terrain, ETUDE, 3)]
    seuls = [compute_plan(terrain, replace(ETUDE, sites=nombre)).gain.valeur for nombre in (1, 2, 3)]
    assert libres == pytest.approx(seuls)
    assert len(list(compute_courbe(terrain, ETUDE, 400))) == 10  # no more sites than candidates


def test_what_cannot_be_limited_is_refused_by_name(terrain: Terrain) -> None:
    with pytest.raises(InvalidInputError) as trajet:
        compute_plan(terrain, replace(ETUDE, capacite=10, objectif=Objectif.TRAJET))
    assert trajet.value.details["champ"] == "capacite"
    with pytest.raises(InvalidInputError) as priorite:
        compute_plan(terrain, replace(ETUDE, capacite=10, priorite=Priorite.QUARTIERS))
    assert priorite.value.details["champ"] == "priorite"
    autre = compute_plan(limit(terrain, 5.0), replace(ETUDE, objectif=Objectif.TRAJET))
    assert "capacités de la table ne comptent pas" in autre.remarques[-1]


def test_coverage_then_travel_serves_as_many_with_no_more_travel(terrain: Terrain) -> None:
    simple = compute_plan(terrain, ETUDE)
    double = compute_plan(terrain, replace(ETUDE, objectif=Objectif.COUVERTURE_PUIS_TRAJET))
    assert double.objectif == pytest.approx(simple.objectif)
    assert (double.apres.duree_moyenne_min or 0) <= (simple.apres.duree_moyenne_min or 0) + 1e-9
    assert "c’est prouvé" in double.remarques[-1]


def test_a_budget_also_bounds_plans_by_travel_time(terrain: Terrain) -> None:
    sites = tuple(replace(s, cout=100.0) for s in terrain.sites)
    for objectif in (Objectif.TRAJET, Objectif.PIRE, Objectif.COUVERTURE_PUIS_TRAJET):
        etude = replace(ETUDE, sites=None, budget=250.0, objectif=objectif)
        assert len(compute_plan(replace(terrain, sites=sites), etude).sites) <= 2
        assert prepare(replace(terrain, sites=sites), etude).build_instance_temps().couts is not None
