"""Journeys that a plan spares: hours and kilometres a year, with the method that must be told beside them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierslieux.couverture.geodesie import follow_sol, locate, measure_cordes
from tierslieux.couverture.methodes import DENSITES, Entiers, Flottants
from tierslieux.filtres import INSECABLE, format_nombre
from tierslieux.planification.bilan import Compte, Etat, count
from tierslieux.planification.etude import Etude
from tierslieux.planification.terrain import Terrain
from tierslieux.trajets.estimation import get_hypotheses

# No French figure tells how often people who struggle with the Internet go to be helped: declared, one visit a season.
# What is spared grows with it in proportion, so results are told for one visit too.
VISITES_AN = 4.0
# There and back.
ALLERS = 2


@dataclass(frozen=True, slots=True)
class Epargne:
    """What changes in a year for the people in need of a territory, positive when it is spared.

    `heures_an`, `km_an`: with `visites_an` visits by each person, there and back. `heures_visite`, `km_visite`: if each
    made one. `personnes`: those whose nearest place changes and who had a journey before and have one after;
    `sans_mesure`: those who gain or lose any journey at all, of whom nothing is counted. `hypotheses`: sentences.
    """

    heures_an: float
    km_an: float
    visites_an: float
    heures_visite: float
    km_visite: float
    personnes: Compte
    sans_mesure: float
    hypotheses: tuple[str, ...]


def compute_epargne(
    terrain: Terrain, etude: Etude, avant: Etat, apres: Etat, *, visites_an: float = VISITES_AN
) -> Epargne:
    """Hours and kilometres that a plan spares in a year; a place that closes makes them negative.

    `terrain` holds the sites of both states. Minutes are those of the states; kilometres follow from the straight line,
    times the detour that the estimate takes for the density of the commune and the mode.
    """
    change = avant.proches != apres.proches
    joints = change & (avant.proches >= 0) & (apres.proches >= 0)
    gens = terrain.poids[joints]
    minutes = float(gens @ (avant.durees_min[joints] - apres.durees_min[joints]))
    routes_m = measure_routes(terrain, avant.proches), measure_routes(terrain, apres.proches)
    metres = float(gens @ (routes_m[0] - routes_m[1])[joints])
    heures_visite, km_visite = ALLERS * minutes / 60, ALLERS * metres / 1000
    return Epargne(
        heures_an=heures_visite * visites_an,
        km_an=km_visite * visites_an,
        visites_an=visites_an,
        heures_visite=heures_visite,
        km_visite=km_visite,
        personnes=count(terrain, etude, joints),
        sans_mesure=float(terrain.poids[change & ~joints].sum()),
        hypotheses=write_hypotheses(terrain, etude, visites_an),
    )


def measure_routes(terrain: Terrain, proches: Entiers) -> Flottants:
    """Metres by road, estimated, from each point to its site (a rank, -1 for none: then NaN)."""
    points, mode = terrain.points, terrain.mode
    routes_m = np.full(len(points), np.nan)
    joints = np.flatnonzero(proches >= 0)
    if not len(joints):
        return routes_m
    sites = [terrain.sites[rang] for rang in proches[joints].tolist()]
    lon, lat = (np.array([getattr(site, axe) for site in sites], dtype=np.float64) for axe in ("lon", "lat"))
    droites_m = follow_sol(measure_cordes(locate(points.lon[joints], points.lat[joints]), locate(lon, lat)))
    detours = np.array([get_hypotheses(densite, mode).detour for densite in DENSITES])
    routes_m[joints] = droites_m * detours[points.densite[joints]]
    return routes_m


def write_hypotheses(terrain: Terrain, etude: Etude, visites_an: float) -> tuple[str, ...]:
    """What is assumed, in sentences."""
    visites = (
        "Nous supposons que chaque personne va au lieu le plus proche"
        f" {format_nombre(visites_an)}{INSECABLE}fois par an, aller et retour. Aucune statistique française ne dit"
        " combien. Pour deux fois moins de visites, comptez deux fois moins d’heures et de kilomètres."
    )
    temps = "Les temps sont estimés." if terrain.is_estime else "Les temps suivent les routes là où elles sont connues."
    trajets = (
        f"Le trajet se fait {terrain.mode.libelle}, pour cette seule visite. {temps} Les kilomètres sont"
        f" estimés{INSECABLE}: la ligne droite, allongée des détours habituels."
    )
    zeros = (
        "Une personne dont le lieu le plus proche ne change pas compte pour zéro. Une personne qu’aucun trajet ne"
        " menait à un lieu n’est pas comptée."
    )
    renoncements = (
        f"Certaines personnes renoncent aujourd’hui à venir{INSECABLE}: pour elles, un lieu plus proche n’évite pas un"
        " trajet, il en rend un possible."
    )
    modele = ("Le nombre de personnes est lui-même une estimation, avec son intervalle.",) if etude.est_modelise else ()
    return (visites, trajets, zeros, renoncements, *modele)
