"""Most people served by a bounded number of sites, or a budget (maximal covering, Church and ReVelle 1974). Pure.

The linear relaxation is solved first: it is integral on nearly every instance, and then is the answer and its proof.
Where it is not, its reduced costs against a good plan settle most candidates, and an integer program ends the rest.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from tierslieux.planification.optimisation.contraintes import (
    Contraintes,
    Gardien,
    build_contraintes,
    explain_impossible,
    find_permis,
)
from tierslieux.planification.optimisation.heuristiques import complete, improve, open_greedily
from tierslieux.planification.optimisation.probleme import (
    TOLERANCE,
    Booleens,
    Entiers,
    Flottants,
    Instance,
    Plan,
    Regles,
)
from tierslieux.planification.optimisation.reductions import Reduite, reduce_instance
from tierslieux.planification.optimisation.solveur import Programme, Reponse, solve

ENTIER = 1e-6
# An integer program on fewer candidates is solved whole at once.
_PETIT = 400


def solve_couverture(instance: Instance, regles: Regles, *, temps_max_s: float = 60.0) -> Plan:
    """The plan that serves most people; raises InfaisableError. Past `temps_max_s`, the best found with its bound."""
    debut_s = time.perf_counter()
    regles.check(instance)
    if regles.sites_max is None and regles.budget is None:
        raise ValueError("give a number of sites or a budget")
    recherche = prepare(instance, regles)
    relaxe = solve(recherche.programme, temps_max_s=temps_max_s)
    trouve = recherche.decide(relaxe, [], debut_s + temps_max_s)
    if trouve is None:
        raise explain_impossible(regles, instance.couts, instance.candidats)
    return recherche.conclude(instance, *trouve, debut_s)


def prepare(instance: Instance, regles: Regles) -> Recherche:
    """Reduce the instance and write its program."""
    reduite = reduce_instance(instance, regles)
    contraintes = build_contraintes(regles, instance.couts, reduite.candidats, instance.candidats)
    return Recherche(reduite, contraintes, build_programme(reduite, contraintes), regles)


def build_programme(reduite: Reduite, contraintes: Contraintes) -> Programme:
    """Rows: the rules, then "a demand is served by what opens" (y ≤ Σ x). Columns: candidates, then demands."""
    m, n = reduite.portee.shape
    services = hstack([-csr_array(reduite.portee.T, dtype=np.float64), eye_array(n)])
    return Programme(
        gains=np.concatenate((np.zeros(m), reduite.poids)),
        bas=np.concatenate((contraintes.bas, np.zeros(n))),
        haut=np.concatenate((contraintes.haut, np.ones(n))),
        lignes=csr_array(vstack([contraintes.widen(n), services], format="csr")),
        lignes_bas=np.concatenate((contraintes.lignes_bas, np.full(n, -np.inf))),
        lignes_haut=np.concatenate((contraintes.lignes_haut, np.zeros(n))),
    )


def hold_personnes(reduite: Reduite, visee: float) -> tuple[csr_array, float, float]:
    """(row, its lower bound, people) so that at least `visee` people are served.

    With a row that only just holds the solver errs: whole people are asked for half a person less, others for a little
    less (ten millionths of all), and the row is brought down to 1.
    """
    poids = reduite.poids
    entiers = bool((poids == np.round(poids)).all())
    assez = math.ceil(visee - ENTIER) - 0.5 if entiers else visee - TOLERANCE * float(poids.sum())
    echelle = float(poids.max(initial=1.0))
    ligne = csr_array(np.concatenate((np.zeros(reduite.portee.shape[0]), poids / echelle))[None, :])
    return ligne, assez / echelle, assez


@dataclass(frozen=True, slots=True)
class Recherche:
    """A reduced instance and its program; sites below are ranks among its candidates."""

    reduite: Reduite
    contraintes: Contraintes
    programme: Programme
    regles: Regles

    def decide(self, relaxe: Reponse, departs: list[Entiers], fin_s: float) -> tuple[Entiers, float] | None:
        """(sites, bound) from the relaxation, starting from its favourites and from `departs`; None: no plan at all."""
        m = len(self.reduite.candidats)
        if not m:
            # Nobody is left to serve: the solver calls a program without variables impossible.
            return None if self.regles.groupes else (np.empty(0, dtype=np.int64), 0.0)
        if relaxe.is_impossible:
            return None
        x = None if relaxe.x is None else relaxe.x[:m]
        if x is not None and math.isfinite(relaxe.borne) and is_entier(x):
            return np.flatnonzero(x > 0.5), relaxe.borne
        sites = self._find_bon_plan(x, departs)
        borne = self._round(min(relaxe.borne, float(self.reduite.poids.sum())))
        if sites is not None and borne - self.compute_valeur(sites) <= TOLERANCE * max(borne, 1.0):
            return sites, borne
        etapes = _Etapes(self, sites, borne, fin_s)
        if x is not None and m > _PETIT:
            # A plan made of the relaxation's favourites alone is nearly always within a thousandth of the best.
            etapes.restrict(x > ENTIER)
        etapes.finish(relaxe)
        return None if etapes.sites is None else (etapes.sites, self._round(etapes.borne))

    def conclude(self, instance: Instance, sites: Entiers, borne: float, debut_s: float) -> Plan:
        """The plan, its value computed again; a bound that floats put just beneath it is the value itself."""
        choisis = np.sort(self.reduite.candidats[sites])
        objectif = instance.compute_couvert(choisis)
        borne += self.reduite.acquis
        if borne < objectif or borne - objectif <= TOLERANCE * max(objectif, 1.0):
            borne = objectif
        return Plan(tuple(int(i) for i in choisis), objectif, borne, time.perf_counter() - debut_s)

    def compute_valeur(self, sites: Entiers) -> float:
        """People that these sites serve, beside those who are served whatever opens."""
        servis = np.zeros(self.reduite.portee.shape[1], dtype=bool)
        servis[self.reduite.portee[sites].indices] = True
        return float(self.reduite.poids[servis].sum())

    def _round(self, borne: float) -> float:
        """Whole people give whole plans."""
        poids = self.reduite.poids
        return float(math.floor(borne + ENTIER)) if (poids == np.round(poids)).all() else borne

    def _find_bon_plan(self, x: Flottants | None, departs: list[Entiers]) -> Entiers | None:
        """A plan within the rules, by the greedy rule and exchanges, and from the relaxation's favourites."""
        portee, poids, regles = self.reduite.portee, self.reduite.poids, self.regles
        if regles.is_simple and regles.budget is None and regles.sites_max is not None:
            departs = [*departs, open_greedily(portee, poids, regles.sites_max)]
            if x is not None:
                departs.append(np.sort(np.argsort(-x, kind="stable")[: regles.sites_max]))
            return max((improve(portee, poids, depart) for depart in departs), key=self.compute_valeur)
        gardien = Gardien(self.contraintes)
        departs = [depart for depart in departs if gardien.is_permis(depart)]
        for gains in (x, portee @ poids / self.reduite.poids.sum()):
            permis = None if gains is None else find_permis(self.contraintes, gains)
            if permis is not None:
                departs.append(permis)
        plans = [improve(portee, poids, complete(portee, poids, depart, gardien), gardien) for depart in departs]
        return max(plans, key=self.compute_valeur) if plans else None


