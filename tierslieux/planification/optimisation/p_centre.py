"""Worst-served people first: the shortest time within which all are served (p-center), then least total travel. Pure.

A time is possible when few enough sites cover everybody within it. A bisection over the times that occur first asks the
greedy rule and the linear relaxation, which rule nearly all of them in or out; integer programs decide the few between.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from tierslieux.planification.optimisation.contraintes import (
    Contraintes,
    Gardien,
    build_contraintes,
    explain_impossible,
    find_permis,
)
from tierslieux.planification.optimisation.heuristiques import open_greedily
from tierslieux.planification.optimisation.p_mediane import minimize
from tierslieux.planification.optimisation.probleme import (
    TOLERANCE,
    Entiers,
    Flottants,
    InfaisableError,
    Plan,
    Regles,
    name_permis,
)
from tierslieux.planification.optimisation.reductions import reduce_couvrant
from tierslieux.planification.optimisation.solveur import Programme, solve
from tierslieux.planification.optimisation.temps import InstanceTemps

_ENTIER = 1e-6
_TRAJET_MIN_S = 5.0
_PART_TRAJET = 0.2


@dataclass(frozen=True, slots=True)
class PlanCentre(Plan):
    """A plan for the worst served: `objectif` and `borne` are minutes.

    `trajet`, `borne_trajet`: person-minutes of all, and how few a plan with this worst time can have. `injoignables`:
    demands with people that neither a candidate nor a place of today reaches: they do not count for the worst time.
    """

    trajet: float
    borne_trajet: float
    injoignables: int

    @property
    def is_trajet_optimal(self) -> bool:
        """Whether no plan with this worst time has less travel."""
        return self.trajet - self.borne_trajet <= TOLERANCE * max(self.trajet, 1.0)


def solve_centre(instance: InstanceTemps, regles: Regles, *, temps_max_s: float = 120.0) -> PlanCentre:
    """The plan whose worst-served demand is served soonest; among such plans, the one of least total travel.

    Demands without people do not count, nor those out of everybody's reach, which are counted apart. Raises
    InfaisableError, also when nobody can be reached, or when the rules leave too few sites to serve all others.
    """
    debut_s = time.perf_counter()
    regles.check(instance)
    if regles.sites_max is None and regles.budget is None:
        raise ValueError("give a number of sites or a budget")
    probleme = _prepare(instance, regles)
    sites, borne = _Bissection(probleme, debut_s + temps_max_s).run()
    pire = probleme.compute_pire(sites)
    borne = min(borne, pire)
    # What comes second may take a fifth of the time of what comes first, and never less than a few seconds.
    pris_s = max(_PART_TRAJET * (time.perf_counter() - debut_s), _TRAJET_MIN_S)
    sites, manque = _spare(probleme, pire, sites, min(debut_s + temps_max_s, time.perf_counter() + pris_s))
    trajet = instance.compute_total(sites)
    return PlanCentre(
        sites=tuple(int(i) for i in np.sort(sites)),
        objectif=pire,
        borne=borne,
        secondes=time.perf_counter() - debut_s,
        trajet=trajet,
        borne_trajet=trajet if manque <= TOLERANCE * max(trajet, 1.0) else trajet - manque,
        injoignables=probleme.injoignables,
    )


@dataclass(frozen=True, slots=True)
class _Probleme:
    """Demands that count (those with people that something reaches), all candidates, and the rules."""

    temps: csr_array
    poids: Flottants
    actuels: Flottants
    regles: Regles
    couts: Flottants | None
    injoignables: int

    @property
    def is_compte(self) -> bool:
        """Whether the rules only count the sites."""
        return self.regles.is_simple and self.regles.budget is None

    def compute_pire(self, sites: Entiers) -> float:
        """Minutes of the worst-served demand; infinite when one is not served."""
        meilleurs = self.actuels.copy()
        choisis = self.temps[sites]
        np.minimum.at(meilleurs, choisis.indices, choisis.data)
        return float(meilleurs.max(initial=0.0))

    def list_a_servir(self, limite_min: float) -> tuple[csr_array, Entiers]:
        """(who reaches whom within the limit, demands that something has to be opened for)."""
        proches = self.temps.data <= limite_min
        lignes = np.repeat(np.arange(self.temps.shape[0]), np.diff(self.temps.indptr))[proches]
        portee = csr_array((np.ones(len(lignes)), (lignes, self.temps.indices[proches])), shape=self.temps.shape)
        demandes = np.flatnonzero(self.actuels > limite_min)
        return csr_array(portee[:, demandes]), demandes


def _prepare(instance: InstanceTemps, regles: Regles) -> _Probleme:
    m = instance.candidats
    permis = np.ones(m, dtype=bool)
    permis[list(regles.interdits)] = False
    lignes = np.repeat(np.arange(m), np.diff(instance.temps.indptr))
    gardees = permis[lignes]
    durees = instance.temps.data[gardees].astype(np.float64)
    temps = csr_array((durees, (lignes[gardees], instance.temps.indices[gardees])), shape=instance.temps.shape)
    joignables = np.isfinite(instance.actuels)
    joignables[temps.indices] = True
    peuplees = instance.poids > 0
    comptees = np.flatnonzero(peuplees & joignables)
    if not len(comptees):
        raise InfaisableError(
            f"{int(peuplees.sum())} lieux de vie sont à servir et 0 est à portée d’un candidat ou d’un lieu ouvert."
        )
    if (
        not regles.is_simple
        and find_permis(build_contraintes(regles, instance.couts, np.arange(m), m), np.zeros(m)) is None
    ):
        raise explain_impossible(regles, instance.couts, m)
    return _Probleme(
        csr_array(temps[:, comptees]),
        instance.poids[comptees],
        instance.actuels[comptees],
        regles,
        instance.couts,
        int((peuplees & ~joignables).sum()),
    )


class _Bissection:
    """The least time within which the rules let everybody be served."""

    def __init__(self, probleme: _Probleme, fin_s: float) -> None:
        """The times that may be the answer, and the first one that is."""
        self._probleme, self._fin_s = probleme, fin_s
        temps, actuels = probleme.temps, probleme.actuels
        mieux = actuels.copy()
        np.minimum.at(mieux, temps.indices, temps.data)
        niveaux = np.unique(np.concatenate((temps.data, actuels[np.isfinite(actuels)])))
        # Nobody is served sooner than by the nearest candidate of all, nor needs to be later than today.
        self._niveaux = niveaux[(niveaux >= mieux.max()) & (niveaux <= actuels.max())]
        self._sites: Entiers | None = None

    def run(self) -> tuple[Entiers, float]:
        """(sites, minutes that no plan goes below); raises InfaisableError."""
        niveaux = self._niveaux
        dernier = len(niveaux) - 1
        # `bas`: the first time that is not ruled out. `haut`: that of the plan in hand.
        bas, haut = 0, self._keep(self._find_bon_plan(), len(niveaux))
        droite = min(dernier, haut - 1)
        while bas <= droite:
            milieu = (bas + droite) // 2
            sites, is_impossible = self._ask(float(niveaux[milieu]), exact=False)
            if is_impossible:
                bas = milieu + 1
                continue
            haut = self._keep(sites, haut)
            droite = min(milieu, haut) - 1
        prouve = bas
        while bas < haut:
            # A plan is found sooner than its absence is proven: the next question is nearer to the plan in hand.
            milieu = max(bas, haut - max(1, (haut - bas) // 3))
            sites, is_impossible = self._ask(float(niveaux[milieu]), exact=True)
            if sites is not None:
                haut = self._keep(sites, haut)
                continue
            if is_impossible and prouve == bas:
                prouve = milieu + 1
            bas = milieu + 1
        if self._sites is None:
            raise self._explain()
        return self._sites, float(niveaux[min(prouve, haut)])

    def _find_bon_plan(self) -> Entiers | None:
        """A plan made by serving whoever is worst served, again and again; None when rules are more than a count."""
        probleme, nombre = self._probleme, self._probleme.regles.sites_max
        if not probleme.is_compte or nombre is None:
            return None
        colonnes = probleme.temps.tocsc()
        actuels = probleme.actuels.copy()
        choisis: list[int] = []
        for _ in range(nombre):
            pire = int(np.argmax(actuels))
            siens = slice(colonnes.indptr[pire], colonnes.indptr[pire + 1])
            if colonnes.data[siens].min(initial=np.inf) >= actuels[pire]:
                break
            choisi = int(colonnes.indices[siens][np.argmin(colonnes.data[siens])])
            choisis.append(choisi)
            ligne = probleme.temps[[choisi]]
            np.minimum.at(actuels, ligne.indices, ligne.data)
        sites = np.array(sorted(choisis), dtype=np.int64)
        return sites if np.isfinite(probleme.compute_pire(sites)) else None

    def _keep(self, sites: Entiers | None, haut: int) -> int:
        """Keep the plan if it is the best, and give the rank of its worst time."""
        if sites is None:
            return haut
        rang = int(np.searchsorted(self._niveaux, self._probleme.compute_pire(sites)))
        if rang >= haut:
            return haut
        self._sites = sites
        return rang

    def _ask(self, limite_min: float, *, exact: bool) -> tuple[Entiers | None, bool]:
        """(sites that serve everybody within the limit or None, whether that is proven impossible)."""
        probleme = self._probleme
        regles = probleme.regles
        portee, demandes = probleme.list_a_servir(limite_min)
        if len(demandes) and np.bincount(portee.indices, minlength=len(demandes)).min() == 0:
            return None, True
        candidats, restantes = reduce_couvrant(portee, probleme.couts, avec_candidats=regles.is_simple)
        portee = csr_array(csr_array(portee[candidats])[:, restantes])
        m = len(candidats)
        if probleme.is_compte:
            glouton = open_greedily(portee, np.ones(len(restantes)), m)
            if regles.sites_max is not None and len(glouton) <= regles.sites_max:
                return candidats[glouton], False
        nombre = probleme.temps.shape[0]
        contraintes = build_contraintes(Regles() if probleme.is_compte else regles, probleme.couts, candidats, nombre)
        programme = build_couvrant(contraintes, portee)
        trouve = self._solve(programme, candidats, exact=False)
        return (
            trouve if not exact or trouve[0] is not None or trouve[1] else self._solve(programme, candidats, exact=True)
        )

    def _solve(self, programme: Programme, candidats: Entiers, *, exact: bool) -> tuple[Entiers | None, bool]:
        """The answer of the relaxation, or of the integer program, to `_ask`."""
        permis = self._probleme.regles.sites_max if self._probleme.is_compte else None
        # One program may not take all the time that the others need.
        reste_s = max(self._fin_s - time.perf_counter(), 0.0) * (0.5 if exact else 1.0)
        reponse = solve(
            programme,
            entiers=np.ones(len(candidats), dtype=bool) if exact else None,
            temps_max_s=reste_s,
            assez=-permis - 0.5 if exact and permis is not None else None,
        )
        if reponse.is_impossible or (permis is not None and math.ceil(-reponse.borne - _ENTIER) > permis):
            return None, True
        if reponse.x is None or (np.abs(reponse.x - np.round(reponse.x)) > _ENTIER).any():
            return None, False
        sites = np.flatnonzero(reponse.x > 0.5)
        return (None, False) if permis is not None and len(sites) > permis else (candidats[sites], False)

    def _explain(self) -> InfaisableError:
        """Why the rules do not let everybody be served at any time."""
        probleme = self._probleme
        regles, nombre = probleme.regles, probleme.temps.shape[0]
        limite_min = float(self._niveaux[-1])
        portee, demandes = probleme.list_a_servir(limite_min)
        libres = build_contraintes(
            replace(regles, sites_max=None, budget=None), probleme.couts, np.arange(nombre), nombre
        )
        base = build_couvrant(libres, portee)
        debut = f"Servir {len(demandes)} lieux de vie en {limite_min:.0f} minutes au plus"
        entiers = np.ones(nombre, dtype=bool)
        reponse = solve(base, entiers=entiers, temps_max_s=10.0)
        if reponse.is_impossible:
            return InfaisableError(f"{debut} demande des sites trop proches, ou imposés ailleurs : 0 plan possible.")
        sites = math.ceil(-reponse.borne - _ENTIER)
        if regles.sites_max is not None and sites > regles.sites_max:
            return InfaisableError(f"{debut} demande au moins {sites} sites et {name_permis(regles.sites_max)}.")
        prix = np.ones(nombre) if probleme.couts is None else probleme.couts
        reponse = solve(replace(base, gains=-prix), entiers=entiers, temps_max_s=10.0)
        if regles.budget is not None and -reponse.borne > regles.budget:
            return InfaisableError(
                f"{debut} coûte au moins {-reponse.borne:.0f} et le budget est de {regles.budget:.0f}."
            )
        return InfaisableError(
            f"{debut} demande au moins {sites} sites, et aucun plan possible ne suit toutes les règles."
        )


def build_couvrant(contraintes: Contraintes, portee: csr_array) -> Programme:
    """Fewest sites that keep the rules and serve every demand."""
    n = portee.shape[1]
    return Programme(
        gains=-np.ones(len(contraintes.bas)),
        bas=contraintes.bas,
        haut=contraintes.haut,
        lignes=csr_array(vstack([contraintes.cases, csr_array(portee.T, dtype=np.float64)], format="csr")),
        lignes_bas=np.concatenate((contraintes.lignes_bas, np.ones(n))),
        lignes_haut=np.concatenate((contraintes.lignes_haut, np.full(n, np.inf))),
    )


def _spare(probleme: _Probleme, pire: float, sites: Entiers, fin_s: float) -> tuple[Entiers, float]:
    """(sites of least travel that serve everybody within the worst time, person-minutes that are not proven)."""
    m = probleme.temps.shape[0]
    proches = probleme.temps.data <= pire
    lignes = np.repeat(np.arange(m), np.diff(probleme.temps.indptr))[proches]
    temps = csr_array(
        (probleme.temps.data[proches], (lignes, probleme.temps.indices[proches])), shape=probleme.temps.shape
    )
    # Everybody is served within the worst time: nobody needs to be counted for longer.
    instance = InstanceTemps(temps, probleme.poids, probleme.actuels, pire)
    contraintes = build_contraintes(probleme.regles, probleme.couts, np.arange(m), m)
    portee, _ = probleme.list_a_servir(pire)
    _, restantes = reduce_couvrant(portee, None, avec_candidats=False)
    base = build_couvrant(contraintes, csr_array(portee[:, restantes]))
    contraintes = replace(contraintes, cases=base.lignes, lignes_bas=base.lignes_bas, lignes_haut=base.lignes_haut)
    sites, borne = minimize(instance, Gardien(contraintes), base, sites, fin_s)
    return sites, max(instance.compute_total(sites) - borne, 0.0)
