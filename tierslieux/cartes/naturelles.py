"""Natural classes (Fisher 1958, Jenks 1977): those with the least variance inside. Pure.

mapclassify has them too, but without numba it goes through every pair of values in Python, in single precision: too
long for the communes of France, too coarse for populations. This one is exact up to GROUPES_MAX distinct values;
beyond, neighbouring values are first put together: near each other by count and by distance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Valeurs = NDArray[np.float64]

GROUPES_MAX = 500


def find_fins_naturelles(connues: Valeurs, nombre: int) -> Valeurs:
    """Last value of each class but the last; `connues` are sorted, with more than `nombre` distinct values."""
    distinctes, effectifs = np.unique(connues, return_counts=True)
    groupes = _group(distinctes, effectifs)
    poids = _sum(groupes, effectifs)
    # From 0 to 1, so that squares keep their digits.
    relatives = (distinctes - distinctes[0]) / (distinctes[-1] - distinctes[0])
    sommes = _sum(groupes, effectifs * relatives)
    carres = _sum(groupes, effectifs * relatives**2)
    fins_groupes = distinctes[np.searchsorted(groupes, np.arange(len(poids)), side="right") - 1]
    return fins_groupes[_cut(poids, sommes, carres, nombre)]


def _group(distinctes: Valeurs, effectifs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The group of each distinct value: at most twice GROUPES_MAX, none across a wide gap."""
    if len(distinctes) <= GROUPES_MAX:
        return np.arange(len(distinctes))
    par_compte = (np.cumsum(effectifs) - 1) * GROUPES_MAX // effectifs.sum()
    etendue = distinctes[-1] - distinctes[0]
    par_distance = np.floor((distinctes - distinctes[0]) / etendue * GROUPES_MAX).astype(np.int64)
    neuf = (np.diff(par_compte) > 0) | (np.diff(par_distance) > 0)
    return np.concatenate(([0], np.cumsum(neuf)))


def _sum(groupes: NDArray[np.int64], valeurs: NDArray[Any]) -> Valeurs:
    return np.bincount(groupes, weights=valeurs).astype(np.float64)


def _cut(poids: Valeurs, sommes: Valeurs, carres: Valeurs, nombre: int) -> list[int]:
    """Ranks of the last group of each class but the last (dynamic programming over all cuts)."""
    total = len(poids)
    cumuls = [np.concatenate(([0.0], np.cumsum(serie))) for serie in (poids, sommes, carres)]
    # variances[i, j]: squared distances to the mean of the groups i to j - 1; no class is without any group.
    p, s, c = (cumul[None, :] - cumul[:, None] for cumul in cumuls)
    rangs = np.arange(total + 1)
    possibles = rangs[:, None] < rangs[None, :]
    variances = np.where(possibles, c - s**2 / np.where(possibles, p, 1), np.inf)
    couts = variances[0]
    choix = []
    for _ in range(nombre - 1):
        candidats = couts[:, None] + variances
        choix.append(candidats.argmin(axis=0))
        couts = candidats.min(axis=0)
    fins: list[int] = []
    fin = total
    for etape in reversed(choix):
        fin = int(etape[fin])
        fins.append(fin - 1)
    return fins[::-1]
