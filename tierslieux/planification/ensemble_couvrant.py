"""Fewest sites, or least money, to serve a given share of the people (set covering, partial or whole). Pure."""

from __future__ import annotations

import math
import time

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from tierslieux.planification.couverture_maximale import build_programme
from tierslieux.planification.heuristiques import open_greedily
from tierslieux.planification.probleme import TOLERANCE, Entiers, InfaisableError, Instance, Plan, Regles
from tierslieux.planification.reductions import Reduite, reduce_instance
from tierslieux.planification.solveur import Programme, solve

# Sums of people are floats: a share is reached when it is missed by less than this part of a person.
_MARGE = 1e-6


def solve_ensemble(instance: Instance, regles: Regles, part: float, *, temps_max_s: float = 60.0) -> Plan:
    """The cheapest plan (in sites, or in costs when the instance has some) that serves at least `part` of the people.

    Raises InfaisableError when all candidates together serve less. `objectif` and `borne` are a number of sites or a
    cost: the bound is below.
    """
    debut_s = time.perf_counter()
    if not 0 < part <= 1:
        raise ValueError(f"a share above 0 and up to 1, not {part}")
    regles.check(instance)
    couts = np.ones(instance.candidats) if instance.couts is None else instance.couts
    reduite = reduce_instance(instance, regles)
    visee = part * float(instance.poids.sum()) - _MARGE
    possible = reduite.acquis + float(reduite.poids.sum())
    if possible < visee:
        raise InfaisableError(
            f"Tous les candidats ensemble servent {100 * possible / instance.poids.sum():.1f} % des personnes, "
            f"et {100 * part:.1f} % sont demandés."
        )
    programme = _build(reduite, instance, regles, couts, visee - reduite.acquis)
    m = len(reduite.candidats)
    entiers = np.zeros(len(programme.gains), dtype=bool)
    entiers[:m] = True
    sites = _find_glouton(reduite, regles, visee - reduite.acquis)
    depart = None
    if sites is not None:
        depart = np.zeros(len(programme.gains))
        depart[sites] = 1.0
        depart[m + np.unique(reduite.portee[sites].indices)] = 1.0
    reponse = solve(programme, entiers=entiers, depart=depart, temps_max_s=temps_max_s)
    if reponse.x is None:
        raise InfaisableError("Aucun plan ne respecte toutes ces règles à la fois.")
    choisis = reduite.candidats[np.flatnonzero(reponse.x[:m] > 0.5)]
    return conclude_couts(choisis, couts, -reponse.borne, debut_s)


def conclude_couts(sites: Entiers, couts: np.ndarray, borne: float, debut_s: float) -> Plan:
    """The plan with its cost computed again; a bound on whole sites is whole."""
    objectif = float(couts[sites].sum())
    if (couts == 1).all():
        borne = float(math.ceil(borne - 1e-6))
    if borne > objectif or objectif - borne <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    return Plan(tuple(int(i) for i in np.sort(sites)), objectif, borne, time.perf_counter() - debut_s)


def _build(reduite: Reduite, instance: Instance, regles: Regles, couts: np.ndarray, visee: float) -> Programme:
    """The rows of maximal covering, one more for the people to serve, and the costs as objective."""
    base = build_programme(reduite, instance, regles)
    m, n = reduite.portee.shape
    servis = csr_array(np.concatenate((np.zeros(m), reduite.poids))[None, :])
    return Programme(
        gains=np.concatenate((-couts[reduite.candidats], np.zeros(n))),
        bas=base.bas,
        haut=base.haut,
        lignes=csr_array(vstack([base.lignes, servis], format="csr")) if n else csr_array(hstack([base.lignes])),
        lignes_bas=np.append(base.lignes_bas, visee) if n else base.lignes_bas,
        lignes_haut=np.append(base.lignes_haut, np.inf) if n else base.lignes_haut,
    )


def _find_glouton(reduite: Reduite, regles: Regles, visee: float) -> Entiers | None:
    """The shortest beginning of the greedy list that serves enough; None when rules are more than a count."""
    if not regles.is_simple or regles.budget is not None:
        return None
    bas, haut = 0, len(reduite.candidats)
    while bas < haut:
        milieu = (bas + haut) // 2
        sites = open_greedily(reduite.portee, reduite.poids, milieu)
        servis = float(reduite.poids[np.unique(reduite.portee[sites].indices)].sum())
        bas, haut = (bas, milieu) if servis >= visee else (milieu + 1, haut)
    if regles.sites_max is not None and bas > regles.sites_max:
        return None
    return open_greedily(reduite.portee, reduite.poids, bas)
