"""Hours of a plain week, and only of a plain week."""

from __future__ import annotations

import pytest

from tierslieux.lieux.semaine_simple import read_semaine

MATIN = ("09:00", "12:00")
SOIR = ("14:00", "17:30")


@pytest.mark.parametrize(
    ("texte", "semaine"),
    [
        ("Mo-Fr 09:00-12:00,14:00-17:30", dict.fromkeys(range(5), (MATIN, SOIR))),
        ("Mo,We 09:00-12:00; Sa 14:00-17:30", {0: (MATIN,), 2: (MATIN,), 5: (SOIR,)}),
        # A later rule replaces the earlier one for its days.
        ("Mo-We 09:00-12:00; Tu off", {0: (MATIN,), 2: (MATIN,)}),
        ("Mo-Tu 09:00-12:00; Tu 14:00-17:30; PH off", {0: (MATIN,), 1: (SOIR,)}),
        # A range of days may go over the end of the week.
        ("Sa-Mo 09:00-12:00", {5: (MATIN,), 6: (MATIN,), 0: (MATIN,)}),
        ("Mo, Tu 09:00-12:00, 14:00-17:30;", {0: (MATIN, SOIR), 1: (MATIN, SOIR)}),
        ("Mo 00:00-24:00", {0: (("00:00", "23:59"),)}),
        ("24/7", dict.fromkeys(range(7), (("00:00", "23:59"),))),
        ("Mo-Su off", {}),
    ],
)
def test_days_and_times_are_read(texte: str, semaine: dict[int, tuple[tuple[str, str], ...]]) -> None:
    assert read_semaine(texte) == semaine


@pytest.mark.parametrize(
    "texte",
    [
        None,
        "",
        "week 1-53/2 Mo 09:00-12:00",
        "Jul-Aug Mo-Fr 09:00-12:00",
        "2026 Nov 28 10:00-12:00",
        "Mo[1] 09:00-12:00",
        'Mo 09:00-12:00 "sur rendez-vous"',
        "Fr 22:00-02:00",
        "Mo 22:00-26:00",
        "Mo 12:00-12:00",
        "PH 09:00-12:00",
        "SH Mo 09:00-12:00",
        "Mo 09:00-12:00 || Tu 09:00-12:00",
        "sur rendez-vous",
        "Mo ٠٩:٠٠-12:00",
    ],
)
def test_what_a_plain_week_would_betray_is_left_out(texte: str | None) -> None:
    assert read_semaine(texte) is None
