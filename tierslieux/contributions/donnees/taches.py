"""Jobs of personal data: the daily purge, and taking opposed values out of all that is kept."""

from __future__ import annotations

import datetime as dt
import logging

from procrastinate import App
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.contributions.donnees import oppositions, purges
from tierslieux.core import taches
from tierslieux.core.db import transaction

logger = logging.getLogger(__name__)

PURGER = "contributions.purger"
# Looked at every hour, because a machine that is on in the daytime only would miss a fixed hour of the night.
HORAIRE_PURGER = "52 * * * *"


def register(app: App, fabrique: sessionmaker[Session], secret: str) -> None:
    """Give procrastinate the jobs. `secret` is the installation's, which made the digests."""

    @app.periodic(cron=HORAIRE_PURGER)
    @app.task(name=PURGER, queue=taches.FILE, queueing_lock=PURGER, retry=taches.Reprise())
    def purger(timestamp: int) -> None:
        run(fabrique, secret, now=dt.datetime.now(dt.UTC), timestamp=timestamp)

    @app.task(name=oppositions.EFFACER, queue=taches.FILE, lock=oppositions.EFFACER, retry=taches.Reprise())
    def effacer_opposition(opposition_id: int) -> None:
        with fabrique() as session, transaction(session):
            rangees = oppositions.erase(session, opposition_id, secret=secret, now=dt.datetime.now(dt.UTC))
        logger.info("event=opposition_erased opposition=%d rows=%d", opposition_id, rangees)


def run(fabrique: sessionmaker[Session], secret: str, *, now: dt.datetime, timestamp: int = 0) -> bool:
    """Purge, confirm what nobody has contested, and erase it, unless that was done within a day; whether it was due."""
    with fabrique() as session, transaction(session):
        if not purges.is_due(session, now=now):
            return False
        bilans = purges.purge(session, now=now)
        confirmees = oppositions.confirm_anciennes(session, now=now)
    with fabrique() as session, transaction(session):
        effacees = oppositions.erase_confirmees(session, secret=secret, now=now)
    logger.info(
        "purge=%d rows=%d confirmed=%d erased=%d", timestamp, sum(b.nombre for b in bilans), confirmees, effacees
    )
    return True
