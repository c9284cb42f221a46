"""The site with the keyboard alone: a phone number is reached, focus is seen, order is logical, nothing traps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.adresses import ECHANTILLON, PAGES
from tests.acceptance.conftest import Ouvrir

CARTE = "/carte?lon=-4.486&lat=48.39&zoom=13"
TABULATIONS_MAX = 120

# Where the keyboard is: what it is on, whether that can be seen, and which mark shows it.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), boite = e.getBoundingClientRect();
  const marque = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const dedans = e.querySelector("circle") && getComputedStyle(e.querySelector("circle"));
  return {
    html: e.outerHTML.replace(/\\s+/g, " ").slice(0, 100),
    texte: (e.getAttribute("aria-label") || e.textContent || e.name || "").trim().replace(/\\s+/g, " "),
    marque: marque || Boolean(dedans),
    visible: boite.width > 1 && boite.height > 1 && boite.bottom > 0 && boite.top < innerHeight
      && boite.right > 0 && boite.left < innerWidth,
    rang: [...document.querySelectorAll("*")].indexOf(e),
  };
}"""


def tab_to(page: Page, cible: Locator) -> int:
    """Press Tab until the target has the focus; how many times."""
    for fois in range(1, TABULATIONS_MAX + 1):
        page.keyboard.press("Tab")
        if cible.evaluate("e => e === document.activeElement"):
            return fois
    pytest.fail(f"{cible} is not reached by {TABULATIONS_MAX} tabs")


def walk(page: Page) -> list[dict[str, object]]:
    """Every stop of the keyboard from the top of the page until it leaves it."""
    arrets: list[dict[str, object]] = []
    for _ in range(TABULATIONS_MAX * 2):
        page.keyboard.press("Tab")
        arret = page.evaluate(FOCUS)
        if arret is None or (arrets and arret["rang"] == arrets[0]["rang"]):
            return arrets
        arrets.append(arret)
    pytest.fail(f"the keyboard does not leave the page: {arrets[-3:]}")


@pytest.fixture
def lieu(ouvrir: Ouvrir) -> Callable[[str], str]:
    """Address of a page with the identifier of a place filled in."""
    page = ouvrir(1280).page
    page.goto("/recherche?q=brest")
    chemin = page.locator("ol.resultats > li h2 a").first.evaluate("e => e.pathname")
    return lambda modele: modele.format(lieu=chemin.rpartition("/")[2], autre="")


def test_a_phone_number_is_reached_with_the_keyboard_alone(ouvrir: Ouvrir) -> None:
    """Home, search, filter, place, phone: Tab, letters, Space and Enter only."""
    page = ouvrir(1280).page
    page.goto("/")
    assert tab_to(page, page.get_by_label("Où cherchez-vous")) <= 12
    page.keyboard.type("brest")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lieux près de Brest (Finistère)")

    tab_to(page, page.get_by_label("Gratuit"))
    page.keyboard.press("Space")
    expect(page.get_by_label("Gratuit")).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Filtrer"))
    page.keyboard.press("Enter")
    page.wait_for_url("**gratuit=1**")

    tab_to(page, page.locator("ol.resultats").get_by_role("link", name="France Services de Bellevue"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("France Services de Bellevue")
    telephone = page.locator("main a[href='tel:+33298000001']").first
    tab_to(page, telephone)
    expect(telephone).to_be_focused()
    expect(telephone).to_be_in_viewport()


@pytest.mark.parametrize("endpoint", ["lieux.search_lieux", "lieux.show_lieu", "territoires.show_france"])
def test_skip_links_appear_and_work(ouvrir: Ouvrir, lieu: Callable[[str], str], endpoint: str) -> None:
    page = ouvrir(360).page
    page.goto(lieu(PAGES[endpoint][0]))
    contenu = page.get_by_role("link", name="Aller au contenu")
    expect(contenu).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(contenu).to_be_focused()
    expect(contenu).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.goto(lieu(PAGES[endpoint][0]))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller à la recherche")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Où cherchez-vous")).to_be_focused()


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("endpoint", ECHANTILLON)
def test_focus_is_always_visible(ouvrir: Ouvrir, lieu: Callable[[str], str], endpoint: str, schema: str) -> None:
    """Every stop is on the screen and bears an outline of two pixels at least."""
    page = ouvrir(360 if schema == "light" else 1280, color_scheme=schema).page
    page.goto(lieu(PAGES[endpoint][-1]))
    if endpoint == "carte.show_carte":
        page.locator(".leaflet-marker-icon").first.wait_for()
    arrets = walk(page)
    assert len(arrets) > 8
    assert [arret["html"] for arret in arrets if not (arret["marque"] and arret["visible"])] == []


@pytest.mark.parametrize("endpoint", [*ECHANTILLON, "orientation.show_etape"])
def test_the_keyboard_follows_the_reading_order(ouvrir: Ouvrir, lieu: Callable[[str], str], endpoint: str) -> None:
    """Stops come in the order of the source, each once, and the keyboard leaves the page at the end."""
    page = ouvrir(1280).page
    page.goto(lieu(PAGES[endpoint][0]))
    rangs = [arret["rang"] for arret in walk(page)]
    assert rangs == sorted(set(rangs))  # type: ignore[type-var]  # numbers here, never None


