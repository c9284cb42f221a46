"""Statements on runs and rejected rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.imports.rapport import REUSSIE
from tierslieux.lieux.models import Execution, FicheSource, Lieu, Rejet, Source


def list_dernieres(session: Session, statut: str | None = None) -> dict[str, Execution]:
    """The last run of each source, or the last of this status, by source; undone ones count."""
    numeros = select(func.max(Execution.id)).group_by(Execution.source_id)
    if statut is not None:
        numeros = numeros.where(Execution.statut == statut)
    executions = session.scalars(select(Execution).where(Execution.id.in_(numeros)))
    return {execution.source_id: execution for execution in executions}


def list_debout(session: Session, rang: int = 1) -> dict[str, Execution]:
    """The last run of each source that succeeded and was not undone, by source; `rang` 2 is the one before it."""
    ordre = func.row_number().over(partition_by=Execution.source_id, order_by=Execution.id.desc())
    rangs = (
        select(Execution.id, ordre.label("rang"))
        .where(Execution.statut == REUSSIE, Execution.annulee_at.is_(None))
        .subquery()
    )
    stmt = select(Execution).join(rangs, rangs.c.id == Execution.id).where(rangs.c.rang == rang)
    return {execution.source_id: execution for execution in session.scalars(stmt)}


def find_debout(session: Session, source_id: str) -> Execution | None:
    """The last run of this source that succeeded and was not undone."""
    return session.scalars(
        select(Execution)
        .where(Execution.source_id == source_id, Execution.statut == REUSSIE, Execution.annulee_at.is_(None))
        .order_by(Execution.id.desc())
        .limit(1)
    ).one_or_none()


def count_disparues(session: Session) -> dict[str, int]:
    """Records that the last file of their source did not hold and that still speak, by source."""
    stmt = (
        select(FicheSource.source_id, func.count().label("nombre"))
        .where(FicheSource.disparue_execution_id.is_not(None), FicheSource.retiree_at.is_(None))
        .group_by(FicheSource.source_id)
    )
    return {rangee.source_id: rangee.nombre for rangee in session.execute(stmt)}


def find_declaree(session: Session, source_id: str) -> dict[str, Any] | None:
    """The declaration of a source that was made on the page of imports."""
    return session.scalars(select(Source.correspondance).where(Source.id == source_id)).one_or_none()


def list_declarees(session: Session) -> Sequence[dict[str, Any]]:
    """The declarations made on the page of imports, by id of source."""
    stmt = select(Source.correspondance).where(Source.correspondance.is_not(None)).order_by(Source.id)
    return [declaration for declaration in session.scalars(stmt) if declaration is not None]


def list_rejets(session: Session, execution_id: int) -> Sequence[Rejet]:
    """The rejected rows of a run, in the file's order."""
    return session.scalars(
        select(Rejet).where(Rejet.execution_id == execution_id).order_by(Rejet.ligne, Rejet.id)
    ).all()


def count_lieux(session: Session) -> dict[str, int]:
    """Published places that each source speaks of."""
    stmt = (
        select(FicheSource.source_id, func.count(FicheSource.lieu_id.distinct()).label("nombre"))
        .join(Lieu, Lieu.id == FicheSource.lieu_id)
        .where(Lieu.statut == "publie")
        .group_by(FicheSource.source_id)
    )
    return {rangee.source_id: rangee.nombre for rangee in session.execute(stmt)}
