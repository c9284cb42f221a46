"""The complete model as CSV: UTF-8 with a mark and semicolons, as French spreadsheets open it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tierslieux.core.tableurs import neutralize_ligne
from tierslieux.diffusion.exports.complet import COLONNES, build_cellules, format_nombre
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.diffusion.exports.rendu import MARQUE, render_lignes
from tierslieux.lieux.extraction import LieuPublie


def write_csv(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[bytes]:
    """The file, a piece at a time."""
    yield (MARQUE + render_lignes([COLONNES], separateur=";")).encode()
    for lot in lots:
        lignes = [
            [
                format_nombre(cellule) if isinstance(cellule, float) else cellule
                for cellule in neutralize_ligne(build_cellules(lieu, contexte.attribute(lieu)))
            ]
            for lieu in lot
        ]
        yield render_lignes(lignes, separateur=";").encode()
