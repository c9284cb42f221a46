"""The answer of a plan in words: what the best sites give, how sure that is, what is left. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.couverture.formules import round_personnes, upper_initiale, write_effectif, write_pct, write_personnes
from tierslieux.filtres import INSECABLE, agree, format_nombre
from tierslieux.planification.bilan import Compte, Etat
from tierslieux.planification.deplacements import Epargne
from tierslieux.planification.enums import Objectif, Priorite
from tierslieux.planification.evaluation import Restante
from tierslieux.planification.optimisation.probleme import Plan
from tierslieux.planification.plans import Preparation
from tierslieux.planification.presenters import (
    find_commune,
    format_acces,
    format_intervalle,
    format_loin,
    format_minutes,
    format_qui,
)
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.terrain import Terrain

_NOMBRES = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
# Aims whose plan is measured in people served: their curve means something.
EN_PERSONNES = frozenset({Objectif.COUVERTURE, Objectif.COUVERTURE_PUIS_TRAJET, Objectif.PART})


@dataclass(frozen=True, slots=True)
class Calcul:
    """All that was computed for the page. `courbe`: (plan of each number of sites, people newly served); may be empty.

    `final`: the state once the sites are open. `restantes`: communes that stay far, `total_restantes` of them in all.
    """

    preparation: Preparation
    resultat: Resultat
    final: Etat
    courbe: Sequence[tuple[Plan, Compte]]
    restantes: Sequence[Restante]
    total_restantes: int
    epargne: Epargne

    @property
    def terrain(self) -> Terrain:
        """The ground, with the free points of the scenario."""
        return self.preparation.terrain


def write_nombre(nombre: int) -> str:
    """A number of sites in a sentence: "cinq", "12"."""
    return _NOMBRES[nombre] if nombre < len(_NOMBRES) else format_nombre(nombre)


def write_lieux(nombre: int) -> str:
    """Sites in a sentence: "un lieu", "cinq lieux"."""
    return f"{write_nombre(nombre)} {agree(nombre, 'lieu', 'lieux')}"


def write_titre(calcul: Calcul) -> str:
    """The answer in one sentence: what the best sites give."""
    resultat, etude = calcul.resultat, calcul.resultat.etude
    nombre, qui, acces = len(resultat.sites), format_qui(etude.besoin), format_acces(etude)
    if etude.objectif is Objectif.PART and not nombre:
        return f"Aucun lieu de plus n’est nécessaire{INSECABLE}: la part demandée est déjà servie."
    if not resultat.avant.au_dela.valeur and etude.objectif in EN_PERSONNES:
        return f"Toutes les {qui} sont déjà {acces}."
    if not nombre or (etude.objectif in EN_PERSONNES and not resultat.gain.valeur):
        return (
            f"Aucun des {format_nombre(resultat.candidats)} bâtiments candidats ne servirait une personne de plus,"
            f" {acces}."
        )
    return _write_effet(calcul)


def _write_effet(calcul: Calcul) -> str:
    """What the sites change, by the aim of the study."""
    resultat, etude = calcul.resultat, calcul.resultat.etude
    avant, apres = resultat.avant, resultat.apres
    nombre, qui = len(resultat.sites), format_qui(etude.besoin)
    lieux = upper_initiale(write_lieux(nombre))
    places = f"{lieux} {agree(nombre, 'bien placé', 'bien placés')}"
    if etude.objectif is Objectif.PART:
        return (
            f"{lieux} de plus {agree(nombre, 'suffit', 'suffisent')} pour que"
            f" {write_pct(apres.couvert.valeur / apres.besoin.valeur)} des {qui} soient {format_acces(etude)}."
        )
    if etude.objectif is Objectif.TRAJET:
        return (
            f"{places} {agree(nombre, 'ferait', 'feraient')} passer le temps de trajet moyen des {qui} de"
            f" {format_minutes(avant.duree_moyenne_min)} à {format_minutes(apres.duree_moyenne_min)}."
        )
    if etude.objectif is Objectif.PIRE:
        return (
            f"{places} {agree(nombre, 'ramènerait', 'ramèneraient')} le plus long trajet de"
            f" {_write_pire(calcul, apres=False)} à {_write_pire(calcul, apres=True)}."
        )
    return (
        f"{places} {agree(nombre, 'servirait', 'serviraient')} {_write_gens(resultat.gain, qui)} de plus"
        f"{_write_parentheses(resultat.gain)}."
    )


def _write_gens(compte: Compte, qui: str) -> str:
    """A count and its noun: "environ 1 220 personnes", "environ 1,2 million de personnes"."""
    return f"{_write_de(write_personnes(compte.valeur))} {qui}"


def _write_de(nombre: str) -> str:
    """A number before its noun: "1,2 million de"."""
    return f"{nombre} de" if nombre.endswith(("million", "millions")) else nombre


def _write_parentheses(compte: Compte) -> str:
    intervalle = format_intervalle(compte)
    return f" ({intervalle})" if intervalle else ""


def _write_pire(calcul: Calcul, *, apres: bool) -> str:
    bilan = calcul.resultat.apres if apres else calcul.resultat.avant
    commune = find_commune(calcul.terrain, bilan.pire_commune)
    duree = format_minutes(bilan.pire_min)
    return f"{duree} ({commune})" if commune else duree


def write_preuve(calcul: Calcul) -> str:
    """How sure that is: proven, or at most so much better. Empty when there is nothing to choose."""
    resultat, etude = calcul.resultat, calcul.resultat.etude
    nombre = len(resultat.sites)
    if not nombre:
        return ""
    if etude.objectif is Objectif.PART:
        if resultat.est_optimal:
            return f"Avec moins de lieux, c’est impossible{INSECABLE}: c’est prouvé."
        return f"Il en faut au moins {write_nombre(math.ceil(resultat.borne - 1e-6))}."
    voulus = max(nombre, etude.sites or 0)
    choix = f"Aucun autre choix de {write_lieux(voulus)}{' au plus' if nombre < voulus else ''}"
    if voulus == 1:
        choix = "Aucun autre lieu"
    if etude.budget is not None and (etude.sites is None or nombre < etude.sites):
        choix = "Aucun autre choix, avec ce budget,"
    if resultat.est_optimal:
        return f"{choix} ne fait mieux{INSECABLE}: c’est prouvé."
    return f"Un autre choix ferait au plus {write_pct(_compute_mieux(calcul), 1)} de mieux."


def _compute_mieux(calcul: Calcul) -> float:
    """How much better another plan could be, as a share of what this one gives."""
    resultat = calcul.resultat
    if resultat.unite != "personnes":
        return resultat.ecart
    preparation = calcul.preparation
    deja = float(preparation.poids[preparation.etat.list_couverts(resultat.etude.minutes)].sum())
    apporte = resultat.objectif - deja
    return (resultat.borne - resultat.objectif) / apporte if apporte > 0 else resultat.ecart


def write_contexte(calcul: Calcul) -> str:
    """Where the territory stands today, and what would be left."""
    resultat, etude = calcul.resultat, calcul.resultat.etude
    avant, apres = resultat.avant.au_dela, resultat.apres.au_dela
    if not avant.valeur:
        return ""
    loin = format_loin(etude)
    debut = f"Aujourd’hui, {_write_gens(avant, format_qui(etude.besoin))}{_write_parentheses(avant)} vivent {loin}"
    if not resultat.sites:
        return f"{debut}."
    if not apres.valeur:
        return f"{debut}{INSECABLE}; il n’en resterait plus."
    return f"{debut}{INSECABLE}; il en resterait {write_personnes(apres.valeur)}{_write_parentheses(apres)}."


def list_remarques(calcul: Calcul) -> list[str]:
    """What the reader must know of this plan beside its figures."""
    resultat, etude = calcul.resultat, calcul.resultat.etude
    nombre, remarques = len(resultat.sites), list(resultat.remarques)
    utiles = sum(propose.gain.valeur > 0 for propose in resultat.sites)
    est_libre = (
        etude.budget is None and not etude.par_epci and not etude.imposes and etude.objectif is not Objectif.PART
    )
    if est_libre and etude.objectif in EN_PERSONNES and etude.sites and 0 < utiles < etude.sites:
        remarques.append(
            f"{upper_initiale(write_lieux(utiles))} {agree(utiles, 'suffit', 'suffisent')}{INSECABLE}: les suivants ne"
            " serviraient personne de plus."
        )
    elif est_libre and etude.sites and 0 < nombre < etude.sites:
        remarques.append(f"Un lieu de plus que ces {write_nombre(nombre)} n’apporterait rien.")
    if etude.priorite is not Priorite.AUCUNE:
        remarques.append(
            f"Les personnes qui vivent dans {etude.priorite.libelle} comptent double dans le choix des lieux. Les"
            " nombres de cette page comptent chaque personne une fois."
        )
    if resultat.hors_portee >= 1:
        remarques.append(
            f"Parmi les {format_qui(etude.besoin)}, {write_personnes(resultat.hors_portee)} n’ont aucun bâtiment"
            f" candidat à {etude.minutes}{INSECABLE}minutes ou moins{INSECABLE}: un lieu à construire, un bus ou une"
            " autre sorte de bâtiment pourrait les servir."
        )
    inconnues = len({int(c) for c in calcul.terrain.points.commune[~calcul.terrain.connues]})
    if inconnues:
        remarques.append(
            f"Dans {format_nombre(inconnues)} {agree(inconnues, 'commune', 'communes')}, personne ne sait combien de"
            " personnes sont concernées : elles ne comptent pas dans le choix."
        )
    return remarques


def write_epargne(calcul: Calcul) -> str:
    """Hours and kilometres that the plan spares in a year, "" when it spares none."""
    epargne = calcul.epargne
    if epargne.heures_an < 1:
        return ""
    heures, km = (_write_de(write_effectif(round_personnes(n))) for n in (epargne.heures_an, epargne.km_an))
    return (
        f"En un an, ce plan épargnerait environ {heures} heures et {km} kilomètres de trajet à"
        f" {_write_gens(epargne.personnes, format_qui(calcul.resultat.etude.besoin))}"
        f"{_write_parentheses(epargne.personnes)}, si chacune vient {format_nombre(epargne.visites_an)}{INSECABLE}fois."
    )


def write_secondes(secondes: float) -> str:
    """How long the computation took: "moins d’un dixième de seconde", "2,4 secondes"."""
    if secondes < 0.1:
        return "moins d’un dixième de seconde"
    return f"{format_nombre(secondes)} {agree(secondes, 'seconde', 'secondes')}"
