"""Most people served by sites that serve only so many, against every choice, its people shared out by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tests.oracles.plans import is_permis, list_choix
from tierslieux.planification.optimisation.capacite import InstanceCapacite, solve_capacite
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.probleme import Booleens, Flottants, InfaisableError, Instance, Regles


def share(portee: Booleens, poids: Flottants, capacites: Flottants) -> float:
    """People served when all these sites are open."""
    sites, demandes = np.nonzero(portee)
    if not len(sites):
        return 0.0
    departs = (demandes[None, :] == np.arange(len(poids))[:, None]).astype(float)
    arrivees = (sites[None, :] == np.arange(len(capacites))[:, None]).astype(float)
    trouve = linprog(-np.ones(len(sites)), A_ub=np.vstack((departs, arrivees)), b_ub=np.concatenate((poids, capacites)))
    return -float(trouve.fun)


@pytest.mark.parametrize("graine", range(30))
def test_most_people_within_capacities(graine: int) -> None:
    hasard = np.random.default_rng(graine)
    m, n, k = int(hasard.integers(3, 7)), int(hasard.integers(3, 14)), int(hasard.integers(0, 3))
    portee, ouverts = hasard.random((m, n)) < 0.4, hasard.random((k, n)) < 0.4
    servies = hasard.random(n) < 0.2
    poids = np.round(hasard.random(n) * 100)
    capacites = np.where(hasard.random(m) < 0.2, np.inf, np.round(hasard.uniform(20, 200, m)))
    capacites_ouverts = np.round(hasard.uniform(20, 100, k))
    regles = (Regles(2), Regles(3, conflits=np.array([(0, 1)])), Regles(2, imposes=(0,)))[graine % 3]
    instance = InstanceCapacite(
        Instance(csr_array(portee.astype(float)), poids, servies),
        capacites,
        csr_array(ouverts.astype(float)),
        capacites_ouverts,
    )
    attendu = max(
        share(
            np.vstack((portee[list(choix)], ouverts)) & ~servies,
            poids,
            np.concatenate((np.minimum(capacites, 1e4)[list(choix)], capacites_ouverts)),
        )
        for choix in list_choix(m, 3)
        if is_permis(regles, None, choix)
    )
    plan = solve_capacite(instance, regles)
    assert (plan.objectif, plan.is_optimal) == (pytest.approx(attendu + poids[servies].sum()), True)
    assert is_permis(regles, None, plan.sites)
    assert all(charge <= capacites[site] + 1e-6 for site, charge in zip(plan.sites, plan.charges, strict=True))
    assert all(charge <= capacites_ouverts[rang] + 1e-6 for rang, charge in enumerate(plan.charges_ouverts))
    assert sum(plan.charges) + sum(plan.charges_ouverts) == pytest.approx(attendu)


def test_without_any_limit_it_is_maximal_covering() -> None:
    hasard = np.random.default_rng(1)
    instance = Instance(
        csr_array((hasard.random((8, 30)) < 0.2).astype(float)), hasard.random(30), np.zeros(30, dtype=bool)
    )
    sans = InstanceCapacite(instance, np.full(8, np.inf), csr_array((0, 30)), np.empty(0))
    assert solve_capacite(sans, Regles(3)).objectif == pytest.approx(solve_couverture(instance, Regles(3)).objectif)


def test_two_towns_share_a_small_place_by_hand() -> None:
    # Candidate 0 reaches both towns (60 + 50 people) and takes 80; candidate 1 reaches the second and takes all.
    # One site: 80 people. Two: 60 at the first, 50 at the second.
    portee = csr_array(np.array([[1.0, 1.0], [0.0, 1.0]]))
    instance = Instance(portee, np.array([60.0, 50.0]), np.zeros(2, dtype=bool))
    limitee = InstanceCapacite(instance, np.array([80.0, np.inf]), csr_array((0, 2)), np.empty(0))
    assert (solve_capacite(limitee, Regles(1)).sites, solve_capacite(limitee, Regles(1)).objectif) == ((0,), 80.0)
    assert solve_capacite(limitee, Regles(2)).objectif == 110.0


def test_nonsense_is_refused() -> None:
    instance = Instance(csr_array(np.eye(2)), np.ones(2), np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match="capacities"):
        InstanceCapacite(instance, np.array([1.0, -1.0]), csr_array((0, 2)), np.empty(0))
    with pytest.raises(ValueError, match="one capacity each"):
        InstanceCapacite(instance, np.ones(3), csr_array((0, 2)), np.empty(0))
    with pytest.raises(InfaisableError, match="5 sites sont demandés et 2 candidats"):
        solve_capacite(InstanceCapacite(instance, np.ones(2), csr_array((0, 2)), np.empty(0)), Regles(5))
