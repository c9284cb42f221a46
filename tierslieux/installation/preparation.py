"""From a bare clone to a machine that can run the site: the steps behind `make serve` and `make test`.

Standard library only, run by the machine's own Python (see prepare.py). What each step makes is listed in
docs/exploitation.md; nothing outside the clone changes but the distribution's packages.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .commande import PreparationError
from .console import etape
from .environnement import Boundaries, BrowserLibraries, PythonLibraries
from .paquets import install, list_missing
from .secret import ensure_secret

RACINE = Path(__file__).resolve().parent.parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run every step that is not done yet; 0 when the machine is ready, 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="prepare.py", description="Prepare this machine to run the site.")
    parser.add_argument("--tests", action="store_true", help="also what the tests need (tools, Chromium)")
    arguments = parser.parse_args(argv)
    try:
        prepare(RACINE, with_tests=arguments.tests, environ=read_environment(RACINE))
    except PreparationError as erreur:
        print(f"\n{erreur}", file=sys.stderr)
        return 1
    except PermissionError as erreur:
        print(
            f"\n{erreur.filename} cannot be written: it was made by another user, or the clone is not yours.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def prepare(racine: Path, *, with_tests: bool, environ: Mapping[str, str]) -> None:
    """Do the steps in their order; raises PreparationError at the first that cannot be done."""
    var_dir = Path(environ.get("TIERSLIEUX_VAR_DIR") or racine / "var").expanduser().resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "installation.lock").open("a") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this clone is under way; waiting for it …", file=sys.stderr)
            fcntl.flock(verrou, fcntl.LOCK_EX)
        _do_steps(racine, var_dir, with_tests=with_tests, environ=environ)


def _do_steps(racine: Path, var_dir: Path, *, with_tests: bool, environ: Mapping[str, str]) -> None:
    journal = var_dir / "installation.log"
    manques = list_missing(with_server=not environ.get("DATABASE_URL"), with_tests=with_tests)
    if manques:
        with etape(f"Packages of the system ({', '.join(manque.quoi for manque in manques)})") as avance:
            install(manques, journal, avance)
    pas: list[PythonLibraries | BrowserLibraries | Boundaries] = [
        PythonLibraries(racine, with_tests=with_tests),
        BrowserLibraries(racine, with_tests=with_tests),
        Boundaries(racine),
    ]
    for un_pas in pas:
        if un_pas.is_done():
            continue
        with etape(un_pas.titre) as avance:
            un_pas.do(journal, avance)
    if not environ.get("TIERSLIEUX_SECRET_KEY", "").strip():
        ensure_secret(var_dir)


def read_environment(racine: Path) -> dict[str, str]:
    """The process environment over the file .env, as tierslieux/config.py reads them; plain NAME=value lines only."""
    lus = {}
    try:
        lignes = (racine / ".env").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lignes = []
    for ligne in lignes:
        nom, egal, valeur = ligne.strip().removeprefix("export ").partition("=")
        if egal and not nom.startswith("#"):
            lus[nom.strip()] = valeur.strip().strip("'\"")
    return {**lus, **os.environ}
