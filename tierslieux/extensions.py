"""Extensions and the request's database session: created unbound here, bound by create_app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app, g
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core.db import transaction

babel = Babel(configure_jinja=False)
compress = Compress()
csrf = CSRFProtect()

CLE = "tierslieux"


@dataclass(frozen=True, slots=True)
class Etat:
    """What the program holds for its whole life: `current_app.extensions["tierslieux"]`.

    `lectures` makes the sessions of requests that only read: without transaction, each statement sees what is committed
    when it starts, as in one at PostgreSQL's default level, and two round trips are spared. None: `session_factory`.
    """

    settings: Settings
    session_factory: sessionmaker[Session]
    lectures: sessionmaker[Session] | None = None


def get_etat() -> Etat:
    """The settings and the session factory of the running application."""
    etat: Etat = current_app.extensions[CLE]
    return etat


def get_session() -> Session:
    """The session of this request, to read: opened at first use, closed at its end.

    A request that writes does it in `open_ecriture`.
    """
    if "session" not in g:
        etat = get_etat()
        g.session = (etat.lectures or etat.session_factory)()
    session: Session = g.session
    return session


def close_session(_erreur: BaseException | None) -> None:
    """Close the request's session; what was not committed is rolled back."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()


@contextmanager
def open_ecriture() -> Iterator[Session]:
    """A session of this request that writes and commits at its end.

    The one that reads is closed first: a request holds one connection.
    """
    close_session(None)
    with get_etat().session_factory() as session, transaction(session):
        yield session


def init_session(app: Flask) -> None:
    """Close the session of each request when it ends."""
    app.teardown_appcontext(close_session)
