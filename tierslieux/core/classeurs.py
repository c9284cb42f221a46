"""Workbooks as files: sheets are written as their rows are read, and no row is kept.

Every text is a text: no cell is ever a formula. (XlsxWriter takes three times longer, odswriter keeps the whole
document in memory.)
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tierslieux.core import ods, xlsx
from tierslieux.core.tableurs import Ligne, neutralize_ligne

# Rows of a sheet, header included, and characters of a cell: beyond, no spreadsheet opens the file.
LIGNES_MAX = 1_048_576
LONGUEUR_MAX = 32_767
# XML shrinks by nine tenths at any level; the first one takes a third of the time of the sixth.
_COMPRESSION = 1

# A sheet: its name and its rows, in lists, already prepared.
Feuille = tuple[str, Iterable[list[Ligne]]]


def write_xlsx(chemin: Path, titre: str, description: str, feuilles: Sequence[Feuille]) -> None:
    """Write an Office Open XML workbook; the sheets are read one after the other."""
    with _open(chemin) as archive:
        for nom, contenu in xlsx.list_parties(titre, description, [nom for nom, _ in feuilles]):
            _write(archive, nom, [contenu])
        for numero, (_, lots) in enumerate(feuilles, start=1):
            _write(archive, xlsx.build_chemin(numero), xlsx.render_feuille(lots))


def write_ods(chemin: Path, titre: str, description: str, feuilles: Sequence[Feuille]) -> None:
    """Write an OpenDocument workbook; the sheets are read one after the other."""
    with _open(chemin) as archive:
        # First and as it is: programs look at the first bytes of the file.
        archive.writestr(zipfile.ZipInfo("mimetype"), ods.MIMETYPE, compress_type=zipfile.ZIP_STORED)
        for nom, contenu in ods.list_parties(titre, description):
            _write(archive, nom, [contenu])
        _write(archive, "content.xml", ods.render_contenu(feuilles))


def prepare_ligne(cellules: Ligne) -> Ligne:
    """The cells with their texts neutralised and cut to what a spreadsheet opens."""
    ligne: Ligne = neutralize_ligne(cellules)
    if sum([len(cellule) for cellule in ligne if isinstance(cellule, str)]) > LONGUEUR_MAX:
        return [cellule[:LONGUEUR_MAX] if isinstance(cellule, str) else cellule for cellule in ligne]
    return ligne


def _open(chemin: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION)


def _write(archive: zipfile.ZipFile, nom: str, morceaux: Iterable[str]) -> None:
    """Add a file to the archive; opened by name it has no date, so that the same base gives the same file."""
    with archive.open(nom, "w", force_zip64=True) as flux:
        for morceau in morceaux:
            flux.write(morceau.encode())
