"""Demands with times rather than a limit: what p-median and p-center share. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from tierslieux.planification.probleme import Entiers, Flottants


@dataclass(frozen=True, slots=True)
class InstanceTemps:
    """Candidates (m) and demands (n) with travel times.

    `temps` (m, n): minutes, one explicit entry where a candidate can be reached (0 is kept as an entry). `poids` (n,):
    people. `actuels` (n,): minutes to the nearest place that stays open, infinite without any. `plafond_min`: what
    somebody whom nothing serves is counted for, at least as long as any time given.
    """

    temps: csr_array
    poids: Flottants
    actuels: Flottants
    plafond_min: float

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

    def list_utiles(self) -> csc_array:
        """Times that better those of today, by demand, nearest first; ties in the order of candidates."""
        colonnes = csc_array(self.temps)
        colonnes.sort_indices()
        demande = np.repeat(np.arange(colonnes.shape[1]), np.diff(colonnes.indptr))
        utile = (colonnes.data < np.minimum(self.actuels, self.plafond_min)[demande]) & (self.poids[demande] > 0)
        demande, candidat, temps = demande[utile], colonnes.indices[utile], colonnes.data[utile]
        ordre = np.lexsort((candidat, temps, demande))
        bornes = np.concatenate(([0], np.cumsum(np.bincount(demande, minlength=colonnes.shape[1]))))
        liste = csc_array(colonnes.shape, dtype=np.float64)
        liste.indptr, liste.indices, liste.data = bornes, candidat[ordre], temps[ordre]
        return liste
