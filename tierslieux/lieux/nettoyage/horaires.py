"""Opening hours: OpenStreetMap syntax kept, French text converted, when either is understood to the last word.

Anything else is left out and counted. A slot that ends when it starts would mean twenty-four hours, one that ends
before it starts a whole night: in these files both are typing errors, so that the hours stay in the raw record and are
not published. The order of the slots is not repaired either: nobody can say which hour was meant.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.nettoyage.creneaux import parse_heure
from tierslieux.lieux.nettoyage.horaires_libres import parse_horaires_libres

_CRENEAU = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_COMMENTAIRE = re.compile(r'"[^"]*"')


def clean_horaires(texte: str) -> str | None:
    """The hours in OpenStreetMap syntax, from that syntax or from French; None when they are not understood."""
    if is_sure(texte):
        return texte
    osm = parse_horaires_libres(texte)
    return osm if osm is not None and is_sure(osm) else None


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
