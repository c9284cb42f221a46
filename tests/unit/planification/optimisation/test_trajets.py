"""Least travel and worst served first, against every possible plan tried one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.oracles.plans import draw_grille, is_permis, list_choix
from tierslieux.planification.optimisation.combinaison import solve_couverture_puis_trajet
from tierslieux.planification.optimisation.p_centre import solve_centre
from tierslieux.planification.optimisation.p_mediane import solve_mediane
from tierslieux.planification.optimisation.probleme import Flottants, InfaisableError, Regles
from tierslieux.planification.optimisation.temps import InstanceTemps

PRECISION = 1e-6
GRAINES = range(42)


def draw_temps(graine: int) -> tuple[InstanceTemps, Flottants, Regles]:
    """A small instance, its table of minutes (infinite where no way leads), and rules."""
    hasard = np.random.default_rng(3_000 + graine)
    m, n = int(hasard.integers(4, 9)), int(hasard.integers(3, 18))
    if graine % 2:
        minutes = draw_grille(hasard, m, n).minutes
    else:
        minutes = np.round(hasard.uniform(0, 30, (m, n)), int(hasard.integers(0, 3)))
    possibles = hasard.random((m, n)) < hasard.uniform(0.3, 1)
    i, j = np.nonzero(possibles)
    actuels = np.where(hasard.random(n) < 0.5, hasard.uniform(5, 40, n), np.inf)
    temps = csr_array((minutes[i, j], (i, j)), shape=(m, n))
    couts = hasard.uniform(1, 5, m) if graine % 6 == 1 else None
    instance = InstanceTemps(temps, np.round(hasard.random(n) * 50), actuels, 60.0, couts)
    sites_max = int(hasard.integers(1, 4))
    regles = (
        Regles(sites_max),
        Regles(sites_max, budget=float(hasard.uniform(3, 12))),
        Regles(sites_max, conflits=np.array([(0, 1), (1, 2)])),
        Regles(sites_max, imposes=(2,), groupes=((0, 1, 2),)),
        Regles(sites_max, interdits=(0,), groupes=((0, 1), (1, 2))),
        Regles(budget=float(hasard.integers(1, 4))),
    )[graine % 6]
    return instance, np.where(possibles, minutes, np.inf), regles


def list_durees(instance: InstanceTemps, minutes: Flottants, regles: Regles) -> Iterator[Flottants]:
    """Minutes of each demand, infinite when nothing serves it, with each plan that keeps the rules."""
    for choix in list_choix(instance.candidats, instance.candidats):
        if is_permis(regles, instance.couts, choix):
            yield np.minimum(instance.actuels, minutes[list(choix)].min(axis=0, initial=np.inf))


@pytest.mark.parametrize("graine", GRAINES)
def test_least_travel_within_the_rules(graine: int) -> None:
    instance, minutes, regles = draw_temps(graine)
    totaux = [instance.poids @ np.minimum(durees, 60.0) for durees in list_durees(instance, minutes, regles)]
    if not totaux:
        with pytest.raises(InfaisableError):
            solve_mediane(instance, regles)
        return
    plan = solve_mediane(instance, regles)
    assert (plan.objectif, plan.is_optimal) == (pytest.approx(min(totaux)), True)
    assert is_permis(regles, instance.couts, plan.sites)


@pytest.mark.parametrize("graine", GRAINES)
def test_worst_served_first_then_least_travel(graine: int) -> None:
    instance, minutes, regles = draw_temps(graine)
    permis = np.array([i not in regles.interdits for i in range(instance.candidats)])
    comptees = (instance.poids > 0) & (np.isfinite(instance.actuels) | np.isfinite(minutes[permis]).any(axis=0))
    plans = list(list_durees(instance, minutes, regles))
    pires = [durees[comptees].max(initial=0.0) for durees in plans]
    if not plans or not comptees.any() or np.isinf(min(pires)):
        with pytest.raises(InfaisableError):
            solve_centre(instance, regles)
        return
    plan = solve_centre(instance, regles)
    assert (plan.objectif, plan.is_optimal) == (pytest.approx(min(pires)), True)
    assert plan.injoignables == np.count_nonzero((instance.poids > 0) & ~comptees)
    assert is_permis(regles, instance.couts, plan.sites)
    trajets = [
        instance.poids @ np.minimum(durees, 60.0)
        for durees, pire in zip(plans, pires, strict=True)
        if pire <= min(pires) + PRECISION
    ]
    assert (plan.trajet, plan.is_trajet_optimal) == (pytest.approx(min(trajets)), True)


@pytest.mark.parametrize("graine", GRAINES)
def test_most_people_first_then_least_travel(graine: int) -> None:
    instance, minutes, regles = draw_temps(graine)
    plans = list(list_durees(instance, minutes, regles))
    if not plans:
        with pytest.raises(InfaisableError):
            solve_couverture_puis_trajet(instance, regles, 12.0)
        return
    couverts = [instance.poids[durees <= 12.0].sum() for durees in plans]
    trajets = [
        instance.poids @ np.minimum(durees, 60.0)
        for durees, couvert in zip(plans, couverts, strict=True)
        if couvert >= max(couverts) - PRECISION
    ]
    plan = solve_couverture_puis_trajet(instance, regles, 12.0)
    assert (plan.objectif, plan.is_optimal) == (pytest.approx(max(couverts)), True)
    assert (plan.trajet, plan.is_trajet_optimal) == (pytest.approx(min(trajets)), True)
    assert is_permis(regles, instance.couts, plan.sites)


def build_ligne(positions: list[float], candidats: list[float]) -> InstanceTemps:
    """People and candidates on a line, a minute for each unit."""
    minutes = np.abs(np.array(candidats)[:, None] - np.array(positions)[None, :])
    i, j = np.nonzero(minutes <= 100)
    temps = csr_array((minutes[i, j], (i, j)), shape=minutes.shape)
    n = len(positions)
    return InstanceTemps(temps, np.ones(n), np.full(n, np.inf), 100.0)


def test_the_worst_time_is_that_of_people_who_can_be_reached() -> None:
    # The last one is 800 minutes from every candidate. One site at 5: 5 minutes at worst for the others.
    plan = solve_centre(build_ligne([0, 4, 10, 900], [0, 5, 10]), Regles(1))
    assert (plan.sites, plan.objectif, plan.injoignables) == ((1,), 5.0, 1)
    # 5 + 1 + 5 minutes, and 100 for whom nothing serves.
    assert plan.trajet == 111.0
    with pytest.raises(InfaisableError, match="1 lieux de vie sont à servir et 0 est à portée"):
        solve_centre(build_ligne([900], [0, 5, 10]), Regles(1))


def test_too_few_sites_to_serve_everybody_is_said_in_two_figures() -> None:
    # Three villages 400 minutes from each other.
    instance = build_ligne([0, 400, 800], [1, 401, 801])
    with pytest.raises(InfaisableError, match="demande au moins 3 sites et 2 sont permis"):
        solve_centre(instance, Regles(2))
    assert solve_centre(instance, Regles(3)).objectif == 1.0


def test_an_instance_that_makes_no_sense_is_refused() -> None:
    bonne = build_ligne([0, 4], [0])
    with pytest.raises(ValueError, match="numbers of people"):
        InstanceTemps(bonne.temps, np.array([1.0, np.nan]), bonne.actuels, 100.0)
    with pytest.raises(ValueError, match="one cost each"):
        InstanceTemps(bonne.temps, bonne.poids, bonne.actuels, 100.0, np.zeros(1))
