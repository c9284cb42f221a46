"""Least total travel with a bounded number of sites (p-median). Pure.

Written with one variable by demand and rank of candidate, "nothing is open among the first k" (Cornuéjols, Nemhauser
and Wolsey 1980; Elloumi 2010): rows have three entries. Only the nearest candidates of each demand are listed: one that
none of them serves is counted at the time of the next one, which can only be too little. So the optimum of the program
is a bound, and where each demand is served within its list it is the time itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from tierslieux.planification.lagrangien import compute_dual
from tierslieux.planification.probleme import TOLERANCE, Booleens, Entiers, Flottants, InfaisableError, Plan
from tierslieux.planification.solveur import Programme, solve
from tierslieux.planification.temps import InstanceTemps

LISTE_MAX = 150
_TOURS_MAX = 30


def solve_mediane(
    instance: InstanceTemps, sites_max: int, *, temps_max_s: float = 60.0, liste_max: int = LISTE_MAX
) -> Plan:
    """The plan of least total minutes; `objectif` and `borne` are person-minutes, the bound below."""
    debut_s = time.perf_counter()
    if sites_max > instance.candidats:
        raise InfaisableError(f"{sites_max} sites sont demandés et {instance.candidats} candidats sont possibles.")
    sites = exchange(instance, open_greedily(instance, sites_max))
    valeur = instance.compute_total(sites)
    dual = compute_dual(instance, sites_max, valeur, sites)
    borne = min(dual.borne, valeur)
    if valeur - borne > TOLERANCE * valeur:
        trouves = exchange(instance, dual.sites)
        if instance.compute_total(trouves) < valeur:
            sites, valeur = trouves, instance.compute_total(trouves)
            dual = compute_dual(instance, sites_max, valeur, sites)
            borne = min(max(borne, dual.borne), valeur)
    reste_s = temps_max_s - (time.perf_counter() - debut_s)
    if valeur - borne > TOLERANCE * valeur and reste_s > 0:
        sites, borne = _end(instance, sites_max, liste_max, _Etat(sites, borne, dual.exclus, dual.acquis), reste_s)
    objectif = instance.compute_total(sites)
    if borne > objectif or objectif - borne <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    return Plan(tuple(int(i) for i in np.sort(sites)), objectif, borne, time.perf_counter() - debut_s)


def open_greedily(instance: InstanceTemps, nombre: int) -> Entiers:
    """Indices of the candidates that, one after the other, spare most person-minutes; ties go to the lowest index."""
    actuels = np.minimum(instance.actuels, instance.plafond_min)
    ligne = np.repeat(np.arange(instance.candidats), np.diff(instance.temps.indptr))
    choisis: list[int] = []
    for _ in range(nombre):
        gains = _compute_gains(instance, ligne, actuels)
        gains[choisis] = -1.0
        choisi = int(np.argmax(gains))
        if gains[choisi] <= 0:
            break
        choisis.append(choisi)
        actuels = np.minimum(actuels, instance.compute_temps(np.array([choisi])))
    return np.array(sorted(choisis), dtype=np.int64)


def exchange(instance: InstanceTemps, sites: Entiers) -> Entiers:
    """Move one site at a time while that spares person-minutes."""
    choisis = [int(i) for i in sites]
    ligne = np.repeat(np.arange(instance.candidats), np.diff(instance.temps.indptr))
    total = instance.compute_total(np.array(choisis, dtype=np.int64))
    for _ in range(_TOURS_MAX):
        avant = total
        for rang in range(len(choisis)):
            reste = np.array(choisis[:rang] + choisis[rang + 1 :], dtype=np.int64)
            actuels = instance.compute_temps(reste)
            gains = _compute_gains(instance, ligne, actuels)
            gains[reste] = -1.0
            entrant = int(np.argmax(gains))
            nouveau = float(instance.poids @ actuels) - float(gains[entrant])
            if nouveau < total * (1 - 1e-12):
                choisis[rang], total = entrant, nouveau
        if total >= avant:
            break
    return np.array(sorted(choisis), dtype=np.int64)


def _compute_gains(instance: InstanceTemps, ligne: Entiers, actuels: Flottants) -> Flottants:
    temps = instance.temps
    epargne = np.maximum(actuels[temps.indices] - temps.data, 0.0) * instance.poids[temps.indices]
    return np.bincount(ligne, weights=epargne, minlength=instance.candidats).astype(np.float64)


def _build(instance: InstanceTemps, sites_max: int, liste_max: int) -> tuple[Programme, float, tuple[Entiers, Entiers]]:
    """(program, constant, (demand, candidate) of each rank): minutes are the constant minus the program's objective.

    Variable y(j, k): nothing is open among the k nearest of demand j; y(j, k) ≥ y(j, k−1) − x(its k-th).
    """
    liste = instance.list_utiles()
    m, n = liste.shape
    tailles = np.minimum(np.diff(liste.indptr), liste_max)
    coupees = np.diff(liste.indptr) > liste_max
    demande = np.repeat(np.arange(n), tailles)
    rang = np.arange(len(demande)) - np.repeat(np.cumsum(tailles) - tailles, tailles)
    place = liste.indptr[demande] + rang
    candidat, temps = liste.indices[place], liste.data[place]
    # After the last rank: today's time, or that of the next candidate where the list was cut.
    fin = np.minimum(instance.actuels, instance.plafond_min)
    fin[coupees] = liste.data[liste.indptr[:-1][coupees] + liste_max]
    suivant = np.append(temps[1:], 0.0)
    dernier = rang == tailles[demande] - 1
    suivant[dernier] = fin[demande[dernier]]
    nombre = len(demande)
    lignes = np.arange(nombre)
    premier = rang == 0
    cases = coo_array(
        (
            np.concatenate((np.ones(2 * nombre), -np.ones(int((~premier).sum())), np.ones(m))),
            (
                np.concatenate((lignes, lignes, lignes[~premier], np.full(m, nombre))),
                np.concatenate((m + lignes, candidat, m + lignes[~premier] - 1, np.arange(m))),
            ),
        ),
        shape=(nombre + 1, m + nombre),
    )
    # Where nothing better is listed the time is today's; elsewhere it starts from that of the first candidate.
    sans = tailles == 0
    debut = np.minimum(instance.actuels, instance.plafond_min)
    debut[~sans] = liste.data[liste.indptr[:-1][~sans]]
    programme = Programme(
        gains=np.concatenate((np.zeros(m), -instance.poids[demande] * (suivant - temps))),
        bas=np.zeros(m + nombre),
        haut=np.ones(m + nombre),
        lignes=csr_array(cases),
        lignes_bas=np.concatenate((premier.astype(np.float64), [-np.inf])),
        lignes_haut=np.concatenate((np.full(nombre, np.inf), [float(sites_max)])),
    )
    return programme, float(instance.poids @ debut), (demande, candidat)


@dataclass(frozen=True, slots=True)
class _Etat:
    """Where the proof stands: the plan in hand, its bound, candidates that are ruled out or in."""

    sites: Entiers
    borne: float
    exclus: Booleens
    acquis: Booleens


def _end(
    instance: InstanceTemps, sites_max: int, liste_max: int, etat: _Etat, temps_max_s: float
) -> tuple[Entiers, float]:
    """The integer program on the candidates that the bound leaves open; (sites, bound)."""
    valeur = instance.compute_total(etat.sites)
    ouverts = ~etat.exclus
    # The plan in hand stays possible: the solver starts from it.
    ouverts[etat.sites] = True
    restants = np.flatnonzero(ouverts)
    partie = replace(instance, temps=csr_array(instance.temps[restants]))
    programme, constante, rangs = _build(partie, sites_max, liste_max)
    m = len(restants)
    programme.bas[:m][etat.acquis[restants]] = 1.0
    entiers = np.zeros(len(programme.bas), dtype=bool)
    entiers[:m] = True
    depart = _build_depart(rangs, np.flatnonzero(np.isin(restants, etat.sites)), m)
    if not etat.acquis[restants][~np.isin(restants, etat.sites)].any():
        reponse = solve(programme, entiers=entiers, depart=depart, temps_max_s=temps_max_s)
    else:
        reponse = solve(programme, entiers=entiers, temps_max_s=temps_max_s)
    # What was ruled out cannot better the plan in hand: the bound is that of the rest, or the plan itself.
    borne = max(etat.borne, min(constante - reponse.borne, valeur))
    if reponse.x is None:
        return etat.sites, valeur if reponse.is_impossible else borne
    trouves = restants[np.flatnonzero(reponse.x[:m] > 0.5)]
    return min((etat.sites, trouves), key=instance.compute_total), borne


def _build_depart(rangs: tuple[Entiers, Entiers], sites: Entiers, m: int) -> Flottants:
    """The plan as values of all variables: y is 1 until the first open candidate of its demand."""
    demande, candidat = rangs
    ouverts = np.zeros(m, dtype=bool)
    ouverts[sites] = True
    vus = np.cumsum(ouverts[candidat])
    debuts = np.flatnonzero(np.diff(demande, prepend=-1))
    avant = np.zeros(len(demande), dtype=np.int64)
    avant[debuts] = np.concatenate(([0], vus[debuts[1:] - 1])) if len(debuts) else 0
    avant = np.maximum.accumulate(avant)
    return np.concatenate((ouverts.astype(np.float64), (vus - avant == 0).astype(np.float64)))
