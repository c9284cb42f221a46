"""The search form: whatever its query string holds, it is read, and what was left out is said."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tierslieux.core.types import Position
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.moments import Moment, Quand
from tierslieux.lieux.params import MAINTENANT, Criteres, Curseur
from tierslieux.trajets.moteur import Mode

local = dt.datetime.fromisoformat
TODAY = dt.date(2026, 11, 23)


def test_a_full_query_string_is_read() -> None:
    demande = Demande.from_args(
        {"q": "  Brest ", "besoin": "demarche", "ouvert": "1", "commune": "29019", "apres": Curseur(12.5, 7).encode()},
        today=TODAY,
    )
    assert demande.q == "Brest"
    assert demande.criteres.besoin is Besoin.DEMARCHE
    assert demande.criteres.quand == MAINTENANT
    assert demande.commune == "29019"
    assert demande.apres == Curseur(12.5, 7)
    assert demande.erreurs == ()


def test_a_bad_filter_is_left_out_and_the_others_stay() -> None:
    demande = Demande.from_args({"genre": "licorne", "besoin": "travailler", "gratuit": "peut-être"}, today=TODAY)
    assert demande.criteres.genre is None
    assert demande.criteres.besoin is Besoin.TRAVAILLER
    assert not demande.criteres.gratuit
    assert [re.split("«.|.»", erreur)[1] for erreur in demande.erreurs] == ["type de lieu", "gratuit"]


@pytest.mark.parametrize(
    ("lon", "lat"), [("abc", "48"), ("200", "48"), ("-4.49", ""), ("nan", "48"), ("1,2", "3"), ("1e999", "0")]
)
def test_a_senseless_position_is_said(lon: str, lat: str) -> None:
    demande = Demande.from_args({"lon": lon, "lat": lat}, today=TODAY)
    assert demande.position is None
    assert len(demande.erreurs) == 1


def test_a_position_is_read_lon_lat() -> None:
    assert Demande.from_args({"lon": "-4.49", "lat": "48.39"}, today=TODAY).position == Position(-4.49, 48.39)


@pytest.mark.parametrize("commune", ["Brest", "2901", "29019'; DROP TABLE lieu", "99999999", "29\x00019"])
def test_a_code_that_is_none_is_said(commune: str) -> None:
    demande = Demande.from_args({"commune": commune}, today=TODAY)
    assert demande.commune is None
    assert len(demande.erreurs) == 1


@pytest.mark.parametrize("apres", ["x", "é", "AAAA", "////"])
def test_a_broken_link_to_the_next_page_gives_the_first(apres: str) -> None:
    demande = Demande.from_args({"apres": apres}, today=TODAY)
    assert demande.apres is None
    assert len(demande.erreurs) == 1


def test_a_pasted_book_is_cut_and_said() -> None:
    demande = Demande.from_args({"q": "a" * 10_000}, today=TODAY)
    assert demande.q == "a" * 200
    assert "200 premiers caractères" in demande.erreurs[0]


def test_the_query_string_comes_back() -> None:
    assert Demande.from_args({"q": "Brest", "commune": "29019", "genre": "fablab"}, today=TODAY).build_args() == {
        "q": "Brest",
        "commune": "29019",
    }
    assert Demande.from_args({"lon": "-4.490", "lat": "48.39"}, today=TODAY).build_args() == {
        "lon": "-4.49",
        "lat": "48.39",
    }


def test_an_empty_choice_is_a_choice() -> None:
    # "Tous les types" in the form: the words of the search text must not choose one again.
    demande = Demande.from_args({"genre": "", "besoin": ""}, today=TODAY)
    assert demande.criteres.genre is None
    assert demande.filtres_choisis == {"genre", "besoin"}
    assert demande.erreurs == ()


def test_a_label_is_accepted_as_a_code() -> None:
    assert Demande.from_args({"genre": "France Services"}, today=TODAY).criteres.genre is Genre.FRANCE_SERVICES


@pytest.mark.parametrize(
    ("args", "attendu"),
    [
        ({"quand": "samedi"}, Moment(Quand.SAMEDI, None)),
        (
            {"quand": "jour", "jour": "2026-11-28", "heure": "14:30"},
            Moment(None, local("2026-11-28T14:30")),
        ),
        (
            {"quand": "", "jour": "2026-11-28", "heure": ""},
            Moment(None, local("2026-11-28"), jour_entier=True),
        ),
        ({"quand": "jour", "jour": "", "heure": ""}, None),
        ({"quand": "2026-11-28T09:00"}, Moment(None, local("2026-11-28T09:00"))),
        ({"ouvert": "1"}, MAINTENANT),
        ({"ouvert": "1", "quand": "ce-soir"}, Moment(Quand.SOIR, None)),
        ({"quand": "", "ouvert": ""}, None),
    ],
)
def test_the_moment_is_read_from_the_fields_of_the_form(args: dict[str, str], attendu: Moment | None) -> None:
    demande = Demande.from_args(args, today=TODAY)
    assert demande.criteres.quand == attendu
    assert "quand" in demande.filtres_choisis
    assert demande.erreurs == ()


@pytest.mark.parametrize(
    "args",
    [
        {"jour": "1900-01-01"},
        {"jour": "2026-11-20"},
        {"quand": "2036-01-01"},
        {"jour": "9999-99-99"},
        {"jour": "demain"},
        {"jour": "2026-11-28", "heure": "25:61"},
        {"quand": "la semaine des quatre jeudis"},
    ],
)
def test_a_day_that_cannot_be_is_said_and_the_other_filters_stay(args: dict[str, str]) -> None:
    demande = Demande.from_args({"gratuit": "1", **args}, today=TODAY)
    assert demande.criteres == Criteres(gratuit=True)
    assert len(demande.erreurs) == 1


def test_yesterday_is_still_today_on_the_other_side_of_the_earth() -> None:
    assert Demande.from_args({"jour": "2026-11-22"}, today=TODAY).erreurs == ()


def test_arriving_in_time_is_about_now_unless_a_moment_is_chosen() -> None:
    criteres = Demande.from_args({"a_temps": "1", "mode": "velo"}, today=TODAY).criteres
    assert (criteres.a_temps, criteres.mode, criteres.quand) == (True, Mode.VELO, MAINTENANT)
    assert Criteres.from_args(criteres.to_args()) == criteres
