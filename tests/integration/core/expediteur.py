"""A process that sends what waits, to be killed by tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tierslieux.core import courriels
from tierslieux.core.db import session_factory
from tierslieux.core.expedition import Chiffrement, Dossier, Expedition, Smtp

SECRET = "secret-des-essais"


def build_expedition(port: int | None, dossier: Path) -> Expedition:
    """SMTP to this port, or files."""
    transport = Smtp("127.0.0.1", port, Chiffrement.AUCUN, delai_s=5.0) if port else Dossier(dossier)
    return Expedition("Carte <carte@exemple.fr>", transport, SECRET)


def send_all(url: str, port: int | None, dossier: Path, now: dt.datetime) -> None:
    """Send everything that is due at `now`."""
    engine = create_engine(url, poolclass=NullPool)
    courriels.send_pending(session_factory(engine), build_expedition(port, dossier), now=now)
