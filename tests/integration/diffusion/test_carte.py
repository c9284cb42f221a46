"""The map page without script: a drawn map that works as links, and the list beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.conftest import build_settings
from tests.factories.foule import make_communes
from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux import create_app
from tierslieux.core.types import Bbox
from tierslieux.diffusion.queries import list_villes_stmt
from tierslieux.extensions import CLE
from tierslieux.lieux.publication import refresh_grappe


@pytest.fixture(autouse=True)
def _lieux(session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, "France Services de Brest", lon=-4.55, lat=48.35)
    make_lieu(session, "Fablab", lon=-4.55, lat=48.35, genres=("fablab",))
    make_lieu(session, "Mairie", lon=-4.55, lat=48.35, genres=("mairie",))
    make_lieu(session, "EPN de Landerneau", lon=-4.25, lat=48.35, genres=("epn",))
    refresh_grappe(session)
    session.commit()


def read(client: FlaskClient, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return re.sub(r"[\u00a0\u202f]", " ", reponse.text)


def test_the_whole_of_france(client: FlaskClient) -> None:
    page = read(client, "/carte")
    assert "3 lieux affichés sur la carte." in page
    assert 'aria-label="3 lieux vers Brest : agrandir ici. Point 1 sur 1."' in page
    assert 'href="/recherche?lon=2.4000&amp;lat=46.5500"' in page
    assert "data-lon" not in page, "the script chooses how to show the whole country"
    for nom in ("Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"):
        assert f">{nom}</a>" in page


def test_a_permalink_shows_places_and_keeps_its_filters(client: FlaskClient) -> None:
    page = read(client, "/carte?lon=-4.4&lat=48.35&zoom=10&genre=epn&candidats=1&ouvert=1")
    (disque,) = re.findall(r'<a href="(/lieux/\w+)" aria-label="([^"]+)"><circle', page)
    assert disque[1] == "EPN de Landerneau, Espace public numérique. Point 1 sur 1."
    assert client.get(disque[0]).status_code == 200
    assert 'data-lon="-4.4000" data-lat="48.3500" data-zoom="10"' in page
    assert "/recherche?lon=-4.4000&amp;lat=48.3500&amp;genre=epn&amp;quand=maintenant&amp;candidats=1" in page
    assert '<input type="hidden" name="zoom" value="10">' in page
    assert '<option value="epn" selected>' in page
    assert "La carte ne tient pas compte du filtre « ouvert maintenant »" in page


def test_a_cluster_leads_nearer_and_at_last_to_the_list(client: FlaskClient) -> None:
    page = read(client, "/carte?lon=-4.55&lat=48.35&zoom=14")
    assert 'href="/carte?lon=-4.5500&amp;lat=48.3500&amp;zoom=16" aria-label="2 lieux vers Brest : agrandir ici' in page
    page = read(client, "/carte?lon=-4.55&lat=48.35&zoom=17")
    assert (
        'href="/recherche?lon=-4.5500&amp;lat=48.3500" aria-label="2 lieux vers Brest : voir la liste. Point 1 sur 1."'
        in page
    )


def test_addresses_and_names_stay_in_the_language_of_the_page(client: FlaskClient) -> None:
    page = read(client, "/en/carte?lon=-4.4&lat=48.35&zoom=10")
    liens = re.findall(r'<a href="(/[^"]+)" aria-label=', page)
    assert liens
    assert all(lien.startswith("/en/") for lien in liens)
    assert 'data-recherche="/en/recherche"' in page
    assert 'data-lieu="/en/lieux/"' in page


def test_the_list_under_the_map_holds_its_points_from_north_to_south(client: FlaskClient, session: Session) -> None:
    make_lieu(session, "Au nord", lon=-4.4, lat=48.42)
    refresh_grappe(session)
    session.commit()
    page = read(client, "/carte?lon=-4.4&lat=48.38&zoom=11")
    liste = page[page.index("data-tl-carte-points") :]
    noms = re.findall(r"<li><a [^>]*>([^<]+)</a>", liste[: liste.index("</ol>")])
    assert noms[0].startswith("Au nord")
    assert [nom[nom.index("Point") :] for nom in noms] == [
        f"Point {rang} sur {len(noms)}." for rang in range(1, len(noms) + 1)
    ]


def test_every_link_of_the_drawn_map_answers(client: FlaskClient) -> None:
    page = client.get("/carte?lon=-4.4&lat=48.35&zoom=9&besoin=demarche").text
    dessin = page[page.index('class="carte"') : page.index("carte-apres")]
    liens = {lien.replace("&amp;", "&") for lien in re.findall(r'href="(/[^"]+)"', dessin)}
    assert len(liens) > 6
    for lien in liens:
        assert client.get(lien).status_code == 200, lien


def test_outlines_and_names_are_drawn(client: FlaskClient) -> None:
    page = read(client, "/carte?lon=-4.4&lat=48.35&zoom=12")
    assert re.search(r'<path class="apercu-terre"[^>]* d="M-?\d+', page)
    assert ">Guipavas</text>" in page


@pytest.mark.parametrize(
    "adresse",
    [
        "/carte?lon=abc&lat=1&zoom=99",
        "/carte?zoom=-5",
        "/carte?lon=180&lat=90&zoom=3",
        "/carte?lon=-180&lat=-90&zoom=18",
    ],
)
def test_nonsense_still_shows_a_map(client: FlaskClient, adresse: str) -> None:
    assert '<svg class="apercu"' in read(client, adresse)


def test_no_inline_script_nor_style(client: FlaskClient) -> None:
    page = client.get("/carte").text
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r'(?:src|href)="https?://', page)


def test_tiles_are_used_and_allowed_only_when_configured(
    app: Flask, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "data-tuiles" not in app.test_client().get("/carte").text
    reglages = build_settings(
        base,
        tmp_path,
        TIERSLIEUX_TUILES_URL="https://{s}.tuiles.example/{z}/{x}/{y}.png",
        TIERSLIEUX_TUILES_ATTRIBUTION="© Tuiles d’essai",
    )
    monkeypatch.setitem(app.extensions, CLE, replace(app.extensions[CLE], settings=reglages))
    page = app.test_client().get("/carte").text
    assert 'data-tuiles="https://{s}.tuiles.example/{z}/{x}/{y}.png"' in page
    assert "© Tuiles d’essai" in page
    autre_app = create_app(reglages)
    autre = autre_app.test_client().get("/nulle-part")
    autre_app.extensions[CLE].session_factory.kw["bind"].dispose()
    assert "img-src 'self' data: https://*.tuiles.example;" in autre.headers["Content-Security-Policy"]


def test_towns_of_a_box_read_the_index_of_outlines(session: Session) -> None:
    make_communes(session)
    stmt = list_villes_stmt(Bbox(-4.6, 48.3, -4.3, 48.5), 12)
    compile_ = stmt.compile(session.connection().engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(ligne for (ligne,) in session.execute(text(f"EXPLAIN {compile_}")))
    assert "ix_territoire_contour" in plan
