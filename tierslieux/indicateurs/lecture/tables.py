"""What the readers share: tables of text, numbers as publishers write them, columns to indicators. Pure."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tierslieux.core.errors import SourceError
from tierslieux.core.types import parse_code_insee
from tierslieux.indicateurs.contrat import CodeRejet, Mesure, Rejet

# What publishers write for a value that they do not have or may not tell (INSEE's secrecy).
ABSENTES = frozenset({"", "s", "ns", "nd", "n/a", "na", "nan", "null", "none", "-"})
_ESPACES = str.maketrans("", "", " \u00a0\u202f")
PART = 0.01

Cellule = str | float | int | None
Rangee = Mapping[str, Cellule]


@dataclass(frozen=True, slots=True)
class Colonne:
    """The indicator of a column, and what its values are multiplied by (PART: percents to shares)."""

    indicateur: str
    facteur: float = 1.0


def decode(contenu: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark; raises SourceError."""
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        raise SourceError(f"le fichier n’est pas en UTF-8 (octet {erreur.start})") from erreur


def read_csv(
    contenu: bytes, separateur: str, colonnes: Collection[str], *, sautees: int = 0
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of each row, the first `sautees` lines left out.

    Raises SourceError without these columns, and for a row that has not as many cells as the header: the file is cut.
    """
    lignes = csv.reader(io.StringIO(decode(contenu), newline=""), delimiter=separateur)
    entete: list[str] | None = None
    for numero, cellules in enumerate(lignes, start=1):
        if numero <= sautees or not cellules:
            continue
        if entete is None:
            entete = [cellule.strip() for cellule in cellules]
            check_colonnes(entete, colonnes)
        elif len(cellules) != len(entete):
            raise SourceError(f"ligne {numero} : {len(cellules)} cellules, {len(entete)} attendues")
        else:
            yield numero, dict(zip(entete, cellules, strict=True))
    if entete is None:
        raise SourceError("le fichier est vide")


def read_parquet(contenu: bytes, colonnes: Collection[str]) -> Iterator[tuple[int, dict[str, Cellule]]]:
    """(row number from 1, cells by column) of each row; raises SourceError for another file, or without the columns."""
    try:
        table = pq.read_table(io.BytesIO(contenu))
    except (pa.ArrowException, OSError) as erreur:
        raise SourceError("le fichier n’est pas un Parquet lisible") from erreur
    check_colonnes(table.column_names, colonnes)
    noms = list(colonnes)
    valeurs = [table.column(nom).to_pylist() for nom in noms]
    for numero, cellules in enumerate(zip(*valeurs, strict=True), start=1):
        yield numero, dict(zip(noms, cellules, strict=True))


def check_colonnes(presentes: Collection[str], attendues: Collection[str]) -> None:
    """Raise SourceError naming the columns that are missing."""
    manquantes = [colonne for colonne in attendues if colonne not in presentes]
    if manquantes:
        raise SourceError(f"colonnes absentes : {', '.join(manquantes)} ; présentes : {', '.join(presentes)[:300]}")


def parse_nombre(cellule: Cellule) -> float | None:
    """The number of a cell ("18,7", "3 346", 12.5), None when there is no value; raises ValueError."""
    if cellule is None:
        return None
    if isinstance(cellule, str):
        texte = cellule.translate(_ESPACES)
        if texte.lower() in ABSENTES:
            return None
        cellule = texte.replace(",", ".")
    nombre = float(cellule)
    if math.isnan(nombre):
        return None
    if math.isinf(nombre):
        raise ValueError("infinite")
    return nombre


def read_code(ligne: int, rangee: Rangee, champ: str) -> str | Rejet:
    """The code INSEE of a row, or the reject of one that has not its form."""
    cellule = rangee[champ]
    code = parse_code_insee(cellule) if isinstance(cellule, str) else None
    return code if code is not None else Rejet(ligne, CodeRejet.CODE_MAL_FORME, champ, _show(cellule))


def read_valeurs(ligne: int, rangee: Rangee, colonnes: Mapping[str, Colonne]) -> dict[str, float] | Rejet:
    """Values by indicator, absent ones left out; the reject of the first cell that is no number."""
    valeurs = {}
    for champ, colonne in colonnes.items():
        try:
            nombre = parse_nombre(rangee[champ])
        except ValueError:
            return Rejet(ligne, CodeRejet.VALEUR_ILLISIBLE, champ, _show(rangee[champ]))
        if nombre is not None:
            valeurs[colonne.indicateur] = nombre * colonne.facteur
    return valeurs


def build_mesure(ligne: int, rangee: Rangee, champ_code: str, colonnes: Mapping[str, Colonne]) -> Mesure | Rejet:
    """The measure of a row whose columns are indicators of a commune."""
    code = read_code(ligne, rangee, champ_code)
    if isinstance(code, Rejet):
        return code
    valeurs = read_valeurs(ligne, rangee, colonnes)
    if isinstance(valeurs, Rejet):
        return valeurs
    if not valeurs:
        return Rejet(ligne, CodeRejet.SANS_VALEUR, champ_code, code)
    return Mesure(ligne, code, valeurs)


def _show(cellule: Cellule) -> str | None:
    return None if cellule is None else str(cellule)[:100]
