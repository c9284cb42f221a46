"""Good plans found fast, to start from: the greedy rule, then exchanges of one site for another. Deterministic."""

from __future__ import annotations

import heapq

import numpy as np
from scipy.sparse import csr_array

from tierslieux.planification.probleme import Entiers, Flottants

_TOURS_MAX = 20


def open_greedily(portee: csr_array, poids: Flottants, nombre: int) -> Entiers:
    """Indices of the candidates that, one after the other, add most people; ties go to the lowest index.

    What a candidate would add only falls as others open, so an old value bounds it and most are never computed again.
    """
    servis = np.zeros(portee.shape[1], dtype=bool)
    bornes, indices = portee.indptr, portee.indices
    file = [(-float(gain), i) for i, gain in enumerate(portee @ poids)]
    heapq.heapify(file)
    choisis: list[int] = []
    while file and len(choisis) < nombre:
        _, i = heapq.heappop(file)
        demandes = indices[bornes[i] : bornes[i + 1]]
        gain = float(poids[demandes[~servis[demandes]]].sum())
        if file and (-gain, i) > file[0]:
            heapq.heappush(file, (-gain, i))
            continue
        if gain <= 0:
            break
        choisis.append(i)
        servis[demandes] = True
    return np.array(sorted(choisis), dtype=np.int64)


def improve(portee: csr_array, poids: Flottants, sites: Entiers) -> Entiers:
    """Exchange one open site for a closed one while that serves more people; the first best exchange of each turn."""
    choisis = [int(i) for i in sites]
    fois = np.zeros(portee.shape[1], dtype=np.int64)
    for i in choisis:
        fois[portee.indices[portee.indptr[i] : portee.indptr[i + 1]]] += 1
    for _ in range(_TOURS_MAX):
        change = False
        for rang in range(len(choisis)):
            sortant = choisis[rang]
            quittees = portee.indices[portee.indptr[sortant] : portee.indptr[sortant + 1]]
            fois[quittees] -= 1
            gains = portee @ np.where(fois == 0, poids, 0.0)
            gains[choisis] = -1.0
            perdu = float(poids[quittees[fois[quittees] == 0]].sum())
            entrant = int(np.argmax(gains))
            if gains[entrant] > perdu * (1 + 1e-12):
                choisis[rang] = entrant
                change = True
            fois[portee.indices[portee.indptr[choisis[rang]] : portee.indptr[choisis[rang] + 1]]] += 1
        if not change:
            break
    return np.array(sorted(choisis), dtype=np.int64)
