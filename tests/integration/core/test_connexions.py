"""Connections of the pool: one whose server has gone is replaced, and pages read without a transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import build_settings
from tierslieux import create_app
from tierslieux.core.db import create_engine_for
from tierslieux.extensions import CLE

ATTENTE_MAX_MS = 5_000


def test_a_connection_whose_server_has_gone_is_replaced(base_neuve: str) -> None:
    engine = create_engine_for(base_neuve)
    with engine.connect() as connexion:
        ancien = connexion.scalar(text("SELECT pg_backend_pid()"))
    autre = create_engine(base_neuve, poolclass=NullPool)
    with autre.connect() as connexion:
        # The server waits itself: a transaction sees the same list of processes until its end.
        assert connexion.scalar(
            text("SELECT pg_terminate_backend(:pid, :attente_ms)"), {"pid": ancien, "attente_ms": ATTENTE_MAX_MS}
        )
    with engine.connect() as connexion:
        assert connexion.scalar(text("SELECT pg_backend_pid()")) != ancien
    engine.dispose()


def test_pages_read_outside_of_a_transaction_and_commands_write_in_one(base_neuve: str, tmp_path: Path) -> None:
    etat = create_app(build_settings(base_neuve, tmp_path)).extensions[CLE]
    # now() is the instant at which the transaction started: it moves on between statements when there is none.
    instant = text("SELECT now()")
    with etat.lectures() as session:
        assert session.scalar(instant) != session.scalar(instant)
    with etat.session_factory() as session:
        assert session.scalar(instant) == session.scalar(instant)
    etat.session_factory.kw["bind"].dispose()
