"""Opening hours: OpenStreetMap syntax kept, French text converted, when either is understood to the last word.

Anything else is left out and counted. A slot that ends when it starts would mean twenty-four hours, one that ends
before it starts a whole night: in these files both are typing errors, so that the hours stay in the raw record and are
not published. The order of the slots is not repaired either: nobody can say which hour was meant.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.etapes.horaires_libres import parse_horaires_libres
from tierslieux.imports.semaine import parse_heure
from tierslieux.lieux.horaires import is_valid

_CRENEAU = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_COMMENTAIRE = re.compile(r'"[^"]*"')


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
    if is_sure(texte):
        return texte, None
    osm = parse_horaires_libres(texte)
    if osm is None or not is_sure(osm):
        return None, Avertissement.HORAIRES_ILLISIBLES
    return osm, Avertissement.HORAIRES_CONVERTIS


@lru_cache(maxsize=4096)
def is_sure(texte: str) -> bool:
    """Whether the text is OpenStreetMap syntax whose slots all end after they start, and says when it holds.

    A comment alone ("sur rendez-vous", between quotation marks) is valid syntax, which readers take for day and night.
    """
    for debut, fin in _CRENEAU.findall(texte):
        minutes = parse_heure(debut), parse_heure(fin)
        if minutes[0] is None or minutes[1] is None or minutes[0] >= minutes[1]:
            return False
    if '"' in texte and any(not regle.strip() for regle in re.split(r";|\|\|", _COMMENTAIRE.sub("", texte))):
        return False
    return is_valid(texte)
