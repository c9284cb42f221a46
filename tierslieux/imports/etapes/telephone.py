"""Phone numbers: normalised, the first one apart; see lieux/nettoyage/telephones.py."""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.lieux.nettoyage.telephones import find_region, list_telephones


def clean(record: Record, contexte: Contexte) -> Record:
    """Normalise the numbers, the first one apart; text without any number is left out and counted."""
    valeurs = dict(record.valeurs)
    region = find_region(valeurs.get("commune_code") or valeurs.get("code_postal"))
    textes = [valeurs.pop("telephone", None), *valeurs.pop("autres_telephones", ())]
    numeros: dict[str, None] = {}
    for texte in filter(None, textes):
        trouves = list_telephones(texte, region)
        numeros.update(dict.fromkeys(trouves))
        if not trouves:
            contexte.warn(Avertissement.TELEPHONE_ILLISIBLE)
    if numeros:
        premier, *autres = numeros
        valeurs |= {"telephone": premier} | ({"autres_telephones": autres} if autres else {})
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)
