"""What people write of a place: cleaned on the way in, written for people on the way out."""

from __future__ import annotations

from typing import Any

import pytest

from tierslieux.contributions.champs import (
    CHAMPS_PROPOSABLES,
    COMMENTAIRE_MAX,
    ChampInvalideError,
    Contexte,
    clean,
    clean_commentaire,
    clean_courriel,
    clean_ligne,
    clean_lignes,
    format_valeur,
    get_libelle,
    is_courriel_personnel,
    write_champ,
)
from tierslieux.core.errors import InvalidInputError
from tierslieux.lieux.resolution import CHAMPS

BREST = Contexte(commune_code="29019", commune_nom="Brest", code_postal="29200")


@pytest.mark.parametrize(
    ("champ", "ecrit", "propre"),
    [
        ("nom", "  Le   Labo\t", "Le Labo"),
        ("nom", "   ", None),
        ("nom", None, None),
        ("adresse", "12, rue de la Mairie 29200 Brest", "12, rue de la Mairie"),
        ("adresse", "Brest", None),
        ("code_postal", "29 200", "29200"),
        ("commune_code", " 2a004 ", "2A004"),
        ("telephone", "02.98.00.11.22", "+33298001122"),
        ("telephone", "Tél. : 3949", "3949"),
        ("courriel", "Contact (at) Ville-Exemple .fr", "contact@ville-exemple.fr"),
        ("site_web", "www.exemple.fr", "https://www.exemple.fr"),
        ("horaires", "mardi et jeudi 14h-17h", "Tu,Th 14:00-17:00"),
        ("horaires", "Mo-Fr 09:00-12:00; PH off", "Mo-Fr 09:00-12:00; PH off"),
        ("accessible", "oui", True),
        ("accessible", "non", False),
        ("accessible", "", None),
        ("itinerant", False, False),
        ("ferme", True, True),
        # A place that is open has no value: resolution.CHAMPS_SIMPLES.
        ("ferme", "non", None),
        # In the order of the vocabulary, each once.
        ("genres", ["fablab", "tiers-lieu", "fablab"], ["tiers-lieu", "fablab"]),
        ("genres", "fablab,coworking", ["coworking", "fablab"]),
        ("services", [], []),
        ("position", "-4.49,48.39", {"lon": -4.49, "lat": 48.39, "precision": "adresse"}),
        (
            "position",
            {"lon": "-4.123456789", "lat": 48, "precision": "commune"},
            {"lon": -4.1234568, "lat": 48.0, "precision": "commune"},
        ),
        ("position", None, None),
        ("autres_telephones", ["02 98 00 11 22", "0298001122", "0298001123"], ["+33298001122", "+33298001123"]),
        ("pivot", "w292001234", "W292001234"),
    ],
)
def test_what_is_written_becomes_a_value(champ: str, ecrit: Any, propre: Any) -> None:
    assert clean(champ, ecrit, BREST) == propre


