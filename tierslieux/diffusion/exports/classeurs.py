"""The complete model as a workbook: a sheet of places, and a sheet that says where they come from.

Sheets are written as their rows are read, every text as a text: no cell is ever a formula and no row is kept.
(XlsxWriter takes three times longer, odswriter keeps the whole document in memory.)
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.tableurs import neutralize_ligne
from tierslieux.diffusion.exports import ods, xlsx
from tierslieux.diffusion.exports.complet import COLONNES, Cellule, build_cellules
from tierslieux.diffusion.exports.contexte import TITRE, Contexte
from tierslieux.lieux.extraction import LieuPublie

FEUILLE_LIEUX = "Lieux"
FEUILLE_SOURCES = "À propos"
# Rows of a sheet, header included, and characters of a cell: beyond, no spreadsheet opens the file.
LIGNES_MAX = 1_048_576
LONGUEUR_MAX = 32_767
# XML shrinks by nine tenths at any level; the first one takes a third of the time of the sixth.
_COMPRESSION = 1

Ligne = list[Cellule]


def write_xlsx(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write an Office Open XML workbook."""
    _check_nombre(contexte)
    with _open(chemin) as archive:
        for nom, contenu in xlsx.list_parties(TITRE, contexte.filtre, (FEUILLE_LIEUX, FEUILLE_SOURCES)):
            _write(archive, nom, [contenu])
        for numero, feuille in enumerate((_list_lignes(lots, contexte), [_list_a_propos(contexte)]), start=1):
            _write(archive, xlsx.build_chemin(numero), xlsx.render_feuille(feuille))


def write_ods(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write an OpenDocument workbook."""
    _check_nombre(contexte)
    with _open(chemin) as archive:
        # First and as it is: programs look at the first bytes of the file.
        archive.writestr(zipfile.ZipInfo("mimetype"), ods.MIMETYPE, compress_type=zipfile.ZIP_STORED)
        for nom, contenu in ods.list_parties(TITRE, contexte.filtre):
            _write(archive, nom, [contenu])
        feuilles = ((FEUILLE_LIEUX, _list_lignes(lots, contexte)), (FEUILLE_SOURCES, [_list_a_propos(contexte)]))
        _write(archive, "content.xml", ods.render_contenu(feuilles))


def _open(chemin: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION)


def _write(archive: zipfile.ZipFile, nom: str, morceaux: Iterable[str]) -> None:
    """Add a file to the archive; opened by name it has no date, so that the same base gives the same file."""
    with archive.open(nom, "w", force_zip64=True) as flux:
        for morceau in morceaux:
            flux.write(morceau.encode())


def _check_nombre(contexte: Contexte) -> None:
    if contexte.compte.lieux >= LIGNES_MAX:
        attendu = f"moins de {LIGNES_MAX} lieux dans un classeur : choisissez un territoire, ou un autre format"
        raise InvalidInputError("nombre", contexte.compte.lieux, attendu)


def _list_lignes(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[list[Ligne]]:
    """Rows of places, in lists, after that of the names of columns."""
    yield [list(COLONNES)]
    for lot in lots:
        yield [_prepare(build_cellules(lieu, contexte.attribute(lieu))) for lieu in lot]


def _list_a_propos(contexte: Contexte) -> list[Ligne]:
    """Two rows: a reader that takes the longest sheet of a workbook must take that of places, however few."""
    libelles, valeurs = zip(*contexte.list_lignes(), strict=True)
    return [list(libelles), _prepare(list(valeurs))]


def _prepare(cellules: Ligne) -> Ligne:
    """The cells with their texts neutralised and cut to what a spreadsheet opens."""
    ligne: Ligne = neutralize_ligne(cellules)
    if sum([len(cellule) for cellule in ligne if isinstance(cellule, str)]) > LONGUEUR_MAX:
        return [cellule[:LONGUEUR_MAX] if isinstance(cellule, str) else cellule for cellule in ligne]
    return ligne
