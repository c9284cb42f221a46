from __future__ import annotations

import pytest

from tierslieux.cartes.grappes import CELLULES_MAX, Grappe, Grille, build_grille, merge_proches
from tierslieux.core.types import Bbox


def test_a_box_is_cut_in_cells_of_64_pixels() -> None:
    # Zoom 2: 16 cells around the world, 22.5° of longitude each. From 0° (cell 8) to 44° (44 / 22.5 = 1.96: cell 9).
    # The equator is the limit between cells 7 and 8 from the north: floor(0.5 * 16) = 8 holds the points just south.
    assert build_grille(Bbox(0, -10, 44, 10), 2) == Grille(zoom=2, x_min=8, x_max=9, y_min=7, y_max=8)


def test_the_cells_cover_the_box() -> None:
    boite = Bbox(-4.6, 48.3, -4.3, 48.5)
    couverte = build_grille(boite, 12).bbox
    assert couverte.ouest <= boite.ouest
    assert couverte.sud <= boite.sud
    assert couverte.est >= boite.est
    assert couverte.nord >= boite.nord
    # A cell of zoom 12 is 360 / 2^14 = 0.022° wide: no more than one on each side.
    assert couverte.ouest > boite.ouest - 0.022
    assert couverte.est < boite.est + 0.022


def test_a_screen_keeps_its_zoom() -> None:
    # 1,280 x 800 pixels at zoom 9: 20 x 12.5 cells, 21 x 14 at most.
    largeur_deg = 1280 * 360 / (256 * 2**9)
    grille = build_grille(Bbox(0, 46, largeur_deg, 47.5), 9)
    assert grille.zoom == 9
    assert grille.nombre <= 21 * 15


@pytest.mark.parametrize("zoom", [0, 5, 18, 20])
def test_the_whole_world_is_counted_on_a_coarse_grid(zoom: int) -> None:
    grille = build_grille(Bbox(-180, -90, 180, 90), zoom)
    # 32 x 32 cells at zoom 3 are exactly CELLULES_MAX; zoom 2 is the coarsest.
    assert grille.zoom == (3 if zoom > 2 else 2)
    assert grille.nombre <= CELLULES_MAX


def test_clusters_whose_discs_would_cover_each_other_are_joined() -> None:
    # At zoom 5 a degree of longitude is 256 * 32 / 360 = 22.8 pixels: 1° apart is too near, 3° (68 pixels) is not.
    joints = merge_proches([Grappe(0, 45, 30), Grappe(1, 45, 10), Grappe(4, 45, 5)], 5)
    assert joints == [Grappe(0.25, 45, 40), Grappe(4, 45, 5)]


def test_a_place_alone_keeps_its_name_until_it_is_joined() -> None:
    seul = Grappe(2, 45, 1, "abc", "Le lieu", "Fablab")
    assert merge_proches([seul], 5) == [seul]
    assert merge_proches([seul, Grappe(2.1, 45, 3)], 5) == [Grappe(2.075, 45, 4)]


def test_joining_loses_no_place() -> None:
    # 400 clusters on a grid 0.3° wide, 7 pixels at zoom 5: most are joined.
    grappes = [Grappe(x * 0.3, 44 + y * 0.2, 1 + (x * y) % 7) for x in range(20) for y in range(20)]
    joints = merge_proches(grappes, 5)
    assert sum(g.nombre for g in joints) == sum(g.nombre for g in grappes)
    assert len(joints) < 40
