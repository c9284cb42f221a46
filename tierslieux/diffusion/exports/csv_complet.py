"""The complete model as CSV: UTF-8 with a mark and semicolons, as French spreadsheets open it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tierslieux.core.texte_csv import MARQUE, render_cellules
from tierslieux.diffusion.exports.complet import COLONNES, build_cellules
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.lieux.extraction import LieuPublie


def write_csv(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[bytes]:
    """The file, a piece at a time."""
    yield (MARQUE + render_cellules([list(COLONNES)])).encode()
    for lot in lots:
        yield render_cellules(build_cellules(lieu, contexte.attribute(lieu)) for lieu in lot).encode()
