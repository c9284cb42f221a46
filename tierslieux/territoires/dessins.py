"""Outlines for vector tiles, by zoom: simplified together, so that every edge stays shared. Pure: frames in and out.

The communes of a zone are simplified at once, then joined into wider territories: the border of a département runs
along those of its communes, vertex for vertex, at every zoom.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tierslieux.core.geo import SRID_WEB_MERCATOR, assert_crs, find_zone
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.frontieres import build_couverture, dissolve, to_multipolygons

# First zoom of each drawing, and the square root of the area of the smallest triangle that it keeps (metres). A tile of
# 512 pixels has, in France, 50 m a pixel at zoom 10, 200 m at zoom 8, 850 m at zoom 6; the publisher's own vertices
# stand some 200 m apart: from zoom 10 on, all are kept.
TOLERANCES_M: Mapping[int, float] = MappingProxyType({0: 1_000.0, 8: 300.0, 10: 0.0})
NIVEAUX = (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI, Niveau.COMMUNE)

Dessins = dict[tuple[int, Niveau], gpd.GeoSeries]


def find_zoom_min(zoom: int) -> int:
    """The drawing that serves a zoom, by its first zoom."""
    return max(zoom_min for zoom_min in TOLERANCES_M if zoom_min <= zoom)


def build_dessins(communes: gpd.GeoDataFrame) -> Dessins:
    """Outlines of every level by first zoom, in EPSG:3857, rows near each other on the ground near each other here.

    Parameters
    ----------
    communes
        Indexed by code INSEE: `epci`, `departement`, `region` (codes, None when there is none) and `geometry`
        (EPSG:4326, none missing). Raises CrsMismatchError for another CRS.

    Returns
    -------
    One GeoSeries of valid MultiPolygons, indexed by code, for each first zoom and level.
    """
    assert_crs(communes)
    parties: dict[tuple[int, Niveau], list[gpd.GeoSeries]] = {}
    zones = communes["departement"].map(lambda departement: find_zone(departement).code)
    for _, zone in communes.groupby(zones):
        srid = find_zone(zone["departement"].iloc[0]).srid
        couverture = build_couverture(zone.geometry.to_crs(srid))
        for zoom_min, tolerance_m in TOLERANCES_M.items():
            valeurs = couverture.to_numpy()
            simples = shapely.coverage_simplify(valeurs, tolerance_m) if tolerance_m else valeurs
            dessin = gpd.GeoSeries(simples, index=couverture.index, crs=srid).to_crs(SRID_WEB_MERCATOR)
            for niveau in NIVEAUX:
                serie = dessin if niveau is Niveau.COMMUNE else dissolve(dessin, zone[niveau.value])
                parties.setdefault((zoom_min, niveau), []).append(serie)
    return {cle: _order(series) for cle, series in parties.items()}


def _order(series: list[gpd.GeoSeries]) -> gpd.GeoSeries:
    ensemble = pd.concat(series)
    formes = gpd.GeoSeries(to_multipolygons(ensemble.to_numpy()), index=ensemble.index, crs=SRID_WEB_MERCATOR).dropna()
    return formes.iloc[np.argsort(formes.hilbert_distance().to_numpy(), kind="stable")]
