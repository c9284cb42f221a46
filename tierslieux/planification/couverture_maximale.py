"""Most people served by a bounded number of sites, or a budget (maximal covering, Church and ReVelle 1974). Pure.

The linear relaxation is solved first: it is integral on nearly every instance, and then is the answer and its proof.
Where it is not, its reduced costs against a good plan settle most candidates, and an integer program ends the rest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from tierslieux.planification.heuristiques import improve, open_greedily
from tierslieux.planification.probleme import (
    TOLERANCE,
    Booleens,
    Entiers,
    Flottants,
    InfaisableError,
    Instance,
    Plan,
    Regles,
)
from tierslieux.planification.reductions import Reduite, reduce_instance
from tierslieux.planification.solveur import Programme, solve

_ENTIER = 1e-6


def solve_couverture(instance: Instance, regles: Regles, *, temps_max_s: float = 60.0) -> Plan:
    """The plan that serves most people; raises InfaisableError. Past `temps_max_s`, the best found with its bound."""
    debut_s = time.perf_counter()
    regles.check(instance)
    if regles.sites_max is None and regles.budget is None:
        raise ValueError("give a number of sites or a budget")
    reduite = reduce_instance(instance, regles)
    m = len(reduite.candidats)
    if not m:
        return _conclude(instance, np.empty(0, dtype=np.int64), reduite.acquis, debut_s)
    programme = build_programme(reduite, instance, regles)
    relaxe = solve(programme, temps_max_s=temps_max_s)
    if relaxe.is_impossible:
        raise InfaisableError("Aucun plan ne respecte toutes ces règles à la fois.")
    x = relaxe.x
    borne = relaxe.borne + reduite.acquis
    if x is not None and _is_entier(x[:m]):
        return _conclude(instance, reduite.candidats[x[:m] > 0.5], borne, debut_s)
    sites = _find_bon_plan(reduite, regles, None if x is None else x[:m])
    etapes = _Etapes(programme, reduite, sites, relaxe.borne, debut_s + temps_max_s)
    if x is not None:
        # A plan made of the relaxation's favourites alone is nearly always within a thousandth of the best.
        etapes.restrict(x[:m] > _ENTIER)
    etapes.finish(relaxe.couts_reduits)
    return _conclude(instance, reduite.candidats[etapes.sites], etapes.borne + reduite.acquis, debut_s)


def build_programme(reduite: Reduite, instance: Instance, regles: Regles) -> Programme:
    """Rows: a demand is served by what opens (y ≤ Σ x), then the rules. Columns: candidates, then demands."""
    m, n = reduite.portee.shape
    rang = np.full(instance.candidats, -1, dtype=np.int64)
    rang[reduite.candidats] = np.arange(m)
    lignes = [hstack([-csr_array(reduite.portee.T, dtype=np.float64), eye_array(n)])]
    haut, bas = [np.zeros(n)], [np.full(n, -np.inf)]

    def add(cases: csr_array, bas_lignes: Flottants, haut_lignes: Flottants) -> None:
        lignes.append(hstack([cases, csr_array((cases.shape[0], n))]))
        bas.append(bas_lignes)
        haut.append(haut_lignes)

    if regles.sites_max is not None:
        add(csr_array(np.ones((1, m))), np.array([-np.inf]), np.array([float(regles.sites_max)]))
    if regles.budget is not None:
        couts = np.ones(instance.candidats) if instance.couts is None else instance.couts
        add(csr_array(couts[reduite.candidats][None, :]), np.array([-np.inf]), np.array([float(regles.budget)]))
    conflits = rang[regles.conflits] if len(regles.conflits) else np.empty((0, 2), dtype=np.int64)
    conflits = conflits[(conflits >= 0).all(axis=1)]
    if len(conflits):
        add(_mark(conflits.tolist(), m), np.full(len(conflits), -np.inf), np.ones(len(conflits)))
    if regles.groupes:
        groupes = [[int(rang[i]) for i in groupe if rang[i] >= 0] for groupe in regles.groupes]
        add(_mark(groupes, m), np.ones(len(groupes)), np.full(len(groupes), np.inf))
    minimum = np.zeros(m + n)
    minimum[[int(rang[i]) for i in regles.imposes]] = 1.0
    return Programme(
        gains=np.concatenate((np.zeros(m), reduite.poids)),
        bas=minimum,
        haut=np.ones(m + n),
        lignes=csr_array(vstack(lignes, format="csr")),
        lignes_bas=np.concatenate(bas),
        lignes_haut=np.concatenate(haut),
    )


def _mark(groupes: list[list[int]], m: int) -> csr_array:
    bornes = np.concatenate(([0], np.cumsum([len(groupe) for groupe in groupes])))
    indices = np.array([i for groupe in groupes for i in groupe], dtype=np.int64)
    return csr_array((np.ones(len(indices)), indices, bornes), shape=(len(groupes), m))


def _is_entier(x: Flottants) -> bool:
    return bool((np.abs(x - np.round(x)) < _ENTIER).all())


def _compute_valeur(reduite: Reduite, sites: Entiers) -> float:
    servis = np.zeros(reduite.portee.shape[1], dtype=bool)
    servis[reduite.portee[sites].indices] = True
    return float(reduite.poids[servis].sum())


def _find_bon_plan(reduite: Reduite, regles: Regles, x: Flottants | None) -> Entiers:
    """A plan within the rules, by the greedy rule and exchanges, and from the relaxation's favourites; maybe empty."""
    if not (regles.is_simple and regles.budget is None and regles.sites_max is not None):
        return np.empty(0, dtype=np.int64)
    departs = [open_greedily(reduite.portee, reduite.poids, regles.sites_max)]
    if x is not None:
        departs.append(np.sort(np.argsort(-x, kind="stable")[: regles.sites_max]))
    plans = [improve(reduite.portee, reduite.poids, depart) for depart in departs]
    return max(plans, key=lambda sites: _compute_valeur(reduite, sites))


