"""Opening hours: every expectation is read off a calendar. 23 November 2026 is a Monday, 11 November a Wednesday."""

import datetime as dt
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.core.textes import use_catalogue
from tierslieux.lieux.horaires import (
    Cause,
    EtatOuverture,
    build_semaine,
    describe_ouverture,
    find_situation,
    is_ouvert,
    is_ouvert_a_arrivee,
    is_ouvert_pendant,
    is_valid,
    list_dates,
    list_ouvertures,
)
from tierslieux.lieux.moments import Fenetre

PARIS = ZoneInfo("Europe/Paris")
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
    ouverture = describe_ouverture(SEMAINE, instant, None)
    assert ouverture is not None
    assert (ouverture.etat, lisible(ouverture.texte)) == (etat, texte)


def test_hours_that_speak_of_public_holidays_are_believed() -> None:
    assert is_ouvert("Mo-Fr 09:00-12:00; PH off", a(11, 10), None) is False
    assert is_ouvert("Mo-Fr,PH 09:00-12:00", a(11, 10), None) is True


def test_hours_are_local_to_the_place() -> None:
    # 8:30 in Paris is 11:30 in La Réunion (UTC+4, no daylight saving; Paris is UTC+1 in November).
    assert is_ouvert(SEMAINE, a(23, 8, 30), None) is False
    assert is_ouvert(SEMAINE, a(23, 8, 30), "97411") is True


def test_hours_follow_daylight_saving() -> None:
    # The night of 25 October 2026 goes back one hour: 7:30 UTC is 9:30 in Paris on Saturday 24, 8:30 on Monday 26.
    assert is_ouvert("Mo-Sa 09:00-12:00", dt.datetime(2026, 10, 24, 7, 30, tzinfo=dt.UTC), None) is True
    assert is_ouvert("Mo-Sa 09:00-12:00", dt.datetime(2026, 10, 26, 7, 30, tzinfo=dt.UTC), None) is False


@pytest.mark.parametrize("texte", [None, "", "sur rendez-vous", "Mo-Fr 9h-12h", "Mo-Fr 09:00-12:00 \x00"])
def test_what_cannot_be_read_is_not_guessed(texte: str | None) -> None:
    assert describe_ouverture(texte, a(23, 10), None) is None
    assert is_ouvert(texte, a(23, 10), None) is None
    assert build_semaine(texte, dt.date(2026, 11, 23)) == []


def test_comments_and_unknown_are_said() -> None:
    ouverture = describe_ouverture('We 10:00-12:00 "sur rendez-vous"', a(25, 10), None)
    assert ouverture is not None
    assert lisible(ouverture.texte) == "Ouvert, ferme à 12 h (sur rendez-vous)"
    assert is_ouvert("We 10:00-12:00 unknown", a(25, 10), None) is None


def test_far_openings_are_told_by_their_date() -> None:
    ouverture = describe_ouverture("Dec 01-31 Mo-Fr 09:00-12:00", a(20, 10), None)
    assert ouverture is not None
    assert lisible(ouverture.texte) == "Fermé, ouvre le 1er décembre à 9 h"
    lointaine = describe_ouverture("Jul 01-31 Mo-Fr 09:00-12:00", a(20, 10), None)
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


def test_what_is_valid() -> None:
    assert is_valid(SEMAINE)
    assert not is_valid("fermé le lundi")
    # The library takes these and opens every day.
    assert not is_valid("Nov 31 10:00-12:00")
    assert not is_valid("Feb 30-Mar 02 10:00-12:00")


LIBRE = ("x" * 10_000, "😀" * 700, "(" * 1_400, "PH" + " " * 1_400 + "x", ";" * 900, "Mo-Fr 9h-12h", "\x00", "\ud800")


@pytest.mark.parametrize("texte", [None, "", *LIBRE], ids=lambda texte: repr(texte)[:12])
def test_what_cannot_be_read_is_none_everywhere(texte: str | None) -> None:
    now = a(23, 10)
    fenetre = Fenetre(dt.datetime(2026, 11, 23), dt.datetime(2026, 11, 24))  # noqa: DTZ001 - local to the place
    assert describe_ouverture(texte, now, None) is None
    assert is_ouvert(texte, now, None) is None
    assert is_ouvert_pendant(texte, fenetre, None) is None
    assert is_ouvert_a_arrivee(texte, now, 10, None) is None
    assert list_ouvertures(texte, fenetre.debut, fenetre.fin, None) is None
    assert list_dates(texte, now, None) == []
    assert build_semaine(texte, now.date()) == []


MORCEAUX = (
    *(
        "Mo",
        "Fr",
        "Sa-Su",
        "PH",
        "SH",
        "off",
        "unknown",
        '"x"',
        '"',
        "10:00-12:00",
        "22:00-26:00",
        "24/7",
        "May",
        "2026",
    ),
    *("week 01-53/2", "Nov 26", "[1]", "+1 day", "sunrise-sunset", "||", ";", ",", "-", "+", "easter", " "),
)


@given(st.lists(st.sampled_from(MORCEAUX), max_size=8).map(" ".join))
def test_no_text_makes_an_exception(texte: str) -> None:
    ouverture = describe_ouverture(texte, a(11, 10), "97105")
    assert (ouverture is not None) == (bool(texte) and is_valid(texte))
    list_dates(texte, a(11, 10), "67482")
    build_semaine(texte, dt.date(2026, 11, 11))


