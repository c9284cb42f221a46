"""Priority neighbourhoods by commune (ANCT, 2024), a GeoJSON of points of communes that list theirs. Pure.

A neighbourhood on the land of two communes is listed by both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Rejet
from tierslieux.indicateurs.lecture.tables import check_colonnes, decode, read_code

CODE = "insee_com"
QUARTIERS = "code_qp"
_QUARTIER = re.compile(r"Q[NP][0-9A-Z]{6}")


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune with how many neighbourhoods it has; raises SourceError."""
    for ligne, proprietes in enumerate(_read_proprietes(contenu), start=1):
        check_colonnes(proprietes, (CODE, QUARTIERS))
        code = read_code(ligne, proprietes, CODE)
        if isinstance(code, Rejet):
            yield code
            continue
        liste = str(proprietes[QUARTIERS] or "")
        quartiers = {quartier.strip() for quartier in liste.split(",")} - {""}
        if not quartiers:
            yield Rejet(ligne, CodeRejet.SANS_VALEUR, QUARTIERS, None)
        elif not all(_QUARTIER.fullmatch(quartier) for quartier in quartiers):
            yield Rejet(ligne, CodeRejet.VALEUR_ILLISIBLE, QUARTIERS, liste[:100])
        else:
            valeurs = {"quartiers_prioritaires": float(len(quartiers)), "communes_avec_quartier_prioritaire": 1.0}
            yield Mesure(ligne, code, valeurs)


def _read_proprietes(contenu: bytes) -> list[dict[str, Any]]:
    try:
        objets = json.loads(decode(contenu))["features"]
        return [dict(objet["properties"]) for objet in objets]
    except json.JSONDecodeError as erreur:
        raise SourceError(f"le fichier n’est pas un GeoJSON lisible (ligne {erreur.lineno})") from erreur
    except (KeyError, TypeError) as erreur:
        raise SourceError("le fichier n’est pas une collection d’objets GeoJSON") from erreur
