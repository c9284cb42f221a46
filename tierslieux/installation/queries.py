"""What the set-up asks of a database: its version, encoding, clock and extensions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, column, func, select, table

_EXTENSIONS = table("pg_extension", column("extname"))
_EXTENSIONS_DISPONIBLES = table("pg_available_extensions", column("name"))


def list_extensions(connexion: Connection) -> set[str]:
    """Names of the extensions created in this database."""
    return set(connexion.scalars(select(_EXTENSIONS.c.extname)))


def list_available_extensions(connexion: Connection) -> set[str]:
    """Names of the extensions that the server has and could create."""
    return set(connexion.scalars(select(_EXTENSIONS_DISPONIBLES.c.name)))


def get_server_setting(connexion: Connection, nom: str) -> str:
    """Value of one of the server's settings, as text ("server_version", "server_encoding"…)."""
    return str(connexion.scalar(select(func.current_setting(nom))))


def get_server_time(connexion: Connection) -> dt.datetime:
    """The server's clock at this very moment, aware."""
    instant: dt.datetime = connexion.execute(select(func.clock_timestamp())).scalar_one()
    return instant
