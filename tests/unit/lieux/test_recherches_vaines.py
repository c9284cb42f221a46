"""Which searches count as having found nothing near, and which requests come from somebody."""

from __future__ import annotations

import datetime as dt

import pytest
from werkzeug.datastructures import Headers

from tests.factories.pages import TODAY, build_resume
from tierslieux.core.types import Position
from tierslieux.lieux.departs import Depart
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import Curseur
from tierslieux.lieux.recherches_vaines import Recentes, Vaine, find_vaine, step_back
from tierslieux.lieux.resultats import build_question_page, build_resultats_page
from tierslieux.lieux.routes import is_personne
from tierslieux.lieux.services import PageLieux
from tierslieux.trajets.moteur import Methode, Mode, Trajet

MENDE = Depart(Position(3.5, 44.52), "Mende", "48095", "Lozère")
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
NAVIGATEUR = "Mozilla/5.0 (Linux; Android 6.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0 Mobile Safari/537.36"


def build_lieu(duree_min: float, mode: Mode = Mode.VOITURE):
    return build_resume(trajets=(Trajet(mode, duree_min, 1_000, Methode.ESTIMATION),))


def search(*lieux, ou: Depart = MENDE, **args: str) -> Vaine | None:
    demande = Demande.from_args({"q": "mende"} | args, today=TODAY)
    return find_vaine(build_resultats_page(demande, demande.criteres, ou, PageLieux(lieux, None), today=TODAY))


def test_near_is_twenty_minutes_by_car() -> None:
    assert search(build_lieu(20.0)) is None
    assert search(build_lieu(20.1)) == Vaine("48095", "")
    # By straight line the first one is nearer, by car the second one.
    assert search(build_lieu(25.0), build_lieu(15.0)) is None
    # No road leads there: an island.
    assert search(build_resume(trajets=())) == Vaine("48095", "")


def test_what_was_looked_for_is_kept_as_a_code() -> None:
    assert search(besoin="demarche") == Vaine("48095", "demarche")
    assert search(genre="fablab", besoin="fabriquer") == Vaine("48095", "fablab")


@pytest.mark.parametrize(
    "args",
    [
        {"quand": "maintenant"},
        {"gratuit": "1"},
        {"accessible": "1"},
        {"prise_en_charge": "surdite"},
        {"besoin": "inconnu"},
        {"apres": Curseur(9.0, 3).encode()},
    ],
)
def test_what_is_often_not_known_and_following_pages_do_not_count(args: dict[str, str]) -> None:
    assert search(**args) is None


def test_without_a_commune_there_is_nothing_to_count() -> None:
    assert search(ou=Depart(Position(-30.0, 45.0))) is None
    demande = Demande.from_args({}, today=TODAY)
    assert find_vaine(build_question_page(demande, demande.criteres, etat="question")) is None


def test_the_same_search_counts_once_in_ten_minutes() -> None:
    recentes, vaine = Recentes(), Vaine("48095", "")
    assert recentes.add(vaine, NOW)
    assert not recentes.add(vaine, NOW + dt.timedelta(minutes=9))
    assert recentes.add(Vaine("48095", "demarche"), NOW + dt.timedelta(minutes=9))
    assert recentes.add(vaine, NOW + dt.timedelta(minutes=10))


@pytest.mark.parametrize(
    ("entetes", "attendu"),
    [
        ({}, True),
        ({"Sec-Fetch-Mode": "navigate", "Cache-Control": "no-transform"}, True),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, False),
        ({"User-Agent": "curl/8.5.0"}, False),
        ({"User-Agent": ""}, False),
        ({"Sec-Purpose": "prefetch;prerender"}, False),
        ({"Sec-Fetch-Mode": "no-cors"}, False),
        ({"Cache-Control": "max-age=0"}, False),
        ({"Cache-Control": "no-store, no-cache"}, False),
    ],
)
def test_programs_prefetching_and_pages_read_again_do_not_count(entetes, attendu) -> None:
    assert is_personne(Headers({"User-Agent": NAVIGATEUR} | entetes)) is attendu


def test_months_are_counted_back_over_years() -> None:
    assert step_back(dt.date(2026, 11, 22), 11) == dt.date(2025, 12, 1)
    assert step_back(dt.date(2026, 1, 31), 24) == dt.date(2024, 1, 1)
