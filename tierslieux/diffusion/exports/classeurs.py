"""The complete model as a workbook: a sheet of places, and a sheet that says where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tierslieux.core import classeurs
from tierslieux.core.classeurs import LIGNES_MAX, prepare_ligne
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.tableurs import Ligne
from tierslieux.diffusion.exports.complet import COLONNES, build_cellules
from tierslieux.diffusion.exports.contexte import TITRE, Contexte
from tierslieux.lieux.extraction import LieuPublie

FEUILLE_LIEUX = "Lieux"
FEUILLE_SOURCES = "À propos"


def write_xlsx(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write an Office Open XML workbook."""
    classeurs.write_xlsx(chemin, TITRE, contexte.filtre, _list_feuilles(lots, contexte))


def write_ods(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write an OpenDocument workbook."""
    classeurs.write_ods(chemin, TITRE, contexte.filtre, _list_feuilles(lots, contexte))


def _list_feuilles(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> list[classeurs.Feuille]:
    if contexte.compte.lieux >= LIGNES_MAX:
        attendu = f"moins de {LIGNES_MAX} lieux dans un classeur : choisissez un territoire, ou un autre format"
        raise InvalidInputError("nombre", contexte.compte.lieux, attendu)
    return [(FEUILLE_LIEUX, _list_lignes(lots, contexte)), (FEUILLE_SOURCES, [_list_a_propos(contexte)])]


def _list_lignes(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[list[Ligne]]:
    """Rows of places, in lists, after that of the names of columns."""
    yield [list(COLONNES)]
    for lot in lots:
        yield [prepare_ligne(build_cellules(lieu, contexte.attribute(lieu))) for lieu in lot]


def _list_a_propos(contexte: Contexte) -> list[Ligne]:
    """Two rows: a reader that takes the longest sheet of a workbook must take that of places, however few."""
    libelles, valeurs = zip(*contexte.list_lignes(), strict=True)
    return [list(libelles), prepare_ligne(list(valeurs))]
