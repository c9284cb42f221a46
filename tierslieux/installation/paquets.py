"""Packages of the distribution (Debian, Ubuntu) that the site needs: found missing, installed, or named to the reader.

Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .commande import CommandError, PreparationError, run
from .programmes import find_binaries

NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")
# Read by postgresql-common when it sets up a server package.
REGLAGE_SANS_GRAPPE = Path("/etc/postgresql-common/createcluster.d/tierslieux-installation.conf")
# What WeasyPrint loads to draw text; without them, pages work and PDF files do not.
BIBLIOTHEQUES_PDF = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
# The font of PDF files, with every letter of French and of its neighbours; the tests' browser makes do with it.
POLICE_PDF = "DejaVuSans.ttf"
# apt first fetches (0 to 100 %), then unpacks and sets up (0 to 100 %); fetching is about two fifths of the time.
PART_TELECHARGEMENT = 40


@dataclass(frozen=True, slots=True)
class Manque:
    """Something the machine lacks: what it is, and the names of the packages that bring it (asked of apt)."""

    quoi: str
    list_packages: Callable[[], list[str]]


def list_missing(*, with_server: bool, with_tests: bool) -> list[Manque]:
    """What is not on this machine. `with_server`: PostgreSQL and PostGIS too; `with_tests`: what only tests use."""
    manques = []
    if with_server and (find_binaries() is None or (os.geteuid() == 0 and not _has_account("postgres"))):
        manques.append(Manque("PostgreSQL with PostGIS", _list_postgresql_packages))
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        manques.append(Manque("Python's venv module", lambda: [f"python{version}-venv"]))
    if shutil.which("npm") is None:
        manques.append(Manque("npm", lambda: ["npm"]))
    if not all(map(has_library, BIBLIOTHEQUES_PDF)):
        manques.append(Manque("Pango (to make PDF files)", _list_pango_packages))
    if not has_font(POLICE_PDF):
        manques.append(Manque("a font (for PDF files)", lambda: ["fonts-dejavu-core"]))
    if with_tests and not any(map(shutil.which, NAVIGATEURS)):
        manques.append(Manque("Chromium", lambda: ["chromium-browser" if _is_ubuntu() else "chromium"]))
    if with_tests and not all(map(shutil.which, ("pdfinfo", "pdftotext"))):
        manques.append(Manque("Poppler's tools (to read PDF files)", lambda: ["poppler-utils"]))
    return manques


def install(manques: list[Manque], journal: Path, on_progress: Callable[[float, float, str], None]) -> None:
    """Install what is missing, as root or through sudo; raises PreparationError with the exact command otherwise."""
    prefixe = _find_privilege()
    if prefixe is None:
        raise PreparationError(build_advice(manques))
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1", "LC_ALL": "C.UTF-8"}
    # sudo drops most of the environment: what apt must see is set behind it.
    transmis = [f"{nom}={environ[nom]}" for nom in ("DEBIAN_FRONTEND", "NEEDRESTART_SUSPEND", "LC_ALL")]
    apt = [*prefixe, "env", *transmis, "apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300", "-o", "APT::Status-Fd=1"]

    def _read(ligne: str) -> None:
        fait = parse_apt_progress(ligne)
        if fait is not None:
            on_progress(fait, 100, "")

    def _apt(*arguments: str) -> None:
        run([*apt, *arguments], journal, cwd=Path("/"), on_line=_read, environ=environ)

    on_progress(0, 100, "reading the lists of packages")
    _apt("update")
    paquets = [paquet for manque in manques for paquet in manque.list_packages()]
    with _without_default_cluster(prefixe, journal):
        try:
            _apt("install", "--no-install-recommends", *paquets)
        except CommandError as erreur:
            if "dpkg --configure -a" not in erreur.fin:
                raise
            # An earlier installation was cut off; dpkg asks for this before anything else.
            run([*prefixe, "env", *transmis, "dpkg", "--configure", "-a"], journal, cwd=Path("/"), environ=environ)
            _apt("install", "--no-install-recommends", *paquets)


def parse_apt_progress(ligne: str) -> float | None:
    """Percentage of a line of APT::Status-Fd ("pmstatus:libpq5:42.8:Unpacking…"); None for any other line."""
    trouve = re.match(r"(dlstatus|pmstatus):[^:]*(?::[a-z0-9]+)?:([0-9.]+):", ligne)
    if trouve is None:
        return None
    pct = float(trouve[2])
    if trouve[1] == "dlstatus":
        return pct * PART_TELECHARGEMENT / 100
    return PART_TELECHARGEMENT + pct * (100 - PART_TELECHARGEMENT) / 100


def build_advice(manques: list[Manque]) -> str:
    """What to type, or which other way to take, when nothing can be installed from here."""
    quoi = ", ".join(manque.quoi for manque in manques)
    paquets = " ".join(paquet for manque in manques for paquet in manque.list_packages())
    return (
        f"This machine lacks: {quoi}.\n"
        f"Ask its administrator for:\n    apt-get install {paquets}\n"
        "or run this again as root or with sudo. Other ways: set DATABASE_URL to a PostgreSQL server that has PostGIS "
        "(see .env.example), which leaves only the rest to install; or `docker compose up`, which needs none of it."
    )


def _list_postgresql_packages() -> list[str]:
    """The distribution's own version, or one that is installed and only lacks PostGIS."""
    installees = [dossier.name for dossier in Path("/usr/lib/postgresql").glob("[0-9]*") if (dossier / "bin").is_dir()]
    for version in sorted(installees, key=int, reverse=True):
        if _has_candidate(f"postgresql-{version}-postgis-3"):
            return [f"postgresql-{version}", f"postgresql-{version}-postgis-3"]
    trouve = re.search(r"Depends: postgresql-(\d+)", _read_output("apt-cache", "depends", "postgresql"))
    if trouve is None:
        # Lists never fetched (a bare container): these two names lead to the right version all the same.
        return ["postgresql", "postgresql-postgis"]
    return [f"postgresql-{trouve[1]}", f"postgresql-{trouve[1]}-postgis-3"]


