"""Where PostgreSQL's server programs are. Standard library only: the set-up asks before anything is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path


def find_binaries(version: str | None = None) -> Path | None:
    """The folder of PostgreSQL's server programs: of `version`, or else the newest one that has PostGIS.

    Looks where Debian and Ubuntu put them, then on PATH.
    """
    trouves: list[tuple[int, Path]] = []
    for initdb in Path("/usr/lib/postgresql").glob("*/bin/initdb"):
        numero = initdb.parent.parent.name
        if numero.isdigit() and version in {None, numero}:
            postgis = Path("/usr/share/postgresql", numero, "extension/postgis.control")
            if version is not None or postgis.exists():
                trouves.append((int(numero), initdb.parent))
    if trouves:
        return max(trouves)[1]
    autre = shutil.which("initdb")
    if autre is None:
        return None
    dossier = Path(autre).resolve().parent
    return dossier if version in {None, _version_of(dossier)} else None


def _version_of(dossier: Path) -> str | None:
    sortie = subprocess.run([dossier / "postgres", "-V"], capture_output=True, text=True, check=False).stdout
    trouve = re.search(r"(\d+)", sortie)
    return trouve[1] if trouve else None
