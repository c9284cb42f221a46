"""The list of addresses for search engines: every page once, under its own address."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau

HOTE = "http://localhost"
ESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def lieux(session: Session) -> dict[str, Lieu]:
    """Brittany, a place of Brest, one hidden, one closed, one of a commune that is not known."""
    make_bretagne(session)
    faits = {
        "brest": make_lieu(session, "Fablab <de> l’Élorn & Cie", lon=-4.55, lat=48.35),
        "masque": make_lieu(session, "Lieu masqué", statut="masque"),
        "ferme": make_lieu(session, "Lieu fermé", statut="ferme"),
        "noumea": make_lieu(session, "Bibliothèque de Nouméa", lon=166.45, lat=-22.27, commune_code="98818"),
    }
    session.commit()
    return faits


def read(client: FlaskClient, adresse: str) -> dict[str, str | None]:
    """Each address of a document, without its host, with the day of its last change."""
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse.mimetype) == (200, "application/xml")
    entrees = list(ET.fromstring(reponse.data))  # noqa: S314 - our own
    adresses = {
        (entree.findtext(f"{ESPACE}loc") or "").removeprefix(HOTE): entree.findtext(f"{ESPACE}lastmod")
        for entree in entrees
    }
    assert len(adresses) == len(entrees), "each address once"
    return adresses


def test_the_index_names_a_part_for_the_country_and_one_for_each_departement(client: FlaskClient) -> None:
    assert read(client, "/sitemap.xml") == {
        "/sitemap-france.xml": "2026-11-23",
        "/sitemap-22.xml": None,
        "/sitemap-29.xml": "2026-11-23",
    }


def test_a_departement_lists_its_communes_and_its_published_places(client: FlaskClient, lieux: dict[str, Lieu]) -> None:
    # The day is that of the place's record (factories.lieux.INSTANT); a territory has that of its newest place.
    assert read(client, "/sitemap-29.xml") == {
        "/bretagne/finistere": "2026-11-23",
        "/bretagne/finistere/brest": "2026-11-23",
        "/bretagne/finistere/guipavas": None,
        "/bretagne/finistere/landerneau": None,
        "/bretagne/finistere/plourin": None,
        f"/bretagne/finistere/brest/fablab-de-l-elorn-cie-{lieux['brest'].public_id}": "2026-11-23",
    }


def test_the_country_lists_what_belongs_to_no_departement(client: FlaskClient, lieux: dict[str, Lieu]) -> None:
    assert read(client, "/sitemap-france.xml") == {
        "/": None,
        "/carte": None,
        "/territoires": None,
        "/donnees": None,
        "/bretagne": None,
        "/territoires/epci/242900314/lieux": None,
        "/territoires/epci/200000001/lieux": None,
        f"/lieux/{lieux['noumea'].public_id}": "2026-11-23",
    }


def test_every_address_is_a_page_that_declares_it_as_its_own(client: FlaskClient, session: Session) -> None:
    for code in ("29800", "29801"):
        make_territoire(session, Niveau.COMMUNE, code, "Kermeur", departement_code="29", region_code="53")
    session.commit()
    for partie in read(client, "/sitemap.xml"):
        for adresse in read(client, partie):
            reponse = client.get(adresse)
            assert reponse.status_code == 200, adresse
            assert {HOTE + adresse} >= set(re.findall(r'<link rel="canonical" href="([^"]+)"', reponse.text))


@pytest.mark.parametrize("partie", ["99", "1", "%3Cb%3E", "2a0", "france2"])
def test_an_unknown_part_is_not_found(client: FlaskClient, partie: str) -> None:
    assert client.get(f"/sitemap-{partie}.xml").status_code == 404


def test_robots_are_told_where_the_list_is(client: FlaskClient) -> None:
    assert f"Sitemap: {HOTE}/sitemap.xml" in client.get("/robots.txt").text.splitlines()
