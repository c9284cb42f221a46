"""Forgetting what is over, by the register and nothing else, and keeping the proof that it was done."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.comptes import services as comptes
from tierslieux.contributions.donnees import queries
from tierslieux.contributions.donnees.registre import list_regles
from tierslieux.contributions.donnees.regles import Regle, Suite
from tierslieux.contributions.models import Purge

logger = logging.getLogger(__name__)

# A proof is kept as long as somebody may ask for it.
CONSERVATION_PREUVES = dt.timedelta(days=3 * 365)
# A day that is missed is made up for at the next hour that the worker is up.
INTERVALLE = dt.timedelta(hours=23)


@dataclass(frozen=True, slots=True)
class Bilan:
    """What a rule found: rows forgotten, and before which day they were over."""

    regle: str
    nombre: int
    avant_le: dt.date
    jours: int


def purge(session: Session, *, now: dt.datetime, dry_run: bool = False) -> list[Bilan]:
    """Run every rule; `dry_run` only counts. Writes a row of proof for each. Flushes, never commits."""
    bilans = []
    for regle in list_regles():
        if regle.suite is Suite.AILLEURS:
            continue
        avant = now - dt.timedelta(days=regle.jours)
        nombre = _count(session, regle, avant) if dry_run else _run(session, regle, avant, now=now)
        bilans.append(Bilan(regle.cle, nombre, avant.date(), regle.jours))
    if not dry_run:
        queries.delete_preuves(session, now - CONSERVATION_PREUVES)
        session.add_all(
            Purge(regle=b.regle, fait_at=now, nombre=b.nombre, avant_le=b.avant_le, jours=b.jours) for b in bilans
        )
        session.flush()
        session.expire_all()
        logger.info("event=purged rules=%d rows=%d", len(bilans), sum(bilan.nombre for bilan in bilans))
    return bilans


def is_due(session: Session, *, now: dt.datetime) -> bool:
    """Whether the last purge is a day old."""
    derniere = queries.find_derniere_purge(session)
    return derniere is None or now - derniere[0] >= INTERVALLE


def find_derniere(session: Session) -> tuple[dt.datetime, int] | None:
    """When the last purge was made, and how many rows it forgot; None before the first."""
    return queries.find_derniere_purge(session)


def _run(session: Session, regle: Regle, avant: dt.datetime, *, now: dt.datetime) -> int:
    if regle.suite is Suite.COMPTE:
        oisifs = queries.list_comptes_oisifs(session, regle, avant)
        for compte_id in oisifs:
            comptes.erase(session, compte_id, now=now)
        return len(oisifs)
    return queries.forget(session, regle, avant)


def _count(session: Session, regle: Regle, avant: dt.datetime) -> int:
    if regle.suite is Suite.COMPTE:
        return len(queries.list_comptes_oisifs(session, regle, avant))
    return queries.count_perimes(session, regle, avant)
