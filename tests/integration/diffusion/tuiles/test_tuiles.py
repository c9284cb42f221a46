"""Vector tiles over HTTP: what they hold, how they are kept, what is refused. Decoded by an independent library."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.core.sql import load_blocks
from tierslieux.couverture import services as couverture
from tierslieux.couverture.models import EditionCouverture
from tierslieux.couverture.services import Besoin, Ecart, EcartTerritoire, Edition, Regle
from tierslieux.diffusion.tuiles import queries
from tierslieux.diffusion.tuiles.couches import OCTETS_MAX
from tierslieux.diffusion.tuiles.routes import CLE_TUILES
from tierslieux.diffusion.tuiles.services import Tuiles
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.lieux.models import Changement
from tierslieux.lieux.publication import refresh_grappe
from tierslieux.territoires.chargement_dessins import draw_territoires, is_drawn
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionTerritoires

NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
# The five communes of make_bretagne lie from 4.6° to 4.1° W, 48.3° to 48.4° N. At zoom 9 a tile is 0.703° wide: number
# floor((180 - 4.6) / 0.703125) = 249 from the west, and the next one from 4.219° W on; 177 from the north.
Z9 = "9/249/177"
TYPE = "application/vnd.mapbox-vector-tile"


@pytest.fixture(autouse=True)
def tuiles(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing kept by other tests, and data looked at again at each request."""
    monkeypatch.setitem(app.extensions, CLE_TUILES, Tuiles(tmp_path / "tuiles", duree_version_s=0))


@pytest.fixture
def territoires(session: Session) -> None:
    make_bretagne(session)
    session.add(EditionTerritoires(id=1, edition="1.1.0", sha256="a" * 64, chargee_at=NOW, remarques={}))
    session.flush()
    draw_territoires(session, now=NOW)
    session.commit()


def add_changement(session: Session, lieu_id: int) -> None:
    session.add(Changement(lieu_id=lieu_id, champ=None, avant=None, apres={}, motif="essai", fait_at=NOW))
    session.commit()


def read(client: FlaskClient, chemin: str, **entetes: str) -> dict[str, Any]:
    """Layers of a tile, by name."""
    reponse = client.get(f"/tuiles/{chemin}.mvt", headers=entetes)
    assert reponse.status_code == 200, reponse.text
    assert reponse.mimetype == TYPE
    assert len(reponse.data) <= OCTETS_MAX
    return mapbox_vector_tile.decode(reponse.data, default_options={"geojson": False, "y_coord_down": True})


def list_codes(calques: dict[str, Any], couche: str) -> set[str]:
    return {trait["properties"]["code"] for trait in calques[couche]["features"]}


# --- What they hold ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("territoires")
def test_a_tile_holds_the_communes_that_it_meets_with_names_and_populations(client: FlaskClient) -> None:
    calques = read(client, f"communes/{Z9}")
    assert list(calques) == ["communes"]
    assert calques["communes"]["extent"] == 4096
    proprietes = {trait["properties"]["code"]: trait["properties"] for trait in calques["communes"]["features"]}
    # From 4.219° W on is another tile: Le Vieux-Marché (4.2° to 4.1°) is wholly there, Plourin is cut.
    assert set(proprietes) == {"29019", "29075", "29103", "29208"}
    assert proprietes["29019"] == {"code": "29019", "nom": "Brest", "population": 140_064}


@pytest.mark.usefixtures("territoires")
def test_shapes_are_cut_at_the_margin_and_stand_at_their_place(client: FlaskClient) -> None:
    calques = read(client, f"communes/{Z9}")
    sommets = {
        trait["properties"]["code"]: [point for anneau in trait["geometry"]["coordinates"] for point in anneau]
        for trait in calques["communes"]["features"]
        if trait["geometry"]["type"] == "Polygon"
    }
    # Brest: (180 - 4.6) / 0.703125 = 249.4578 and (180 - 4.5) / 0.703125 = 249.6: 0.4578 and 0.6 of 4,096 units.
    assert {min(x for x, _ in sommets["29019"]), max(x for x, _ in sommets["29019"])} == {1875, 2458}
    # Plourin goes on 64 units beyond the tile's side, and no further.
    assert max(x for x, _ in sommets["29208"]) == 4096 + 64


