"""A bound on the least total travel, and candidates that it rules in or out (Lagrangian relaxation of p-median). Pure.

Each demand has a price; a site is worth what demands would spare by going to it at less than their price. At any
prices, the sum of prices and of the best sites' worth is below the cost of every plan: prices are moved to raise it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierslieux.planification.probleme import Booleens, Entiers
from tierslieux.planification.temps import InstanceTemps

_TOURS_MAX = 600
_PATIENCE = 15
_PAS_MIN = 1e-4


@dataclass(frozen=True, slots=True)
class Dual:
    """`borne`: person-minutes that no plan goes below. `sites`: the sites of the best prices, a plan to start from.

    `exclus`, `acquis` (m,): candidates that no plan better than the one in hand opens, or leaves closed.
    """

    borne: float
    sites: Entiers
    exclus: Booleens
    acquis: Booleens


def compute_dual(instance: InstanceTemps, sites_max: int, valeur: float, depart: Entiers) -> Dual:
    """Raise the bound by subgradients, from the prices of a plan in hand that costs `valeur`."""
    temps, poids = instance.temps, instance.poids
    m = instance.candidats
    ligne = np.repeat(np.arange(m), np.diff(temps.indptr))
    demande = temps.indices
    couts = temps.data * poids[demande]
    sans = np.minimum(instance.actuels, instance.plafond_min) * poids
    prix = instance.compute_temps(depart) * poids
    pas, attente = 2.0, 0
    meilleure, meilleurs_sites = -np.inf, depart
    exclus, acquis = np.zeros(m, dtype=bool), np.zeros(m, dtype=bool)
    for _ in range(_TOURS_MAX):
        prix = np.minimum(prix, sans)
        epargne = np.minimum(couts - prix[demande], 0.0)
        valeurs = np.bincount(ligne, weights=epargne, minlength=m)
        ordre = np.argsort(valeurs, kind="stable")
        choisis = ordre[:sites_max]
        borne = float(prix.sum() + valeurs[choisis].sum())
        exclus |= borne - valeurs[ordre[sites_max - 1]] + valeurs > valeur
        if len(ordre) > sites_max:
            pris = np.zeros(m, dtype=bool)
            pris[choisis] = True
            acquis |= pris & (borne - valeurs + valeurs[ordre[sites_max]] > valeur)
        exclus &= ~acquis
        if borne > meilleure:
            meilleure, meilleurs_sites, attente = borne, np.sort(choisis), 0
        else:
            attente += 1
            if attente >= _PATIENCE:
                pas, attente = pas / 2, 0
        if pas < _PAS_MIN or valeur - meilleure <= 1e-9 * max(valeur, 1.0):
            break
        ouverts = np.zeros(m, dtype=bool)
        ouverts[choisis] = True
        servis = np.bincount(demande[(epargne < 0) & ouverts[ligne]], minlength=len(prix))
        pente = 1.0 - servis
        pente[(prix >= sans) & (pente > 0)] = 0.0
        norme = float(pente @ pente)
        if norme == 0:
            break
        prix = prix + pas * max(valeur * 1.0001 - borne, 0.0) / norme * pente
    return Dual(meilleure, meilleurs_sites, exclus & ~acquis, acquis)
