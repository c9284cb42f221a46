"""The private PostgreSQL cluster under `var/`: created, started, stopped; reached by a Unix socket, never by TCP.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as the owner of its files: the system
user `postgres` of the distribution's package. That user may be unable to reach a clone that lies under /root or in a
0700 folder, and giving it the right to read every file of the machine would be worse than the problem; so the data
folder is opened first and handed over as a descriptor (/proc/self/fd/N), which needs no right on the folders above.
An ordinary user's server is started in the same way: then no path, however odd, needs quoting for pg_ctl's shell.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from sqlalchemy import Engine, event

from tierslieux.installation.proprietaire import (
    ClusterError,
    Compte,
    find_compte,
    foreign_files_message,
    is_reachable,
    make_private,
)
from tierslieux.installation.serveur import (
    build_environment,
    get_program,
    is_process_of,
    run_program,
    wait_for_orphans,
    wait_until,
)

logger = logging.getLogger(__name__)

ROLE = "tierslieux"
BASE = "tierslieux"
URL_SANS_ADRESSE = f"postgresql+psycopg://{ROLE}@/{BASE}"
PORT = 5432  # names the socket's file; no TCP port is ever opened

# sun_path has 108 bytes on Linux, the last one for the NUL (man 7 unix).
LONGUEUR_SOCKET_MAX = 107
# Recovery after a crash replays up to max_wal_size: minutes on a slow disk.
DEMARRAGE_MAX_S = 300
ARRET_MAX_S = 120

REGLAGES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # For a machine of 2 to 8 GB that also runs the site: the whole data set (about 1 GB) is cached by the kernel.
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    # Compiling costs more than it saves on queries of a few milliseconds.
    "jit": "off",
    "synchronous_commit": "on",
    # English, whatever the machine speaks: this module reads "already exists", and the log stays searchable.
    "lc_messages": "C",
    # Positions and answers of visitors stand in parameters: the log keeps the text of a statement without them.
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "../log",
    # One file per weekday, overwritten a week later: the log bounds itself.
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}

Etat = Literal["absent", "stopped", "starting", "ready", "stopping"]


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What the cluster does at this moment; `pid` and `socket_dir` are None unless a postmaster lives."""

    etat: Etat
    pid: int | None = None
    socket_dir: Path | None = None


def ensure_running(var_dir: Path) -> str:
    """Create what is missing, start the cluster if it does not run, and return its SQLAlchemy URL.

    Safe to call from several processes at once, and cheap (some milliseconds) when the cluster runs already.

    Raises
    ------
    ClusterError
        PostgreSQL is not installed, the files belong to somebody else, or the server does not start; the message says
        how to mend it.
    """
    if _is_usable(var_dir):
        return url(var_dir)
    with _lock(var_dir):
        # Another process may have done the work while this one waited for the lock.
        if not _is_usable(var_dir):
            _start(var_dir)
            _create_database(var_dir)
    return url(var_dir)


def start_on_first_use(engine: Engine, var_dir: Path) -> None:
    """Have an engine made with URL_SANS_ADRESSE start the cluster before its first connection.

    So that commands which need no database (the doctor first of all) run without one, and a later `stop` holds: the
    cluster is not started a second time by the same process.
    """
    adresse: dict[str, str] = {}

    @event.listens_for(engine, "do_connect")
    def _complete(_dialecte: object, _entree: object, _arguments: object, parametres: dict[str, object]) -> None:
        if not adresse:
            ensure_running(var_dir)
            adresse["host"] = str(_find_socket_dir(var_dir))
        parametres.update(adresse)


def url(var_dir: Path) -> str:
    """SQLAlchemy URL of the cluster's database, whether it runs or not."""
    return f"postgresql+psycopg://{ROLE}@/{BASE}?host={quote(str(_find_socket_dir(var_dir)))}"


