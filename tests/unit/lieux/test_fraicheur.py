"""How fresh an information is: tiers at their boundaries, months of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.lieux.fraicheur import Fraicheur, find_derniere, find_fraicheur, subtract_mois

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("date", "attendue"),
    [
        (dt.date(2026, 11, 22), Fraicheur.A_JOUR),
        (dt.date(2026, 11, 23), Fraicheur.A_JOUR),  # it is tomorrow already in New Caledonia
        (dt.date(2026, 5, 23), Fraicheur.A_JOUR),
        (dt.date(2026, 5, 22), Fraicheur.A_SURVEILLER),  # six months to the day
        (dt.date(2025, 11, 23), Fraicheur.A_SURVEILLER),
        (dt.date(2025, 11, 22), Fraicheur.A_VERIFIER),  # a year to the day
        (dt.date(2025, 5, 22), Fraicheur.A_VERIFIER),  # eighteen months to the day
        (dt.date(2025, 5, 21), Fraicheur.ANCIEN),
        (dt.date(1999, 1, 1), Fraicheur.ANCIEN),
        (None, Fraicheur.INCONNUE),
    ],
)
def test_tiers_at_their_boundaries(date: dt.date | None, attendue: Fraicheur) -> None:
    assert find_fraicheur(date, TODAY) is attendue


def test_who_must_call_first_and_what_must_be_looked_at() -> None:
    assert [palier for palier in Fraicheur if palier.est_perimee] == [Fraicheur.A_VERIFIER, Fraicheur.ANCIEN]
    assert [palier for palier in Fraicheur if palier.est_douteuse] == [
        Fraicheur.A_VERIFIER,
        Fraicheur.ANCIEN,
        Fraicheur.INCONNUE,
    ]


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2024, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2023, 2, 28)),
        (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
        (dt.date(2026, 12, 31), 12, dt.date(2025, 12, 31)),
        (dt.date(2026, 3, 1), 18, dt.date(2024, 9, 1)),
    ],
)
def test_months_are_those_of_the_calendar(jour: dt.date, mois: int, attendu: dt.date) -> None:
    assert subtract_mois(jour, mois) == attendu


def test_the_newest_day_counts() -> None:
    ancien, recent = dt.date(2020, 1, 1), dt.date(2026, 1, 1)
    assert find_derniere(ancien, None, recent) == recent
    assert find_derniere(ancien, None) == ancien
    assert find_derniere(None, None) is None
