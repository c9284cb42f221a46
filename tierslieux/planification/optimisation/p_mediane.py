"""Least total travel with a bounded number of sites, or a budget (p-median, Hakimi 1964). Pure."""

from __future__ import annotations

import math
import time

import numpy as np

from tierslieux.planification.optimisation.benders import Maitre
from tierslieux.planification.optimisation.contraintes import (
    Contraintes,
    Gardien,
    build_contraintes,
    explain_impossible,
    find_permis,
)
from tierslieux.planification.optimisation.echanges import compute_total, exchange, open_greedily
from tierslieux.planification.optimisation.probleme import TOLERANCE, Entiers, Flottants, Plan, Regles
from tierslieux.planification.optimisation.solveur import Programme
from tierslieux.planification.optimisation.temps import InstanceTemps, Listes

_ENTIER = 1e-6


def solve_mediane(instance: InstanceTemps, regles: Regles, *, temps_max_s: float = 60.0) -> Plan:
    """The plan of least total minutes; `objectif` and `borne` are person-minutes, the bound below.

    Raises InfaisableError. Past `temps_max_s`, the best found with its bound.
    """
    debut_s = time.perf_counter()
    regles.check(instance)
    if regles.sites_max is None and regles.budget is None:
        raise ValueError("give a number of sites or a budget")
    m = instance.candidats
    contraintes = build_contraintes(regles, instance.couts, np.arange(m), m)
    depart = find_depart(contraintes, regles)
    if depart is None:
        raise explain_impossible(regles, instance.couts, m)
    base = contraintes.build_programme(np.zeros(m))
    sites, borne = minimize(instance, Gardien(contraintes), base, depart, debut_s + temps_max_s)
    return conclude_trajets(instance, sites, borne, debut_s)


def find_depart(contraintes: Contraintes, regles: Regles) -> Entiers | None:
    """The fewest sites that keep the rules; None when no plan keeps them."""
    if regles.groupes or len(regles.conflits):
        return find_permis(contraintes, -np.ones(len(contraintes.bas)))
    return np.flatnonzero(contraintes.bas > 0)


def minimize(
    instance: InstanceTemps, gardien: Gardien, base: Programme, depart: Entiers, fin_s: float
) -> tuple[Entiers, float]:
    """(sites, bound) of least travel from a plan that keeps the rules.

    `base` is the program of the rules, maybe with other columns after those of the candidates: it lets pass what
    `gardien` does, who watches over the plans found without it.
    """
    listes, poids, m = instance.list_utiles(), instance.poids, instance.candidats
    sites = exchange(listes, poids, open_greedily(listes, poids, depart, gardien), gardien)
    maitre = Maitre(listes, poids, m, base)
    relaxe, is_complete = maitre.relax(sites, fin_s)
    if relaxe.x is None or not math.isfinite(relaxe.borne):
        return sites, float(poids @ np.minimum(listes.sans, _list_premiers(listes)))
    valeur, borne = compute_total(listes, poids, sites, m), -relaxe.borne
    x = relaxe.x[:m]
    for candidat in _list_arrondis(x, gardien):
        autre = candidat
        if not is_complete or not _is_entier(x):
            autre = exchange(listes, poids, candidat, gardien)
        total = compute_total(listes, poids, autre, m)
        if total < valeur:
            sites, valeur = autre, total
    if valeur - borne <= TOLERANCE * valeur or fin_s <= time.perf_counter():
        return sites, min(borne, valeur)
    return maitre.finish(sites, valeur, relaxe, fin_s)


def conclude_trajets(instance: InstanceTemps, sites: Entiers, borne: float, debut_s: float) -> Plan:
    """The plan with its minutes computed again."""
    objectif = instance.compute_total(sites)
    if borne > objectif or objectif - borne <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    return Plan(tuple(int(i) for i in np.sort(sites)), objectif, borne, time.perf_counter() - debut_s)


def _list_premiers(listes: Listes) -> Flottants:
    """(n,) minutes to the nearest candidate of each demand."""
    premiers = listes.sans.copy()
    avec = np.diff(listes.debuts) > 0
    premiers[avec] = listes.temps[listes.debuts[:-1][avec]]
    return premiers


def _is_entier(x: Flottants) -> bool:
    return bool((np.abs(x - np.round(x)) < _ENTIER).all())


def _list_arrondis(x: Flottants, gardien: Gardien) -> list[Entiers]:
    """Plans near the relaxation that keep the rules."""
    rond = np.flatnonzero(x > 0.5)
    if _is_entier(x) and gardien.is_permis(rond):
        return [rond]
    favoris = np.sort(np.argsort(-x, kind="stable")[: round(float(x.sum()))])
    if gardien.is_permis(favoris):
        return [favoris]
    permis = find_permis(gardien.contraintes, x)
    return [] if permis is None or not gardien.is_permis(permis) else [permis]
