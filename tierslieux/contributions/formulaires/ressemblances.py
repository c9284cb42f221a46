"""Whether a place that somebody describes is one that is known already. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from tierslieux.contributions.formulaires.voies import is_meme_adresse
from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_
from tierslieux.territoires.noms import build_cle

# "mediatheque" and "la mediatheque" make 100 when words may be left out, "fablab de brest" and "fablab de quimper" 81
# when they may not.
NOM_PAREIL_MIN = 90
NOM_PROCHE_MIN = 75
PROCHE_M = 150.0
VOISIN_M = 500.0
# A name of fewer letters is in many others.
LETTRES_MIN = 4
RESSEMBLANCES_MAX = 5


class Raison(Libelle):
    """Why a place looks like the one that is described."""

    TELEPHONE = "telephone", N_("même téléphone")
    ADRESSE = "adresse", N_("même adresse")
    NOM = "nom", N_("nom semblable")
    PROCHE = "proche", N_("tout près")


@dataclass(frozen=True, slots=True)
class Description:
    """What is typed of a place so far; `telephone` in E.164."""

    nom: str | None = None
    adresse: str | None = None
    telephone: str | None = None


@dataclass(frozen=True, slots=True)
class Candidat:
    """A place that is known; `distance_m` from where the described one is, None when nobody knows."""

    public_id: str
    nom: str
    adresse: str | None
    commune: str | None
    telephone: str | None
    genres: tuple[str, ...]
    est_ferme: bool
    est_meme_commune: bool
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Ressemblance:
    """A known place with why it may be the described one."""

    candidat: Candidat
    raisons: tuple[Raison, ...]
    score: float


def compare(description: Description, candidat: Candidat) -> Ressemblance | None:
    """How a known place looks like the described one; None when it does not."""
    raisons: list[Raison] = []
    score = 0.0
    est_pres = candidat.distance_m is not None and candidat.distance_m <= PROCHE_M
    if description.telephone and description.telephone == candidat.telephone:
        raisons.append(Raison.TELEPHONE)
        score += 100
    if candidat.est_meme_commune and is_meme_adresse(description.adresse, candidat.adresse):
        raisons.append(Raison.ADRESSE)
        score += 80
    nom = compare_noms(description.nom or "", candidat.nom)
    est_voisin = candidat.est_meme_commune or (candidat.distance_m is not None and candidat.distance_m <= VOISIN_M)
    if nom >= (NOM_PROCHE_MIN if est_pres else NOM_PAREIL_MIN) and est_voisin:
        raisons.append(Raison.NOM)
        score += nom
    if raisons and est_pres:
        raisons.append(Raison.PROCHE)
        score += 20
    return Ressemblance(candidat, tuple(raisons), score) if raisons else None


def compare_noms(un: str, autre: str) -> float:
    """How alike two names are, 0 to 100: words in any order, and one name that is in the other."""
    a, b = build_cle(un), build_cle(autre)
    if len(a) < LETTRES_MIN or len(b) < LETTRES_MIN:
        return 100.0 if a == b and a else 0.0
    dedans = fuzz.token_set_ratio(a, b) if min(len(a.split()), len(b.split())) > 1 or a in b or b in a else 0.0
    return max(fuzz.token_sort_ratio(a, b), dedans)


def rank(ressemblances: list[Ressemblance]) -> list[Ressemblance]:
    """The likeliest ones first, the closest among equals."""
    return sorted(
        ressemblances,
        key=lambda r: (-r.score, r.candidat.distance_m if r.candidat.distance_m is not None else float("inf")),
    )[:RESSEMBLANCES_MAX]
