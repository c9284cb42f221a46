"""Zones of France: projection, time zone, bounding box."""

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely import Point

from tierslieux.core.errors import CrsMismatchError
from tierslieux.core.geo import METROPOLE, ZONES, assert_crs, find_zone, find_zone_at


@pytest.mark.parametrize(
    ("code", "nom"),
    [
        ("29019", "France métropolitaine"),
        ("2A004", "France métropolitaine"),
        ("97411", "La Réunion"),
        ("974", "La Réunion"),
        ("97600", "Mayotte"),
        (None, "France métropolitaine"),
    ],
)
def test_zone_of_a_code(code: str | None, nom: str) -> None:
    assert find_zone(code).nom == nom


@pytest.mark.parametrize(
    ("lon", "lat", "nom"),
    [
        (-4.49, 48.39, "France métropolitaine"),
        (9.45, 42.7, "France métropolitaine"),  # Bastia
        (55.45, -20.88, "La Réunion"),
        (-61.53, 16.24, "Guadeloupe"),
        (45.23, -12.78, "Mayotte"),
        (166.44, -22.27, "Nouvelle-Calédonie"),
        (0.0, 0.0, None),
        (-20.0, 45.0, None),
    ],
)
def test_zone_of_a_position(lon: float, lat: float, nom: str | None) -> None:
    zone = find_zone_at(lon, lat)
    assert (zone.nom if zone else None) == nom


def test_every_projection_is_metric_and_made_for_its_zone() -> None:
    for zone in ZONES:
        crs = CRS.from_epsg(zone.srid)
        assert {axe.unit_name for axe in crs.axis_info} == {"metre"}, zone.nom
        if zone.code == "987":
            continue  # Polynesia spans four UTM zones; that of Tahiti, where most people live, stands for all
        ouest, sud, est, nord = zone.emprise
        usage = crs.area_of_use
        assert usage is not None
        limite_ouest = usage.west - 360 if usage.west > usage.east else usage.west  # across the antimeridian
        assert limite_ouest - 1.5 <= ouest, zone.nom
        assert usage.south - 1.5 <= sud, zone.nom
        assert est <= usage.east + 1.5, zone.nom
        assert nord <= usage.north + 1.5, zone.nom


def test_a_layer_in_another_crs_is_refused() -> None:
    couche = gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=f"EPSG:{METROPOLE.srid}")
    with pytest.raises(CrsMismatchError, match="EPSG:2154"):
        assert_crs(couche)
    with pytest.raises(CrsMismatchError, match="None"):
        assert_crs(gpd.GeoDataFrame(geometry=[Point(0, 0)]))
