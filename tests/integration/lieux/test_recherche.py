"""What a few words mean, with all the communes of France."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tierslieux.lieux.enums import Besoin, Genre
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
    ],
)
def test_words_are_understood(
    session_nationale: Session, q: str, besoin: Besoin | None, genre: Genre | None, code: str | None
) -> None:
    sens = interpret(session_nationale, q, now=LUNDI)
    assert (sens.besoin, sens.genre) == (besoin, genre)
    assert (sens.communes[0].code if sens.communes else None) == code


@pytest.mark.parametrize(
    "q", ["", "   ", "\x00", "🦆🦆🦆", "<script>zzqx</script>", "%", "'; --", "x" * 10_000, "ñ" * 500]
)
def test_nonsense_means_nothing(session_nationale: Session, q: str) -> None:
    sens = interpret(session_nationale, q, now=LUNDI)
    assert sens.est_vide
    assert len(sens.texte) <= LONGUEUR_MAX
