from __future__ import annotations

import datetime as dt
import json

from tests.factories.pages import build_detail, build_resume
from tierslieux.cartes.grappes import Grappe
from tierslieux.diffusion import presenters
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.horaires import EtatOuverture, Ouverture

RACINE = "https://tierslieux.example/"


def test_a_feature_is_geojson_with_lon_before_lat_and_six_decimals() -> None:
    feature = presenters.build_feature(build_resume(lon=-4.4900001234, lat=48.39), racine=RACINE)
    assert feature["type"] == "Feature"
    assert feature["id"] == "france-services-bellevue"
    assert feature["geometry"] == {"type": "Point", "coordinates": [-4.49, 48.39]}
    proprietes = feature["properties"]
    assert proprietes["genres"] == ["france-services"]
    assert proprietes["distance_m"] == 347
    assert proprietes["date_maj"] == "2026-08-01"
    assert proprietes["lien"] == "https://tierslieux.example/lieux/france-services-bellevue"
    json.dumps(feature)


def test_a_place_without_position_has_a_null_geometry() -> None:
    assert presenters.build_feature(build_resume(lon=None, lat=None), racine=RACINE)["geometry"] is None


def test_open_closed_and_not_known_are_told_apart() -> None:
    def read_ouvert(ouverture: Ouverture | None) -> bool | None:
        return presenters.build_feature(build_resume(ouverture=ouverture), racine=RACINE)["properties"]["ouvert"]

    assert read_ouvert(Ouverture(EtatOuverture.OUVERT, "")) is True
    assert read_ouvert(Ouverture(EtatOuverture.FERME, "")) is False
    assert read_ouvert(Ouverture(EtatOuverture.INCONNU, "")) is None
    assert read_ouvert(None) is None


def test_what_is_approximate_invented_or_a_candidate_is_said() -> None:
    lieu = build_resume(precision=Precision.COMMUNE, est_invente=True, est_aide=False, date=None)
    proprietes = presenters.build_feature(lieu, racine=RACINE)["properties"]
    assert proprietes["approximatif"] is True
    assert proprietes["invente"] is True
    assert proprietes["candidat"] is True
    assert proprietes["date_maj"] is None


def test_a_page_counts_its_places_and_gives_the_next() -> None:
    page = presenters.build_page([build_resume(), build_resume(id=2)], racine=RACINE, suivant="https://suite")
    assert page["type"] == "FeatureCollection"
    assert page["nombre"] == len(page["features"]) == 2
    assert page["suivant"] == "https://suite"
    assert "plus_proche" not in page


def test_each_value_of_a_place_has_its_sources() -> None:
    proprietes = presenters.build_feature_complete(build_detail(), racine=RACINE)["properties"]
    genres = next(champ for champ in proprietes["champs"] if champ["champ"] == "genres")
    assert genres["valeur"] == ["France Services", "Bibliothèque"]
    assert [source["source"] for source in genres["sources"]] == ["France Services", "Bibliothèques publiques"]
    assert genres["sources"][0]["date"] == dt.date(2026, 8, 1).isoformat()
    assert genres["sources"][0]["licence"] == "Licence Ouverte 2.0"
    assert proprietes["statut"] == "publie"
    assert proprietes["accompagnements"] == ["accompagnement-individuel", "en-autonomie"]


def test_clusters_are_short_rows_and_a_place_alone_has_its_name() -> None:
    grappes = [Grappe(-4.123456, 48.654321, 12), Grappe(1, 45, 1, "abc", "Le lieu", "Fablab")]
    assert presenters.build_grappes(grappes, 9) == {
        "zoom": 9,
        "nombre": 13,
        "grappes": [[-4.12346, 48.65432, 12], [1, 45, 1, "abc", "Le lieu", "Fablab"]],
    }
