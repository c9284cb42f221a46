"""Statements of long computations: who waits, who is done, names of territories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Delete, Select, delete, func, select
from sqlalchemy.orm import defer

from tierslieux.core.db import Stmt
from tierslieux.planification.models import CalculPlan
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire


def list_noms_stmt(niveau: Niveau, codes: Collection[str]) -> Stmt:
    """(code, nom) of territories of one level."""
    return select(Territoire.code, Territoire.nom).where(Territoire.niveau == niveau, Territoire.code.in_(codes))


def list_mairies_stmt(communes: Collection[str]) -> Stmt:
    """(code, lon, lat) of the town halls of communes, those that are known; degrees."""
    return select(
        Territoire.code, func.ST_X(Territoire.mairie).label("lon"), func.ST_Y(Territoire.mairie).label("lat")
    ).where(Territoire.niveau == Niveau.COMMUNE, Territoire.code.in_(communes), Territoire.mairie.is_not(None))


def find_stmt(empreinte: str, statuts: Collection[str]) -> Select[CalculPlan]:
    """The last computation of the same study on the same data that is in one of these states."""
    return (
        select(CalculPlan)
        .where(CalculPlan.empreinte == empreinte, CalculPlan.statut.in_(statuts))
        .order_by(CalculPlan.demande_at.desc(), CalculPlan.public_id)
        .limit(1)
    )


def list_stmt(limite: int) -> Select[CalculPlan]:
    """The last computations, without their results."""
    stmt = select(CalculPlan).options(defer(CalculPlan.resultat, raiseload=True))
    return stmt.order_by(CalculPlan.demande_at.desc(), CalculPlan.public_id).limit(limite)


def count_stmt(statuts: Collection[str]) -> Select[int]:
    """How many computations are in one of these states."""
    return select(func.count()).select_from(CalculPlan).where(CalculPlan.statut.in_(statuts))


def list_jobs_stmt(statuts: Collection[str]) -> Stmt:
    """(public_id, job_id) of the computations that are in one of these states."""
    return select(CalculPlan.public_id, CalculPlan.job_id).where(CalculPlan.statut.in_(statuts))


def purge_stmt(statuts: Collection[str], avant: dt.datetime) -> Delete:
    """Forget what was asked for before an instant and is in one of these states."""
    return delete(CalculPlan).where(CalculPlan.statut.in_(statuts), CalculPlan.demande_at < avant)
