"""A search's query string: read, refused, written back."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.core.errors import InvalidInputError
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.params import MAINTENANT, Criteres, Curseur


def test_criteria_are_read_by_code_or_by_label() -> None:
    criteres = Criteres.from_args(
        {"besoin": "demarche", "genre": "Fablab", "service": "Accès internet et matériel informatique", "ouvert": "1"}
    )
    assert criteres == Criteres(besoin=Besoin.DEMARCHE, genre=Genre.FABLAB, service=Service.ACCES, quand=MAINTENANT)


def test_criteria_survive_the_query_string() -> None:
    criteres = Criteres(besoin=Besoin.APPRENDRE, gratuit=True, candidats=True)
    assert criteres.to_args() == {"besoin": "apprendre", "gratuit": "1", "candidats": "1"}
    assert Criteres.from_args(criteres.to_args()) == criteres


def test_an_unknown_code_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInputError) as refus:
        Criteres.from_args({"besoin": "dormir"})
    assert refus.value.details["champ"] == "besoin"
    assert "demarche" in refus.value.message


def test_a_box_takes_no_other_word() -> None:
    with pytest.raises(InvalidInputError):
        Criteres.from_args({"ouvert": "demain"})


def test_town_halls_are_shown_when_asked_for() -> None:
    assert Criteres(genre=Genre.MAIRIE).includes_candidats
    assert not Criteres(genre=Genre.FABLAB).includes_candidats


@given(st.floats(0, 2e7), st.integers(0, 2**62))
def test_cursor_is_read_back_exactly(distance_m: float, lieu_id: int) -> None:
    curseur = Curseur(distance_m, lieu_id)
    assert Curseur.parse(curseur.encode()) == curseur


@pytest.mark.parametrize("texte", ["", "x", "é", "AAAA", "f" * 1000, Curseur(float("inf"), 1).encode()])
def test_a_forged_cursor_is_refused(texte: str) -> None:
    with pytest.raises(InvalidInputError):
        Curseur.parse(texte)


@given(st.text(max_size=60))
def test_no_text_breaks_the_cursor(texte: str) -> None:
    with contextlib.suppress(InvalidInputError):
        Curseur.parse(texte)
