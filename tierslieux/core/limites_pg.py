"""Counters of rate limits in PostgreSQL, for the library `limits`, which has no such storage.

Shared by all processes of the site; without log (UNLOGGED), since a limit that begins again harms nobody.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import DateTime

from tierslieux.core.db import Base, Instant, Rangee, transaction
from tierslieux.core.sql import load_block

SQL = Path(__file__).parent / "sql" / "limites.sql"
SCHEME = "tierslieux-postgresql"
# So often a hit also deletes a batch of counters that are over.
HITS_PAR_PURGE = 500


class Limite(Base):
    """One counter: the instants of a moving window, or the count of a fixed one. `cle` holds a digest, no address."""

    __tablename__ = "limite"
    __table_args__ = (Index("ix_limite_expire_at", "expire_at"), {"prefixes": ["UNLOGGED"]})

    cle: Mapped[str] = mapped_column(primary_key=True)
    compte: Mapped[int] = mapped_column(server_default=text("0"))
    instants: Mapped[list[Instant]] = mapped_column(ARRAY(DateTime(timezone=True)), server_default="{}")
    expire_at: Mapped[Instant]


class PostgreSQLStorage(Storage, MovingWindowSupport):
    """See limits.storage. `ouvrir` opens a session: a hit is committed by itself, whatever becomes of the page."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  (as the library writes it)

    def __init__(
        self, uri: str | None = None, *, wrap_exceptions: bool = False, ouvrir: Callable[[], Session], **_options: str
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._ouvrir = ouvrir
        self._hits = itertools.count(1)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What losing the database raises."""
        return SQLAlchemyError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` entries if they fit into the window."""
        accorde = self._find("acquire", cle=key, maximum=limit, duree_s=expiry, cout=amount) is not None
        if next(self._hits) % HITS_PAR_PURGE == 0:
            self.purge()
        return accorde

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002  (signature of the library)
        """Start of the window (epoch, seconds) and entries in it."""
        fenetre = self._find("find_fenetre", cle=key, duree_s=expiry)
        return (float(fenetre.debut_s), int(fenetre.nombre)) if fenetre else (time.time() - expiry, 0)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in a fixed window, which begins with its first entry."""
        rangee = self._find("increment", cle=key, duree_s=expiry, cout=amount)
        return int(rangee.compte) if rangee else amount

    def get(self, key: str) -> int:
        """Entries of the fixed window."""
        rangee = self._find("find_compte", cle=key)
        return int(rangee.compte) if rangee else 0

    def get_expiry(self, key: str) -> float:
        """End of the fixed window (epoch, seconds)."""
        rangee = self._find("find_compte", cle=key)
        return float(rangee.expire_s) if rangee else time.time()

    def check(self) -> bool:
        """Whether the table answers."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget every counter; how many."""
        rangee = self._find("reset")
        return int(rangee[0]) if rangee else None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._ouvrir() as session, transaction(session):
            session.execute(load_block(SQL, "clear"), {"cle": key})

    def purge(self) -> None:
        """Delete a batch of counters whose window is over."""
        with self._ouvrir() as session, transaction(session):
            session.execute(load_block(SQL, "purge"))

    def _find(self, bloc: str, **valeurs: object) -> Rangee | None:
        with self._ouvrir() as session, transaction(session):
            return session.execute(load_block(SQL, bloc), valeurs).first()
