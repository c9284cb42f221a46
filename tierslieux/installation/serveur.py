"""PostgreSQL's programs and processes on this machine: find them, run them, wait for their end."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tierslieux.installation.programmes import find_binaries
from tierslieux.installation.proprietaire import ClusterError, Compte

logger = logging.getLogger(__name__)

# A backend whose postmaster was killed notices within a second unless it is busy; then it is asked, then forced.
ORPHELINS_ATTENTE_S = 10


def get_program(programme: str, data_dir: Path) -> Path:
    """Path of one of PostgreSQL's programs, of the version that made `data_dir` if it exists; raises ClusterError."""
    try:
        version = (data_dir / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        version = None
    dossier = find_binaries(version)
    if dossier is None and version is not None:
        raise ClusterError(
            f"{data_dir} was made by PostgreSQL {version}, whose programs are no longer installed: install the package "
            f"postgresql-{version} (and postgresql-{version}-postgis-3) again, or follow “Upgrading PostgreSQL” in "
            "docs/exploitation.md"
        )
    if dossier is None:
        raise ClusterError(
            "PostgreSQL with PostGIS is not installed: run `make serve`, which installs it, or set DATABASE_URL to a "
            "server that has it"
        )
    return dossier / programme


def run_program(compte: Compte, data_dir: Path, programme: str, arguments: Sequence[str], journal: Path) -> int:
    """Run one of PostgreSQL's programs on `data_dir` as `compte`, its words in `journal`; returns the exit code."""
    chemin = get_program(programme, data_dir)
    identite: dict[str, Any] = {}
    if os.geteuid() == 0:
        identite = {"user": compte.uid, "group": compte.gid, "extra_groups": []}
    fd = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with journal.open("wb") as sortie:
            return subprocess.run(
                [str(chemin), "-D", f"/proc/self/fd/{fd}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=build_environment(),
                pass_fds=(fd,),
                # A Ctrl-C on the site's terminal must not reach the database.
                start_new_session=True,
                check=False,
                **identite,
            ).returncode
    finally:
        os.close(fd)


def build_environment() -> dict[str, str]:
    """Without the caller's PG* variables, which would send PostgreSQL's programs to another server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def is_process_of(pid: int, data_dir: Path) -> bool:
    """Whether the process is a PostgreSQL one that works in this data folder (they all do, from their start on)."""
    try:
        nom = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
        return nom.startswith("postgres") and Path(f"/proc/{pid}/cwd").samefile(data_dir)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        # Ended meanwhile, or another user's: not ours in both cases.
        return False


def is_process_of_deleted(pid: int, data_dir: Path) -> bool:
    """Whether the process is a PostgreSQL one whose data folder stood at this path and was deleted under it."""
    try:
        nom = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
        return (
            nom.startswith("postgres") and str(Path(f"/proc/{pid}/cwd").readlink()) == f"{data_dir.resolve()} (deleted)"
        )
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def list_processes(data_dir: Path, is_wanted: Callable[[int, Path], bool] = is_process_of) -> list[int]:
    """Pids of the PostgreSQL processes that work in this data folder, whether their postmaster lives or not."""
    pids = (int(entree.name) for entree in Path("/proc").iterdir() if entree.name.isdigit())
    return [pid for pid in pids if is_wanted(pid, data_dir)]


def wait_for_orphans(data_dir: Path) -> None:
    """Wait until no process of an earlier server at this path is left, before a new one starts there.

    Beside those of a killed server, a new one would ruin the files. They are asked to end after ORPHELINS_ATTENTE_S,
    and forced after twice that; the log that the new server replays makes either harmless. Those of a server whose
    folder was deleted have nothing left to save, and would take the new one's socket with them when they notice: they
    are ended at once.
    """
    _signal(list_processes(data_dir, is_process_of_deleted), signal.SIGQUIT)

    def _is_gone() -> bool:
        return not list_processes(data_dir) and not list_processes(data_dir, is_process_of_deleted)

    for suivant in (signal.SIGTERM, signal.SIGKILL):
        if wait_until(_is_gone, ORPHELINS_ATTENTE_S):
            return
        _signal([*list_processes(data_dir), *list_processes(data_dir, is_process_of_deleted)], suivant)
    if not wait_until(_is_gone, ORPHELINS_ATTENTE_S):
        raise ClusterError(
            f"processes of an earlier server do not end: {list_processes(data_dir)}; the machine must be restarted"
        )


def _signal(pids: list[int], numero: signal.Signals) -> None:
    for pid in pids:
        logger.warning("cluster=orphan pid=%d signal=%s", pid, numero.name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, numero)


def wait_until(condition: Callable[[], bool], duree_max_s: float) -> bool:
    """Poll until the condition holds; False when the time is over."""
    fin = time.monotonic() + duree_max_s
    while not condition():
        if time.monotonic() > fin:
            return False
        time.sleep(0.05)
    return True
