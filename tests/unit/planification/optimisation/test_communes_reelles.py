"""Plans on real communes of the métropole and overseas, against every possible plan tried one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.communes import Communes, read_communes
from tests.oracles.plans import DEPARTEMENTS, PLAFOND_MIN, draw_departement, list_choix
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.ensemble_couvrant import solve_ensemble
from tierslieux.planification.optimisation.p_centre import solve_centre
from tierslieux.planification.optimisation.p_mediane import solve_mediane
from tierslieux.planification.optimisation.probleme import Regles


@pytest.fixture(scope="module")
def communes(raw_dir: Path, dossier_territoires: Path) -> Communes:
    assert raw_dir.is_dir()
    assert dossier_territoires.is_dir()
    return read_communes()


@pytest.mark.parametrize("rang", range(30))
def test_no_choice_of_town_halls_is_better(communes: Communes, rang: int) -> None:
    hasard = np.random.default_rng(rang)
    tableau = draw_departement(communes, DEPARTEMENTS[rang % len(DEPARTEMENTS)], hasard, 9, 30)
    sites = int(hasard.integers(1, 4))
    limite_min = float(np.quantile(tableau.minutes, 0.3))
    choix = [c for c in list_choix(len(tableau.minutes), len(tableau.minutes)) if c]
    permis = [c for c in choix if len(c) <= sites]
    couverture = solve_couverture(tableau.build_instance(limite_min), Regles(sites))
    assert couverture.objectif == max(tableau.compute_couvert(c, limite_min) for c in permis)
    possible = max(tableau.compute_couvert(c, limite_min) for c in choix)
    ensemble = solve_ensemble(tableau.build_instance(limite_min), Regles(), possible / tableau.poids.sum())
    assert ensemble.objectif == min(len(c) for c in choix if tableau.compute_couvert(c, limite_min) == possible)
    temps = tableau.build_instance_temps()
    mediane = solve_mediane(temps, Regles(sites))
    assert mediane.objectif == pytest.approx(min(tableau.poids @ tableau.list_durees(c) for c in permis))
    centre = solve_centre(temps, Regles(sites))
    assert centre.objectif == pytest.approx(min(tableau.list_durees(c).max() for c in permis))
    assert centre.objectif < PLAFOND_MIN
    assert all(plan.is_optimal for plan in (couverture, ensemble, mediane, centre))
