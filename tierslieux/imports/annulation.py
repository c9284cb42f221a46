"""Undo a run: its fiches become again what they were before it, the places follow. One transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tierslieux.contributions import desaccords
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.core.sql import load_block
from tierslieux.imports import chargement, queries
from tierslieux.imports.rapport import REUSSIE
from tierslieux.lieux import publication
from tierslieux.lieux.models import Execution, FicheAvant, FicheSource

SQL = Path(__file__).parent / "sql" / "annulation.sql"


@dataclass(frozen=True, slots=True)
class BilanAnnulation:
    """What undoing a run did: records taken away, records put back, places that changed."""

    execution_id: int
    source_id: str
    retirees: int
    retablies: int
    lieux: int


def undo(session: Session, execution_id: int, *, now: dt.datetime, auteur: str | None = None) -> BilanAnnulation:
    """Undo a run. Flushes, never commits.

    Only the last run of a source that still stands can be: the one before becomes the last, and so on back. What people
    decided since (links between records and places) stays. A place that the run opened is hidden, and opened again
    under the same address if a later run brings its record back. Raises NotFoundError, ConflictError.
    """
    execution = session.get(Execution, execution_id)
    if execution is None:
        raise NotFoundError("Cet import n’existe pas.", execution=execution_id)
    chargement.lock(session, execution.source_id)
    session.refresh(execution)
    _check(session, execution)
    touches = set(session.execute(load_block(SQL, "list_lieux"), {"execution_id": execution_id}).scalars())
    retablies = len(session.execute(load_block(SQL, "restore_fiches"), {"execution_id": execution_id}).all())
    creees = select(FicheAvant.fiche_id).where(FicheAvant.execution_id == execution_id, FicheAvant.etat.is_(None))
    retirees = len(
        session.execute(
            delete(FicheSource)
            .where(FicheSource.id.in_(creees))
            .returning(FicheSource.id)
            .execution_options(synchronize_session=False)
        ).all()
    )
    execution.annulee_at = now
    session.flush()
    precedente = queries.find_debout(session, execution.source_id)
    session.execute(
        update(FicheSource)
        .where(FicheSource.source_id == execution.source_id, FicheSource.vue_execution_id == execution_id)
        .values(vue_execution_id=precedente.id if precedente else None)
        .execution_options(synchronize_session=False)
    )
    motif = f"Import n° {execution_id} annulé"
    lieux = publication.publish(session, touches, now=now, execution_id=execution_id, auteur=auteur, motif=motif)
    desaccords.retire(session, execution_id, now=now)
    publication.refresh_grappe(session)
    return BilanAnnulation(execution_id, execution.source_id, retirees, retablies, lieux)


def _check(session: Session, execution: Execution) -> None:
    if execution.statut != REUSSIE:
        raise ConflictError("Cet import n’a rien changé : il n’y a rien à annuler.", execution=execution.id)
    if execution.annulee_at is not None:
        raise ConflictError("Cet import est déjà annulé.", execution=execution.id)
    derniere = queries.find_debout(session, execution.source_id)
    if derniere is None or derniere.id != execution.id:
        raise ConflictError(
            "Un import plus récent de la même source a été fait depuis : annulez-le d’abord.",
            execution=execution.id,
            plus_recent=derniere.id if derniere else None,
        )
