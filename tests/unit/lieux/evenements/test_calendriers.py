"""Events as iCalendar files: what another program expands from them is what we say, and no text becomes a line."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from tests.unit.lieux.evenements.test_recurrences import draw
from tierslieux.core.geo import find_zone
from tierslieux.lieux.evenements import Evenement, build_agenda
from tierslieux.lieux.evenements.calendriers import LieuAgenda

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
OBJET = {"id": "abcd1234", "genre": "atelier", "titre": "A", "debut": "2026-12-01T14:00", "fin": "2026-12-01T16:00"}


def make_lieu(commune="29019", nom="Maison", public_id="k3f9d2maaa"):
    return LieuAgenda(
        public_id, nom, "1 rue du Port, 29200 Brest", -4.49, 48.39, find_zone(commune).fuseau, "https://exemple.fr/x"
    )


def write(evenement, lieu=None):
    return build_agenda("Agenda", [(lieu or make_lieu(), evenement)], horodatage=NOW)


def expand(fichier: bytes, depuis: dt.datetime, jusque: dt.datetime) -> list[dt.datetime]:
    """The starts (UTC) of the file's only event, as dateutil reads its properties."""
    (objet,) = Calendar.from_ical(fichier).walk("VEVENT")
    debut = objet["DTSTART"].dt
    if "RRULE" not in objet:
        return [debut.astimezone(dt.UTC)]
    regle = rrulestr(objet["RRULE"].to_ical().decode(), dtstart=debut)
    exdate = objet.get("EXDATE", [])
    sauf = {d.dt for liste in (exdate if isinstance(exdate, list) else [exdate]) for d in liste.dts}
    return [d.astimezone(dt.UTC) for d in regle.between(depuis, jusque, inc=True) if d not in sauf]


@pytest.mark.parametrize("commune", ["29019", "97411", "97105"])
def test_another_program_finds_the_same_instants(commune):
    hasard, fuseau = random.Random(f"ics {commune}"), find_zone(commune).fuseau  # noqa: S311
    for _ in range(25):
        regle, debut = draw(hasard)
        sans = Evenement.parse(
            OBJET
            | {
                "debut": debut.isoformat("T", "minutes"),
                "fin": (debut + dt.timedelta(hours=1)).isoformat("T", "minutes"),
                "recurrence": ";".join(f"{cle}={valeur}" for cle, valeur in regle.items()),
            }
        )
        jusque = debut + dt.timedelta(days=390)
        toutes = sans.list_occurrences(debut, jusque)
        exceptes = sorted({o.debut.date() for o in hasard.sample(toutes, min(len(toutes), 2))})
        evenement = Evenement.parse(sans.to_json() | {"sauf": [jour.isoformat() for jour in exceptes]})
        attendus = [
            o.debut.replace(tzinfo=fuseau).astimezone(dt.UTC) for o in evenement.list_occurrences(debut, jusque)
        ]
        bornes = debut.replace(tzinfo=fuseau), jusque.replace(tzinfo=fuseau) - dt.timedelta(minutes=1)
        assert expand(write(evenement, make_lieu(commune)), *bornes) == attendus, regle


PIEGES = (
    "A\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "A\nATTACH:https://mechant.example/x",
    "A\u2028URL:https://mechant.example",
    'a;b,c\\n\\d"e',
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("piege", PIEGES)
@pytest.mark.parametrize("champ", ["titre", "texte", "public"])
def test_no_text_becomes_a_line_of_the_file(champ, piege):
    fichier = write(Evenement.parse(OBJET | {champ: piege})).decode()
    (objet,) = Calendar.from_ical(fichier).walk("VEVENT")
    assert set(objet) == set(Calendar.from_ical(write(Evenement.parse(OBJET))).walk("VEVENT")[0])
    assert not objet.subcomponents
    lu = str(objet["SUMMARY"] if champ == "titre" else objet["DESCRIPTION"])
    assert "mechant" not in piege or "mechant" in lu


def test_the_name_of_a_place_neither():
    fichier = build_agenda(
        "x\r\nMETHOD:CANCEL", [(make_lieu(nom="L\r\nURL:x"), Evenement.parse(OBJET))], horodatage=NOW
    )
    calendrier = Calendar.from_ical(fichier)
    assert str(calendrier["METHOD"]) == "PUBLISH"
    assert str(calendrier.walk("VEVENT")[0]["URL"]) == "https://exemple.fr/x"


def test_an_event_keeps_its_identifier_when_it_changes():
    uids = {
        str(Calendar.from_ical(write(Evenement.parse(OBJET | {"titre": titre}))).walk("VEVENT")[0]["UID"])
        for titre in ("A", "B")
    }
    assert uids == {"k3f9d2maaa-abcd1234@tierslieux"}


def test_an_only_date_that_is_cancelled_says_so():
    (objet,) = Calendar.from_ical(write(Evenement.parse(OBJET | {"sauf": ["2026-12-01"]}))).walk("VEVENT")
    assert str(objet["STATUS"]) == "CANCELLED"


def test_no_event_is_a_calendar_all_the_same():
    assert Calendar.from_ical(build_agenda("Agenda", [], horodatage=NOW)).walk("VEVENT") == []
