"""Codes to scan, drawn as one path: sharp on paper at any size, and nothing to fetch. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import segno

# The quiet zone that readers ask for around a code, in modules (ISO/IEC 18004).
MARGE = 4
# About 15 % of a code may be stained or folded and it still reads.
_CORRECTION = "m"


@dataclass(frozen=True, slots=True)
class Qr:
    """A code: its side in modules, quiet zone included, and the path of its dark modules."""

    cote: int
    chemin: str
    contenu: str


def build_qr(contenu: str) -> Qr:
    """The code of an address; runs of dark modules are drawn row by row."""
    matrice = segno.make(contenu, error=_CORRECTION, micro=False).matrix
    traits: list[str] = []
    for y, rangee in enumerate(matrice, start=MARGE):
        x = 0
        while x < len(rangee):
            debut = x
            while x < len(rangee) and rangee[x]:
                x += 1
            if x > debut:
                traits.append(f"M{debut + MARGE} {y}h{x - debut}v1h-{x - debut}z")
            x += 1
    return Qr(len(matrice) + 2 * MARGE, "".join(traits), contenu)
