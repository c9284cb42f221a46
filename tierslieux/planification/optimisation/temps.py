"""Demands with times rather than a limit: what p-median and p-center share. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from tierslieux.planification.optimisation.probleme import Booleens, Entiers, Flottants, check_valeurs


@dataclass(frozen=True, slots=True)
class InstanceTemps:
    """Candidates (m) and demands (n) with travel times.

    `temps` (m, n): minutes, one explicit entry where a candidate can be reached (0 is kept as an entry). `poids` (n,):
    people. `actuels` (n,): minutes to the nearest place that stays open, infinite without any. `plafond_min`: what
    somebody whom nothing serves is counted for, at least as long as any time given. `couts` (m,): what opening costs,
    > 0, in the unit of the budget; None when sites are only counted.
    """

    temps: csr_array
    poids: Flottants
    actuels: Flottants
    plafond_min: float
    couts: Flottants | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for shapes or values that make no sense."""
        m, n = self.temps.shape
        if self.poids.shape != (n,) or self.actuels.shape != (n,):
            raise ValueError(f"{n} demands in `temps`: {self.poids.shape} weights, {self.actuels.shape} times of today")
        check_valeurs(self.poids, self.couts, m)

    @property
    def candidats(self) -> int:
        """How many candidates."""
        return int(self.temps.shape[0])

    def compute_temps(self, sites: Entiers) -> Flottants:
        """(n,) minutes of each demand when these candidates open too, `plafond_min` where nothing serves it."""
        meilleurs = np.minimum(self.actuels, self.plafond_min)
        choisis = self.temps[sites]
        np.minimum.at(meilleurs, choisis.indices, choisis.data)
        return meilleurs

    def compute_total(self, sites: Entiers) -> float:
        """Minutes of all people together."""
        return float(self.poids @ self.compute_temps(sites))

    def list_utiles(self) -> Listes:
        """Times that better those of today, by demand, nearest first; ties in the order of candidates."""
        colonnes = csc_array(self.temps)
        colonnes.sort_indices()
        demande = np.repeat(np.arange(colonnes.shape[1]), np.diff(colonnes.indptr))
        sans = np.minimum(self.actuels, self.plafond_min)
        utile = (colonnes.data < sans[demande]) & (self.poids[demande] > 0)
        demande, candidat, temps = demande[utile], colonnes.indices[utile], colonnes.data[utile]
        ordre = np.lexsort((candidat, temps, demande))
        debuts = np.concatenate(([0], np.cumsum(np.bincount(demande, minlength=colonnes.shape[1]))))
        return Listes(debuts, demande[ordre], candidat[ordre].astype(np.int64), temps[ordre], sans)


@dataclass(frozen=True, slots=True)
class Listes:
    """Candidates of each demand, nearest first, end to end: those of demand j are from `debuts[j]` to `debuts[j + 1]`.

    `demande`, `candidat`, `temps`: of each entry. `sans` (n,): minutes of each demand when none of its list opens.
    """

    debuts: Entiers
    demande: Entiers
    candidat: Entiers
    temps: Flottants
    sans: Flottants

    def find_deux(self, ouverts: Booleens) -> tuple[Entiers, Flottants, Flottants]:
        """(nearest open candidate of each demand or −1, its minutes, those of the second nearest)."""
        n = len(self.sans)
        entrees = np.flatnonzero(ouverts[self.candidat])
        demandes = self.demande[entrees]
        premiers = np.diff(demandes, prepend=-1) > 0
        seconds = np.concatenate(([False], premiers[:-1])) & ~premiers
        premier = np.full(n, -1, dtype=np.int64)
        temps, second = self.sans.copy(), self.sans.copy()
        premier[demandes[premiers]] = self.candidat[entrees[premiers]]
        temps[demandes[premiers]] = self.temps[entrees[premiers]]
        second[demandes[seconds]] = self.temps[entrees[seconds]]
        return premier, temps, second
