"""The conclusion in words: who is in need, who lives too far, who is badly connected. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierslieux.couverture import formules
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import PAS_DE_DONNEE, write_pct
from tierslieux.couverture.services import Ecart, Edition, Regle
from tierslieux.filtres import INSECABLE
from tierslieux.observatoire.mesures import (
    BLANCHE_4G,
    LOCAUX_8,
    PART_ILLECTRONISME,
    PERSONNES_ILLECTRONISME,
    POPULATION,
)
from tierslieux.observatoire.presenters_chiffres import find_population, write_bornes_pct, write_calcul, write_source
from tierslieux.observatoire.services import Chiffres
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail
from tierslieux.trajets.moteur import Mode

# What the model needs of the census; without it, it takes a rate from elsewhere.
_COVARIABLE = "part_65_plus_parmi_15_plus"
# A share under this is said to be "moins de 1 %".
PRESQUE_NUL = 0.01
_MAYOTTE = "976"

_TROP_PETIT = {
    Niveau.COMMUNE: "la commune est trop petite",
    Niveau.EPCI: "l’intercommunalité est trop petite",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the conclusion; `mention` says how and when ("modélisé, 2021"), `ancre` leads to the method."""

    texte: str
    mention: str
    ancre: str


def build_phrases(
    territoire: TerritoireDetail, chiffres: Chiffres, edition: Edition | None, regle: Regle
) -> tuple[Phrase, ...]:
    """What the page says first: who is in need, who lives too far, who is badly connected."""
    if find_population(territoire, chiffres) == 0:
        lieu = formules.write_lieu(territoire.niveau, territoire.nom, territoire.type_nom)
        texte = f"Personne n’habite {lieu}{INSECABLE}: il n’y a pas de besoin à estimer."
        return (Phrase(texte, f"recensement {territoire.population_annee}", POPULATION),)
    return (*_list_phrases_besoin(territoire, chiffres, edition, regle), _build_phrase_connexion(chiffres))


def _list_phrases_besoin(
    territoire: TerritoireDetail, chiffres: Chiffres, edition: Edition | None, regle: Regle
) -> Iterator[Phrase]:
    lieu = formules.write_lieu(territoire.niveau, territoire.nom, territoire.type_nom)
    besoin = chiffres.besoin
    part = chiffres.find(PART_ILLECTRONISME)
    if besoin is None and part is not None:
        texte = (
            f"{formules.upper_initiale(lieu)}, environ {write_pct(part.valeur)} des 15 ans ou plus"
            f" ({write_bornes_pct(part, 0)}) sont en illectronisme. Le nombre d’habitants n’est pas publié ici"
            f"{INSECABLE}: nous ne pouvons pas dire combien de personnes cela fait."
        )
        yield Phrase(texte, write_source(part), PART_ILLECTRONISME)
    elif besoin is None:
        texte = (
            f"Nous n’avons pas d’estimation des personnes en illectronisme {lieu}{INSECABLE}: aucune donnée publiée ne"
            " permet de la faire."
        )
        yield Phrase(texte, PAS_DE_DONNEE, PERSONNES_ILLECTRONISME)
    else:
        etendue = _TROP_PETIT.get(territoire.niveau, "le territoire est trop petit")
        texte = formules.write_besoin(lieu, besoin.valeur, besoin.bas, besoin.haut, etendue=etendue)
        yield Phrase(texte, f"modélisé, {besoin.annee}", PERSONNES_ILLECTRONISME)
    # The conclusion is about help, whatever kind of place the map shows.
    conclusion = regle if regle.cible is not Cible.TIERS_LIEU else Regle()
    ecart = chiffres.ecarts.get(conclusion)
    if edition is None:
        yield Phrase("Les temps de trajet vers les lieux ne sont pas encore calculés sur ce site.", "", "")
    elif ecart is not None and (besoin is None or besoin.valeur > 0):
        yield Phrase(_write_ecart(lieu, conclusion, ecart), write_calcul(edition), "ecart")
        a_pied = Regle(conclusion.cible, Mode.A_PIED, conclusion.seuil_min)
        autre = chiffres.ecarts.get(a_pied)
        # Where a car brings nearly everybody there, those without a car are what is left to say.
        if autre is not None and autre.regle != conclusion and _is_presque_nul(ecart):
            yield Phrase(_write_ecart(lieu, a_pied, autre), write_calcul(edition), "ecart")


def _is_presque_nul(ecart: Ecart) -> bool:
    if ecart.besoin is None or ecart.besoin_au_dela is None:
        return ecart.population_au_dela < PRESQUE_NUL * ecart.population
    return ecart.besoin_au_dela < PRESQUE_NUL * ecart.besoin


def _write_ecart(lieu: str, regle: Regle, ecart: Ecart) -> str:
    if ecart.besoin is None or ecart.besoin_au_dela is None:
        return formules.write_ecart_habitants(lieu, regle, ecart.population_au_dela, ecart.population)
    return formules.write_ecart(regle, ecart.besoin_au_dela, ecart.besoin, ecart.bas, ecart.haut)


def _build_phrase_connexion(chiffres: Chiffres) -> Phrase:
    fixe, mobile = chiffres.find(LOCAUX_8), chiffres.find(BLANCHE_4G)
    textes, sources = [], []
    if fixe is not None:
        textes.append(_write_fixe(1 - fixe.valeur))
        sources.append(write_source(fixe))
    if mobile is not None:
        textes.append(_write_blanche(mobile.valeur))
        sources.append(write_source(mobile))
    if fixe is None and mobile is None:
        return Phrase("Sur la connexion à Internet, fixe ou mobile, nous n’avons pas de donnée.", "", LOCAUX_8)
    if fixe is None:
        textes.append("Sur l’Internet fixe, nous n’avons pas de donnée.")
    if mobile is None:
        textes.append("Sur les zones blanches du mobile, nous n’avons pas de donnée.")
    return Phrase(" ".join(textes), " ; ".join(sources), LOCAUX_8 if fixe is not None else BLANCHE_4G)


def _write_fixe(sans: float) -> str:
    # A difference of two roundings is no premises.
    if sans < 1e-6:
        return "Tous les logements et locaux peuvent avoir au moins 8 Mbit/s par un fil."
    if sans > 1 - 1e-6:
        return "Aucun logement ni local ne peut avoir 8 Mbit/s par un fil."
    part = formules.upper_initiale(write_pct(sans))
    return f"{part} des logements et locaux ne peuvent pas avoir 8 Mbit/s par un fil."


def _write_blanche(part: float) -> str:
    if part == 0:
        return "Toute la population a la 4G d’au moins un opérateur, à l’extérieur."
    return f"{formules.upper_initiale(write_pct(part, 1))} de la population vit en zone blanche 4G."


def write_reserve(territoire: TerritoireDetail, chiffres: Chiffres) -> str | None:
    """What must be known of an estimate that is made without the census, None for the others."""
    if PART_ILLECTRONISME not in chiffres.valeurs or _COVARIABLE in chiffres.valeurs:
        return None
    codes = {parent.code for parent in territoire.parents if parent.niveau is Niveau.DEPARTEMENT} | {territoire.code}
    if _MAYOTTE in codes or territoire.nom == "Mayotte":
        return (
            "Le recensement n’a pas à Mayotte le détail qu’il faut à notre modèle. Nous appliquons à toute l’île le"
            " taux que l’Insee publie pour l’outre-mer : l’intervalle est large."
        )
    return (
        "Le recensement n’a pas ici le détail qu’il faut à notre modèle. Nous avons pris la moyenne des communes"
        " voisines : l’intervalle est large."
    )
