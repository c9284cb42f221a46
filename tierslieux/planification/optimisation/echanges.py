"""Plans of little travel found fast: the greedy rule, then exchanges (Resende and Werneck 2004). Deterministic."""

from __future__ import annotations

import numpy as np

from tierslieux.planification.optimisation.contraintes import Gardien
from tierslieux.planification.optimisation.probleme import Entiers, Flottants
from tierslieux.planification.optimisation.temps import Listes

_ECHANGES_MAX = 200
# Below this part of the total, what an exchange spares is rounding.
_MIEUX = 1e-12


def compute_total(listes: Listes, poids: Flottants, sites: Entiers, candidats: int) -> float:
    """Person-minutes with these sites."""
    ouverts = np.zeros(candidats, dtype=bool)
    ouverts[sites] = True
    return float(poids @ listes.find_deux(ouverts)[1])


def open_greedily(listes: Listes, poids: Flottants, sites: Entiers, gardien: Gardien) -> Entiers:
    """Open, beside these, the candidate that spares most person-minutes, as long as the rules let one in."""
    m = len(gardien.imposes)
    ouverts = np.zeros(m, dtype=bool)
    ouverts[sites] = True
    actuels = listes.find_deux(ouverts)[1]
    choisis = [int(i) for i in sites]
    demande, candidat, temps = listes.demande, listes.candidat, listes.temps
    for _ in range(m):
        utiles = temps < actuels[demande]
        demande, candidat, temps = demande[utiles], candidat[utiles], temps[utiles]
        epargne = (actuels[demande] - temps) * poids[demande]
        gains = np.bincount(candidat, weights=epargne, minlength=m)
        gains[~gardien.list_entrants(np.array(choisis, dtype=np.int64))] = -1.0
        entrant = int(np.argmax(gains))
        if gains[entrant] <= 0:
            break
        choisis.append(entrant)
        siens = candidat == entrant
        actuels[demande[siens]] = temps[siens]
    return np.array(sorted(choisis), dtype=np.int64)


def exchange(
    listes: Listes, poids: Flottants, sites: Entiers, gardien: Gardien, *, echanges_max: int = _ECHANGES_MAX
) -> Entiers:
    """Make the exchange of one site for another that spares most person-minutes, as long as one does."""
    m = len(gardien.imposes)
    choisis = np.sort(sites)
    for _ in range(echanges_max if len(choisis) else 0):
        gains = _compute_gains(listes, poids, choisis, m)
        gains[gardien.imposes[choisis]] = -np.inf
        total = compute_total(listes, poids, choisis, m)
        trouve = False
        # The best exchange is nearly always allowed: rules are looked at one outgoing site at a time.
        meilleurs = gains.max(axis=1)
        for rang in np.argsort(-meilleurs, kind="stable"):
            if meilleurs[rang] <= _MIEUX * total:
                break
            permis = gardien.list_entrants(np.delete(choisis, rang))
            permis[choisis] = False
            siens = np.where(permis, gains[rang], -np.inf)
            entrant = int(np.argmax(siens))
            if siens[entrant] > _MIEUX * total:
                suivants = np.sort(np.append(np.delete(choisis, rang), entrant))
                # Sums in another order may promise what is not there.
                trouve = compute_total(listes, poids, suivants, m) < total
                if trouve:
                    choisis = suivants
                    break
        if not trouve:
            break
    return choisis


def _compute_gains(listes: Listes, poids: Flottants, choisis: Entiers, m: int) -> Flottants:
    """(sites, m) person-minutes spared when the candidate of the column takes the place of the site of the row."""
    p = len(choisis)
    ouverts = np.zeros(m, dtype=bool)
    ouverts[choisis] = True
    premier, temps, second = listes.find_deux(ouverts)
    rang = np.full(m + 1, p, dtype=np.int64)
    rang[choisis] = np.arange(p)
    sien = rang[premier]
    proches = listes.temps < second[listes.demande]
    demande, candidat, siens = listes.demande[proches], listes.candidat[proches], listes.temps[proches]
    w = poids[demande]
    entree = np.bincount(candidat, weights=w * np.maximum(temps[demande] - siens, 0.0), minlength=m)
    perte = np.bincount(sien, weights=poids * (second - temps), minlength=p + 1)[:p]
    # Whoever loses the nearest site goes to the newcomer rather than to the second one.
    rattrape = np.bincount(
        sien[demande] * m + candidat,
        weights=w * (second[demande] - np.maximum(siens, temps[demande])),
        minlength=(p + 1) * m,
    ).reshape(p + 1, m)[:p]
    return np.asarray(entree[None, :] - perte[:, None] + rattrape, dtype=np.float64)
