"""Words of the queue."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.contributions.confiance import PARTS
from tierslieux.contributions.moderation.presenters_file import LIBELLES_PARTS, format_age, format_raisons, format_score


@pytest.mark.parametrize(
    ("age", "mots"),
    [
        (dt.timedelta(seconds=-5), "à l’instant"),
        (dt.timedelta(seconds=59), "à l’instant"),
        (dt.timedelta(minutes=1), "il y a 1 minute"),
        (dt.timedelta(minutes=59, seconds=59), "il y a 59 minutes"),
        (dt.timedelta(hours=1), "il y a 1 heure"),
        (dt.timedelta(hours=23, minutes=59), "il y a 23 heures"),
        (dt.timedelta(days=1), "il y a 1 jour"),
        (dt.timedelta(days=13), "il y a 13 jours"),
        (dt.timedelta(days=14), "il y a 2 semaines"),
        (dt.timedelta(days=59), "il y a 8 semaines"),
        (dt.timedelta(days=60), "il y a 2 mois"),
        (dt.timedelta(days=800), "il y a 26 mois"),
    ],
)
def test_how_long_somebody_has_waited(age: dt.timedelta, mots: str) -> None:
    assert format_age(age) == mots


def test_a_score_says_why() -> None:
    assert format_score(0.62) == "62 %"
    assert format_raisons({}) is None
    assert format_raisons({"compte": 0.1, "liens": -0.3}) == "liens dans le texte (− 30), compte du site (+ 10)"


def test_every_part_of_a_score_has_words() -> None:
    assert set(LIBELLES_PARTS) == set(PARTS)
