"""Tables that a territory uploads: buildings that could host a place, or people in need by commune."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.models import TableTerritoire
from tierslieux.territoires.enums import Niveau

# After its last use; a table that was looked at and never kept goes much sooner.
JOURS_GARDES = 365
JOURS_APERCU = 1
# A use is noted once a day at most: reading must not write each time.
_JOUR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LigneTable:
    """One row that was understood. `rang`: its number in the file, from 1; degrees are EPSG:4326.

    A candidate has a position; a row of need has `personnes` for its commune. `jours_marche`: codes "lu"… "di".
    """

    rang: int
    nom: str | None = None
    commune_code: str | None = None
    lon: float | None = None
    lat: float | None = None
    personnes: float | None = None
    cout: float | None = None
    capacite: float | None = None
    horaires: str | None = None
    jours_marche: tuple[str, ...] = ()


def read_table(session: Session, public_id: str, niveau: Niveau, code: str) -> tuple[LigneTable, ...]:
    """The rows of a table of this territory; raises InvalidInputError when it is not there."""
    check_table(session, public_id, niveau, code)
    lignes = session.scalars(select(TableTerritoire.lignes).where(TableTerritoire.public_id == public_id)).one()
    return build_lignes(lignes)


def build_lignes(lignes: list[dict[str, object]]) -> tuple[LigneTable, ...]:
    """Rows from their JSON."""
    return tuple(LigneTable(**ligne | {"jours_marche": tuple(ligne.get("jours_marche", ()))}) for ligne in lignes)  # type: ignore[arg-type]


def check_table(session: Session, public_id: str, niveau: Niveau, code: str) -> None:
    """Raise InvalidInputError when there is no such table of this territory; else note that it is used."""
    table = session.execute(
        select(
            TableTerritoire.niveau, TableTerritoire.code, TableTerritoire.gardee_at, TableTerritoire.utilisee_at
        ).where(TableTerritoire.public_id == public_id)
    ).one_or_none()
    if table is None or (table.niveau, table.code) != (niveau.value, code) or table.gardee_at is None:
        raise InvalidInputError("table", public_id, "le code d’une table déposée pour ce territoire")
    now = dt.datetime.now(dt.UTC)
    if table.utilisee_at < now - _JOUR and not _is_lecture_seule(session):
        session.execute(
            update(TableTerritoire).where(TableTerritoire.public_id == public_id).values(utilisee_at=now),
            execution_options={"synchronize_session": False},
        )


def _is_lecture_seule(session: Session) -> bool:
    """Whether the transaction at hand may only read: files are made in such ones."""
    etat: str = session.execute(select(func.current_setting("transaction_read_only"))).scalar_one()
    return etat == "on"
