"""A program that imports the files named on its standard input, each in a process of its own that can be killed.

Run as `python -m tests.integration.imports.lanceur DATABASE_URL`. For each line "path" it writes the number of the
process that imports it, then, when that one has ended, how it ended. Modules are loaded once: what is killed is an
import, not the start of Python.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import ENDROITS, NOW
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.imports import services
from tierslieux.imports.registre import DEMONSTRATION


def run(url: str, fichier: Path) -> None:
    """Import the file; the exit code tells whether it was taken."""
    engine = create_engine_for(url)
    rapport = services.run_import(
        session_factory(engine), DEMONSTRATION, ENDROITS, now=NOW, communes=REFERENTIEL, fichier=fichier
    )
    engine.dispose()
    os._exit(0 if rapport.statut == "reussie" else 1)


def main() -> None:
    """Serve until the input ends."""
    url = sys.argv[1]
    for ligne in sys.stdin:
        numero = os.fork()
        if numero == 0:
            run(url, Path(ligne.strip()))
        sys.stdout.write(f"{numero}\n")
        sys.stdout.flush()
        _, etat = os.waitpid(numero, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(etat)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
