"""What two records are compared on, read once from each: words of the name, door, contacts, position. Pure.

A name is read as what it says of the kind of place ("natures") and the words of its own that are left: "Médiathèque
municipale Albert Camus" is {bibliotheque} and (albert, camus); "Mairie de Brest" is {mairie} and nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from tierslieux.imports.doublons.mots import BUS, MOTIF_NATURES, NATURES_DE_GENRE, NOMS_NATURES, VIDES, VOIES_VIDES
from tierslieux.lieux.enums import Precision
from tierslieux.territoires.noms import build_cle

_NUMERO = re.compile(r"(?:^|[ ,;(])(\d{1,4}) ?(bis|ter|quater|[a-e])?(?![\w])(?=[ ,;)]|$|-)", re.IGNORECASE)
_INTERVALLE = re.compile(r"\b(\d{1,4}) ?(?:-|/|à|et) ?(\d{1,4})\b")
_BOITE_POSTALE = re.compile(r"\b(?:BP|CS|B\.P\.|TSA)[ n°]*\d+(?: ?\d+)*", re.IGNORECASE)
# Identifiers drawn at random, which hubs copy from one another: never a rank such as "12".
_OPAQUE = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|france-services-\d+")
# Sites where everybody has a page: only the whole address tells one from another.
_HEBERGEURS = frozenset(
    {"facebook.com", "m.facebook.com", "fr-fr.facebook.com", "sites.google.com", "instagram.com", "linkedin.com"}
    | {"twitter.com", "helloasso.com", "linktr.ee", "caf.fr", "laposte.fr", "rdv-aide-numerique.fr", "croix-rouge.fr"}
    | {"france-services.gouv.fr", "conseiller-numerique.gouv.fr", "mon-assistant-numerique.com"}
)


@dataclass(frozen=True, slots=True)
class Profil:
    """A record as it is compared.

    `natures` are what the name and the kinds say, `genres` the kinds alone, `hotes` the complement of the address.

    `lon`, `lat` are degrees (EPSG:4326), None when there is no position of the address itself; `numeros` is empty when
    the address has none; `siren` is the body, `pivot` its establishment.
    """

    source_id: str
    identifiant: str
    nom_cle: str
    mots: tuple[str, ...]
    mots_complement: tuple[str, ...]
    natures: frozenset[str]
    genres: frozenset[str]
    hotes: frozenset[str]
    est_itinerant: bool
    voie: tuple[str, ...]
    numeros: frozenset[str]
    telephones: frozenset[str]
    courriels: frozenset[str]
    sites: frozenset[str]
    domaines: frozenset[str]
    pivot: str | None
    siren: str | None
    lon: float | None
    lat: float | None
    commune: str | None
    opaques: frozenset[str]


def build_profil(source_id: str, identifiant: str, valeurs: Mapping[str, Any]) -> Profil:
    """The profile of a record, from its cleaned values (fields of lieux.resolution.CHAMPS)."""
    commune = build_cle(valeurs.get("commune_nom") or "")
    nom_cle = build_cle(valeurs["nom"])
    natures, mots = read_nom(nom_cle, commune)
    genres = frozenset(NATURES_DE_GENRE[genre] for genre in valeurs.get("genres", ()) if genre in NATURES_DE_GENRE)
    natures |= genres
    hotes, mots_complement = read_nom(build_cle(valeurs.get("complement_adresse") or ""), commune)
    voie, numeros = read_adresse(valeurs.get("adresse"), commune)
    sites = [valeurs["site_web"], *valeurs.get("autres_sites_web", ())] if valeurs.get("site_web") else []
    adresses = [_read_site(site) for site in sites]
    pivot = valeurs.get("pivot")
    position = valeurs.get("position")
    est_exacte = position is not None and position.get("precision") == Precision.ADRESSE
    return Profil(
        source_id=source_id,
        identifiant=identifiant,
        nom_cle=nom_cle,
        mots=mots,
        mots_complement=mots_complement,
        natures=natures or (frozenset({"mairie"}) if is_nom_de_commune(nom_cle, commune) else natures),
        genres=genres,
        hotes=hotes,
        est_itinerant="itinerant" in natures or BUS.search(nom_cle) is not None,
        voie=voie,
        numeros=numeros,
        telephones=frozenset(filter(None, (valeurs.get("telephone"), *valeurs.get("autres_telephones", ())))),
        courriels=frozenset(filter(None, (valeurs.get("courriel"), *valeurs.get("autres_courriels", ())))),
        sites=frozenset(adresse for _, adresse in adresses),
        domaines=frozenset(domaine for domaine, _ in adresses if domaine not in _HEBERGEURS),
        pivot=pivot,
        siren=pivot[:9] if pivot and len(pivot) == 14 and pivot.isdigit() else None,
        lon=position["lon"] if position and est_exacte else None,
        lat=position["lat"] if position and est_exacte else None,
        commune=valeurs.get("commune_code"),
        opaques=build_opaques(identifiant),
    )


def build_opaques(identifiant: str) -> frozenset[str]:
    """The identifiers drawn at random that an identifier is or holds."""
    return frozenset(_OPAQUE.findall(identifiant.lower()))


@lru_cache(maxsize=100_000)
def read_nom(nom_cle: str, commune_cle: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """(natures, words of its own) of a name's key; the words of the commune's name are not its own."""
    mots_commune = frozenset(commune_cle.split())
    natures, reste = _take_natures(_remove(nom_cle, commune_cle))
    mots = tuple(mot for mot in reste.split() if mot not in VIDES and mot not in mots_commune)
    return natures, mots


def is_nom_de_commune(nom_cle: str, commune_cle: str) -> bool:
    """Whether a name is only its commune's: it means the town hall."""
    return bool(nom_cle) and set(commune_cle.split()).issuperset(nom_cle.split())


def _remove(cle: str, expression: str) -> str:
    """The key without this run of whole words."""
    return f" {cle} ".replace(f" {expression} ", "  ").strip() if expression else cle


@lru_cache(maxsize=20_000)
def _take_natures(cle: str) -> tuple[frozenset[str], str]:
    """The natures that a key says and what is left of it."""
    natures: set[str] = set()

    def take(trouve: re.Match[str]) -> str:
        natures.add(NOMS_NATURES[int((trouve.lastgroup or "n0")[1:])])
        return " "

    reste = MOTIF_NATURES.sub(take, cle)
    return frozenset(natures), reste


@lru_cache(maxsize=100_000)
def read_adresse(adresse: str | None, commune_cle: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """(words of the way, numbers) of an address: "5-9 rue des Papetiers" is (rue, papetiers) and {5, 9}."""
    if not adresse:
        return (), frozenset()
    texte = _BOITE_POSTALE.sub(" ", adresse)
    numeros: set[str] = set()
    if intervalle := _INTERVALLE.search(texte):
        numeros.update(intervalle.groups())
        texte = texte.replace(intervalle[0], " ", 1)
    elif trouve := _NUMERO.search(texte):
        numeros.add(trouve[1] + (trouve[2] or "").lower())
        texte = texte[: trouve.start()] + " " + texte[trouve.end() :]
    cle = build_cle(texte)
    return tuple(mot for mot in _remove(cle, commune_cle).split() if mot not in VOIES_VIDES), frozenset(numeros)


def _read_site(adresse: str) -> tuple[str, str]:
    """(host, host and path) of a web address, without www nor a trailing slash."""
    parties = urlsplit(adresse)
    domaine = (parties.hostname or "").removeprefix("www.")
    return domaine, f"{domaine}{parties.path.rstrip('/')}{'?' + parties.query if parties.query else ''}".lower()
