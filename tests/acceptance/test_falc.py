"""The register that is easy to read and the English pages, in the browser, without script, on a small screen."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Ouvrir, run_axe

ORIENTATION = "/orientation?besoin=demarche&commune=29019&deplacement=a-pied&quand=passe&savoir=rien"
PAGES = ("/", "/recherche?q=brest", "/orientation")


@pytest.mark.parametrize("adresse", PAGES)
def test_easy_pages_are_large_in_one_column_and_without_fault(ouvrir: Ouvrir, adresse: str) -> None:
    page = ouvrir(360, script=False).page
    page.goto(f"/falc{adresse}")
    corps_px = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    texte_px = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert corps_px >= 16
    assert texte_px >= 18
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    "adresse", ["/falc/", "/falc/recherche?q=brest", f"/falc{ORIENTATION}", "/en/recherche?q=brest"]
)
def test_axe_finds_nothing_in_other_languages(ouvrir: Ouvrir, adresse: str) -> None:
    page = ouvrir(360).page
    page.goto(adresse)
    assert run_axe(page) == []


def test_the_easy_journey_goes_from_the_home_page_to_the_sheet_to_print(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, script=False).page
    page.goto("/")
    page.get_by_role("link", name="Facile à lire").click()
    page.get_by_role("link", name="Faire une démarche sur Internet").click()
    page.get_by_label("Où cherchez-vous ?").fill("brest")
    page.get_by_role("button", name="Chercher").click()
    assert "Brest" in page.get_by_role("heading", level=1).inner_text()
    page.locator("ol.resultats h2 a").first.click()
    assert "/falc/" in page.url
    assert page.get_by_text("Texte facile à lire.").is_visible()
    lien = page.get_by_role("link", name="Imprimer cette page").get_attribute("href") or ""
    reponse = page.request.get(lien)
    assert (reponse.status, reponse.headers["content-type"]) == (200, "application/pdf")
