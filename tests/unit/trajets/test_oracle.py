from __future__ import annotations

from tests.oracles.trajets import run_trajets


def test_times_worked_out_twice_agree() -> None:
    resultat = run_trajets(5_000, seed=4)
    assert resultat.verifications == 5_000
    assert resultat.desaccords == ()
