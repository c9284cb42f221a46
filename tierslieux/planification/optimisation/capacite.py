"""Most people served when a site serves only so many (capacitated maximal covering, Current and Storbeck 1988). Pure.

People of one demand may go to several sites. The program carries who goes where; the number served by a choice of sites
is worked out again by itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from tierslieux.planification.optimisation.contraintes import build_contraintes, explain_impossible
from tierslieux.planification.optimisation.probleme import TOLERANCE, Entiers, Flottants, Instance, Plan, Regles
from tierslieux.planification.optimisation.reductions import merge_demandes
from tierslieux.planification.optimisation.solveur import Programme, solve

_ENTIER = 1e-6


@dataclass(frozen=True, slots=True)
class InstanceCapacite:
    """Candidates and demands of `instance`, and how many people each site serves.

    `capacites` (m,): people that a candidate serves, infinite where it takes all. `servies` of the instance: demands
    that a place of today serves whatever their number. `ouverts` (k, n), `capacites_ouverts` (k,): places of today that
    serve only so many, and whom they reach.
    """

    instance: Instance
    capacites: Flottants
    ouverts: csr_array
    capacites_ouverts: Flottants

    def __post_init__(self) -> None:
        """Raise ValueError for shapes or values that make no sense."""
        m, n = self.instance.portee.shape
        if self.capacites.shape != (m,) or self.ouverts.shape != (len(self.capacites_ouverts), n):
            raise ValueError(f"{m} candidates and {n} demands: one capacity each, and whom each open place reaches")
        for capacites in (self.capacites, self.capacites_ouverts):
            if np.isnan(capacites).any() or (capacites < 0).any():
                raise ValueError("capacities are numbers of people, 0 or more")


@dataclass(frozen=True, slots=True)
class PlanCapacite(Plan):
    """A plan: `objectif` and `borne` are people served. `charges`: people at each of `sites`, in their order.

    `charges_ouverts`: people at each place of today that serves only so many. Other shares may serve as many people.
    """

    charges: tuple[float, ...]
    charges_ouverts: tuple[float, ...]


def solve_capacite(instance: InstanceCapacite, regles: Regles, *, temps_max_s: float = 60.0) -> PlanCapacite:
    """The plan that serves most people within capacities; raises InfaisableError."""
    debut_s = time.perf_counter()
    base = instance.instance
    regles.check(base)
    if regles.sites_max is None and regles.budget is None:
        raise ValueError("give a number of sites or a budget")
    flux = _Flux(instance)
    m = base.candidats
    contraintes = build_contraintes(regles, base.couts, np.arange(m), m)
    programme = flux.build_programme(contraintes.bas, contraintes.haut)
    colonnes = len(programme.gains) - m
    programme = replace(
        programme,
        lignes=csr_array(vstack([contraintes.widen(colonnes), programme.lignes], format="csr")),
        lignes_bas=np.concatenate((contraintes.lignes_bas, programme.lignes_bas)),
        lignes_haut=np.concatenate((contraintes.lignes_haut, programme.lignes_haut)),
    )
    reponse = solve(programme, temps_max_s=temps_max_s)
    if not reponse.is_impossible and (
        reponse.x is None or (np.abs(reponse.x[:m] - np.round(reponse.x[:m])) > _ENTIER).any()
    ):
        entiers = np.zeros(len(programme.gains), dtype=bool)
        entiers[:m] = True
        reste_s = max(debut_s + temps_max_s - time.perf_counter(), 0.0)
        reponse = solve(programme, entiers=entiers, temps_max_s=reste_s)
    if reponse.x is None:
        raise explain_impossible(regles, base.couts, m)
    sites = np.flatnonzero(reponse.x[:m] > 0.5)
    objectif, charges, charges_ouverts = flux.share(sites)
    borne = reponse.borne + flux.acquis
    if borne < objectif or borne - objectif <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    return PlanCapacite(
        sites=tuple(int(i) for i in sites),
        objectif=objectif,
        borne=borne,
        secondes=time.perf_counter() - debut_s,
        charges=tuple(float(charge) for charge in charges),
        charges_ouverts=tuple(float(charge) for charge in charges_ouverts),
    )


class _Flux:
    """Who may go where: demands not served yet, those with the same sites made one; candidates, then open places."""

    def __init__(self, instance: InstanceCapacite) -> None:
        base = instance.instance
        self.acquis = float(base.poids[base.servies].sum())
        self._m = base.candidats
        sites = csr_array(vstack([base.portee, instance.ouverts], format="csr"))
        utiles = ~base.servies & (base.poids > 0) & (np.bincount(sites.indices, minlength=sites.shape[1]) > 0)
        portee, self._poids = merge_demandes(csr_array(sites[:, np.flatnonzero(utiles)]), base.poids[utiles])
        portee.sort_indices()
        self._site = np.repeat(np.arange(portee.shape[0]), np.diff(portee.indptr))
        self._demande = portee.indices.astype(np.int64)
        # Nobody serves more people than those within reach: an infinite capacity becomes that number.
        self._capacites = np.minimum(
            np.concatenate((instance.capacites, instance.capacites_ouverts)), portee @ self._poids
        )

    def build_programme(self, bas: Flottants, haut: Flottants) -> Programme:
        """Columns: candidates, between `bas` and `haut`, then people from each demand to each site."""
        m, n, nombre = self._m, len(self._poids), len(self._site)
        flux = np.arange(nombre)
        uns = np.ones(nombre)
        departs = csr_array((uns, (self._demande, flux)), shape=(n, nombre))
        sorties = csr_array((uns, (self._site, flux)), shape=(len(self._capacites), nombre))
        capacites = csr_array((-self._capacites[:m], (np.arange(m), np.arange(m))), shape=(len(self._capacites), m))
        # Nobody goes to a closed site: said again for each pair, it makes the relaxation tight.
        serres = np.flatnonzero((self._site < m) & (self._poids[self._demande] < self._capacites[self._site]))
        rangs = np.arange(len(serres))
        un_par_un = csr_array((np.ones(len(serres)), (rangs, serres)), shape=(len(serres), nombre))
        fermes = csr_array((-self._poids[self._demande[serres]], (rangs, self._site[serres])), shape=(len(serres), m))
        lignes = vstack(
            [hstack([csr_array((n, m)), departs]), hstack([capacites, sorties]), hstack([fermes, un_par_un])],
            format="csr",
        )
        # Candidates have their capacity in the row, open places beside it.
        libres = np.where(np.arange(len(self._capacites)) < m, 0.0, self._capacites)
        return Programme(
            gains=np.concatenate((np.zeros(m), uns)),
            bas=np.concatenate((bas, np.zeros(nombre))),
            haut=np.concatenate((haut, self._poids[self._demande])),
            lignes=csr_array(lignes),
            lignes_bas=np.full(lignes.shape[0], -np.inf),
            lignes_haut=np.concatenate((self._poids, libres, np.zeros(len(serres)))),
        )

    def share(self, sites: Entiers) -> tuple[float, Flottants, Flottants]:
        """(people served, people at each of these sites, people at each open place)."""
        ouverts = np.zeros(self._m)
        ouverts[sites] = 1.0
        reponse = solve(self.build_programme(ouverts, ouverts))
        flux = np.zeros(len(self._site)) if reponse.x is None else reponse.x[self._m :]
        charges = np.bincount(self._site, weights=flux, minlength=len(self._capacites)).astype(np.float64)
        return float(flux.sum()) + self.acquis, charges[sites], charges[self._m :]
