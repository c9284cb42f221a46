"""Make an instance smaller without changing its best plans: what is decided already is not asked again. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from tierslieux.planification.optimisation.probleme import Entiers, Flottants, Instance, Regles


@dataclass(frozen=True, slots=True)
class Reduite:
    """A smaller instance.

    `candidats`: indices, in the whole one, of those that are left. `acquis`: people served whatever is opened.
    """

    portee: csr_array
    poids: Flottants
    candidats: Entiers
    acquis: float


def reduce_instance(instance: Instance, regles: Regles, *, avec_domines: bool = False) -> Reduite:
    """Drop demands that are served or out of everybody's reach, and merge those with the same candidates.

    Candidates that another one makes useless are dropped too, when rules do not name candidates, but `avec_domines`.
    """
    garde = np.ones(instance.candidats, dtype=bool)
    garde[list(regles.interdits)] = False
    candidats = np.flatnonzero(garde)
    portee = csr_array(instance.portee[candidats])
    utiles = ~instance.servies & (instance.poids > 0) & (np.diff(portee.tocsc().indptr) > 0)
    portee, poids = merge_demandes(csr_array(portee[:, np.flatnonzero(utiles)]), instance.poids[utiles])
    if regles.is_simple and not avec_domines:
        couts = None if instance.couts is None else instance.couts[candidats]
        restants = _drop_domines(portee, couts)
        portee, candidats = csr_array(portee[restants]), candidats[restants]
        portee, poids = merge_demandes(portee, poids)
    return Reduite(portee, poids, candidats, float(instance.poids[instance.servies].sum()))


def merge_demandes(portee: csr_array, poids: Flottants) -> tuple[csr_array, Flottants]:
    """Demands reached by exactly the same candidates become one, with the sum of their weights."""
    colonnes = csc_array(portee)
    colonnes.sort_indices()
    bornes, lignes = colonnes.indptr, colonnes.indices
    # The size and two independent sums of random numbers tell sets apart: two that differ meet once in 2^120.
    alea = np.random.default_rng(0).integers(0, 2**63, size=(2, portee.shape[0]), dtype=np.int64)
    cles = np.empty((portee.shape[1], 3), dtype=np.int64)
    cles[:, 0] = np.diff(bornes)
    for rang in (0, 1):
        cumul = np.concatenate(([0], np.cumsum(alea[rang][lignes], dtype=np.int64)))
        cles[:, rang + 1] = cumul[bornes[1:]] - cumul[bornes[:-1]]
    _, premiers, groupe = np.unique(cles, axis=0, return_index=True, return_inverse=True)
    groupe = groupe.ravel()
    sommes = np.bincount(groupe, weights=poids, minlength=len(premiers)).astype(np.float64)
    return csr_array(colonnes[:, premiers]), sommes


def reduce_couvrant(portee: csr_array, couts: Flottants | None, *, avec_candidats: bool) -> tuple[Entiers, Entiers]:
    """(candidates, demands) that are left when every demand has to be served.

    A demand is dropped when another one has all its candidates, or more: whoever serves the other serves it. Candidates
    that another one dominates are dropped in turn, `avec_candidats`, until nothing more goes.
    """
    candidats, demandes = np.arange(portee.shape[0]), np.arange(portee.shape[1])
    while True:
        avant = (len(candidats), len(demandes))
        if avec_candidats:
            gardes = _drop_domines(portee, None if couts is None else couts[candidats])
            portee, candidats = csr_array(portee[gardes]), candidats[gardes]
        gardees = _drop_impliquees(portee)
        portee, demandes = csr_array(portee[:, gardees]), demandes[gardees]
        if not avec_candidats or avant == (len(candidats), len(demandes)):
            return candidats, demandes


def _drop_impliquees(portee: csr_array) -> Entiers:
    """Indices of demands whose candidates include those of no other demand; the first of equals stays."""
    transposee = csr_array(portee.T)
    tailles = np.diff(transposee.indptr)
    grand, petit, nombre = _count_communs(transposee)
    impliquee = (petit != grand) & (nombre == tailles[petit])
    impliquee &= (tailles[petit] < tailles[grand]) | (petit < grand)
    perdues = np.zeros(portee.shape[1], dtype=bool)
    perdues[grand[impliquee]] = True
    return np.flatnonzero(~perdues)


def _count_communs(portee: csr_array) -> tuple[Entiers, Entiers, Entiers]:
    """(one row, another, how many columns both have), for rows that share one."""
    binaire = csr_array((np.ones(portee.nnz, dtype=np.int32), portee.indices, portee.indptr), shape=portee.shape)
    communs = (binaire @ binaire.T).tocoo()
    return communs.row, communs.col, communs.data


def _drop_domines(portee: csr_array, couts: Flottants | None) -> Entiers:
    """Indices of candidates that no other one dominates (reaches all that they reach, and costs no more)."""
    m = portee.shape[0]
    tailles = np.diff(portee.indptr)
    petit, grand, nombre = _count_communs(portee)
    domine = (petit != grand) & (nombre == tailles[petit])
    if couts is not None:
        domine &= couts[grand] <= couts[petit]
    # Twins dominate each other: the first one stays.
    jumeaux = domine & (tailles[petit] == tailles[grand])
    if couts is not None:
        jumeaux &= couts[petit] == couts[grand]
    domine &= ~jumeaux | (grand < petit)
    perdus = np.zeros(m, dtype=bool)
    perdus[petit[domine]] = True
    perdus |= tailles == 0
    return np.flatnonzero(~perdus)
