"""The pages of territories."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, "France Services de Brest", lon=-4.55, lat=48.35)
    make_lieu(session, "Mairie de Brest", lon=-4.56, lat=48.35, genres=("mairie",))
    session.commit()


def read(client: FlaskClient, adresse: str) -> str:
    """The page without tags, spaces made ordinary and single."""
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(re.sub(r"<[^>]+>", " ", reponse.text)))


def test_a_commune_has_its_population_its_ladder_and_its_places(client: FlaskClient) -> None:
    texte = read(client, "/territoires/commune/29019/lieux")
    assert "140 064 habitants (population 2017, INSEE)" in texte
    assert "France Bretagne Finistère Brest Métropole Brest" in texte
    assert "Anciennes communes : Lambézellec." in texte
    assert "lieu d’aide numérique 1" in texte
    # Help first, then the town hall, which says that it is none.
    assert texte.index("France Services de Brest") < texte.index("Mairie de Brest")
    assert "Ce lieu n’a pas déclaré d’aide numérique." in texte


@pytest.mark.parametrize(
    ("adresse", "enfant"),
    [
        ("/territoires", "/bretagne"),
        ("/territoires/region/53/lieux", "/bretagne/finistere"),
        ("/bretagne/finistere", "/territoires/epci/242900314/lieux"),
        ("/bretagne/finistere", "/bretagne/finistere/brest"),
        ("/territoires/epci/242900314/lieux", "/bretagne/finistere/brest"),
        # In an EPCI of two départements, only one of them is known by its name.
        ("/territoires/epci/200000001/lieux", "/territoires/commune/22387/lieux"),
        ("/en/bretagne", "/en/bretagne/finistere"),
    ],
)
def test_each_level_leads_to_the_next(client: FlaskClient, adresse: str, enfant: str) -> None:
    page = client.get(adresse).text
    assert f'href="{enfant}"' in page
    assert client.get(enfant).status_code == 200


def test_children_show_inhabitants_and_number_of_places(client: FlaskClient) -> None:
    texte = read(client, "/territoires/epci/242900314/lieux")
    assert "Brest 140 064 1" in texte
    assert "Guipavas 14 600 0" in texte


def test_a_population_that_is_not_published_is_said(client: FlaskClient) -> None:
    assert "Population non publiée pour ce territoire" in read(client, "/territoires/commune/22387/lieux")


def test_france_has_one_address(client: FlaskClient) -> None:
    reponse = client.get("/territoires/france/FR/lieux")
    assert (reponse.status_code, reponse.location) == (301, "/territoires")


@pytest.mark.parametrize(
    "adresse", ["/territoires/commune/00000/lieux", "/territoires/planete/1/lieux", "/territoires/epci/%00/lieux"]
)
def test_what_does_not_exist_is_said_in_french(client: FlaskClient, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 404
    assert "Ce territoire n’existe pas." in reponse.text


def test_a_commune_without_any_place_sends_to_its_neighbours(client: FlaskClient) -> None:
    texte = read(client, "/territoires/commune/29208/lieux")
    assert "Aucun lieu connu dans cette commune." in texte
    assert "Chercher dans les communes voisines" in texte
