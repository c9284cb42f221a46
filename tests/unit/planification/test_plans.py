"""Plans against every possible plan, tried one by one on small instances drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy.sparse import csr_array

from tierslieux.planification.couverture_maximale import solve_couverture
from tierslieux.planification.ensemble_couvrant import solve_ensemble
from tierslieux.planification.p_centre import solve_centre
from tierslieux.planification.p_mediane import solve_mediane
from tierslieux.planification.probleme import Booleens, Flottants, InfaisableError, Instance, Regles
from tierslieux.planification.temps import InstanceTemps

# Sums of floats, in another order.
PRECISION = 1e-6


def build_instance(hasard: np.random.Generator, *, avec_couts: bool = False) -> tuple[Instance, Booleens]:
    """A small instance and its table of who reaches whom."""
    m, n = int(hasard.integers(3, 10)), int(hasard.integers(3, 25))
    portee = hasard.random((m, n)) < hasard.uniform(0.1, 0.5)
    couts = hasard.uniform(1, 5, m) if avec_couts else None
    poids = np.round(hasard.random(n) * 100, int(hasard.integers(0, 3)))
    return Instance(csr_array(portee.astype(float)), poids, hasard.random(n) < 0.2, couts), portee


def list_choix(m: int, sites_max: int) -> Iterator[tuple[int, ...]]:
    for nombre in range(sites_max + 1):
        yield from combinations(range(m), nombre)


def compute_couvert(instance: Instance, portee: Booleens, choix: tuple[int, ...]) -> float:
    return float(instance.poids[instance.servies | portee[list(choix)].any(axis=0)].sum())


def is_permis(instance: Instance, regles: Regles, choix: tuple[int, ...]) -> bool:
    ouverts = set(choix)
    return (
        ouverts >= set(regles.imposes)
        and not ouverts & set(regles.interdits)
        and not any({int(a), int(b)} <= ouverts for a, b in regles.conflits)
        and all(ouverts & set(groupe) for groupe in regles.groupes)
        and (regles.budget is None or instance.couts is None or instance.couts[list(choix)].sum() <= regles.budget)
    )


@pytest.mark.parametrize("graine", range(60))
def test_most_people_within_the_rules(graine: int) -> None:
    hasard = np.random.default_rng(graine)
    instance, portee = build_instance(hasard, avec_couts=graine % 5 == 1)
    sites_max = int(hasard.integers(1, 4))
    regles = (
        Regles(sites_max),
        Regles(sites_max, budget=float(hasard.uniform(3, 12))),
        Regles(sites_max, conflits=np.array([(0, 1), (1, 2)])),
        Regles(sites_max, imposes=(2,), groupes=((0, 1, 2),)),
        Regles(sites_max, interdits=(0,), groupes=((0, 1), (1, 2))) if sites_max < instance.candidats else Regles(1),
    )[graine % 5]
    possibles = [c for c in list_choix(instance.candidats, sites_max) if is_permis(instance, regles, c)]
    if not possibles:
        with pytest.raises(InfaisableError):
            solve_couverture(instance, regles)
        return
    plan = solve_couverture(instance, regles)
    assert plan.objectif == pytest.approx(
        max(compute_couvert(instance, portee, choix) for choix in possibles), abs=PRECISION
    )
    assert plan.is_optimal
    assert is_permis(instance, regles, plan.sites)
    assert plan.objectif == pytest.approx(compute_couvert(instance, portee, plan.sites), abs=PRECISION)


@pytest.mark.parametrize("graine", range(30))
def test_more_sites_never_cover_fewer_and_an_open_place_never_lowers_coverage(graine: int) -> None:
    instance, portee = build_instance(np.random.default_rng(1_000 + graine))
    couverts = [solve_couverture(instance, Regles(nombre)).objectif for nombre in range(1, instance.candidats + 1)]
    assert all(avant <= apres + PRECISION for avant, apres in pairwise(couverts))
    ouverte = Instance(instance.portee, instance.poids, instance.servies | portee[0])
    assert solve_couverture(ouverte, Regles(1)).objectif >= couverts[0] - PRECISION


@pytest.mark.parametrize("graine", range(40))
def test_fewest_sites_or_least_money_for_a_share(graine: int) -> None:
    hasard = np.random.default_rng(2_000 + graine)
    instance, portee = build_instance(hasard, avec_couts=graine % 2 == 1)
    part = float(hasard.uniform(0.3, 1))
    couts = np.ones(instance.candidats) if instance.couts is None else instance.couts
    visee = part * instance.poids.sum() - PRECISION
    prix = [
        float(couts[list(choix)].sum())
        for choix in list_choix(instance.candidats, instance.candidats)
        if compute_couvert(instance, portee, choix) >= visee
    ]
    if not prix:
        with pytest.raises(InfaisableError, match="% sont demandés"):
            solve_ensemble(instance, Regles(), part)
        return
    plan = solve_ensemble(instance, Regles(), part)
    assert plan.objectif == pytest.approx(min(prix), abs=PRECISION)
    assert plan.is_optimal


def build_temps(hasard: np.random.Generator) -> tuple[InstanceTemps, Flottants]:
    """A small instance with times, and its table of minutes, infinite where no journey leads."""
    m, n = int(hasard.integers(3, 9)), int(hasard.integers(3, 18))
    minutes = np.round(hasard.uniform(0, 30, (m, n)), int(hasard.integers(0, 3)))
    possibles = hasard.random((m, n)) < hasard.uniform(0.3, 1)
    i, j = np.nonzero(possibles)
    actuels = np.where(hasard.random(n) < 0.5, hasard.uniform(5, 40, n), np.inf)
    temps = csr_array((minutes[i, j], (i, j)), shape=(m, n))
    return InstanceTemps(temps, np.round(hasard.random(n) * 50), actuels, 60.0), np.where(possibles, minutes, np.inf)


@pytest.mark.parametrize("graine", range(40))
def test_least_travel_and_worst_served_first(graine: int) -> None:
    hasard = np.random.default_rng(3_000 + graine)
    instance, minutes = build_temps(hasard)
    sites_max = int(hasard.integers(1, 4))
    durees = [
        np.minimum(instance.actuels, minutes[list(choix)].min(axis=0))
        for choix in list_choix(instance.candidats, sites_max)
        if choix
    ]
    totaux = [float(instance.poids @ np.minimum(duree, instance.plafond_min)) for duree in durees]
    plan = solve_mediane(instance, sites_max)
    assert plan.objectif == pytest.approx(min(totaux))
    assert plan.is_optimal
    # With the nearest candidates only, the bound still holds.
    coupe = solve_mediane(instance, sites_max, liste_max=2)
    assert coupe.borne - PRECISION <= min(totaux) <= coupe.objectif + PRECISION
    pire = min(float(duree[instance.poids > 0].max(initial=0.0)) for duree in durees)
    if np.isinf(pire):
        with pytest.raises(InfaisableError):
            solve_centre(instance, sites_max)
        return
    centre = solve_centre(instance, sites_max)
    assert (centre.objectif, centre.is_optimal) == (pytest.approx(pire), True)


def test_clashing_demands_are_refused_with_their_two_figures() -> None:
    instance = Instance(csr_array(np.eye(3)), np.ones(3), np.zeros(3, dtype=bool), np.array([2.0, 3.0, 4.0]))
    for regles, attendu in (
        (Regles(5), "5 sites sont demandés et 3 candidats sont possibles."),
        (Regles(1, imposes=(0, 1)), "2 sites sont imposés et 1 sont permis."),
        (Regles(2, imposes=(0, 1), budget=4.0), "Les sites imposés coûtent 5 et le budget est de 4."),
    ):
        with pytest.raises(InfaisableError) as erreur:
            solve_couverture(instance, regles)
        assert erreur.value.message == attendu


def test_an_instance_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="numbers of people"):
        Instance(csr_array(np.eye(2)), np.array([1.0, -1.0]), np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match="2 demands"):
        Instance(csr_array(np.eye(2)), np.ones(3), np.zeros(2, dtype=bool))
