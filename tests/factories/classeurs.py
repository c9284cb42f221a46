"""Workbooks and archives made by hand, ordinary or hostile."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence

import xlsxwriter

_ESPACE_XLSX = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ESPACES_ODS = 'xmlns:office="urn:office" xmlns:table="urn:table" xmlns:text="urn:text" xmlns:style="urn:style"'


def build_zip(*membres: tuple[str, bytes | str | Iterable[bytes]], methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members; one that is given in pieces is never whole in memory."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as archive:
        for nom, contenu in membres:
            if isinstance(contenu, (bytes, str)):
                archive.writestr(nom, contenu)
            else:
                with archive.open(nom, "w") as membre:
                    for morceau in contenu:
                        membre.write(morceau)
    return sortie.getvalue()


def build_xlsx(**feuilles: Sequence[Sequence[object]]) -> bytes:
    """An XLSX as xlsxwriter makes it, one sheet for each argument, a list of rows."""
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"strings_to_formulas": False, "strings_to_urls": False}) as classeur:
        for nom, lignes in feuilles.items():
            feuille = classeur.add_worksheet(nom)
            for rang, ligne in enumerate(lignes):
                feuille.write_row(rang, 0, ligne)
    return sortie.getvalue()


def build_xlsx_brut(lignes: str, *, entete: str = "", textes: str | None = None, autour: bool = True) -> bytes:
    """An XLSX whose only sheet, "A", has this XML as rows, stored so that its size hides nothing."""
    membres: list[tuple[str, bytes | str]] = []
    with zipfile.ZipFile(io.BytesIO(build_xlsx(A=[["x"]]))) as modele:
        membres = [(nom, modele.read(nom)) for nom in modele.namelist()]
    feuille = (
        f'<?xml version="1.0"?>{entete}<worksheet {_ESPACE_XLSX}><dimension ref="A1:XFD1048576"/>'
        f"<sheetData>{lignes}</sheetData></worksheet>"
    )
    remplaces = {"xl/worksheets/sheet1.xml": feuille if autour else lignes}
    if textes is not None:
        remplaces["xl/sharedStrings.xml"] = f"<sst {_ESPACE_XLSX}>{textes}</sst>"
    return build_zip(*((nom, remplaces.get(nom, contenu)) for nom, contenu in membres), methode=zipfile.ZIP_STORED)


def build_ods_brut(lignes: str, *, entete: str = "", nom: str = "A", suite: str = "") -> bytes:
    """An ODS whose first sheet has this XML as rows, followed by other sheets."""
    contenu = (
        f'<?xml version="1.0"?>{entete}<office:document-content {_ESPACES_ODS}><office:body><office:spreadsheet>'
        f'<table:table table:name="{nom}">{lignes}</table:table>{suite}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return build_zip(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", contenu))


def build_ods_cellule(texte: str, *, attributs: str = 'office:value-type="string"') -> str:
    """A cell of an ODS as XML."""
    return f"<table:table-cell {attributs}><text:p>{texte}</text:p></table:table-cell>"


def build_ods_ligne(*cellules: str, attributs: str = "") -> str:
    """A row of an ODS as XML, of texts or of cells that are XML already."""
    xml = (cellule if cellule.startswith("<") else build_ods_cellule(cellule) for cellule in cellules)
    return f"<table:table-row {attributs}>{''.join(xml)}</table:table-row>"


def build_xls(cellules: Sequence[tuple[int, int, str | float]]) -> bytes:
    """An XLS (BIFF8) whose only sheet, "A", has these (row, column, value), from zero."""
    debut = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)
    nom = struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"A"
    globaux = _build_biff((0x0809, debut), (0x0042, struct.pack("<H", 1200)), (0x0085, nom), (0x000A, b""))
    # The sheet starts where the globals end: its position is the first field of their second last record.
    position = len(globaux)
    nom = struct.pack("<I", position) + nom[4:]
    globaux = _build_biff((0x0809, debut), (0x0042, struct.pack("<H", 1200)), (0x0085, nom), (0x000A, b""))
    lignes = [(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))]
    for rang, colonne, valeur in cellules:
        if isinstance(valeur, str):
            texte = struct.pack("<HB", len(valeur), 1) + valeur.encode("utf-16-le")
            lignes.append((0x0204, struct.pack("<HHH", rang, colonne, 0) + texte))
        else:
            lignes.append((0x0203, struct.pack("<HHHd", rang, colonne, 0, valeur)))
    return _build_ole(globaux + _build_biff(*lignes, (0x000A, b"")))


def _build_biff(*enregistrements: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", genre, len(donnees)) + donnees for genre, donnees in enregistrements)


def _build_ole(flux: bytes) -> bytes:
    """A compound file that holds one stream, "Workbook", long enough to need no mini stream."""
    flux = flux.ljust(4096, b"\0")
    flux += b"\0" * (-len(flux) % 512)
    secteurs = len(flux) // 512
    # Sector 0 is the table of sectors, 1 the directory, the stream follows.
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + secteurs), 0xFFFFFFFE]
    assert len(fat) <= 128
    entete = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0),
    )
    entete = entete.ljust(512, b"\xff")
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    repertoire = _build_entree("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _build_entree(
        "Workbook", 2, 0xFFFFFFFF, 2, len(flux)
    )
    return entete + table + repertoire.ljust(512, b"\0") + flux


def _build_entree(nom: str, genre: int, enfant: int, debut: int, taille: int) -> bytes:
    texte = nom.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIII", texte, len(texte) + 2, genre, 1, 0xFFFFFFFF, 0xFFFFFFFF, enfant, debut, taille, 0
    )
