"""The home page and the pages about the site itself."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import INSTANT, make_lieu, make_source
from tierslieux.lieux.models import Execution


def test_home_counts_places_and_dates_them(client: FlaskClient, session: Session) -> None:
    make_lieu(session)
    make_lieu(session, genres=("fablab",))
    make_lieu(session, genres=("mairie",))
    session.add(
        Execution(source_id="essai", statut="reussie", origine="essai", debut_at=INSTANT, duree_s=1, rejets_par_code={})
    )
    session.commit()
    page = client.get("/").text.replace("\u00a0", " ")
    assert "1 lieu d’aide numérique et 1 tiers-lieu en France" in page
    assert "lues le 23 novembre 2026" in page
    assert "Site de démonstration" not in page


def test_home_of_an_empty_database_counts_nothing(client: FlaskClient) -> None:
    assert "en France." not in client.get("/").text


def test_home_says_when_places_are_invented(client: FlaskClient, session: Session) -> None:
    make_source(session, "demonstration", est_inventee=True)
    lieu = make_lieu(session, source_id="demonstration")
    session.commit()
    assert "Site de démonstration" in client.get("/").text
    lieu.statut = "masque"
    session.commit()
    assert "Site de démonstration" not in client.get("/").text


def test_legal_notice_names_the_sources_in_use_and_no_publisher_it_does_not_know(
    client: FlaskClient, session: Session
) -> None:
    make_source(session, libelle="Annuaire d’essai")
    session.add(
        Execution(source_id="essai", statut="reussie", origine="essai", debut_at=INSTANT, duree_s=1, rejets_par_code={})
    )
    session.commit()
    page = client.get("/mentions-legales").text
    assert "Annuaire d’essai" in page
    assert "n’a pas encore indiqué qui le publie" in page


@pytest.mark.parametrize("adresse", ["/accessibilite", "/ecoconception", "/donnees-personnelles", "/plan-du-site"])
def test_pages_about_the_site_are_there(client: FlaskClient, adresse: str) -> None:
    assert client.get(adresse).status_code == 200


def test_every_footer_tells_the_state_of_accessibility_that_the_statement_computes(client: FlaskClient) -> None:
    declaration = client.get("/accessibilite").text
    etat = re.search(r"<strong>(Accessibilité\xa0: [a-z ]*conforme)</strong>", declaration)
    assert etat is not None
    assert "Ce n’est pas un audit par un organisme extérieur." in declaration
    assert "Défenseur des droits" in declaration
    for adresse in ("/", "/recherche", "/nulle-part", "/ecoconception"):
        page = client.get(adresse).text
        assert f'<a href="/accessibilite">{etat[1]}</a>' in page[page.index("<footer") :], adresse


def test_crawlers_are_kept_off_the_endless_pages(client: FlaskClient) -> None:
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /recherche?" in robots.text
