"""Former communes: where each one is today, and the ground that an older edition still gives them. Pure.

Edition 1.1.0 lacks the ground of 68 communes merged since 2024; the older edition 0.15.0 still has them as communes.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tierslieux.core.geo import CRS_WGS84
from tierslieux.territoires.frontieres import Geometries, to_multipolygons
from tierslieux.territoires.noms import add_article, build_cle

TYPES_ANCIENNES = ("COMD", "COMA")
# Neighbours share their vertices; this only covers rounding.
_TOLERANCE_CONTACT_DEG = 1e-6
_COLONNES = ["code", "nom", "type_nom", "parent", "est_ajoutee"]


def read_wkb(colonne: pd.Series) -> Geometries:
    """Shapes of a column of hexadecimal WKB (EPSG:4326); None where it is missing."""
    textes = [None if pd.isna(texte) else texte for texte in colonne]
    return np.array(shapely.from_wkb(textes), dtype=object)


def build_anciennes(lignes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Former communes of the table `communes` (indexed by id): code, nom, type_nom, parent, est_ajoutee, geometry.

    `parent` is the code of the commune of today; `est_ajoutee` is False everywhere (see `complete_anciennes`).
    """
    retenues = lignes[lignes["type"].isin(TYPES_ANCIENNES)]
    return gpd.GeoDataFrame(
        {
            "code": retenues["code"].to_numpy(),
            "nom": retenues["nom"].to_numpy(),
            "type_nom": retenues["type_nom"].astype(int).to_numpy(),
            "parent": retenues["commune_parent_id"].map(lignes["code"]).to_numpy(),
            "est_ajoutee": False,
        },
        geometry=to_multipolygons(read_wkb(retenues["geometry"])),
        crs=CRS_WGS84,
    )


def complete_anciennes(
    anciennes: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, anterieure: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Former communes, with what an older edition knows of them.

    Parameters
    ----------
    anciennes
        As `build_anciennes` gives them.
    communes
        Communes of today by code INSEE: `population`, `geometry` (EPSG:4326, None when missing).
    anterieure
        Table `communes` of the older edition, indexed by id.

    Returns
    -------
    The same rows, polygons filled in where they were missing, then one row for
        - a commune of today without polygon that was a former commune then (re-established since): `parent` is itself;
        - a commune of today that had another name: `parent` is itself, no polygon;
        - a code that the newest edition does not know: `parent` is the commune that took it in, None when unsure.
        `est_ajoutee` marks the polygons that come from the older edition.
    """
    rangs = anterieure["type"].map({"COM": 0, "COMD": 1, "COMA": 1})
    triees = anterieure[rangs.notna()].assign(
        rang=rangs, parent_ancien=anterieure["commune_parent_id"].map(anterieure["code"])
    )
    # One row per code, the commune before the former commune of the same code.
    triees = triees.sort_values("rang", kind="stable").drop_duplicates("code").set_index("code")

    completes = anciennes.copy()
    manque = completes.geometry.isna().to_numpy()
    polygones = read_wkb(triees["geometry"].reindex(completes["code"][manque]))
    completes.loc[manque, "geometry"] = to_multipolygons(polygones)
    completes.loc[manque, "est_ajoutee"] = completes.geometry[manque].notna()

    presentes = triees.index.isin(communes.index)
    actuelles = triees[presentes]
    sans_polygone = communes.geometry.reindex(actuelles.index).isna() & ~actuelles.index.isin(anciennes["parent"])
    retablies = actuelles[sans_polygone].assign(parent=actuelles.index[sans_polygone])
    noms = actuelles[(actuelles["rang"] == 0) & ~sans_polygone]
    noms = noms.assign(parent=noms.index, geometry=None)
    disparues = triees[~presentes & ~triees.index.isin(anciennes["code"])]
    disparues = disparues.assign(parent=_find_parents(disparues, triees, communes, anciennes))
    # The ground of what was a former commune already is in its commune's polygon.
    disparues.loc[disparues["rang"] == 1, "geometry"] = None

    ajoutees = pd.concat([retablies, noms, disparues]).rename_axis("code").reset_index()
    ajoutees["type_nom"] = ajoutees["type_nom"].astype(int)
    ajoutees["est_ajoutee"] = ajoutees["geometry"].notna()
    geometries = to_multipolygons(read_wkb(ajoutees["geometry"]))
    en_plus = gpd.GeoDataFrame(ajoutees[_COLONNES], geometry=geometries, crs=CRS_WGS84)
    return gpd.GeoDataFrame(pd.concat([completes, en_plus], ignore_index=True), crs=CRS_WGS84)


def _find_parents(
    disparues: pd.DataFrame, anterieure: pd.DataFrame, communes: gpd.GeoDataFrame, anciennes: gpd.GeoDataFrame
) -> list[str | None]:
    """The commune of today that holds each disappeared code: a former commune follows the commune it belonged to."""
    parents = dict(zip(anciennes["code"], anciennes["parent"], strict=True)) | {code: code for code in communes.index}
    parents |= _find_absorbantes(disparues[disparues["rang"] == 0], anterieure, communes)
    return [
        parents.get(code) if rang == 0 else parents.get(parent_ancien)
        for code, rang, parent_ancien in zip(
            disparues.index, disparues["rang"], disparues["parent_ancien"], strict=True
        )
    ]


def _find_absorbantes(disparues: pd.DataFrame, anterieure: pd.DataFrame, communes: gpd.GeoDataFrame) -> dict[str, str]:
    """The neighbour that grew by exactly the population of each disappeared commune; nothing when two did, or none.

    Both editions carry the populations of one census, so that a commune only grows by merging. Of edition 1.1.0, this
    finds the eight mergers that it does not list (Filain in Pargny-et-Filain, Ciel in Verdun-Ciel…), all of them
    confirmed by the new name.
    """
    populations = pd.to_numeric(anterieure["population_municipale"])
    croissance = communes["population"].astype("float64") - populations.reindex(communes.index)
    grandies = communes[(croissance > 0).to_numpy() & communes.geometry.notna().to_numpy()]
    formes = read_wkb(disparues["geometry"])
    proches, rangs = shapely.STRtree(grandies.geometry.to_numpy()).query(
        formes, predicate="dwithin", distance=_TOLERANCE_CONTACT_DEG
    )
    candidates: dict[str, list[str]] = {}
    for proche, rang in zip(proches, rangs, strict=True):
        code, voisine = disparues.index[proche], grandies.index[rang]
        if croissance[voisine] == populations[code]:
            candidates.setdefault(code, []).append(voisine)
    return {code: voisines[0] for code, voisines in candidates.items() if len(voisines) == 1}


def list_noms_anciens(anciennes: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Names under which people may still look for a commune, and codes that files still give it.

    Columns: code (None for an older name of the same code), nom (with its article), nom_tri, parent. Leaves out what
    leads nowhere, and the name of today under the code of today.
    """
    connues = anciennes[anciennes["parent"].isin(communes.index)]
    frame = pd.DataFrame(
        {
            "code": connues["code"].to_numpy(),
            "nom": [add_article(nom, code) for nom, code in zip(connues["nom"], connues["type_nom"], strict=True)],
            "nom_tri": connues["nom"].to_numpy(),
            "parent": connues["parent"].to_numpy(),
        }
    )
    meme_nom = frame["nom"].map(build_cle) == frame["parent"].map(communes["nom"].map(build_cle))
    meme_code = frame["code"] == frame["parent"]
    frame["code"] = frame["code"].where(~meme_code, None)
    return frame[~(meme_nom & meme_code)].drop_duplicates(["parent", "nom", "code"], ignore_index=True)