@dataclass(slots=True)
class _Etapes:
    """The integer programs that follow a fractional relaxation: `sites` is the best plan so far, `borne` its bound."""

    programme: Programme
    reduite: Reduite
    sites: Entiers
    borne: float
    fin_s: float

    def restrict(self, permis: Booleens) -> None:
        """Look for a better plan among these candidates and those of the plan; proves nothing."""
        haut = self.programme.haut.copy()
        permis = permis.copy()
        permis[self.sites] = True
        haut[: len(permis)][~permis] = 0.0
        self._solve(self.programme.bas, np.maximum(haut, self.programme.bas))

    def finish(self, couts_reduits: Flottants | None) -> None:
        """Prove: candidates that the relaxation and the plan in hand settle are fixed, the solver decides the rest."""
        m = len(self.reduite.candidats)
        bas, haut = self.programme.bas.copy(), self.programme.haut.copy()
        valeur = _compute_valeur(self.reduite, self.sites)
        if couts_reduits is not None and len(self.sites):
            # Moving one of these against its reduced cost alone brings the bound below the plan in hand.
            perte = np.abs(couts_reduits[:m])
            fixes = self.borne - perte < valeur
            # A maximisation: a negative reduced cost holds a candidate at 0, a positive one at 1.
            haut[:m][fixes & (couts_reduits[:m] < 0)] = 0.0
            bas[:m][fixes & (couts_reduits[:m] > 0)] = 1.0
        borne = self._solve(bas, np.maximum(haut, self.programme.bas))
        if np.isneginf(borne) and not len(self.sites):
            raise InfaisableError("Aucun plan ne respecte toutes ces règles à la fois.")
        # What was fixed cannot better the plan in hand: the bound is that of the rest, or the plan itself.
        self.borne = min(self.borne, max(borne, _compute_valeur(self.reduite, self.sites)))

    def _solve(self, bas: Flottants, haut: Flottants) -> float:
        m = len(self.reduite.candidats)
        reste_s = self.fin_s - time.perf_counter()
        if reste_s <= 0:
            return np.inf
        p = self.programme
        entiers = np.zeros(len(bas), dtype=bool)
        entiers[:m] = True
        reponse = solve(
            Programme(p.gains, bas, haut, p.lignes, p.lignes_bas, p.lignes_haut),
            entiers=entiers,
            depart=self._build_depart() if len(self.sites) else None,
            temps_max_s=reste_s,
        )
        if reponse.x is not None:
            trouves = np.flatnonzero(reponse.x[:m] > 0.5)
            if _compute_valeur(self.reduite, trouves) >= _compute_valeur(self.reduite, self.sites):
                self.sites = trouves
        return -np.inf if reponse.is_impossible else reponse.borne

    def _build_depart(self) -> Flottants:
        m = len(self.reduite.candidats)
        depart = np.zeros(len(self.programme.gains))
        depart[self.sites] = 1.0
        depart[m + np.unique(self.reduite.portee[self.sites].indices)] = 1.0
        return depart


def _conclude(instance: Instance, sites: Entiers, borne: float, debut_s: float) -> Plan:
    """The plan with its value computed again; a bound that floats put just beneath it is the value itself."""
    choisis = np.sort(sites)
    objectif = instance.compute_couvert(choisis)
    if borne < objectif or borne - objectif <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    return Plan(tuple(int(i) for i in choisis), objectif, borne, time.perf_counter() - debut_s)
