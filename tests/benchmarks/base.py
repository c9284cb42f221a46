"""The database of the benchmarks: migrations, real territories, invented places. Built once, then found by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.benchmarks.peuplement import populate
from tierslieux.config import RACINE
from tierslieux.lieux.publication import refresh_grappe
from tierslieux.territoires.chargement import load_territoires
from tierslieux.territoires.cli import DOSSIER

PREFIXE = "tierslieux_banc"


@dataclass(frozen=True, slots=True)
class Base:
    """A database that is ready: its address for SQLAlchemy and for psycopg, how many places it holds."""

    url: URL
    nombre: int

    @property
    def conninfo(self) -> str:
        """The address as psycopg takes it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)


def build_base(serveur: str, nombre: int, *, dire: Callable[[str], None]) -> Base:
    """The database with `nombre` places on this server; made if it is not there whole, which takes about a minute."""
    url = make_url(serveur).set(database=f"{PREFIXE}_{nombre}")
    base = Base(url, nombre)
    nom = psycopg.sql.Identifier(f"{PREFIXE}_{nombre}")
    with psycopg.connect(Base(url.set(database="postgres"), 0).conninfo, autocommit=True) as connexion:
        existe = connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", (url.database,)).fetchone()
        if existe and _is_complete(base):
            dire(f"Database {url.database}: found again.")
            return base
        dire(f"Database {url.database}: built, about a minute.")
        connexion.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(nom))
        connexion.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(nom))
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connexion_sa:
        config = _load_config()
        config.attributes["connection"] = connexion_sa
        command.upgrade(config, "head")
    with Session(engine) as session:
        load_territoires(session, RACINE / "geodata" / DOSSIER, now=dt.datetime.now(dt.UTC))
        session.commit()
    with psycopg.connect(base.conninfo) as connexion:
        populate(connexion, nombre)
    with Session(engine) as session:
        refresh_grappe(session)
        session.commit()
    with psycopg.connect(base.conninfo, autocommit=True) as connexion:
        connexion.execute("VACUUM ANALYZE")
    return base


def _is_complete(base: Base) -> bool:
    """Whether it holds its places and its clusters count them all, under the schema of today."""
    try:
        with psycopg.connect(base.conninfo) as connexion:
            lieux = connexion.execute("SELECT count(*) FROM lieu").fetchone()
            comptes = connexion.execute("SELECT sum(nombre) FROM grappe WHERE zoom = 2 AND service IS NULL").fetchone()
            communes = connexion.execute("SELECT count(*) FROM toponyme").fetchone()
            revision = connexion.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    attendu = (base.nombre,)
    actuelle = (ScriptDirectory.from_config(_load_config()).get_current_head(),)
    return lieux == attendu and comptes == attendu and communes != (0,) and revision == actuelle


def _load_config() -> Config:
    return Config(str(RACINE / "alembic.ini"))
