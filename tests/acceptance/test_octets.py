"""What a first visit costs, as the browser counts it: bytes on the wire, requests, script, elements.

Bounds: the issue's; a page of a territory has none of its own and is held to the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.acceptance.conftest import Ouvrir

OCTETS_MAX = 50_000
CARTE_OCTETS_MAX = 150_000
HTML_MAX = 14_000
SCRIPT_MAX = 15_000
STYLE_MAX = 12_000
DEMANDES_MAX = 8
ELEMENTS_MAX = 600

PAGES = ["/", "/recherche?q=brest", "/territoires/commune/29019"]


def weigh(ouvrir: Ouvrir, adresse: str | None) -> tuple[Counter[str], int, int]:
    """Bytes by kind of resource (headers included), number of requests, number of elements of a first visit."""
    visite = ouvrir(360)
    if adresse is None:
        visite.page.goto("/recherche?q=brest")
        adresse = visite.page.locator("ol.resultats a").first.get_attribute("href") or ""
        visite = ouvrir(360)
    page = visite.page
    session = visite.contexte.new_cdp_session(page)
    session.send("Network.enable")
    genres: dict[str, str] = {}
    octets: Counter[str] = Counter()

    def receive(evenement: dict[str, Any]) -> None:
        genres[evenement["requestId"]] = evenement["type"]

    def finish(evenement: dict[str, Any]) -> None:
        octets[genres[evenement["requestId"]]] += int(evenement["encodedDataLength"])

    session.on("Network.responseReceived", receive)
    session.on("Network.loadingFinished", finish)
    page.goto(adresse, wait_until="networkidle")
    elements: int = page.evaluate("document.querySelectorAll('*').length")
    return octets, len(genres), elements


@pytest.mark.parametrize("adresse", [*PAGES, None], ids=[*PAGES, "lieu"])
def test_a_first_visit_is_light(ouvrir: Ouvrir, adresse: str | None) -> None:
    octets, demandes, elements = weigh(ouvrir, adresse)
    assert octets.total() <= OCTETS_MAX, octets
    assert demandes <= DEMANDES_MAX, octets
    assert octets["Document"] <= HTML_MAX
    assert octets["Script"] <= SCRIPT_MAX
    assert octets["Stylesheet"] <= STYLE_MAX
    assert elements <= ELEMENTS_MAX


def test_the_map_without_tiles_is_light(ouvrir: Ouvrir) -> None:
    octets, _, _ = weigh(ouvrir, "/carte")
    assert octets.total() <= CARTE_OCTETS_MAX, octets
