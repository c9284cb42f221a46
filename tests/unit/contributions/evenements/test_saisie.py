"""The form of an event: what people type becomes an event, and an event becomes what they typed."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.contributions.evenements.envois import replace_evenement
from tierslieux.contributions.evenements.params import read_date
from tierslieux.contributions.evenements.saisie import find_retour, parse_heure, read_evenement, write_champs
from tierslieux.core.errors import NotFoundError
from tierslieux.lieux.evenements import Evenement, write_quand

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
SAISIE = {
    "genre": "atelier",
    "titre": " Premiers   clics ",
    "jour": "01/12/2026",
    "debut": "14h",
    "fin": "16 h 30",
    "retour": "non",
}


def read(**champs):
    return read_evenement(SAISIE | champs, "abcd1234", commune_code="29019", now=NOW)


def test_what_people_type_is_understood():
    lecture = read(
        retour="semaine",
        jusqu_au="30/06/2027",
        sauf="le 22/12/2026, 29.12.26 et 2027-01-05",
        inscription="02 98 00 11 22",
        gratuit="oui",
        public="débutants",
        texte="Apportez\r\nvotre téléphone",
    )
    assert lecture.erreurs == {}
    assert lecture.evenement is not None
    assert lecture.evenement.to_json() == {
        "id": "abcd1234",
        "genre": "atelier",
        "titre": "Premiers clics",
        "debut": "2026-12-01T14:00",
        "fin": "2026-12-01T16:30",
        "recurrence": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630",
        "sauf": ["2026-12-22", "2026-12-29", "2027-01-05"],
        "texte": "Apportez\nvotre téléphone",
        "inscription": "+33298001122",
        "gratuit": True,
        "public": "débutants",
    }


@pytest.mark.parametrize(
    ("jour", "retour", "regle"),
    [
        ("2026-12-01", "semaine", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20271201"),
        ("2026-12-01", "quinzaine", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20271201"),
        ("2026-12-01", "mois", "FREQ=MONTHLY;BYDAY=1TU;UNTIL=20271201"),
        # The fifth Tuesday of a month is its last one.
        ("2026-12-29", "mois", "FREQ=MONTHLY;BYDAY=-1TU;UNTIL=20271229"),
        ("2026-12-25", "dernier", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271225"),
        ("2026-12-25", "mois", "FREQ=MONTHLY;BYDAY=4FR;UNTIL=20271225"),
    ],
)
def test_without_a_last_day_it_is_announced_for_a_year(jour, retour, regle):
    lu = read(jour=jour, retour=retour).evenement
    assert lu is not None
    assert lu.to_json()["recurrence"] == regle


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"retour": "dernier"}, "jour"),
        ({"retour": "semaine", "jusqu_au": "2026-11-30"}, "jusqu_au"),
        ({"retour": "semaine", "jusqu_au": "2030-01-01"}, "jusqu_au"),
        ({"retour": "semaine", "sauf": "2026-12-23"}, "sauf"),
        ({"retour": "semaine", "jour_fin": "2026-12-03"}, "jour_fin"),
        ({"retour": "tel-quel"}, "retour"),
        ({"retour": "x"}, "retour"),
        ({"jour_fin": "2027-11-30"}, "jour_fin"),
        ({"jour": ""}, "jour"),
        ({"jour": "2040-01-01"}, "jour"),
        ({"jour": "2026-11-21"}, "jour"),
        ({"inscription": "02 98"}, "inscription"),
        ({"inscription": "https://a@b.fr/"}, "inscription"),
        ({"gratuit": "peut-être"}, "gratuit"),
        ({"public": "a" * 101}, "public"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(champs, champ):
    lecture = read(**champs)
    assert lecture.evenement is None
    assert champ in lecture.erreurs


def test_a_night_ends_the_day_after():
    lu = read(debut="20:00", fin="1:00").evenement
    assert lu is not None
    assert lu.fin == lu.debut + dt.timedelta(hours=5)


@pytest.mark.parametrize(
    "champs",
    [
        {},
        {"retour": "semaine", "sauf": "22/12/2026"},
        {"retour": "quinzaine", "inscription": "02 98 00 11 22", "gratuit": "non"},
        {"retour": "mois"},
        {"jour": "29/12/2026", "retour": "dernier"},
        {"jour_fin": "2026-12-03"},
        {"debut": "20:00", "fin": "00:30", "inscription": "https://www.exemple.fr/x"},
    ],
)
def test_a_form_that_shows_an_event_says_the_same_event(champs):
    lu = read(**champs).evenement
    assert lu is not None
    relu = read_evenement(write_champs(lu), lu.id, commune_code="29019", now=NOW, actuel=lu)
    assert relu.evenement == lu


def test_a_rule_that_the_form_cannot_say_is_kept_as_it_is():
    actuel = Evenement.parse(
        {
            "id": "abcd1234",
            "genre": "permanence",
            "titre": "A",
            "debut": "2026-12-01T14:00",
            "fin": "2026-12-01T16:00",
            "recurrence": "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10",
        }
    )
    champs = write_champs(actuel)
    assert champs["retour"] == "tel-quel" == find_retour(actuel).value
    champs["titre"] = "B"
    relu = read_evenement(champs, actuel.id, commune_code="29019", now=NOW, actuel=actuel).evenement
    assert relu is not None
    assert (relu.titre, write_quand(relu)) == ("B", write_quand(actuel))
    # Its first day must still be one of the rule.
    champs["jour"] = "2026-12-02"
    assert read_evenement(champs, actuel.id, commune_code="29019", now=NOW, actuel=actuel).evenement is None


@pytest.mark.parametrize(
    ("texte", "heure"),
    [
        ("14:00", (14, 0)),
        ("9h", (9, 0)),
        ("9 h 05", (9, 5)),
        ("14.30", (14, 30)),
        ("8", (8, 0)),
        ("24:00", None),
        ("x", None),
    ],
)
def test_hours_as_people_type_them(texte, heure):
    assert parse_heure(texte) == (dt.time(*heure) if heure else None)


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("2026-12-24", (2026, 12, 24)),
        ("24/12/2026", (2026, 12, 24)),
        ("24.12.26", (2026, 12, 24)),
        ("31/02/2026", None),
    ],
)
def test_days_as_people_type_them(texte, jour):
    assert read_date(texte) == (dt.date(*jour) if jour else None)


def test_only_one_event_of_the_list_changes():
    lu = read().evenement
    assert lu is not None
    autre = {"id": "zzzz9999", "titre": "autre"}
    assert replace_evenement([autre], lu.id, lu) == [autre, lu.to_json()]
    assert replace_evenement([autre, lu.to_json()], lu.id, None) == [autre]
    with pytest.raises(NotFoundError):
        replace_evenement([autre], lu.id, None)
