"""What no page foresees: a text without end, an unknown code, a day long gone, the middle of the ocean."""

from __future__ import annotations

import httpx
import pytest


def get(site: str, adresse: str) -> httpx.Response:
    return httpx.get(site + adresse, timeout=30, follow_redirects=True)


def test_a_request_too_long_to_be_read_gets_a_page_with_a_way_on(site: str) -> None:
    reponse = get(site, "/recherche?q=" + "a" * 10_000)
    assert reponse.status_code == 414
    assert "Votre demande est trop longue" in reponse.text
    assert '<form role="search" action="/recherche"' in reponse.text
    assert "aaaa" not in reponse.text


@pytest.mark.parametrize(
    "adresse",
    [
        "/recherche?q=" + "é" * 1_000,
        "/recherche?q=%F0%9F%A6%86%F0%9F%A6%86",
        "/recherche?q=<script>alert(1)</script>",
        "/recherche?q=%00%ff%27%20OR%201=1--",
        "/recherche?commune=99999&genre=licorne&quand=hier",
        "/recherche?q=brest&jour=1900-01-01&heure=25:99",
        "/recherche?lon=4.35&lat=50.85",
        "/recherche?lon=-30&lat=40&quand=samedi",
        "/orientation?besoin=licorne&commune=99999&quand=1900-01-01",
        "/orientation?besoin=demarche&q=%F0%9F%A6%86",
        "/mes-lieux?l=rien&l=<b>",
        "/recherche/liste.pdf?q=%F0%9F%A6%86",
        "/bretagne/finistere/atlantide",
        "/lieux/rien/fiche.pdf",
        "/lieux/rien/calendrier.ics",
        "/territoires/commune/99999/liste.pdf",
        "/hors-connexion/zz",
    ],
)
@pytest.mark.parametrize("langue", ["", "/falc", "/en"])
def test_nonsense_gets_words_and_a_way_on_never_a_fault(site: str, langue: str, adresse: str) -> None:
    reponse = get(site, langue + adresse)
    assert reponse.status_code < 500
    assert reponse.headers["Content-Type"].startswith("text/html")
    assert "<h1" in reponse.text
    # A way on: at least a form to search or a link inside the page itself.
    contenu = reponse.text.split('<main id="contenu"', 1)[1].split("</main>", 1)[0]
    assert "<form" in contenu or "<a " in contenu
    assert "<script>alert" not in reponse.text
