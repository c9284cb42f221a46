"""What a few words mean, with all the communes of France."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests.oracles.phrases import list_sans_besoin
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.recherche import LONGUEUR_MAX, interpret

LUNDI = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("q", "besoin", "genre", "code"),
    [
        ("brest", None, None, "29019"),
        ("BREST", None, None, "29019"),
        ("29200", None, None, "29019"),
        ("Saint-Brieuc", None, None, "22278"),
        ("st brieuc", None, None, "22278"),
        ("Y", None, None, "80829"),
        ("Eu", None, None, "76255"),
        ("Marsielle", None, None, "13055"),
        ("L'Haÿ-les-Roses", None, None, "94038"),
        ("imprimer à Brest", Besoin.ORDINATEUR, None, "29019"),
        ("refaire ma carte grise à Lyon", Besoin.DEMARCHE, None, "69123"),
        ("fablab Le Mans", None, Genre.FABLAB, "72181"),
        ("médiathèque", None, Genre.BIBLIOTHEQUE, None),
        ("imprimer", Besoin.ORDINATEUR, None, None),
        ("CAF", Besoin.DEMARCHE, None, None),
        ("ma caf à lyon 3", Besoin.DEMARCHE, None, "69383"),
        ("imprimer 29200", Besoin.ORDINATEUR, None, "29019"),
        ("29200 Brest imprimer", Besoin.ORDINATEUR, None, "29019"),
        ("imprimer saint-denis 93", Besoin.ORDINATEUR, None, "93066"),
        ("imprimer à bresst", Besoin.ORDINATEUR, None, "29019"),
        ("imprimer ma feuille", Besoin.ORDINATEUR, None, None),  # Feuilla and Feuilly are communes: nobody said "à"
        ("je suis à Quimper et je voudrais refaire ma carte grise", Besoin.DEMARCHE, None, "29232"),
        ("jarrive pas a faire ma declarassion dimpo a tulouse", Besoin.DEMARCHE, None, "31555"),
        ("carte grise Bois-Colombes", Besoin.DEMARCHE, None, "92009"),  # not "bois"
        ("imprimer à Neuilly-sur-Marne", Besoin.ORDINATEUR, None, "93050"),  # not "Marne"
        ("imprimer à Pamiers", Besoin.ORDINATEUR, None, "09225"),  # not "papiers"
        ("Pamiers", None, None, "09225"),
        ("pamier", None, None, "09225"),
        ("inprimer", Besoin.ORDINATEUR, None, None),
        ("Cours", None, None, "69066"),
        ("imprimer à Cours", Besoin.ORDINATEUR, None, "69066"),
        ("mairie de Cours", None, Genre.MAIRIE, "69066"),
        ("apprendre à lire", Besoin.APPRENDRE, None, None),  # Liré is a former commune
        ("aide", None, None, None),
    ],
)
def test_words_are_understood(
    session_nationale: Session, q: str, besoin: Besoin | None, genre: Genre | None, code: str | None
) -> None:
    sens = interpret(session_nationale, q, now=LUNDI)
    assert (sens.besoin, sens.genre) == (besoin, genre)
    assert (sens.communes[0].code if sens.communes else None) == code


@pytest.mark.parametrize(
    "q",
    [
        "",
        "   ",
        "\x00",
        "????",
        "\u202e\u202d",
        "مرحبا بالعالم",
        "🦆🦆🦆",
        "<script>zzqx</script>",
        "%",
        "'; --",
        "x" * 10_000,
        "ñ" * 500,
    ],
)
def test_nonsense_means_nothing(session_nationale: Session, q: str) -> None:
    sens = interpret(session_nationale, q, now=LUNDI)
    assert sens.est_vide
    assert len(sens.texte) <= LONGUEUR_MAX


def test_names_of_communes_and_of_places_are_never_taken_for_a_need(session_nationale: Session) -> None:
    for texte in list_sans_besoin():
        sens = interpret(session_nationale, texte, now=LUNDI)
        assert (sens.besoin, sens.genre) == (None, None), texte


def test_a_commune_is_found_by_its_name_whatever_the_vocabulary_reads_in_it(session_nationale: Session) -> None:
    for nom in list_sans_besoin("commune"):
        communes = interpret(session_nationale, nom, now=LUNDI).communes
        assert communes, nom
        assert communes[0].exacte, nom


def test_what_answers_best_is_told_beside_the_need(session_nationale: Session) -> None:
    sens = interpret(session_nationale, "acheter un ordi pas cher à la médiathèque de Brest", now=LUNDI)
    assert (sens.besoin, sens.service) == (Besoin.ORDINATEUR, Service.ACQUISITION)
    assert (sens.sujet, sens.genres) == ("Un ordinateur ou un téléphone moins cher", (Genre.BIBLIOTHEQUE,))
    assert interpret(session_nationale, "inprimer", now=LUNDI).corrections == (("inprimer", "imprimer"),)
