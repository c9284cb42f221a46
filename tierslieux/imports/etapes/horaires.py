"""Opening hours already in OpenStreetMap syntax: kept when they can be read without doubt, else left out and counted.

A slot that ends when it starts would mean twenty-four hours, one that ends before it starts a whole night: in these
files both are typing errors, so that the hours stay in the raw record and are not published.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.semaine import parse_heure
from tierslieux.lieux.horaires import is_valid

_CRENEAU = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")


def clean(record: Record, contexte: Contexte) -> Record:
    """Keep the hours or leave them out."""
    texte = record.valeurs.get("horaires")
    if texte is None or is_sure(texte):
        return record
    contexte.warn(Avertissement.HORAIRES_ILLISIBLES)
    return replace(record, valeurs={champ: v for champ, v in record.valeurs.items() if champ != "horaires"})


@lru_cache(maxsize=4096)
def is_sure(texte: str) -> bool:
    """Whether the text is OpenStreetMap syntax whose slots all end after they start."""
    for debut, fin in _CRENEAU.findall(texte):
        minutes = parse_heure(debut), parse_heure(fin)
        if minutes[0] is None or minutes[1] is None or minutes[0] >= minutes[1]:
            return False
    return is_valid(texte)
