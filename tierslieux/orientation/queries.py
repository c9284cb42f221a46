"""What the orientation reads of places beyond their summary."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee, Stmt
from tierslieux.lieux.models import Lieu

LIEU = Lieu.__table__.c


def list_offres_stmt(lieu_ids: Collection[int]) -> Stmt:
    """What these places declare: id, special care, ways of helping, ways to come, audiences."""
    colonnes = (LIEU.id, LIEU.prises_en_charge, LIEU.accompagnements, LIEU.modalites_acces, LIEU.publics)
    return select(*colonnes).where(LIEU.id.in_(lieu_ids))


def list_offres(session: Session, lieu_ids: Collection[int]) -> dict[int, Rangee]:
    """Run `list_offres_stmt`: rows by private id; no statement without any place."""
    if not lieu_ids:
        return {}
    return {rangee.id: rangee for rangee in session.execute(list_offres_stmt(lieu_ids))}
