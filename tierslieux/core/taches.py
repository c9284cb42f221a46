"""The queue of jobs: procrastinate's tables in the same database, in the PostgreSQL schema "procrastinate".

What happens to a job happens in the transaction of the session at hand: a row that says "a job will do it" and the job
itself are written together or not at all. The process that does the jobs is core/ouvrier.py.

procrastinate leaves a job whose worker died "doing" for ever once the row of that worker is gone (its issue 1518):
`recover` gives such jobs back to the queue, a few times, then ends them.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.jobs import Job
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.core.sql import load_block

logger = logging.getLogger(__name__)

SQL = Path(__file__).parent / "sql" / "taches.sql"

SCHEMA = "procrastinate"
FILE = "taches"
# Jobs of a second that somebody waits for: done beside the others, which may take an hour.
FILE_VITE = "vite"
# A job that was cut off this many times is more likely the cause than the victim (too large for the memory, say).
REPRISES_MAX = 3
# What losing the database looks like, by the road that led to it.
PERTES_DE_BASE = (OperationalError, InterfaceError, psycopg.OperationalError, ConnectorException)


@dataclass(frozen=True, slots=True)
class Rythme:
    """How often a worker says that it lives, after how long it is taken for dead, and how often the dead are sought.

    `attente_max_s` bounds the wait between two attempts to reach a lost database, `arret_s` what a running job is given
    when the worker is asked to stop.
    """

    battement_s: float = 5.0
    mort_s: float = 30.0
    ronde_s: float = 15.0
    attente_max_s: float = 30.0
    arret_s: float = 2.0


RYTHME = Rythme()


class Reprise(BaseRetryStrategy):
    """Begin again what a stop of the worker or a lost database has cut off; any other error ends the job."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to begin again: after 2, 4, 8 seconds; at once when the worker was asked to stop."""
        if job.attempts >= REPRISES_MAX:
            return None
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, PERTES_DE_BASE):
            return RetryDecision(retry_in={"seconds": 2 ** (job.attempts + 1)})
        return None


def find_url(engine: Engine) -> URL:
    """The whole address of an engine's database: that of the private cluster lacks the folder of its socket."""
    url = engine.url
    if url.host is not None or "host" in url.query:
        return url
    with engine.connect() as connexion:
        pilote = connexion.connection.driver_connection
        if not isinstance(pilote, psycopg.Connection):
            raise TypeError(f"{type(pilote).__name__} is no connection of psycopg")
        return url.update_query_dict({"host": pilote.info.host})


def build_app(url: URL) -> App:
    """An application of procrastinate on the database at `url`, without tasks yet."""
    # Not the address as one text: SQLAlchemy writes a space as "+", which libpq takes for a plus sign.
    parametres = url.translate_connect_args(username="user", database="dbname")
    parametres |= {nom: valeur if isinstance(valeur, str) else ",".join(valeur) for nom, valeur in url.query.items()}
    options = f"{parametres.pop('options', '')} -c search_path={SCHEMA}".strip()
    connecteur = PsycopgConnector(
        conninfo=make_conninfo(**parametres),
        kwargs={"options": options},
        min_size=1,
        # Each of the two workers (ouvrier.py) keeps one to listen.
        max_size=5,
    )
    return App(connector=connecteur)


def defer(
    session: Session,
    tache: str,
    *,
    file: str = FILE,
    verrou: str | None = None,
    attente: str | None = None,
    a_partir_de: dt.datetime | None = None,
    **arguments: object,
) -> int:
    """Queue a job; its number. Jobs of one `verrou` run one after the other; one job of an `attente` waits at a time.

    It is not done before `a_partir_de`, when that is given.

    Raises IntegrityError when a job with the same `attente` waits already.
    """
    with _in_schema(session):
        numero: int = session.execute(
            load_block(SQL, "defer"),
            {
                "file": file,
                "tache": tache,
                "verrou": verrou,
                "attente": attente,
                "arguments": json.dumps(arguments),
                "a_partir_de": a_partir_de,
            },
        ).scalar_one()
    return numero


def cancel(session: Session, numero: int) -> bool:
    """Take a job that still waits out of the queue; False when it runs or has run."""
    with _in_schema(session):
        return session.execute(load_block(SQL, "cancel"), {"id": numero}).scalar_one() is not None


def recover(
    session: Session, *, ouvrier_id: int | None = None, vivants: Collection[int] = (), rythme: Rythme = RYTHME
) -> tuple[list[int], list[int]]:
    """Give back the jobs whose worker died: numbers of those that will be done again, and of those given up.

    `ouvrier_id` is the worker that asks, `vivants` the jobs that it works on: these are never taken for dead, however
    late its heartbeat (the machine may have slept).
    """
    reprises: list[int] = []
    abandons: list[int] = []
    with _in_schema(session):
        perdues = session.execute(
            load_block(SQL, "list_abandonnes"),
            {"mort_s": rythme.mort_s, "ouvrier_id": ouvrier_id, "vivants": list(vivants)},
        ).all()
        for perdue in perdues:
            est_reprise = perdue.attempts < REPRISES_MAX
            session.execute(load_block(SQL, "retry" if est_reprise else "give_up"), {"id": perdue.id})
            (reprises if est_reprise else abandons).append(perdue.id)
            logger.warning(
                "job=%d task=%s event=%s attempts=%d",
                perdue.id,
                perdue.task_name,
                "recovered" if est_reprise else "given_up",
                perdue.attempts,
            )
    return reprises, abandons


def has_ouvrier(session: Session, *, rythme: Rythme = RYTHME) -> bool:
    """Whether a worker lives."""
    return bool(session.execute(load_block(SQL, "has_ouvrier"), {"mort_s": rythme.mort_s}).scalar_one())


def list_etats(session: Session, numeros: Sequence[int]) -> dict[int, Rangee]:
    """State and number of retries of these jobs, by number; those of the distant past are left out."""
    rangees = session.execute(load_block(SQL, "list_etats"), {"ids": list(numeros)})
    return {rangee.id: rangee for rangee in rangees}


def list_recentes(session: Session, limite: int = 50) -> Sequence[Rangee]:
    """The last jobs queued: id, tache, etat (as procrastinate says it), reprises, arguments, cree_at."""
    return session.execute(load_block(SQL, "list_recentes"), {"limite": limite}).all()


def purge(session: Session, *, jours: int) -> None:
    """Forget the jobs that ended more than `jours` days ago."""
    with _in_schema(session):
        session.execute(load_block(SQL, "purge"), {"jours": jours})


@contextmanager
def _in_schema(session: Session) -> Iterator[None]:
    """Put procrastinate's schema first, then the session's own search path back; an error rolls both back."""
    avant = session.execute(load_block(SQL, "get_chemin")).scalar_one()
    session.execute(load_block(SQL, "set_chemin"), {"chemin": f"{SCHEMA}, {avant}"})
    yield
    session.execute(load_block(SQL, "set_chemin"), {"chemin": avant})