@pytest.mark.usefixtures("territoires")
@pytest.mark.parametrize(
    ("couche", "attendus"),
    [("regions", {"53"}), ("departements", {"29"}), ("epci", {"242900314", "200000001"})],
)
def test_wider_levels_are_drawn_from_their_communes(client: FlaskClient, couche: str, attendus: set[str]) -> None:
    assert list_codes(read(client, f"{couche}/{Z9}"), couche) >= attendus


@pytest.mark.usefixtures("territoires")
def test_far_tiles_of_communes_have_codes_alone(client: FlaskClient) -> None:
    # Zoom 6: (180 - 4.5) / 5.625 = 31.2.
    calques = read(client, "communes/6/31/22")
    assert {tuple(trait["properties"]) for trait in calques["communes"]["features"]} == {("code",)}


@pytest.mark.usefixtures("territoires")
def test_a_tile_without_anything_is_no_content(client: FlaskClient) -> None:
    reponse = client.get("/tuiles/communes/9/0/0.mvt")
    assert (reponse.status_code, reponse.data) == (204, b"")
    assert "ETag" in reponse.headers


def test_places_are_given_one_by_one_near_and_counted_far(client: FlaskClient, session: Session) -> None:
    # Zoom 10: (180 - 4.49) / 0.3515625 = 499.23; latitude 48.36 is 354.4 tiles from the north.
    proche = make_lieu(session, "Médiathèque", lon=-4.49, lat=48.36, genres=("france-services",))
    make_lieu(session, "Caché", lon=-4.49, lat=48.36, statut="masque")
    make_lieu(session, "Bordeaux", lon=-0.57, lat=44.84)
    refresh_grappe(session)
    add_changement(session, proche.id)
    (trait,) = read(client, "lieux/10/499/354")["lieux"]["features"]
    assert trait["properties"] == {
        "public_id": proche.public_id,
        "nom": "Médiathèque",
        "genres": "france-services",
        "est_aide": proche.est_aide,
        "est_tiers_lieu": proche.est_tiers_lieu,
        "commune": "29019",
    }
    comptes = read(client, "lieux/0/0/0")["lieux"]["features"]
    assert sum(trait["properties"]["nombre"] for trait in comptes) == 2


def test_a_place_in_the_margin_is_in_both_tiles(client: FlaskClient, session: Session) -> None:
    # Tiles 499 and 500 of zoom 10 meet at 500 × 0.3515625 - 180 = -4.21875; the margin is 1/64 of a tile.
    bord = make_lieu(session, "Bord", lon=-4.2190, lat=48.36)
    add_changement(session, bord.id)
    for x in (499, 500):
        (trait,) = read(client, f"lieux/10/{x}/354")["lieux"]["features"]
        assert trait["properties"]["nom"] == "Bord"


def test_the_places_of_a_box_are_one_geojson_by_id_and_counted(client: FlaskClient, session: Session) -> None:
    noms = ['Café « L’Ami » \\ "2"', "Mairie", "Fablab"]
    lieux = [make_lieu(session, nom, lon=-4.49 + rang / 100, lat=48.36) for rang, nom in enumerate(noms)]
    make_lieu(session, "Ailleurs", lon=2.35, lat=48.85)
    make_lieu(session, "Sans position", lon=None, lat=None)
    make_lieu(session, "Sans commune", lon=-4.4, lat=48.36, commune_code=None)
    session.commit()
    reponse = client.get("/tuiles/lieux.geojson?bbox=-4.5,48.3,-4.3,48.4&limite=3")
    page = reponse.get_json()
    assert (reponse.mimetype, page["type"], page["nombre"], page["total"]) == (
        "application/geo+json",
        "FeatureCollection",
        3,
        4,
    )
    assert [trait["properties"]["nom"] for trait in page["features"]] == noms
    assert page["features"][1] == {
        "type": "Feature",
        "id": lieux[1].public_id,
        "geometry": {"type": "Point", "coordinates": [-4.48, 48.36]},
        "properties": {
            "public_id": lieux[1].public_id,
            "nom": "Mairie",
            "genres": "france-services",
            "est_aide": lieux[1].est_aide,
            "est_tiers_lieu": lieux[1].est_tiers_lieu,
            "commune": "29019",
        },
    }
    suite = client.get(page["suivant"]).get_json()
    assert [trait["properties"]["commune"] for trait in suite["features"]] == [None]
    assert (suite["nombre"], suite["total"], suite["suivant"]) == (1, 4, None)
    vide = client.get("/tuiles/lieux.geojson?bbox=0,0,1,1").get_json()
    assert (vide["features"], vide["nombre"], vide["total"], vide["suivant"]) == ([], 0, 0, None)


