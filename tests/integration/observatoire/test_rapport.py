"""Documents of a territory and the page of methods over HTTP, with the invented figures of tests/factories/chiffres."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.factories.chiffres import make_acces, make_edition, make_valeurs
from tests.factories.territoires import make_bretagne
from tierslieux.core import pdf

EPCI = "/territoires/epci/242900314"


@pytest.fixture
def site(session: Session, client: FlaskClient) -> FlaskClient:
    """A site where everything is computed."""
    make_bretagne(session)
    make_valeurs(session)
    make_acces(session)
    make_edition(session)
    session.commit()
    return client


def read_pdf(client: FlaskClient, adresse: str) -> str:
    """The text of a document of one page, spaces made ordinary and single."""
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse.mimetype) == (200, "application/pdf")
    assert len(reponse.data) < 200_000
    (page,) = PdfReader(io.BytesIO(reponse.data)).pages
    return re.sub(r"[\s\u00a0\u202f]+", " ", page.extract_text())


def test_the_diagnostic_tells_people_far_and_where_they_are(site: FlaskClient) -> None:
    texte = read_pdf(site, f"{EPCI}/diagnostic.pdf")
    # 1,500 of 11,000 people, 1,300 to 1,700.
    assert "environ 11 000 personnes (entre 10 500 et 11 500) sont en illectronisme" in texte
    assert "Environ 1 500 d’entre elles (entre 1 300 et 1 700) vivent à plus de 20 minutes en voiture" in texte
    # An eighth of 10,000 people of Brest, a quarter of 1,000 people of Guipavas.
    assert re.search(r"Brest environ 10 000 environ 1 250 1[23] %", texte)
    assert "Guipavas environ 1 000 environ 250 25 %" in texte
    assert "http://localhost/territoires/epci/242900314" in texte


def test_codes_are_read_in_any_case_and_the_wrong_ones_are_not_found(site: FlaskClient) -> None:
    assert site.get("/territoires/france/fr/diagnostic.pdf").status_code == 200
    for mauvaise in ("epci/000000000", "licorne/29019", "commune/29%2F019", "commune/é"):
        assert site.get(f"/territoires/{mauvaise}/diagnostic.pdf").status_code == 404
        assert site.get(f"/territoires/{mauvaise}/carte.html").status_code == 404


def test_where_nothing_is_computed_a_page_says_so(session: Session, client: FlaskClient) -> None:
    make_bretagne(session)
    session.commit()
    reponse = client.get(f"{EPCI}/diagnostic.pdf")
    assert (reponse.status_code, reponse.mimetype) == (404, "text/html")
    assert "Pas encore de diagnostic" in reponse.text
    assert 'href="/territoires/epci/242900314"' in reponse.text


def test_when_others_wait_the_page_of_the_territory_is_offered(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "ATTENTE_S", 0.0)
    with pdf._take_turn():
        reponse = site.get(f"{EPCI}/diagnostic.pdf")
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (503, "10")
    assert 'href="/territoires/epci/242900314"' in reponse.text


def test_the_map_is_a_file_that_our_site_never_runs(site: FlaskClient) -> None:
    reponse = site.get(f"{EPCI}/carte.html")
    assert reponse.status_code == 200
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="carte-epci-242900314.html"'
    politique = reponse.headers["Content-Security-Policy"]
    assert politique.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in politique
    # No address that a browser would fetch.
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", reponse.text)
    assert not re.search(r"url\([\"']?(?:https?:)?//", reponse.text)
    assert "Guipavas" in reponse.text


def test_the_page_of_methods_counts_communes_with_a_value(site: FlaskClient) -> None:
    reponse = site.get("/methode")
    assert reponse.status_code == 200
    texte = re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", reponse.text.replace("&nbsp;", " ")))
    # Four of five communes have a number of people in need; the source of densities is the only one that is loaded.
    fiche = texte[texte.index("Personnes en illectronisme (estimation)") :]
    assert re.search(r"pas chargé ici, 80 % des communes", fiche[:2_000])
    assert "Grille communale de densité à sept niveaux , Insee" in texte
