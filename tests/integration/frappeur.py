"""A process that uses up a limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

from limits import parse
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core.db import session_factory
from tierslieux.core.limites_pg import PostgreSQLStorage

# Of each process.
COUPS = 120
STRATEGIES = {"moving": MovingWindowRateLimiter, "fixed": FixedWindowRateLimiter}


@contextmanager
def open_storage(url: str) -> Iterator[tuple[PostgreSQLStorage, sessionmaker[Session]]]:
    """The storage on this database, and sessions on it."""
    engine = create_engine(url, pool_size=1, max_overflow=0)
    fabrique = session_factory(engine)
    yield PostgreSQLStorage(ouvrir=fabrique), fabrique
    engine.dispose()


def strike(url: str, fenetre: str, limite: str, depart: Barrier, comptes: SimpleQueue[int]) -> None:
    """Tell how many of so many hits are granted, once everybody is ready."""
    item = parse(limite)
    with open_storage(url) as (stockage, _fabrique):
        frapper = STRATEGIES[fenetre](stockage).hit
        frapper(item, "echauffement")
        depart.wait(30)
        comptes.put(sum(frapper(item, "essai") for _ in range(COUPS)))
