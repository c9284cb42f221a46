"""Opening hours written in French: read against weeks written by hand, minute by minute, and never guessed."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.etapes import horaires
from tierslieux.lieux.nettoyage.horaires import is_sure
from tierslieux.lieux.nettoyage.horaires_jetons import is_a_une_faute
from tierslieux.lieux.nettoyage.horaires_libres import parse_horaires_libres

# Monday of a week without public holiday: week 10 of 2026, an even one, and the first Monday of March.
LUNDI = dt.datetime(2026, 3, 2)  # noqa: DTZ001  (opening hours are local to the place)
PAS_MIN = 5
JOURS = ("lu", "ma", "me", "je", "ve", "sa", "di")

Semaine = list[list[tuple[int, int]]]


def minutes(heure: str) -> int:
    heures, _, reste = heure.partition(":")
    return int(heures) * 60 + int(reste or 0)


def semaine(**jours: str) -> Semaine:
    """The week by hand: semaine(lu="9-12 14-17:30", lu_ve="9-18") ; "lu_ve" is five days."""
    lue: Semaine = [[] for _ in JOURS]
    for noms, creneaux in jours.items():
        bornes = [JOURS.index(nom) for nom in noms.split("_")]
        for jour in range(bornes[0], bornes[-1] + 1):
            lue[jour] += [(minutes(debut), minutes(fin)) for debut, fin in (un.split("-") for un in creneaux.split())]
    return lue


def read_osm(texte: str, lundi: dt.datetime = LUNDI) -> list[set[int]]:
    """When the week that starts on this Monday is open, as opening-hours-py says: starts of slices of five minutes."""
    osm = OpeningHours(texte, country="FR")
    return [
        {
            minute
            for minute in range(0, 24 * 60, PAS_MIN)
            if osm.state(lundi + dt.timedelta(days=jour, minutes=minute))[0] == State.OPEN
        }
        for jour in range(7)
    ]


def expand(lue: Semaine) -> list[set[int]]:
    return [{minute for debut, fin in jour for minute in range(debut, fin, PAS_MIN)} for jour in lue]


COMPRIS: list[tuple[str, Semaine]] = [
    ("du lundi au vendredi 9h-12h et 14h-17h30, fermé le mercredi",
     semaine(lu_ma="9-12 14-17:30", je_ve="9-12 14-17:30")),
    ("Lun-Ven : 9h00 à 12h30 / 13h30 - 17h", semaine(lu_ve="9-12:30 13:30-17")),
    ("mardi et jeudi de 14 h à 18 h", semaine(ma="14-18", je="14-18")),
    ("lundi 9h/12h - mercredi 14h/17h", semaine(lu="9-12", me="14-17")),
    ("Ouvert tous les jours sauf dimanche de 10h à 19h", semaine(lu_sa="10-19")),
    ("samedi matin 9h-12h", semaine(sa="9-12")),
    ("24h/24 7j/7", semaine(lu_di="0-24")),
    ("Ouvert 7 jours sur 7, 24 heures sur 24", semaine(lu_di="0-24")),
    ("24h/24", semaine(lu_di="0-24")),
    ("lundi 9h-midi et vendredi 20h-minuit", semaine(lu="9-12", ve="20-24")),
    ("LUNDI AU VENDREDI 9H30-12H", semaine(lu_ve="9:30-12")),
    ("lundi 9.30-12.30", semaine(lu="9:30-12:30")),
    ("Lundi 09:00-12:00, 14:00-18:00", semaine(lu="9-12 14-18")),
    ("Lundi 09:00:00 - 12:00:00", semaine(lu="9-12")),
    ("lundi de 9 heures à 12 heures 30", semaine(lu="9-12:30")),
    ("lundi 9 h 30 – 12 h 15", semaine(lu="9:30-12:15")),
    ("lundi 9-12h, 14-17h30", semaine(lu="9-12 14-17:30")),
    ("mercredi entre 14h et 16h", semaine(me="14-16")),
    ("mecredi 9h-12h, vendrdi 14h-17h, lunid 9h-10h, jeudii 9h-10h",
     semaine(lu="9-10", me="9-12", je="9-10", ve="14-17")),
    ("Lundi : 8h30-12h ; Mardi à Vendredi : 8h30-12h/14h-17h ; Samedi : 9h-11h",
     semaine(lu="8:30-12", ma_ve="8:30-12 14-17", sa="9-11")),
    ("Lundi, Samedi : 9h-12h ; Mardi, Jeudi, Vendredi :13h30-17h",
     semaine(lu="9-12", sa="9-12", ma="13:30-17", je_ve="13:30-17")),
    ("Lundi : 14H - 17HMardi, Mercredi et Jeudi : 9H30 - 12H et 14H - 17HVendredi : 9H30 - 12H",
     semaine(lu="14-17", ma_je="9:30-12 14-17", ve="9:30-12")),
    ("Du lundi au jeudi : 09h - 12h30   14h00 - 17h 30Vendredi 09h00 - 12h30   13h30 - 17h00",
     semaine(lu_je="9-12:30 14-17:30", ve="9-12:30 13:30-17")),
    ("lundi au vendredi 8h15-19h30 et week-end 9h-19h30", semaine(lu_ve="8:15-19:30", sa_di="9-19:30")),
    ("mardi de 12h à 21h - du mercredi au vendredi de 12h à 19h - le samedi et le dimanche de 14h à 19h.",
     semaine(ma="12-21", me_ve="12-19", sa_di="14-19")),
    ("lundi au vendredi : 8h-12h, 13h30-17h30 (vendredi 16h30)",
     semaine(lu_je="8-12 13:30-17:30", ve="8-12 13:30-16:30")),
    ("lundi au vendredi : 8h-12h, 13h30-17h30 (jusqu'à 16h30 le vendredi)",
     semaine(lu_je="8-12 13:30-17:30", ve="8-12 13:30-16:30")),
    ("Du lundi au jeudi : 9h-12h30, 13h30-17h. Vendredi : 9h-12h30, 13h30-16h30. Fermeture le jeudi après-midi.",
     semaine(lu_me="9-12:30 13:30-17", je="9-12:30", ve="9-12:30 13:30-16:30")),
    ("Du lundi au vendredi 9h-12h et 14h-17h, vendredi après-midi fermé", semaine(lu_je="9-12 14-17", ve="9-12")),
    ("Permanences :<ul><li>Lundi de 14h - 16h</li><li>Mardi de 10h30 - 12h</li></ul>",
     semaine(lu="14-16", ma="10:30-12")),
    ("Lundi&nbsp;: 9h-12h<br/>Mardi : 14h-17h", semaine(lu="9-12", ma="14-17")),
    ("Lundi 9h-12h\nMardi 14h-17h\n\nMercredi fermé", semaine(lu="9-12", ma="14-17")),
    ("Du Lundi au Vendredi, avec ou sans rendez-vous, de 8h45 à 12h15", semaine(lu_ve="8:45-12:15")),
    ("Lundi au vendredi 8h-12h, lundi : 13h30-17h, vendredi 13h30-16h30",
     semaine(lu="8-12 13:30-17", ma_je="8-12", ve="8-12 13:30-16:30")),
    ("Du lundi au vendredi de 9h à 12h30 et le mardi après-midi de 14h à 17h",
     semaine(lu="9-12:30", ma="9-12:30 14-17", me_ve="9-12:30")),
    ("mardi-jeudi-samedi 14H00-17H45", semaine(ma="14-17:45", je="14-17:45", sa="14-17:45")),
    ("mardi/jeudi 14h-17h", semaine(ma="14-17", je="14-17")),
    ("Lu, Ma, Je et Ve 9h-12h", semaine(lu_ma="9-12", je_ve="9-12")),
    ("lun. mar. jeu. 9h-12h", semaine(lu_ma="9-12", je="9-12")),
    ("du samedi au lundi 10h-12h", semaine(sa_di="10-12", lu="10-12")),
    ("les mardis et vendredis de 9h à 12h", semaine(ma="9-12", ve="9-12")),
    ("tous les matins de 9h à 12h", semaine(lu_di="9-12")),
    ("9h-12h et 14h-17h du lundi au vendredi, 9h-12h le samedi", semaine(lu_ve="9-12 14-17", sa="9-12")),
    ("de 14h à 18h : mardi, jeudi", semaine(ma="14-18", je="14-18")),
    ("lundi matin de 9h à 12h et lundi après-midi de 14h à 17h", semaine(lu="9-12 14-17")),
    ("lundi : le matin de 9h à 12h et l'après-midi de 14h à 17h", semaine(lu="9-12 14-17")),
    ("lundi 9h-12h le matin et 14h-17h l’après-midi", semaine(lu="9-12 14-17")),
    ("lundi matin et jeudi matin de 9h à 12h", semaine(lu="9-12", je="9-12")),
    ("jeudi soir 18h-20h", semaine(je="18-20")),
    ("Fermé le lundi. Du mardi au samedi 10h-18h", semaine(ma_sa="10-18")),
    ("Fermé le lundi, ouvert du mardi au samedi 10h-18h", semaine(ma_sa="10-18")),
    ("Lundi : fermé / Mardi : 9h-12h", semaine(ma="9-12")),
    ("tous les jours (sauf le mercredi) de 10h à 12h", semaine(lu_ma="10-12", je_di="10-12")),
    ("tous les jours sauf le mercredi et le dimanche de 10h à 12h", semaine(lu_ma="10-12", je_sa="10-12")),
    ("du lundi au vendredi 9h-17h sauf le mercredi 9h-12h", semaine(lu_ma="9-17", me="9-12", je_ve="9-17")),
    ("du lundi au samedi 9h-17h, à l'exception du jeudi", semaine(lu_me="9-17", ve_sa="9-17")),
    ("les lundis de 14 - 17h30 ainsi que mardi à vendredi de 9 - 12h30 et de 14 - 17h30 sauf le vendredi (16h30)",
     semaine(lu="14-17:30", ma_je="9-12:30 14-17:30", ve="9-12:30 14-16:30")),
    ("en semaine de 8h à 18h sans interruption", semaine(lu_ve="8-18")),
    ("jours ouvrés 8h-18h", semaine(lu_ve="8-18")),
    ("Mo-Th 10h00-12h30,13h30-17h00; Fr 09h30-12h30; We off",
     semaine(lu_ma="10-12:30 13:30-17", je="10-12:30 13:30-17", ve="9:30-12:30")),
    ("Mo-Fr 9h-12h30,13h30-17h", semaine(lu_ve="9-12:30 13:30-17")),
    ("week end : 14h-18h", semaine(sa_di="14-18")),
    ("lundi 8h45 - 12h30 - 13h30 - 17h30", semaine(lu="8:45-12:30 13:30-17:30")),
    ("lundi 0h-24h", semaine(lu="0-24")),
    ("« Lundi de 15h à 17h. »", semaine(lu="15-17")),
    ("Du lundi au vendredi 9h-12h et sur RDV", semaine(lu_ve="9-12")),
    ("Horaires d'ouverture au public et accueil du public : du mardi au samedi de 9h à 12h", semaine(ma_sa="9-12")),
    ("lundi et mardi 9h-12h & 14h-16h ; jeudi 9h-12h", semaine(lu_ma="9-12 14-16", je="9-12")),
]  # fmt: skip


@pytest.mark.parametrize(("texte", "attendue"), COMPRIS)
def test_what_is_understood_means_the_same(texte: str, attendue: Semaine) -> None:
    osm = parse_horaires_libres(texte)
    assert osm is not None
    assert read_osm(osm) == expand(attendue)


def test_enough_sentences_are_checked() -> None:
    assert len(COMPRIS) >= 60


@pytest.mark.parametrize("texte", [texte for texte, _ in COMPRIS])
@pytest.mark.parametrize("mot", ["environ", "parfois", "xyz", "selon", "2024"])
def test_one_unknown_word_anywhere_refuses_the_whole(texte: str, mot: str) -> None:
    mots = texte.split(" ")
    for rang in range(len(mots) + 1):
        assert parse_horaires_libres(" ".join([*mots[:rang], mot, *mots[rang:]])) is None


@pytest.mark.parametrize(
    ("texte", "osm"),
    [
        ("1er et 3e mercredi du mois 14h-16h", "We[1,3] 14:00-16:00"),
        ("tous les premiers mardis du mois de 9h à 12h", "Tu[1] 09:00-12:00"),
        ("le dernier samedi de chaque mois : 10h-12h", "Sa[-1] 10:00-12:00"),
        ("Lundi 9h-12h, 2ème samedi du mois 9h-12h", "Mo,Sa[2] 09:00-12:00"),
        ("semaines paires : mardi 9h-12h", "week 02-52/2 Tu 09:00-12:00"),
        ("Semaines paires : lundi 9h-12h ; mardi fermé ; mercredi 14h-17h",
         "week 02-52/2 Mo 09:00-12:00; week 02-52/2 We 14:00-17:00"),
        ("mardi 9h-12h (semaines impaires)", "week 01-53/2 Tu 09:00-12:00"),
        ("Semaines paires : mardi 9h-12h ; semaines impaires : mardi 14h-16h",
         "week 02-52/2 Tu 09:00-12:00; week 01-53/2 Tu 14:00-16:00"),
        ("lundi 9h-12h, fermé les jours fériés", "Mo 09:00-12:00; PH off"),
        ("lundi 9h-12h sauf jours fériés", "Mo 09:00-12:00; PH off"),
        ("Lundi 9h-12h. Jours fériés : fermé", "Mo 09:00-12:00; PH off"),
        ("week-end et jours fériés 14h-18h", "Sa,Su 14:00-18:00; PH 14:00-18:00"),
        ("de mai à septembre : du lundi au samedi 9h-18h", "May-Sep Mo-Sa 09:00-18:00"),
        ("De mai à septembre :\n- lundi : 9h-12h\n- mardi : 14h-17h",
         "May-Sep Mo 09:00-12:00; May-Sep Tu 14:00-17:00"),
        ("lundi 9h-12h de mai à septembre", "May-Sep Mo 09:00-12:00"),
        ("du 1er avril au 31 octobre, tous les jours 10h-19h", "Apr-Oct Mo-Su 10:00-19:00"),
        ("Du 15 avril au 31 octobre : lundi 10h-19h ; du 1er novembre au 14 avril : lundi 10h-17h",
         "Apr 15-Oct 31 Mo 10:00-19:00; Nov 01-Apr 14 Mo 10:00-17:00"),
        ("juillet et août : lundi 9h-12h", "Jul,Aug Mo 09:00-12:00"),
        ("lundi 9h-12h, fermé en août", "Mo 09:00-12:00; Aug off"),
        ("lundi 9h-12h. Fermé du 1er au 15 août", "Mo 09:00-12:00; Aug 01-Aug 15 off"),
        ("lundi 9h-12h, fermé le 1er lundi du mois", "Mo 09:00-12:00; Mo[1] off"),
        ("lundi 9h-12h, fermé pendant les vacances scolaires",
         'Mo 09:00-12:00 open "hors vacances scolaires"; SH off'),
        ("en période scolaire : mardi 14h-16h", 'Tu 14:00-16:00 open "hors vacances scolaires"; SH off'),
        ("mardi 14h-16h hors vacances scolaires", 'Tu 14:00-16:00 open "hors vacances scolaires"; SH off'),
        ("Lundi 9h-12h. Vacances scolaires : tous les jours 10h-12h",
         "Mo 09:00-12:00; SH 10:00-12:00"),
        ("lundi 9h-12h sur rendez-vous", 'Mo 09:00-12:00 unknown "sur rendez-vous"'),
        ("sur rendez-vous du lundi au vendredi 9h-12h", 'Mo-Fr 09:00-12:00 unknown "sur rendez-vous"'),
        ("lundi 9h-12h, samedi sur rdv", 'Mo 09:00-12:00; Sa 00:00-24:00 unknown "sur rendez-vous"'),
        ("lundi 9h-12h et sur RDV", 'Mo 09:00-12:00 open "et sur rendez-vous"'),
        ("24h/24 7j/7", "24/7"),
    ],
)  # fmt: skip
def test_what_a_plain_week_does_not_hold(texte: str, osm: str) -> None:
    assert parse_horaires_libres(texte) == osm


@pytest.mark.parametrize(
    ("texte", "ouverts", "fermes"),
    [
        # March 2026 begins on a Sunday: its Wednesdays are the 4th, 11th, 18th, 25th.
        ("1er et 3e mercredi du mois 14h-16h", ["2026-03-04", "2026-03-18"], ["2026-03-11", "2026-03-25"]),
        ("dernier samedi du mois 14h-16h", ["2026-03-28"], ["2026-03-21", "2026-03-07"]),
        # ISO weeks: 2 March 2026 is in week 10, 9 March in week 11; 28 December 2026 in week 53, 4 January 2027 in 1.
        ("semaines paires : lundi 14h-16h", ["2026-03-02", "2027-01-11"], ["2026-03-09", "2026-12-28", "2027-01-04"]),
        ("semaines impaires : lundi 14h-16h", ["2026-03-09", "2026-12-28", "2027-01-04"], ["2026-03-02"]),
        # 6 April 2026 is Easter Monday.
        ("lundi 14h-16h, fermé les jours fériés", ["2026-04-13"], ["2026-04-06"]),
        ("samedi et jours fériés 14h-16h", ["2026-04-06", "2026-04-11"], ["2026-04-13"]),
        ("de novembre à mars : lundi 14h-16h", ["2026-03-30", "2026-11-02"], ["2026-04-13", "2026-10-26"]),
        ("lundi 14h-16h, fermé du 1er au 15 août", ["2026-07-27", "2026-08-17"], ["2026-08-03", "2026-08-10"]),
    ],
)
def test_days_of_the_calendar(texte: str, ouverts: list[str], fermes: list[str]) -> None:
    osm = parse_horaires_libres(texte)
    assert osm is not None
    lus = {
        jour: OpeningHours(osm, country="FR").is_open(dt.datetime.fromisoformat(f"{jour}T15:00"))
        for jour in (*ouverts, *fermes)
    }
    assert lus == dict.fromkeys(ouverts, True) | dict.fromkeys(fermes, False)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "fermé",
        "sur rendez-vous",
        "un vendredi sur deux 9h-12h",
        "9h-12h / 13h30-17h30",
        "lundi",
        "lundi matin",
        "lundi 9h",
        "lundi à partir de 9h",
        "lundi jusqu'à 12h",
        "lundi 9h-12h-14h",
        "lundi 12h-9h",
        "lundi 9h-9h",
        "lundi 20h-2h",
        "lundi 9h-25h",
        "lundi 9h75-12h",
        "lundi 9h-12h, 11h-14h",
        "lundi 14h-17h, 9h-12h",
        "lundi 9-12",
        "lundi 9h30/10h - 12h/12h30",
        "lundi après-midi 9h-12h",
        "lundi et mardi matin 9h-12h, 14h-17h",
        "lundi matin, mardi après-midi : 9h-12h, 14h-17h",
        "lundi 9h-12h ; lundi 10h-13h",
        "du lundi au vendredi 9h-12h ; mercredi 14h-17h",
        "du lundi au vendredi 9h-18h ; mercredi 9h-12h",
        "lundi ou mardi 9h-12h",
        "tous les jours de la semaine 9h-12h",
        "toute la semaine 9h-12h",
        "jours ouvrables 9h-12h",
        "fermé mardi, mercredi 9h-12h",
        "fermé temporairement",
        "lundi 9h-17h, fermé le lundi après-midi",
        "lundi 9h-12h, fermé le mardi après-midi",
        "1er mercredi 14h-16h",
        "1er et 3e mercredi et vendredi du mois 14h-16h",
        "mercredi 9h-12h, 1er mercredi du mois 14h-16h",
        "deux mercredis par mois 9h-12h",
        "lundi 9h-12h. De mai à septembre : samedi 9h-12h",
        "en été : lundi 9h-12h",
        # Whether the header holds for the second sentence, nobody says.
        "Semaines paires : mardi 9h-12h. Jeudi : 14h-17h",
        "De mai à septembre : mardi 9h-12h. Jeudi : 14h-17h",
        "du 31 au 32 mars : lundi 9h-12h",
        "du 1er au 31 février : lundi 9h-12h",
        "Vacances scolaires : du lundi au vendredi 10h-12h",
        "Lundi 9h-12h. Vacances scolaires : du lundi au vendredi 10h-12h",
        "lundi 9h-12h. Sur rendez-vous",
        "lundi 9h-12h, mardi 14h-17h sur rendez-vous",
        "lundi 9h-12h, mardi 14h-17h (sur rendez-vous)",
        "lundi 9h-12h, mardi 14h-17h (semaines paires)",
        "lundi 9h-12h, mardi 14h-17h de mai à septembre",
        "permanence téléphonique lundi 9h-12h",
        "Accueil avant 17h ; départ pour 9h",
        "lundi 9h-12h (vendredi 16h)",
        "lundi au vendredi 14h-17h (vendredi 9h)",
        "lundi 9h-12h (état civil)",
        "lundi 9h-12h (",
        "lundi 9h-12h)",
        "pas ouvert le lundi 9h-12h",
        "Mo 08:22",
        "Mo-Fr 09:00-12:00-14:00",
        "Mo-Fr 08:00-12:00; Tu 08:00-13:45-16:30",
        "le 12/03/2024 9h-12h",
        "lundi 9h-12h" + " " * 600,
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(texte: str) -> None:
    assert parse_horaires_libres(texte) is None


@pytest.mark.parametrize(
    ("mot", "proche"),
    [("lundi", False), ("lunndi", True), ("lndi", True), ("lumdi", True), ("ludni", True), ("landi", True),
     ("ludin", False), ("lundis", True), ("ladi", False), ("vendredi", False)],
)  # fmt: skip
def test_one_letter_away_from_a_day(mot: str, proche) -> None:
    assert is_a_une_faute(mot, "lundi") is proche


# --- a random week, written in French by another hand, comes back the same --------------------------------------------

NOMS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ABREGES = ("lun.", "mar", "mer.", "jeu.", "ven", "sam.", "dim")

instants = st.lists(st.integers(0, 288), unique=True, min_size=0, max_size=6).map(
    lambda rangs: sorted(rangs)[: len(rangs) // 2 * 2]
)
semaines = st.lists(instants, min_size=7, max_size=7).filter(any)


@st.composite
def ecritures(draw: st.DrawFn) -> tuple[list[list[tuple[int, int]]], str]:
    """A week of slots of five minutes, and a sentence that says it."""
    jours = [list(zip(borne[::2], borne[1::2], strict=True)) for borne in draw(semaines)]
    heure = draw(st.sampled_from(["{h}h{m:02d}", "{h:02d}:{m:02d}", "{h} h {m:02d}", "{h}H{m:02d}", "{h}.{m:02d}"]))
    entre = draw(st.sampled_from(["-", " - ", " à ", "–", " a "]))
    lien = draw(st.sampled_from([" et ", ", ", " / ", " et de ", " puis ", "; "]))
    phrase = draw(st.sampled_from(["\n", " ; ", ". ", ", ", " ", " | "]))
    noms = draw(st.sampled_from([NOMS, ABREGES, tuple(nom.upper() for nom in NOMS), tuple(f"{n}s" for n in NOMS)]))
    deux_points = draw(st.sampled_from([" : ", " ", " de ", ": "]))

    def write(rang: int) -> str:
        return heure.format(h=rang * PAS_MIN // 60, m=rang * PAS_MIN % 60)

    groupes: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for jour, creneaux in enumerate(jours):
        if creneaux:
            cle = tuple(creneaux) if draw(st.booleans()) else (*creneaux, (jour, -1))
            groupes.setdefault(tuple(c for c in cle if c[1] != -1) if cle[-1][1] != -1 else cle, []).append(jour)
    phrases = []
    for cle, membres in groupes.items():
        ecrits = lien.join(write(debut) + entre + write(fin) for debut, fin in cle if fin != -1)
        listes = [noms[jour] for jour in membres]
        suite = ", ".join(listes[:-1]) + " et " + listes[-1] if len(listes) > 1 else listes[0]
        phrases.append(suite + deux_points + ecrits)
    minutes_par_jour = [[(debut * PAS_MIN, fin * PAS_MIN) for debut, fin in creneaux] for creneaux in jours]
    return minutes_par_jour, phrase.join(draw(st.permutations(phrases)))


@given(ecritures())
@settings(max_examples=150, deadline=None)
def test_a_week_written_in_french_comes_back_the_same(ecriture) -> None:
    jours, texte = ecriture
    osm = parse_horaires_libres(texte)
    if osm is None:
        assert len(texte) > 600, texte
        return
    assert read_osm(osm) == expand(jours), texte


@given(
    st.lists(
        st.sampled_from(
            "lundi mardi samedi lun. we 9h 12h30 14:00 9 12 minuit - – / , ; . : ( ) et de à du au fermé sauf ouvert"
            " matin après-midi 1er 3e du mois mai août semaines paires vacances scolaires fériés sur rdv <br> 24h/24"
            " tous les jours entre jusqu'à \n".split(" ")
        ),
        max_size=40,
    ).map(" ".join)
)
@settings(max_examples=300, deadline=None)
def test_whatever_comes_out_is_sure(texte: str) -> None:
    osm = parse_horaires_libres(texte)
    assert osm is None or is_sure(osm), texte


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_failing(texte: str) -> None:
    osm = parse_horaires_libres(texte)
    assert osm is None or is_sure(osm)


@pytest.mark.parametrize(
    "motif", ["9", "9h-", "(", "lundi ", "<", "<a ", "lundi et ", "9h ", "- ", "1er et ", "&lt;", "a"]
)
def test_hostile_text_is_refused_at_once(motif: str) -> None:
    debut = time.perf_counter()
    for longueur in (600, 100_000):
        parse_horaires_libres(motif * (longueur // len(motif)))
    assert time.perf_counter() - debut < 0.5


# --- the step ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "publies", "avertissement"),
    [
        ("Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00", None),
        ("lundi 9h-12h", "Mo 09:00-12:00", Avertissement.HORAIRES_CONVERTIS),
        ("lundi 9h-12h parfois", None, Avertissement.HORAIRES_ILLISIBLES),
        # Valid syntax, which readers take for day and night.
        ('"sur rendez-vous"', None, Avertissement.HORAIRES_ILLISIBLES),
        ('Mo 09:00-12:00 || "sur rendez-vous"', None, Avertissement.HORAIRES_ILLISIBLES),
        ('Mo 09:00-12:00 "sur rendez-vous"', 'Mo 09:00-12:00 "sur rendez-vous"', None),
    ],
)
def test_the_step_keeps_converts_or_leaves_out(texte: str, publies: str | None, avertissement) -> None:
    contexte = make_contexte()
    record = horaires.clean(make_record(horaires=texte), contexte)
    assert record.valeurs.get("horaires") == publies
    assert list(contexte.avertissements) == ([avertissement] if avertissement else [])
