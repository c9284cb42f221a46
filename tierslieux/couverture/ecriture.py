"""Write the results of a computation, in the caller's transaction. Statements: sql/couverture.sql."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import psycopg
from sqlalchemy.orm import Session

from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_blocks
from tierslieux.couverture.agregats import LigneTerritoire
from tierslieux.couverture.communes import Codes
from tierslieux.couverture.enums import SEUILS_MIN
from tierslieux.couverture.hypotheses import Volet
from tierslieux.couverture.lecture import SQL, LieuLu
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.couverture.points import PointCommune
from tierslieux.couverture.volets import NOMBRE_COLONNES, Colonnes

_ENTETE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_FIN = b"\xff\xff"
_OID_FLOAT8 = 701


def copy(session: Session, bloc: str, lignes: Iterable[Sequence[object]]) -> None:
    """Write rows by the COPY statement of that block."""
    connexion = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    with connexion.cursor() as curseur, curseur.copy(load_blocks(SQL)[bloc]) as copie:
        for ligne in lignes:
            copie.write_row(ligne)


def copy_points(session: Session, points: Iterable[PointCommune]) -> None:
    """Write points where people live."""
    copy(
        session,
        "copy_points",
        ((p.commune_code, p.origine.value, p.part, f"SRID=4326;POINT({p.lon!r} {p.lat!r})") for p in points),
    )


def copy_lieux(session: Session, lieux: Sequence[LieuLu], demandes: Flottants) -> None:
    """Write the places as this computation knows them; `demandes` has one row for each."""
    copy(
        session,
        "copy_couverts",
        (
            (lieu.id, list(lieu.cibles), lieu.commune_code, lieu.lon, lieu.lat, lieu.horaires, lieu.heures, ligne)
            for lieu, ligne in zip(lieux, demandes.tolist(), strict=True)
        ),
    )


def copy_territoires(session: Session, lignes: Iterable[LigneTerritoire]) -> None:
    """Write rows of territories."""
    copy(
        session,
        "copy_acces_territoires",
        (
            (
                ligne.niveau.value,
                ligne.code,
                ligne.volet.cible.value,
                ligne.volet.mode.value,
                ligne.duree_min,
                ligne.heures_semaine,
                ligne.accessibilite,
                ligne.gini,
                ligne.part_dixieme,
                ligne.population,
                ligne.population_au_dela,
                ligne.besoin,
                ligne.besoin_bas,
                ligne.besoin_haut,
                ligne.besoin_au_dela,
                ligne.au_dela_bas,
                ligne.au_dela_haut,
            )
            for ligne in lignes
        ),
    )


def copy_communes(
    session: Session,
    codes: Codes,
    colonnes: Mapping[Volet, Colonnes],
    rangs: Mapping[Volet, Entiers],
    progress: Progress = ignore_progress,
) -> None:
    """Write the rows of communes of these ranks.

    Rows are laid out in PostgreSQL's binary format by numpy: 600,000 rows one by one would take longer than all else.
    """
    connexion = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    with connexion.cursor() as curseur, curseur.copy(load_blocks(SQL)["copy_acces_communes"]) as copie:
        copie.write(_ENTETE)
        for fait, (volet, table) in enumerate(colonnes.items(), start=1):
            gardes = rangs[volet]
            for lignes in _iter_binaires(volet, codes[gardes], table.matrice[gardes]):
                copie.write(lignes)
            progress("writing", fait, len(colonnes))
        copie.write(_FIN)


def _iter_binaires(volet: Volet, codes: Codes, matrice: Flottants) -> Iterator[bytes]:
    """Rows with the same absent values have one layout: each such set at once."""
    scalaires = np.delete(matrice, np.s_[5 : 5 + len(SEUILS_MIN)], axis=1)
    absents = np.isnan(scalaires)
    absents[:, 0] = scalaires[:, 0] < 0
    ascii_codes = np.char.encode(codes, "ascii")
    motifs, de = np.unique(absents, axis=0, return_inverse=True)
    for rang, motif in enumerate(motifs):
        lignes = np.flatnonzero(de.ravel() == rang)
        yield _build_binaires(volet, ascii_codes[lignes], matrice[lignes], motif)


def _build_binaires(volet: Volet, codes: np.typing.NDArray[np.bytes_], m: Flottants, absents: Sequence[bool]) -> bytes:
    cible, mode = volet.cible.value.encode(), volet.mode.value.encode()
    k = len(SEUILS_MIN)
    champs: list[tuple[str, str]] = []
    valeurs: list[object] = []

    def add(type_: str, valeur: object) -> None:
        champs.append((f"c{len(champs)}", type_))
        valeurs.append(valeur)

    def add_nombre(colonne: int, *, absent: bool, type_: str = ">f8", octets: int = 8) -> None:
        add(">i4", -1 if absent else octets)
        if not absent:
            add(type_, m[:, colonne])

    add(">i2", NOMBRE_COLONNES)
    for texte in (cible, mode):
        add(">i4", len(texte))
        add(f"S{len(texte)}", texte)
    add(">i4", codes.dtype.itemsize)
    add(codes.dtype.str, codes)
    add_nombre(0, absent=absents[0], type_=">i4", octets=4)
    for colonne in range(1, 5):
        add_nombre(colonne, absent=absents[colonne])
    add(">i4", 20 + 12 * k)
    for entier in (1, 0, _OID_FLOAT8, k, 1):
        add(">i4", entier)
    for rang in range(k):
        add(">i4", 8)
        add(">f8", m[:, 5 + rang])
    add_nombre(5 + k, absent=absents[5])
    table = np.empty(len(m), dtype=champs)
    for (nom, _), valeur in zip(champs, valeurs, strict=True):
        table[nom] = valeur
    return table.tobytes()
