"""How much two records look like one place: a sum of named parts in log-odds, and the band it falls in. Pure.

One place is one door and one body: docs/decisions/0004-un-lieu-deux-fiches.md says what that means for a France
Services in a town hall, a library next door, a branch. Each part is one feature; what is not known adds nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from tierslieux.imports.doublons.mots import FAIBLES, POIDS_FAIBLE, VOIES
from tierslieux.imports.doublons.profil import Profil


class Bande(StrEnum):
    """What is done of a pair: merged by itself, shown to a person, left alone."""

    MEME = "meme"
    A_REVOIR = "a-revoir"
    DIFFERENT = "different"


SEUIL_MEME = 3.0
SEUIL_REVOIR = -1.0
# Below this, a record of a place speaks against another joining it, whatever a third one says.
SEUIL_CONTRADICTION = -4.0

# What people read of each part.
LIBELLES: Mapping[str, str] = {
    "base": "Point de départ",
    "nom": "Nom",
    "nature": "Type de lieu",
    "adresse": "Adresse",
    "distance": "Distance",
    "commune": "Commune",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site_web": "Site web",
    "pivot": "SIRET ou RNA",
    "identifiant": "Identifiant repris d’une source à l’autre",
}

BASE = -3.2
POINTS: Mapping[str, Mapping[str, float]] = {
    "nom": {
        "identique": 3.6,
        "proche": 2.0,
        "voisin": 0.7,
        "un-seul": 0.4,
        "intitule": 1.6,
        "commun": 1.0,
        "eloigne": -1.3,
        "autre": -2.0,
    },
    "nature": {"unique": 4.4, "meme": 1.6, "partagee": 1.3, "hote": 3.8, "autre": -2.5, "incompatible": -6.5},
    "adresse": {
        "porte": 1.7,
        "voie-sans-numero": 2.0,
        "voie": 0.8,
        "numero": -0.3,
        "flou": -1.2,
        "autre": -0.7,
        "ailleurs": -2.5,
    },
    "distance": {
        "0-30": 1.0,
        "30-100": 0.3,
        "100-300": 0.0,
        "300-1000": -0.4,
        "1000-3000": -2.3,
        "3000-10000": -4.0,
        "10000": -6.5,
    },
    "commune": {"autre": -3.0},
    "telephone": {"egal": 3.0},
    "courriel": {"egal": 2.3},
    "site_web": {"egal": 0.8, "domaine": 0.2},
    "pivot": {"egal": 0.6, "siren": -1.0, "autre": -1.4},
    "identifiant": {"egal": 7.0},
}

# Natures that are never one place with another: two counters of one village, at one address, are two places.
EXCLUSIVES = frozenset(
    {
        "mairie",
        "mairie-annexe",
        "bibliotheque",
        "la-poste",
        "ecole",
        "prefecture",
        "office-de-tourisme",
        "mission-locale",
    }
    | {
        "caf",
        "france-travail",
        "departement",
        "intercommunalite",
        "ccas",
        "mjc",
        "centre-social",
        "chambre-agriculture",
    }
    | {"maison-departementale", "salle", "coworking", "fablab", "ressourcerie"}
)
# At most one of them in a commune.
UNIQUES = frozenset({"mairie", "ccas"})
# Programmes that are hosted: their place is their host's when the record names it.
HEBERGEES = frozenset({"france-services", "epn", "pimms", "pij", "agence-postale"})
# Above these, two spellings (of a word, of a whole name) are one.
RATIO_MOT = 85.0
RATIO_NOM = 93.0

# Two ways this far apart are not two names of one door.
AILLEURS_M = 250.0

_RAYON_TERRE_M = 6_371_008.8
_BORNES_M = (
    (30.0, "0-30"),
    (100.0, "30-100"),
    (300.0, "100-300"),
    (1e3, "300-1000"),
    (3e3, "1000-3000"),
    (1e4, "3000-10000"),
)


@dataclass(frozen=True, slots=True)
class Comparaison:
    """The parts of a score, in log-odds, by the names of LIBELLES; parts that say nothing are left out."""

    score: float
    parts: dict[str, float]

    @property
    def bande(self) -> Bande:
        """The band of the score."""
        return find_bande(self.score)


def find_bande(score: float) -> Bande:
    """The band in which a score (log-odds) falls."""
    if score >= SEUIL_MEME:
        return Bande.MEME
    return Bande.A_REVOIR if score >= SEUIL_REVOIR else Bande.DIFFERENT


def compare(a: Profil, b: Profil, *, identifiants: bool = True) -> Comparaison:
    """Compare two records; the order does not matter.

    `identifiants` set to False leaves out the identifiers that hubs copy: the benchmark's labels come from them.
    """
    traits = describe(a, b)
    if not identifiants:
        traits.pop("identifiant", None)
    return compute_score(traits)


def compute_score(traits: Mapping[str, str]) -> Comparaison:
    """The points of what was found (part → key of POINTS) and their sum; a part worth nothing is left out."""
    points = {partie: POINTS[partie][trait] for partie, trait in traits.items()}
    parts = {"base": BASE} | {partie: valeur for partie, valeur in points.items() if valeur}
    return Comparaison(round(sum(parts.values()), 3), parts)


def describe(a: Profil, b: Profil) -> dict[str, str]:
    """What two records have in common or against each other: part → key of POINTS."""
    distance_m = compute_profils_m(a, b)
    traits = {
        "nom": compare_noms(a, b),
        "nature": compare_natures(a, b),
        "adresse": compare_adresses(a, b, distance_m),
        "distance": None if distance_m is None else classify_distance(distance_m),
        "commune": None
        if a.commune is None or b.commune is None or _is_meme_commune(a.commune, b.commune)
        else "autre",
        "telephone": _compare_ensembles(a.telephones, b.telephones),
        "courriel": _compare_ensembles(a.courriels, b.courriels),
        "site_web": compare_sites(a, b),
        "pivot": compare_pivots(a, b),
        "identifiant": "egal" if a.opaques & b.opaques and a.source_id != b.source_id else None,
    }
    return {partie: trait for partie, trait in traits.items() if trait is not None}


def compare_noms(a: Profil, b: Profil) -> str | None:
    """How near the words of their own are; a name without any is neither near nor far.

    A name that stands in the complement of the address counts: libraries are often "Bibliothèque municipale", then
    "Albert Camus" on the next line.
    """
    if a.nom_cle == b.nom_cle:
        return "identique" if a.mots else "intitule"
    if not a.mots and not b.mots:
        return "commun" if a.natures & b.natures else None
    if not a.mots or not b.mots:
        if fuzz.ratio(a.nom_cle, b.nom_cle) >= RATIO_NOM:
            return "commun"
        nomme, complement = (a.mots, b.mots_complement) if a.mots else (b.mots, a.mots_complement)
        if complement and compute_ressemblance(nomme, complement) >= 0.75:
            return "proche"
        return "un-seul"
    return _classify_ressemblance(compute_ressemblance(a.mots, b.mots))


def _classify_ressemblance(ressemblance: float) -> str:
    if ressemblance >= 0.95:
        return "identique"
    if ressemblance >= 0.75:
        return "proche"
    if ressemblance >= 0.5:
        return "voisin"
    return "eloigne" if ressemblance >= 0.25 else "autre"


@lru_cache(maxsize=200_000)
def compute_ressemblance(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Likeness (0 to 1) of two lists of words: the share of their weight that finds its like in the other.

    An initial stands for its word ("a camus", "albert camus"), an acronym for its words, a word in two for one.
    """
    nombres_a, nombres_b = ({mot for mot in mots if mot.isdigit()} for mots in (a, b))
    if nombres_a and nombres_b and not nombres_a & nombres_b:
        # "Maison de quartier 1" and "Maison de quartier 2" are numbered because they are two.
        return 0.0
    colles = "".join(a), "".join(b)
    if colles[0] == colles[1]:
        return 1.0
    poids_a, poids_b = sum(map(_weigh, a)), sum(map(_weigh, b))
    reste = list(b)
    trouve_a = trouve_b = 0.0
    for mot in a:
        meilleur, note = None, 0.0
        for autre in reste:
            proximite = _compare_mots(mot, autre)
            if proximite > note:
                meilleur, note = autre, proximite
        if meilleur is not None:
            reste.remove(meilleur)
            trouve_a += note * _weigh(mot)
            trouve_b += note * _weigh(meilleur)
    dice = (trouve_a + trouve_b) / (poids_a + poids_b)
    contenu = max(trouve_a / poids_a, trouve_b / poids_b)
    ensemble = max(dice, 0.8 * contenu, fuzz.ratio(*colles) / 100 if len(colles[0]) > 5 else 0.0)
    return max(ensemble, 0.9 if _is_sigle(a, b) or _is_sigle(b, a) else 0.0)


