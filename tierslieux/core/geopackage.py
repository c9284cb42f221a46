"""A GeoPackage: a layer written as its rows are read, then its description, its metadata and its style.

Dates are those of the data, not of the file: the same base gives the same file.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyogrio

from tierslieux.core.sql import load_blocks

SQL = Path(__file__).parent / "sql" / "geopackage.sql"
GEOMETRIE = "geom"
_JOUR_INCONNU = "1970-01-01"
# One block for each statement that a file needs whatever it holds; those of its style stand apart.
_STYLE = ("create_styles", "insert_style", "declare_styles")


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says of its layer. `metadonnees` is JSON; `style` is (name, QML), None for QGIS's own."""

    couche: str
    titre: str
    texte: str
    metadonnees: str
    jour: dt.date | None
    style: tuple[str, str] | None = None


def write_couche(
    chemin: Path, couche: str, type_geometrie: str, schema: pa.Schema, lots: Iterable[pa.RecordBatch]
) -> None:
    """Write a layer (EPSG:4326) whose rows come in batches; the column GEOMETRIE holds WKB."""
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, lots),
        chemin,
        layer=couche,
        driver="GPKG",
        geometry_name=GEOMETRIE,
        geometry_type=type_geometrie,
        crs="EPSG:4326",
    )


def add_table(chemin: Path, nom: str, table: pa.Table) -> None:
    """Add a table without geometry to the file."""
    pyogrio.write_arrow(table, chemin, layer=nom, driver="GPKG", append=True)


def describe(chemin: Path, description: Description) -> None:
    """Add metadata, description and style to a file that has its layer."""
    jour = description.jour.isoformat() if description.jour else _JOUR_INCONNU
    nom, qml = description.style or (None, None)
    valeurs = {
        "couche": description.couche,
        "geometrie": GEOMETRIE,
        "instant": f"{jour}T00:00:00.000Z",
        "titre": description.titre,
        "description": description.texte,
        "metadonnees": description.metadonnees,
        "nom": nom,
        "qml": qml,
    }
    with closing(sqlite3.connect(chemin)) as connexion, connexion:
        for bloc, ordre in load_blocks(SQL).items():
            if description.style is not None or bloc not in _STYLE:
                connexion.execute(ordre, valeurs)