def _list_pango_packages() -> list[str]:
    """Before Debian 12, the library that picks letters out of fonts had no package of its own."""
    decoupe = ["libharfbuzz-subset0"] if _has_candidate("libharfbuzz-subset0") else []
    return ["libpango-1.0-0", "libpangoft2-1.0-0", *decoupe]


def _has_candidate(paquet: str) -> bool:
    return "Candidate: (none)" not in (sortie := _read_output("apt-cache", "policy", paquet)) and "Candidate:" in sortie


def _read_output(*commande: str) -> str:
    try:
        return subprocess.run(
            commande, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
        ).stdout
    except FileNotFoundError:
        return ""


def _find_privilege() -> list[str] | None:
    """What to put before a command to run it as root; None when that cannot be had, or without apt."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    if sys.stdin.isatty() and sys.stderr.isatty():
        print("\nPackages of the distribution must be installed (PostgreSQL, npm…); sudo asks for your password.")
        if subprocess.run(["sudo", "-v"], check=False).returncode == 0:
            return ["sudo", "-n"]
    return None


@contextlib.contextmanager
def _without_default_cluster(prefixe: list[str], journal: Path) -> Iterator[None]:
    """Keep Debian's package from creating and starting its "main" cluster, which the site would not use.

    By a file of its own, present only during this installation; an existing cluster is left alone.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as modele:
        modele.write("# Written by the set-up of tierslieux for the time of one apt-get; may be deleted.\n")
        modele.write("create_main_cluster = false\n")
        modele.flush()
        run([*prefixe, "install", "-D", "-m", "644", modele.name, str(REGLAGE_SANS_GRAPPE)], journal, cwd=Path("/"))
    try:
        yield
    finally:
        run([*prefixe, "rm", "-f", str(REGLAGE_SANS_GRAPPE)], journal, cwd=Path("/"))


def _has_account(nom: str) -> bool:
    try:
        pwd.getpwnam(nom)
    except KeyError:
        return False
    return True


def has_library(nom: str) -> bool:
    """Whether the system's loader finds this shared library."""
    try:
        ctypes.CDLL(nom)
    except OSError:
        return False
    return True


def has_font(fichier: str) -> bool:
    """Whether a file of this name is in one of the folders of fonts."""
    dossiers = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    return any(next(dossier.rglob(fichier), None) for dossier in dossiers if dossier.is_dir())


def _is_ubuntu() -> bool:
    try:
        return re.search(r"^ID=ubuntu$", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE) is not None
    except FileNotFoundError:
        return False
