"""What a moderator's form says is read whole, and nothing of it is guessed."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from tierslieux.contributions.moderation.saisies import (
    COCHER,
    INCOMPLET,
    RIEN,
    VIDE,
    Acceptation,
    read_acceptation,
    read_question,
    read_refus,
    read_saisie,
)

PROPOSEES: dict[str, Any] = {
    "nom": "Fablab",
    "genres": ["fablab"],
    "commune_code": "29019",
    "commune_nom": "Brest",
    "telephone": "+33298111111",
    "presentation_detail": "Un.\nDeux.",
}


def read(*paires: tuple[str, str], tout: bool = False, **options: bool) -> tuple[Acceptation, dict[str, str]]:
    return read_acceptation(read_saisie(MultiDict(list(paires))), PROPOSEES, tout=tout, **options)


def test_values_left_as_they_were_shown_are_no_corrections() -> None:
    acceptation, erreurs = read(
        ("champs", "telephone"),
        ("champs", "presentation_detail"),
        ("champs", "genres"),
        ("valeur-telephone", "02 98 11 11 11"),
        ("valeur-presentation_detail", "Un.\r\nDeux."),
        ("valeur-genres-la", "1"),
        ("valeur-genres", "fablab"),
    )
    assert (acceptation.corrections, erreurs) == ({}, {})
    assert acceptation.champs == ["genres", "telephone", "presentation_detail"]


def test_corrections_are_cleaned_as_proposals_are() -> None:
    acceptation, erreurs = read(
        ("champs", "telephone"),
        ("champs", "genres"),
        ("valeur-telephone", "0298222222"),
        ("valeur-genres-la", "1"),
        ("valeur-genres", "coworking"),
        ("valeur-genres", "fablab"),
    )
    assert erreurs == {}
    assert acceptation.corrections == {"telephone": "+33298222222", "genres": ["coworking", "fablab"]}


def test_the_code_of_a_commune_goes_with_its_name() -> None:
    assert read(("champs", "commune_nom"))[0].champs == ["commune_code", "commune_nom"]


def test_everything_at_once_needs_no_box() -> None:
    assert read(tout=True, est_nouveau=True) == (Acceptation(None, {}), {})


@pytest.mark.parametrize(
    ("paires", "champ", "phrase"),
    [
        ([], "", RIEN),
        ([("champs", "inconnu")], "", RIEN),
        ([("champs", "nom")], "", INCOMPLET),
        ([("champs", "nom"), ("champs", "commune_nom"), ("valeur-telephone", "0298222222")], "telephone", COCHER),
        ([("champs", "nom"), ("champs", "commune_nom"), ("valeur-nom", "  ")], "nom", VIDE),
    ],
)
def test_what_cannot_be_published_says_why(paires: list[tuple[str, str]], champ: str, phrase: str) -> None:
    assert read(*paires, est_nouveau=True)[1] == {champ: phrase}


def test_a_refusal_needs_a_known_reason_and_a_short_text() -> None:
    motif, reponse, erreurs = read_refus(read_saisie(MultiDict({"motif": "inexact", "reponse": " a\r\n\r\n\r\nb "})))
    assert (motif, reponse, erreurs) == ("inexact", "a\n\nb", {})
    _, _, erreurs = read_refus(read_saisie(MultiDict({"motif": "autre", "reponse": "x" * 20_000})))
    assert set(erreurs) == {"motif", "reponse"}


def test_a_question_is_not_empty() -> None:
    assert read_question(read_saisie(MultiDict({"texte": "\x00 \u202e"})))[1].keys() == {"texte"}
    assert read_question(read_saisie(MultiDict({"texte": "Où ?"}))) == ("Où ?", {})
