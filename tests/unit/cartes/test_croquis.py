"""The sketch map: right proportions, pins that can be read, an outline cut to the frame."""

from __future__ import annotations

import math
import re

import pytest
import shapely

from tierslieux.cartes.croquis import COTE_PX, Epingle, build_croquis, write_numeros
from tierslieux.core.types import Position

BREST = Position(-4.49, 48.39)


def _build(epingles=(), **autres):
    croquis = build_croquis("Brest", "Lieux de la liste", epingles=epingles, **autres)
    assert croquis is not None
    return croquis


def _around(position: Position, est_deg: float, nord_deg: float) -> Position:
    return Position(position.lon + est_deg, position.lat + nord_deg)


def test_nothing_to_draw_gives_no_sketch() -> None:
    assert build_croquis("Vide", "", epingles=[]) is None
    assert build_croquis("Vide", "", epingles=[], contour=shapely.MultiPolygon()) is None


def test_a_lone_point_is_in_the_middle() -> None:
    croquis = _build([Epingle(1, BREST)])
    assert (croquis.marques[0].x, croquis.marques[0].y) == (COTE_PX / 2, COTE_PX / 2)


def test_north_is_up_and_east_is_right() -> None:
    croquis = _build([Epingle(1, BREST), Epingle(2, _around(BREST, 0.1, 0)), Epingle(3, _around(BREST, 0, 0.1))])
    places = {marque.texte: marque for marque in croquis.marques}
    assert places["2"].x > places["1"].x
    assert places["2"].y == places["1"].y
    assert places["3"].y < places["1"].y


@pytest.mark.parametrize("lat", [0, 48.39, -21, 60])
def test_equal_distances_are_drawn_equal_at_any_latitude(lat: float) -> None:
    # One degree of longitude is cos(lat) degrees of latitude long: these two pins are as far from the first.
    origine = Position(5, lat)
    croquis = _build(
        [
            Epingle(1, origine),
            Epingle(2, _around(origine, 0.1 / math.cos(math.radians(lat)), 0)),
            Epingle(3, _around(origine, 0, 0.1)),
        ]
    )
    places = {marque.texte: marque for marque in croquis.marques}
    est = places["2"].x - places["1"].x
    nord = places["1"].y - places["3"].y
    assert est == pytest.approx(nord, rel=0.01)


def test_every_pin_is_inside_with_a_margin() -> None:
    epingles = [Epingle(n, _around(BREST, 0.05 * n, -0.03 * n)) for n in range(1, 8)]
    for marque in _build(epingles).marques:
        assert 0.1 * COTE_PX < marque.x < 0.9 * COTE_PX
        assert 0.1 * COTE_PX < marque.y < 0.9 * COTE_PX


def test_the_scale_bar_is_true() -> None:
    # Two pins 0.1° of latitude apart are 11.12 km apart on the sphere (6,371 km × π × 0.1 / 180).
    croquis = _build([Epingle(1, BREST), Epingle(2, _around(BREST, 0, 0.1))])
    ecart_px = abs(croquis.marques[0].y - croquis.marques[1].y)
    assert croquis.echelle.distance_m == 2000
    assert croquis.echelle.longueur / ecart_px == pytest.approx(2000 / 11_119.5, rel=0.01)


def test_pins_at_one_address_share_a_mark() -> None:
    voisin = _around(BREST, 0.00001, 0)
    loin = _around(BREST, 0.05, 0)
    croquis = _build([Epingle(1, BREST), Epingle(2, voisin), Epingle(3, loin)])
    assert sorted(marque.texte for marque in croquis.marques) == ["1, 2", "3"]


@pytest.mark.parametrize(
    ("numeros", "attendu"),
    [([3], "3"), ([7, 4], "4, 7"), ([9, 10, 11], "9–11"), ([1, 4, 6], "1, 4…")],
)
def test_shared_numbers_are_written_short(numeros: list[int], attendu: str) -> None:
    assert write_numeros(numeros) == attendu


def test_the_outline_is_cut_to_the_frame() -> None:
    # A commune 1° wide around pins 1.5 km apart at most: only what is near the frame is written.
    croquis = _build([Epingle(1, BREST)], contour=shapely.box(-5, 48, -4, 49))
    nombres = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", croquis.contour)]
    assert min(nombres) >= -0.05 * COTE_PX
    assert max(nombres) <= 1.05 * COTE_PX


def test_a_small_commune_is_shown_whole() -> None:
    contour = shapely.box(-4.51, 48.38, -4.48, 48.40)
    croquis = _build([Epingle(1, BREST)], contour=contour)
    nombres = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", croquis.contour)]
    assert min(nombres) > 0
    assert max(nombres) < COTE_PX


def test_an_invalid_outline_does_not_stop_the_sketch() -> None:
    noeud = shapely.Polygon([(-4.5, 48.3), (-4.4, 48.4), (-4.4, 48.3), (-4.5, 48.4)])
    assert _build([Epingle(1, BREST)], contour=noeud).contour
