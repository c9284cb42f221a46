"""Persons taken out of what is kept: columns that name them, and their e-mail addresses wherever they stand.

Runs on every record, and on every rejected row before it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tierslieux.imports.contrat import Contexte, Record
from tierslieux.imports.etapes.courriel import is_personne
from tierslieux.lieux.nettoyage.courriels import find_adresses, is_nominatif
from tierslieux.territoires.noms import remove_accents

# "nom_contact", "Prénom du responsable", "contact_nom", "referent"; "nom" alone is the place's.
_COLONNE_PERSONNE = re.compile(
    r"prenom|civilite|\b(?:nom|contact|identite)\b.*\b(?:contact|responsable|referent|referente|aidant|agent|nom)\b"
    r"|^(?:responsable|referent|interlocuteur|directeur|directrice|maire|president|presidente|mediateurs?|aidants)$"
)
RETRAIT = "[adresse nominative retirée]"


def clean(record: Record, _contexte: Contexte) -> Record:
    """Take persons out of the raw record and out of the published free text."""

    def est_personne(adresse: str) -> bool:
        return is_personne(adresse, record)

    brut = scrub_brut(record.brut, est_personne)
    valeurs = dict(record.valeurs)
    for champ in ("presentation", "presentation_detail"):
        if "@" in valeurs.get(champ, ""):
            propre = scrub_texte(valeurs.pop(champ), est_personne)
            valeurs |= {champ: propre} if propre else {}
    return record if (brut, valeurs) == (record.brut, record.valeurs) else replace(record, brut=brut, valeurs=valeurs)


def scrub_brut(brut: Mapping[str, Any], est_personne: Callable[[str], bool] = is_nominatif) -> dict[str, Any]:
    """The raw record without the columns that name persons nor their e-mail addresses."""
    return {cle: _scrub(valeur, est_personne) for cle, valeur in brut.items() if not is_colonne_personne(cle)}


@lru_cache(maxsize=1024)
def is_colonne_personne(nom: str) -> bool:
    """Whether a column of this name holds the name of a person."""
    return _COLONNE_PERSONNE.search(re.sub(r"[\W_]+", " ", remove_accents(nom).lower()).strip()) is not None


def _scrub(valeur: Any, est_personne: Callable[[str], bool]) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(valeur, str):
        return scrub_texte(valeur, est_personne) if "@" in valeur else valeur
    if isinstance(valeur, list):
        return [_scrub(element, est_personne) for element in valeur]
    if isinstance(valeur, dict):
        return scrub_brut(valeur, est_personne)
    return valeur


def scrub_texte(texte: str, est_personne: Callable[[str], bool] = is_nominatif) -> str | None:
    """The text without the e-mail addresses of persons; None when it was nothing else."""
    adresses = find_adresses(texte)
    if [texte.lower().strip()] == adresses:
        return None if est_personne(adresses[0]) else texte
    propre = texte
    for adresse in filter(est_personne, adresses):
        propre = re.sub(re.escape(adresse), RETRAIT, propre, flags=re.IGNORECASE)
    return propre
