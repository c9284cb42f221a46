from __future__ import annotations

import pytest
import shapely

from tierslieux.couverture.geodesie import GEODE
from tierslieux.couverture.points import Origine, Siege, build_points_commune, build_points_ville, check_parts, spread

# Some 33 km by 37 km around 45° N.
GRANDE = shapely.box(3.0, 45.0, 3.42, 45.33)
MAIRIE = Siege(3.2, 45.15, est_mairie=True)


def test_a_small_commune_lives_at_its_town_hall() -> None:
    [point] = build_points_commune("63001", MAIRIE, 24.9, shapely.box(3.1, 45.1, 3.3, 45.2))
    assert (point.origine, point.part, point.lon, point.lat) == (Origine.MAIRIE, 1.0, 3.2, 45.15)


def test_without_town_hall_it_lives_in_the_middle() -> None:
    [point] = build_points_commune("63001", Siege(3.2, 45.15, est_mairie=False), None, None)
    assert point.origine is Origine.CENTRE


def test_half_of_a_large_commune_lives_over_its_ground_near_enough() -> None:
    points = build_points_commune("63001", MAIRIE, 1_200, GRANDE)
    repartis = [p for p in points if p.origine is Origine.REPARTI]
    assert points[0].part == 0.5
    assert 6 <= len(repartis) <= 12
    assert check_parts(points)
    assert all(GRANDE.contains(shapely.Point(p.lon, p.lat)) for p in repartis)
    assert all(GEODE.inv(3.2, 45.15, p.lon, p.lat)[2] < 10_050 for p in repartis)
    assert len({(p.lon, p.lat) for p in points}) == len(points)
    assert build_points_commune("63001", MAIRIE, 1_200, GRANDE) == points


def test_in_the_forest_nobody_lives_a_hundred_kilometres_from_the_village() -> None:
    """Maripasoula: 18,000 km²."""
    foret = shapely.box(-54.5, 2.1, -53.2, 3.9)
    repartis = spread(-54.03, 3.64, foret)
    assert 0 < len(repartis) <= 12
    assert max(GEODE.inv(-54.03, 3.64, lon, lat)[2] for lon, lat in repartis) < 10_100


def test_people_of_paris_live_in_its_arrondissements() -> None:
    arrondissements = [
        Siege(2.3, 48.8, est_mairie=True, population=30),
        Siege(2.4, 48.9, est_mairie=False, population=10),
        Siege(2.0, 48.0, est_mairie=True),
    ]
    points = build_points_ville("75056", arrondissements)
    assert [(p.part, p.origine) for p in points] == [(0.75, Origine.MAIRIE), (0.25, Origine.CENTRE)]


@pytest.mark.parametrize("surface_km2", [None, 5_000.0])
def test_a_commune_without_boundary_has_one_point(surface_km2: float | None) -> None:
    assert len(build_points_commune("15031", MAIRIE, surface_km2, None)) == 1
