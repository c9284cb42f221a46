"""The API over HTTP: what it finds, what it refuses, what it promises to caches and to other sites."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu, make_source
from tests.factories.territoires import make_bretagne
from tierslieux.diffusion import reponses
from tierslieux.lieux.publication import refresh_grappe

ERREUR = {"error", "message", "details", "request_id"}


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)
    session.commit()


def get(client: FlaskClient, adresse: str, modele: type[BaseModel] | None = None) -> dict[str, Any]:
    """The JSON of an answer that must be 200, held to its model."""
    reponse = client.get(adresse)
    assert reponse.status_code == 200, reponse.text
    corps: dict[str, Any] = reponse.get_json(force=True)
    if modele:
        modele.model_validate(corps)
    return corps


def list_noms(page: dict[str, Any]) -> list[str]:
    return [feature["properties"]["nom"] for feature in page["features"]]


# --- /lieux ---------------------------------------------------------------------------------------------------------


def test_nearest_places_come_first_with_their_distance(client: FlaskClient, session: Session) -> None:
    make_lieu(session, "loin", lat=48.41)
    make_lieu(session, "près", lat=48.40)
    make_lieu(session, "mairie", lat=48.40, genres=("mairie",))
    session.commit()
    page = get(client, "/api/v1/lieux?proche=-4.49,48.39", reponses.PageLieux)
    assert list_noms(page) == ["près", "loin"]
    # 0.01° of latitude at 48.4° N is 1,112 m.
    assert page["features"][0]["properties"]["distance_m"] == pytest.approx(1112, abs=2)
    assert page["features"][0]["geometry"]["coordinates"] == [-4.49, 48.4]
    assert page["suivant"] is None
    assert list_noms(get(client, "/api/v1/lieux?proche=-4.49,48.39&candidats=1&genre=mairie")) == ["mairie"]


@pytest.mark.parametrize("ou", ["proche=-4.49,48.39", "bbox=-4.7,48.2,-4.3,48.5", "commune=29019"])
def test_following_the_links_reads_every_place_once(client: FlaskClient, session: Session, ou: str) -> None:
    for rang in range(7):
        make_lieu(session, f"lieu {rang}", lat=48.39 + rang / 1000)
    session.commit()
    vus: list[str] = []
    adresse: str | None = f"/api/v1/lieux?{ou}&limite=3"
    tours = 0
    while adresse and tours < 5:
        page = get(client, adresse, reponses.PageLieux)
        assert page["nombre"] == len(page["features"]) <= 3
        vus += list_noms(page)
        suivant = urlsplit(page["suivant"]) if page["suivant"] else None
        adresse = f"{suivant.path}?{suivant.query}" if suivant else None
        tours += 1
    assert sorted(vus) == [f"lieu {rang}" for rang in range(7)]
    assert tours == 3


def test_a_box_of_closed_places_still_leads_to_the_open_one(client: FlaskClient, session: Session) -> None:
    for rang in range(4):
        make_lieu(session, f"fermé {rang}", horaires="Mo-Su off")
    make_lieu(session, "ouvert", horaires="24/7")
    session.commit()
    premiere = get(client, "/api/v1/lieux?bbox=-5,48,-4,49&ouvert=1&limite=3")
    assert premiere["features"] == []
    suite = urlsplit(premiere["suivant"])
    assert list_noms(get(client, f"{suite.path}?{suite.query}")) == ["ouvert"]


def test_filters(client: FlaskClient, session: Session) -> None:
    make_lieu(session, "fs", genres=("france-services",), frais=["gratuit"], accessible=True)
    make_lieu(session, "fablab", genres=("fablab",), frais=["payant"])
    session.commit()
    for filtre, attendu in {
        "besoin=demarche": ["fs"],
        "genre=fablab": ["fablab"],
        "gratuit=1": ["fs"],
        "accessible=1": ["fs"],
        "gratuit=0": ["fs", "fablab"],
        "besoin=travailler&genre=france-services": [],
    }.items():
        assert list_noms(get(client, f"/api/v1/lieux?bbox=-5,48,-4,49&{filtre}")) == attendu, filtre


def test_nothing_near_says_what_is_nearest(client: FlaskClient, session: Session) -> None:
    # One degree of latitude is 111 km.
    make_lieu(session, "au loin", lat=49.39)
    session.commit()
    page = get(client, "/api/v1/lieux?proche=-4.49,48.39", reponses.PageLieux)
    assert page["features"] == []
    assert page["plus_proche"]["properties"]["nom"] == "au loin"
    assert page["plus_proche"]["properties"]["distance_m"] == pytest.approx(111_200, abs=100)


def test_a_commune_without_place_is_empty_and_an_unknown_one_is_an_error(client: FlaskClient) -> None:
    assert get(client, "/api/v1/lieux?commune=29019")["features"] == []
    assert client.get("/api/v1/lieux?commune=99999").status_code == 404
    ancienne = client.get("/api/v1/lieux?commune=29990")
    assert ancienne.status_code == 404
    assert "Brest (29019)" in ancienne.get_json()["message"]


def test_hidden_places_are_nowhere(client: FlaskClient, session: Session) -> None:
    cache = make_lieu(session, "caché", statut="masque")
    session.commit()
    assert get(client, "/api/v1/lieux?bbox=-5,48,-4,49&candidats=1")["features"] == []
    assert client.get(f"/api/v1/lieux/{cache.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("adresse", "champ"),
    [
        ("/api/v1/lieux", "proche"),
        ("/api/v1/lieux?bbox=1,2,3", "bbox"),
        ("/api/v1/lieux?bbox=-5,48,-4,49&proche=0,45", "bbox"),
        ("/api/v1/lieux?proche=0,45&limite=101", "limite"),
        ("/api/v1/lieux?bbox=-5,48,-4,49&limite=1001", "limite"),
        ("/api/v1/lieux?proche=0,45&genre=licorne", "genre"),
        ("/api/v1/lieux?proche=0,45&ouvert=demain", "ouvert"),
        ("/api/v1/lieux?proche=0,45&apres=zzz", "apres"),
        ("/api/v1/lieux?proche=0,45&besion=demarche", "besion"),
        ("/api/v1/communes?q=", "q"),
        ("/api/v1/communes", "q"),
        ("/api/v1/communes?q=brest&limite=51", "limite"),
        ("/api/v1/territoires/planete/1", "niveau"),
        ("/api/v1/grappes?bbox=-5,48,-4,49", "zoom"),
        ("/api/v1/grappes?zoom=5", "bbox"),
        ("/api/v1/contours?bbox=-5,48,-4,49&zoom=21", "zoom"),
    ],
)
def test_a_bad_parameter_is_named(client: FlaskClient, adresse: str, champ: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 422
    corps = reponse.get_json()
    assert corps.keys() == ERREUR
    assert corps["details"]["champ"] == champ
    assert corps["details"]["attendu"]
    assert corps["request_id"] == reponse.headers["X-Request-Id"]


# --- /lieux/<id> ----------------------------------------------------------------------------------------------------


def test_a_place_with_the_source_of_each_value(client: FlaskClient, session: Session) -> None:
    make_source(session, "fs", libelle="France Services", licence="Licence Ouverte 2.0")
    lieu = make_lieu(session, "FS de Brest", source_id="fs", telephone="+33298000000", horaires="Mo-Fr 09:00-12:00")
    session.commit()
    corps = get(client, f"/api/v1/lieux/{lieu.public_id}", reponses.LieuComplet)
    assert corps["id"] == lieu.public_id
    telephone = next(champ for champ in corps["properties"]["champs"] if champ["champ"] == "telephone")
    assert telephone["valeur"] == "+33298000000"
    assert telephone["sources"] == [
        {
            "source": "France Services",
            "producteur": "Producteur d’essai",
            "licence": "Licence Ouverte 2.0",
            "url": None,
            "date": "2026-01-01",
        }
    ]
    assert corps["properties"]["semaine"][0]["jours"] == "Du lundi au vendredi"


# --- /communes, /territoires ----------------------------------------------------------------------------------------


def test_communes_have_exactly_these_fields(client: FlaskClient) -> None:
    corps = get(client, "/api/v1/communes?q=brest", reponses.Communes)
    assert corps.keys() == {"communes"}
    premiere = corps["communes"][0]
    assert list(premiere) == ["code", "nom", "codes_postaux", "departement", "population", "lon", "lat"]
    assert (premiere["code"], premiere["nom"], premiere["departement"]) == ("29019", "Brest", "29")
    assert get(client, "/api/v1/communes?q=zzzzzzzz")["communes"] == []


def test_a_territory_with_its_parents_and_its_places(client: FlaskClient, session: Session) -> None:
    make_lieu(session, "fs", genres=("france-services",))
    make_lieu(session, "fablab", genres=("fablab",))
    make_lieu(session, "mairie", genres=("mairie",))
    session.commit()
    corps = get(client, "/api/v1/territoires/commune/29019", reponses.Territoire)
    assert [parent["niveau"] for parent in corps["parents"]] == ["france", "region", "departement", "epci"]
    assert (corps["aides"], corps["tiers_lieux"]) == (1, 1)
    assert {genre["genre"]: genre["nombre"] for genre in corps["par_genre"]} == {
        "france-services": 1,
        "fablab": 1,
        "mairie": 1,
    }
    assert corps["bbox"] == [-4.6, 48.3, -4.5, 48.4]
    assert get(client, "/api/v1/territoires/france/FR", reponses.Territoire)["aides"] == 1


# --- /grappes, /contours --------------------------------------------------------------------------------------------


def test_clusters_of_a_box(client: FlaskClient, session: Session) -> None:
    make_lieu(session, "fs")
    make_lieu(session, "fablab", genres=("fablab",))
    seul = make_lieu(session, "à Nice", lon=7.26, lat=43.7)
    refresh_grappe(session)
    session.commit()
    corps = get(client, "/api/v1/grappes?bbox=-5.5,41,10,51.5&zoom=6", reponses.Grappes)
    assert corps["nombre"] == 3
    assert corps["grappes"][0] == [-4.49, 48.39, 2]
    assert corps["grappes"][1] == [7.26, 43.7, 1, seul.public_id, "à Nice", "France Services"]
    assert get(client, "/api/v1/grappes?bbox=-5.5,41,10,51.5&zoom=6&genre=fablab")["nombre"] == 1


def test_outlines_of_the_level_of_the_zoom(client: FlaskClient) -> None:
    corps = get(client, "/api/v1/contours?bbox=-4.7,48.2,-4.4,48.5&zoom=12", reponses.Contours)
    assert corps["niveau"] == "commune"
    assert {"29019", "29075"} <= {contour["code"] for contour in corps["contours"]}
    # Brest is the square from 4.6° to 4.5° W: steps of 0.0003°.
    anneau = next(contour for contour in corps["contours"] if contour["code"] == "29019")["anneaux"][0]
    assert len(anneau) == 8
    assert {round(anneau[0] * corps["pas"], 1)} <= {-4.6, -4.5}
    assert "Brest" in [nom for _, _, nom in corps["villes"]]
    assert get(client, "/api/v1/contours?bbox=-4.7,48.2,-4.4,48.5&zoom=8")["niveau"] == "departement"


# --- Promises -------------------------------------------------------------------------------------------------------

ADRESSES = [
    "/api/v1/lieux?proche=-4.49,48.39",
    "/api/v1/communes?q=brest",
    "/api/v1/territoires/commune/29019",
    "/api/v1/grappes?bbox=-5,48,-4,49&zoom=9",
    "/api/v1/contours?bbox=-5,48,-4,49&zoom=9",
]


@pytest.mark.parametrize("adresse", ADRESSES)
@pytest.mark.parametrize("codage", ["identity", "br", "gzip"])
def test_an_answer_that_has_not_changed_is_not_sent_again(client: FlaskClient, adresse: str, codage: str) -> None:
    premiere = client.get(adresse, headers={"Accept-Encoding": codage})
    assert premiere.cache_control.public
    assert premiere.cache_control.max_age
    seconde = client.get(adresse, headers={"Accept-Encoding": codage, "If-None-Match": premiere.headers["ETag"]})
    assert seconde.status_code == 304
    assert seconde.data == b""


@pytest.mark.parametrize("adresse", [*ADRESSES, "/api/v1/lieux", "/api/v1/nulle-part", "/api/v1/openapi.json"])
def test_any_site_may_read_the_api(client: FlaskClient, adresse: str) -> None:
    assert client.get(adresse).headers["Access-Control-Allow-Origin"] == "*"


def test_pages_are_not_open_to_other_sites(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


@pytest.mark.parametrize(
    ("methode", "adresse", "statut"),
    [
        ("GET", "/api/v1/nulle-part", 404),
        ("GET", "/api/v1/lieux/inconnu", 404),
        ("GET", "/api/v1/lieux/%00", 404),
        ("GET", "/api/v1/territoires/commune/00000", 404),
        ("GET", "/api/v1/territoires/commune/%00", 404),
        ("PUT", "/api/v1/communes?q=brest", 405),
        ("DELETE", "/api/v1/lieux?proche=0,45", 405),
    ],
)
def test_every_error_has_the_same_shape(client: FlaskClient, methode: str, adresse: str, statut: int) -> None:
    reponse = client.open(adresse, method=methode)
    assert reponse.status_code == statut
    assert reponse.mimetype == "application/json"
    assert reponse.get_json().keys() == ERREUR
    if statut == 405:
        assert "GET" in reponse.headers["Allow"]


def test_an_unexpected_error_has_the_same_shape(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def planter(*_args: object, **_options: object) -> None:
        raise RuntimeError("mot de passe")

    monkeypatch.setattr("tierslieux.territoires.services.search_communes", planter)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", value=False)
    reponse = app.test_client().get("/api/v1/communes?q=brest")
    assert reponse.status_code == 500
    assert reponse.get_json().keys() == ERREUR
    assert "mot de passe" not in reponse.text
