"""Rows of any file: what one is, the limits that hold whatever the format, the header and what cannot be stored.

Every cell is text, None when it is empty: a code INSEE is not a number. Nested JSON stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode

# The largest real file is 15 MB; ten times that is a mistake or an attack.
TAILLE_FICHIER_MAX = 100_000_000
# The longest real row has 4,000 characters.
TAILLE_LIGNE_MAX = 1_000_000
# The longest real file has 16,000 rows, and all communes of France are 35,000.
LIGNES_MAX = 200_000
# The widest real file has 46 columns.
COLONNES_MAX = 200
# The longest real cell has 2,400 characters.
CELLULE_MAX = 10_000
# Real files nest four levels.
NIVEAUX_MAX = 20
# What is kept of a value that is rejected.
TAILLE_REJET_MAX = 1_000
# Rows among which the header is looked for: titles, notes and empty rows above it are fewer.
LIGNES_ENTETE = 50

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


class ObjetRedit(dict[str, Any]):
    """A JSON object that says the same key twice: its row is rejected, since one of the two values is lost."""

    cle: str


def bound_lignes(lignes: Iterator[Ligne | Reject]) -> Iterator[Ligne | Reject]:
    """The same rows; raises SourceError at the first one beyond LIGNES_MAX."""
    for rang, ligne in enumerate(lignes, 1):
        if rang > LIGNES_MAX:
            raise SourceError(f"le fichier a plus de {LIGNES_MAX} lignes (ligne {ligne_numero(ligne)})")
        yield ligne


def ligne_numero(ligne: Ligne | Reject) -> int:
    """The number of a row, whether it is read or rejected."""
    return ligne.ligne if isinstance(ligne, Reject) else ligne.numero


def name_colonne(rang: int) -> str:
    """The letters of a spreadsheet's column: A for 0, Z for 25, AA for 26."""
    lettres = ""
    reste = rang + 1
    while reste:
        reste, position = divmod(reste - 1, 26)
        lettres = chr(ord("A") + position) + lettres
    return lettres


def find_entete(lignes: Sequence[Sequence[str | None]]) -> int:
    """Which of the first rows names the columns: the first that fills more than half as many cells as the fullest.

    Titles, sources and notes written above a table fill one or two cells of it.
    """
    remplies = [sum(1 for cellule in ligne if cellule and cellule.strip()) for ligne in lignes]
    largeur = max(remplies, default=0)
    return next((rang for rang, nombre in enumerate(remplies) if nombre * 2 > largeur), 0)


def build_entete(noms: Sequence[str | None], exemples: Sequence[Sequence[str | None]], *, ou: str) -> tuple[str, ...]:
    """Names of the columns, by rank, without the spaces around them; `ou` says where the header is, for messages.

    A column without name that the first rows fill is named by its letter; others without name stay empty at the end
    or between two, and what a later row writes there rejects that row. Raises SourceError when two columns have the
    same name, or when they are more than COLONNES_MAX.
    """
    entete = [(nom or "").strip() for nom in noms]
    while entete and not entete[-1]:
        entete.pop()
    largeur = max((rang + 1 for ligne in exemples for rang, cellule in enumerate(ligne) if cellule), default=0)
    if max(len(entete), min(largeur, len(noms))) > COLONNES_MAX:
        raise SourceError(
            f"{ou} : {max(len(entete), largeur)} colonnes, au plus {COLONNES_MAX} sont lues "
            f"(la première de trop est la colonne {name_colonne(COLONNES_MAX)})"
        )
    if not any(entete):
        raise SourceError(f"{ou} : aucune colonne n’a de nom")
    entete += [""] * (min(largeur, len(noms)) - len(entete))
    for rang, nom in enumerate(entete):
        if not nom and any(rang < len(ligne) and (ligne[rang] or "").strip() for ligne in exemples):
            entete[rang] = f"colonne {name_colonne(rang)}"
    _check_doubles(entete, ou)
    return tuple(entete)


def _check_doubles(entete: Sequence[str], ou: str) -> None:
    rangs: dict[str, list[str]] = {}
    for rang, nom in enumerate(entete):
        if nom:
            rangs.setdefault(nom, []).append(name_colonne(rang))
    doubles = sorted((nom, lettres) for nom, lettres in rangs.items() if len(lettres) > 1)
    if doubles:
        dits = ", ".join(f"{shorten(nom)} (colonnes {' et '.join(lettres)})" for nom, lettres in doubles)
        raise SourceError(f"{ou} : colonnes en double : {dits}")


def build_ligne(numero: int, entete: Sequence[str], cellules: Sequence[str | None]) -> Ligne | Reject:
    """One row of a table, or its reject when a cell has no column, is missing, too long or cannot be stored."""
    surplus = any((cellule or "").strip() for cellule in cellules[len(entete) :])
    sans_nom = any(not nom and (cellule or "").strip() for nom, cellule in zip(entete, cellules, strict=False))
    if len(cellules) < len(entete) or surplus or sans_nom:
        brut = {
            nom or f"colonne {rang}": cellule
            for rang, (nom, cellule) in enumerate(zip(entete, cellules, strict=False), 1)
        }
        constat = f"{len(cellules)} cellules pour {len(entete)} colonnes"
        return Reject(numero, RejectCode.LIGNE_ILLISIBLE, None, constat, shorten_cellules(brut))
    remplies: dict[str, Any] = {}
    for nom, cellule in zip(entete, cellules, strict=False):
        if nom:
            remplies[nom] = (cellule.strip() or None) if cellule else None
    return check_texte(Ligne(numero, remplies))


def check_texte(ligne: Ligne) -> Ligne | Reject:
    """The row, or its reject when it has NUL or undecodable characters, which PostgreSQL cannot store."""
    for nom, valeur in ligne.cellules.items():
        for texte in (nom, valeur) if isinstance(valeur, str) else (nom, *_iterate_textes(valeur)):
            if _ILLISIBLES.search(texte):
                return Reject(
                    ligne.numero, RejectCode.LIGNE_ILLISIBLE, clean(nom), clean(texte), shorten_cellules(ligne.cellules)
                )
    return ligne


def find_redite(valeur: Any, niveau: int = 0) -> str | None:  # noqa: ANN401  (any JSON value)
    """The first key that one of the objects within the value says twice."""
    if isinstance(valeur, ObjetRedit):
        return valeur.cle
    enfants = valeur.values() if isinstance(valeur, dict) else valeur if isinstance(valeur, list) else ()
    if niveau > NIVEAUX_MAX:
        raise SourceError(f"le fichier imbrique plus de {NIVEAUX_MAX} niveaux")
    return next((cle for enfant in enfants if (cle := find_redite(enfant, niveau + 1)) is not None), None)


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
    return _ILLISIBLES.sub("�", shorten(texte))


def shorten(texte: str) -> str:
    """The text cut to what a reject keeps."""
    return texte if len(texte) <= TAILLE_REJET_MAX else texte[:TAILLE_REJET_MAX] + "…"


def shorten_cellules(cellules: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a rejected row, each cut to what a reject keeps."""
    return {
        clean(nom): None if valeur is None else clean(valeur if isinstance(valeur, str) else json.dumps(valeur))
        for nom, valeur in cellules.items()
    }
