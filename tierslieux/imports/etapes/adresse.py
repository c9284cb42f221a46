"""Addresses: written as people write them, without what other fields say; see lieux/nettoyage/adresses.py."""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Contexte, Record
from tierslieux.lieux.nettoyage.adresses import clean_adresse


def clean(record: Record, _contexte: Contexte) -> Record:
    """Rewrite the address and its complement; one that says nothing more than the commune is absent."""
    valeurs = dict(record.valeurs)
    for champ in ("adresse", "complement_adresse"):
        if champ in valeurs:
            propre = clean_adresse(valeurs[champ], valeurs.get("code_postal"), valeurs.get("commune_nom"))
            if propre is None:
                del valeurs[champ]
            else:
                valeurs[champ] = propre
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)
