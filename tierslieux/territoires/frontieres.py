"""Boundaries: completed where the publisher has holes, simplified without gaps. Pure: frames in, frames out.

Simplification works on the whole coverage of a level at once (Visvalingam-Whyatt on its edges, `coverage_simplify`), so
that an edge shared by two neighbours stays shared, vertex for vertex. Everything metric is done in the legal projection
of each zone.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tierslieux.core.geo import CRS_WGS84, SRID_WGS84, assert_crs, find_zone
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

# Square root of the area of the smallest triangle that an outline keeps. The publisher's own simplification stands at
# about 200 m: below, nothing is gained. Weights as GeoJSON with 4 decimals, compressed (Brotli 5), edition 1.1.0:
# - communes at 300 m: 37 kB for Finistère (277), 64 kB for Pas-de-Calais (887), against 55 and 91 kB unsimplified; half
#   of them change by less than 3.3 % of their area, 99 % by less than 12 % (6.2 and 19 % at 400 m);
# - EPCI at 500 m: 28 kB for the 61 of Bretagne;
# - départements at 1,000 m: 89 kB for all 101;
# - régions at 1,500 m: 28 kB for all 18.
TOLERANCES_M: Mapping[Niveau, int] = {
    Niveau.ARRONDISSEMENT: 100,
    Niveau.COMMUNE: 300,
    Niveau.EPCI: 500,
    Niveau.DEPARTEMENT: 1_000,
    Niveau.REGION: 1_500,
}
# Neighbours of the publisher's layer leave slits of a few metres between them, and overlap (by 29,000 m² at most).
LARGEUR_FENTE_M = 20.0

Geometries = NDArray[np.object_]


def to_multipolygons(geometries: Geometries) -> Geometries:
    """The same areas as valid MultiPolygons; None for a missing geometry or one without area."""
    sortie = np.array(geometries, dtype=object)
    invalides = ~shapely.is_valid(sortie) & ~shapely.is_missing(sortie)
    sortie[invalides] = shapely.make_valid(sortie[invalides])
    for rang, geometrie in enumerate(sortie):
        if geometrie is None or geometrie.geom_type == "MultiPolygon":
            continue
        parties = [partie for partie in shapely.get_parts(geometrie) if partie.geom_type in {"Polygon", "MultiPolygon"}]
        sortie[rang] = shapely.multipolygons(shapely.get_parts(shapely.get_parts(parties))) if parties else None
    sortie[shapely.is_empty(sortie)] = None
    return sortie


def complete_communes(communes: gpd.GeoSeries, anciennes: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, list[str]]:
    """Give communes the ground of their former communes where the publisher's layer has left it out.

    Parameters
    ----------
    communes
        Polygons (EPSG:4326) by code INSEE; None where the publisher has none.
    anciennes
        Former communes: `code`, `parent` (code of the commune of today), `geometry` (EPSG:4326 or None) and
        `est_ajoutee`, true for those that the layer of communes is known to lack.

    Returns
    -------
    Polygons by code INSEE, in the order of `communes`, and the codes of the communes that were completed.
        A commune without polygon becomes the union of its former communes, and any other is enlarged by those
        `est_ajoutee`. A commune re-established since (the parent of today is itself, and another commune still covers
        it) takes its ground back from the one that covers it.
    """
    assert_crs(communes)
    assert_crs(anciennes)
    complets = communes.copy()
    valables = anciennes[anciennes.geometry.notna() & anciennes["parent"].isin(communes.index)]
    sans_polygone = set(communes.index[communes.isna()])
    voulues = valables[valables["est_ajoutee"] | valables["parent"].isin(sans_polygone)]
    for parent, morceaux in voulues.groupby("parent"):
        propre = [] if complets[parent] is None else [complets[parent]]
        complets[parent] = shapely.union_all([*propre, *morceaux.geometry])
    completees = sorted(set(voulues["parent"]))
    retablies = complets[[code for code in completees if code in sans_polygone]]
    for code in _find_recouvertes(communes, retablies):
        # The union is not subtracted from the whole country but from the few communes that hide a re-established one.
        complets[code] = shapely.difference(complets[code], shapely.union_all(retablies.to_numpy()))
    return gpd.GeoSeries(to_multipolygons(complets.to_numpy()), index=complets.index, crs=CRS_WGS84), completees


def _find_recouvertes(communes: gpd.GeoSeries, retablies: gpd.GeoSeries) -> list[str]:
    """Communes whose polygon holds an inner point of a re-established commune."""
    presentes = communes[communes.notna()]
    points = shapely.point_on_surface(retablies.to_numpy())
    _, rangs = shapely.STRtree(presentes.to_numpy()).query(points, predicate="within")
    return sorted(set(presentes.index[rangs]))


def build_couverture(geometries: gpd.GeoSeries) -> gpd.GeoSeries:
    """Polygons that neither overlap nor leave slits, edges matched vertex for vertex (metric CRS in and out).

    An overlap goes to the neighbour with the longest shared border, a slit narrower than LARGEUR_FENTE_M too; wider
    gaps are true ones (Llívia, étangs) and stay. Only the polygons at fault and those around them are touched: 962 of
    34,738 in the métropole, in a fiftieth of the time that all would take.
    """
    valeurs = np.array(geometries, dtype=object)
    en_faute = ~shapely.is_empty(shapely.coverage_invalid_edges(valeurs, gap_width=LARGEUR_FENTE_M))
    if en_faute.any():
        arbre = shapely.STRtree(valeurs)
        touches = np.unique(arbre.query(valeurs[en_faute], predicate="intersects")[1])
        alentours = np.unique(arbre.query(valeurs[touches], predicate="intersects")[1])
        valeurs[touches] = shapely.coverage_clean(valeurs[touches], gap_width=LARGEUR_FENTE_M)
        if not shapely.coverage_is_valid(valeurs[alentours]):
            valeurs = shapely.coverage_clean(valeurs, gap_width=LARGEUR_FENTE_M)
    return gpd.GeoSeries(valeurs, index=geometries.index, crs=geometries.crs)


def dissolve(couverture: gpd.GeoSeries, groupes: pd.Series) -> gpd.GeoSeries:
    """Union of the coverage's polygons per value of `groupes` (same index; a missing value leaves the polygon out)."""
    valeurs, membres = couverture.to_numpy(), groupes.groupby(groupes).indices
    unions = [shapely.coverage_union_all(valeurs[rangs]) for rangs in membres.values()]
    return gpd.GeoSeries(np.array(unions, dtype=object), index=pd.Index(membres, name="code"), crs=couverture.crs)


