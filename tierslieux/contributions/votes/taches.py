"""The job that looks, every hour, whether residents' votes have decided something."""

from __future__ import annotations

import datetime as dt
import logging

from procrastinate import App
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.contributions.votes.services import conclude
from tierslieux.core import taches
from tierslieux.core.db import transaction

logger = logging.getLogger(__name__)

CONCLURE = "contributions.conclure_votes"
HORAIRE_CONCLURE = "11 * * * *"


def register(app: App, fabrique: sessionmaker[Session]) -> None:
    """Give procrastinate the job."""

    @app.periodic(cron=HORAIRE_CONCLURE)
    @app.task(name=CONCLURE, queue=taches.FILE, queueing_lock=CONCLURE, retry=taches.Reprise())
    def conclure(timestamp: int) -> None:
        with fabrique() as session, transaction(session):
            conclues = conclude(session, now=dt.datetime.now(dt.UTC))
        logger.info("votes=%d accepted=%d", timestamp, len(conclues))
