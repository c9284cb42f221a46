from __future__ import annotations

import pytest

from tierslieux.couverture.heures import compute_heures_semaine


@pytest.mark.parametrize(
    ("texte", "heures"),
    [
        ("Mo-Fr 09:00-12:00", 15.0),
        ("Mo,Tu 09:00-12:00,14:00-17:30; Sa 10:00-11:00", 14.0),
        ("24/7", 168.0),
        # Not open on public holidays: an ordinary week has none.
        ("Mo-Fr 09:00-12:00; PH off", 15.0),
        # One day of the year, three hours: spread over 52 weeks.
        ("2026 Nov 26 09:00-12:00", 3 / 52),
        # Every other week of the year: 26 of 52 Tuesdays.
        ("week 2-53/2 Tu 14:00-16:00", 1.0),
    ],
)
def test_hours_of_an_ordinary_week(texte: str, heures: float) -> None:
    assert compute_heures_semaine(texte, 2026) == pytest.approx(heures)


@pytest.mark.parametrize("texte", [None, "", "sur rendez-vous", "SH Mo-Fr 09:00-12:00"])
def test_hours_that_nobody_can_tell_are_not_zero(texte: str | None) -> None:
    assert compute_heures_semaine(texte, 2026) is None