def _weigh(mot: str) -> float:
    return POIDS_FAIBLE if mot in FAIBLES else 1.0


def _compare_mots(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return 0.8 if a[0] == b[0] and not (a + b).isdigit() else 0.0
    if a.isdigit() or b.isdigit():
        return 0.0
    ratio = fuzz.ratio(a, b)
    return ratio / 100 if ratio >= RATIO_MOT else 0.0


def _is_sigle(sigle: tuple[str, ...], mots: tuple[str, ...]) -> bool:
    initiales = "".join(mot[0] for mot in mots)
    return len(initiales) >= 3 and any(mot == initiales for mot in sigle)


def compare_natures(a: Profil, b: Profil) -> str | None:  # noqa: PLR0911 (one answer a case, in their order)
    """Whether names and kinds say the same kind of place, a host and what it hosts, or two that exclude each other."""
    if a.est_itinerant != b.est_itinerant:
        # A vehicle and the counter where it spends the night.
        return "incompatible"
    if _is_point_lecture(a, b) or _is_point_lecture(b, a):
        return "incompatible"
    dites_a, dites_b = a.natures, b.natures
    if not dites_a or not dites_b:
        return None
    communes = dites_a & dites_b
    if communes & UNIQUES and not _is_meme_commune(a.commune or "", b.commune or ""):
        return "incompatible"
    if dites_a == dites_b:
        return "unique" if communes & UNIQUES and a.commune == b.commune and not a.mots and not b.mots else "meme"
    if communes & EXCLUSIVES or (communes and not (dites_a | dites_b) & EXCLUSIVES):
        return "meme" if communes & EXCLUSIVES else "partagee"
    if _is_heberge(a, b) or _is_heberge(b, a):
        return "hote"
    if communes:
        return "partagee"
    if dites_a & EXCLUSIVES and dites_b & EXCLUSIVES:
        return "incompatible"
    return "autre"


def _is_point_lecture(bibliotheque: Profil, mairie: Profil) -> bool:
    """Whether a library that the census names after its town hall meets the town hall: two places."""
    return (
        "bibliotheque" in bibliotheque.genres
        and "mairie" in bibliotheque.natures & mairie.natures
        and "bibliotheque" not in mairie.natures
    )


def _is_heberge(service: Profil, hote: Profil) -> bool:
    """Whether a record of a hosted programme names its host in its address: "France Services", "Mairie"."""
    return bool(service.natures & HEBERGEES and service.hotes & hote.natures and not service.natures & EXCLUSIVES)


def compare_adresses(a: Profil, b: Profil, distance_m: float | None) -> str | None:
    """Whether two addresses are one door, one way, or two; two ways far apart are two doors whatever else is equal."""
    if not a.voie or not b.voie:
        return None
    ressemblance = compute_ressemblance_voies(a.voie, b.voie)
    if ressemblance < 0.5:
        return "ailleurs" if distance_m is not None and distance_m > AILLEURS_M else "autre"
    if ressemblance < 0.8:
        return "flou"
    if a.numeros & b.numeros:
        return "porte"
    if not a.numeros and not b.numeros:
        return "voie-sans-numero"
    return "numero" if a.numeros and b.numeros else "voie"


@lru_cache(maxsize=200_000)
def compute_ressemblance_voies(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Likeness (0 to 1) of two ways by their words; the kind of way counts little, and one may hold the other."""
    poids_a, poids_b = (sum(0.2 if mot in VOIES else 1.0 for mot in voie) for voie in (a, b))
    reste = list(b)
    trouve = 0.0
    for mot in a:
        meilleur = max(reste, key=lambda autre: _compare_mots(mot, autre), default=None)
        note = _compare_mots(mot, meilleur) if meilleur is not None else 0.0
        if meilleur is not None and note:
            reste.remove(meilleur)
            trouve += note * (0.2 if mot in VOIES else 1.0)
    return max(trouve / min(poids_a, poids_b), fuzz.token_sort_ratio(" ".join(a), " ".join(b)) / 100)


def classify_distance(distance_m: float) -> str:
    """The class of a distance, by the keys of POINTS."""
    return next((classe for borne, classe in _BORNES_M if distance_m <= borne), "10000")


def compute_profils_m(a: Profil, b: Profil) -> float | None:
    """Great-circle distance in metres; None when a position is not that of an address."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    h = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * _RAYON_TERRE_M * math.asin(min(1.0, math.sqrt(h)))


def _is_meme_commune(a: str, b: str) -> bool:
    """One code, or one of Paris, Lyon and Marseille and an arrondissement of it."""
    return a == b or _find_ville(a) == _find_ville(b)


def _find_ville(code: str) -> str:
    if code.startswith("751"):
        return "75056"
    if code.startswith("6938"):
        return "69123"
    return "13055" if code.startswith("132") else code


def compare_sites(a: Profil, b: Profil) -> str | None:
    """Whether sites are one page, pages of one site, or two sites."""
    if not a.sites or not b.sites:
        return None
    if a.sites & b.sites:
        return "egal" if (a.sites & b.sites) - (a.domaines | b.domaines) or a.domaines & b.domaines else "domaine"
    return "domaine" if a.domaines & b.domaines else None


def compare_pivots(a: Profil, b: Profil) -> str | None:
    """Whether they are one establishment, two of one body, or two bodies."""
    if a.pivot is None or b.pivot is None:
        return None
    if a.pivot == b.pivot:
        return "egal"
    if a.siren is None or b.siren is None:
        return None
    return "siren" if a.siren == b.siren else "autre"


def _compare_ensembles(a: frozenset[str], b: frozenset[str]) -> str | None:
    return "egal" if a & b else None
