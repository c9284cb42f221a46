"""What can be changed in a scenario: clicks on the map, what each place is worth, counted one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_terrain
from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.bilan import apply_gestes
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import Evaluation, evaluate
from tierslieux.planification.simulation.gestes import (
    compute_pertes,
    find_candidats,
    follow_clic,
    keep_valides,
    list_fermables,
    list_gains,
    list_meilleurs,
    list_par_perte,
)
from tierslieux.planification.simulation.params import Clic, DemandeSimulation
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12)
GRAINES = range(4)
TERRAIN = build_terrain(1)
# Open places are the first three sites, candidates the next ones.
OUVERT, CANDIDAT = TERRAIN.sites[0], TERRAIN.sites[5]
LIBRE = (3.1, 44.1)


def click(etude: Etude, lon: float, lat: float, *, candidats: tuple[int, ...] = (), rayon_m: float = 300) -> Etude:
    return follow_clic(evaluate(TERRAIN, etude), candidats, Clic(lon, lat, rayon_m))


def drag(etude: Etude, depuis: tuple[float, float], vers: tuple[float, float]) -> Etude:
    return follow_clic(evaluate(TERRAIN, etude), (), Clic(*depuis, 300, vers))


# --- Clicks ----------------------------------------------------------------------------------------------------------


def test_a_click_where_nothing_stands_opens_a_place_there() -> None:
    assert click(ETUDE, *LIBRE).gestes == (Geste(Action.OUVRIR, None, *LIBRE),)


def test_a_click_on_what_was_just_opened_takes_it_back() -> None:
    assert click(click(ETUDE, *LIBRE), *LIBRE) == ETUDE


def test_a_click_closes_an_open_place_and_another_one_opens_it_again() -> None:
    fermee = click(ETUDE, OUVERT.lon, OUVERT.lat)
    assert fermee.gestes == (Geste(Action.FERMER, OUVERT.code),)
    assert click(fermee, OUVERT.lon, OUVERT.lat) == ETUDE


def test_a_click_near_a_mark_means_it_and_farther_means_the_ground() -> None:
    # 0.001 degree of latitude is 111 m.
    assert click(ETUDE, OUVERT.lon, OUVERT.lat + 0.001, rayon_m=120).gestes[0].action is Action.FERMER
    assert click(ETUDE, OUVERT.lon, OUVERT.lat + 0.001, rayon_m=100).gestes[0].action is Action.OUVRIR


def test_a_click_on_a_candidate_opens_it_only_when_it_is_on_the_map() -> None:
    montre = click(ETUDE, CANDIDAT.lon, CANDIDAT.lat, candidats=(5,))
    assert montre.gestes == (Geste(Action.OUVRIR, CANDIDAT.code),)
    assert click(montre, CANDIDAT.lon, CANDIDAT.lat) == ETUDE
    assert click(ETUDE, CANDIDAT.lon, CANDIDAT.lat).gestes[0].code is None


def test_a_place_that_is_dragged_moves_and_goes_back_when_its_old_mark_is_clicked() -> None:
    deplacee = drag(ETUDE, (OUVERT.lon, OUVERT.lat), LIBRE)
    assert deplacee.gestes == (Geste(Action.DEPLACER, OUVERT.code, *LIBRE),)
    evaluation = evaluate(TERRAIN, deplacee)
    assert [site.code for site in evaluation.sites_fermes] == [OUVERT.code]
    assert [(site.lon, site.lat, site.nom) for site in evaluation.sites_ouverts] == [(*LIBRE, OUVERT.nom)]
    assert click(deplacee, OUVERT.lon, OUVERT.lat) == ETUDE
    assert click(deplacee, *LIBRE) == ETUDE


def test_a_point_that_is_dragged_keeps_its_place_among_the_changes() -> None:
    deux = ETUDE.add(Geste(Action.OUVRIR, None, *LIBRE), Geste(Action.FERMER, OUVERT.code))
    assert drag(deux, LIBRE, (3.2, 44.2)).gestes == (
        Geste(Action.OUVRIR, None, 3.2, 44.2),
        Geste(Action.FERMER, OUVERT.code),
    )


def test_a_building_does_not_move_its_place_opens_elsewhere() -> None:
    ouverte = ETUDE.add(Geste(Action.OUVRIR, CANDIDAT.code))
    assert drag(ouverte, (CANDIDAT.lon, CANDIDAT.lat), LIBRE).gestes == (Geste(Action.OUVRIR, None, *LIBRE),)


def test_dragging_nothing_is_refused_with_words() -> None:
    with pytest.raises(InvalidInputError, match="un lieu ouvert à cet endroit"):
        drag(ETUDE, LIBRE, (3.2, 44.2))


# --- Changes that cannot be made -------------------------------------------------------------------------------------


def test_changes_that_cannot_be_made_are_left_out_and_said() -> None:
    gestes = (
        Geste(Action.FERMER, OUVERT.code),
        Geste(Action.FERMER, "inconnu"),
        Geste(Action.OUVRIR, None, 2.35, 48.85),
    )
    etude, erreurs = keep_valides(TERRAIN, replace(ETUDE, gestes=gestes))
    assert etude.gestes == gestes[:1]
    assert len(erreurs) == 2
    assert "«\u00a0inconnu\u00a0» n’est celui d’aucun lieu ouvert" in erreurs[0]
    # Paris is some 480 km from Lozère.
    assert "4" in erreurs[1]
    assert "km des premiers habitants" in erreurs[1]


@pytest.mark.parametrize(
    ("args", "mot"),
    [
        ({"clic": ["3.5"]}, "position"),
        ({"clic": ["500,44"]}, "position"),
        ({"clic": ["3,44"], "rayon_m": ["-1"]}, "rayon_m"),
        ({"clic": ["3,44"], "rayon_m": ["99999"]}, "rayon_m"),
        ({"clic": ["3,44"], "vers": ["la"]}, "position"),
        ({"ajouter": ["ouvrir"]}, "geste"),
        ({"page": ["0"]}, "page"),
        ({"deplacer": ["<b>"]}, "deplacer"),
    ],
)
def test_a_request_without_sense_says_which_value(args: dict[str, list[str]], mot: str) -> None:
    demande = DemandeSimulation.from_args(args)
    assert len(demande.erreurs) == 1
    assert demande.erreurs[0].startswith(f"«\u00a0{mot}\u00a0»")
    assert not demande.est_action


# --- What each place is worth ----------------------------------------------------------------------------------------


def open_some(terrain: Terrain) -> Evaluation:
    """A scenario with a point, a candidate that opens and a place that closes."""
    gestes = (Geste(Action.OUVRIR, "site4"), Geste(Action.OUVRIR, None, *LIBRE), Geste(Action.FERMER, "site1"))
    return evaluate(terrain, ETUDE.add(*gestes))


@pytest.mark.parametrize("graine", GRAINES)
def test_what_a_place_alone_serves_is_what_is_lost_when_it_closes(graine: int) -> None:
    evaluation = open_some(build_terrain(graine))
    ouverts = evaluation.etat_apres.ouverts
    pertes = compute_pertes(evaluation.terrain, ETUDE, ouverts)
    rangs = list_fermables(evaluation.terrain, ouverts).tolist()
    assert len(rangs) == 4
    for valeur in list_par_perte(evaluation.terrain, ETUDE, ouverts, rangs):
        sans = ouverts.copy()
        sans[valeur.rang] = False
        _, durees_min = evaluation.terrain.find_proches(sans)
        perdus = evaluation.terrain.poids[(evaluation.etat_apres.durees_min <= 12) & (durees_min > 12)].sum()
        assert valeur.gens.valeur == pytest.approx(perdus)
        assert pertes[valeur.rang] == pytest.approx(perdus)


@pytest.mark.parametrize("graine", GRAINES)
def test_what_a_candidate_gains_is_what_opening_it_gives(graine: int) -> None:
    evaluation = open_some(build_terrain(graine))
    candidats = find_candidats(
        evaluation.terrain, evaluation.etude, evaluation.etat_apres.ouverts, evaluation.etat_avant.ouverts
    )
    # Eight candidates, one of which is open.
    assert len(candidats.rangs) == 7
    gains = list_gains(evaluation, candidats, range(7))
    for valeur in gains:
        apres = evaluate(build_terrain(graine), evaluation.etude.add(Geste(Action.OUVRIR, valeur.site.code)))
        assert valeur.gens.valeur == pytest.approx(apres.apres.couvert.valeur - evaluation.apres.couvert.valeur)
    meilleurs = list_meilleurs(evaluation, candidats, 3)
    attendus = sorted((valeur.gens.valeur for valeur in gains if valeur.gens.valeur), reverse=True)[:3]
    assert [valeur.gens.valeur for valeur in meilleurs] == pytest.approx(attendus)


def test_free_points_of_another_scenario_leave_no_trace_on_what_is_kept() -> None:
    terrain = build_terrain(2)
    autre, ouverts = apply_gestes(terrain, ETUDE.add(Geste(Action.OUVRIR, None, *LIBRE)))
    avec = find_candidats(autre, ETUDE.add(Geste(Action.OUVRIR, None, *LIBRE)), ouverts, autre.list_ouverts())
    sans = find_candidats(terrain, ETUDE, terrain.list_ouverts(), terrain.list_ouverts())
    np.testing.assert_array_equal(avec.rangs, sans.rangs)
    assert (avec.portees != sans.portees).nnz == 0
    assert (sans.portees != terrain.build_temps(sans.rangs, 12.0)).nnz == 0
