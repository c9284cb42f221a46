from __future__ import annotations

import pytest
import shapely

from tierslieux.cartes.fond import Nom, Ville, choose_niveau, choose_villes, compute_pas_deg, encode_contour, place_noms


@pytest.mark.parametrize(
    ("zoom", "niveau"),
    [(3, "departement"), (9, "departement"), (10, "epci"), (11, "epci"), (12, "commune"), (18, "commune")],
)
def test_the_level_follows_the_zoom(zoom: int, niveau: str) -> None:
    assert choose_niveau(zoom) == niveau


def test_the_step_is_about_a_pixel() -> None:
    # 360 / (256 * 2^6) = 0.02197, 360 / (256 * 2^9) = 0.002747; one significant figure, downwards.
    assert compute_pas_deg(6) == 0.02
    assert compute_pas_deg(9) == 0.002
    assert compute_pas_deg(12) == compute_pas_deg(18) == 0.0003


def test_a_ring_is_a_start_and_steps() -> None:
    carre = shapely.MultiPolygon([shapely.box(1, 45, 2, 46)])
    (anneau,) = encode_contour(carre, 0.5)
    # box() starts at its south-east corner (2, 45) = (4, 90) in steps of 0.5, then goes north, west, south.
    assert anneau == [4, 90, 0, 2, -2, 0, 0, -2]


def test_neighbours_round_their_shared_edge_alike() -> None:
    bord = [(1.234, 45.0), (1.271, 45.4), (1.249, 46.0)]
    gauche = shapely.Polygon([(0, 45), *bord, (0, 46)])
    droite = shapely.Polygon([(3, 46), *reversed(bord), (3, 45)])

    def list_points(contour: shapely.Polygon) -> set[tuple[int, int]]:
        (anneau,) = encode_contour(contour, 0.1)
        x, y, points = 0, 0, set()
        for dx, dy in zip(anneau[::2], anneau[1::2], strict=True):
            x, y = x + dx, y + dy
            points.add((x, y))
        return points

    # 1.234 → 12, 1.271 → 13, 1.249 → 12
    assert list_points(gauche) & list_points(droite) == {(12, 450), (13, 454), (12, 460)}


def test_a_hole_is_one_more_ring_and_a_dot_is_none() -> None:
    troue = shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 6, 6)
    assert len(encode_contour(troue, 1)) == 2
    assert encode_contour(shapely.box(0, 0, 0.1, 0.1), 1) == []


def test_the_biggest_town_is_named_and_its_suburb_is_not() -> None:
    # At zoom 8 a degree is 182 pixels: 0.1° (18 pixels) is too near, 1° is not.
    villes = [Ville("Brest", -4.49, 48.39), Ville("Guipavas", -4.40, 48.43), Ville("Morlaix", -3.83, 48.58)]
    assert [ville.nom for ville in choose_villes(villes, 8)] == ["Brest", "Morlaix"]
    assert [ville.nom for ville in choose_villes(villes, 8, limite=1)] == ["Brest"]
    assert len(choose_villes(villes, 12)) == 3


def test_a_name_stands_beside_discs_and_not_under_them() -> None:
    (place,) = place_noms([Nom(100, 100, "Brest")], [], cote_px=400, limite=5)
    assert place == Nom(100, 113, "Brest")
    # A disc of radius 22 on the town covers below (113 - 8 < 122) and above; to the right is free:
    # half of 5 letters of 6.2 pixels is 15.5, plus 12.
    (place,) = place_noms([Nom(100, 100, "Brest")], [(95, 100, 12)], cote_px=400, limite=5)
    assert place == Nom(127.5, 100, "Brest")
    assert place_noms([Nom(100, 100, "Brest")], [(100, 100, 90)], cote_px=400, limite=5) == []


def test_a_name_that_would_stick_out_of_the_picture_is_left_out() -> None:
    assert place_noms([Nom(400, 400, "Brest")], [], cote_px=400, limite=5) == []
