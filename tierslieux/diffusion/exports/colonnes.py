"""The complete model as Arrow record batches, for the formats of geographers. Pure.

Longitude and latitude stand both as numbers and as a point (WKB, EPSG:4326); yes or no is a boolean, a date a date.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from tierslieux.core.tableurs import Cellule
from tierslieux.diffusion.exports.complet import BOOLEENS, COLONNES, NOMBRES, build_cellules
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.lieux.extraction import LieuPublie

DATE = "date_maj"
INVENTE = "invente"
# Little-endian, a point.
_WKB = struct.Struct("<BIdd")
_BOOLEENS: Mapping[object, bool | None] = {"oui": True, "non": False, None: None}


def build_champs() -> list[pa.Field]:
    """The columns of the complete model with their types, and whether the place is invented."""
    types = {champ: pa.float64() for champ in NOMBRES} | {champ: pa.bool_() for champ in BOOLEENS} | {DATE: pa.date32()}
    return [*(pa.field(nom, types.get(nom, pa.string())) for nom in COLONNES), pa.field(INVENTE, pa.bool_())]


def build_tableaux(lot: list[LieuPublie], contexte: Contexte, champs: list[pa.Field]) -> list[pa.Array]:
    """The values of these places by column, in the order of `build_champs`."""
    attributions = [contexte.attribute(lieu) for lieu in lot]
    colonnes = zip(*(build_cellules(lieu, qui) for lieu, qui in zip(lot, attributions, strict=True)), strict=True)
    tableaux = [
        pa.array(_convert(champ.name, valeurs), champ.type) for champ, valeurs in zip(champs, colonnes, strict=False)
    ]
    return [*tableaux, pa.array([qui.est_invente for qui in attributions], pa.bool_())]


def _convert(nom: str, valeurs: Sequence[Cellule]) -> Sequence[object]:
    if nom in BOOLEENS:
        return [_BOOLEENS[valeur] for valeur in valeurs]
    if nom == DATE:
        return [dt.date.fromisoformat(valeur) if isinstance(valeur, str) else None for valeur in valeurs]
    return valeurs


def build_points(lot: Iterable[LieuPublie]) -> pa.Array:
    """The positions as points (WKB); a place without position has none."""
    return pa.array([None if lieu.lon is None else _WKB.pack(1, 1, lieu.lon, lieu.lat) for lieu in lot], pa.binary())