@pytest.mark.parametrize(
    ("champ", "ecrit"),
    [
        ("nom", "x" * 201),
        ("nom", "x" * 100_000),
        ("telephone", "appelez-nous"),
        ("telephone", "02 98 00 11 22 ou 02 98 00 11 33"),
        ("courriel", "accueil chez exemple"),
        ("courriel", "a@exemple.fr, b@exemple.fr"),
        ("site_web", "javascript:alert(1)"),
        ("site_web", "https://nom:secret@exemple.fr/"),
        ("horaires", "quand on peut"),
        ("horaires", "Mo 12:00-09:00"),
        ("genres", ["chateau-fort"]),
        ("accessible", "peut-être"),
        ("position", "0,0"),
        ("position", "200,48"),
        ("position", "nan,48"),
        ("position", "ici"),
        ("position", {"lon": 1, "lat": 48, "precision": "exacte"}),
        ("code_postal", "2920"),
        ("commune_code", "Brest"),
        ("pivot", "00000000000000"),
        ("evenements", [{"id": "x"}]),
        ("provenance", "x"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence(champ: str, ecrit: Any) -> None:
    with pytest.raises(InvalidInputError) as refus:
        clean(champ, ecrit)
    assert isinstance(refus.value, ChampInvalideError)
    assert refus.value.details == {"champ": champ}
    assert refus.value.message.endswith(".")


def test_a_phone_is_read_as_in_its_own_territory() -> None:
    # In La Réunion, 02 62 is a number of its own plan: +262.
    assert clean("telephone", "02 62 12 34 56", Contexte(commune_code="97411")) == "+262262123456"


@pytest.mark.parametrize(
    ("texte", "propre"),
    [
        ("a\x00b\x1b[31m", "ab[31m"),
        # Signs that turn the reading direction would show another name than the one that is kept.
        ("\u202egpj.exe\u2066 ok\u200e", "gpj.exe ok"),
        ("e\u0301te\u0301", "été"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("Café \U0001f469\u200d\U0001f52c", "Café \U0001f469\u200d\U0001f52c"),
        ("deux\nlignes\u2028ou plus", "deux lignes ou plus"),
    ],
)
def test_a_text_is_kept_as_text_without_signs_that_nobody_sees(texte: str, propre: str) -> None:
    assert clean_ligne(texte) == propre
    assert clean_ligne(propre) == propre


def test_a_message_keeps_its_lines() -> None:
    assert clean_lignes("  un\r\n\r\n\r\n\r\ndeux  \rtrois\x00") == "un\n\ndeux\ntrois"
    assert clean_commentaire(" \n ") is None
    assert clean_commentaire("x" * COMMENTAIRE_MAX) == "x" * COMMENTAIRE_MAX
    with pytest.raises(ChampInvalideError):
        clean_commentaire("x" * (COMMENTAIRE_MAX + 1))


def test_the_address_of_whoever_writes() -> None:
    assert clean_courriel(" Moi@Exemple.FR ") == "moi@exemple.fr"
    assert clean_courriel("") is None
    with pytest.raises(ChampInvalideError):
        clean_courriel("moi")


def test_an_address_that_nothing_explains_looks_like_a_person_s() -> None:
    assert is_courriel_personnel("marion.tartempion@exemple.fr", "Fablab", "Brest")
    assert not is_courriel_personnel("contact@exemple.fr", "Fablab", "Brest")
    assert not is_courriel_personnel("lelabo@exemple.fr", "Le Labo", "Brest")
    assert not is_courriel_personnel(None, "Le Labo", "Brest")


@pytest.mark.parametrize(
    ("champ", "valeur", "ecrite"),
    [
        ("nom", None, "non renseigné"),
        ("genres", [], "non renseigné"),
        ("nom", "<b>Labo</b>", "<b>Labo</b>"),
        ("genres", ["tiers-lieu", "fablab"], "Tiers-lieu, Fablab"),
        # A code that is in no vocabulary any more is shown as it is.
        ("genres", ["chateau-fort"], "chateau-fort"),
        ("accessible", False, "non"),
        ("telephone", "+33298001122", "02\u00a098\u00a000\u00a011\u00a022"),
        ("autres_telephones", ["3949"], "39\u00a049"),
        ("horaires", "Mo 09:00-12:00", "Lundi de 9\u00a0h à 12\u00a0h."),
        ("horaires", "illisible", "illisible"),
        ("position", {"lon": -4.49, "lat": 48.39, "precision": "adresse"}, "Position de l’adresse (48.39, -4.49)"),
        ("position", {"lon": -4.49, "lat": 48.39}, "48.39, -4.49"),
        ("evenements", [{"id": "a", "titre": "Atelier"}, {"id": "b"}], "Atelier, b"),
        ("typologies", ["ZZZ"], "ZZZ"),
    ],
)
def test_a_value_is_written_for_people(champ: str, valeur: Any, ecrite: str) -> None:
    assert format_valeur(champ, valeur) == ecrite


def test_every_field_of_a_place_has_a_name_and_all_that_forms_propose_are_fields() -> None:
    assert all(get_libelle(champ) != champ for champ in CHAMPS)
    assert set(CHAMPS_PROPOSABLES) <= set(CHAMPS)


@pytest.mark.parametrize(("champ", "valeur"), [("telephone", "+33298001122"), ("nom", "Le Labo"), ("accessible", True)])
def test_what_a_form_shows_is_read_back_the_same(champ: str, valeur: Any) -> None:
    assert clean(champ, write_champ(champ, valeur)) == valeur
