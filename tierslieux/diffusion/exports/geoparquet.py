"""GeoParquet 1.1: points with their boxes, so that a part of the country is read without the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from tierslieux.diffusion.exports.colonnes import build_champs, build_points, build_tableaux
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.lieux.extraction import LieuPublie

GEOMETRIE = "geometry"
BOITE = "bbox"
_COINS = ("xmin", "ymin", "xmax", "ymax")


def write_geoparquet(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write the file, a group of rows for each list of places."""
    champs = build_champs()
    boite = pa.struct([pa.field(coin, pa.float64()) for coin in _COINS])
    schema = pa.schema([*champs, pa.field(BOITE, boite), pa.field(GEOMETRIE, pa.binary())])
    emprise: tuple[float, float, float, float] | None = None
    with pq.ParquetWriter(chemin, schema, compression="zstd") as fichier:
        for lot in lots:
            tableaux = [*build_tableaux(lot, contexte, champs), _build_boites(lot, boite), build_points(lot)]
            fichier.write_batch(pa.record_batch(tableaux, schema=schema))
            emprise = _extend(emprise, lot)
        fichier.add_key_value_metadata(
            {
                "geo": json.dumps(_describe(emprise)),
                "tierslieux": json.dumps(contexte.to_json(), ensure_ascii=False),
            }
        )


def _build_boites(lot: list[LieuPublie], boite: pa.StructType) -> pa.Array:
    lons = pa.array([lieu.lon for lieu in lot], pa.float64())
    lats = pa.array([lieu.lat for lieu in lot], pa.float64())
    return pa.StructArray.from_arrays([lons, lats, lons, lats], fields=list(boite), mask=lons.is_null())


def _extend(
    emprise: tuple[float, float, float, float] | None, lot: list[LieuPublie]
) -> tuple[float, float, float, float] | None:
    lons = [lieu.lon for lieu in lot if lieu.lon is not None]
    lats = [lieu.lat for lieu in lot if lieu.lat is not None]
    if not lons:
        return emprise
    ouest, sud, est, nord = emprise or (lons[0], lats[0], lons[0], lats[0])
    return min(ouest, *lons), min(sud, *lats), max(est, *lons), max(nord, *lats)


def _describe(emprise: tuple[float, float, float, float] | None) -> dict[str, Any]:
    colonne: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "crs": CRS("OGC:CRS84").to_json_dict(),
        "covering": {BOITE: {coin: [BOITE, coin] for coin in _COINS}},
    }
    if emprise is not None:
        colonne["bbox"] = list(emprise)
    return {"version": "1.1.0", "primary_column": GEOMETRIE, "columns": {GEOMETRIE: colonne}}
