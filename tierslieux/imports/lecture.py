"""Bytes to rows: encoding and separator recognised, the file refused when it is not what its source announces.

A whole file that cannot be trusted (empty, cut, binary, without its columns) raises SourceError: nothing is loaded from
it. One row that cannot be read is a Reject, and the others go on. Every cell is text: a code INSEE is not a number.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode

# The largest real file is 15 MB; ten times that is a mistake or an attack.
TAILLE_FICHIER_MAX = 100_000_000
# The longest real row has 4,000 characters.
TAILLE_LIGNE_MAX = 1_000_000
# Real files nest four levels.
NIVEAUX_MAX = 20
# What is kept of a value that is rejected.
TAILLE_REJET_MAX = 1_000
# Under this share of unreadable bytes among those beyond ASCII, a file is UTF-8 with accidents, not another encoding.
_PART_ILLISIBLE_MAX = 0.05

_SIGNATURES_BINAIRES = {
    b"PK\x03\x04": "un classeur ou une archive ZIP",
    b"\xd0\xcf\x11\xe0": "un ancien classeur Excel",
    b"%PDF": "un PDF",
    b"\x1f\x8b": "une archive gzip",
}
_ILLISIBLES = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Ligne:
    """One row: its number in the file (first line is 1; items of a JSON file count from 1) and its cells by column."""

    numero: int
    cellules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows with the way it was recognised."""

    lignes: Iterator[Ligne | Reject]
    reconnu: Mapping[str, str]
    colonnes: tuple[str, ...]


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


def decode(contenu: bytes) -> tuple[str, str]:
    """(text, name of the encoding). Bytes that UTF-8 cannot read become lone surrogates: their rows are rejected.

    Raises SourceError for what is not text.
    """
    _check_nature(contenu)
    if contenu.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_utf16(contenu)
    try:
        return contenu.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as erreur:
        if erreur.reason == "unexpected end of data":
            raise SourceError("le fichier est tronqué au milieu d’un caractère") from erreur
    souple = contenu.decode("utf-8-sig", errors="surrogateescape")
    illisibles = sum(1 for c in souple if "\udc80" <= c <= "\udcff")
    lisibles = sum(1 for c in souple if c > "\x7f") - illisibles
    if illisibles <= _PART_ILLISIBLE_MAX * lisibles:
        return souple, f"UTF-8 ({illisibles} octets illisibles)"
    try:
        return contenu.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return contenu.decode("latin-1"), "ISO-8859-1"


def _check_nature(contenu: bytes) -> None:
    if not contenu.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise SourceError("le fichier est vide")
    for signature, nature in _SIGNATURES_BINAIRES.items():
        if contenu.startswith(signature):
            raise SourceError(f"le fichier est {nature}, pas un fichier texte")
    if contenu.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise SourceError("le fichier est une page web, pas un fichier de données")
    est_utf16 = contenu.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not est_utf16 and contenu[:4096].count(0) > len(contenu[:4096]) // 10:
        raise SourceError("le fichier est binaire, pas un fichier texte")


def _decode_utf16(contenu: bytes) -> tuple[str, str]:
    try:
        return contenu.decode("utf-16"), "UTF-16"
    except UnicodeDecodeError as erreur:
        raise SourceError("le fichier est tronqué au milieu d’un caractère") from erreur


def read_csv(contenu: bytes, *, colonnes: Sequence[str], separateurs: Sequence[str] = (",", ";", "\t")) -> Table:
    """Rows of a CSV file whose header has at least these columns; raises SourceError.

    Empty cells are None. Spaces around the names of columns are dropped. Lines without any value are not rows.
    """
    _check_lignes(contenu)
    texte, encodage = decode(contenu)
    separateur, entete = _find_entete(texte, colonnes, separateurs)
    reconnu = {"format": "CSV", "encodage": encodage, "separateur": separateur}
    return Table(_iterate_csv(texte, separateur, entete), reconnu, tuple(entete))


def _check_lignes(contenu: bytes) -> None:
    debut, numero = 0, 1
    while debut < len(contenu):
        fin = contenu.find(b"\n", debut)
        fin = len(contenu) if fin < 0 else fin
        if fin - debut > TAILLE_LIGNE_MAX:
            raise SourceError(f"la ligne {numero} a {fin - debut} octets, au plus {TAILLE_LIGNE_MAX} sont lus")
        debut, numero = fin + 1, numero + 1


def _find_entete(texte: str, colonnes: Sequence[str], separateurs: Sequence[str]) -> tuple[str, list[str]]:
    essais: list[tuple[int, str, list[str]]] = []
    for separateur in separateurs:
        try:
            noms = next(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), [])
        except csv.Error as erreur:
            raise SourceError(f"la première ligne est illisible ({erreur})") from erreur
        entete = [nom.strip() for nom in noms]
        essais.append((sum(nom in entete for nom in colonnes), separateur, entete))
    reconnues, separateur, entete = max(essais, key=lambda essai: essai[0])
    if reconnues < len(colonnes):
        absentes = ", ".join(f"« {nom} »" for nom in colonnes if nom not in entete)
        raise SourceError(f"colonnes absentes : {absentes}")
    doubles = sorted({nom for nom in entete if nom and entete.count(nom) > 1})
    if doubles:
        raise SourceError(f"colonnes en double : {', '.join(doubles)}")
    return separateur, entete


