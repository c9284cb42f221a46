"""GeoPackage: a layer of points with its metadata, which QGIS opens with a colour for each kind of place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from tierslieux.core import geopackage
from tierslieux.core.geopackage import GEOMETRIE
from tierslieux.diffusion.exports.colonnes import build_champs, build_points, build_tableaux
from tierslieux.diffusion.exports.contexte import TITRE, Contexte
from tierslieux.diffusion.exports.qml import render_qml
from tierslieux.lieux.extraction import LieuPublie

COUCHE = "lieux"
STYLE = "Types de lieux"


def write_geopackage(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write the file: GDAL takes the places as they are read, then the style and the metadata are added."""
    champs = build_champs()
    schema = pa.schema([*champs, pa.field(GEOMETRIE, pa.binary())])

    def iterate() -> Iterator[pa.RecordBatch]:
        for lot in lots:
            yield pa.record_batch([*build_tableaux(lot, contexte, champs), build_points(lot)], schema=schema)

    geopackage.write_couche(chemin, COUCHE, "Point", schema, iterate())
    geopackage.describe(
        chemin,
        geopackage.Description(
            couche=COUCHE,
            titre=TITRE,
            texte=f"{contexte.filtre} Licence : {' ; '.join(contexte.licences)}.",
            metadonnees=json.dumps(contexte.to_json(), ensure_ascii=False),
            jour=contexte.date,
            style=(STYLE, render_qml()),
        ),
    )
