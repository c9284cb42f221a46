"""Worst-served people first: the shortest time within which all are served (p-center), then least total travel. Pure.

A time is possible when few enough sites cover everybody within it: a bisection over the times that occur, each step a
set covering whose relaxation or greedy plan mostly decides without any search.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csr_array

from tierslieux.planification.couverture_maximale import build_programme
from tierslieux.planification.heuristiques import open_greedily
from tierslieux.planification.probleme import Entiers, Flottants, InfaisableError, Instance, Plan, Regles
from tierslieux.planification.reductions import reduce_instance
from tierslieux.planification.solveur import Programme, solve
from tierslieux.planification.temps import InstanceTemps


def solve_centre(instance: InstanceTemps, sites_max: int, *, temps_max_s: float = 120.0) -> Plan:
    """The plan whose worst-served demand is served soonest; `objectif` and `borne` are minutes, the bound below.

    Demands without people do not count. Raises InfaisableError when some demand is out of everybody's reach, or when
    more sites are asked for than there are.
    """
    debut_s = time.perf_counter()
    if sites_max > instance.candidats:
        raise InfaisableError(f"{sites_max} sites sont demandés et {instance.candidats} candidats sont possibles.")
    peuplees = np.flatnonzero(instance.poids > 0)
    temps = csr_array(instance.temps[:, peuplees])
    actuels = instance.actuels[peuplees]
    joignables = np.isfinite(actuels)
    joignables[temps.indices] = True
    if not joignables.all():
        raise InfaisableError(
            f"{int((~joignables).sum())} lieux de vie sont hors de portée de tous les candidats, "
            f"et tous les {len(peuplees)} doivent être servis."
        )
    niveaux = np.unique(np.concatenate((temps.data, actuels[np.isfinite(actuels)])))
    bas, haut = 0, len(niveaux) - 1
    meilleur: Entiers | None = None
    borne_rang = 0
    while bas <= haut:
        milieu = (bas + haut) // 2
        reste_s = temps_max_s - (time.perf_counter() - debut_s)
        sites, is_prouve = _find_couvrant(temps, actuels, float(niveaux[milieu]), sites_max, max(reste_s, 0.0))
        if sites is not None:
            meilleur, haut = sites, milieu - 1
        else:
            if is_prouve and borne_rang == bas:
                borne_rang = milieu + 1
            bas = milieu + 1
    if meilleur is None:
        raise InfaisableError(
            f"{sites_max} sites ne suffisent pas à servir tout le monde, à quelque temps que ce soit."
        )
    objectif = _compute_pire(temps, actuels, meilleur)
    borne = min(float(niveaux[min(borne_rang, len(niveaux) - 1)]), objectif)
    return Plan(tuple(int(i) for i in np.sort(meilleur)), objectif, borne, time.perf_counter() - debut_s)


def _compute_pire(temps: csr_array, actuels: Flottants, sites: Entiers) -> float:
    meilleurs = actuels.copy()
    choisis = temps[sites]
    np.minimum.at(meilleurs, choisis.indices, choisis.data)
    return float(meilleurs.max(initial=0.0))


def _find_couvrant(
    temps: csr_array, actuels: Flottants, limite_min: float, sites_max: int, temps_max_s: float
) -> tuple[Entiers | None, bool]:
    """(sites that serve everybody within the limit or None, whether None is proven)."""
    proches = temps.data <= limite_min
    lignes = np.repeat(np.arange(temps.shape[0]), np.diff(temps.indptr))[proches]
    portee = csr_array((np.ones(int(proches.sum())), (lignes, temps.indices[proches])), shape=temps.shape)
    servies = actuels <= limite_min
    instance = Instance(portee, np.ones(temps.shape[1]), servies)
    reduite = reduce_instance(instance, Regles())
    if float(reduite.poids.sum()) + reduite.acquis < temps.shape[1] - 0.5:
        return None, True
    m, n = reduite.portee.shape
    if not n:
        return np.empty(0, dtype=np.int64), True
    glouton = open_greedily(reduite.portee, np.ones(n), m)
    if len(glouton) <= sites_max:
        return reduite.candidats[glouton], True
    base = build_programme(reduite, instance, Regles())
    haut_bas = base.bas.copy()
    haut_bas[m:] = 1.0
    programme = Programme(
        np.concatenate((-np.ones(m), np.zeros(n))), haut_bas, base.haut, base.lignes, base.lignes_bas, base.lignes_haut
    )
    relaxe = solve(programme, temps_max_s=temps_max_s)
    if relaxe.is_impossible or -relaxe.borne - 1e-6 > sites_max:
        return None, True
    entiers = np.zeros(m + n, dtype=bool)
    entiers[:m] = True
    reponse = solve(programme, entiers=entiers, temps_max_s=temps_max_s)
    if reponse.x is not None:
        sites = np.flatnonzero(reponse.x[:m] > 0.5)
        if len(sites) <= sites_max:
            return reduite.candidats[sites], True
    return None, -reponse.borne - 1e-6 > sites_max
