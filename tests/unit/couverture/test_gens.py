from __future__ import annotations

import numpy as np
import pytest

from tierslieux.couverture.gens import Gens, estimate_au_dela
from tierslieux.indicateurs.incertitude import Ecarts, compute_intervalles


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.5, 1.0])
def test_a_part_of_a_commune_has_the_interval_that_the_model_gives_it(fraction: float) -> None:
    """The commune is known by its whole interval alone; the model is asked for the part."""
    parts, personnes = np.array([0.15, 0.20]), np.array([1_000.0, 3_000.0])
    communs = {
        "regions": np.zeros(2, dtype=np.int64),
        "epcis": np.zeros(2, dtype=np.int64),
        "groupes": np.array([0, -1]),
        "nombre": 1,
        "ecarts": Ecarts(np.array([0.01]), 0.01, 0.02),
    }
    tout = compute_intervalles(parts, personnes, np.ones(2), **communs)
    attendu = compute_intervalles(parts, personnes, np.full(2, fraction), **communs)
    obtenu = estimate_au_dela(Gens(float(tout.valeur[0]), float(tout.bas[0]), float(tout.haut[0]), 0.15), fraction)
    assert (obtenu.valeur, obtenu.bas, obtenu.haut) == pytest.approx(
        (attendu.valeur[0], attendu.bas[0], attendu.haut[0])
    )


def test_people_who_are_counted_have_no_interval() -> None:
    assert estimate_au_dela(Gens(300.0, None, None), 0.5) == Gens(150.0, None, None)
