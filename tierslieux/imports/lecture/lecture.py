"""Bytes to rows: the format recognised by the content, the file refused when it cannot be trusted.

A whole file that cannot be trusted (empty, cut, binary, hostile, without its columns) raises SourceError: nothing is
loaded from it. One row that cannot be read is a Reject, and the others go on.
"""

from __future__ import annotations

from pathlib import Path

from tierslieux.core.errors import SourceError
from tierslieux.imports.lecture import inclusion
from tierslieux.imports.lecture.archives import Archive
from tierslieux.imports.lecture.classeurs import Classeur, read_classeur
from tierslieux.imports.lecture.classeurs_ods import ClasseurOds
from tierslieux.imports.lecture.classeurs_xls import ClasseurXls
from tierslieux.imports.lecture.classeurs_xlsx import ClasseurXlsx
from tierslieux.imports.lecture.encodages import SIGNATURE_OLE, SIGNATURES_ZIP, decode
from tierslieux.imports.lecture.lecture_csv import SEPARATEURS, read_csv, read_csv_quelconque
from tierslieux.imports.lecture.lecture_json import read_json, read_json_quelconque
from tierslieux.imports.lecture.lignes import (
    COLONNES_MAX,
    LIGNES_MAX,
    TAILLE_FICHIER_MAX,
    TAILLE_LIGNE_MAX,
    TAILLE_REJET_MAX,
    Ligne,
    Table,
    clean,
    shorten,
)

__all__ = [
    "COLONNES_MAX",
    "LIGNES_MAX",
    "SEPARATEURS",
    "TAILLE_FICHIER_MAX",
    "TAILLE_LIGNE_MAX",
    "TAILLE_REJET_MAX",
    "Ligne",
    "Table",
    "clean",
    "decode",
    "read_csv",
    "read_fichier",
    "read_json",
    "read_table",
    "shorten",
]


def read_fichier(chemin: Path) -> bytes:
    """The content of a file of at most TAILLE_FICHIER_MAX bytes; raises SourceError without reading a larger one."""
    try:
        if not chemin.is_file():
            raise SourceError(f"{chemin.name} : ce n’est pas un fichier")
        taille = chemin.stat().st_size
        if taille > TAILLE_FICHIER_MAX:
            raise SourceError(f"{chemin.name} : {taille} octets, au plus {TAILLE_FICHIER_MAX} sont lus")
        return chemin.read_bytes()
    except OSError as erreur:
        raise SourceError(f"{chemin.name} : illisible ({erreur.strerror})") from erreur


def read_table(contenu: bytes, *, nom: str | None = None, feuille: str | None = None) -> Table:
    """Rows of any file: CSV, JSON, GeoJSON, data·inclusion, workbook (XLSX, ODS, XLS) or ZIP that holds one of them.

    The content tells the format; `nom` only settles what it leaves open, `feuille` chooses the sheet of a workbook.
    Raises SourceError, in French, for what cannot be read or is beyond the limits of imports.lignes.
    """
    if contenu.startswith(SIGNATURES_ZIP):
        return _read_zip(contenu, feuille)
    if contenu.startswith(SIGNATURE_OLE):
        return read_classeur(ClasseurXls(contenu), feuille)
    return _read_texte(contenu, nom)


def _read_zip(contenu: bytes, feuille: str | None) -> Table:
    """A workbook, or an archive that holds one file of data or the two of data·inclusion."""
    archive = Archive(contenu)
    if (classeur := _open_classeur(archive)) is not None:
        return read_classeur(classeur, feuille)
    membres = archive.list_donnees()
    table = _read_membre(archive.read(membres[0]), membres[0], feuille)
    if len(membres) > 1:
        services = archive.read(membres[1])
        # Structures of which none says a service are a whole file too.
        vide = Table(iter(()), table.reconnu, ()) if services.strip() == b"[]" else None
        table = inclusion.join_services(table, vide or _read_membre(services, membres[1], feuille))
    dits = " et ".join(shorten(membre) for membre in membres)
    return Table(
        table.lignes, {**table.reconnu, "format": f"{table.reconnu['format']}, dans un ZIP ({dits})"}, table.colonnes
    )


def _open_classeur(archive: Archive) -> Classeur | None:
    """The workbook that the archive is, None when it is none; raises SourceError for the other documents of offices."""
    noms = {nom.lower() for nom in archive.noms}
    if "[content_types].xml" in noms:
        if any(nom.startswith("xl/") and nom.endswith(".bin") and "workbook" in nom for nom in noms):
            raise SourceError("le fichier est un classeur binaire (XLSB) : enregistrez-le en XLSX ou en ODS")
        if any(nom.startswith("xl/") for nom in noms):
            return ClasseurXlsx(archive)
        raise SourceError("le fichier est un document de bureautique, pas un classeur")
    if "content.xml" in noms and "mimetype" in noms:
        nature = archive.read("mimetype", 1_000).decode("ascii", errors="replace").strip()
        if "spreadsheet" not in nature:
            raise SourceError("le fichier est un document OpenDocument, pas un classeur")
        return ClasseurOds(archive)
    return None


def _read_membre(contenu: bytes, nom: str, feuille: str | None) -> Table:
    if contenu.startswith(SIGNATURES_ZIP):
        classeur = _open_classeur(Archive(contenu))
        if classeur is None:
            raise SourceError(f"l’archive en contient une autre (« {shorten(nom)} »), qui n’est pas ouverte")
        return read_classeur(classeur, feuille)
    if contenu.startswith(SIGNATURE_OLE):
        return read_classeur(ClasseurXls(contenu), feuille)
    return _read_texte(contenu, nom)


def _read_texte(contenu: bytes, nom: str | None) -> Table:
    return read_json_quelconque(contenu) if _looks_like_json(contenu, nom) else read_csv_quelconque(contenu)


def _looks_like_json(contenu: bytes, nom: str | None) -> bool:
    debut = contenu[:4096].lstrip(b" \t\r\n\xef\xbb\xbf\xff\xfe\x00")[:1]
    if nom is not None and nom.lower().endswith((".csv", ".tsv")) and debut == b"[":
        return False
    return debut in (b"{", b"[")
