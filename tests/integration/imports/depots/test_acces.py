"""The private address that opens the pages of imports."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte, sign_in
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.imports.depots import acces
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

RESERVEES = [
    "/imports",
    "/imports/nouveau",
    "/imports/depots/abc",
    "/imports/depots/abc/colonnes",
    "/imports/depots/abc/source.toml",
    "/imports/depots/abc/lignes/creee",
    "/imports/depots/abc/rejets.csv",
    "/imports/executions/1/annuler",
    "/imports/doublons",
    "/imports/doublons/1",
]


def read_jeton(page: str) -> str:
    trouve = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert trouve is not None
    return trouve[1]


@pytest.fixture
def lien(cli_runner: FlaskCliRunner) -> str:
    """What the command prints, without the site's own address."""
    sortie = cli_runner.invoke(args=["imports", "lien", "--site", "https://lieux.exemple.fr/"]).output.strip()
    assert sortie.startswith("https://lieux.exemple.fr/imports/acces/")
    return sortie.removeprefix("https://lieux.exemple.fr")


def test_opening_the_address_shows_a_button_and_opens_nothing(client: FlaskClient, lien: str) -> None:
    for _ in range(3):  # mail programs look at links first
        reponse = client.get(lien)
        assert reponse.status_code == 200
        assert reponse.headers["Cache-Control"] == "no-store"
        assert reponse.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/imports").status_code == 403


def test_the_button_opens_the_pages_until_one_leaves(client: FlaskClient, lien: str) -> None:
    reponse = client.post(lien, data={"csrf_token": read_jeton(client.get(lien).text)})
    assert (reponse.status_code, reponse.location) == (303, "/imports")
    page = client.get("/imports")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    quitte = client.post("/imports/quitter", data={"csrf_token": read_jeton(page.text)})
    assert "L’accès est refermé" in quitte.text
    assert client.get("/imports").status_code == 403


def test_another_site_cannot_press_the_button(client: FlaskClient, lien: str) -> None:
    assert client.post(lien).status_code == 400
    assert client.get("/imports").status_code == 403


@pytest.mark.parametrize("adresse", RESERVEES)
def test_every_page_is_reserved_and_says_how_to_enter(client: FlaskClient, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 403
    assert "demandez un lien" in reponse.text
    assert reponse.headers["Cache-Control"] == "no-store"


def test_no_route_of_imports_is_left_open(app: Flask) -> None:
    """Whoever adds one must say here that it is meant to be."""
    ouvertes = {"acces.show_acces", "acces.open_acces", "acces.close_acces"}
    for regle in app.url_map.iter_rules():
        if regle.rule.startswith("/imports") and regle.endpoint not in ouvertes:
            vue = app.view_functions[regle.endpoint]
            assert getattr(vue, "__wrapped__", None) is not None, regle.endpoint


@pytest.mark.parametrize("coupe", [1, 5])
def test_an_address_that_was_cut_on_its_way_opens_nothing(client: FlaskClient, lien: str, coupe: int) -> None:
    reponse = client.get(lien[:-coupe])
    assert reponse.status_code == 403
    assert "n’est plus valable" in reponse.text


def test_an_address_ends_on_its_day(app: Flask) -> None:
    now = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
    with app.app_context():
        jeton = acces.build_jeton(jours=7, now=now)
        assert acces.read_jeton(jeton, now=now + dt.timedelta(days=6, hours=23)) == now + dt.timedelta(days=7)
        assert acces.read_jeton(jeton, now=now + dt.timedelta(days=7)) is None


def test_a_session_ends_after_a_working_day_and_never_after_its_address(app: Flask) -> None:
    now = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
    with app.test_request_context("/imports"):
        acces.open_acces(now + dt.timedelta(days=7), now=now)
        assert acces.has_acces(now + dt.timedelta(hours=11, minutes=59))
        assert not acces.has_acces(now + dt.timedelta(hours=12))
        acces.open_acces(now + dt.timedelta(hours=1), now=now)
        assert not acces.has_acces(now + dt.timedelta(hours=1))


def test_another_secret_voids_every_address(app: Flask, lien: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY", "z" * 40)
    assert app.test_client().get(lien).status_code == 403


@pytest.mark.parametrize("jours", ["0", "91", "beaucoup"])
def test_an_address_for_too_long_is_not_made(cli_runner: FlaskCliRunner, jours: str) -> None:
    assert cli_runner.invoke(args=["imports", "lien", "--jours", jours]).exit_code == 2


def test_an_administrator_of_france_needs_no_link(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    finistere = Habilitation(Role.ADMINISTRATEUR, Niveau.DEPARTEMENT, "29")
    moderateur = Habilitation(Role.MODERATEUR, Niveau.FRANCE, CODE_FRANCE)
    for droit, est_forte, statut in (
        (finistere, True, 403),
        (moderateur, True, 403),
        (ADMINISTRATEUR_FRANCE, False, 403),
        (ADMINISTRATEUR_FRANCE, True, 200),
    ):
        sign_in(client, fabrique, create_compte(session, habilitations=[droit]), est_forte=est_forte)
        assert client.get("/imports").status_code == statut
