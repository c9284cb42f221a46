"""What happens at places, in the public API and on the map."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.diffusion.evenements import EXEMPLE, PageEvenements

DEMAIN = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).date()
ATELIER = {
    "id": "abcd1234",
    "genre": "atelier",
    "titre": "</script><b>Premiers clics",
    "debut": f"{DEMAIN}T14:00",
    "fin": f"{DEMAIN}T16:00",
    "recurrence": "FREQ=WEEKLY;COUNT=3",
}
DEBAT = ATELIER | {
    "id": "zzzz9999",
    "genre": "debat",
    "titre": "Débat",
    "debut": f"{DEMAIN}T08:00",
    "fin": f"{DEMAIN}T09:00",
}


@pytest.fixture(autouse=True)
def _places(session):
    make_bretagne(session)
    make_lieu(session, "Maison Zibeline", lon=-4.49, lat=48.39, evenements=[ATELIER])
    make_lieu(session, "Salle Okapi", lon=55.45, lat=-20.88, commune_code="97411", evenements=[DEBAT])
    session.commit()


@pytest.mark.parametrize("args", ["bbox=-5,48,-4,49", "proche=-4.4,48.3", "commune=29019"])
def test_events_of_a_box_a_position_and_a_commune(client, args):
    reponse = client.get(f"/api/v1/evenements?{args}")
    assert reponse.mimetype == "application/geo+json"
    PageEvenements.model_validate_json(reponse.data)
    (feature,) = reponse.get_json()["features"]
    assert feature["geometry"]["coordinates"] == [-4.49, 48.39]
    proprietes = feature["properties"]
    assert proprietes["titre"] == ATELIER["titre"]
    assert (proprietes["source"], proprietes["licence"]) == ("Source essai", "Licence Ouverte 2.0")
    assert proprietes["lieu"]["nom"] == "Maison Zibeline"
    assert len(proprietes["occurrences"]) == 3


def test_hours_are_those_of_the_place_with_their_shift(client):
    (feature,) = client.get("/api/v1/evenements?bbox=55,-22,56,-20").get_json()["features"]
    assert feature["properties"]["occurrences"][0]["debut"] == f"{DEMAIN}T08:00:00+04:00"


def test_days_and_kinds_are_filtered(client):
    apres = DEMAIN + dt.timedelta(days=8)
    (feature,) = client.get(f"/api/v1/evenements?commune=29019&du={apres}").get_json()["features"]
    assert len(feature["properties"]["occurrences"]) == 1
    assert client.get("/api/v1/evenements?commune=29019&genre=debat").get_json()["features"] == []


@pytest.mark.parametrize(
    "args",
    [
        "",
        "bbox=1,2",
        "bbox=-5,48,-4,49&commune=29019",
        "commune=x",
        "commune=29019&du=x",
        "commune=29019&genre=x",
        "commune=29019&au=2000-01-01",
        "commune=29019&autre=1",
    ],
)
def test_nonsense_is_refused_with_the_name_of_the_field(client, args):
    reponse = client.get(f"/api/v1/evenements?{args}")
    assert reponse.status_code == 422
    assert reponse.get_json()["details"]["champ"]


def test_the_example_of_the_documentation_is_an_answer():
    PageEvenements.model_validate(EXEMPLE)


def test_the_map_lists_what_happens_soon_without_script_when_asked(client):
    adresse = "/carte?lon=-4.49&lat=48.39&zoom=12"
    page = client.get(f"{adresse}&evenements=1").text
    assert "&lt;/script&gt;&lt;b&gt;Premiers clics" in page
    assert "Débat." not in page
    sans = client.get(adresse).text
    assert "Premiers clics" not in sans
    assert "carte-evenements.js" not in sans
