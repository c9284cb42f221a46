"""E-mail addresses: those of the place kept, the first one apart, those of a person left out.

Publishers give the addresses of places, and among them some of agents: lieux/nettoyage/courriels.py tells them apart.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.lieux.nettoyage.courriels import find_adresses, is_nominatif, repair_courriel, split_mots


def clean(record: Record, contexte: Contexte) -> Record:
    """Keep the addresses of a place, the first one apart; leave out those of persons, and count what is left out."""
    valeurs = dict(record.valeurs)
    textes = [valeurs.pop("courriel", None), *valeurs.pop("autres_courriels", ())]
    publiables: dict[str, None] = {}
    for texte in filter(None, textes):
        adresses = find_adresses(repair_courriel(texte))
        gardees = [adresse for adresse in adresses if not is_personne(adresse, record)]
        publiables.update(dict.fromkeys(gardees))
        if not gardees:
            contexte.warn(Avertissement.COURRIEL_NOMINATIF if adresses else Avertissement.COURRIEL_ILLISIBLE)
    if publiables:
        premier, *autres = publiables
        valeurs |= {"courriel": premier} | ({"autres_courriels": autres} if autres else {})
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def is_personne(adresse: str, record: Record) -> bool:
    """Whether an address of this record is a person's: nothing in it says otherwise, nor does anything of the place."""
    # More words only explain more: most addresses need none.
    return _is_nominatif_seule(adresse) and is_nominatif(adresse, list_mots(record))


@lru_cache(maxsize=1024)
def _is_nominatif_seule(adresse: str) -> bool:
    return is_nominatif(adresse)


def list_mots(record: Record) -> frozenset[str]:
    """The words of the place's name, address and commune, which may explain those of an address."""
    champs = ("nom", "commune_nom", "adresse", "complement_adresse")
    return split_mots(" ".join(str(record.valeurs[champ]) for champ in champs if champ in record.valeurs))
