"""Moments: every date is read off a calendar. 22 November 2026 is a Sunday, 28 November a Saturday."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tierslieux.core.errors import InvalidInputError
from tierslieux.lieux.moments import Moment, Quand, format_heure

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")


def resolve(texte: str, jour: int, heure: int, fuseau: ZoneInfo = PARIS) -> str:
    """The window asked for on a day of November 2026 at this hour of Paris."""
    fenetre = Moment.parse(texte).resolve(dt.datetime(2026, 11, jour, heure, 20, 30, tzinfo=PARIS), fuseau)
    return f"{fenetre.debut:%d %H:%M} - {fenetre.fin:%d %H:%M}"


@pytest.mark.parametrize(
    ("texte", "jour", "heure", "attendue"),
    [
        ("maintenant", 23, 10, "23 10:20 - 23 10:21"),
        ("ce-soir", 23, 10, "23 18:00 - 23 22:00"),
        ("ce-soir", 23, 19, "23 19:20 - 23 22:00"),
        ("ce-soir", 23, 22, "23 22:20 - 24 00:00"),
        ("samedi", 23, 10, "28 00:00 - 29 00:00"),
        ("samedi", 28, 10, "28 10:20 - 29 00:00"),
        ("samedi", 22, 10, "28 00:00 - 29 00:00"),
        ("2026-11-28T14:30", 23, 10, "28 14:30 - 28 14:31"),
        ("2026-11-28", 23, 10, "28 00:00 - 29 00:00"),
        ("2026-11-23", 23, 10, "23 10:20 - 24 00:00"),
    ],
)
def test_windows(texte: str, jour: int, heure: int, attendue: str) -> None:
    assert resolve(texte, jour, heure) == attendue


def test_windows_are_those_of_the_place() -> None:
    # 22:20 on Friday in Paris is 01:20 on Saturday in La Réunion.
    assert resolve("samedi", 27, 22, REUNION) == "28 01:20 - 29 00:00"


@pytest.mark.parametrize("texte", ["maintenant", "ce-soir", "samedi", "2026-11-28", "2026-11-28T14:30"])
def test_what_is_written_is_read_back(texte: str) -> None:
    assert Moment.parse(texte).encode() == texte


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "demain",
        "1900-01-01",
        "2026-02-30",
        "2026-11-28T25:00",
        "28/11/2026",
        "😀" * 100,
        "9" * 10_000,
        "²⁰26-11-28",
    ],
)
def test_what_is_no_moment_is_refused(texte: str) -> None:
    with pytest.raises(InvalidInputError):
        Moment.parse(texte)


def test_a_chosen_day_that_is_over_is_known() -> None:
    now = dt.datetime(2026, 11, 28, 23, 30, tzinfo=PARIS)
    assert Moment.parse("2026-11-27").is_passe(now, PARIS)
    assert not Moment.parse("2026-11-28").is_passe(now, PARIS)
    assert Moment.parse("2026-11-28").is_passe(now, REUNION)  # already Sunday there
    assert not Moment(Quand.SAMEDI, None).is_passe(now, PARIS)


def test_moments_are_said_in_french() -> None:
    dits = [Moment.parse(texte).libelle for texte in ("ce-soir", "2026-11-28", "2026-12-01T14:30", "2026-12-01T09:00")]
    assert [dit.replace("\u00a0", " ") for dit in dits] == [
        "Ce soir",
        "Samedi 28 novembre 2026",
        "Mardi 1er décembre 2026 à 14 h 30",
        "Mardi 1er décembre 2026 à 9 h",
    ]


def test_a_moment_has_a_name_or_a_date() -> None:
    with pytest.raises(ValueError, match="either"):
        Moment(None, None)


def test_hours_are_written_as_people_do() -> None:
    assert format_heure(dt.time(9)) == "9\u00a0h"
    assert format_heure(dt.time(13, 5)) == "13\u00a0h\u00a005"
