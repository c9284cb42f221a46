"""The language of a page is the first step of its address."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu


@pytest.mark.parametrize(("adresse", "lang"), [("/plan-du-site", "fr"), ("/falc/plan-du-site", "fr"), ("/en", "en")])
def test_the_first_step_of_the_address_is_the_language(client: FlaskClient, adresse: str, lang: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert f'<html lang="{lang}"' in reponse.text


def test_links_stay_in_the_language_but_files_have_none(client: FlaskClient) -> None:
    texte = client.get("/en/plan-du-site").text
    assert 'href="/en/' in texte
    assert "/static/css/base.css" in texte
    assert "/en/static" not in texte


def test_the_same_page_is_one_link_away_in_the_other_languages(client: FlaskClient) -> None:
    texte = client.get("/falc/recherche?q=caf%C3%A9&gratuit=1").text
    assert 'href="/recherche?q=caf%C3%A9&amp;gratuit=1"' in texte
    assert 'href="/en/recherche?q=caf%C3%A9&amp;gratuit=1"' in texte


def test_a_page_that_is_only_french_says_so_by_its_address(client: FlaskClient) -> None:
    reponse = client.get("/en/imports?x=1")
    assert (reponse.status_code, reponse.location) == (302, "/imports?x=1")


def test_a_page_offers_only_the_languages_in_which_it_is_written(client: FlaskClient) -> None:
    assert 'aria-label="Langue"' not in client.get("/imports").text
    assert [nom in client.get("/carte").text for nom in (">English</a>", ">Facile à lire</a>")] == [True, False]
    assert client.get("/falc/carte").location == "/carte"


def test_french_data_are_said_to_be_french_on_english_pages_alone(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu(session, "Fabrique Ocelot")
    session.commit()
    assert '<h1 lang="fr">Fabrique Ocelot</h1>' in client.get(f"/en/lieux/{lieu.public_id}", follow_redirects=True).text
    assert "<h1>Fabrique Ocelot</h1>" in client.get(f"/lieux/{lieu.public_id}", follow_redirects=True).text


@pytest.mark.parametrize("adresse", ["/falc/nulle-part", "/en/lieux/zzz", "/enfer", "/falc/falc"])
def test_an_unknown_page_is_a_404_in_every_language(client: FlaskClient, adresse: str) -> None:
    assert client.get(adresse).status_code == 404
