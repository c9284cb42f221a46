"""Mails as text: what people wrote stays text, on marked lines, without control characters."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tierslieux.contributions.lettres import CITATION_MAX, cite, clean_ligne, write_lettre
from tierslieux.contributions.liens_prives import Reglages
from tierslieux.core.courriels import Courriel
from tierslieux.correspondance import find_catalogue

REGLAGES = Reglages("s" * 32, "https://lieux.exemple.fr", find_catalogue)


def write(langue: str = "fr", **valeurs: Any) -> tuple[str, str]:
    """The mail of a refused proposal."""
    defauts: dict[str, Any] = {
        "nom": "Le Repaire",
        "statut": "refusee",
        "objet": "Vous avez proposé un nouveau lieu : Le Repaire.",
        "recue_at": dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC),
        "publies": [],
        "refuses": [],
        "motif": "Ce lieu est déjà sur la carte.",
        "mots": None,
        "lien": "https://lieux.exemple.fr/contributions/abc/def",
        "stop": "https://lieux.exemple.fr/courriels/ne-plus-recevoir/xyz",
        "jours": 30,
    }
    return write_lettre(REGLAGES, langue, "proposition", **(defauts | valeurs))


def test_the_first_line_is_the_subject_and_the_text_says_the_reason_and_where_to_look() -> None:
    sujet, corps = write()
    assert sujet == "Votre proposition pour «\u00a0Le Repaire\u00a0» n’est pas publiée"
    assert corps.startswith("Bonjour,\n")
    assert "C’était le 20\u00a0novembre 2026 à 10\u00a0h\u00a000." in corps
    assert "Ce lieu est déjà sur la carte." in corps
    assert "\nhttps://lieux.exemple.fr/contributions/abc/def\n" in corps
    assert corps.endswith("https://lieux.exemple.fr/courriels/ne-plus-recevoir/xyz\n")


def test_without_the_address_of_the_site_no_link_is_written() -> None:
    _sujet, corps = write(lien=None, stop=None)
    assert "http" not in corps
    assert "ouvrez la page que vous avez gardée" in corps


@pytest.mark.parametrize("statut", ["acceptee", "partielle", "refusee", "question"])
@pytest.mark.parametrize("langue", ["fr", "en", "falc", "tlh"])
def test_every_outcome_is_a_mail_that_leaves(statut: str, langue: str) -> None:
    sujet, corps = write(langue, statut=statut, publies=["Téléphone"], refuses=["Nom", "Horaires"], mots="> Bonjour")
    assert Courriel("a@exemple.fr", sujet, corps, "proposition").corps == corps
    assert "\n\n\n" not in corps
    assert ">" in corps


def test_words_of_people_are_no_words_of_ours() -> None:
    mots = cite("Ouvrez http://piege.exemple\r\nMerci\x00\x1b[31m\u2028!\n\n{{ 7*7 }}<b>")
    assert mots is not None
    _sujet, corps = write(mots=mots)
    # Each line is marked; nothing is run, nothing commands a terminal.
    assert "\n> Ouvrez http://piege.exemple\n> Merci [31m\n> !\n>\n> {{ 7*7 }}<b>\n" in corps
    Courriel("a@exemple.fr", "Sujet", corps, "proposition")


def test_a_name_breaks_no_line_of_a_subject() -> None:
    sujet, _corps = write(nom=clean_ligne("Le\r\nBcc: x@exemple.fr\x07 Repaire"))
    assert sujet == "Votre proposition pour «\u00a0Le Bcc: x@exemple.fr Repaire\u00a0» n’est pas publiée"
    assert len(clean_ligne("a" * 200, 120)) == 120
    assert clean_ligne("a" * 120, 120) == "a" * 120


def test_nothing_is_quoted_of_nothing_and_a_long_text_is_cut() -> None:
    assert cite(None) is None
    assert cite("") is None
    assert len(cite("a" * 10 * CITATION_MAX) or "") == CITATION_MAX + 2
