"""The changes of a scenario in words, and what they do: sentences, figures before and after. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tierslieux.couverture.formules import upper_initiale, write_personnes
from tierslieux.filtres import INSECABLE, agree, format_duree
from tierslieux.planification.bilan import Compte, name_point
from tierslieux.planification.creneaux.creneaux import find_creneau
from tierslieux.planification.creneaux.leviers import compute_creneaux
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import Evaluation
from tierslieux.planification.presenters import (
    LigneBilan,
    build_lignes_bilan,
    find_commune,
    format_acces,
    format_compte,
    format_qui,
    write_ecart,
)
from tierslieux.planification.scenarios.presenters import write_creneau
from tierslieux.planification.simulation.gestes import write_point
from tierslieux.planification.simulation.positions import name_site
from tierslieux.planification.terrain import Terrain

Args = dict[str, list[str]]
# Where the mean stands among the figures of a state.
RANG_MOYENNE = 3


@dataclass(frozen=True, slots=True)
class Changement:
    """A change in words; `note` says when it changes nothing. `args_sans`: the study without it.

    `repere`: what is written on its mark on the map, "" when it has no number.
    """

    texte: str
    note: str
    repere: str
    code: str
    args_sans: Args


def build_changements(evaluation: Evaluation, horaires: Mapping[Geste, str]) -> tuple[Changement, ...]:
    """The changes of the study, in order; `horaires`: what each change of hours brings, in words."""
    etude, terrain = evaluation.etude, evaluation.terrain
    reperes = {site.code: str(rang) for rang, site in enumerate(evaluation.sites_ouverts, 1)}
    return tuple(
        Changement(
            texte=write_geste(terrain, geste),
            note=horaires.get(geste) or _write_note(evaluation, geste),
            repere=reperes.get(_find_code(geste), ""),
            code=geste.encode(),
            args_sans=etude.drop(rang).to_args(),
        )
        for rang, geste in enumerate(etude.gestes)
    )


def _find_code(geste: Geste) -> str:
    """The code of the site that a change opens."""
    return name_point(geste.lon, geste.lat) if geste.lon is not None and geste.lat is not None else geste.code or ""


def write_geste(terrain: Terrain, geste: Geste) -> str:
    """A change in words: "Fermer : Médiathèque (Langogne)", "Ouvrir un lieu près de Langogne (3,8533 ; 44,7236)"."""
    nom = ""
    if geste.code is not None:
        rang = terrain.find_rang(geste.code)
        nom = geste.code if rang is None else name_site(terrain.sites[rang])
    deux_points = f"{INSECABLE}: "
    if geste.lon is not None and geste.lat is not None:
        ou = _write_ou(terrain, geste.lon, geste.lat)
        return f"Déplacer{deux_points}{nom}, {ou}" if nom else f"Ouvrir un lieu {ou}"
    verbe = upper_initiale(geste.action.libelle)
    return f"{verbe}{deux_points}{nom}" + (f", {write_creneau(geste.creneau)}" if geste.creneau else "")


def _write_ou(terrain: Terrain, lon: float, lat: float) -> str:
    ecarts = (terrain.points.lon - lon) ** 2 + (terrain.points.lat - lat) ** 2
    commune = find_commune(terrain, int(terrain.points.commune[int(ecarts.argmin())]))
    point = f"({write_point(lon, lat)})"
    return f"près de {commune} {point}" if commune else f"au point {point}"


def _write_note(evaluation: Evaluation, geste: Geste) -> str:
    """Why a change does nothing, "" when it may do something."""
    terrain = evaluation.terrain
    rang = terrain.find_rang(geste.code) if geste.code is not None else None
    if geste.action is Action.HORAIRES:
        return "sans effet sur les temps de trajet"
    if rang is None or geste.lon is not None:
        return ""
    est_ouvert = bool(evaluation.etat_avant.ouverts[rang])
    if geste.action is Action.OUVRIR and est_ouvert:
        return "sans effet : ce lieu est déjà ouvert"
    if geste.action is Action.FERMER and not est_ouvert:
        return "sans effet : ce lieu n’est pas ouvert aujourd’hui"
    if geste.action is Action.FERMER and _has_voisin(evaluation, rang):
        return "un autre lieu ouvert est à la même adresse"
    return ""


def write_horaires(terrain: Terrain, etude: Etude, annee: int) -> dict[Geste, str]:
    """What each change of hours of a study brings: people who have a place near open at that moment, thanks to it.

    Travel times stay what they are. `annee`: of which year dates in hours are read.
    """
    return {
        geste: _write_horaires(
            terrain, replace(etude, gestes=tuple(g for g in etude.gestes if g != geste)), geste, annee
        )
        for geste in etude.gestes
        if geste.action is Action.HORAIRES
    }


def _write_horaires(terrain: Terrain, sans: Etude, geste: Geste, annee: int) -> str:
    creneau = find_creneau(geste.creneau or "")
    if creneau is None:
        return "sans effet : cette demi-journée n’existe pas"
    lieu = compute_creneaux(terrain, sans, annee=annee, limite=1, lieu=geste.code).lieu
    if lieu is None:
        return "sans effet : ce lieu n’est pas ouvert, ou personne n’est assez près"
    ligne = next(ligne for ligne in lieu.lignes if ligne.creneau == creneau)
    if ligne.est_ouvert:
        return "sans effet : ce lieu est déjà ouvert à ce moment"
    if not ligne.gagnes.valeur:
        return "personne de plus n’aurait un lieu ouvert à ce moment"
    return f"{format_compte(ligne.gagnes)} {format_qui(sans.besoin)} de plus auraient un lieu ouvert à ce moment"


def _has_voisin(evaluation: Evaluation, rang: int) -> bool:
    """Whether another place stays open where this one stands."""
    site = evaluation.terrain.sites[rang]
    restent = (evaluation.terrain.sites[i] for i in np.flatnonzero(evaluation.etat_apres.ouverts))
    return any(autre.lon == site.lon and autre.lat == site.lat for autre in restent)


# --- Figures ---------------------------------------------------------------------------------------------------------


def write_phrases(evaluation: Evaluation) -> tuple[str, ...]:
    """What the changes do, in a few sentences; what happens today without any."""
    etude, avant, apres = evaluation.etude, evaluation.avant, evaluation.apres
    qui = format_qui(etude.besoin)
    if not etude.gestes:
        aujourdhui = (
            f"Aujourd’hui, sur {write_personnes(avant.besoin.valeur)} {qui}, {format_compte(avant.couvert)} habitent "
            f"{format_acces(etude)}."
        )
        return (aujourdhui, "Ouvrez, déplacez ou fermez un lieu : les chiffres changent aussitôt.")
    phrases = []
    if evaluation.gagnes.valeur == 0 and evaluation.perdus.valeur == 0:
        phrases.append(
            f"Personne ne passe la limite de {etude.minutes}{INSECABLE}minutes, ni dans un sens ni dans l’autre."
        )
    phrases += [
        _write_mouvement(compte, qui, sens, etude)
        for compte, sens in ((evaluation.gagnes, "de plus"), (evaluation.perdus, "de moins"))
        if compte.valeur > 0
    ]
    return (*phrases, *_write_durees(avant.duree_moyenne_min, apres.duree_moyenne_min))


def _write_durees(avant_min: float | None, apres_min: float | None) -> tuple[str, ...]:
    if apres_min is None:
        return ("Aucun trajet ne mène plus à un lieu ouvert.",) if avant_min is not None else ()
    apres = _write_minutes(apres_min)
    if avant_min is None:
        return (f"Le trajet moyen est de {apres}.",)
    if _write_minutes(avant_min) == apres:
        return (f"Le trajet moyen reste de {apres}.",)
    return (f"Le trajet moyen passe de {_write_minutes(avant_min)} à {apres}.",)


def _write_mouvement(compte: Compte, qui: str, sens: str, etude: Etude) -> str:
    verbe = agree(round(compte.valeur), "habite", "habitent")
    return f"{upper_initiale(format_compte(compte))} {qui} {sens} {verbe} {format_acces(etude)}."


def _round_minutes(duree_min: float) -> float:
    """Minutes to a tenth: small changes of a mean are seen."""
    return math.floor(duree_min * 10 + 0.5) / 10


def _write_minutes(duree_min: float) -> str:
    if duree_min >= 60:
        return format_duree(duree_min)
    return f"{_round_minutes(duree_min):.1f}{INSECABLE}min".replace(".", ",")


def build_lignes(evaluation: Evaluation) -> tuple[LigneBilan, ...]:
    """Figures before and after; the mean to a tenth of a minute, people without any journey where there are some."""
    avant, apres = evaluation.avant, evaluation.apres
    lignes = list(build_lignes_bilan(evaluation.terrain, evaluation.etude, avant, apres))
    if avant.duree_moyenne_min is not None and apres.duree_moyenne_min is not None:
        # What is read must add up: the difference is that of the figures shown.
        ecart_min = _round_minutes(apres.duree_moyenne_min) - _round_minutes(avant.duree_moyenne_min)
        lignes[RANG_MOYENNE] = replace(
            lignes[RANG_MOYENNE],
            avant=_write_minutes(avant.duree_moyenne_min),
            apres=_write_minutes(apres.duree_moyenne_min),
            ecart=_write_ecart(ecart_min),
        )
    if avant.sans_trajet or apres.sans_trajet:
        lignes.append(
            LigneBilan(
                "Personnes sans aucun trajet connu",
                write_personnes(avant.sans_trajet),
                write_personnes(apres.sans_trajet),
                write_ecart(apres.sans_trajet - avant.sans_trajet),
            )
        )
    return tuple(lignes)


def _write_ecart(ecart_min: float) -> str:
    if abs(ecart_min) < 0.05:
        return "sans changement"
    return f"{'+' if ecart_min > 0 else '−'}{_write_minutes(abs(ecart_min))}"