def test_the_keyboard_enters_and_leaves_the_map(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280).page
    page.goto(CARTE)
    page.locator(".leaflet-marker-icon").first.wait_for()
    passer = page.get_by_role("link", name="Passer la carte")
    tab_to(page, passer)
    expect(passer).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#apres-carte').contains(document.activeElement)")

    carte = page.locator(".leaflet-container")
    page.goto(CARTE)
    page.locator(".leaflet-marker-icon").first.wait_for()
    tab_to(page, carte)
    avant = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_function("avant => location.href !== avant", arg=avant)
    page.keyboard.press("+")
    page.wait_for_url("**zoom=14**")
    # Through every point, of 45 places at most, and out.
    for _ in range(TABULATIONS_MAX):
        page.keyboard.press("Tab")
        if not page.evaluate("document.querySelector('.leaflet-container').contains(document.activeElement)"):
            return
    pytest.fail("the map keeps the keyboard")


def test_points_of_the_map_say_their_name_and_their_rank(ouvrir: Ouvrir) -> None:
    """From north to south: "France Services de Bellevue, France Services. Point 3 sur 12."."""
    page = ouvrir(1280).page
    page.goto("/carte?lon=-4.484&lat=48.391&zoom=16")
    marqueurs = page.locator(".leaflet-marker-icon[tabindex='0']")
    page.locator(".leaflet-marker-icon[aria-label*='Point 1 sur']").wait_for()
    noms = marqueurs.evaluate_all("l => l.map((e) => e.getAttribute('aria-label'))")
    total = len(noms)
    assert total >= 2
    for rang, nom in enumerate(noms, start=1):
        assert nom.endswith(f". Point {rang} sur {total}."), noms
    assert any("France Services de Bellevue, France Services." in nom for nom in noms) or any(
        "lieux" in n for n in noms
    )
    hauteurs = marqueurs.evaluate_all("l => l.map((e) => e._leaflet_pos.y)")
    assert hauteurs == sorted(hauteurs)
    assert marqueurs.evaluate_all("l => l.every((e) => e.getAttribute('role') === 'button')")


def test_the_map_has_a_list_beside_it(ouvrir: Ouvrir) -> None:
    """The same points, in the same order, as links."""
    page = ouvrir(1280).page
    page.goto(CARTE)
    page.locator(".leaflet-marker-icon[aria-label*='Point 1 sur']").wait_for()
    page.get_by_text("Ce que montre la carte, en liste").click()
    liste = page.locator("[data-tl-carte-points] a")
    noms = page.locator(".leaflet-marker-icon[tabindex='0']").evaluate_all(
        "l => l.map((e) => e.getAttribute('aria-label'))"
    )
    expect(liste).to_have_text(noms)
    expect(page.get_by_role("link", name="Voir ces lieux en liste")).to_be_visible()
    adresse = liste.first.get_attribute("href") or ""
    assert page.goto(adresse).status == 200  # type: ignore[union-attr]  # None is for a page already there


def test_the_map_says_what_it_shows(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280).page
    page.goto(CARTE)
    annonce = page.locator("[data-tl-carte-resume]")
    assert annonce.get_attribute("role") == "status"
    page.locator(".leaflet-marker-icon[aria-label*='Point 1 sur']").wait_for()
    expect(annonce).to_have_text("45 lieux affichés sur la carte.")
    page.locator(".leaflet-container").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(annonce).not_to_have_text("45 lieux affichés sur la carte.")
    expect(annonce).to_contain_text("sur la carte.")


def test_escape_closes_the_bubble_and_gives_the_focus_back(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280).page
    page.goto("/carte?lon=-4.484&lat=48.391&zoom=18")
    page.locator(".leaflet-marker-icon[aria-label*='Point 1 sur']").wait_for()
    nom = page.locator(".leaflet-marker-icon.carte-seul[tabindex='0']").first.get_attribute("title")
    # The bubble can move the map, and so the ranks: the name stays.
    marqueur = page.locator(f".leaflet-marker-icon[title='{nom}']")
    tab_to(page, marqueur)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Voir ce lieu")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(marqueur).to_be_focused()


def test_the_map_moves_without_dragging(ouvrir: Ouvrir) -> None:
    """One click or one key press on a link does what a drag and a pinch do; the page is not left."""
    page = ouvrir(360).page
    page.goto(CARTE)
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.evaluate("document.body.dataset.temoin = 'ici'")
    page.get_by_role("link", name="Agrandir").last.click()
    page.wait_for_url("**zoom=14**")
    lat = page.evaluate("new URL(location).searchParams.get('lat')")
    page.get_by_role("link", name="Vers le nord").press("Enter")
    page.wait_for_function("lat => new URL(location).searchParams.get('lat') > lat", arg=lat)
    assert page.evaluate("document.body.dataset.temoin") == "ici"
