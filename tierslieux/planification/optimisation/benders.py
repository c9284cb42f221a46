"""Least total travel, proven: sites are chosen in a small program, and travel enters it cut by cut. Pure.

Benders decomposition of the p-median, whose cuts are found without any program (Duran-Mateluna, Ales and Elloumi 2023):
with time D for a demand, and the open candidates nearer than D, its time is at least D less what those spare.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from tierslieux.planification.optimisation.probleme import TOLERANCE, Booleens, Entiers, Flottants
from tierslieux.planification.optimisation.solveur import Modele, Programme, Reponse
from tierslieux.planification.optimisation.temps import Listes

_TOURS_MAX = 200
_TOURS_ENTIERS_MAX = 60
# Early relaxations wander: cuts are first looked for half way to a good plan.
_TOURS_PRUDENTS = 12
_PART = 0.5
# A cut counts when it is missed by more than what the solver tells apart.
_MANQUE = 2e-7
_ENTIER = 1e-6


@dataclass(frozen=True, slots=True)
class Coupe:
    """For each demand: `duree` less `epargne` (by entry of the lists) is at most its time; `valeur`: at one choice."""

    duree: Flottants
    epargne: Flottants
    valeur: Flottants


class Maitre:
    """The program that chooses sites: the columns of `base`, of which the first m are candidates, then one time each.

    `base` holds the rules, and may hold other columns after the candidates; what it gains is not read.
    """

    def __init__(self, listes: Listes, poids: Flottants, candidats: int, base: Programme) -> None:
        """Start without any cut but the time to the nearest candidate of each demand."""
        self._listes, self._poids, self._m = listes, poids, candidats
        self._colonnes = len(base.bas)
        self._base = base
        tailles = np.diff(listes.debuts)
        plus_proche = listes.sans.copy()
        plus_proche[tailles > 0] = listes.temps[listes.debuts[:-1][tailles > 0]]
        n = len(poids)
        self._modele = Modele(
            Programme(
                gains=np.concatenate((np.zeros(self._colonnes), -poids)),
                bas=np.concatenate((base.bas, plus_proche)),
                haut=np.concatenate((base.haut, np.maximum(listes.sans, plus_proche))),
                lignes=csr_array(hstack([base.lignes, csr_array((base.lignes.shape[0], n))], format="csr")),
                lignes_bas=base.lignes_bas,
                lignes_haut=base.lignes_haut,
            )
        )

    def relax(self, depart: Entiers, fin_s: float) -> tuple[Reponse, bool]:
        """(linear relaxation, whether all its cuts were found in time), from a plan to look around."""
        plan = np.zeros(self._m)
        plan[depart] = 1.0
        self._add(self.cut(plan), np.diff(self._listes.debuts) > 0)
        reponse = self._modele.solve(temps_max_s=fin_s - time.perf_counter())
        for tour in range(_TOURS_MAX):
            if reponse.x is None or not np.isfinite(reponse.borne):
                return reponse, False
            x, durees = reponse.x[: self._m], reponse.x[self._colonnes :]
            manquees = self._list_manquees(self.cut(x), durees)
            if not manquees.any():
                return reponse, True
            if tour < _TOURS_PRUDENTS:
                prudente = self.cut(_PART * x + (1 - _PART) * plan)
                utiles = self._list_manquees(self._move(prudente, x), durees)
                self._add(prudente, utiles)
                manquees &= ~utiles
            self._add(self.cut(x), manquees)
            if fin_s <= time.perf_counter():
                return reponse, False
            suivante = self._modele.solve(temps_max_s=fin_s - time.perf_counter())
            if suivante.x is None or not np.isfinite(suivante.borne):
                return reponse, False
            reponse = suivante
        return reponse, False

    def finish(self, sites: Entiers, valeur: float, relaxe: Reponse, fin_s: float) -> tuple[Entiers, float]:
        """(sites, bound): the integer program on what the relaxation leaves open, against a plan of this value."""
        m = self._m
        borne = -relaxe.borne
        bas, haut = self._base.bas[:m].copy(), self._base.haut[:m].copy()
        couts = np.zeros(m) if relaxe.couts_reduits is None else relaxe.couts_reduits[:m]
        # Moving one of these against its reduced cost alone brings the bound above the plan in hand.
        fixes = borne + np.abs(couts) > valeur
        haut[fixes & (couts < 0)] = self._base.bas[:m][fixes & (couts < 0)]
        bas[fixes & (couts > 0)] = self._base.haut[:m][fixes & (couts > 0)]
        self._modele.change_colonnes(bas, haut)
        entiers = np.zeros(self._colonnes + len(self._poids), dtype=bool)
        entiers[:m] = True
        self._modele.mark_entiers(entiers)
        for _ in range(_TOURS_ENTIERS_MAX):
            reste_s = fin_s - time.perf_counter()
            if reste_s <= 0 or valeur - borne <= TOLERANCE * valeur:
                break
            reponse = self._modele.solve(entiers=True, temps_max_s=reste_s)
            if reponse.is_impossible:
                borne = valeur
                break
            borne = max(borne, min(-reponse.borne, valeur))
            if reponse.x is None:
                break
            x = np.round(reponse.x[:m])
            coupe = self.cut(x)
            total = float(self._poids @ coupe.valeur)
            if total < valeur:
                sites, valeur = np.flatnonzero(x > 0.5), total
            manquees = self._list_manquees(coupe, reponse.x[self._colonnes :])
            if not manquees.any():
                break
            self._add(coupe, manquees)
        return sites, min(borne, valeur)

    def cut(self, x: Flottants) -> Coupe:
        """The deepest cut of each demand at a choice, fractional or not: D is where its open share reaches one."""
        listes, n = self._listes, len(self._poids)
        parts = x[listes.candidat]
        cumul = np.concatenate(([0.0], np.cumsum(parts)))
        avant = cumul[:-1] - cumul[listes.debuts[:-1]][listes.demande]
        dedans = avant < 1 - _ENTIER
        nombre = np.bincount(listes.demande[dedans], minlength=n)
        derniers = listes.debuts[:-1] + nombre - 1
        duree = listes.sans.copy()
        avec = np.flatnonzero(nombre > 0)
        atteint = avec[avant[derniers[avec]] + parts[derniers[avec]] >= 1 - _ENTIER]
        duree[atteint] = listes.temps[derniers[atteint]]
        epargne = np.where(dedans, duree[listes.demande] - listes.temps, 0.0)
        return self._move(Coupe(duree, epargne, duree), x)

    def _move(self, coupe: Coupe, x: Flottants) -> Coupe:
        """The same cut, its value at another choice."""
        listes = self._listes
        spares = np.bincount(listes.demande, weights=coupe.epargne * x[listes.candidat], minlength=len(self._poids))
        return Coupe(coupe.duree, coupe.epargne, coupe.duree - spares)

    @staticmethod
    def _list_manquees(coupe: Coupe, durees: Flottants) -> Booleens:
        return np.asarray(coupe.valeur > durees + _MANQUE * np.maximum(coupe.valeur, 1.0))

    def _add(self, coupe: Coupe, choisies: Booleens) -> None:
        """Add the cuts of these demands as rows: time + Σ spared x ≥ D."""
        demandes = np.flatnonzero(choisies)
        if not len(demandes):
            return
        listes = self._listes
        gardees = choisies[listes.demande] & (coupe.epargne > 0)
        nombre = np.bincount(listes.demande[gardees], minlength=len(choisies))[demandes]
        bornes = np.concatenate(([0], np.cumsum(nombre + 1)))
        colonnes = np.empty(bornes[-1], dtype=np.int64)
        valeurs = np.ones(bornes[-1])
        sites = np.ones(bornes[-1], dtype=bool)
        sites[bornes[1:] - 1] = False
        colonnes[sites], valeurs[sites] = listes.candidat[gardees], coupe.epargne[gardees]
        colonnes[~sites] = self._colonnes + demandes
        lignes = csr_array((valeurs, colonnes, bornes), shape=(len(demandes), self._colonnes + len(choisies)))
        self._modele.add_lignes(lignes, coupe.duree[demandes], np.full(len(demandes), np.inf))
