"""What the sources' parsers share: cells to values, rows to records. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tierslieux.imports.contrat import Lecture, Record, Reject, RejectCode, Resultat
from tierslieux.imports.lecture.lecture import Ligne, Table

Cellules = dict[str, Any]


def build_lecture(table: Table, parse_ligne: Callable[[Ligne], Resultat]) -> Lecture:
    """The rows of the table as `parse_ligne` reads them, and how the file was recognised."""
    return Lecture(_parse_lignes(table, parse_ligne), table.reconnu, table.colonnes)


def _parse_lignes(table: Table, parse_ligne: Callable[[Ligne], Resultat]) -> Iterator[Resultat]:
    for ligne in table.lignes:
        yield ligne if isinstance(ligne, Reject) else parse_ligne(ligne)


def reject_sans_identifiant(ligne: Ligne, colonne: str) -> Reject:
    """The reject of a row whose identifier is empty."""
    return Reject(ligne.numero, RejectCode.IDENTIFIANT_MANQUANT, colonne, None, ligne.cellules)


def build_record(ligne: Ligne, identifiant: str, valeurs: dict[str, Any], **autres: Any) -> Record:  # noqa: ANN401
    """The record of a row, absent values left out; `autres` are other fields of Record."""
    presentes = {champ: v for champ, v in valeurs.items() if v is not None and v != []}
    return Record(identifiant=identifiant, ligne=ligne.numero, brut=ligne.cellules, valeurs=presentes, **autres)


def parse_position(longitude: str | None, latitude: str | None) -> dict[str, float] | None:
    """{"lon", "lat"} in degrees, decimal commas admitted; None when either is absent or is no number."""
    lon, lat = _parse_nombre(longitude), _parse_nombre(latitude)
    return None if lon is None or lat is None else {"lon": lon, "lat": lat}


def _parse_nombre(texte: str | None) -> float | None:
    try:
        return float(texte.replace(",", ".").replace(" ", "")) if texte else None
    except ValueError:
        return None


def keep_textes(cellules: Cellules) -> dict[str, str]:
    """The cells of a JSON item that hold text; numbers are text already, lists and objects stay in the raw record."""
    return {nom: valeur for nom, valeur in cellules.items() if isinstance(valeur, str)}
