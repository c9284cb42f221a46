"""Illectronisme by EPCI of Hauts-de-France (INSEE, 2019), a JSON array: rate in percent, number of people. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Rejet
from tierslieux.indicateurs.lecture.tables import PART, Colonne, check_colonnes, decode, read_valeurs
from tierslieux.territoires.enums import Niveau

CODE = "Code EPCI"
COLONNES = {
    "Taux (en %)": Colonne("part_illectronisme_publiee", PART),
    "Nombre": Colonne("personnes_illectronisme_publiees"),
}
_SIREN = re.compile(r"\d{9}")


def read(contenu: bytes) -> Iterator[Element]:
    """Each EPCI; raises SourceError."""
    try:
        rangees = json.loads(decode(contenu))
    except json.JSONDecodeError as erreur:
        raise SourceError(f"le fichier n’est pas un JSON lisible (ligne {erreur.lineno})") from erreur
    if not isinstance(rangees, list) or not all(isinstance(rangee, dict) for rangee in rangees):
        raise SourceError("le fichier n’est pas une liste d’objets JSON")
    for ligne, rangee in enumerate(rangees, start=1):
        check_colonnes(rangee, (CODE, *COLONNES))
        code = str(rangee[CODE])
        if not _SIREN.fullmatch(code):
            yield Rejet(ligne, CodeRejet.CODE_MAL_FORME, CODE, code[:100])
            continue
        valeurs = read_valeurs(ligne, rangee, COLONNES)
        if isinstance(valeurs, Rejet):
            yield valeurs
        elif valeurs:
            yield Mesure(ligne, code, valeurs, Niveau.EPCI)
        else:
            yield Rejet(ligne, CodeRejet.SANS_VALEUR, CODE, code)
