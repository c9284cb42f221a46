"""Most people served within a limit, then, among the plans that serve as many, least total travel. Pure."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from tierslieux.planification.optimisation.contraintes import Contraintes, Gardien, build_contraintes
from tierslieux.planification.optimisation.couverture_maximale import build_programme, hold_personnes, solve_couverture
from tierslieux.planification.optimisation.p_mediane import minimize
from tierslieux.planification.optimisation.probleme import TOLERANCE, Booleens, Entiers, Instance, Plan, Regles
from tierslieux.planification.optimisation.reductions import Reduite, reduce_instance
from tierslieux.planification.optimisation.solveur import Programme, solve
from tierslieux.planification.optimisation.temps import InstanceTemps

# What the first objective may take of the time.
_PART = 0.5


@dataclass(frozen=True, slots=True)
class PlanDouble(Plan):
    """A plan with two objectives: `objectif` and `borne` are people served, which come first.

    `trajet`: person-minutes of all. `borne_trajet`: no plan that serves as many people as this one has less.
    """

    trajet: float
    borne_trajet: float

    @property
    def is_trajet_optimal(self) -> bool:
        """Whether no plan that serves as many people has less travel."""
        return self.trajet - self.borne_trajet <= TOLERANCE * max(self.trajet, 1.0)


def solve_couverture_puis_trajet(
    instance: InstanceTemps, regles: Regles, limite_min: float, *, temps_max_s: float = 60.0
) -> PlanDouble:
    """The plan that serves most people within `limite_min` minutes, and spares most travel; raises InfaisableError."""
    debut_s = time.perf_counter()
    couverture = build_instance(instance, limite_min)
    premier = solve_couverture(couverture, regles, temps_max_s=_PART * temps_max_s)
    sites, borne = _spare(instance, couverture, regles, premier, debut_s + temps_max_s)
    trajet = instance.compute_total(sites)
    return PlanDouble(
        sites=tuple(int(i) for i in sites),
        objectif=couverture.compute_couvert(sites),
        borne=premier.borne,
        secondes=time.perf_counter() - debut_s,
        trajet=trajet,
        borne_trajet=trajet if trajet - borne <= TOLERANCE * max(trajet, 1.0) else borne,
    )


def build_instance(instance: InstanceTemps, limite_min: float) -> Instance:
    """Who is served within a limit."""
    proches = instance.temps.data <= limite_min
    lignes = np.repeat(np.arange(instance.candidats), np.diff(instance.temps.indptr))[proches]
    portee = csr_array((np.ones(len(lignes)), (lignes, instance.temps.indices[proches])), shape=instance.temps.shape)
    return Instance(portee, instance.poids, instance.actuels <= limite_min, instance.couts)


class _GardienCouverture(Gardien):
    """Lets no exchange serve fewer people than `visee`, of those that something has to open for."""

    def __init__(self, contraintes: Contraintes, reduite: Reduite, visee: float) -> None:
        super().__init__(contraintes)
        self._reduite, self._visee = reduite, visee

    def is_permis(self, sites: Entiers) -> bool:
        """Whether these sites keep all the rules and serve enough people."""
        servis = float(self._reduite.poids.sum() - self._list_restants(sites).sum())
        return super().is_permis(sites) and servis >= self._visee

    def list_entrants(self, reste: Entiers) -> Booleens:
        """(m,) candidates that keep all the rules, and serve enough people, when they open beside these."""
        restants = self._list_restants(reste)
        manque = self._visee - float(self._reduite.poids.sum() - restants.sum())
        return np.asarray(super().list_entrants(reste) & (self._reduite.portee @ restants >= manque))

    def _list_restants(self, sites: Entiers) -> np.ndarray:
        restants = self._reduite.poids.copy()
        restants[self._reduite.portee[sites].indices] = 0.0
        return restants


def _spare(
    instance: InstanceTemps, couverture: Instance, regles: Regles, premier: Plan, fin_s: float
) -> tuple[Entiers, float]:
    """(sites, person-minutes that no plan serving as many people goes below)."""
    reduite = reduce_instance(couverture, regles, avec_domines=True)
    contraintes = build_contraintes(regles, instance.couts, reduite.candidats, instance.candidats)
    contraintes, base, visee = _hold(reduite, contraintes, premier.objectif - reduite.acquis, fin_s)
    partie = replace(
        instance,
        temps=csr_array(instance.temps[reduite.candidats]),
        couts=None if instance.couts is None else instance.couts[reduite.candidats],
    )
    depart = np.searchsorted(reduite.candidats, np.array(premier.sites, dtype=np.int64))
    sites, borne = minimize(partie, _GardienCouverture(contraintes, reduite, visee), base, depart, fin_s)
    return np.sort(reduite.candidats[sites]), borne


def _hold(
    reduite: Reduite, contraintes: Contraintes, couvert: float, fin_s: float
) -> tuple[Contraintes, Programme, float]:
    """(rules, their program, people to serve) when `couvert` people have to be: that alone settles most candidates."""
    ligne, assez, visee = hold_personnes(reduite, couvert)
    m, n = reduite.portee.shape
    programme = build_programme(reduite, contraintes)
    relaxe = solve(programme, temps_max_s=max(fin_s - time.perf_counter(), 0.0))
    bas, haut = programme.bas.copy(), programme.haut.copy()
    if relaxe.couts_reduits is not None and np.isfinite(relaxe.borne):
        couts = relaxe.couts_reduits[:m]
        fixes = relaxe.borne - np.abs(couts) < visee
        haut[:m][fixes & (couts < 0)] = programme.bas[:m][fixes & (couts < 0)]
        bas[:m][fixes & (couts > 0)] = programme.haut[:m][fixes & (couts > 0)]
    programme = Programme(
        gains=np.zeros(m + n),
        bas=bas,
        haut=haut,
        lignes=csr_array(vstack([programme.lignes, ligne], format="csr")),
        lignes_bas=np.append(programme.lignes_bas, assez),
        lignes_haut=np.append(programme.lignes_haut, np.inf),
    )
    return replace(contraintes, bas=bas[:m], haut=haut[:m]), programme, visee
