"""Files given on the pages, and the jobs that work on them, without a worker."""

from __future__ import annotations

import datetime as dt
from typing import Any

from procrastinate import App, JobContext
from procrastinate.jobs import Job
from procrastinate.testing import InMemoryConnector
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.imports.depots import depots, taches
from tierslieux.imports.models import Depot

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


def make_depot(session: Session, contenu: bytes = b"x", **champs: Any) -> Depot:
    """A file that was just given, of the source of invented places."""
    defauts: dict[str, Any] = {
        "nom_fichier": "lieux.csv",
        "contenu": contenu,
        "source_id": "demonstration",
        "correspondance": None,
        "reconnu": {"format": "CSV"},
        "proposition": {},
        "now": NOW,
    }
    return depots.create_depot(session, **(defauts | champs))


def do_job(fabrique: sessionmaker[Session], settings: Settings, cle: str, *, abort: bool = False) -> None:
    """Do the job that a depot waits for, as a worker would; `abort`: the worker was asked to stop meanwhile."""
    app = App(connector=InMemoryConnector())
    taches.register(app, taches.Contexte(fabrique, settings))
    with fabrique() as session:
        depot = depots.get_depot(session, cle)
        numero, depot_id = depot.job_id, depot.id
    tache = depots.LIRE if depot.etat == depots.EtatDepot.LECTURE else depots.APPLIQUER
    job = Job(id=numero, queue="taches", lock=None, queueing_lock=None, task_name=tache)
    contexte = JobContext(app=app, job=job, start_timestamp=0.0, abort_reason=lambda: abort or None)
    app.tasks[tache].func(contexte, depot_id=depot_id)
    with fabrique() as session:
        set_job(session, numero, "succeeded")
        session.commit()


def set_job(session: Session, numero: int | None, etat: str, reprises: int = 1) -> None:
    """Give a job of the queue a state; the queue's triggers only work in its own schema."""
    session.execute(text("SET LOCAL search_path TO procrastinate, public"))
    session.execute(
        text(
            "UPDATE procrastinate_jobs SET status = CAST(:etat AS procrastinate_job_status), attempts = :reprises"
            " WHERE id = :id"
        ),
        {"etat": etat, "reprises": reprises, "id": numero},
    )
    session.execute(text("SET LOCAL search_path TO DEFAULT"))
