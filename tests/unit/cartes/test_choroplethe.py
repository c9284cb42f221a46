"""Choropleths: every area has the colour of its class, shapes are where they are, counts are those of the table."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.bivariee import build_bivariee, build_croisement
from tierslieux.cartes.choroplethe import AireSource, Choroplethe, build_choroplethe
from tierslieux.cartes.classes import ModeClasses, build_classes
from tierslieux.cartes.palettes import BIVARIEE, SEQUENTIELLES
from tierslieux.cartes.traces import encode_lignes


def _read_trace(d: str) -> list[np.ndarray]:
    """Rings or lines of a `d`, read as a browser does: each starts from where the one before did, or ended."""
    place = np.zeros(2, dtype=int)
    suites = []
    for commande, corps, fin in re.findall(r"([mM])([^mMz]*)(z?)", d):
        points = np.array([int(nombre) for nombre in re.findall(r"-?\d+", corps)]).reshape(-1, 2)
        if commande == "M":
            place = points[0]
            continue
        points[0] += place
        suite = np.cumsum(points, axis=0)
        place = suite[0] if fin else suite[-1]
        suites.append(suite)
    return suites


def _fill(d: str) -> BaseGeometry:
    """The area that the even-odd rule fills."""
    forme: BaseGeometry = shapely.Polygon()
    for anneau in _read_trace(d):
        forme = forme.symmetric_difference(shapely.Polygon(anneau).buffer(0))
    return forme


def _build_damier(cote: int, lon: float = 2.0, lat: float = 47.0, pas: float = 0.02) -> list[AireSource]:
    """Squares that share their corners, in rows from the south west."""
    return [
        AireSource(
            f"{rang:05}",
            f"Commune {rang}",
            shapely.box(lon + pas * x, lat + pas * y, lon + pas * (x + 1), lat + pas * (y + 1)),
        )
        for rang, (y, x) in enumerate((y, x) for y in range(cote) for x in range(cote))
    ]


def _draw(aires, valeurs, **autres) -> Choroplethe:
    classes = build_classes([valeurs.get(aire.code) for aire in aires], ModeClasses.QUANTILES, 5, unite="%")
    carte = build_choroplethe(aires, valeurs, classes, titre="Part", description="Par commune", **autres)
    assert carte is not None
    return carte


def test_few_areas_are_shapes_of_their_own_with_text_and_link() -> None:
    aires = _build_damier(3)
    valeurs: dict[str, float | None] = {aire.code: float(rang) for rang, aire in enumerate(aires)}
    valeurs["00004"] = None
    carte = _draw(aires, valeurs, textes={"00000": "Brest : 0 %"}, adresses={"00000": "/territoires/commune/00000"})
    formes = [(groupe.css, forme) for groupe in carte.cadres[0].groupes for forme in groupe.formes]
    assert len(formes) == 9
    premiere = next((css, forme) for css, forme in formes if forme.adresse)
    assert premiere[0] == "classe-0"
    assert (premiere[1].texte, premiere[1].adresse) == ("Brest : 0 %", "/territoires/commune/00000")
    assert [css for css, forme in formes if forme.texte == "Commune 4"] == ["sans-donnee"]
    # The south west square is at the bottom left of the drawing.
    anneau = _read_trace(premiere[1].d)[0]
    assert anneau[:, 0].max() < 0.4 * carte.cadres[0].largeur
    assert anneau[:, 1].min() > 0.6 * carte.cadres[0].hauteur


def test_merged_areas_fill_the_same_ground() -> None:
    aires = _build_damier(12)
    rng = np.random.default_rng(3)
    valeurs = {aire.code: float(v) for aire, v in zip(aires, rng.integers(0, 60, len(aires)), strict=True)}
    fondue = _draw(aires, valeurs, individuelles_max=0)
    separee = _draw(aires, valeurs, individuelles_max=1000)
    for groupe in fondue.cadres[0].groupes:
        assert len(groupe.formes) == 1
        autres = next(g for g in separee.cadres[0].groupes if g.css == groupe.css)
        attendu = shapely.union_all([_fill(forme.d) for forme in autres.formes])
        assert _fill(groupe.formes[0].d).symmetric_difference(attendu).area == pytest.approx(0, abs=1e-6)
    # Every line between two squares is either the edge of a colour or one of the lines between areas, never both.
    assert fondue.cadres[0].limites
    assert not separee.cadres[0].limites


def test_a_hole_stays_a_hole() -> None:
    anneau = shapely.box(2, 47, 2.3, 47.3).difference(shapely.box(2.1, 47.1, 2.2, 47.2))
    dedans = shapely.box(2.1, 47.1, 2.2, 47.2)
    aires = [AireSource("a", "Autour", anneau), AireSource("b", "Dedans", dedans)]
    for individuelles_max in (0, 10):
        carte = _draw(aires, {"a": 1.0, "b": 2.0}, individuelles_max=individuelles_max)
        autour, centre = (_fill(groupe.formes[0].d) for groupe in carte.cadres[0].groupes)
        assert autour.intersection(centre).area == 0
        assert autour.area == pytest.approx(8 * centre.area, rel=0.03)


@pytest.mark.parametrize("individuelles_max", [0, 400])
def test_counts_of_the_legend_sum_to_the_number_of_areas(individuelles_max: int) -> None:
    aires = [*_build_damier(5), AireSource("X", "Sans contour", None), AireSource("Y", "Vide", shapely.MultiPolygon())]
    valeurs: dict[str, float | None] = {aire.code: float(rang % 7) for rang, aire in enumerate(aires)}
    del valeurs["00003"]
    valeurs["00004"] = None
    carte = _draw(aires, valeurs, individuelles_max=individuelles_max)
    assert sum(entree.effectif for entree in carte.legende) == 27
    assert carte.legende[-1].libelle == "pas de donnée"
    assert carte.legende[-1].effectif == 2
    assert carte.sans_contour == 2
    assert carte.palette == "palette-5"
    assert [entree.couleur for entree in carte.legende[:-1]] == list(SEQUENTIELLES[5])


def test_without_any_shape_there_is_no_map() -> None:
    classes = build_classes([1.0], ModeClasses.QUANTILES, 5)
    assert build_choroplethe([AireSource("a", "A", None)], {"a": 1}, classes, titre="", description="") is None
    assert build_choroplethe([], {}, classes, titre="", description="") is None


def test_overseas_is_drawn_apart_at_its_own_scale() -> None:
    aires = [
        AireSource("29", "Finistère", shapely.box(-4.7, 47.8, -3.4, 48.7)),
        AireSource("974", "La Réunion", shapely.box(55.2, -21.4, 55.8, -20.9)),
        AireSource("973", "Guyane", shapely.box(-54.5, 2.2, -51.7, 5.8)),
    ]
    carte = _draw(aires, {"29": 1.0, "974": 2.0, "973": 3.0}, ici="974")
    assert [cadre.nom for cadre in carte.cadres] == ["France métropolitaine", "Guyane", "La Réunion"]
    assert [sum(len(g.formes) for g in cadre.groupes) for cadre in carte.cadres] == [1, 1, 1]
    assert [bool(cadre.ici) for cadre in carte.cadres] == [False, False, True]
    # Alone, La Réunion is the main frame.
    assert [cadre.nom for cadre in _draw(aires[1:2], {"974": 2.0}).cadres] == ["La Réunion"]


@pytest.mark.parametrize(("lon", "lat"), [(2.0, 47.0), (55.3, -21.2), (-61.0, 14.6), (-52.5, 4.0)])
def test_distances_are_true(lon: float, lat: float) -> None:
    # A square 22 km high: one degree of latitude is 111 km, to 1 % anywhere in France.
    carte = _draw([AireSource("a", "A", shapely.box(lon, lat, lon + 0.2, lat + 0.2))], {"a": 1.0})
    cadre = carte.cadres[0]
    ring = _read_trace(cadre.groupes[0].formes[0].d)[0]
    px_par_m = cadre.echelle.longueur / cadre.echelle.distance_m
    assert np.ptp(ring[:, 1]) / px_par_m == pytest.approx(22_200, rel=0.02)
    assert np.ptp(ring[:, 0]) / px_par_m == pytest.approx(22_200 * np.cos(np.radians(lat)), rel=0.03)


def test_a_place_too_small_for_the_grid_can_still_be_pointed_at() -> None:
    aires = [
        AireSource("a", "Grande", shapely.box(0, 45, 5, 49)),
        AireSource("b", "Île", shapely.box(-2, 46, -1.9995, 46.0004)),
    ]
    carte = _draw(aires, {"a": 1.0, "b": 2.0})
    assert all(forme.d for groupe in carte.cadres[0].groupes for forme in groupe.formes)


def test_a_far_or_swapped_position_does_not_break_the_map() -> None:
    aires = [*_build_damier(3), AireSource("loin", "Lat et lon inversés", shapely.box(48, 2, 48.1, 2.1))]
    carte = _draw(aires, {aire.code: 1.0 for aire in aires})
    assert len(carte.cadres) == 1


def test_outlines_above_are_drawn_once() -> None:
    # Two boxes 10 wide and 20 high, side by side: three sides of 20 and four of 10.
    voisins = np.array([shapely.box(0, 0, 10, 20), shapely.box(10, 0, 20, 20)], dtype=object)
    lignes = _read_trace(encode_lignes(voisins))
    assert sum(int(np.abs(np.diff(ligne, axis=0)).sum()) for ligne in lignes) == 100

    aires = _build_damier(2)
    carte = _draw(aires, {aire.code: 1.0 for aire in aires}, contours=[shapely.box(2, 47, 2.04, 47.04)])
    assert carte.cadres[0].contours
    assert not _draw(aires, {aire.code: 1.0 for aire in aires}).cadres[0].contours


def test_crossed_map_names_the_places_bad_in_both() -> None:
    aires = _build_damier(3)
    codes = [aire.code for aire in aires]
    x: dict[str, float | None] = {code: float(rang) for rang, code in enumerate(codes)}
    y: dict[str, float | None] = {code: float(rang % 3) for rang, code in enumerate(codes)}
    y[codes[0]] = None
    croisement = build_croisement(codes, x, y, unite_x="%", unite_y="min")
    # Codes 1 to 8 by thirds: 1 2 (and 3) | middle | 6 7 8; y is 2 for codes 2, 5 and 8: only 8 is high in both.
    assert croisement.pires == (codes[8],)
    assert croisement.sans_donnee == 1
    assert sum(map(sum, croisement.effectifs)) == 8

    bivariee = build_bivariee(aires, croisement, titre="T", description="D", titre_x="X", titre_y="Y")
    assert bivariee is not None
    assert [[case.effectif for case in ligne] for ligne in bivariee.lignes[::-1]] == [
        list(r) for r in croisement.effectifs
    ]
    assert bivariee.lignes[0][-1].couleur == BIVARIEE[2][2]
    assert bivariee.lignes[-1][0].css == "case-0-0"
    assert sum(entree.effectif for entree in bivariee.carte.legende) == 9
    css = Counter(groupe.css for groupe in bivariee.carte.cadres[0].groupes for _ in groupe.formes)
    assert css["case-2-2"] == 1
    assert css["sans-donnee"] == 1


def test_a_figure_that_many_share_crosses_in_fewer_classes() -> None:
    codes = [str(rang) for rang in range(9)]
    x: dict[str, float | None] = dict.fromkeys(codes, 0.0)
    x["8"] = 5.0
    y: dict[str, float | None] = {code: float(rang) for rang, code in enumerate(codes)}
    croisement = build_croisement(codes, x, y)
    assert len(croisement.x.classes) == 2
    assert croisement.pires == ("8",)
    assert build_croisement(codes, dict.fromkeys(codes, 0.0), y).pires == ()
    assert build_croisement(codes, {}, y).sans_donnee == 9
