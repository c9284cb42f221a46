"""Hours against an evaluation that shares nothing with the program: drawn instants, and years minute by minute."""

from tests.oracles.horaires import TEXTES, list_textes_reels, run_annees, run_oracle
from tests.oracles.minutes import TERRITOIRES

# Those on which territories differ.
TEXTES_LOCAUX = ("Mo-Fr,PH 09:00-12:00", "Mo-Sa 22:00-26:00; PH off", "PH Mo-Fr 10:00-12:00")
PAS_REELS = 150


def test_drawn_instants_agree() -> None:
    bilan = run_oracle(20_000, seed=20261122)
    assert bilan.verifications == 20_000
    assert bilan.part_lue > 0.95
    assert bilan.desaccords == ()


def test_every_minute_of_a_year_agrees() -> None:
    reels = list_textes_reels()[::PAS_REELS]
    bilan = run_annees([*TEXTES, *reels], [2026], ["metropole"])
    locaux = run_annees(TEXTES_LOCAUX, [2027], list(TERRITOIRES))
    # A year has 525,600 minutes; three texts in the 16 territories.
    assert bilan.verifications + locaux.verifications == (len(TEXTES) + len(reels) + 48) * 525_600
    assert bilan.desaccords + locaux.desaccords == ()


def test_29_february_is_there_in_leap_years_only() -> None:
    bilan = run_annees(["Feb 29 10:00-12:00", "Feb 28-Mar 01 Mo-Su 22:00-26:00"], [2027, 2028], ["metropole", "noumea"])
    assert bilan.desaccords == ()
