"""Outlines of tiles: simplified together, in the web's projection, levels on top of each other."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from tierslieux.core.errors import CrsMismatchError
from tierslieux.territoires.dessins import TOLERANCES_M, build_dessins, find_zoom_min
from tierslieux.territoires.enums import Niveau


def build_communes(crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    """Two communes of Brittany with a ragged common border, one of another EPCI beside them, one of La Réunion."""
    frontiere = [(-4.5, 48.3 + rang * 0.001 + (0.0004 if rang % 2 else 0)) for rang in range(101)]
    frontiere = [(x + (0.0005 if rang % 3 else 0), y) for rang, (x, y) in enumerate(frontiere)]
    ouest = shapely.Polygon([(-4.6, 48.3), *frontiere, (-4.6, 48.4)])
    est = shapely.Polygon([(-4.4, 48.3), (-4.4, 48.4), *reversed(frontiere)])
    return gpd.GeoDataFrame(
        {
            "epci": ["A", "A", "B", None],
            "departement": ["29", "29", "29", "974"],
            "region": ["53", "53", "53", "04"],
        },
        index=["29001", "29002", "29003", "97401"],
        geometry=[
            ouest.buffer(0),
            est.buffer(0),
            shapely.box(-4.4, 48.3, -4.3, 48.4),
            shapely.box(55.4, -21, 55.5, -20.9),
        ],
        crs=crs,
    )


def test_every_level_is_drawn_at_every_zoom_and_overseas_too() -> None:
    dessins = build_dessins(build_communes())
    assert set(dessins) == {
        (zoom_min, niveau)
        for zoom_min in (0, 8, 10)
        for niveau in (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI, Niveau.COMMUNE)
    }
    for (_, niveau), formes in dessins.items():
        attendus = {
            Niveau.COMMUNE: {"29001", "29002", "29003", "97401"},
            Niveau.EPCI: {"A", "B"},
            Niveau.DEPARTEMENT: {"29", "974"},
            Niveau.REGION: {"53", "04"},
        }
        assert set(formes.index) == attendus[niveau]
        assert formes.crs.to_epsg() == 3857
        assert set(formes.geom_type) == {"MultiPolygon"}
        assert formes.is_valid.all()


@pytest.mark.parametrize("zoom_min", list(TOLERANCES_M))
def test_neighbours_share_their_border_and_wider_territories_are_the_sum_of_their_communes(zoom_min: int) -> None:
    dessins = build_dessins(build_communes())
    communes = dessins[zoom_min, Niveau.COMMUNE]
    bretagne = communes[["29001", "29002", "29003"]]
    region = dessins[zoom_min, Niveau.REGION]["53"]
    assert shapely.union_all(bretagne.to_numpy()).equals(region)
    assert bretagne.area.sum() == pytest.approx(region.area, rel=1e-9)


def test_far_zooms_keep_fewer_vertices() -> None:
    dessins = build_dessins(build_communes())
    nombres = [shapely.get_num_coordinates(dessins[zoom, Niveau.COMMUNE]["29001"]) for zoom in (0, 8, 10)]
    assert nombres[0] <= nombres[1] < nombres[2]


@pytest.mark.parametrize(("zoom", "attendu"), [(0, 0), (7, 0), (8, 8), (9, 8), (10, 10), (12, 10)])
def test_each_zoom_has_its_drawing(zoom: int, attendu: int) -> None:
    assert find_zoom_min(zoom) == attendu


def test_another_projection_is_refused() -> None:
    with pytest.raises(CrsMismatchError):
        build_dessins(build_communes().to_crs(2154))
