"""`flask doctor`: what is missing or wrong on this installation, and how to mend it. Changes nothing.

Each check answers on its own: it must still speak when the database is down or the settings are wrong, since that is
when it is asked.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from tierslieux.config import LONGUEUR_SECRET_MIN, RACINE, Settings, SettingsError, is_weak_secret
from tierslieux.core.pdf import find_obstacle
from tierslieux.installation import cluster, queries, schema
from tierslieux.installation.environnement import Boundaries, BrowserLibraries
from tierslieux.installation.paquets import POLICE_PDF, has_font
from tierslieux.installation.programmes import find_binaries
from tierslieux.installation.proprietaire import ClusterError

PYTHON_MIN = (3, 11)
POSTGRESQL_MIN = 14
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "fuzzystrmatch")
# The loaded database takes about 1 GB, and a migration may rewrite its largest table beside the old one.
DISQUE_CONSEILLE_OCTETS = 2 * 10**9
DISQUE_MIN_OCTETS = 5 * 10**8
# The program was written in 2026: an earlier date is a dead clock battery, and breaks certificates and "open now".
ANNEE_MIN = 2026
ECART_HORLOGES_MAX_S = 60
CONNEXION_MAX_S = 10

Niveau = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Constat:
    """One finding; `remedy` says how to mend what is not "ok"."""

    check: str
    status: Niveau
    detail: str
    remedy: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """For --json."""
        return asdict(self)


def examine(environ: Mapping[str, str] | None = None) -> list[Constat]:
    """Every finding, in the order of the set-up. `environ`: as for Settings.from_env."""
    constats = [_check_python()]
    settings: Settings | None = None
    var_dir = RACINE / "var"
    try:
        settings = Settings.from_env(environ)
    except SettingsError as erreur:
        constats.append(Constat("settings", "problem", str(erreur), "correct it in .env (see .env.example)"))
    else:
        var_dir = settings.var_dir
        constats += [Constat("settings", "ok", "read"), _check_secret(settings), *_check_raw_dir(settings)]
    constats += [
        _check_writable("var", var_dir),
        _check_writable("geodata", RACINE / "geodata" / "raw"),
        _check_disk(var_dir),
        _check_clock(dt.datetime.now(dt.UTC)),
        _check_browser_libraries(),
        _check_boundaries(),
        _check_pdf(),
    ]
    if settings is not None:
        constats += _check_database(settings)
    return constats


def has_problem(constats: list[Constat]) -> bool:
    """Whether the site cannot work as it is."""
    return any(constat.status == "problem" for constat in constats)


def render_constat(constat: Constat) -> str:
    """One line: status, check, detail, and after an arrow how to mend it."""
    fin = f" → {constat.remedy}" if constat.remedy else ""
    # The driver's messages have several lines.
    detail = " ".join(constat.detail.split())
    return f"{constat.status:<8} {constat.check}: {detail}{fin}"


def _check_python() -> Constat:
    version = sys.version.split()[0]
    if sys.version_info < PYTHON_MIN:
        return Constat(
            "python", "problem", f"Python {version}", "install 3.11 or newer, remove .venv, run `make serve`"
        )
    return Constat("python", "ok", f"Python {version}")


def _check_secret(settings: Settings) -> Constat:
    fichier = settings.var_dir / "secret_key"
    if len(settings.secret_key) < LONGUEUR_SECRET_MIN or is_weak_secret(settings.secret_key):
        return Constat("secret", "warning", "weak", "only for development: never open this site to others")
    if fichier.exists() and stat.S_IMODE(fichier.stat().st_mode) & 0o077:
        return Constat("secret", "warning", f"{fichier} can be read by others", f"chmod 600 {fichier}")
    return Constat("secret", "ok", f"{len(settings.secret_key)} characters")


def _check_raw_dir(settings: Settings) -> Iterator[Constat]:
    if settings.raw_dir is None:
        return
    if os.access(settings.raw_dir, os.R_OK | os.X_OK):
        yield Constat("raw files", "ok", str(settings.raw_dir))
    else:
        yield Constat(
            "raw files",
            "problem",
            f"{settings.raw_dir} cannot be read",
            "give this user the right, or unset TIERSLIEUX_RAW_DIR",
        )


def _check_writable(nom: str, dossier: Path) -> Constat:
    """By writing: modes do not tell of a full or read-only file system."""
    existant = next(parent for parent in (dossier, *dossier.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existant) as essai:
            essai.write(b"x" * 4096)
    except OSError as erreur:
        remede = "make room" if erreur.errno == errno.ENOSPC else "give this user the right to write there"
        return Constat(f"write {nom}", "problem", f"{existant}: {erreur.strerror}", remede)
    return Constat(f"write {nom}", "ok", str(dossier))


def _check_disk(var_dir: Path) -> Constat:
    existant = next(parent for parent in (var_dir, *var_dir.parents) if parent.exists())
    libre = shutil.disk_usage(existant).free
    detail = f"{libre / 10**9:.1f} GB free for {var_dir}"
    if libre < DISQUE_MIN_OCTETS:
        return Constat("disk", "problem", detail, "make room, or set TIERSLIEUX_VAR_DIR to another disk")
    if libre < DISQUE_CONSEILLE_OCTETS:
        return Constat("disk", "warning", detail, "2 GB are advised: make room")
    return Constat("disk", "ok", detail)


def _check_clock(maintenant: dt.datetime) -> Constat:
    if maintenant.year < ANNEE_MIN:
        return Constat("clock", "problem", f"{maintenant:%Y-%m-%d %H:%M} UTC", "set it: timedatectl set-ntp true")
    return Constat("clock", "ok", f"{maintenant:%Y-%m-%d %H:%M} UTC")


def _check_browser_libraries() -> Constat:
    if BrowserLibraries(RACINE, with_tests=False).is_copied():
        return Constat("browser libraries", "ok", "static/vendor")
    return Constat(
        "browser libraries", "problem", "static/vendor is missing or old", "run `make serve`, which fetches them"
    )


def _check_boundaries() -> Constat:
    frontieres = Boundaries(RACINE)
    roues = [roue.name for roue in frontieres.find_all() if roue is not None]
    if len(roues) < len(frontieres.verrous):
        return Constat(
            "boundaries", "problem", f"a file is missing in {frontieres.dossier}", "run `make serve`, which fetches it"
        )
    return Constat("boundaries", "ok", ", ".join(roues))


def _check_pdf() -> Constat:
    """A warning at most: everything else works, and pages say how to print without PDF."""
    remede = "run `make serve`, which installs it, or apt-get install"
    obstacle = find_obstacle()
    if obstacle is not None:
        paquets = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        return Constat("PDF", "warning", f"cannot be made: {obstacle}", f"{remede} {paquets}")
    if not has_font(POLICE_PDF):
        return Constat("PDF", "warning", f"{POLICE_PDF} is missing", f"{remede} fonts-dejavu-core")
    return Constat("PDF", "ok", "WeasyPrint and Pango")


def _check_database(settings: Settings) -> list[Constat]:
    url = settings.database_url
    if url is None:
        constat = _check_cluster(settings.var_dir)
        if constat.status != "ok":
            return [constat]
        url = cluster.url(settings.var_dir)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNEXION_MAX_S})
    try:
        with engine.connect() as connexion:
            return list(_check_server(connexion))
    except OperationalError as erreur:
        remede = (
            "see the server's log under var/postgresql/log" if settings.database_url is None else "check DATABASE_URL"
        )
        return [Constat("database", "problem", str(erreur.orig).strip(), remede)]
    except ProgrammingError as erreur:
        return [Constat("database", "problem", str(erreur.orig).strip(), "give the role of DATABASE_URL its rights")]
    finally:
        engine.dispose()


def _check_cluster(var_dir: Path) -> Constat:
    if find_binaries() is None:
        return Constat(
            "PostgreSQL", "problem", "not installed, or without PostGIS", "run `make serve`, or set DATABASE_URL"
        )
    try:
        actuel = cluster.status(var_dir)
    except ClusterError as erreur:
        return Constat("PostgreSQL", "problem", erreur.message, "see above")
    if actuel.etat == "ready":
        return Constat("PostgreSQL", "ok", f"process {actuel.pid}")
    detail = (
        "the private cluster was never made" if actuel.etat == "absent" else f"the private cluster is {actuel.etat}"
    )
    return Constat("PostgreSQL", "warning", detail, "run `make serve`, which starts it; the database was not examined")


def _check_server(connexion: Connection) -> Iterator[Constat]:
    version = queries.get_server_setting(connexion, "server_version")
    if int(queries.get_server_setting(connexion, "server_version_num")) < POSTGRESQL_MIN * 10_000:
        yield Constat("PostgreSQL", "problem", version, f"{POSTGRESQL_MIN} or newer is needed")
    else:
        yield Constat("PostgreSQL", "ok", version)
    encodage = queries.get_server_setting(connexion, "server_encoding")
    if encodage != "UTF8":
        yield Constat("encoding", "problem", encodage, "make the database anew with ENCODING 'UTF8'")
    ecart_s = abs((queries.get_server_time(connexion) - dt.datetime.now(dt.UTC)).total_seconds())
    if ecart_s > ECART_HORLOGES_MAX_S:
        yield Constat("clocks", "warning", f"the database's differs by {ecart_s:.0f} s", "set both by NTP")
    else:
        yield Constat("clocks", "ok", f"the database's differs by {ecart_s:.1f} s")
    yield from _check_extensions(connexion)
    attendue, actuelle = schema.get_expected_revision(), schema.find_current_revision(connexion)
    if actuelle == attendue:
        yield Constat("migrations", "ok", f"at {actuelle}")
    else:
        remede = "run `make serve`, or `alembic upgrade head`"
        yield Constat("migrations", "problem", f"at {actuelle or 'none'}, expected {attendue}", remede)


def _check_extensions(connexion: Connection) -> Iterator[Constat]:
    presentes, disponibles = queries.list_extensions(connexion), queries.list_available_extensions(connexion)
    for extension in EXTENSIONS:
        if extension in presentes:
            yield Constat(f"extension {extension}", "ok", "created")
        elif extension in disponibles:
            remede = f"run `make serve`, or as the database's superuser: CREATE EXTENSION {extension}"
            yield Constat(f"extension {extension}", "problem", "not created", remede)
        else:
            paquet = "postgresql-NN-postgis-3" if extension == "postgis" else "postgresql-contrib"
            yield Constat(f"extension {extension}", "problem", "the server does not have it", f"install {paquet} there")
