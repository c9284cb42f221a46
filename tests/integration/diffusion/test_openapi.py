"""The document of the API: valid, complete, and true of what the API answers."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

OPERATIONS = {
    "/api/v1/lieux",
    "/api/v1/lieux/{public_id}",
    "/api/v1/communes",
    "/api/v1/territoires/{niveau}/{code}",
    "/api/v1/evenements",
    "/api/v1/grappes",
    "/api/v1/contours",
}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    corps: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return corps


def test_the_document_is_valid_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_describes_the_api_and_nothing_else(document: dict[str, Any]) -> None:
    assert document["paths"].keys() == OPERATIONS


@pytest.mark.parametrize("chemin", sorted(OPERATIONS))
def test_each_operation_says_what_it_takes_and_gives(document: dict[str, Any], chemin: str) -> None:
    operation = document["paths"][chemin]["get"]
    assert operation["summary"]
    assert operation["operationId"]
    assert operation["tags"]
    for parametre in operation["parameters"]:
        assert parametre["description"], parametre["name"]
        assert "example" in parametre or parametre["name"] == "apres", parametre["name"]
    (contenu,) = operation["responses"]["200"]["content"].values()
    assert contenu["example"]
    for statut, reponse in operation["responses"].items():
        if statut != "200":
            assert reponse["content"]["application/json"]["schema"]["$ref"].endswith("/Erreur")


def test_errors_have_one_shape(document: dict[str, Any]) -> None:
    erreur = document["components"]["schemas"]["Erreur"]
    assert erreur["properties"].keys() == {"error", "message", "details", "request_id"}
    assert "HTTPError" not in document["components"]["schemas"]
    assert "ValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("chemin", ["/api/v1/lieux", "/api/v1/communes", "/api/v1/grappes", "/api/v1/contours"])
def test_the_example_of_a_parameter_is_accepted(document: dict[str, Any], chemin: str, client: FlaskClient) -> None:
    for parametre in document["paths"][chemin]["get"]["parameters"]:
        if parametre["name"] == "apres":
            continue
        args = {"/api/v1/lieux": {"proche": "-4.49,48.39"}, "/api/v1/communes": {"q": "brest"}}.get(
            chemin, {"bbox": "-5,48,-4,49", "zoom": "9"}
        )
        if parametre["name"] in {"bbox", "commune"} and chemin == "/api/v1/lieux":
            args = {}
        reponse = client.get(chemin, query_string=args | {parametre["name"]: parametre["example"]})
        # The example of commune is a real code, which an empty database does not know.
        assert reponse.status_code in {200, 404}, (parametre["name"], reponse.text)
