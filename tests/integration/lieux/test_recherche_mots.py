"""The search page with people's words: what is understood, and a way on for what is not."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, "France Services de Brest", lon=-4.55, lat=48.391)
    make_lieu(session, "Fablab de Brest", lon=-4.55, lat=48.392, genres=("fablab",))
    make_lieu(session, "Repair café de Brest", lon=-4.55, lat=48.393, genres=("repair-cafe",))
    make_lieu(session, "Coworking de Brest", lon=-4.55, lat=48.394, genres=("coworking",))
    make_lieu(session, "Cyberbase de Brest", lon=-4.55, lat=48.395, genres=("epn",))
    session.commit()


def search(client: FlaskClient, q: str) -> TestResponse:
    return client.get("/recherche", query_string={"q": q})


def list_noms(reponse: TestResponse) -> list[str]:
    return [unescape(nom) for nom in re.findall(r"<h2><a [^>]+>([^<]+)</a></h2>", reponse.text)]


def read_principal(reponse: TestResponse) -> str:
    principal = re.search(r"<main.*?</main>", reponse.text, re.DOTALL)
    assert principal is not None
    return principal[0]


@pytest.mark.parametrize(
    ("q", "noms"),
    [
        ("je n'arrive pas à faire ma carte grise à Brest", ["France Services de Brest"]),
        ("ma CAF à brest", ["France Services de Brest"]),
        ("imprimer 29200", ["France Services de Brest", "Cyberbase de Brest"]),
        ("jarrive pas a inprimé a brest", ["France Services de Brest", "Cyberbase de Brest"]),
        ("apprendre l'ordinateur Brest", ["Cyberbase de Brest"]),
        ("un bureau au calme à Brest", ["Coworking de Brest"]),
        ("fabriquer un meuble à Brest", ["Fablab de Brest"]),
        ("réparer un grille-pain à Brest", ["Repair café de Brest"]),
    ],
)
def test_words_and_a_commune_lead_to_the_places_that_answer(client: FlaskClient, q: str, noms: list[str]) -> None:
    assert list_noms(search(client, q)) == noms


@pytest.mark.parametrize(("q", "besoin"), [("carte grise", "demarche"), ("réparer", "reparer"), ("wifi", "ordinateur")])
def test_a_need_without_a_place_asks_where_and_keeps_the_need(client: FlaskClient, q: str, besoin: str) -> None:
    reponse = search(client, q)
    assert reponse.status_code == 200
    principal = read_principal(reponse)
    assert re.search(r'<input[^>]+name="q"', principal)
    # The links of the page go on with the need.
    assert f"q=63000&amp;besoin={besoin}" in principal


@pytest.mark.parametrize(
    "q",
    [
        "x" * 10_000,
        "imprimer " * 1_200,
        "🦆" * 50,
        "👩‍👩‍👧‍👦 🇫🇷 1️⃣",
        "<script>alert('imprimer')</script>",
        "<b>gras</b> & \"guillemets\" 'apostrophes'",
        "'; DROP TABLE lieu; --",
        "%' OR 1=1 --",
        "imprimer\x00à\x00Brest",
        "\x00",
        "\u202eimprimer\u202c à tserB",
        "مرحبا بالعالم",
        "????",
        "{{ 7*7 }} ${7*7} %(x)s %s {0}",
        "\ud83d",
        "0" * 5,
        "99999",
        "a" * 99 + " Brest",
    ],
)  # fmt: skip
def test_no_words_break_the_page_and_each_page_has_a_way_on(client: FlaskClient, q: str) -> None:
    reponse = client.get("/recherche", query_string={"q": q.encode("utf-8", "surrogatepass")})
    assert reponse.status_code in {200, 422}
    principal = read_principal(reponse)
    assert re.search(r"<h1[^>]*>[^<]*\w", principal)
    assert re.search(r'<input[^>]+name="q"', principal)
    assert re.search(r"<a [^>]*href=", principal)
    assert "<script>alert" not in reponse.text
    assert "49 49" not in principal


def test_the_vocabulary_can_be_tried_from_the_command_line(cli_runner: FlaskCliRunner) -> None:
    rapport = json.loads(cli_runner.invoke(args=["lieux", "besoin", "jarrive pas a inprimer a Brest"]).stdout)
    assert rapport["besoin"] == "ordinateur"
    assert (rapport["entree"], rapport["par"], rapport["corrections"]) == (
        "imprimer",
        "imprimer",
        {"inprimer": "imprimer"},
    )
    assert rapport["restes"] == ["brest"]
    assert json.loads(cli_runner.invoke(args=["lieux", "besoin", "Brest"]).stdout)["compris"] is False
