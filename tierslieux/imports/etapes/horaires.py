"""Opening hours: kept or converted when they are understood to the last word, else left out and counted.

See lieux/nettoyage/horaires.py.
"""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.lieux.nettoyage.horaires import clean_horaires


def clean(record: Record, contexte: Contexte) -> Record:
    """Keep the hours, convert them, or leave them out."""
    texte = record.valeurs.get("horaires")
    if texte is None:
        return record
    horaires, avertissement = read_horaires(texte)
    if avertissement is None:
        return record
    contexte.warn(avertissement)
    valeurs = {champ: v for champ, v in record.valeurs.items() if champ != "horaires"}
    return replace(record, valeurs=valeurs if horaires is None else valeurs | {"horaires": horaires})


def read_horaires(texte: str) -> tuple[str | None, Avertissement | None]:
    """The hours in OpenStreetMap syntax, None when they are not understood, and the warning that goes with it."""
    osm = clean_horaires(texte)
    if osm is None:
        return None, Avertissement.HORAIRES_ILLISIBLES
    return osm, None if osm == texte else Avertissement.HORAIRES_CONVERTIS
