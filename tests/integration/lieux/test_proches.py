"""Open when it suits, and reached before it closes. 48.39° N: 0.01° of latitude is 1,112 m. No commune, no density."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tierslieux.core.types import Position
from tierslieux.lieux.enums import PriseEnCharge
from tierslieux.lieux.moments import Moment
from tierslieux.lieux.params import MAINTENANT, Criteres, Curseur
from tierslieux.lieux.services import PageLieux, list_proches
from tierslieux.trajets.moteur import Methode, Mode, Point

BREST = Position(-4.49, 48.39)
DEPART = Point(-4.49, 48.39)
# Monday 23 November 2026, 11:30 in Paris.
LUNDI = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)


def search(session: Session, criteres: Criteres, **autres: object) -> PageLieux:
    return list_proches(session, BREST, criteres, now=LUNDI, depart=DEPART, **autres)  # type: ignore[arg-type]  # a page or a limit


def list_noms(session: Session, criteres: Criteres) -> list[str]:
    return [lieu.nom for lieu in search(session, criteres).lieux]


@pytest.mark.parametrize(
    ("quand", "attendus"),
    [
        ("maintenant", ["matin"]),
        ("ce-soir", ["soir"]),
        ("samedi", ["samedi"]),
        ("2026-11-28T10:00", ["samedi"]),
        ("2026-11-28T16:00", []),
        ("2026-11-24", ["matin", "soir"]),
        ("2026-12-25", []),  # Christmas: hours that do not speak of it say nothing
    ],
)
def test_places_are_those_known_to_be_open_then(session: Session, quand: str, attendus: list[str]) -> None:
    make_lieu(session, "matin", horaires="Mo-Fr 09:00-12:00", lat=48.391)
    make_lieu(session, "soir", horaires="Mo-Fr 17:00-19:00", lat=48.392)
    make_lieu(session, "samedi", horaires="Sa 09:00-12:00", lat=48.393)
    make_lieu(session, "sans horaires", lat=48.394)
    make_lieu(session, "illisible", horaires="quand il fait beau", lat=48.395)
    assert list_noms(session, Criteres(quand=Moment.parse(quand))) == attendus


def test_the_hours_of_the_chosen_day_are_told(session: Session) -> None:
    make_lieu(session, "samedi", horaires="Mo 09:00-18:00; Sa 09:00-12:00,14:00-17:00")
    [lieu] = search(session, Criteres(quand=Moment.parse("samedi"))).lieux
    assert lieu.jour_choisi is not None
    texte = lieu.jour_choisi.texte.replace("\u00a0", " ")
    assert texte == "Samedi 28 novembre : 9 h – 12 h et 14 h – 17 h"


def test_a_place_too_far_to_be_reached_before_it_closes_is_left_out(session: Session) -> None:
    # It is 11:30; 2 km away is 40 minutes on foot (2.002 × 1.35 / 4 × 60), 5 minutes by car; 3 km are 61 minutes.
    make_lieu(session, "à côté", horaires="Mo 09:00-12:00", lat=48.391)
    make_lieu(session, "à deux kilomètres", horaires="Mo 09:00-12:00", lat=48.408)
    make_lieu(session, "à trois, plus tard", horaires="Mo 09:00-13:00", lat=48.417)
    a_pied = Criteres(quand=MAINTENANT, a_temps=True, mode=Mode.A_PIED)
    assert list_noms(session, a_pied) == ["à côté", "à trois, plus tard"]
    assert list_noms(session, Criteres(quand=MAINTENANT, a_temps=True)) == ["à côté", "à trois, plus tard"]
    en_voiture = Criteres(quand=MAINTENANT, a_temps=True, mode=Mode.VOITURE)
    assert list_noms(session, en_voiture) == ["à côté", "à deux kilomètres", "à trois, plus tard"]


def test_at_a_chosen_hour_the_journey_counts_from_that_hour(session: Session) -> None:
    make_lieu(session, "à deux kilomètres", horaires="Tu 09:00-12:00", lat=48.408)
    tot, tard = (
        Criteres(quand=Moment.parse(f"2026-11-24T{heure}"), a_temps=True, mode=Mode.A_PIED)
        for heure in ("10:30", "11:20")
    )
    assert list_noms(session, tot) == ["à deux kilomètres"]
    assert list_noms(session, tard) == []


def test_no_road_leads_to_an_island_in_time(session: Session) -> None:
    make_lieu(session, "Ouessant", commune_code="29155", horaires="24/7", lon=-4.6, lat=48.40)
    [ile] = search(session, Criteres()).lieux
    assert ile.trajets == ()
    assert list_noms(session, Criteres(quand=MAINTENANT, a_temps=True, mode=Mode.VOITURE)) == []


def test_each_result_tells_how_long_it_takes_as_far_as_it_is_sensible(session: Session) -> None:
    make_lieu(session, "près", lat=48.40)
    make_lieu(session, "loin", lat=48.66)
    pres, loin = search(session, Criteres()).lieux
    assert [trajet.mode for trajet in pres.trajets] == [Mode.A_PIED, Mode.VELO, Mode.VOITURE]
    # 1.112 km × 1.35 at 4 km/h.
    assert pres.trajets[0].duree_min == pytest.approx(22.5, abs=0.1)
    assert {trajet.methode for trajet in pres.trajets} == {Methode.ESTIMATION}
    # 30 km: more than an hour but by car.
    assert [trajet.mode for trajet in loin.trajets] == [Mode.VOITURE]


def test_without_a_departure_nothing_is_said_of_journeys(session: Session) -> None:
    make_lieu(session, "près", lat=48.40)
    [lieu] = list_proches(session, BREST, Criteres(), now=LUNDI).lieux
    assert lieu.trajets == ()


def test_a_special_welcome_can_be_asked_for(session: Session) -> None:
    make_lieu(session, "langue des signes", prises_en_charge=["surdite"])
    make_lieu(session, "autre", prises_en_charge=["illettrisme"])
    assert list_noms(session, Criteres(prise_en_charge=PriseEnCharge.SURDITE)) == ["langue des signes"]


def test_reading_stops_in_a_crowd_where_nothing_is_open_and_says_so(session: Session) -> None:
    for rang in range(401):
        make_lieu(session, f"fermé {rang}", horaires="Su 09:00-10:00", lat=48.39 + rang / 100_000)
    make_lieu(session, "ouvert, plus loin", horaires="Mo 09:00-18:00", lat=48.41)
    page = search(session, Criteres(quand=MAINTENANT))
    assert page.lieux == ()
    assert page.est_limitee
    assert page.plus_proche is not None
    assert page.suivant is not None
    suite = search(session, Criteres(quand=MAINTENANT), apres=Curseur.parse(page.suivant.encode()))
    assert [lieu.nom for lieu in suite.lieux] == ["ouvert, plus loin"]