def status(var_dir: Path) -> ClusterStatus:
    """What the cluster does; reads its files and /proc only, changes nothing."""
    data_dir = _data_dir(var_dir)
    try:
        (data_dir / "PG_VERSION").read_bytes()
    except FileNotFoundError:
        return ClusterStatus("absent")
    except PermissionError as erreur:
        raise ClusterError(foreign_files_message(var_dir)) from erreur
    try:
        lignes = (data_dir / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ClusterStatus("stopped")
    # Lines of postmaster.pid: pid, data folder, start, port, socket folder, address, shared memory key, status.
    pid = int(lignes[0]) if lignes and lignes[0].strip().isdigit() else None
    if pid is None or not is_process_of(pid, data_dir):
        return ClusterStatus("stopped")
    socket_dir = Path(lignes[4]) if len(lignes) > 4 and lignes[4] else None
    mot = lignes[7].strip() if len(lignes) > 7 else "starting"
    etat: Etat = "ready" if mot == "ready" else "stopping" if mot == "stopping" else "starting"
    return ClusterStatus(etat, pid, socket_dir)


def stop(var_dir: Path) -> bool:
    """Stop the cluster, waiting for its end; open transactions are rolled back. False when it did not run."""
    if status(var_dir).pid is None:
        return False
    with _lock(var_dir):
        _stop(var_dir)
    return True


def _data_dir(var_dir: Path) -> Path:
    return var_dir / "postgresql" / "data"


def _socket(socket_dir: Path) -> Path:
    return socket_dir / f".s.PGSQL.{PORT}"


def _is_usable(var_dir: Path) -> bool:
    """Whether the database answers. Says nothing about why not: the caller then starts the cluster under the lock."""
    actuel = status(var_dir)
    if actuel.etat != "ready" or actuel.socket_dir is None:
        return False
    try:
        _connect(actuel.socket_dir).close()
    except psycopg.OperationalError as erreur:
        # Logged, not raised: what follows mends it (lost socket, database never created) or raises the server's words.
        logger.warning("cluster=unreachable error=%s", str(erreur).strip())
        return False
    return True


def _connect(socket_dir: Path) -> psycopg.Connection:
    return psycopg.connect(host=str(socket_dir), port=PORT, user=ROLE, dbname=BASE, connect_timeout=10)


# --- Start and stop (under the lock) ---------------------------------------------------------------------------------


def _start(var_dir: Path) -> None:
    actuel = status(var_dir)
    if actuel.etat == "starting":
        wait_until(lambda: status(var_dir).etat != "starting", DEMARRAGE_MAX_S)
    elif actuel.etat == "stopping":
        wait_until(lambda: status(var_dir).etat == "stopped", ARRET_MAX_S)
    actuel = status(var_dir)
    if actuel.etat == "ready":
        if actuel.socket_dir is not None and _socket(actuel.socket_dir).exists():
            return
        # The socket was deleted (a cleaned /tmp): only a new start makes another.
        _stop(var_dir)
    compte = find_compte(var_dir)
    make_private(var_dir / "postgresql", compte)
    make_private(var_dir / "postgresql" / "log", compte)
    data_dir = _data_dir(var_dir)
    if not (data_dir / "PG_VERSION").exists():
        _init(var_dir, compte)
    wait_for_orphans(data_dir)
    socket_dir = _find_socket_dir(var_dir)
    make_private(socket_dir, compte)
    # After a crash or a reboot the number in these files may be that of another program of the same user (or of a dead
    # process that nobody reaped), and PostgreSQL would refuse to start. No process works in this data folder (just
    # checked) and the socket folder is this cluster's alone, so they are leftovers.
    for reste in (data_dir / "postmaster.pid", _socket(socket_dir), socket_dir / f".s.PGSQL.{PORT}.lock"):
        reste.unlink(missing_ok=True)
    reglages = {**REGLAGES, "unix_socket_directories": '"' + str(socket_dir).replace('"', '""') + '"'}
    options = " ".join(f"-c {shlex.quote(f'{nom}={valeur}')}" for nom, valeur in reglages.items())
    journal = var_dir / "postgresql" / "log" / "start.log"
    code = run_program(
        compte, data_dir, "pg_ctl", ["start", "-w", "-s", "-t", str(DEMARRAGE_MAX_S), "-o", options], journal=journal
    )
    if code != 0:
        journaux = [journal, *sorted(journal.parent.glob("postgresql-*.log"), key=lambda j: j.stat().st_mtime)[-1:]]
        fins = "\n".join(f"--- {j} ends with:\n{_tail(j)}" for j in journaux)
        raise ClusterError(f"PostgreSQL does not start.\n{fins}")
    logger.info("cluster=started socket_dir=%s", socket_dir)


def _stop(var_dir: Path) -> None:
    compte = find_compte(var_dir)
    socket_dir = _find_socket_dir(var_dir)
    journal = var_dir / "postgresql" / "log" / "stop.log"
    arguments = ["stop", "-w", "-s", "-m", "fast", "-t", str(ARRET_MAX_S)]
    code = run_program(compte, _data_dir(var_dir), "pg_ctl", arguments, journal)
    if code != 0 and status(var_dir).pid is not None:
        raise ClusterError(f"PostgreSQL does not stop; the end of {journal}:\n{_tail(journal)}")
    # Empty by now, unless somebody keeps a file there; gone already if /tmp was cleaned.
    with contextlib.suppress(OSError):
        socket_dir.rmdir()


def _init(var_dir: Path, compte: Compte) -> None:
    """Run initdb in a folder beside, renamed at the end: an interrupted one is never taken for a cluster."""
    brouillon = var_dir / "postgresql" / "data.new"
    journal = var_dir / "postgresql" / "log" / "initdb.log"
    # C.UTF-8 is part of Debian's libc; elsewhere C gives the same byte order.
    for locale in ("C.UTF-8", "C"):
        shutil.rmtree(brouillon, ignore_errors=True)
        make_private(brouillon, compte)
        arguments = ["-U", ROLE, "--encoding=UTF8", f"--locale={locale}", "--data-checksums"]
        if (
            run_program(compte, brouillon, "initdb", [*arguments, "--auth-local=trust", "--auth-host=reject"], journal)
            == 0
        ):
            brouillon.rename(_data_dir(var_dir))
            return
    raise ClusterError(f"initdb failed; the end of {journal}:\n{_tail(journal)}")


def _create_database(var_dir: Path) -> None:
    programme = get_program("createdb", _data_dir(var_dir))
    commande = [str(programme), "-h", str(_find_socket_dir(var_dir)), "-p", str(PORT), "-U", ROLE, BASE]
    fini = subprocess.run(commande, capture_output=True, text=True, check=False, env=build_environment())
    if fini.returncode != 0 and "already exists" not in fini.stderr:
        raise ClusterError(f"createdb failed: {fini.stderr.strip()}")


def _find_socket_dir(var_dir: Path) -> Path:
    """The running server's socket folder; else the one it will get: in var/, or in /tmp when var/ cannot hold it."""
    actuel = status(var_dir).socket_dir
    if actuel is not None:
        return actuel
    voulu = var_dir / "postgresql" / "run"
    longueur = len(os.fsencode(_socket(voulu)))
    # libpq takes a comma for the end of one host name and the start of another.
    if longueur <= LONGUEUR_SOCKET_MAX and "," not in str(voulu) and is_reachable(voulu.parent, find_compte(var_dir)):
        return voulu
    empreinte = hashlib.sha256(os.fsencode(var_dir.resolve())).hexdigest()[:16]
    return Path("/tmp", f"{BASE}-{empreinte}")  # noqa: S108 - made private and checked by make_private


@contextlib.contextmanager
def _lock(var_dir: Path) -> Iterator[None]:
    """One process at a time starts or stops this cluster; the kernel frees the lock of one that dies."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        verrou = (var_dir / "postgresql.lock").open("a")
    except PermissionError as erreur:
        raise ClusterError(
            f"{var_dir} cannot be written: {erreur.strerror}. {foreign_files_message(var_dir)}"
        ) from erreur

    def _try() -> bool:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    with verrou:
        if not wait_until(_try, DEMARRAGE_MAX_S + ARRET_MAX_S):
            raise ClusterError(f"another process holds {verrou.name} for minutes; end it and try again")
        yield


def _tail(journal: Path, lignes_max: int = 12) -> str:
    return "\n".join(journal.read_text(encoding="utf-8", errors="replace").splitlines()[-lignes_max:])
