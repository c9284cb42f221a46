"""Marks of places: where they fall, which are told apart, what the legend counts."""

from __future__ import annotations

import re

import pytest
import shapely

from tierslieux.cartes.choroplethe import AireSource, Choroplethe, Teinte, draw_carte
from tierslieux.cartes.reperes import CANDIDAT, FERME, OUVERT, PROPOSE, GroupeReperes, Repere

GENRES = {OUVERT: "ouvert", PROPOSE: "nouveau", FERME: "fermé"}


def draw(reperes: list[Repere], *aires: AireSource) -> Choroplethe:
    aires = aires or (AireSource("a", "Ici", shapely.box(3, 44, 4, 45)),)
    carte = draw_carte(
        aires,
        [Teinte("classe-0", "#ffffff", "tout")],
        lambda _: 0,
        titre="Lieux",
        description="",
        palette="palette-5",
        remarque=None,
        textes={},
        adresses={},
        contours=(),
        ici=None,
        individuelles_max=400,
        reperes=reperes,
        genres=GENRES,
    )
    assert carte is not None
    return carte


def test_a_place_is_marked_where_it_is() -> None:
    cadre = draw([Repere(3.5, 44.5, PROPOSE, "1. Mairie", "1", "x"), Repere(3.01, 44.99, OUVERT)]).cadres[0]
    propose = next(g for g in cadre.reperes if g.genre == PROPOSE).reperes[0]
    assert (propose.texte, propose.numero, propose.code) == ("1. Mairie", "1", "x")
    assert propose.x == pytest.approx(cadre.largeur / 2, rel=0.02)
    assert propose.y == pytest.approx(cadre.hauteur / 2, rel=0.02)
    ouvert = next(g for g in cadre.reperes if g.genre == OUVERT).reperes[0]
    # North west: at the left of the square, and high.
    assert ouvert.x < 0.2 * cadre.largeur
    assert ouvert.y < 0.1 * cadre.hauteur


def test_degrees_come_back_from_the_drawing() -> None:
    cadre = draw([Repere(3.25, 44.75, OUVERT)]).cadres[0]
    repere = cadre.reperes[0].reperes[0]
    assert cadre.grille.locate(repere.x, repere.y) == pytest.approx((3.25, 44.75), abs=0.001)


def test_places_out_of_the_frame_are_neither_drawn_nor_counted() -> None:
    carte = draw([Repere(3.5, 44.5, OUVERT), Repere(9, 44.5, OUVERT), Repere(55.5, -21.1, OUVERT)])
    assert [(e.libelle, e.effectif) for e in carte.legende_reperes] == [("ouvert", 1)]


def test_each_territory_has_its_own_places() -> None:
    reunion = AireSource("974", "La Réunion", shapely.box(55.2, -21.4, 55.8, -20.9))
    carte = draw(
        [Repere(3.5, 44.5, FERME), Repere(55.5, -21.1, FERME)],
        reunion,
        AireSource("a", "Ici", shapely.box(3, 44, 4, 45)),
    )
    assert [[g.effectif for g in cadre.reperes] for cadre in carte.cadres] == [[1], [1]]
    assert [(e.libelle, e.forme, e.effectif) for e in carte.legende_reperes] == [("fermé", "croix", 2)]


def test_a_crowd_of_places_is_one_shape_and_all_are_counted() -> None:
    foule = [Repere(3.1 + rang % 25 / 30, 44.1 + rang // 25 / 30, OUVERT) for rang in range(500)]
    carte = draw([*foule, foule[0]])
    groupe = carte.cadres[0].reperes[0]
    assert (groupe.reperes, groupe.effectif) == ((), 501)
    assert len(re.findall(r"M\d+ \d+h0", groupe.semis)) == 500
    assert carte.legende_reperes[0].effectif == 501


def test_a_kind_without_a_name_is_not_in_the_legend() -> None:
    assert draw([Repere(3.5, 44.5, CANDIDAT)]).legende_reperes == ()


@pytest.mark.parametrize(("nombre", "est_dense"), [(120, False), (121, True)])
def test_many_discs_are_drawn_small(nombre: int, *, est_dense: bool) -> None:
    assert GroupeReperes(OUVERT, "disque", nombre, "", ()).est_dense is est_dense
    assert not GroupeReperes(PROPOSE, "numero", nombre, "", ()).est_dense
