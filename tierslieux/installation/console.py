"""What the set-up shows: a bar per step on a terminal, plain lines elsewhere. Standard library only."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

LARGEUR_BARRE = 24
# Redrawing more often than this is not seen, and slows a remote terminal.
INTERVALLE_S = 0.1


@dataclass
class Etape:
    """One step under way; call it with what is done and, if known, how much there is."""

    titre: str
    sortie: TextIO
    terminal: bool
    debut_s: float = field(default_factory=time.monotonic)
    _dessine_s: float = 0.0

    def __call__(self, fait: float, total: float | None = None, detail: str = "") -> None:
        """Redraw the bar; `fait` out of `total` (same unit), or a plain mark of life when `total` is None."""
        maintenant = time.monotonic()
        if not self.terminal or maintenant - self._dessine_s < INTERVALLE_S:
            return
        self._dessine_s = maintenant
        duree_s = maintenant - self.debut_s
        if total:
            part = min(1.0, max(0.0, fait / total))
            plein = round(part * LARGEUR_BARRE)
            barre = f"[{'#' * plein}{'.' * (LARGEUR_BARRE - plein)}] {part:4.0%}"
        else:
            place = int(duree_s * 4) % LARGEUR_BARRE
            barre = f"[{'.' * place}#{'.' * (LARGEUR_BARRE - place - 1)}]     "
        ligne = f"{barre} {self.titre} {duree_s:.0f} s {detail}"
        # One column less than the terminal: a full line would wrap, and the next redraw would start below it.
        self.sortie.write("\r\x1b[2K" + ligne[: shutil.get_terminal_size().columns - 1])
        self.sortie.flush()


@contextmanager
def etape(titre: str, sortie: TextIO | None = None) -> Iterator[Etape]:
    """Announce a step, and at its end say how long it took; a failed one keeps its last line."""
    sortie = sortie or sys.stderr
    en_cours = Etape(titre, sortie, terminal=sortie.isatty())
    if en_cours.terminal:
        en_cours(0)
    else:
        print(f"{titre} …", file=sortie, flush=True)
    try:
        yield en_cours
    except BaseException:
        if en_cours.terminal:
            print(file=sortie)
        raise
    duree_s = time.monotonic() - en_cours.debut_s
    debut_ligne = "\r\x1b[2K" if en_cours.terminal else ""
    print(f"{debut_ligne}{titre}: done in {duree_s:.1f} s", file=sortie, flush=True)
