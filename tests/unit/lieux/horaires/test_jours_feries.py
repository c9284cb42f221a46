"""Public holidays against the tables worked out by hand for each territory, and some that everybody knows."""

import datetime as dt

import pytest

from tests.oracles import minutes
from tierslieux.lieux.horaires.jours_feries import find_calendrier, is_jour_ferie, list_feries


@pytest.mark.parametrize("territoire", minutes.TERRITOIRES)
def test_each_territory_has_its_holidays(territoire: str) -> None:
    code = minutes.TERRITOIRES[territoire][0]
    for annee in range(2025, 2036):
        assert list_feries(find_calendrier(code), annee) == minutes.list_feries(territoire, annee), annee


@pytest.mark.parametrize(
    ("jour", "code", "attendu"),
    [
        (dt.date(2026, 7, 14), None, True),
        (dt.date(2026, 12, 26), "35238", False),
        (dt.date(2026, 12, 26), "67482", True),  # Strasbourg
        (dt.date(2026, 4, 3), "57463", True),  # Good Friday, Metz
        (dt.date(2026, 4, 3), "54395", False),  # Nancy
        (dt.date(2026, 12, 20), "97411", True),  # Saint-Denis de La Réunion
        (dt.date(2026, 12, 20), "97105", False),
        (dt.date(2026, 9, 24), "98818", True),  # Nouméa
        (dt.date(2026, 11, 23), "", False),
    ],
)
def test_holidays_of_a_commune(jour: dt.date, code: str | None, attendu: bool) -> None:  # noqa: FBT001
    assert is_jour_ferie(jour, code) is attendu
