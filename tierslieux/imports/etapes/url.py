"""Web addresses: told apart, those that name a person left out; see lieux/nettoyage/urls.py."""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.etapes.courriel import is_personne
from tierslieux.lieux.nettoyage.courriels import find_adresses
from tierslieux.lieux.nettoyage.urls import list_urls


def clean(record: Record, contexte: Contexte) -> Record:
    """Normalise the addresses; leave out and count text without any, and those that name a person."""
    valeurs = dict(record.valeurs)
    sites: dict[str, None] = {}
    for texte in filter(None, [valeurs.pop("site_web", None), *valeurs.pop("autres_sites_web", ())]):
        sites.update(dict.fromkeys(_list_publiables(texte, record, contexte)))
    if sites:
        premier, *autres = sites
        valeurs |= {"site_web": premier} | ({"autres_sites_web": autres} if autres else {})
    rdv = valeurs.pop("prise_rdv", None)
    if rdv is not None and (urls := _list_publiables(rdv, record, contexte)):
        valeurs["prise_rdv"] = urls[0]
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def _list_publiables(texte: str, record: Record, contexte: Contexte) -> list[str]:
    urls = list_urls(texte)
    # A calendar's address may hold the e-mail address of an agent.
    publiables = [url for url in urls if not any(is_personne(adresse, record) for adresse in find_adresses(url))]
    if not publiables:
        contexte.warn(Avertissement.COURRIEL_NOMINATIF if urls else Avertissement.URL_ILLISIBLE)
    return publiables
