"""Persons taken out of what is kept: columns that name them, and their e-mail addresses wherever they stand.

Runs on every record, and on every rejected row before it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tierslieux.imports.contrat import Contexte, Record
from tierslieux.imports.etapes.courriel import find_adresses, is_nominatif, list_mots
from tierslieux.territoires.noms import remove_accents

# "nom_contact", "Prénom du responsable", "contact_nom", "referent"; "nom" alone is the place's.
_COLONNE_PERSONNE = re.compile(
    r"prenom|civilite|\b(?:nom|contact|identite)\b.*\b(?:contact|responsable|referent|referente|aidant|agent|nom)\b"
    r"|^(?:responsable|referent|interlocuteur|directeur|directrice|maire|president|presidente|mediateurs?|aidants)$"
)
RETRAIT = "[adresse nominative retirée]"


def clean(record: Record, _contexte: Contexte) -> Record:
    """Take persons out of the raw record and out of the published free text."""
    mots = list_mots(record)
    brut = scrub_brut(record.brut, mots)
    presentation = record.valeurs.get("presentation")
    if presentation is None or "@" not in presentation:
        return record if brut == record.brut else replace(record, brut=brut)
    return replace(record, brut=brut, valeurs={**record.valeurs, "presentation": scrub_texte(presentation, mots)})


def scrub_brut(brut: Mapping[str, Any], mots: Iterable[str] = ()) -> dict[str, Any]:
    """The raw record without the columns that name persons nor their e-mail addresses; `mots` explain an address."""
    return {cle: _scrub(valeur, mots) for cle, valeur in brut.items() if not is_colonne_personne(cle)}


@lru_cache(maxsize=1024)
def is_colonne_personne(nom: str) -> bool:
    """Whether a column of this name holds the name of a person."""
    return _COLONNE_PERSONNE.search(re.sub(r"[\W_]+", " ", remove_accents(nom).lower()).strip()) is not None


def _scrub(valeur: Any, mots: Iterable[str]) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(valeur, str):
        return scrub_texte(valeur, mots) if "@" in valeur else valeur
    if isinstance(valeur, list):
        return [_scrub(element, mots) for element in valeur]
    if isinstance(valeur, dict):
        return scrub_brut(valeur, mots)
    return valeur


def scrub_texte(texte: str, mots: Iterable[str] = ()) -> str | None:
    """The text without the e-mail addresses of persons; None when it was nothing else."""
    if [texte.lower().strip()] == find_adresses(texte):
        return None if is_nominatif(texte, mots) else texte
    propre = texte
    for adresse in find_adresses(texte):
        if is_nominatif(adresse, mots):
            propre = re.sub(re.escape(adresse), RETRAIT, propre, flags=re.IGNORECASE)
    return propre
