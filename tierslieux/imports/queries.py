"""Statements on runs and rejected rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.lieux.models import Execution, FicheSource, Lieu, Rejet


def list_dernieres(session: Session, statut: str | None = None) -> dict[str, Execution]:
    """The last run of each source, or the last of this status, by source."""
    numeros = select(func.max(Execution.id)).group_by(Execution.source_id)
    if statut is not None:
        numeros = numeros.where(Execution.statut == statut)
    executions = session.scalars(select(Execution).where(Execution.id.in_(numeros)))
    return {execution.source_id: execution for execution in executions}


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
