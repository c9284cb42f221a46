"""Addresses that are keys: what opens them, and what does not."""

from __future__ import annotations

from tierslieux.comptes.jetons import digest_jeton
from tierslieux.contributions.liens_prives import (
    PREFIXES,
    Reglages,
    build_jeton_courriel,
    build_jeton_desabonnement,
    is_jeton,
    read_jeton_desabonnement,
)
from tierslieux.core.textes import FRANCAIS
from tierslieux.langues import LANGUES, build_racine

SECRET, AUTRE = "un-secret-de-32-signes-au-moins!", "un-autre-secret-de-32-signes-ou+"
JETON = "jeton-du-contributeur"
EMPREINTE = digest_jeton(JETON)


def test_the_contributors_own_secret_and_that_of_mails_open_the_page() -> None:
    courriel = build_jeton_courriel(SECRET, "abc", EMPREINTE)
    assert is_jeton(JETON, "abc", EMPREINTE, SECRET)
    assert is_jeton(JETON, "abc", EMPREINTE, None)
    assert is_jeton(courriel, "abc", EMPREINTE, SECRET)


def test_nothing_else_does() -> None:
    courriel = build_jeton_courriel(SECRET, "abc", EMPREINTE)
    assert not is_jeton(courriel, "abd", EMPREINTE, SECRET)  # another proposal
    assert not is_jeton(courriel, "abc", digest_jeton("autre"), SECRET)  # the secret was drawn anew
    assert not is_jeton(courriel, "abc", EMPREINTE, AUTRE)
    assert not is_jeton(courriel, "abc", EMPREINTE, None)
    assert not is_jeton(EMPREINTE, "abc", EMPREINTE, SECRET)  # what the base holds
    assert not is_jeton("", "abc", EMPREINTE, SECRET)
    assert not is_jeton("é\x00ï", "abc", EMPREINTE, SECRET)
    # Once erased, no secret opens anything.
    assert not is_jeton(JETON, "abc", None, SECRET)
    assert not is_jeton(courriel, "abc", None, SECRET)


def test_what_stops_mails_gives_the_digest_back_and_nothing_when_it_was_altered() -> None:
    jeton = build_jeton_desabonnement(SECRET, "0123abcd")
    assert read_jeton_desabonnement(SECRET, jeton) == "0123abcd"
    assert read_jeton_desabonnement(AUTRE, jeton) is None
    assert read_jeton_desabonnement(SECRET, jeton.replace("0123", "0124")) is None
    assert read_jeton_desabonnement(SECRET, "0123abcd") is None
    assert read_jeton_desabonnement(SECRET, "") is None
    assert read_jeton_desabonnement(SECRET, "é.ï") is None


def test_links_are_those_of_the_site_in_the_language_of_the_reader() -> None:
    reglages = Reglages(SECRET, "https://lieux.exemple.fr", lambda _langue: FRANCAIS)
    assert reglages.build_lien("/a") == "https://lieux.exemple.fr/a"
    assert reglages.build_lien("/a", "en") == "https://lieux.exemple.fr/en/a"
    # No page of a proposal is in plain French: the address has no step that would lead nowhere.
    assert reglages.build_lien("/a", "falc") == "https://lieux.exemple.fr/a"
    assert Reglages(SECRET, None, lambda _langue: FRANCAIS).build_lien("/a") is None
    assert set(PREFIXES.values()) <= {build_racine(langue) for langue in LANGUES}


def test_the_key_is_in_no_log() -> None:
    assert SECRET not in repr(Reglages(SECRET, None, lambda _langue: FRANCAIS))
