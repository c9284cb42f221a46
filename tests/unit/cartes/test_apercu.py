from __future__ import annotations

import pytest
import shapely

from tierslieux.cartes.apercu import COTE_PX, Cadre, build_apercu, compute_diametre_px, fit_zoom, format_compte
from tierslieux.cartes.fond import Ville
from tierslieux.cartes.grappes import Grappe
from tierslieux.core.types import Bbox, Position


def describe(grappe: Grappe) -> tuple[str, str]:
    return f"/ici/{grappe.nombre}", f"{grappe.nombre} lieux"


def test_the_middle_of_the_picture_is_the_middle_of_the_view() -> None:
    cadre = Cadre(Position(2.4, 46.6), 6)
    assert cadre.project(2.4, 46.6) == (200, 200)
    # At zoom 6 a degree of longitude is 256 * 64 / 360 = 45.5 pixels.
    assert cadre.project(3.4, 46.6) == (245.5, 200)
    x, y = cadre.project(2.4, 47.6)
    assert x == 200
    assert y < 200, "north is up"


def test_the_box_is_what_the_picture_holds() -> None:
    cadre = Cadre(Position(2.4, 46.6), 6)
    bbox = cadre.bbox
    # 400 pixels at 45.5 pixels a degree.
    assert bbox.est - bbox.ouest == pytest.approx(400 / (256 * 64 / 360))
    assert cadre.project(bbox.ouest, bbox.nord) == (0, 0)
    assert cadre.project(bbox.est, bbox.sud) == (COTE_PX, COTE_PX)


def test_metropolitan_france_fits_at_the_zoom_of_the_page() -> None:
    assert fit_zoom(Bbox(-5.2, 41.3, 9.6, 51.1)) == 5
    # Guadeloupe: 1.1° wide are 400 / 1.1 = 364 pixels a degree at most, between zoom 8 (182) and zoom 9 (364.09).
    assert fit_zoom(Bbox(-62.0, 15.7, -60.9, 16.6)) == 8


def test_outlines_names_and_discs() -> None:
    cadre = Cadre(Position(0, 0), 3)
    # At zoom 3 a degree is 5.69 pixels: the box of 20° goes from 200 - 56.9 = 143 to 257, and north from 257 to 142.6.
    apercu = build_apercu(
        cadre,
        contours=[shapely.box(-10, -10, 10, 10)],
        villes=[Ville("Nulle", 0, 0)],
        grappes=[Grappe(5, 0, 12), Grappe(30, 0, 1, "x", "Lieu", None), Grappe(90, 0, 3)],
        describe=describe,
    )
    assert apercu.contours == "M257 257l0-114-114 0 0 114z"
    assert [(d.x, d.y, d.rayon, d.texte, d.adresse) for d in apercu.disques] == [
        (228.4, 200, 16, "12", "/ici/12"),
        (370.7, 200, 10, "", "/ici/1"),
    ], "a cluster outside the picture is left out"
    assert [nom.texte for nom in apercu.noms] == ["Nulle"]


@pytest.mark.parametrize(
    ("nombre", "texte"),
    [
        (2, "2"),
        (999, "999"),
        (1_000, "1\u00a0k"),
        (1_249, "1,2\u00a0k"),
        (9_949, "9,9\u00a0k"),
        (9_950, "10\u00a0k"),
        (24_596, "25\u00a0k"),
    ],
)
def test_counts_are_short(nombre: int, texte: str) -> None:
    assert format_compte(nombre) == texte


def test_discs_grow_with_their_count() -> None:
    assert [compute_diametre_px(n) for n in (1, 2, 10, 100, 1_000, 100_000)] == [20, 26, 32, 38, 44, 44]
