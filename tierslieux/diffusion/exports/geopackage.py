"""GeoPackage: a layer of points with its metadata, which QGIS opens with a colour for each kind of place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyogrio

from tierslieux.core.sql import load_blocks
from tierslieux.diffusion.exports.colonnes import build_champs, build_points, build_tableaux
from tierslieux.diffusion.exports.contexte import TITRE, Contexte
from tierslieux.diffusion.exports.qml import render_qml
from tierslieux.lieux.extraction import LieuPublie

SQL = Path(__file__).parent.parent / "sql" / "geopackage.sql"
COUCHE = "lieux"
GEOMETRIE = "geom"
STYLE = "Types de lieux"
_INSTANT_INCONNU = "1970-01-01"


def write_geopackage(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write the file: GDAL takes the places as they are read, then the style and the metadata are added."""
    champs = build_champs()
    schema = pa.schema([*champs, pa.field(GEOMETRIE, pa.binary())])

    def iterate() -> Iterator[pa.RecordBatch]:
        for lot in lots:
            yield pa.record_batch([*build_tableaux(lot, contexte, champs), build_points(lot)], schema=schema)

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, iterate()),
        chemin,
        layer=COUCHE,
        driver="GPKG",
        geometry_name=GEOMETRIE,
        geometry_type="Point",
        crs="EPSG:4326",
    )
    _describe(contexte, chemin)


def _describe(contexte: Contexte, chemin: Path) -> None:
    # The date of the base, not of the file: the same base gives the same file.
    jour = contexte.date.isoformat() if contexte.date else _INSTANT_INCONNU
    valeurs = {
        "couche": COUCHE,
        "geometrie": GEOMETRIE,
        "instant": f"{jour}T00:00:00.000Z",
        "titre": TITRE,
        "description": f"{contexte.filtre} Licence : {' ; '.join(contexte.licences)}.",
        "metadonnees": json.dumps(contexte.to_json(), ensure_ascii=False),
        "nom": STYLE,
        "qml": render_qml(),
    }
    with closing(sqlite3.connect(chemin)) as connexion, connexion:
        for ordre in load_blocks(SQL).values():
            connexion.execute(ordre, valeurs)
