import datetime as dt

from tests.factories.pages import build_resume
from tierslieux.lieux.passages import list_passages, say_prochain_jour

# Monday 23 November 2026, 10:30 in Paris.
LUNDI = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


def say(horaires: str | None, now: dt.datetime = LUNDI, code: str = "29019") -> str | None:
    texte = say_prochain_jour(build_resume(horaires=horaires, commune_code=code), now)
    return texte and texte.replace("\u00a0", " ")


def test_the_hours_of_today_are_said_whole() -> None:
    assert say("Mo-Fr 09:00-12:00,14:00-17:00") == "lundi 23 novembre, 9 h – 12 h et 14 h – 17 h"


def test_when_today_is_over_the_next_day_is_said() -> None:
    assert say("Mo-Fr 09:00-10:00") == "mardi 24 novembre, 9 h – 10 h"


def test_the_day_is_the_one_of_the_place() -> None:
    # 09:30 UTC on Monday is 20:30 in Nouméa (UTC+11): closed for the day.
    assert say("Mo-Fr 09:00-12:00", code="98818") == "mardi 24 novembre, 9 h – 12 h"


def test_nothing_is_said_of_hours_that_are_not_known() -> None:
    assert say(None) is None
    assert say("sur rendez-vous, parfois") is None
    assert say("2020 Jan 01 09:00-12:00") is None


def test_dates_of_a_place_that_comes_now_and_then() -> None:
    # The fourth Saturdays of November and December 2026 are the 28th and the 26th.
    lieu = build_resume(horaires="Sa[4] 09:00-12:00")
    passages = [passage.replace("\u00a0", " ") for passage in list_passages(lieu, LUNDI)]
    assert passages[0] == "samedi 28 novembre, 9 h – 12 h"
    assert passages[1].startswith("samedi 26 décembre")


def test_weekly_hours_have_no_dates() -> None:
    assert list_passages(build_resume(horaires="Mo-Fr 09:00-12:00"), LUNDI) == []
