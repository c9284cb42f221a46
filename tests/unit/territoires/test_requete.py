"""What people type, cut into what can be looked for."""

from __future__ import annotations

import pytest

from tierslieux.territoires.requete import (
    LONGUEUR_MAX,
    Filtre,
    Lecture,
    parse_requete,
    split_territoire,
)


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("29200", "29200"),
        (" 29 200 ", "29200"),
        ("2a004", "2A004"),
        ("01000", "01000"),
        ("2920", None),
        ("292000", None),
    ],
)
def test_a_code_alone(texte: str, code: str | None) -> None:
    assert parse_requete(texte).code == code


@pytest.mark.parametrize(
    ("texte", "lectures"),
    [
        ("brest 29200", [Lecture("brest", Filtre(code_postal="29200"))]),
        ("29200 Brest", [Lecture("brest", Filtre(code_postal="29200"))]),
        ("Saint-Denis 93", [Lecture("saint denis", Filtre(departement="93"))]),
        ("Saint-Denis (974)", [Lecture("saint denis", Filtre(departement="974"))]),
        ("ajaccio 2a", [Lecture("ajaccio", Filtre(departement="2A"))]),
        ("paris 75011", [Lecture("paris 11e arrondissement", Filtre(code_postal="75011"))]),
        ("paris 75116", [Lecture("paris 16e arrondissement", Filtre(code_postal="75116"))]),
        ("lyon 69003", [Lecture("lyon 3e arrondissement", Filtre(code_postal="69003"))]),
        ("marseille 13300", [Lecture("marseille", Filtre(code_postal="13300"))]),
        ("brest", []),
        ("brest 123", []),
    ],
)
def test_a_name_in_a_place(texte: str, lectures: list[Lecture]) -> None:
    assert list(parse_requete(texte).lectures) == lectures


def test_an_arrondissement_outranks_a_departement_number() -> None:
    requete = parse_requete("Marseille 13")
    assert requete.cle == "marseille 13e arrondissement"
    assert requete.lectures == ()


def test_the_text_is_cut_and_cleaned() -> None:
    requete = parse_requete("  L’Haÿ\x00-les\n-Roses ")
    assert requete.brut == "L'Haÿ -les -Roses"
    assert requete.cle == "l hay les roses"
    assert len(parse_requete("x" * 10_000).brut) == LONGUEUR_MAX


@pytest.mark.parametrize("texte", ["", "   ", "\x00\x00", "!!!", "😀", "\ud800", "%_%"])
def test_nothing_to_look_for(texte: str) -> None:
    assert parse_requete(texte).cle == ""


def test_the_longest_name_of_a_territory_first() -> None:
    territoires = {"rhone": Filtre(departement="69"), "bouches du rhone": Filtre(departement="13")}
    assert split_territoire("salon bouches du rhone", territoires) == [
        Lecture("salon", Filtre(departement="13")),
        Lecture("salon bouches du", Filtre(departement="69")),
    ]
    assert split_territoire("rhone", territoires) == []
