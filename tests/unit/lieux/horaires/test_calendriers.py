"""Calendars of a place, read back with the library that agendas are written with."""

import datetime as dt
from zoneinfo import ZoneInfo

from icalendar import Calendar

from tierslieux.lieux.horaires import Plage, list_ouvertures
from tierslieux.lieux.horaires.calendriers import LieuCalendrier, build_calendrier

LIEU = LieuCalendrier(
    public_id="abc123",
    nom="Bus, France Services ; Nord",
    adresse="Place de l’Église, 16240 Courcôme",
    telephone="05 45 00 00 00",
    source="Source des horaires : Charente, 1er août 2024.",
    url="https://exemple.fr/lieux/abc123",
)
HORODATAGE = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def build(texte: str, code: str, fuseau: str, jours: int = 60) -> Calendar:
    debut = dt.datetime(2026, 11, 22)  # noqa: DTZ001 - local to the place
    ouvertures: list[Plage] | None = list_ouvertures(texte, debut, debut + dt.timedelta(days=jours), code)
    assert ouvertures is not None
    return Calendar.from_ical(build_calendrier(LIEU, ouvertures, fuseau=ZoneInfo(fuseau), horodatage=HORODATAGE))


def test_one_event_an_opening_at_the_clock_of_the_place() -> None:
    evenements = build("week 01-53/2 Mo 09:30-12:30; PH off", "97411", "Indian/Reunion").walk("VEVENT")
    # Odd weeks from 22 November 2026 to 20 January 2027: 49, 51, 53, then 1 of the new year.
    assert [evenement.start.strftime("%d/%m %H:%M %z") for evenement in evenements] == [
        "30/11 09:30 +0400",
        "14/12 09:30 +0400",
        "28/12 09:30 +0400",
        "04/01 09:30 +0400",
        "18/01 09:30 +0400",
    ]
    premier = evenements[0]
    assert premier.end - premier.start == dt.timedelta(hours=3)
    assert premier["UID"] == "abc123-20261130T0930@tierslieux"
    assert premier["DTSTAMP"].dt == HORODATAGE
    assert premier["SUMMARY"] == LIEU.nom
    assert premier["LOCATION"] == LIEU.adresse
    assert LIEU.source in premier["DESCRIPTION"]
    assert premier["STATUS"] == "CONFIRMED"


def test_the_file_says_the_rules_of_its_time_zone() -> None:
    calendrier = build("Mo 09:00-12:00", "35238", "Europe/Paris")
    assert [str(fuseau["TZID"]) for fuseau in calendrier.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert calendrier["X-WR-CALNAME"] == LIEU.nom


def test_a_night_is_one_event_and_keeps_its_identifier() -> None:
    premier, *_ = build("Fr 22:00-02:00", "35238", "Europe/Paris", jours=10).walk("VEVENT")
    assert (premier.start.day, premier.end.day, premier.end.hour) == (27, 28, 2)
    # The same opening has the same identifier in the file of another day.
    autre, *_ = build("Fr 22:00-02:00", "35238", "Europe/Paris", jours=20).walk("VEVENT")
    assert premier["UID"] == autre["UID"]


def test_public_holidays_are_tentative() -> None:
    noel = next(
        evenement
        for evenement in build("Fr 09:00-12:00", "35238", "Europe/Paris").walk("VEVENT")
        if evenement.start.day == 25 and evenement.start.month == 12
    )
    assert noel["STATUS"] == "TENTATIVE"
    assert noel["SUMMARY"] == f"{LIEU.nom} (à confirmer)"
    assert "téléphonez" in noel["DESCRIPTION"]


def test_a_place_that_never_opens_has_an_empty_calendar() -> None:
    assert build("off", "35238", "Europe/Paris").walk("VEVENT") == []
