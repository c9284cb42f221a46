"""Numbers of people said in words: rounding, intervals, places in a sentence. Pure.

One rule for the whole site. A modelled number of people keeps three digits that count from 1,000 on, two below; under
10 it is only said to be under 10. Bounds of an interval are rounded outwards, so that what is shown holds what was
computed. Files and the API keep the exact values.
"""

from __future__ import annotations

import math
from typing import Protocol

from tierslieux.couverture.enums import Cible
from tierslieux.filtres import INSECABLE, agree, format_nombre, lower_initiale
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.noms import build_complement, build_locatif
from tierslieux.trajets.moteur import Mode

# Below that, a modelled number of people says nothing more than that it is small.
PETIT = 10
_MILLION = 1_000_000
# Shares as near to none or to all as that are said so.
_PRESQUE = 0.995

PAS_DE_DONNEE = "pas de donnée"

# Départements with "La" before which usage has "dans la"; before the others it has "en".
_DANS_LA = frozenset(
    {"Creuse", "Drôme", "Loire", "Manche", "Marne", "Meuse", "Nièvre", "Sarthe", "Somme", "Vienne", "Mayenne"}
)
_ILES = frozenset({"La Réunion", "Mayotte", "Paris"})
# By INSEE's article code of the names of régions and départements: see territoires.noms.
_ARTICLES = {2: "dans le ", 4: "dans les ", 5: "dans l’"}
# EPCI whose name begins with what they are.
_AVEC_ARTICLE = ("Communauté ", "Métropole ")


def compute_pas(valeur: float) -> int:
    """The step to which a number of people is rounded: 1,243 → 10, 384 → 10, 97 → 1, 18,412 → 100."""
    if valeur < 1:
        return 1
    chiffres = math.floor(math.log10(valeur)) + 1
    gardes = 3 if valeur >= 1_000 else 2
    # Adding 0 turns no negative power into a fraction: under 100, people are counted one by one.
    return int(10 ** max(0, chiffres - gardes))


def round_personnes(valeur: float) -> int:
    """A modelled number of people as it is shown: 1,243 → 1,240; 18,412 → 18,400; 384 → 380; 96.6 → 97."""
    pas = compute_pas(valeur)
    return math.floor(valeur / pas + 0.5) * pas


def round_bornes(bas: float, haut: float) -> tuple[int, int]:
    """Bounds rounded outwards, each to its own step: (1,053, 1,421) → (1,050, 1,430); never below 0."""
    pas_bas, pas_haut = compute_pas(bas), compute_pas(haut)
    # A hair, so that 450.0000001, which arithmetic makes of 450, does not become 460.
    return (
        max(0, math.floor(bas / pas_bas + 1e-6) * pas_bas),
        max(0, math.ceil(haut / pas_haut - 1e-6) * pas_haut),
    )


def write_effectif(nombre: int) -> str:
    """A number in a sentence: 18,400 → "18 400", 8,430,000 → "8,43 millions", 1,200,000 → "1,2 million"."""
    if nombre < _MILLION:
        return format_nombre(nombre)
    millions = nombre / _MILLION
    texte = f"{millions:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{texte}{INSECABLE}{agree(millions, 'million', 'millions')}"


def write_personnes(valeur: float | None) -> str:
    """A modelled number alone, in a table or a list: "environ 1 240", "moins de 10", "0", "pas de donnée"."""
    if valeur is None:
        return PAS_DE_DONNEE
    if valeur == 0:
        return "0"
    return f"environ {write_effectif(round_personnes(valeur))}" if valeur >= PETIT else "moins de 10"


def write_intervalle(bas: float | None, haut: float | None) -> str | None:
    """An interval: "entre 1 050 et 1 430"; "13 au plus" from 0 on; None without bounds, or when both are under 10."""
    if bas is None or haut is None or haut < PETIT:
        return None
    petit, grand = round_bornes(bas, haut)
    if petit == 0:
        return f"{write_effectif(grand)} au plus"
    if petit == grand:
        return None
    return f"entre {write_effectif(petit)} et {write_effectif(grand)}"


def _write_compte(valeur: float, bas: float | None, haut: float | None, nom: str) -> str:
    """A count and its name: "environ 1 240 personnes (entre 1 050 et 1 430)", "environ 8,4 millions de personnes"."""
    arrondi = round_personnes(valeur)
    texte = "moins de 10" if valeur < PETIT else f"environ {write_effectif(arrondi)}"
    if arrondi >= _MILLION and nom.startswith("personnes"):
        texte += " de"
    elif arrondi >= _MILLION and nom == "habitants":
        texte += " d’"
    liaison = "" if texte.endswith("d’") else " "
    intervalle = write_intervalle(bas, haut)
    return f"{texte}{liaison}{nom}" + (f" ({intervalle})" if intervalle else "")


