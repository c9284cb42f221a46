"""Statements on what the site holds as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import Execution, FicheSource, Lieu, Source
from tierslieux.territoires.models import EditionTerritoires

# As imports.rapport names it; only imports may read that module.
REUSSIE = "reussie"


def list_sources(session: Session) -> Sequence[Source]:
    """The sources that were read with success, most trusted first; invented places are none."""
    lues = select(Execution.source_id).where(Execution.statut == REUSSIE)
    stmt = select(Source).where(Source.id.in_(lues), ~Source.est_inventee).order_by(Source.confiance.desc(), Source.id)
    return session.scalars(stmt).all()


def has_inventes(session: Session) -> bool:
    """Whether invented places are published."""
    inventees = select(Source.id).where(Source.est_inventee)
    publie = exists().where(
        FicheSource.source_id.in_(inventees), Lieu.id == FicheSource.lieu_id, Lieu.statut == Statut.PUBLIE
    )
    return bool(session.scalar(select(publie)))


def find_derniere_lecture(session: Session) -> dt.datetime | None:
    """When a source was last read with success."""
    return session.scalar(select(func.max(Execution.debut_at)).where(Execution.statut == REUSSIE))


def has_territoires(session: Session) -> bool:
    """Whether the boundaries are loaded."""
    return bool(session.scalar(select(exists().where(EditionTerritoires.id == 1))))
