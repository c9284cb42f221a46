"""The journeys of a resident: search, list, place, print, without JavaScript; around me and the map, with it."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.acceptance.conftest import BREST_LAT, BREST_LON, LARGEURS, Ouvrir


@pytest.mark.parametrize("largeur", LARGEURS)
def test_search_list_place_print_without_javascript(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur, script=False).page
    page.goto("/")
    page.get_by_label("Où cherchez-vous").fill("brest")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lieux près de Brest (Finistère)")
    resultats = page.locator("ol.resultats > li")
    expect(resultats).to_have_count(20)
    expect(resultats.first).to_contain_text("France Services de Bellevue")
    expect(resultats.first).to_contain_text("Source : France Services")
    expect(page.locator("svg.croquis")).to_be_visible()

    # The list goes on, and comes back.
    page.get_by_role("link", name="Suite de la liste").click()
    expect(page.locator("ol.resultats > li")).to_have_count(20)
    expect(page.get_by_text("Les 20 lieux suivants")).to_be_visible()
    page.go_back()

    page.get_by_label("Gratuit").check()
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_label("Gratuit")).to_be_checked()
    expect(page.locator("ol.resultats > li")).to_have_count(12)

    page.get_by_role("link", name="France Services de Bellevue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("France Services de Bellevue")
    telephone = page.get_by_role("link", name="02 98 00 00 01")
    expect(telephone).to_have_attribute("href", "tel:+33298000001")
    expect(page.get_by_role("row", name="Du lundi au vendredi")).to_contain_text("9 h – 12 h et 14 h – 17 h")
    expect(page.get_by_role("heading", name="D’où viennent ces informations")).to_be_visible()

    page.emulate_media(media="print")
    expect(telephone).to_be_visible()
    expect(page.locator("address", has_text="1 place Napoléon III")).to_be_visible()
    expect(page.get_by_text("Page imprimée le")).to_be_visible()
    for hors_papier in ("header.entete", "footer.pied", "nav.ariane"):
        expect(page.locator(hors_papier)).to_be_hidden()
    # Phone before hours before provenance, in letters that can be read at arm's length: 26 points are 35 pixels.
    assert float(telephone.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 34
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2


@pytest.mark.parametrize("largeur", LARGEURS)
def test_from_a_need_to_a_place_without_javascript(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur, script=False).page
    page.goto("/")
    page.get_by_role("link", name="Faire une démarche en ligne").click()
    expect(page.get_by_text("Dites-nous où")).to_be_visible()
    page.get_by_label("Où cherchez-vous").fill("29200")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faire une démarche en ligne près de Brest (Finistère)")
    expect(page.locator("ol.resultats > li")).to_have_count(1)
    page.get_by_role("link", name="Retirer le filtre : Faire une démarche en ligne").click()
    expect(page.locator("ol.resultats > li")).to_have_count(20)


@pytest.mark.parametrize("largeur", LARGEURS)
def test_down_the_ladder_of_territories_without_javascript(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur, script=False).page
    page.goto("/territoires")
    for nom in ("Bretagne", "Finistère", "Brest Métropole", "Brest"):
        page.get_by_role("rowheader", name=nom, exact=True).get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(nom)
    expect(page.get_by_text("140 064 habitants")).to_be_visible()
    expect(page.locator("ol.resultats > li")).to_have_count(30)
    expect(page.get_by_text("Cette liste est coupée.")).to_be_visible()
    page.get_by_role("link", name="Chercher autour de Brest").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lieux près de Brest (Finistère)")


@pytest.mark.parametrize("largeur", LARGEURS)
def test_search_filter_sheet_without_javascript(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur, script=False).page
    page.goto("/recherche?q=brest")
    page.get_by_label("Ouvert quand").select_option("samedi")
    page.get_by_label("Gratuit").check()
    page.get_by_role("button", name="Filtrer").click()
    # Every fourth invented place is free; those of help among them say their hours, from Tuesday to Saturday.
    expect(page.get_by_role("link", name="Retirer le filtre : Ouvert samedi")).to_be_visible()
    expect(page.get_by_text("Les lieux sans horaires connus ne sont pas montrés.")).to_be_visible()
    premier = page.locator("ol.resultats > li").first
    expect(premier).to_contain_text(re.compile(r"Samedi \d+ \w+\s: 10\sh – 18\sh\s30"))
    expect(premier).to_contain_text(re.compile(r"à pied\s\d+\smin"))
    nom = premier.get_by_role("link").first.inner_text()
    premier.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(nom)


def test_the_list_of_a_commune_is_carried_away_as_a_document(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, script=False).page
    page.goto("/bretagne/finistere/brest")
    lien = page.get_by_role("link", name="Télécharger la liste à imprimer (PDF)").get_attribute("href")
    assert lien is not None
    document = page.request.get(lien)
    assert document.headers["content-type"] == "application/pdf"
    texte = "\n".join(feuille.extract_text() for feuille in PdfReader(io.BytesIO(document.body())).pages)
    assert "Les lieux à Brest" in texte
    assert "02 98 00 00 01" in texte.replace("\u00a0", " ")


def test_around_me_rounds_the_position_and_searches(ouvrir: Ouvrir) -> None:
    position = {"longitude": BREST_LON + 0.00012, "latitude": BREST_LAT - 0.00034}
    page = ouvrir(360, geolocation=position, permissions=["geolocation"]).page
    page.goto("/")
    page.get_by_role("link", name="Autour de moi").click()
    page.wait_for_url("**/recherche?lon=-4.486&lat=48.390")
    expect(page.locator("ol.resultats > li")).to_have_count(20)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lieux autour de ce point, à Brest")


def test_around_me_refused_says_what_to_do(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, permissions=[]).page
    page.goto("/recherche?besoin=demarche")
    page.get_by_role("link", name="Autour de moi").click()
    expect(page.get_by_text("Écrivez plutôt le nom de votre commune.")).to_be_visible()
    expect(page.get_by_label("Où cherchez-vous")).to_be_focused()


def test_around_me_without_javascript_explains(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, script=False).page
    page.goto("/")
    page.get_by_role("link", name="Autour de moi").click()
    expect(page.get_by_text("a besoin de JavaScript et de votre accord")).to_be_visible()


def test_the_keyboard_reaches_the_search_first(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280).page
    page.goto("/territoires/commune/29019/lieux")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Où cherchez-vous")).to_be_focused()
    page.keyboard.type("29200")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Brest")


@pytest.mark.parametrize("largeur", LARGEURS)
def test_the_map_shows_the_places_of_the_list_with_javascript(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur).page
    page.goto("/recherche?q=brest")
    page.get_by_role("link", name="Ouvrir la carte").click()
    expect(page.locator(".leaflet-container")).to_be_visible()
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
    page.get_by_role("link", name="Voir ces lieux en liste").click()
    expect(page.locator("ol.resultats > li").first).to_be_visible()
