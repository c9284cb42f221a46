"""Rules that clash are refused with their two figures, whatever is aimed at."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse import csr_array

from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.p_centre import solve_centre
from tierslieux.planification.optimisation.p_mediane import solve_mediane
from tierslieux.planification.optimisation.probleme import InfaisableError, Instance, Plan, Regles
from tierslieux.planification.optimisation.temps import InstanceTemps

PAIRES = np.array([(0, 1), (1, 2), (0, 2)])
INCOMPATIBLES = (
    (Regles(5), "5 sites sont demandés et 3 candidats sont possibles."),
    (Regles(3, interdits=(0, 0)), "3 sites sont demandés et 2 candidats sont possibles."),
    (Regles(-1), "-1 site est demandé : il en faut 0 ou plus."),
    (Regles(1, budget=-3.0), "Le budget est de -3 : il en faut un de 0 ou plus."),
    (Regles(1, imposes=(0, 1)), "2 sites sont imposés et 1 est permis."),
    (Regles(2, imposes=(0, 1), interdits=(1,)), "2 sites sont imposés et 1 est interdit aussi."),
    (Regles(2, imposes=(0, 1), budget=4.0), "Les sites imposés coûtent 5 et le budget est de 4."),
    (
        Regles(2, imposes=(0, 1), conflits=PAIRES),
        "2 sites sont imposés et le nombre de paires trop proches entre eux est de 1.",
    ),
    (
        Regles(2, interdits=(0,), groupes=((0,), (1, 2))),
        "2 groupes doivent avoir chacun un site et le nombre de groupes sans candidat possible est de 1.",
    ),
    (
        Regles(2, groupes=((0,), (1,)), conflits=PAIRES),
        "2 groupes doivent avoir chacun un site et l’espacement demandé laisse un site à 1 au plus.",
    ),
    (Regles(1, groupes=((0,), (1,))), "Il faut au moins 2 sites pour suivre les règles et 1 est permis."),
    (
        Regles(2, budget=4.0, groupes=((0,), (1,))),
        "Suivre les règles coûte au moins 5 et le budget est de 4.",
    ),
)


def cover(regles: Regles) -> Plan:
    couts = np.array([2.0, 3.0, 4.0])
    return solve_couverture(Instance(csr_array(np.eye(3)), np.ones(3), np.zeros(3, dtype=bool), couts), regles)


def build_temps() -> InstanceTemps:
    return InstanceTemps(csr_array(np.ones((3, 3))), np.ones(3), np.full(3, np.inf), 60.0, np.array([2.0, 3.0, 4.0]))


@pytest.mark.parametrize(("regles", "attendu"), INCOMPATIBLES)
@pytest.mark.parametrize(
    "resoudre",
    [cover, lambda regles: solve_mediane(build_temps(), regles), lambda regles: solve_centre(build_temps(), regles)],
)
def test_clashing_rules_are_refused_with_their_two_figures(
    resoudre: Callable[[Regles], Plan], regles: Regles, attendu: str
) -> None:
    with pytest.raises(InfaisableError) as erreur:
        resoudre(regles)
    assert erreur.value.message == attendu


def test_an_instance_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="numbers of people"):
        Instance(csr_array(np.eye(2)), np.array([1.0, -1.0]), np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match="2 demands"):
        Instance(csr_array(np.eye(2)), np.ones(3), np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match="a number of sites or a budget"):
        cover(Regles())
