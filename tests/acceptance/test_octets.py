"""What a first visit costs, as the browser counts it: bytes on the wire, requests, script, elements.

Every page is held to the bytes and requests of a resident's page; the commonest ones to narrower bounds. The widest
territories and the real places are weighed by test_octets_reels.py.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.adresses import list_adresses
from tests.acceptance.conftest import Ouvrir
from tests.benchmarks.octets import DEMANDES_MAX, OCTETS_MAX, weigh

CARTE_OCTETS_MAX = 150_000
HTML_MAX = 14_000
SCRIPT_MAX = 15_000
STYLE_MAX = 12_000
ELEMENTS_MAX = 600

PAGES = ["/", "/recherche?q=brest", "/territoires/commune/29019/lieux"]


# The map has its own measure; files to download are for people at work.
_AILLEURS = {"carte.show_carte", "exports.show_telechargements"}


def _list_ids(page: Page) -> list[str]:
    """Identifiers of the first places of a search."""
    page.goto("/recherche?q=brest")
    liens = page.locator("ol.resultats h2 a").evaluate_all("liens => liens.map((lien) => lien.getAttribute('href'))")
    return [lien.rpartition("/")[2].rpartition("-")[2] for lien in liens]


def test_every_page_fits_an_old_phone(chromium: Browser, ouvrir: Ouvrir, site: str) -> None:
    ids = _list_ids(ouvrir(360).page)
    chemins = [a.chemin.format(lieu=ids[0], autre=ids[1]) for a in list_adresses() if a.endpoint not in _AILLEURS]
    chemins.append("/mes-lieux?" + "&".join(f"l={public_id}" for public_id in ids))
    trop, erreurs = {}, []
    for chemin in chemins:
        with chromium.new_context(base_url=site, viewport={"width": 360, "height": 800}) as contexte:
            page = contexte.new_page()
            page.on("console", lambda message: erreurs.append(message.text) if message.type == "error" else None)
            octets, demandes, _ = weigh(page, chemin, "load")
        if octets.total() > OCTETS_MAX or demandes > DEMANDES_MAX:
            trop[chemin] = (dict(octets), demandes)
    assert trop == {}
    # Structured data, which stand in script elements, offend no rule of the content security policy either.
    assert erreurs == []


@pytest.mark.parametrize("adresse", [*PAGES, None], ids=[*PAGES, "lieu"])
def test_a_first_visit_is_light(ouvrir: Ouvrir, adresse: str | None) -> None:
    adresse = adresse or f"/lieux/{_list_ids(ouvrir(360).page)[0]}"
    octets, demandes, elements = weigh(ouvrir(360).page, adresse, "networkidle")
    assert octets.total() <= OCTETS_MAX, octets
    assert demandes <= DEMANDES_MAX, octets
    assert octets["Document"] <= HTML_MAX
    assert octets["Script"] <= SCRIPT_MAX
    assert octets["Stylesheet"] <= STYLE_MAX
    assert elements <= ELEMENTS_MAX


def test_the_map_without_tiles_is_light(ouvrir: Ouvrir) -> None:
    octets, _, _ = weigh(ouvrir(360).page, "/carte", "networkidle")
    assert octets.total() <= CARTE_OCTETS_MAX, octets
