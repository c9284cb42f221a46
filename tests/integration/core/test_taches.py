"""The queue: jobs written with what they are for, and jobs whose worker died."""

from __future__ import annotations

import pytest
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core import taches
from tierslieux.core.taches import REPRISES_MAX, Reprise

CHEMIN = "SELECT current_setting('search_path')"


def start_job(session: Session, *, battement_s: float | None = 0.0, reprises: int = 0) -> tuple[int, int | None]:
    """A job that a worker fetched a minute ago, and that worker, whose last heartbeat is so old (None: row pruned)."""
    numero = taches.defer(session, "essai", valeur=1)
    ouvrier = session.scalar(
        text("INSERT INTO procrastinate.procrastinate_workers DEFAULT VALUES RETURNING id").columns()
    )
    session.execute(
        text(
            "UPDATE procrastinate.procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :age)"
            " WHERE id = :id"
        ),
        {"age": battement_s or 0.0, "id": ouvrier},
    )
    session.execute(text("SET LOCAL search_path TO procrastinate, public"))
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :w, attempts = :a WHERE id = :id"),
        {"w": ouvrier, "a": reprises, "id": numero},
    )
    session.execute(text("UPDATE procrastinate_events SET at = now() - interval '1 minute'"))
    session.execute(text("SET LOCAL search_path TO DEFAULT"))
    if battement_s is None:
        session.execute(text("DELETE FROM procrastinate.procrastinate_workers WHERE id = :id"), {"id": ouvrier})
        return numero, None
    return numero, ouvrier


def get_etat(session: Session, numero: int) -> str:
    return str(taches.list_etats(session, [numero])[numero].etat)


def test_a_job_is_queued_with_what_it_is_for_or_not_at_all(fabrique: sessionmaker[Session], session: Session) -> None:
    with fabrique() as autre:
        annule = taches.defer(autre, "essai")
        autre.rollback()
    numero = taches.defer(session, "essai", verrou="source:x", depot_id=3)
    assert annule not in taches.list_etats(session, [annule, numero])
    assert get_etat(session, numero) == "todo"
    assert taches.list_recentes(session)[0].arguments == {"depot_id": 3}


def test_the_search_path_is_the_same_afterwards(session: Session) -> None:
    avant = session.scalar(text(CHEMIN))
    taches.cancel(session, taches.defer(session, "essai"))
    taches.recover(session)
    taches.purge(session, jours=1)
    assert session.scalar(text(CHEMIN)) == avant


def test_one_job_of_a_kind_waits_at_a_time(session: Session) -> None:
    taches.defer(session, "essai", attente="depot:1")
    with pytest.raises(IntegrityError), session.begin_nested():
        taches.defer(session, "essai", attente="depot:1")


def test_a_job_can_be_taken_back_as_long_as_it_waits(session: Session) -> None:
    numero = taches.defer(session, "essai")
    assert taches.cancel(session, numero)
    assert get_etat(session, numero) == "cancelled"
    assert not taches.cancel(session, start_job(session)[0])


@pytest.mark.parametrize("battement_s", [None, 31.0], ids=["row pruned", "no heartbeat"])
def test_a_job_whose_worker_died_goes_back_to_the_queue(session: Session, battement_s: float | None) -> None:
    numero, _ = start_job(session, battement_s=battement_s)
    assert taches.recover(session) == ([numero], [])
    assert get_etat(session, numero) == "todo"


def test_a_job_whose_worker_lives_is_left_alone(session: Session) -> None:
    numero, _ = start_job(session, battement_s=20.0)
    assert taches.recover(session) == ([], [])
    assert get_etat(session, numero) == "doing"


def test_a_worker_that_slept_does_not_lose_the_job_that_it_does(session: Session) -> None:
    numero, ouvrier = start_job(session, battement_s=3600.0)
    assert taches.recover(session, ouvrier_id=ouvrier, vivants=[numero]) == ([], [])


def test_a_worker_takes_up_a_job_of_its_own_that_it_has_forgotten(session: Session) -> None:
    """The end of the job could not be written, the database being away just then."""
    numero, ouvrier = start_job(session)
    assert taches.recover(session, ouvrier_id=ouvrier) == ([numero], [])


def test_a_job_that_kills_its_worker_is_given_up(session: Session) -> None:
    numero, _ = start_job(session, battement_s=None, reprises=REPRISES_MAX)
    assert taches.recover(session) == ([], [numero])
    assert get_etat(session, numero) == "failed"


def test_a_worker_is_there_as_long_as_it_says_so(session: Session) -> None:
    assert not taches.has_ouvrier(session)
    start_job(session, battement_s=31.0)
    assert not taches.has_ouvrier(session)
    start_job(session, battement_s=5.0)
    assert taches.has_ouvrier(session)


def test_old_jobs_are_forgotten_and_waiting_ones_kept(session: Session) -> None:
    attend, fini = taches.defer(session, "essai"), taches.defer(session, "essai")
    taches.cancel(session, fini)
    session.execute(text("UPDATE procrastinate.procrastinate_events SET at = now() - interval '31 days'"))
    taches.purge(session, jours=30)
    assert list(taches.list_etats(session, [attend, fini])) == [attend]


@pytest.mark.parametrize(
    ("erreur", "reprises", "attente_s"),
    [
        (OperationalError("x", {}, Exception()), 0, 2),
        (OperationalError("x", {}, Exception()), 2, 8),
        (OperationalError("x", {}, Exception()), REPRISES_MAX, None),
        (JobAborted(), 0, 0),
        (ValueError(), 0, None),
    ],
)
def test_what_is_begun_again_and_when(erreur: BaseException, reprises: int, attente_s: int | None) -> None:
    job = Job(id=1, queue="taches", lock=None, queueing_lock=None, task_name="essai", attempts=reprises)
    decision = Reprise().get_retry_decision(exception=erreur, job=job)
    assert (decision is None) == (attente_s is None)
    if decision is not None and attente_s is not None:
        assert decision.retry_at is not None


def test_the_address_is_completed_by_where_the_connection_went(engine: Engine) -> None:
    assert taches.find_url(engine) == engine.url


def test_the_queue_is_reached_in_its_own_schema() -> None:
    app = taches.build_app(make_url("postgresql+psycopg://u:p@/b?host=/srv/mes%20lieux/run&options=-c%20jit%3Doff"))
    arguments = app.connector._pool_args
    assert conninfo_to_dict(arguments["conninfo"]) == {
        "user": "u",
        "password": "p",
        "dbname": "b",
        "host": "/srv/mes lieux/run",
    }
    assert arguments["kwargs"] == {"options": "-c jit=off -c search_path=procrastinate"}