@pytest.mark.parametrize(
    ("texte", "code", "mois", "jour", "attendu"),
    [
        ("Mo-Sa 09:00-12:00; PH off", "67482", 12, 26, False),  # Saint Stephen's, a Saturday: Strasbourg
        ("Mo-Sa 09:00-12:00; PH off", "35238", 12, 26, True),
        ("PH 09:00-12:00", "57463", 4, 3, True),  # Good Friday in Metz
        ("PH 09:00-12:00", "54395", 4, 3, False),
        ("PH Mo-Fr 09:00-12:00", None, 11, 11, True),  # a Wednesday
        ("PH Mo-Fr 09:00-12:00", None, 11, 1, False),  # a Sunday
        ("PH Mo-Fr 09:00-12:00", None, 11, 12, False),  # no public holiday
        ("PH -1 day 09:00-12:00", None, 11, 10, True),  # the day before
        ('Mo-Sa 09:00-12:00 "sauf PHARE"', "67482", 12, 26, None),  # a comment says nothing of public holidays
    ],
)
def test_public_holidays_of_the_territory(
    texte: str,
    code: str | None,
    mois: int,
    jour: int,
    attendu: bool | None,  # noqa: FBT001
) -> None:
    assert is_ouvert(texte, a(jour, 10, mois=mois), code) is attendu


def test_the_next_opening_is_never_promised_on_a_public_holiday() -> None:
    # Tuesday 10 November 2026 in the evening: Wednesday 11 is a public holiday.
    ouverture = describe_ouverture("Mo-Fr 09:00-12:00", a(10, 18), None)
    assert ouverture is not None
    assert lisible(ouverture.texte) == "Fermé, ouvre jeudi à 9 h"


def test_openings_of_a_public_holiday_are_listed_as_not_known() -> None:
    debut, fin = dt.datetime(2026, 11, 10), dt.datetime(2026, 11, 13)  # noqa: DTZ001 - local to the place
    plages = list_ouvertures("Mo-Fr 09:00-12:00", debut, fin, None)
    assert plages is not None
    assert [(plage.debut.day, plage.etat, plage.cause) for plage in plages] == [
        (10, EtatOuverture.OUVERT, None),
        (11, EtatOuverture.INCONNU, Cause.FERIE),
        (12, EtatOuverture.OUVERT, None),
    ]


def test_school_holidays_are_never_guessed() -> None:
    dans_et_hors = "Mo-Fr 09:00-12:00; SH Mo-Fr 09:00-10:00"
    assert is_ouvert(dans_et_hors, a(23, 9, 30), None) is True  # in both readings
    assert is_ouvert(dans_et_hors, a(23, 11), None) is None
    assert is_ouvert(dans_et_hors, a(23, 13), None) is False
    situation = find_situation(dans_et_hors, a(23, 11), None)
    assert situation is not None
    assert situation.cause is Cause.VACANCES


def test_the_sun_is_read_at_the_four_corners_of_the_territory() -> None:
    # 23 November: the sun rises between 7:30 (Alsace) and 8:45 (Brittany) and sets between 16:40 and 17:45.
    assert is_ouvert("sunrise-sunset", a(23, 12), "29019") is True
    assert is_ouvert("sunrise-sunset", a(23, 8), "29019") is None
    assert is_ouvert("sunrise-sunset", a(23, 5), "29019") is False


@pytest.mark.parametrize(
    ("texte", "jour", "heure", "attendu"),
    [
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', 23, 10, True),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', 23, 13, None),
        ('Mo-Fr "sur rendez-vous"', 23, 10, None),
        ("Mo 09:00+", 23, 10, None),  # nobody knows when it closes
        ("Mo-Sa 09:00-12:00; Su 20:00-26:00", 23, 1, True),  # the night from Sunday to Monday
        ("Fr 22:00-26:00; Sa off", 28, 1, True),  # Friday's night goes on
    ],
)
def test_where_the_library_reads_otherwise(texte: str, jour: int, heure: int, attendu: bool | None) -> None:  # noqa: FBT001
    assert is_ouvert(texte, a(jour, heure), None) is attendu


@pytest.mark.parametrize(
    ("debut", "fin", "attendu"),
    [((23, 18), (23, 22), False), ((23, 16), (23, 22), True), ((28, 0), (29, 0), True), ((29, 0), (30, 0), False)],
)
def test_open_at_least_once(debut: tuple[int, int], fin: tuple[int, int], attendu: bool) -> None:  # noqa: FBT001
    fenetre = Fenetre(dt.datetime(2026, 11, *debut), dt.datetime(2026, 11, *fin))  # noqa: DTZ001 - local to the place
    assert is_ouvert_pendant(SEMAINE, fenetre, None) is attendu


def test_a_window_on_a_public_holiday_is_not_known() -> None:
    fenetre = Fenetre(dt.datetime(2026, 11, 11), dt.datetime(2026, 11, 12))  # noqa: DTZ001 - local to the place
    assert is_ouvert_pendant(SEMAINE, fenetre, None) is None


@pytest.mark.parametrize(
    ("duree_min", "attendu"), [(0, True), (44, True), (45, True), (46, False), (90, False), (250, True)]
)
def test_open_on_arrival(duree_min: float, attendu: bool) -> None:  # noqa: FBT001
    # Leaving at 11:00; open until 12:00, then from 14:00: 15 minutes must be left.
    assert is_ouvert_a_arrivee(SEMAINE, a(23, 11), duree_min, None) is attendu


def test_sentences_follow_the_language_of_the_moment() -> None:
    class Majuscules(NullTranslations):
        def gettext(self, message: str) -> str:
            return message.upper().replace("%(HEURE)S", "%(heure)s").replace("%(HEURES)S", "%(heures)s")

    premiere = describe_ouverture(SEMAINE, a(23, 10), None)
    with use_catalogue(Majuscules()):
        traduite = describe_ouverture(SEMAINE, a(23, 10), None)
    encore = describe_ouverture(SEMAINE, a(23, 10), None)
    assert premiere == encore
    assert traduite is not None
    assert lisible(traduite.texte) == "OUVERT, FERME À 12 H"
