"""Good plans found fast, to start from: the greedy rule, then exchanges of one site for another. Deterministic."""

from __future__ import annotations

import heapq

import numpy as np
from scipy.sparse import csr_array

from tierslieux.planification.optimisation.contraintes import Gardien
from tierslieux.planification.optimisation.probleme import Entiers, Flottants

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


def complete(portee: csr_array, poids: Flottants, sites: Entiers, gardien: Gardien) -> Entiers:
    """Open, beside these, the candidate that adds most people, as long as the rules let one in."""
    choisis = [int(i) for i in sites]
    restants = poids.copy()
    restants[portee[sites].indices] = 0.0
    for _ in range(portee.shape[0]):
        gains = np.where(gardien.list_entrants(np.array(choisis, dtype=np.int64)), portee @ restants, -1.0)
        entrant = int(np.argmax(gains))
        if gains[entrant] <= 0:
            break
        choisis.append(entrant)
        restants[_list_demandes(portee, entrant)] = 0.0
    return np.array(sorted(choisis), dtype=np.int64)


def improve(portee: csr_array, poids: Flottants, sites: Entiers, gardien: Gardien | None = None) -> Entiers:
    """Exchange one open site for a closed one while that serves more people and the rules let it."""
    choisis = [int(i) for i in sites]
    fois = np.zeros(portee.shape[1], dtype=np.int64)
    for i in choisis:
        fois[_list_demandes(portee, i)] += 1
    for _ in range(_TOURS_MAX):
        change = False
        for rang in range(len(choisis)):
            sortant = choisis[rang]
            if gardien is not None and gardien.imposes[sortant]:
                continue
            quittees = _list_demandes(portee, sortant)
            fois[quittees] -= 1
            gains = portee @ np.where(fois == 0, poids, 0.0)
            gains[choisis] = -1.0
            if gardien is not None:
                reste = np.array(choisis[:rang] + choisis[rang + 1 :], dtype=np.int64)
                gains[~gardien.list_entrants(reste)] = -1.0
            perdu = float(poids[quittees[fois[quittees] == 0]].sum())
            entrant = int(np.argmax(gains))
            if gains[entrant] > perdu * (1 + 1e-12):
                choisis[rang] = entrant
                change = True
            fois[_list_demandes(portee, choisis[rang])] += 1
        if not change:
            break
    return np.array(sorted(choisis), dtype=np.int64)


def _list_demandes(portee: csr_array, candidat: int) -> Entiers:
    return np.asarray(portee.indices[portee.indptr[candidat] : portee.indptr[candidat + 1]])
