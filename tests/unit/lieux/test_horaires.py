"""Opening hours: every expectation is read off a calendar. 23 November 2026 is a Monday, 11 November a Wednesday."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tierslieux.lieux.horaires import (
    EtatOuverture,
    build_semaine,
    describe_ouverture,
    format_heure,
    is_ouvert,
    is_valid,
)

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
SEMAINE = "Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:30-12:00"


def a(jour: int, heure: int, minute: int = 0, mois: int = 11) -> dt.datetime:
    return dt.datetime(2026, mois, jour, heure, minute, tzinfo=PARIS)


def lisible(texte: str) -> str:
    return texte.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("instant", "etat", "texte"),
    [
        (a(23, 10), EtatOuverture.OUVERT, "Ouvert, ferme à 12 h"),
        (a(23, 12), EtatOuverture.FERME, "Fermé, ouvre à 14 h"),
        (a(23, 11, 59), EtatOuverture.OUVERT, "Ouvert, ferme à 12 h"),
        (a(23, 18), EtatOuverture.FERME, "Fermé, ouvre demain à 9 h"),
        (a(27, 18), EtatOuverture.FERME, "Fermé, ouvre demain à 9 h 30"),
        (a(28, 13), EtatOuverture.FERME, "Fermé, ouvre lundi à 9 h"),
        # 11 November: hours that do not speak of public holidays cannot be trusted.
        (a(11, 10), EtatOuverture.INCONNU, "Jour férié : téléphonez avant de venir"),
    ],
)
def test_ouverture_at_an_instant(instant: dt.datetime, etat: EtatOuverture, texte: str) -> None:
    ouverture = describe_ouverture(SEMAINE, instant, PARIS)
    assert ouverture is not None
    assert (ouverture.etat, lisible(ouverture.texte)) == (etat, texte)


def test_hours_that_speak_of_public_holidays_are_believed() -> None:
    assert is_ouvert("Mo-Fr 09:00-12:00; PH off", a(11, 10), PARIS) is False
    assert is_ouvert("Mo-Fr,PH 09:00-12:00", a(11, 10), PARIS) is True


def test_hours_are_local_to_the_place() -> None:
    # 8:30 in Paris is 11:30 in La Réunion (UTC+4, no daylight saving; Paris is UTC+1 in November).
    assert is_ouvert(SEMAINE, a(23, 8, 30), PARIS) is False
    assert is_ouvert(SEMAINE, a(23, 8, 30), REUNION) is True


def test_hours_follow_daylight_saving() -> None:
    # The night of 25 October 2026 goes back one hour: 7:30 UTC is 9:30 in Paris on Saturday 24, 8:30 on Monday 26.
    assert is_ouvert("Mo-Sa 09:00-12:00", dt.datetime(2026, 10, 24, 7, 30, tzinfo=dt.UTC), PARIS) is True
    assert is_ouvert("Mo-Sa 09:00-12:00", dt.datetime(2026, 10, 26, 7, 30, tzinfo=dt.UTC), PARIS) is False


@pytest.mark.parametrize("texte", [None, "", "sur rendez-vous", "Mo-Fr 9h-12h", "Mo-Fr 09:00-12:00 \x00"])
def test_what_cannot_be_read_is_not_guessed(texte: str | None) -> None:
    assert describe_ouverture(texte, a(23, 10), PARIS) is None
    assert is_ouvert(texte, a(23, 10), PARIS) is None
    assert build_semaine(texte, dt.date(2026, 11, 23)) == []


def test_comments_and_unknown_are_said() -> None:
    ouverture = describe_ouverture('We 10:00-12:00 "sur rendez-vous"', a(25, 10), PARIS)
    assert ouverture is not None
    assert lisible(ouverture.texte) == "Ouvert (sur rendez-vous), ferme à 12 h"
    assert is_ouvert("We 10:00-12:00 unknown", a(25, 10), PARIS) is None


def test_far_openings_are_told_by_their_date() -> None:
    ouverture = describe_ouverture("Dec 01-31 Mo-Fr 09:00-12:00", a(20, 10), PARIS)
    assert ouverture is not None
    assert lisible(ouverture.texte) == "Fermé, ouvre le 1er décembre à 9 h"
    lointaine = describe_ouverture("Jul 01-31 Mo-Fr 09:00-12:00", a(20, 10), PARIS)
    assert lointaine is not None
    assert lointaine.texte == "Fermé"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        (
            SEMAINE,
            [
                ("Du lundi au vendredi", "9 h – 12 h et 14 h – 17 h"),
                ("Samedi", "9 h 30 – 12 h"),
                ("Dimanche", "fermé"),
            ],
        ),
        ("24/7", [("Tous les jours", "24 h sur 24")]),
        (
            'Mo-Fr 09:00-12:00; Sa 00:00-24:00 unknown "sur rendez-vous"; Su 00:00-24:00 unknown',
            [("Du lundi au vendredi", "9 h – 12 h"), ("Samedi", "sur rendez-vous"), ("Dimanche", "à confirmer")],
        ),
        (
            "Tu,Th 13:30-17:00",
            [
                ("Lundi", "fermé"),
                ("Mardi", "13 h 30 – 17 h"),
                ("Mercredi", "fermé"),
                ("Jeudi", "13 h 30 – 17 h"),
                ("Du vendredi au dimanche", "fermé"),
            ],
        ),
        (
            "Fr-Sa 22:00-02:00",
            [
                ("Du lundi au jeudi", "fermé"),
                ("Vendredi et samedi", "22 h – 2 h"),
                ("Dimanche", "fermé"),
            ],
        ),
        (
            "Mo 08:00-09:00,10:00-11:00,12:00-13:00",
            [
                ("Lundi", "8 h – 9 h, 10 h – 11 h et 12 h – 13 h"),
                ("Du mardi au dimanche", "fermé"),
            ],
        ),
    ],
)
def test_week_in_french(texte: str, attendu: list[tuple[str, str]]) -> None:
    lignes = build_semaine(texte, dt.date(2026, 11, 25))
    assert [(ligne.jours, lisible(ligne.plages)) for ligne in lignes] == attendu


def test_week_with_a_public_holiday_shows_an_ordinary_week() -> None:
    assert build_semaine("Mo-Fr 09:00-12:00; PH off", dt.date(2026, 11, 11))[0].jours == "Du lundi au vendredi"


def test_formats() -> None:
    assert lisible(format_heure(dt.time(9))) == "9 h"
    assert lisible(format_heure(dt.time(13, 5))) == "13 h 05"
    assert is_valid(SEMAINE)
    assert not is_valid("fermé le lundi")