def write_pct(part: float | None, decimales: int = 0) -> str:
    """A share (0 to 1) as people read it: 0.123 → "12 %", 0.003 → "moins de 1 %", 0.998 → "plus de 99 %"."""
    if part is None:
        return PAS_DE_DONNEE
    unite = 10.0**-decimales
    pct = part * 100
    if pct in {0, 100}:
        return f"{pct:.0f}{INSECABLE}%"
    if 0 < pct < unite:
        return f"moins de {_write_decimal(unite, decimales)}{INSECABLE}%"
    if 100 - unite < pct < 100:
        return f"plus de {_write_decimal(100 - unite, decimales)}{INSECABLE}%"
    return f"{_write_decimal(pct, decimales)}{INSECABLE}%"


def _write_decimal(nombre: float, decimales: int) -> str:
    # Halves go up, as people round: 12.5 is 13, which Python would write 12.
    echelle = 10**decimales
    return f"{math.floor(nombre * echelle + 0.5 + 1e-9) / echelle:.{decimales}f}".replace(".", ",")


def write_lieu(niveau: Niveau, nom: str, type_nom: int | None) -> str:
    """A territory after a verb: "à Brest", "dans le Finistère", "en Bretagne", "dans l’intercommunalité X"."""
    if niveau is Niveau.FRANCE:
        return "en France"
    if niveau is Niveau.EPCI:
        est_nommee = nom.startswith(_AVEC_ARTICLE)
        return f"dans la {lower_initiale(nom)}" if est_nommee else f"dans l’intercommunalité {nom}"
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT} or nom in _ILES:
        return build_locatif(nom)
    article = _ARTICLES.get(type_nom or 0, "dans la " if nom in _DANS_LA else "en ")
    return article + nom


def write_complement(niveau: Niveau, nom: str, type_nom: int | None) -> str:
    """A territory after a noun: "de Brest", "du Finistère", "d'Eu", "de la communauté de communes Val 81"."""
    if niveau is Niveau.FRANCE:
        return "de France"
    if niveau is Niveau.EPCI and nom.startswith(_AVEC_ARTICLE):
        return f"de la {lower_initiale(nom)}"
    return build_complement(nom, type_nom)


class Eloignement(Protocol):
    """What makes somebody far: couverture.services.Regle is one; named here so that words stay free of the database."""

    @property
    def cible(self) -> Cible:
        """The kind of place."""

    @property
    def mode(self) -> Mode:
        """How people go there."""

    @property
    def seuil_min(self) -> int:
        """Minutes beyond which it is far."""


def write_au_dela(regle: Eloignement) -> str:
    """Where those live who are far: "à plus de 20 minutes en voiture d’un lieu où quelqu’un aide"."""
    return f"à plus de {regle.seuil_min}{INSECABLE}minutes {regle.mode.libelle} d’{regle.cible.libelle}"


def write_besoin(lieu: str, valeur: float, bas: float | None, haut: float | None, *, etendue: str) -> str:
    """How many people are in illectronisme; `lieu` is from `write_lieu`, `etendue` names the territory's kind.

    "À Brest, environ 18 400 personnes (entre 16 900 et 19 900) sont en illectronisme."
    """
    debut = upper_initiale(lieu)
    if valeur == 0:
        return f"{debut}, notre estimation ne compte personne en illectronisme."
    compte = _write_compte(valeur, bas, haut, "personnes")
    if valeur < PETIT:
        return f"{debut}, {compte} sont en illectronisme{INSECABLE}: {etendue} pour une estimation plus précise."
    return f"{debut}, {compte} sont en illectronisme."


def write_ecart(regle: Eloignement, au_dela: float, total: float, bas: float | None, haut: float | None) -> str:
    """How many of the people in need live too far, after a sentence that counts them all.

    "Environ 380 d’entre elles (entre 300 et 450) vivent à plus de 20 minutes en voiture d’un lieu où quelqu’un aide."
    """
    loin = write_au_dela(regle)
    if total <= 0 or au_dela <= 0:
        return f"Aucune d’entre elles ne vit {loin}."
    if au_dela >= total:
        return f"Toutes vivent {loin}."
    if au_dela / total >= _PRESQUE:
        return f"Presque toutes vivent {loin}."
    if total < PETIT:
        return f"Une partie d’entre elles vit {loin}." if au_dela >= 0.5 else f"Presque aucune ne vit {loin}."
    return f"{upper_initiale(_write_compte(au_dela, bas, haut, 'd’entre elles'))} vivent {loin}."


def write_ecart_habitants(lieu: str, regle: Eloignement, au_dela: float, population: float) -> str:
    """The same over all inhabitants, where the need is not known."""
    debut, loin = upper_initiale(lieu), write_au_dela(regle)
    if au_dela <= 0:
        return f"{debut}, aucun habitant ne vit {loin}."
    if au_dela >= population:
        return f"{debut}, tous les habitants vivent {loin}."
    return f"{debut}, {_write_compte(au_dela, None, None, 'habitants')} vivent {loin}."


def upper_initiale(texte: str) -> str:
    """The text as a sentence begins: "à Brest" → "À Brest"."""
    return texte[:1].upper() + texte[1:]