@pytest.mark.parametrize(
    "requete",
    ["", "bbox=1,2,3", "bbox=NaN,0,1,1", "bbox=2,0,1,1", "bbox=0,0,1,1&limite=0", "bbox=0,0,1,1&limite=99999",
     "bbox=0,0,1,1&apres=%00", "bbox=0,0,1,1&tri=nom"],
)  # fmt: skip
def test_a_box_that_is_not_understood_is_refused_as_json(client: FlaskClient, requete: str) -> None:
    reponse = client.get(f"/tuiles/lieux.geojson?{requete}")
    assert reponse.status_code == 422
    assert reponse.get_json()["details"]["champ"] in {"bbox", "limite", "apres", "tri"}


# --- Figures -----------------------------------------------------------------------------------------------------


@pytest.fixture
def indicateurs(session: Session, territoires: None) -> None:  # noqa: ARG001  (makes the territories)
    for code, valeur, bas, haut in (("29019", 0.123456, 0.1, 0.2), ("29075", 0.0, None, None)):
        session.add(
            ValeurIndicateur(
                indicateur="part_65_plus",
                millesime=2022,
                niveau="commune",
                code=code,
                valeur=valeur,
                bas=bas,
                haut=haut,
            )
        )
    session.add(
        EditionIndicateurs(
            source_id="recensement-2022",
            edition="2022",
            millesime=None,
            sha256="s",
            empreinte="e",
            lues=2,
            chargees=2,
            rejets={},
            communes=2,
            remarques={},
            chargee_at=NOW,
        )
    )
    session.commit()


@pytest.mark.usefixtures("indicateurs")
def test_figures_are_in_the_tile_for_those_who_cannot_join(client: FlaskClient) -> None:
    calques = read(client, f"indicateurs/commune/part_65_plus/2022/{Z9}")
    proprietes = {trait["properties"].pop("code"): trait["properties"] for trait in calques["communes"]["features"]}
    assert proprietes["29019"] == {"nom": "Brest", "valeur": 0.1235, "bas": 0.1, "haut": 0.2}
    assert proprietes["29075"] == {"nom": "Guipavas", "valeur": 0}
    # No figure is no attribute, never a zero.
    assert proprietes["29103"] == {"nom": "Landerneau"}


@pytest.mark.usefixtures("indicateurs")
def test_figures_alone_are_one_json_for_those_who_can(client: FlaskClient) -> None:
    reponse = client.get("/tuiles/attributs/commune/part_65_plus/2022.json")
    corps = reponse.get_json()
    assert corps["colonnes"] == {
        "code": ["29019", "29075"],
        "valeur": [0.1235, 0],
        "bas": [0.1, None],
        "haut": [0.2, None],
    }
    assert (corps["indicateur"], corps["millesime"], corps["nombre"]) == ("part_65_plus", 2022, 2)
    assert (corps["source"]["edition"], corps["source"]["licence"]) == ("2022", "Licence Ouverte 2.0")
    assert reponse.headers["Access-Control-Allow-Origin"] == "*"
    encore = client.get(
        "/tuiles/attributs/commune/part_65_plus/2022.json", headers={"If-None-Match": reponse.headers["ETag"]}
    )
    assert encore.status_code == 304


