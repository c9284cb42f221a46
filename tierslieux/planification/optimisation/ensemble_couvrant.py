"""Fewest sites, or least money, to serve a given share of the people (set covering, partial or whole). Pure."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from tierslieux.planification.optimisation.contraintes import build_contraintes, explain_impossible
from tierslieux.planification.optimisation.couverture_maximale import build_programme, hold_personnes
from tierslieux.planification.optimisation.heuristiques import open_greedily
from tierslieux.planification.optimisation.probleme import (
    TOLERANCE,
    Entiers,
    Flottants,
    InfaisableError,
    Instance,
    Plan,
    Regles,
    name_permis,
)
from tierslieux.planification.optimisation.reductions import Reduite, reduce_instance
from tierslieux.planification.optimisation.solveur import Programme, solve

# Sums of people are floats: a share is reached when it is missed by less than this part of a person.
_MARGE = 1e-6
_TEMPS_MAX_S = 10.0


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
    m = len(reduite.candidats)
    if not m:
        # What is served already is enough, and no rule names a candidate.
        return conclude_couts(np.empty(0, dtype=np.int64), couts, 0.0, debut_s)
    programme = _build(reduite, instance, regles, couts, visee - reduite.acquis)
    entiers = np.zeros(len(programme.gains), dtype=bool)
    entiers[:m] = True
    sites = _find_glouton(reduite, regles, visee - reduite.acquis)
    depart = None
    if sites is not None:
        depart = np.zeros(len(programme.gains))
        depart[sites] = 1.0
        depart[m + np.unique(reduite.portee[sites].indices)] = 1.0
    reponse = solve(programme, entiers=entiers, depart=depart, temps_max_s=temps_max_s)
    if reponse.is_impossible:
        raise _explain(instance, regles, couts, part)
    if reponse.x is None:
        raise InfaisableError(f"Aucun plan n’a été trouvé en {temps_max_s:.0f} secondes, et aucun n’est exclu.")
    choisis = reduite.candidats[np.flatnonzero(reponse.x[:m] > 0.5)]
    return conclude_couts(choisis, couts, -reponse.borne, debut_s)


def _explain(instance: Instance, regles: Regles, couts: Flottants, part: float) -> InfaisableError:
    """Why the rules leave no plan that serves the share."""
    if regles.sites_max is None and regles.budget is None:
        return explain_impossible(regles, instance.couts, instance.candidats)
    libre = replace(instance, couts=None)
    if regles.sites_max is not None:
        sites = solve_ensemble(libre, replace(regles, sites_max=None, budget=None), part, temps_max_s=_TEMPS_MAX_S)
        if sites.borne > regles.sites_max:
            return InfaisableError(
                f"Servir {100 * part:.1f} % des personnes demande au moins {sites.borne:.0f} sites "
                f"et {name_permis(regles.sites_max)}."
            )
    if regles.budget is not None:
        plan = solve_ensemble(
            replace(instance, couts=couts), replace(regles, sites_max=None, budget=None), part, temps_max_s=_TEMPS_MAX_S
        )
        if plan.borne > regles.budget:
            return InfaisableError(
                f"Servir {100 * part:.1f} % des personnes coûte au moins {plan.borne:.0f} "
                f"et le budget est de {regles.budget:.0f}."
            )
    return explain_impossible(regles, instance.couts, instance.candidats)


def conclude_couts(sites: Entiers, couts: Flottants, borne: float, debut_s: float) -> Plan:
    """The plan with its cost computed again; a bound on whole sites is whole."""
    objectif = float(couts[sites].sum())
    borne = max(borne, 0.0)
    if (couts == 1).all():
        borne = float(math.ceil(borne - 1e-6))
    if borne > objectif or objectif - borne <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    return Plan(tuple(int(i) for i in np.sort(sites)), objectif, borne, time.perf_counter() - debut_s)


def _build(reduite: Reduite, instance: Instance, regles: Regles, couts: Flottants, visee: float) -> Programme:
    """The rows of maximal covering, one more for the people to serve, and the costs as objective."""
    contraintes = build_contraintes(regles, instance.couts, reduite.candidats, instance.candidats)
    base = build_programme(reduite, contraintes)
    m, n = reduite.portee.shape
    ligne, assez, _ = hold_personnes(reduite, visee)
    bas = base.bas.copy()
    if visee >= float(reduite.poids.sum()) - 2 * _MARGE:
        # All of them: each demand by itself, rather than their sum.
        bas[m:] = 1.0
    return Programme(
        gains=np.concatenate((-couts[reduite.candidats], np.zeros(n))),
        bas=bas,
        haut=base.haut,
        lignes=csr_array(vstack([base.lignes, ligne], format="csr")) if n else csr_array(hstack([base.lignes])),
        lignes_bas=np.append(base.lignes_bas, assez) if n else base.lignes_bas,
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
