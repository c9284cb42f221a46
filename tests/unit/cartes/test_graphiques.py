"""Charts: lengths that match the values, whiskers, texts within the drawing."""

from __future__ import annotations

import pytest

from tierslieux.cartes.classes import ModeClasses, build_classes
from tierslieux.cartes.graphiques import (
    LARGEUR,
    PointSerie,
    ValeurBarre,
    build_barres,
    build_distribution,
    build_serie,
)


def test_bars_are_as_long_as_their_values() -> None:
    graphique = build_barres(
        "Part",
        "Barres",
        [
            ValeurBarre("Brest", 10, "10 %", bas=8, haut=12.5, est_ici=True),
            ValeurBarre("Quimper", 5, "5 %"),
            ValeurBarre("Île-de-Sein", None, "pas de donnée"),
            ValeurBarre("Zéro", 0, "0 %"),
        ],
    )
    assert graphique is not None
    # The longest thing, 12.5, takes the 250 units of the track: 20 units a point.
    assert [barre.longueur for barre in graphique.barres] == [200, 100, None, 0]
    assert (graphique.barres[0].bas, graphique.barres[0].haut) == (160, 250)
    assert graphique.barres[0].valeur.x > 250
    assert graphique.a_intervalles
    assert [barre.est_ici for barre in graphique.barres] == [True, False, False, False]
    assert graphique.barres[2].valeur.x == 0
    hauteurs = [barre.y for barre in graphique.barres]
    assert hauteurs == sorted(hauteurs)
    assert graphique.hauteur > hauteurs[-1] + graphique.barres[-1].hauteur


def test_a_track_may_go_to_a_hundred() -> None:
    graphique = build_barres("Part", "", [ValeurBarre("Brest", 50, "50 %")], maximum=100)
    assert graphique is not None
    assert graphique.barres[0].longueur == 125
    assert not graphique.a_intervalles


def test_long_names_take_two_lines_at_most() -> None:
    nom = "Communauté d’agglomération du Pays de Saint-Malo, de Dinard, de Cancale et de bien d’autres communes encore"
    graphique = build_barres("Part", "", [ValeurBarre(nom, 1, "1"), ValeurBarre("Brest", 1, "1")])
    assert graphique is not None
    assert len(graphique.barres[0].noms) == 2
    assert graphique.barres[0].noms[1].texte.endswith("…")
    assert graphique.barres[1].noms[0].y > graphique.barres[0].y + graphique.barres[0].hauteur


def test_bars_without_values_or_below_zero() -> None:
    assert build_barres("Part", "", [ValeurBarre("Brest", None, "pas de donnée")]) is None
    assert build_barres("Part", "", []) is None
    zero = build_barres("Part", "", [ValeurBarre("Brest", 0, "0")])
    assert zero is not None
    assert zero.barres[0].longueur == 0
    with pytest.raises(ValueError, match="zero"):
        build_barres("Part", "", [ValeurBarre("Brest", -1, "−1")])


def test_a_distribution_shows_where_the_territory_stands() -> None:
    classes = build_classes([*range(1, 51), None], ModeClasses.EGALES, 5)
    graphique = build_distribution("Communes", "", classes, valeur=22, texte_ici="Brest : 22")
    assert graphique is not None
    assert [c.effectif for c in graphique.colonnes] == [c.effectif for c in classes.classes]
    assert [c.est_ici for c in graphique.colonnes] == [False, False, True, False, False]
    assert graphique.repere == "Brest : 22"
    assert all(c.y + c.hauteur == graphique.base for c in graphique.colonnes)
    assert graphique.colonnes[-1].x + graphique.colonnes[-1].largeur <= LARGEUR
    sans = build_distribution("Communes", "", classes, valeur=None, texte_ici="Brest : pas de donnée")
    assert sans is not None
    assert sans.repere == ""
    assert build_distribution("Communes", "", build_classes([None], ModeClasses.EGALES, 5)) is None


def test_a_series_is_drawn_in_the_order_of_time_from_zero() -> None:
    points = [
        PointSerie("2022", 2022, 50, "50", bas=40, haut=60),
        PointSerie("2012", 2012, 100, "100"),
        PointSerie("2017", 2017, 0, "0"),
    ]
    graphique = build_serie("Part", "", points)
    assert graphique is not None
    assert [point.libelle for point in graphique.points] == ["2012", "2017", "2022"]
    haut, zero, milieu = graphique.points
    assert zero.y == graphique.base
    assert milieu.y - haut.y == zero.y - milieu.y
    assert zero.x - haut.x == milieu.x - zero.x
    assert milieu.y_haut is not None
    assert milieu.y_bas is not None
    assert milieu.y_texte < milieu.y_haut < milieu.y < milieu.y_bas
    assert graphique.ligne == f"M{haut.x} {haut.y}L{zero.x} {zero.y}L{milieu.x} {milieu.y}"


def test_a_series_needs_two_dates() -> None:
    assert build_serie("Part", "", [PointSerie("2022", 2022, 50, "50")]) is None
    with pytest.raises(ValueError, match="one date"):
        build_serie("Part", "", [PointSerie("2022", 2022, 50, "50"), PointSerie("2022", 2022, 51, "51")])
    with pytest.raises(ValueError, match="zero"):
        build_serie("Part", "", [PointSerie("2021", 2021, -50, "50"), PointSerie("2022", 2022, 51, "51")])
