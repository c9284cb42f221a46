"""Boundaries on squares whose areas are known."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tierslieux.core.errors import CrsMismatchError
from tierslieux.core.geo import CRS_WGS84
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.frontieres import (
    build_contours,
    build_couverture,
    complete_communes,
    dissolve,
    simplify,
    to_multipolygons,
)

BOX = shapely.box


def serie(*geometries: shapely.Geometry | None, codes: str = "abcdef", crs: str | int = CRS_WGS84) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(geometries), index=list(codes[: len(geometries)]), crs=crs)


def anciennes(*lignes: tuple[str, str, shapely.Geometry | None, bool]) -> gpd.GeoDataFrame:
    codes, parents, geometries, ajoutees = zip(*lignes, strict=True) if lignes else ((), (), (), ())
    colonnes = {"code": list(codes), "parent": list(parents), "est_ajoutee": list(ajoutees)}
    return gpd.GeoDataFrame(colonnes, geometry=list(geometries), crs=CRS_WGS84)


def zigzag(x: float, pas: float = 50.0) -> list[tuple[float, float]]:
    """A border that goes north along x, 10 m left and right of it: triangles of 500 m², hence less than 100 m wide."""
    return [(x + (10 if rang % 2 else -10), rang * pas) for rang in range(1, 200)]


# --- Shapes ----------------------------------------------------------------------------------------------------------


def test_only_valid_areas_are_kept() -> None:
    noeud = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])  # a bow tie: two triangles of area 1
    mixte = shapely.GeometryCollection([BOX(0, 0, 1, 1), shapely.Point(5, 5)])
    sortie = to_multipolygons(np.array([BOX(0, 0, 1, 1), noeud, mixte, shapely.Point(0, 0), None], dtype=object))
    assert [forme and forme.geom_type for forme in sortie] == ["MultiPolygon"] * 3 + [None, None]
    assert [forme.area for forme in sortie[:3]] == [1, 2, 1]
    assert all(forme.is_valid for forme in sortie[:3])


# --- Completing ------------------------------------------------------------------------------------------------------


def test_a_commune_without_polygon_is_the_union_of_its_former_communes() -> None:
    communes = serie(None, BOX(2, 0, 3, 1))
    complets, codes = complete_communes(
        communes, anciennes(("x", "a", BOX(0, 0, 1, 1), False), ("y", "a", BOX(1, 0, 2, 1), False))
    )
    assert complets["a"].equals(BOX(0, 0, 2, 1))
    assert complets["b"].equals(BOX(2, 0, 3, 1))
    assert codes == ["a"]


def test_a_commune_takes_the_ground_that_its_layer_lacks() -> None:
    complets, codes = complete_communes(
        serie(BOX(0, 0, 1, 1)),
        anciennes(("x", "a", BOX(1, 0, 2, 1), True), ("y", "a", BOX(5, 5, 6, 6), False), ("z", "a", None, False)),
    )
    # y is not known to be missing: the layer's own polygon is trusted.
    assert complets["a"].equals(BOX(0, 0, 2, 1))
    assert codes == ["a"]


def test_a_reestablished_commune_takes_its_ground_back() -> None:
    complets, _ = complete_communes(serie(None, BOX(0, 0, 2, 1)), anciennes(("a", "a", BOX(0, 0, 1, 1), True)))
    assert complets["a"].equals(BOX(0, 0, 1, 1))
    assert complets["b"].equals(BOX(1, 0, 2, 1))


def test_nothing_to_complete_with() -> None:
    complets, codes = complete_communes(serie(None, BOX(0, 0, 1, 1)), anciennes())
    assert complets["a"] is None
    assert codes == []


# --- Coverage --------------------------------------------------------------------------------------------------------


def test_an_overlap_goes_to_one_neighbour_and_a_slit_is_closed() -> None:
    # In metres: b overlaps a by 30 m, and a slit of 5 m separates b from c; d and e lie north and south of them.
    carres = [BOX(0, 0, 1000, 1000), BOX(970, 0, 2000, 1000), BOX(2005, 0, 3000, 1000)]
    longs = [BOX(0, 1000, 3000, 2000), BOX(0, -1000, 3000, 0)]
    couverture = build_couverture(serie(*carres, *longs, crs=2154))
    assert shapely.coverage_is_valid(couverture.to_numpy())
    assert couverture.area.sum() == pytest.approx(3000 * 3000)


def test_a_true_gap_stays() -> None:
    # An enclave of 500 m × 500 m in a square of 2 km: nobody's ground, as Llívia.
    anneau = shapely.difference(BOX(0, 0, 2000, 2000), BOX(500, 500, 1000, 1000))
    couverture = build_couverture(serie(anneau, BOX(2000, 0, 3000, 2000), crs=2154))
    assert couverture.area.tolist() == [2000 * 2000 - 500 * 500, 1000 * 2000]


def test_a_group_is_the_union_of_its_members() -> None:
    couverture = serie(BOX(0, 0, 1, 1), BOX(1, 0, 2, 1), BOX(2, 0, 3, 1), crs=2154)
    unions = dissolve(couverture, pd.Series(["x", "x", None], index=couverture.index))
    assert unions.index.tolist() == ["x"]
    assert unions["x"].equals(BOX(0, 0, 2, 1))


def test_neighbours_keep_one_border_once_simplified() -> None:
    frontiere = zigzag(1_000.0)
    gauche = shapely.Polygon([(0, 0), (1000, 0), *frontiere, (1000, 10_000), (0, 10_000)])
    droite = shapely.Polygon([(2000, 0), (1000, 0), *frontiere, (1000, 10_000), (2000, 10_000)])
    origine = np.array([700_000, 6_600_000])
    couverture = serie(*(shapely.transform(p, lambda xy: xy + origine) for p in (gauche, droite)), crs=2154)
    simples = simplify(couverture, 100)
    assert shapely.get_num_coordinates(simples.to_numpy()).max() < 20
    assert shapely.coverage_is_valid(simples.to_numpy())
    commun = simples.iloc[0].intersection(simples.iloc[1])
    assert commun.area == 0
    assert commun.length > 0.08  # 10 km of meridian are 0.09°


# --- All levels ------------------------------------------------------------------------------------------------------


def france() -> gpd.GeoDataFrame:
    """Two communes of two départements of Bretagne, one of Mayotte, one without polygon."""
    return gpd.GeoDataFrame(
        {
            "epci": ["e", "e", "m", None],
            "departement": ["29", "22", "976", "29"],
            "region": ["53", "53", "06", "53"],
        },
        geometry=[BOX(-4.6, 48.3, -4.5, 48.4), BOX(-4.5, 48.3, -4.4, 48.4), BOX(45.0, -12.8, 45.1, -12.7), None],
        index=pd.Index(["29019", "22001", "97601", "29002"], name="code"),
        crs=CRS_WGS84,
    )


def arrondissements() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"departement": ["75", "75"]},
        geometry=[BOX(2.2, 48.8, 2.3, 48.9), BOX(2.3, 48.8, 2.4, 48.9)],
        index=["75101", "75102"],
        crs=CRS_WGS84,
    )


def test_every_level_has_its_outlines() -> None:
    contours = build_contours(france(), arrondissements())
    assert {niveau: sorted(serie.index) for niveau, serie in contours.items()} == {
        Niveau.ARRONDISSEMENT: ["75101", "75102"],
        Niveau.COMMUNE: ["22001", "29019", "97601"],
        Niveau.EPCI: ["e", "m"],
        Niveau.DEPARTEMENT: ["22", "29", "976"],
        Niveau.REGION: ["06", "53"],
        Niveau.FRANCE: [CODE_FRANCE],
    }
    for serie_ in contours.values():
        assert serie_.crs == CRS_WGS84
        assert set(serie_.geom_type) == {"MultiPolygon"}
        assert serie_.is_valid.all()
    # Overseas and métropole are projected apart: squares stay where they were, to a metre or so.
    assert contours[Niveau.COMMUNE]["97601"].bounds == pytest.approx((45.0, -12.8, 45.1, -12.7), abs=1e-5)
    assert contours[Niveau.REGION]["53"].bounds == pytest.approx((-4.6, 48.3, -4.4, 48.4), abs=1e-4)
    assert len(contours[Niveau.FRANCE].iloc[0].geoms) == 2


def test_the_crs_is_checked() -> None:
    with pytest.raises(CrsMismatchError):
        build_contours(france().to_crs(2154), arrondissements())
    with pytest.raises(CrsMismatchError):
        complete_communes(serie(BOX(0, 0, 1, 1), crs=2154), anciennes())
