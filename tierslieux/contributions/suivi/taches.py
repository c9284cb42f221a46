"""The job that writes to places, for installations that have chosen to (TIERSLIEUX_RELANCES_MOIS)."""

from __future__ import annotations

import datetime as dt
import logging

from procrastinate import App
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.contributions.annonces import find_reglages
from tierslieux.contributions.suivi.relances import send_batch
from tierslieux.core import taches
from tierslieux.core.db import transaction

logger = logging.getLogger(__name__)

RELANCER = "contributions.relancer"
# One batch a day in the first week of the month: a machine that is off on one of these days does not miss a month.
HORAIRE_RELANCER = "23 8 1-7 * *"


def register(app: App, fabrique: sessionmaker[Session], *, mois: int) -> None:
    """Give procrastinate the job; `mois` is the setting, 0 for never."""

    @app.periodic(cron=HORAIRE_RELANCER)
    @app.task(name=RELANCER, queue=taches.FILE, queueing_lock=RELANCER, retry=taches.Reprise())
    def relancer(timestamp: int) -> None:
        if not mois:
            return
        with fabrique() as session, transaction(session):
            reglages = find_reglages(session)
            if reglages is None:
                raise LookupError("sessions of the worker have no settings for mails")
            bilan = send_batch(session, reglages, mois=mois, now=dt.datetime.now(dt.UTC))
        logger.info("reminders=%d mails=%s", timestamp, "none (another process)" if bilan is None else bilan.envoyees)
