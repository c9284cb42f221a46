"""The search form: whatever its query string holds, it is read, and what was left out is said."""

from __future__ import annotations

import pytest

from tierslieux.core.types import Position
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import Curseur


def test_a_full_query_string_is_read() -> None:
    demande = Demande.from_args(
        {"q": "  Brest ", "besoin": "demarche", "ouvert": "1", "commune": "29019", "apres": Curseur(12.5, 7).encode()}
    )
    assert demande.q == "Brest"
    assert demande.criteres.besoin is Besoin.DEMARCHE
    assert demande.criteres.ouvert
    assert demande.commune == "29019"
    assert demande.apres == Curseur(12.5, 7)
    assert demande.erreurs == ()


def test_a_bad_filter_is_left_out_and_the_others_stay() -> None:
    demande = Demande.from_args({"genre": "licorne", "besoin": "travailler", "gratuit": "peut-être"})
    assert demande.criteres.genre is None
    assert demande.criteres.besoin is Besoin.TRAVAILLER
    assert not demande.criteres.gratuit
    assert [erreur.split("« ")[1].split(" »")[0] for erreur in demande.erreurs] == ["type de lieu", "gratuit"]


@pytest.mark.parametrize(
    ("lon", "lat"), [("abc", "48"), ("200", "48"), ("-4.49", ""), ("nan", "48"), ("1,2", "3"), ("1e999", "0")]
)
def test_a_senseless_position_is_said(lon: str, lat: str) -> None:
    demande = Demande.from_args({"lon": lon, "lat": lat})
    assert demande.position is None
    assert len(demande.erreurs) == 1


def test_a_position_is_read_lon_lat() -> None:
    assert Demande.from_args({"lon": "-4.49", "lat": "48.39"}).position == Position(-4.49, 48.39)


@pytest.mark.parametrize("commune", ["Brest", "2901", "29019'; DROP TABLE lieu", "99999999", "29\x00019"])
def test_a_code_that_is_none_is_said(commune: str) -> None:
    demande = Demande.from_args({"commune": commune})
    assert demande.commune is None
    assert len(demande.erreurs) == 1


@pytest.mark.parametrize("apres", ["x", "é", "AAAA", "////"])
def test_a_broken_link_to_the_next_page_gives_the_first(apres: str) -> None:
    demande = Demande.from_args({"apres": apres})
    assert demande.apres is None
    assert len(demande.erreurs) == 1


def test_a_pasted_book_is_cut_and_said() -> None:
    demande = Demande.from_args({"q": "a" * 10_000})
    assert demande.q == "a" * 100
    assert "100 premiers caractères" in demande.erreurs[0]


def test_the_query_string_comes_back() -> None:
    assert Demande.from_args({"q": "Brest", "commune": "29019", "genre": "fablab"}).build_args() == {
        "q": "Brest",
        "commune": "29019",
    }
    assert Demande.from_args({"lon": "-4.490", "lat": "48.39"}).build_args() == {"lon": "-4.49", "lat": "48.39"}


def test_an_empty_choice_is_a_choice() -> None:
    # "Tous les types" in the form: the words of the search text must not choose one again.
    demande = Demande.from_args({"genre": "", "besoin": ""})
    assert demande.criteres.genre is None
    assert demande.filtres_choisis == {"genre", "besoin"}
    assert demande.erreurs == ()


def test_a_label_is_accepted_as_a_code() -> None:
    assert Demande.from_args({"genre": "France Services"}).criteres.genre is Genre.FRANCE_SERVICES
