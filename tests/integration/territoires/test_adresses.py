"""Pages by the names of territories and places: one address each, the others lead there."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.langues import LANGUES
from tierslieux.lieux.models import Lieu
from tierslieux.territoires import queries
from tierslieux.territoires.adresses import build_slug
from tierslieux.territoires.enums import Niveau

REGIONS = (
    *("Auvergne-Rhône-Alpes", "Bourgogne-Franche-Comté", "Bretagne", "Centre-Val de Loire", "Corse", "Grand Est"),
    *("Guadeloupe", "Guyane", "Hauts-de-France", "Île-de-France", "La Réunion", "Martinique", "Mayotte", "Normandie"),
    *("Nouvelle-Aquitaine", "Occitanie", "Pays de la Loire", "Provence-Alpes-Côte d'Azur"),
)


@pytest.fixture(autouse=True)
def lieu(session: Session) -> Lieu:
    """Brittany, and a place of Brest."""
    make_bretagne(session)
    fait = make_lieu(session, "Fablab de l’Élorn", lon=-4.55, lat=48.35)
    session.commit()
    return fait


def find_canonique(page: str) -> str:
    """The one canonical address that the page declares."""
    (adresse,) = re.findall(r'<link rel="canonical" href="http://localhost([^"]*)">', page)
    return adresse


@pytest.mark.parametrize(
    ("adresse", "nom"),
    [("/bretagne", "Bretagne"), ("/bretagne/finistere", "Finistère"), ("/bretagne/finistere/brest", "Brest")],
)
def test_names_lead_to_the_territory(client: FlaskClient, adresse: str, nom: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert f">{nom}</h1>" in reponse.text
    assert find_canonique(reponse.text) == adresse


@pytest.mark.parametrize(
    ("courte", "canonique"),
    [
        ("/territoires", "/territoires"),
        ("/territoires/region/53/lieux", "/bretagne"),
        ("/territoires/departement/29/lieux", "/bretagne/finistere"),
        ("/territoires/epci/242900314/lieux", "/territoires/epci/242900314/lieux"),
        ("/territoires/commune/22387/lieux", "/bretagne/cotes-d-armor/le-vieux-marche"),
        ("/en/territoires/commune/29019/lieux", "/en/bretagne/finistere/brest"),
    ],
)
def test_a_short_address_serves_the_page_and_declares_the_canonical_one(
    client: FlaskClient, courte: str, canonique: str
) -> None:
    reponse = client.get(courte)
    assert reponse.status_code == 200
    assert find_canonique(reponse.text) == canonique
    assert client.get(canonique).status_code == 200


@pytest.mark.parametrize(
    ("autre", "canonique"),
    [
        ("/bretagne/finistere/", "/bretagne/finistere"),
        ("/Bretagne/Finist%C3%A8re/BREST", "/bretagne/finistere/brest"),
        ("/bretagne/finistere/brest-29019", "/bretagne/finistere/brest"),
        ("/bretagne/cotes-d-armor/vieux-marche", "/bretagne/cotes-d-armor/le-vieux-marche"),
        ("/bretagne/finistere/lambezellec", "/bretagne/finistere/brest"),
        ("/en/bretagne/finistere/lambezellec", "/en/bretagne/finistere/brest"),
    ],
)
def test_another_writing_and_a_former_name_lead_to_the_one_address(
    client: FlaskClient, autre: str, canonique: str
) -> None:
    reponse = client.get(autre)
    assert (reponse.status_code, reponse.location) == (301, canonique)


def test_communes_of_one_name_have_their_codes_and_the_bare_name_offers_both(
    client: FlaskClient, session: Session
) -> None:
    for code, population in (("29800", 10), ("29801", 20)):
        make_territoire(
            session, Niveau.COMMUNE, code, "Kermeur", departement_code="29", region_code="53", population=population
        )
    session.commit()
    page = client.get("/bretagne/finistere").text
    assert 'href="/bretagne/finistere/kermeur-29800"' in page
    assert find_canonique(client.get("/bretagne/finistere/kermeur-29800").text) == "/bretagne/finistere/kermeur-29800"
    assert find_canonique(client.get("/territoires/commune/29801/lieux").text) == "/bretagne/finistere/kermeur-29801"
    choix = client.get("/bretagne/finistere/kermeur")
    assert choix.status_code == 404
    assert "Plusieurs communes ont ce nom" in choix.text
    assert choix.text.index("kermeur-29801") < choix.text.index("kermeur-29800"), "the bigger one first"


@pytest.mark.parametrize(
    ("adresse", "proposition"),
    [
        ("/brest", "/bretagne/finistere/brest"),
        ("/bretagn", "/bretagne"),
        ("/finistere", "/bretagne/finistere"),
        ("/bretagne/finistre", "/bretagne/finistere"),
        ("/bretagne/finistere/breste", "/bretagne/finistere/brest"),
        ("/bretagne/cotes-d-armor/landerneau", "/bretagne/finistere/landerneau"),
        ("/en/brest", "/en/bretagne/finistere/brest"),
    ],
)
def test_a_wrong_address_offers_the_nearest_names(client: FlaskClient, adresse: str, proposition: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 404
    assert f'href="{proposition}"' in reponse.text
    assert 'role="search"' in reponse.text


@pytest.mark.parametrize(
    "adresse",
    [
        "/wp-login.php",
        "/.env",
        "/" + "a" * 3000,
        "/%00/%F0%9F%A6%86/%3Cscript%3E",
        "/bretagne/finistere/" + "x" * 500,
        "/bretagne/finistere/%25%5F",
        "/a/b/c/d/e",
        "/bretagne/finistere/brest/sans-reference",
    ],
)
def test_what_is_no_name_is_a_page_that_is_not_found(client: FlaskClient, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 404
    assert 'role="search"' in reponse.text
    assert "<script>" not in reponse.text


def test_a_place_has_its_address_below_its_commune(client: FlaskClient, lieu: Lieu) -> None:
    canonique = f"/bretagne/finistere/brest/fablab-de-l-elorn-{lieu.public_id}"
    for adresse in (canonique, f"/lieux/{lieu.public_id}"):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert find_canonique(reponse.text) == canonique


@pytest.mark.parametrize(
    "debut", ["/bretagne/finistere/brest/ancien-nom-", "/x/y/z/", "/bretagne/finistere/brest/fablab-de-l-%C3%A9lorn-"]
)
def test_the_id_alone_decides_of_the_place(client: FlaskClient, lieu: Lieu, debut: str) -> None:
    reponse = client.get(debut + lieu.public_id)
    assert (reponse.status_code, reponse.location) == (
        301,
        f"/bretagne/finistere/brest/fablab-de-l-elorn-{lieu.public_id}",
    )
    # Names change, and may come back.
    assert reponse.headers["Cache-Control"] == "no-cache"


def test_a_place_keeps_the_language_of_its_address(client: FlaskClient, lieu: Lieu) -> None:
    fin = f"/bretagne/finistere/brest/fablab-de-l-elorn-{lieu.public_id}"
    for prefixe in ("/falc", "/en"):
        reponse = client.get(f"{prefixe}/lieux/{lieu.public_id}")
        assert find_canonique(reponse.text) == prefixe + fin
        assert client.get(f"{prefixe}/x/y/z/{lieu.public_id}").location == prefixe + fin
        assert client.get(prefixe + fin).status_code == 200


def test_a_territory_that_is_not_in_plain_french_is_shown_in_french(client: FlaskClient) -> None:
    reponse = client.get("/falc/bretagne/finistere")
    assert (reponse.status_code, reponse.location) == (302, "/bretagne/finistere")


def test_a_place_of_no_known_commune_keeps_its_short_address(client: FlaskClient, session: Session) -> None:
    loin = make_lieu(session, "Bibliothèque de Nouméa", lon=166.45, lat=-22.27, commune_code="98818")
    session.commit()
    courte = f"/lieux/{loin.public_id}"
    assert find_canonique(client.get(courte).text) == courte
    assert client.get(f"/x/y/z/noumea-{loin.public_id}").location == courte


def test_each_page_names_its_other_languages(client: FlaskClient) -> None:
    attendues = [
        ("fr", "http://localhost/bretagne/finistere/brest"),
        ("en", "http://localhost/en/bretagne/finistere/brest"),
        ("x-default", "http://localhost/bretagne/finistere/brest"),
    ]
    for adresse in ("/bretagne/finistere/brest", "/en/bretagne/finistere/brest", "/en/territoires/commune/29019/lieux"):
        page = client.get(adresse).text
        assert re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page) == attendues


def test_the_breadcrumb_is_told_to_machines_and_leads_by_names(client: FlaskClient) -> None:
    page = client.get("/bretagne/finistere/brest").text
    assert '"name":"Finistère","item":"http://localhost/bretagne/finistere"' in page
    ariane = page.split('class="ariane"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', ariane) == [
        "/territoires",
        "/bretagne",
        "/bretagne/finistere",
        "/territoires/epci/242900314/lieux",
    ]


def test_no_other_page_stands_where_a_region_does(app: Flask) -> None:
    premiers = {regle.rule.split("/")[1] for regle in app.url_map.iter_rules()}
    fixes = {pas for pas in premiers if "<" not in pas} | {langue.prefixe for langue in LANGUES}
    assert {"recherche", "lieux", "territoires", "falc", "en"} <= fixes
    assert {build_slug(nom) for nom in REGIONS}.isdisjoint(fixes)


def test_an_address_by_names_is_read_with_the_indexes(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    stmt = queries.list_communes_nommees_stmt(["brest"], "29")
    sql = stmt.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(text(f"EXPLAIN {sql}")))
    assert "ix_toponyme_cle" in plan
