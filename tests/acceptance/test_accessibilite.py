"""What every page owes to every reader, checked in the browser: axe-core, reflow, targets, both colour schemes."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import LARGEURS, Ouvrir, Visite, run_axe

PAGES = {
    "accueil": "/",
    "résultats": "/recherche?q=brest",
    "résultats filtrés": "/recherche?q=brest&besoin=demarche&gratuit=1",
    "rien près": "/recherche?lon=-2&lat=47&genre=fablab",
    "question": "/recherche?besoin=demarche",
    "incompris": "/recherche?q=qsdfghjklm",
    "noms": "/recherche?q=fabrique partagée de kérinou",
    "lieu": None,
    "france": "/territoires",
    "région": "/territoires/region/53",
    "département": "/territoires/departement/29",
    "commune": "/territoires/commune/29019",
    "téléchargement": "/donnees/telecharger",
    "commune sans population": "/territoires/commune/97608",
    "données": "/donnees",
    "mentions": "/mentions-legales",
    "accessibilité": "/accessibilite",
    "données personnelles": "/donnees-personnelles",
    "plan": "/plan-du-site",
    "carte": "/carte?lon=-4.486&lat=48.39&zoom=13",
}
ERREURS = {"introuvable": ("/nulle-part", 404), "filtre inconnu": ("/recherche?q=brest&genre=licorne", 422)}


def visit(visite: Visite, nom: str) -> None:
    """Go to one of the pages; the place is reached from the list, since its address is drawn."""
    adresse = PAGES[nom]
    if adresse is None:
        visite.page.goto("/recherche?q=brest")
        adresse = visite.page.locator("ol.resultats a").first.get_attribute("href")
    visite.page.goto(adresse or "")
    if nom == "carte":
        visite.page.locator(".leaflet-marker-icon").first.wait_for()


@pytest.mark.parametrize("largeur", LARGEURS)
@pytest.mark.parametrize("nom", PAGES)
def test_axe_finds_nothing(ouvrir: Ouvrir, nom: str, largeur: int) -> None:
    visite = ouvrir(largeur)
    visit(visite, nom)
    assert run_axe(visite.page) == []


def test_axe_sees_a_fault_when_there_is_one(ouvrir: Ouvrir) -> None:
    visite = ouvrir(360)
    visit(visite, "accueil")
    visite.page.evaluate("document.querySelector('label').remove()")
    assert any(faute.startswith("label:") for faute in run_axe(visite.page))


@pytest.mark.parametrize("nom", ["accueil", "résultats filtrés", "lieu", "commune", "données"])
def test_axe_finds_nothing_in_the_dark(ouvrir: Ouvrir, nom: str) -> None:
    visite = ouvrir(360, color_scheme="dark")
    visit(visite, nom)
    assert run_axe(visite.page) == []


@pytest.mark.parametrize("nom", ERREURS)
def test_axe_finds_nothing_on_error_pages(ouvrir: Ouvrir, nom: str) -> None:
    visite = ouvrir(360)
    adresse, statut = ERREURS[nom]
    reponse = visite.page.goto(adresse)
    assert reponse is not None
    assert reponse.status == statut
    assert run_axe(visite.page) == []
    # The browser itself reports the status of the page on its console.
    visite.console.clear()


@pytest.mark.parametrize("nom", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(ouvrir: Ouvrir, nom: str) -> None:
    visite = ouvrir(320)
    visit(visite, nom)
    assert visite.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("nom", ["accueil", "résultats", "lieu", "commune", "question"])
def test_targets_are_large_enough_for_a_thumb(ouvrir: Ouvrir, nom: str) -> None:
    """Buttons, fields and links that stand alone are 44 pixels high, or leave that room between them."""
    visite = ouvrir(360)
    visit(visite, nom)
    petites = visite.page.evaluate(
        """() => [...document.querySelectorAll(
              "button, select, input:not([type=hidden]):not([type=checkbox]), .bouton, .menu a, .marque, .tel, "
              + ".bascules label, .liens a, .pied a, .actifs a, .besoins a, summary")]
            .filter((e) => e.checkVisibility())
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
            .filter(([, hauteur]) => hauteur < 43.5)"""
    )
    assert petites == []
