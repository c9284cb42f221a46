"""A département kept on the device and read without connection; everything without JavaScript too."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Ouvrir, run_axe

PACK = "/hors-connexion/29"
DATE = re.compile(r"Liste du .+ 20\d\d\.")
# What Chromium says on the console of a page that it could not have; the service worker then answered.
SANS_RESEAU = "ERR_INTERNET_DISCONNECTED"
# The first document of a process imports what draws it, from a disk that may be cold.
ATTENTE_PDF_S = 60


def keep_pack(page: Page) -> None:
    page.goto(PACK)
    page.get_by_role("button", name="Garder sur cet appareil").click()
    expect(page.get_by_role("status")).to_have_text("La liste est gardée sur cet appareil.")
    expect(page.get_by_role("button", name="Effacer de cet appareil")).to_be_visible()


def test_a_kept_departement_is_read_without_connection(ouvrir: Ouvrir) -> None:
    visite = ouvrir(360)
    page = visite.page
    keep_pack(page)
    lieu = page.get_by_role("link", name="France Services de Bellevue")
    adresse = lieu.get_attribute("href") or ""
    # A sheet that is seen afterwards is kept too.
    page.goto(adresse)
    expect(page.get_by_role("heading", level=1)).to_have_text("France Services de Bellevue")
    page.goto(PACK)
    visite.contexte.set_offline(True)
    page.reload()
    expect(page.get_by_text(DATE)).to_be_visible()
    expect(page.get_by_role("link", name="France Services de Bellevue")).to_be_visible()
    expect(page.get_by_role("link", name="02 98 00 00 01")).to_be_visible()
    page.goto(adresse)
    expect(page.get_by_role("heading", level=1)).to_have_text("France Services de Bellevue")
    # Any other page says what is left, and leads there.
    page.goto("/recherche?q=brest")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes hors connexion")
    page.get_by_role("link", name=re.compile("^Finistère, liste du ")).click()
    expect(page).to_have_url(re.compile(f"{PACK}$"))
    page.goto("/en/territoires")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visite.contexte.set_offline(False)
    visite.console[:] = [message for message in visite.console if SANS_RESEAU not in message]


def test_pages_that_fail_are_never_kept(ouvrir: Ouvrir) -> None:
    visite = ouvrir(360)
    page = visite.page
    keep_pack(page)
    page.goto("/hors-connexion/99")
    page.goto("/lieux/inconnu")
    gardees = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (nom) =>
            (await (await caches.open(nom)).matchAll()).map((r) => [new URL(r.url).pathname, r.status])))).flat()"""
    )
    assert PACK in [adresse for adresse, _statut in gardees]
    assert {statut for _adresse, statut in gardees} == {200}
    assert not {"/lieux/inconnu", "/hors-connexion/99"} & {adresse for adresse, _statut in gardees}
    visite.console[:] = [message for message in visite.console if "404" not in message]


def test_erasing_leaves_nothing_on_the_device(ouvrir: Ouvrir) -> None:
    page = ouvrir(360).page
    keep_pack(page)
    page.get_by_role("button", name="Effacer de cet appareil").click()
    expect(page.get_by_role("button", name="Garder sur cet appareil")).to_be_visible()
    assert page.evaluate("async () => (await caches.keys()).filter((nom) => nom !== 'packs')") == []
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_nothing_is_registered_before_it_is_asked_for(ouvrir: Ouvrir) -> None:
    page = ouvrir(360).page
    for adresse in ("/", PACK, "/hors-connexion"):
        page.goto(adresse)
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_without_javascript_the_list_is_read_and_printed(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, script=False).page
    page.goto("/hors-connexion")
    page.get_by_label("Votre département").select_option("29")
    page.get_by_role("button", name="Voir la liste").click()
    expect(page.get_by_text(DATE)).to_be_visible()
    expect(page.get_by_role("button", name="Garder sur cet appareil")).to_be_hidden()
    expect(page.locator("noscript .note")).to_contain_text("Pour garder cette page, imprimez-la.")


def test_without_javascript_a_place_is_carried_away(ouvrir: Ouvrir, site: str) -> None:
    page = ouvrir(360, script=False).page
    page.goto("/recherche?q=brest")
    page.locator("ol.resultats a").first.click()
    fiche = page.get_by_role("link", name="Fiche en grand, à imprimer (PDF)").get_attribute("href") or ""
    assert httpx.get(site + fiche, timeout=ATTENTE_PDF_S).content.startswith(b"%PDF-")
    page.get_by_role("link", name="Ajouter à mes lieux choisis").click()
    page.get_by_label("Où cherchez-vous").fill("Brest")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name=re.compile("^Ajouter")).first.click()
    expect(page.get_by_role("link", name=re.compile("^Retirer de ma liste"))).to_have_count(2)
    page.get_by_role("link", name=re.compile("^Retirer de ma liste")).first.click()
    expect(page.get_by_role("link", name=re.compile("^Retirer de ma liste"))).to_have_count(1)
    liste = page.get_by_role("link", name="Liste en grand, à imprimer (PDF)").get_attribute("href") or ""
    assert httpx.get(site + liste, timeout=ATTENTE_PDF_S).content.startswith(b"%PDF-")


def test_pages_that_are_carried_have_no_accessibility_violation_on_a_narrow_screen(ouvrir: Ouvrir) -> None:
    page = ouvrir(320).page
    page.goto("/recherche?q=brest")
    lieu = page.locator("ol.resultats a").first.get_attribute("href") or ""
    identifiant = lieu.rsplit("/", 1)[-1]
    for adresse in (
        f"/lieux/{identifiant}",
        f"/lieux/{identifiant}/telephoner",
        f"/mes-lieux?l={identifiant}&q=brest",
        "/mes-lieux",
        "/hors-connexion",
        PACK,
        "/hors-connexion/secours",
    ):
        page.goto(adresse)
        assert run_axe(page) == [], adresse
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, adresse