@pytest.mark.usefixtures("indicateurs")
def test_new_figures_change_the_tile_and_its_address(client: FlaskClient, session: Session) -> None:
    chemin = f"indicateurs/commune/part_65_plus/2022/{Z9}"
    (avant,) = client.get("/tuiles/indicateurs/commune/part_65_plus/2022.json").get_json()["tiles"]
    read(client, chemin)
    session.get_one(ValeurIndicateur, ("part_65_plus", 2022, "commune", "29019")).valeur = 0.5
    session.get_one(EditionIndicateurs, "recensement-2022").empreinte = "autre"
    session.commit()
    proprietes = [trait["properties"] for trait in read(client, chemin)["communes"]["features"]]
    assert {p["code"]: p.get("valeur") for p in proprietes}["29019"] == 0.5
    (apres,) = client.get("/tuiles/indicateurs/commune/part_65_plus/2022.json").get_json()["tiles"]
    assert avant != apres


@pytest.mark.usefixtures("territoires")
def test_gaps_are_in_the_tile_and_in_the_json(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    regle = Regle()
    ecart = Ecart(regle, 140_064.0, 1_000.25, 9_000.0, 380.0, 300.0, None)
    edition = Edition("estimation", "Estimation", NOW, NOW, 5, 0, 2, 0)
    monkeypatch.setattr(couverture, "find_edition", lambda _: edition)
    monkeypatch.setattr(
        couverture, "find_besoin", lambda *_: Besoin("personnes_illectronisme", 2021, 9_000.0, 8_000.0, 9_500.0)
    )
    monkeypatch.setattr(
        couverture,
        "list_ecarts_niveau",
        lambda _session, niveau, _regle: [
            EcartTerritoire(niveau, "29019", "Brest", ecart),
            EcartTerritoire(niveau, "29075", "Guipavas", None),
        ],
    )
    session.add(
        EditionCouverture(id=1, moteur="estimation", parametres="p", resume={}, calculee_at=NOW, actualisee_at=NOW)
    )
    session.commit()
    fin = "aide/voiture/20"
    proprietes = {
        trait["properties"]["code"]: trait["properties"]
        for trait in read(client, f"ecarts/commune/{fin}/{Z9}")["communes"]["features"]
    }
    assert proprietes["29019"] == {
        "code": "29019",
        "nom": "Brest",
        "population": 140_064,
        "population_au_dela": 1_000.2,
        "besoin": 9_000,
        "besoin_au_dela": 380,
        "bas": 300,
    }
    assert proprietes["29075"] == {"code": "29075", "nom": "Guipavas"}
    corps = client.get(f"/tuiles/attributs/commune/ecart/{fin}.json").get_json()
    assert corps["colonnes"]["besoin_au_dela"] == [380]
    assert (corps["besoin"]["annee"], corps["seuil_min"]) == (2021, 20)
    assert client.get(f"/tuiles/ecarts/commune/{fin}.json").get_json()["minzoom"] == 7


# --- Kept --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("territoires")
def test_the_address_of_the_description_is_kept_for_ever_and_others_for_minutes(client: FlaskClient) -> None:
    description = client.get("/tuiles/communes.json").get_json()
    assert (description["tilejson"], description["minzoom"], description["maxzoom"]) == ("3.0.0", 6, 12)
    (adresse,) = description["tiles"]
    adresse = adresse.replace("{z}/{x}/{y}", Z9)
    assert client.get(adresse).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for autre in (adresse.partition("?")[0], adresse + "x", adresse.partition("?")[0] + "?v=%00&v="):
        reponse = client.get(autre)
        assert (reponse.status_code, reponse.headers["Cache-Control"]) == (200, "public, max-age=300")


@pytest.mark.usefixtures("territoires")
def test_a_tile_that_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    premiere = client.get(f"/tuiles/communes/{Z9}.mvt")
    suite = client.get(f"/tuiles/communes/{Z9}.mvt", headers={"If-None-Match": premiere.headers["ETag"]})
    assert (suite.status_code, suite.data) == (304, b"")
    assert client.head(f"/tuiles/communes/{Z9}.mvt").headers["Content-Length"] == str(len(premiere.data))


@pytest.mark.usefixtures("territoires")
def test_a_tile_in_memory_asks_the_database_nothing(
    client: FlaskClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instant = [0.0]
    tuiles = Tuiles(tmp_path, duree_version_s=5, horloge=lambda: instant[0])
    monkeypatch.setitem(app.extensions, CLE_TUILES, tuiles)
    attendu = client.get(f"/tuiles/communes/{Z9}.mvt").data
    monkeypatch.setattr(tuiles, "get_tuile", None)
    assert client.get(f"/tuiles/communes/{Z9}.mvt").data == attendu
    # After some seconds, the database is asked whether the boundaries are still those.
    instant[0] = 5.0
    assert tuiles.find_en_memoire(f"/tuiles/communes/{Z9}.mvt") is None


def test_a_new_place_is_on_the_next_tile(client: FlaskClient, session: Session) -> None:
    premier = make_lieu(session, "Premier", lon=-4.49, lat=48.36)
    add_changement(session, premier.id)
    etag = client.get("/tuiles/lieux/10/499/354.mvt").headers["ETag"]
    second = make_lieu(session, "Second", lon=-4.48, lat=48.36)
    add_changement(session, second.id)
    suite = client.get("/tuiles/lieux/10/499/354.mvt", headers={"If-None-Match": etag})
    assert suite.status_code == 200
    traits = mapbox_vector_tile.decode(suite.data)["lieux"]["features"]
    assert {trait["properties"]["nom"] for trait in traits} == {"Premier", "Second"}


@pytest.mark.usefixtures("territoires")
def test_boundaries_drawn_anew_have_another_address(client: FlaskClient, session: Session) -> None:
    avant = client.get("/tuiles/communes.json").get_json()["tiles"]
    assert is_drawn(session)
    session.get_one(EditionTerritoires, 1).sha256 = "b" * 64
    make_territoire(
        session,
        Niveau.COMMUNE,
        "29233",
        "Quimperlé",
        carre=(-4.6, 48.2, -4.5, 48.3),
        departement_code="29",
        region_code="53",
    )
    session.commit()
    assert not is_drawn(session)
    # What was drawn goes on being served until then.
    assert client.get("/tuiles/communes.json").get_json()["tiles"] == avant
    draw_territoires(session, now=NOW)
    session.commit()
    assert client.get("/tuiles/communes.json").get_json()["tiles"] != avant
    assert "29233" in list_codes(read(client, f"communes/{Z9}"), "communes")


# --- Refused -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("territoires")
@pytest.mark.parametrize(
    "chemin",
    [
        "communes/99/1/1.mvt",
        "communes/6/64/0.mvt",
        "communes/NaN/0/0.mvt",
        "communes/6/-1/0.mvt",
        "communes/6/0/0.pbf",
        "cantons/6/0/0.mvt",
        "cantons.json",
        "indicateurs/commune/inconnu/2022/9/249/177.mvt",
        "indicateurs/commune/part_65_plus/1901/9/249/177.mvt",
        "indicateurs/commune/part_65_plus/9999999/9/249/177.mvt",
        "indicateurs/canton/part_65_plus/2022.json",
        "attributs/commune/inconnu/2022.json",
        "attributs/commune/ecart/aide/voiture/12.json",
        "ecarts/commune/aide/voiture/20/9/249/177.mvt",
        "communes/6/%00/0.mvt",
    ],
)
def test_what_does_not_exist_is_said_as_json(client: FlaskClient, chemin: str) -> None:
    reponse = client.get(f"/tuiles/{chemin}")
    assert reponse.status_code == 404
    assert reponse.get_json()["error"] == "not_found"
    assert reponse.headers["Access-Control-Allow-Origin"] == "*"


def test_before_anything_is_loaded_tiles_are_not_found_and_the_list_is_there(client: FlaskClient) -> None:
    assert client.get("/tuiles/communes/9/249/177.mvt").status_code == 404
    assert client.get("/tuiles/lieux/9/249/177.mvt").status_code == 404
    assert client.get("/tuiles").get_json()["couches"][0]["edition"] is None


@pytest.mark.usefixtures("territoires")
def test_a_database_that_takes_too_long_is_said_as_json(client: FlaskClient, session: Session) -> None:
    client.get("/tuiles/communes.json")
    session.execute(text("SET LOCAL statement_timeout = 1"))
    lent = load_blocks(queries.SQL) | {
        "draw_territoires": "SELECT pg_sleep(1), :z, :x, :y, :calque, :niveau, :avec_nom"
    }
    with pytest.MonkeyPatch.context() as remplacement:
        remplacement.setattr(queries, "load_blocks", lambda _: lent)
        queries._build_dessin.cache_clear()
        reponse = client.get(f"/tuiles/communes/{Z9}.mvt")
    queries._build_dessin.cache_clear()
    assert (reponse.status_code, reponse.get_json()["error"]) == (503, "service_unavailable")


@pytest.mark.usefixtures("territoires")
def test_other_methods_are_refused(client: FlaskClient) -> None:
    assert client.post(f"/tuiles/communes/{Z9}.mvt").status_code in {400, 405}


@pytest.mark.usefixtures("indicateurs")
def test_the_list_names_layers_with_licence_source_and_date(client: FlaskClient, session: Session) -> None:
    make_lieu(session)
    session.commit()
    corps = client.get("/tuiles").get_json()
    couches = {couche["id"]: couche for couche in corps["couches"]}
    assert list(couches) == ["regions", "departements", "epci", "communes", "lieux"]
    assert couches["communes"]["licence"] == "Licence Ouverte 2.0"
    assert (couches["communes"]["edition"], couches["communes"]["dessinee_at"]) == ("1.1.0", NOW.isoformat())
    assert couches["lieux"]["sources"][0]["producteur"] == "Producteur d’essai"


# --- Made in advance ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("territoires")
def test_commands_make_weigh_and_remove_tiles(
    cli_runner: FlaskCliRunner, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dessinee = client.get("/tuiles/communes/7/62/44.mvt").data
    assert json.loads(cli_runner.invoke(args=["tuiles", "build", "--json"]).stdout) == {"drawn": False}
    semees = [
        json.loads(ligne)
        for ligne in cli_runner.invoke(args=["tuiles", "seed", "--zoom-max", "7", "--json"]).stdout.splitlines()
    ]
    assert {semee["layer"]: semee["tiles"] > 0 for semee in semees} == dict.fromkeys(
        ("regions", "departements", "epci", "communes"), True
    )
    pesees = cli_runner.invoke(args=["tuiles", "check", "--zoom-max", "7", "--json"])
    assert pesees.exit_code == 0
    assert all(json.loads(ligne)["octets_max"] <= OCTETS_MAX for ligne in pesees.stdout.splitlines())
    # The tile made in advance is the one that would be drawn.
    reglages = app.extensions["tierslieux"].settings
    monkeypatch.setitem(app.extensions, CLE_TUILES, Tuiles(reglages.var_dir / "tuiles"))
    monkeypatch.setattr(queries, "draw_territoires", None)
    assert client.get("/tuiles/communes/7/62/44.mvt").data == dessinee
    assert "4 files removed" in cli_runner.invoke(args=["tuiles", "clear"]).output


def test_a_tile_reads_places_and_boundaries_by_their_index(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO lieu (public_id, nom, est_aide, est_tiers_lieu, provenance, geom) SELECT 'lieu' || n, 'Lieu',"
            " true, true, '{}', ST_SetSRID(ST_MakePoint(-5 + n % 100 * 0.1, 43 + n / 100 * 0.1), 4326)"
            " FROM generate_series(1, 5000) AS n"
        )
    )
    session.execute(text("ANALYZE lieu"))
    session.execute(text("SET LOCAL enable_seqscan = off"))
    for bloc, index in (("draw_lieux", "ix_lieu_geom"), ("draw_territoires", "ix_dessin_territoire_geom_3857_10")):
        sql = load_blocks(queries.SQL)[bloc].replace(":zoom_min", "10")
        plan = session.execute(
            text(f"EXPLAIN {sql}"),
            {"z": 10, "x": 499, "y": 353, "calque": "c", "niveau": "commune", "avec_nom": True},
        )
        assert index in "\n".join(ligne for (ligne,) in plan.all())
