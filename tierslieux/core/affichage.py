"""Progress of long commands: one bar per stage on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichBars

from tierslieux.core.progress import Progress

# In a log, a stage that lasts is worth a line now and then, not one per call.
INTERVALLE_S = 10.0


@contextmanager
def open_progress(sortie: TextIO | None = None) -> Iterator[Progress]:
    """The display that suits `sortie` (standard error by default), closed with its last state kept."""
    sortie = sortie or sys.stderr
    if not sortie.isatty():
        yield PlainProgress(sortie)
        return
    colonnes = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichBars(*colonnes, console=Console(file=sortie)) as barres:
        yield BarProgress(barres)


class BarProgress:
    """One line with a bar per stage, in the order in which they begin."""

    def __init__(self, barres: RichBars) -> None:
        self._barres = barres
        self._taches: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Draw the stage's bar; one of unknown length moves to and fro."""
        if stage not in self._taches:
            self._taches[stage] = self._barres.add_task(stage, total=total)
        self._barres.update(self._taches[stage], completed=done, total=total)


class PlainProgress:
    """A line when a stage begins, one every INTERVALLE_S while it lasts, one when it ends."""

    def __init__(self, sortie: TextIO) -> None:
        self._sortie = sortie
        self._debuts_s: dict[str, float] = {}
        self._derniere_s = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Write the line that is due, if any."""
        maintenant_s = time.monotonic()
        if stage not in self._debuts_s:
            self._debuts_s[stage] = maintenant_s
            self._write(f"{stage} …", maintenant_s)
        if total is not None and done >= total:
            duree_s = maintenant_s - self._debuts_s.pop(stage)
            self._write(f"{stage}: {total} in {duree_s:.1f} s", maintenant_s)
        elif maintenant_s - self._derniere_s >= INTERVALLE_S:
            self._write(f"{stage}: {done}" + (f" of {total}" if total is not None else ""), maintenant_s)

    def _write(self, ligne: str, maintenant_s: float) -> None:
        self._derniere_s = maintenant_s
        print(ligne, file=self._sortie, flush=True)
