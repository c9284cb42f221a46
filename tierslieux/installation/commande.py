"""Run another program of the set-up, its words kept in one log. Standard library only."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LIGNES_GARDEES = 25


class PreparationError(Exception):
    """The set-up cannot go on; the message says what to do."""


class CommandError(PreparationError):
    """A program failed; `fin` holds its last lines."""

    def __init__(self, commande: Sequence[str], code: int, fin: str, journal: Path) -> None:
        self.fin = fin
        super().__init__(
            f"{' '.join(commande)}\nended with code {code}; its last lines ({journal} has them all):\n{fin}"
        )


def run(
    commande: Sequence[str],
    journal: Path,
    *,
    cwd: Path,
    on_line: Callable[[str], None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Run to the end, handing each line of output to `on_line`; raises CommandError unless it ends with 0."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    fin: deque[str] = deque(maxlen=LIGNES_GARDEES)
    with journal.open("a", encoding="utf-8") as trace:
        trace.write(f"$ {' '.join(commande)}\n")
        trace.flush()
        try:
            processus = subprocess.Popen(
                commande,
                cwd=cwd,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except FileNotFoundError as erreur:
            raise PreparationError(f"{commande[0]} is not installed") from erreur
        with processus:
            for ligne in processus.stdout or ():
                # apt's progress lines (see paquets.py) say nothing of what went wrong.
                if not ligne.startswith(("dlstatus:", "pmstatus:")):
                    trace.write(ligne)
                    fin.append(ligne.rstrip())
                if on_line is not None:
                    on_line(ligne.rstrip())
    if processus.returncode != 0:
        raise CommandError(commande, processus.returncode, "\n".join(fin), journal)