def _iterate_csv(texte: str, separateur: str, entete: list[str]) -> Iterator[Ligne | Reject]:
    finie = texte.endswith(("\n", "\r"))
    derniere = texte.count("\n") + 1
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    next(lecteur)
    while True:
        numero = lecteur.line_num + 1
        try:
            cellules = next(lecteur)
        except StopIteration:
            return
        except csv.Error as erreur:
            if "unexpected end of data" in str(erreur):
                raise SourceError(f"le fichier est tronqué : guillemet sans fin ligne {numero}") from erreur
            if "field larger than field limit" in str(erreur):
                # What follows is read with quotes the wrong way round: nothing of it can be trusted.
                raise SourceError(f"une cellule de la ligne {numero} ne finit pas : guillemet oublié ?") from erreur
            yield Reject(numero, RejectCode.LIGNE_ILLISIBLE, None, str(erreur), {})
            continue
        if not any(cellule.strip() for cellule in cellules):
            continue
        if len(cellules) < len(entete) and not finie and lecteur.line_num >= derniere:
            raise SourceError(f"le fichier est tronqué : la ligne {numero} s’arrête au milieu")
        yield _build_ligne(numero, entete, cellules)


def _build_ligne(numero: int, entete: list[str], cellules: list[str]) -> Ligne | Reject:
    surplus = cellules[len(entete) :]
    if len(cellules) < len(entete) or any(cellule.strip() for cellule in surplus):
        brut = {
            nom or f"colonne {rang}": cellule
            for rang, (nom, cellule) in enumerate(zip(entete, cellules, strict=False), 1)
        }
        constat = f"{len(cellules)} cellules pour {len(entete)} colonnes"
        return Reject(numero, RejectCode.LIGNE_ILLISIBLE, None, constat, _shorten(brut))
    remplies = {nom: (cellule.strip() or None) for nom, cellule in zip(entete, cellules, strict=False) if nom}
    return _check_texte(Ligne(numero, remplies))


def read_json(contenu: bytes, *, colonnes: Sequence[str]) -> Table:
    """Items of a JSON file that holds a list of objects; raises SourceError. Numbers are kept as they are written."""
    texte, encodage = decode(contenu)
    try:
        racine = json.loads(texte, parse_float=str, parse_int=str)
    except json.JSONDecodeError as erreur:
        raise SourceError(
            f"le fichier est tronqué ou mal formé (ligne {erreur.lineno}, colonne {erreur.colno})"
        ) from erreur
    except RecursionError as erreur:
        raise SourceError("le fichier imbrique trop de niveaux") from erreur
    if not isinstance(racine, list):
        raise SourceError("le fichier n’est pas une liste d’objets")
    connues = {cle: None for objet in racine if isinstance(objet, dict) for cle in objet}
    absentes = [nom for nom in colonnes if nom not in connues]
    if absentes:
        raise SourceError("colonnes absentes : " + ", ".join(f"« {nom} »" for nom in absentes))
    return Table(_iterate_json(racine), {"format": "JSON", "encodage": encodage}, tuple(connues))


def _iterate_json(racine: list[Any]) -> Iterator[Ligne | Reject]:
    for numero, objet in enumerate(racine, 1):
        if isinstance(objet, dict):
            yield _check_texte(Ligne(numero, {cle: _strip(valeur) for cle, valeur in objet.items()}))
        else:
            yield Reject(numero, RejectCode.LIGNE_ILLISIBLE, None, shorten(str(objet)), {})


def _strip(valeur: Any) -> Any:  # noqa: ANN401  (any JSON value)
    return (valeur.strip() or None) if isinstance(valeur, str) else valeur


def _check_texte(ligne: Ligne) -> Ligne | Reject:
    """Reject a row with NUL or undecodable characters, which PostgreSQL cannot store."""
    for nom, valeur in ligne.cellules.items():
        for texte in (nom, valeur) if isinstance(valeur, str) else (nom, *_iterate_textes(valeur)):
            if _ILLISIBLES.search(texte):
                return Reject(
                    ligne.numero, RejectCode.LIGNE_ILLISIBLE, clean(nom), clean(texte), _shorten(ligne.cellules)
                )
    return ligne


def _iterate_textes(valeur: Any, niveau: int = 0) -> Iterator[str]:  # noqa: ANN401  (any JSON value)
    if niveau > NIVEAUX_MAX:
        raise SourceError(f"le fichier imbrique plus de {NIVEAUX_MAX} niveaux")
    if isinstance(valeur, str):
        yield valeur
    elif isinstance(valeur, (list, dict)):
        enfants = (*valeur.keys(), *valeur.values()) if isinstance(valeur, dict) else valeur
        for enfant in enfants:
            yield from _iterate_textes(enfant, niveau + 1)


def clean(texte: str) -> str:
    """The text without what PostgreSQL cannot store, each such character shown as "�", cut to what a reject keeps."""
    return shorten(_ILLISIBLES.sub("�", texte))


def shorten(texte: str) -> str:
    """The text cut to what a reject keeps."""
    return texte if len(texte) <= TAILLE_REJET_MAX else texte[:TAILLE_REJET_MAX] + "…"


def _shorten(cellules: dict[str, Any]) -> dict[str, Any]:
    return {
        clean(nom): None if valeur is None else clean(valeur if isinstance(valeur, str) else json.dumps(valeur))
        for nom, valeur in cellules.items()
    }
