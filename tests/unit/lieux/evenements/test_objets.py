"""What an event is, what is refused of it, and when it happens at the clock of its place."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.geo import find_zone
from tierslieux.lieux.evenements import Evenement, parse_evenements, read_evenements
from tierslieux.lieux.resolution import Fiche, resolve

at = dt.datetime.fromisoformat  # instants are local to the place
OBJET = {
    "id": "abcd1234",
    "genre": "atelier",
    "titre": "Premiers clics",
    "debut": "2026-12-01T14:00",
    "fin": "2026-12-01T16:00",
}
RICHE = OBJET | {
    "recurrence": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630",
    "sauf": ["2026-12-22"],
    "texte": "Pour débuter.\nApportez votre téléphone.",
    "inscription": "+33298001122",
    "gratuit": True,
    "public": "débutants",
}


@pytest.mark.parametrize("objet", [OBJET, RICHE])
def test_an_event_is_the_same_once_written_and_read_again(objet):
    assert Evenement.parse(objet).to_json() == objet


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("id", "abc"),
        ("id", "ABCD1234"),
        ("genre", "concert"),
        ("titre", ""),
        ("titre", "\x00\u202e "),
        ("titre", "a" * 101),
        ("titre", 3),
        ("debut", "2026-12-01"),
        ("debut", "2026-12-01T14:00:00+01:00"),
        ("debut", "2026-13-01T14:00"),
        ("debut", "1026-12-01T14:00"),
        ("fin", "2026-12-01T14:00"),
        ("fin", "2027-12-01T14:00"),
        ("recurrence", "FREQ=WEEKLY;BYDAY=WE"),
        ("recurrence", "FREQ=WEEKLY;UNTIL=20261130"),
        ("sauf", "2026-12-22"),
        ("sauf", ["22/12/2026"]),
        ("texte", "a" * 501),
        ("inscription", "javascript:alert(1)"),
        ("inscription", "https://www.exemple.fr@mechant.example/"),
        ("inscription", "https://exemple.fr/ x"),
        ("inscription", "0298001122\r\nX-A: b"),
        ("gratuit", "oui"),
        ("autre", 1),
    ],
)
def test_what_makes_no_sense_is_refused(champ, valeur):
    with pytest.raises(InvalidInputError):
        Evenement.parse(OBJET | {champ: valeur})


def test_a_recurring_event_lasts_a_day_at_most():
    with pytest.raises(InvalidInputError):
        Evenement.parse(OBJET | {"fin": "2026-12-03T14:00", "recurrence": "FREQ=MONTHLY"})


def test_signs_that_hide_or_turn_round_what_is_read_go():
    lu = Evenement.parse(
        OBJET | {"titre": "Ate\u00adlier\u202e\x00 \U0001f468\u200d\U0001f4bb", "texte": "a\r\n\tb\x07"}
    )
    assert lu.titre == "Atelier \U0001f468\u200d\U0001f4bb"
    assert lu.texte == "a\nb"


def test_two_events_with_one_id_are_refused():
    with pytest.raises(InvalidInputError):
        parse_evenements([OBJET, OBJET])


def test_one_event_that_cannot_be_read_does_not_hide_the_others():
    assert [lu.id for lu in read_evenements([{"id": "x"}, OBJET])] == ["abcd1234"]


def test_an_only_date_that_is_cancelled_does_not_happen():
    lu = Evenement.parse(OBJET | {"sauf": ["2026-12-01"]})
    assert lu.list_occurrences(at("2026-11-01"), at("2027-01-01")) == []


def test_what_has_started_is_not_over():
    lu = Evenement.parse(OBJET)
    assert lu.list_occurrences(at("2026-12-01T15:00"), at("2027-01-01"))
    assert not lu.list_occurrences(at("2026-12-01T16:00"), at("2027-01-01"))


def test_the_clock_is_that_of_the_place():
    # 13 h in Réunion is 10 h in winter in Paris: 9 h UTC.
    lu = Evenement.parse(OBJET | {"debut": "2026-12-01T13:00", "fin": "2026-12-01T14:00"})
    reunion, paris = find_zone("97411").fuseau, find_zone("29019").fuseau
    a_10_h_utc = dt.datetime(2026, 12, 1, 10, 0, tzinfo=dt.UTC)
    assert lu.list_prochaines(a_10_h_utc, reunion, 5) == []
    assert len(lu.list_prochaines(a_10_h_utc, paris, 5)) == 1


def test_an_hour_on_the_clock_stays_that_hour_when_clocks_change():
    # Clocks change on 28 March 2027.
    lu = Evenement.parse(
        OBJET | {"debut": "2027-03-26T14:00", "fin": "2027-03-26T16:00", "recurrence": "FREQ=DAILY;COUNT=4"}
    )
    trouvees = lu.list_occurrences(at("2027-03-01"), at("2027-05-01"))
    assert [(o.debut.day, o.debut.hour, o.fin.hour) for o in trouvees] == [(j, 14, 16) for j in (26, 27, 28, 29)]
    paris = find_zone("29019").fuseau
    assert [o.debut.replace(tzinfo=paris).astimezone(dt.UTC).hour for o in trouvees] == [13, 13, 12, 12]


def test_a_night_over_the_change_of_clocks_ends_at_the_hour_that_is_said():
    lu = Evenement.parse(OBJET | {"debut": "2027-03-27T22:00", "fin": "2027-03-28T04:00"})
    (une,) = lu.list_occurrences(at("2027-03-01"), at("2027-05-01"))
    assert (une.debut.hour, une.fin.hour) == (22, 4)


def test_events_of_several_records_add_up_and_the_first_word_on_each_holds():
    def fiche(numero, confiance, evenements, retraits=()):
        dites = {"nom": "Lieu", "commune_code": "29019", "evenements": evenements}
        return Fiche(numero, f"s{numero}", "1", confiance, None, dites, retraits={"evenements": list(retraits)})

    autre = OBJET | {"id": "zzzz9999"}
    change = OBJET | {"titre": "Autre titre"}
    resolu = resolve([fiche(1, 50, [OBJET, autre]), fiche(2, 200, [change], ["zzzz9999"])])
    assert resolu.valeurs["evenements"] == [change]
