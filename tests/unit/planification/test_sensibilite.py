"""Whether a plan survives what is not known, against every possible plan and against the interval of the model."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_site, build_terrain
from tierslieux.planification.bilan import compute_etat, count
from tierslieux.planification.enums import Objectif
from tierslieux.planification.etude import Etude
from tierslieux.planification.plans import compute_plan, prepare
from tierslieux.planification.rapports.sensibilite import (
    Famille,
    Sensibilite,
    choose_effort,
    compute_sensibilite,
    value_scenario,
)
from tierslieux.planification.rapports.tirages import draw_besoins
from tierslieux.planification.terrain import Couche, Terrain
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12, sites=2)


def question(terrain: Terrain, etude: Etude = ETUDE) -> tuple[list[str], Sensibilite]:
    """(codes of the plan, its answers)."""
    codes = [propose.site.code for propose in compute_plan(terrain, etude).sites]
    return codes, compute_sensibilite(terrain, etude, codes)


def count_gagnes(terrain: Terrain, codes: tuple[str, ...], limite: float, poids: np.ndarray) -> float:
    """People newly served by hand: point by point, site by site."""
    ouverts = terrain.list_ouverts()
    avant = compute_etat(terrain, ouverts).durees_min
    for code in codes:
        ouverts[terrain.find_rang(code)] = True
    apres = compute_etat(terrain, ouverts).durees_min
    return sum(p for p, la, ici in zip(poids, avant, apres, strict=True) if la > limite >= ici)


def find_meilleure(terrain: Terrain, limite: float, poids: np.ndarray, sauf: str | None = None) -> float:
    codes = [terrain.sites[i].code for i in terrain.candidats if terrain.sites[i].code != sauf]
    return max(count_gagnes(terrain, paire, limite, poids) for paire in itertools.combinations(codes, 2))


def find_part_possible(terrain: Terrain) -> float:
    """The share served when every candidate opens."""
    apres = compute_plan(terrain, replace(ETUDE, sites=6)).apres
    return apres.couvert.valeur / apres.besoin.valeur


@pytest.mark.parametrize("graine", [0, 3])
def test_each_case_is_valued_beside_the_best_of_all_plans(graine: int) -> None:
    terrain = build_terrain(graine, communes=12, candidats=6)
    codes, sensibilite = question(terrain)
    cas = {variante.nom: variante for variante in sensibilite.variantes}
    # Speeds a fifth lower: every journey takes 1 / 0.8 as long, which is a limit of 9.6 minutes.
    limites = {
        "Vitesses plus lentes de 20 %": 9.6,
        "Vitesses plus rapides de 20 %": 14.4,
        "7 minutes au lieu de 12": 7,
        "17 minutes au lieu de 12": 17,
    }
    for nom, limite in limites.items():
        assert cas[nom].valeur == pytest.approx(count_gagnes(terrain, tuple(codes), limite, terrain.poids)), nom
        assert cas[nom].meilleure == pytest.approx(find_meilleure(terrain, limite, terrain.poids)), nom
        assert cas[nom].est_prouvee
    assert sensibilite.valeur == pytest.approx(find_meilleure(terrain, 12, terrain.poids))
    for retrait in sensibilite.retraits:
        sans = find_meilleure(terrain, 12, terrain.poids, retrait.site.code)
        assert retrait.perte == pytest.approx(sensibilite.valeur - sans)
        assert retrait.site.code not in {site.code for site in retrait.remplacants}
    assert [retrait.site.code for retrait in sensibilite.retraits] == codes


def test_needs_go_to_the_ends_of_the_interval_of_each_commune() -> None:
    terrain = build_terrain(3, communes=12, candidats=6)
    codes, sensibilite = question(terrain)
    bas = next(v for v in sensibilite.variantes if v.nom == "Toutes les communes au bas de leur intervalle")
    poids = np.zeros(len(terrain.points))
    for rang in range(len(terrain.rangs) - 1):  # the last one is not known
        ici = terrain.points.commune == rang
        compte = count(terrain, ETUDE, ici)
        poids[ici] = terrain.points.part[ici] * compte.bas
    assert bas.famille is Famille.BESOIN
    assert bas.valeur == pytest.approx(count_gagnes(terrain, tuple(codes), 12, poids), rel=1e-6)


def test_a_site_stays_as_often_as_it_is_in_the_best_list() -> None:
    codes, sensibilite = question(build_terrain(3, communes=12, candidats=6))
    assert sensibilite.questions == 6 + 50
    assert [site.code for site, _ in sensibilite.restes] == codes
    for site, reste in sensibilite.restes:
        assert reste == sum(site.code in variante.gardes for variante in sensibilite.toutes)
        assert 0 <= reste <= sensibilite.questions
    pire = sensibilite.pire
    assert pire is not None
    assert pire.part_gardee == min(v.part_gardee for v in sensibilite.toutes)
    assert 0 <= pire.part_gardee <= 1


def test_a_twin_at_the_same_address_changes_nothing() -> None:
    terrain = build_terrain(3, communes=12, candidats=6)
    codes, seule = question(terrain)
    jumeau = terrain.sites[terrain.find_rang(codes[0])]
    sites = (*terrain.sites, build_site("jumeau", jumeau.lon, jumeau.lat))
    double = replace(
        terrain,
        sites=sites,
        couches=(Couche.build(sites, np.arange(len(sites)), terrain.points, terrain.mode, None),),
    )
    avec = compute_sensibilite(double, ETUDE, codes)
    assert dict(avec.restes)[jumeau] == dict(seule.restes)[jumeau]
    retrait = next(r for r in avec.retraits if r.site == jumeau)
    assert retrait.perte == pytest.approx(0, abs=1e-6)
    assert [site.code for site in retrait.remplacants] == ["jumeau"]


def test_the_same_question_has_the_same_answer() -> None:
    terrain = build_terrain(5)
    assert question(terrain) == question(terrain)


def test_draws_spread_as_the_interval_of_the_model_says() -> None:
    terrain = build_terrain(1, communes=40)
    tires = np.array(list(draw_besoins(terrain.communes, terrain.rangs, 600)))
    assert np.isnan(tires[:, -1]).all()
    totaux = np.nansum(tires, axis=1)
    attendu = count(terrain, ETUDE, np.ones(len(terrain.points), dtype=bool))
    assert totaux.mean() == pytest.approx(attendu.valeur, rel=0.01)
    # Nine draws in ten within an interval that nine in ten are said to be in; 600 draws are right to 4 %.
    dedans = ((totaux >= attendu.bas) & (totaux <= attendu.haut)).mean()
    assert dedans == pytest.approx(0.9, abs=0.04)


def test_people_who_are_counted_are_not_drawn() -> None:
    etude = replace(ETUDE, besoin="actifs_occupes")
    _, sensibilite = question(build_terrain(2), etude)
    assert sensibilite.sans_besoin
    assert sensibilite.tirages == ()
    assert {variante.famille for variante in sensibilite.variantes} == {Famille.VITESSE, Famille.LIMITE}


@pytest.mark.parametrize("objectif", [Objectif.TRAJET, Objectif.PIRE, Objectif.PART])
def test_other_aims_are_questioned_too(objectif: Objectif) -> None:
    terrain = build_terrain(3, communes=12, candidats=6)
    etude = replace(ETUDE, objectif=objectif)
    if objectif is Objectif.PART:
        etude = replace(etude, part=0.9 * find_part_possible(terrain), sites=None)
    _, sensibilite = question(terrain, etude)
    assert sensibilite.unite == ("personnes" if objectif is Objectif.PART else "minutes")
    assert sensibilite.questions
    for variante in sensibilite.toutes:
        assert variante.meilleure >= variante.valeur >= 0
        assert variante.famille is not Famille.LIMITE or objectif is Objectif.PART
    if objectif is Objectif.PIRE:
        assert sensibilite.tirages == ()


def test_a_case_without_answer_is_told_and_not_counted() -> None:
    terrain = build_terrain(3, communes=12, candidats=6)
    etude = replace(ETUDE, objectif=Objectif.PART, part=find_part_possible(terrain) - 1e-6, sites=None)
    _, sensibilite = question(terrain, etude)
    assert "Vitesses plus lentes de 20 %" in sensibilite.impossibles
    assert all(v.nom not in sensibilite.impossibles for v in sensibilite.toutes)


def test_an_imposed_site_is_not_taken_away() -> None:
    terrain = build_terrain(3, communes=12, candidats=6)
    impose = terrain.sites[terrain.candidats[0]].code
    etude = replace(ETUDE, imposes=(impose,))
    codes, sensibilite = question(terrain, etude)
    assert impose in codes
    assert impose not in {retrait.site.code for retrait in sensibilite.retraits}
    assert sensibilite.retraits_omis == len(codes) - len(sensibilite.retraits)


def test_large_studies_are_asked_less() -> None:
    petite = prepare(build_terrain(0), ETUDE)
    effort = choose_effort(petite)
    assert (effort.tirages, effort.retraits) == (50, 20)
    part = choose_effort(replace(petite, etude=replace(ETUDE, objectif=Objectif.PART, part=0.5)))
    assert part.tirages < effort.tirages
    reglee = choose_effort(replace(petite, etude=replace(ETUDE, espacement_km=5.0)))
    assert (reglee.tirages, reglee.retraits) == (5, 0)


def test_a_scenario_is_valued_as_it_is() -> None:
    terrain = build_terrain(3, communes=12, candidats=6)
    avant = terrain.list_ouverts()
    apres = avant.copy()
    apres[terrain.candidats[:2]] = True
    apres[0] = False
    cas = {v.nom: v for v in value_scenario(terrain, ETUDE, compute_etat(terrain, avant), compute_etat(terrain, apres))}
    la, ici = compute_etat(terrain, avant).durees_min, compute_etat(terrain, apres).durees_min
    gagnes = sum(p for p, d, e in zip(terrain.poids, la, ici, strict=True) if d > 17 >= e)
    perdus = sum(p for p, d, e in zip(terrain.poids, la, ici, strict=True) if e > 17 >= d)
    assert (cas["17 minutes au lieu de 12"].gagnes, cas["17 minutes au lieu de 12"].perdus) == pytest.approx(
        (gagnes, perdus)
    )
