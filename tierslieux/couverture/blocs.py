"""The results as tables of numbers, kept beside their rows: read and written in some milliseconds.

See models.BlocCouverture. A change of one place, the rank of a territory, the map of every commune start from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import psycopg
from sqlalchemy.orm import Session

from tierslieux.core.sql import load_block, load_blocks
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.hypotheses import Volet
from tierslieux.couverture.lecture import SQL
from tierslieux.couverture.methodes import Flottants
from tierslieux.couverture.volets import NOMBRE_COLONNES, Colonnes

# Changes when older blocks cannot be read any more: all is then written again.
_FORMAT = "1"
_COMMUNES = f"{_FORMAT}/communes"
# Communes of a block: small enough to write one for one place, few enough to read them all.
TAILLE_LOT = 350


def encode_lot(matrice: Flottants) -> bytes:
    """Rows of communes as they are kept in a block."""
    return np.ascontiguousarray(matrice, dtype="<f8").tobytes()


def decode_lots(lots: Sequence[bytes]) -> Flottants:
    """What `encode_lot` wrote, blocks together in order."""
    return np.frombuffer(b"".join(lots), dtype="<f8").reshape(-1, NOMBRE_COLONNES)


def iter_lots(colonnes: Mapping[Volet, Colonnes], lots: Mapping[Volet, Collection[int]]) -> Iterator[dict[str, object]]:
    """Blocks of these numbers to write: name, number, bytes."""
    for volet, table in colonnes.items():
        for lot in sorted(lots[volet]):
            octets = encode_lot(table.matrice[lot * TAILLE_LOT : (lot + 1) * TAILLE_LOT])
            yield {"nom": name_bloc(volet), "lot": lot, "octets": octets}


def name_bloc(volet: Volet) -> str:
    """Under what name the blocks of a volet are kept."""
    return f"{_FORMAT}/{volet.cible.value}/{volet.mode.value}"


def write_communes(session: Session, communes: Communes) -> None:
    """Keep the communes for the changes to come."""
    write_blocs(session, [{"nom": _COMMUNES, "lot": 0, "octets": communes.to_bytes()}])


def write_blocs(session: Session, blocs: Sequence[dict[str, object]]) -> None:
    """Write blocks, in place of those of the same name and number."""
    if blocs:
        session.execute(load_block(SQL, "upsert_blocs"), blocs)


def read_blocs(session: Session, volets: Sequence[Volet]) -> dict[Volet, Colonnes]:
    """The tables of these volets, those that are there."""
    par_nom: dict[str, list[bytes]] = {}
    for nom, octets in _list_blocs(session, [name_bloc(volet) for volet in volets]):
        par_nom.setdefault(nom, []).append(octets)
    return {volet: Colonnes(decode_lots(par_nom[name_bloc(volet)])) for volet in volets if name_bloc(volet) in par_nom}


def read_communes(session: Session) -> Communes | None:
    """The communes as they were at the last whole computation."""
    blocs = _list_blocs(session, [_COMMUNES])
    return Communes.from_bytes(blocs[0][1]) if blocs else None


def _list_blocs(session: Session, noms: Sequence[str]) -> list[tuple[str, bytes]]:
    """Names and contents of blocks, in order. Read as they are: as text, each byte would be written in three."""
    connexion = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    with connexion.cursor(binary=True) as curseur:
        return curseur.execute(load_blocks(SQL)["list_blocs"], {"noms": list(noms)}).fetchall()