def simplify(couverture: gpd.GeoSeries, tolerance_m: float) -> gpd.GeoSeries:
    """The coverage with fewer vertices (metric CRS in, EPSG:4326 out); shared edges stay shared."""
    simples = shapely.coverage_simplify(couverture.to_numpy(), tolerance_m)
    projetes = gpd.GeoSeries(simples, index=couverture.index, crs=couverture.crs).to_crs(CRS_WGS84)
    return gpd.GeoSeries(to_multipolygons(projetes.to_numpy()), index=projetes.index, crs=CRS_WGS84)


def build_contours(communes: gpd.GeoDataFrame, arrondissements: gpd.GeoDataFrame) -> dict[Niveau, gpd.GeoSeries]:
    """Simplified outlines of every level, by code, in EPSG:4326.

    Parameters
    ----------
    communes
        Indexed by code INSEE: `epci`, `departement`, `region` (codes, None when there is none) and `geometry`
        (EPSG:4326; None when the commune has none: it then has no outline and is missing from those above it).
    arrondissements
        Indexed by code INSEE: `departement`, `geometry` (EPSG:4326).

    Returns
    -------
    One GeoSeries of valid MultiPolygons per level. France is the union of its régions.
    """
    assert_crs(communes)
    assert_crs(arrondissements)
    parties: dict[Niveau, list[gpd.GeoSeries]] = {niveau: [] for niveau in TOLERANCES_M}
    presentes = communes[communes.geometry.notna()]
    zones = presentes["departement"].map(lambda departement: find_zone(departement).code)
    for _, zone in presentes.groupby(zones):
        srid = find_zone(zone["departement"].iloc[0]).srid
        couverture = build_couverture(zone.geometry.to_crs(srid))
        parties[Niveau.COMMUNE].append(simplify(couverture, TOLERANCES_M[Niveau.COMMUNE]))
        for niveau in (Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION):
            parties[niveau].append(simplify(dissolve(couverture, zone[niveau.value]), TOLERANCES_M[niveau]))
    for departement, ville in arrondissements.groupby("departement"):
        couverture = build_couverture(ville.geometry.to_crs(find_zone(departement).srid))
        parties[Niveau.ARRONDISSEMENT].append(simplify(couverture, TOLERANCES_M[Niveau.ARRONDISSEMENT]))
    contours = {
        niveau: gpd.GeoSeries(pd.concat(series), crs=SRID_WGS84) for niveau, series in parties.items() if series
    }
    if Niveau.REGION in contours:
        france = shapely.union_all(contours[Niveau.REGION].to_numpy())
        contours[Niveau.FRANCE] = gpd.GeoSeries(
            to_multipolygons(np.array([france], dtype=object)), index=[CODE_FRANCE], crs=CRS_WGS84
        )
    return contours
