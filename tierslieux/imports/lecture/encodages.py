"""Bytes to text: the encoding recognised, and what is no text refused with its nature."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass

from tierslieux.core.errors import SourceError

# Under this share of unreadable bytes among those beyond ASCII, a file is UTF-8 with accidents, not another encoding.
_PART_ILLISIBLE_MAX = 0.05
# Text has hardly any control character, and random bytes have one in ten.
_PART_CONTROLES_MAX = 0.02
_DEBUT = 4_096
_MORCEAU = 1_000_000

# The second is that of an empty archive.
SIGNATURES_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
SIGNATURE_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES_BINAIRES = {
    b"PK\x03\x04": "un classeur ou une archive ZIP",
    b"\xd0\xcf\x11\xe0": "un ancien classeur Excel",
    b"%PDF": "un PDF",
    b"\x1f\x8b": "une archive gzip",
    b"7z\xbc\xaf\x27\x1c": "une archive 7-Zip",
    b"Rar!": "une archive RAR",
    b"PAR1": "un fichier Parquet",
    b"SQLite format 3": "une base SQLite ou un GeoPackage",
}
_BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANCS = b" \t\r\n\x00\xef\xbb\xbf"
_CONTROLES = bytes({*range(32)} - {0, *b"\t\n\v\f\r\x1a"})
# The five holes of Windows-1252.
_TROUS_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


@dataclass(frozen=True, slots=True)
class Encodage:
    """How bytes become text: the codec, what it does of unreadable bytes, and the name that people read."""

    codec: str
    erreurs: str
    libelle: str


def recognise_encodage(contenu: bytes) -> Encodage:
    """The encoding of a text; raises SourceError for what is not text or stops in the middle of a character.

    Bytes that UTF-8 cannot read become lone surrogates, by which their rows are rejected.
    """
    _check_nature(contenu)
    if contenu.startswith(_BOM_UTF16):
        if not _is_decodable(contenu, "utf-16"):
            raise SourceError("le fichier est tronqué au milieu d’un caractère")
        return Encodage("utf-16", "strict", "UTF-16")
    if _is_decodable(contenu, "utf-8-sig"):
        return Encodage("utf-8-sig", "strict", "UTF-8")
    lisibles = illisibles = 0
    for morceau in _iterate_decodes(contenu, "utf-8-sig", "surrogateescape"):
        sans_accident = morceau.encode("utf-8", errors="ignore").decode("utf-8")
        illisibles += len(morceau) - len(sans_accident)
        lisibles += len(sans_accident) - len(sans_accident.encode("ascii", errors="ignore"))
    if illisibles <= _PART_ILLISIBLE_MAX * lisibles:
        return Encodage("utf-8-sig", "surrogateescape", f"UTF-8 ({illisibles} octets illisibles)")
    if any(trou in contenu for trou in _TROUS_CP1252):
        return Encodage("latin-1", "strict", "ISO-8859-1")
    return Encodage("cp1252", "strict", "Windows-1252")


def decode(contenu: bytes) -> tuple[str, str]:
    """(text, name of the encoding); raises SourceError as recognise_encodage."""
    encodage = recognise_encodage(contenu)
    return contenu.decode(encodage.codec, errors=encodage.erreurs), encodage.libelle


def open_texte(contenu: bytes, encodage: Encodage) -> io.TextIOWrapper:
    """The text line by line, line ends kept as they are, without the whole of it in memory."""
    return io.TextIOWrapper(io.BytesIO(contenu), encoding=encodage.codec, errors=encodage.erreurs, newline="")


def _is_decodable(contenu: bytes, codec: str) -> bool:
    """Whether a codec reads everything; raises SourceError when only the last character is cut."""
    try:
        for _ in _iterate_decodes(contenu, codec, "strict"):
            pass
    except UnicodeDecodeError as erreur:
        if erreur.reason == "unexpected end of data":
            raise SourceError("le fichier est tronqué au milieu d’un caractère") from erreur
        return False
    return True


def _iterate_decodes(contenu: bytes, codec: str, erreurs: str) -> Iterator[str]:
    decodeur = codecs.getincrementaldecoder(codec)(errors=erreurs)
    vue = memoryview(contenu)
    for debut in range(0, len(contenu), _MORCEAU):
        yield decodeur.decode(bytes(vue[debut : debut + _MORCEAU]), final=debut + _MORCEAU >= len(contenu))


def _check_nature(contenu: bytes) -> None:
    debut = contenu[:_DEBUT]
    if not debut.strip(_BLANCS) and not contenu.strip(_BLANCS):
        raise SourceError("le fichier est vide")
    for signature, nature in _SIGNATURES_BINAIRES.items():
        if contenu.startswith(signature):
            raise SourceError(f"le fichier est {nature}, pas un fichier texte")
    utile = debut.lstrip(_BLANCS)
    if utile[:15].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise SourceError("le fichier est une page web, pas un fichier de données")
    if utile.startswith(b"<?xml"):
        raise SourceError("le fichier est du XML, qui n’est pas lu : enregistrez-le en CSV, en XLSX ou en ODS")
    if contenu.startswith(_BOM_UTF16):
        return
    controles = len(debut) - len(debut.translate(None, _CONTROLES))
    if debut.count(0) > len(debut) // 10 or (len(debut) == _DEBUT and controles > _PART_CONTROLES_MAX * _DEBUT):
        raise SourceError("le fichier est binaire, pas un fichier texte")
