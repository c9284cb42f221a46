"""SQLAlchemy: declarative base, naming convention, engine and session factories, the transaction of an edge."""

from __future__ import annotations

import datetime as dt
import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar, TypeAlias

from sqlalchemy import DateTime, Engine, MetaData, Row, Select, Text, create_engine, event, func
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# A statement and a row whose columns are known to the one who wrote the statement.
Stmt: TypeAlias = Select[*tuple[Any, ...]]
Rangee: TypeAlias = Row[*tuple[Any, ...]]
Instant = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """Base of every model; names of constraints follow one convention so that migrations can find them."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar = {str: Text}


# A web worker has 4 threads (installation/cli.py) and each holds one connection at a time; 2 more for bursts.
TAILLE_POOL = 4
DEBORDEMENT_POOL = 2


def create_engine_for(url: str, *, statement_timeout_s: float | None = None) -> Engine:
    """An engine on the database at `url` (postgresql+psycopg://…).

    `statement_timeout_s` bounds every statement of the engine: pages have one, imports and computations do not.
    """
    # Values of a statement that fails may be where somebody is or what they look for: neither log may keep them.
    engine = create_engine(url, pool_size=TAILLE_POOL, max_overflow=DEBORDEMENT_POOL, hide_parameters=True)
    event.listen(engine, "checkout", _check_alive)
    if statement_timeout_s is not None:
        limite_ms = int(statement_timeout_s * 1000)

        @event.listens_for(engine, "connect")
        def _bound_statements(connexion: DBAPIConnection, _entree: ConnectionPoolEntry) -> None:
            curseur = connexion.cursor()
            curseur.execute(
                "SELECT set_config('statement_timeout', %s, false),"
                " set_config('log_parameter_max_length_on_error', '0', false)",
                (str(limite_ms),),
            )
            curseur.close()
            connexion.commit()

    return engine


def _check_alive(connexion: DBAPIConnection, _entree: ConnectionPoolEntry, _prete: PoolProxiedConnection) -> None:
    """Give back to the pool a connection whose server has gone, so that it makes another one.

    A server that stops leaves the end of the stream to read: it is seen without asking the server anything, where
    `pool_pre_ping` would cost each request a round trip.
    """
    guetteur = select.poll()
    guetteur.register(connexion.fileno(), select.POLLIN)
    if guetteur.poll(0):
        raise DisconnectionError("the server has closed the connection")


def session_factory(engine: Engine, info: Mapping[str, object] | None = None) -> sessionmaker[Session]:
    """Sessions that keep their objects readable after the commit: presenters run after it.

    `info` is what those who have a session only must find with it, such as the installation's engine of travel times.
    """
    return sessionmaker(engine, expire_on_commit=False, info=dict(info or {}))


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit at the end, roll everything back on any error. Only edges (routes, commands) use it; services flush."""
    try:
        yield session
    except BaseException:
        session.rollback()
        raise
    session.commit()


# Of one statement of a file: a count of the whole base, or one batch of rows to read.
LIMITE_EXPORT_MS = 120_000


def open_instantane(session_factory: sessionmaker[Session]) -> Session:
    """A session that sees one state of the base until its end, writes nothing, and has time to read all of it."""
    session = session_factory()
    try:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
        # For this transaction alone, since the connection goes back to pages. Compiling takes longer than running.
        for nom, valeur in (("statement_timeout", str(LIMITE_EXPORT_MS)), ("jit", "off")):
            session.execute(func.set_config(nom, valeur, True))  # noqa: FBT003  (signature of PostgreSQL)
    except BaseException:
        session.close()
        raise
    return session
