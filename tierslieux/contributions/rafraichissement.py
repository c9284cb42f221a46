"""What follows from a published contribution and may wait a few seconds: clusters of the map, coverage.

Counting the clusters again takes seconds and locks the map's readers out meanwhile: a job does it, once for all that
was published since, and the form is answered at once.
"""

from __future__ import annotations

from contextlib import suppress

from procrastinate import App
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core import taches
from tierslieux.core.db import transaction
from tierslieux.couverture.taches import request_actualisation
from tierslieux.lieux import publication

GRAPPES = "lieux.grappes"


def request(session: Session) -> None:
    """Queue the jobs, unless they wait already; they are queued if the transaction at hand is committed."""
    with suppress(IntegrityError), session.begin_nested():
        taches.defer(session, GRAPPES, verrou=GRAPPES, attente=GRAPPES)
    request_actualisation(session)


def register(app: App, fabrique: sessionmaker[Session]) -> None:
    """Give procrastinate the job that counts the clusters of the map again."""

    @app.task(name=GRAPPES, queue=taches.FILE, lock=GRAPPES, queueing_lock=GRAPPES, retry=taches.Reprise())
    def recompter() -> None:
        with fabrique() as session, transaction(session):
            publication.refresh_grappe(session)
