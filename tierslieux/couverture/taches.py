"""The job that brings coverage up to date with the places; it runs in the process of `flask imports worker`.

It is queued when an import is applied or undone, and every ten minutes for what changes places otherwise (decisions on
duplicates, commands): when nothing has changed, it ends at once.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress

from procrastinate import App
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core import taches
from tierslieux.core.errors import SourceError
from tierslieux.couverture.actualisation import update_couverture
from tierslieux.trajets.choix import Choix

logger = logging.getLogger(__name__)

ACTUALISER = "couverture.actualiser"
HORAIRE_ACTUALISER = "*/10 * * * *"


def request_actualisation(session: Session) -> None:
    """Queue the job, unless one waits already; it is queued if the transaction at hand is committed."""
    with suppress(IntegrityError), session.begin_nested():
        taches.defer(session, ACTUALISER, verrou=ACTUALISER, attente=ACTUALISER)


def register(app: App, fabrique: sessionmaker[Session], choix: Choix) -> None:
    """Give procrastinate the job; the statements of these sessions have no time limit."""

    @app.periodic(cron=HORAIRE_ACTUALISER)
    @app.task(name=ACTUALISER, queue=taches.FILE, lock=ACTUALISER, queueing_lock=ACTUALISER, retry=taches.Reprise())
    def actualiser(timestamp: int | None = None) -> None:
        try:
            rapport = update_couverture(fabrique, choix, now=dt.datetime.now(dt.UTC))
        except SourceError as erreur:
            # Without territories there is nothing to compute: the set-up loads them.
            logger.warning("coverage=not_computed timestamp=%s reason=%s", timestamp, erreur)
            return
        logger.info("coverage=%s timestamp=%s seconds=%.2f", rapport.statut, timestamp, rapport.secondes)