def is_entier(x: Flottants) -> bool:
    """Whether these values are whole, to the solver's precision."""
    return bool((np.abs(x - np.round(x)) < ENTIER).all())


@dataclass(slots=True)
class _Etapes:
    """The integer programs that follow a fractional relaxation: `sites` is the best plan so far, `borne` its bound."""

    recherche: Recherche
    sites: Entiers | None
    borne: float
    fin_s: float

    @property
    def _valeur(self) -> float:
        return -np.inf if self.sites is None else self.recherche.compute_valeur(self.sites)

    def restrict(self, permis: Booleens) -> None:
        """Look for a better plan among these candidates and those of the plan; proves nothing."""
        programme = self.recherche.programme
        haut = programme.haut.copy()
        permis = permis.copy()
        if self.sites is not None:
            permis[self.sites] = True
        haut[: len(permis)][~permis] = 0.0
        self._solve(programme.bas, np.maximum(haut, programme.bas))

    def finish(self, relaxe: Reponse) -> None:
        """Prove: candidates that the relaxation and the plan in hand settle are fixed, the solver decides the rest."""
        programme, m = self.recherche.programme, len(self.recherche.reduite.candidats)
        bas, haut = programme.bas.copy(), programme.haut.copy()
        if relaxe.couts_reduits is not None and self.sites is not None:
            # Moving one of these against its reduced cost alone brings the bound below the plan in hand.
            couts = relaxe.couts_reduits[:m]
            fixes = relaxe.borne - np.abs(couts) < self._valeur
            # A maximisation: a negative reduced cost holds a candidate at 0, a positive one at 1.
            haut[:m][fixes & (couts < 0)] = 0.0
            bas[:m][fixes & (couts > 0)] = 1.0
        borne = self._solve(bas, np.maximum(haut, programme.bas))
        # What was fixed cannot better the plan in hand: the bound is that of the rest, or the plan itself.
        self.borne = min(self.borne, max(borne, self._valeur))

    def _solve(self, bas: Flottants, haut: Flottants) -> float:
        programme, m = self.recherche.programme, len(self.recherche.reduite.candidats)
        reste_s = self.fin_s - time.perf_counter()
        if reste_s <= 0:
            return np.inf
        entiers = np.zeros(len(bas), dtype=bool)
        entiers[:m] = True
        reponse = solve(
            Programme(programme.gains, bas, haut, programme.lignes, programme.lignes_bas, programme.lignes_haut),
            entiers=entiers,
            depart=None if self.sites is None else self._build_depart(self.sites),
            temps_max_s=reste_s,
        )
        if reponse.x is not None:
            trouves = np.flatnonzero(reponse.x[:m] > 0.5)
            if self.sites is None or self.recherche.compute_valeur(trouves) >= self._valeur:
                self.sites = trouves
        return -np.inf if reponse.is_impossible else reponse.borne

    def _build_depart(self, sites: Entiers) -> Flottants:
        reduite = self.recherche.reduite
        depart = np.zeros(len(self.recherche.programme.gains))
        depart[sites] = 1.0
        depart[len(reduite.candidats) + np.unique(reduite.portee[sites].indices)] = 1.0
        return depart
