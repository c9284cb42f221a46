"""What every page owes to every reader, checked in the browser on every address: axe-core, reflow, structure, targets.

Pages are walked once, in one browser context; tests then read what was noted.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from tinyhtml5.parser import HTMLParser

from tests.acceptance.adresses import AILLEURS, ECHANTILLON, HORS_PAGES, PAGES, list_adresses, list_endpoints
from tests.acceptance.conftest import Ouvrir, run_axe
from tierslieux.config import RACINE

LARGEURS = (320, 768, 1280)
LANGUES = {"falc": "fr", "en": "en"}
# Addresses that name a territory are as many as territories: its page lists those below.
NOMMES = {"territoires.show_nomme"}
ERREURS = {"introuvable": ("/nulle-part", 404), "filtre inconnu": ("/recherche?q=brest&genre=licorne", 422)}

# What is noted of a page, besides axe. Hidden elements count: they are in the source.
RELEVE = """() => {
  const tous = (selecteur) => [...document.querySelectorAll(selecteur)];
  const court = (e) => e.outerHTML.replace(/\\s+/g, " ").slice(0, 120);
  const nom = (e) => e.getAttribute("aria-label") || e.textContent.trim().replace(/\\s+/g, " ");
  const cache = (e) => e.closest("[aria-hidden=true]") !== null;
  const ids = tous("[id]").map((e) => e.id);
  return {
    canonique: document.querySelector("link[rel=canonical]")?.href ?? location.pathname,
    doctype: document.doctype?.name, lang: document.documentElement.lang, titre: document.title,
    titres: tous("h1,h2,h3,h4,h5,h6").map((e) => Number(e.tagName[1])),
    doublons: ids.filter((id, rang) => ids.indexOf(id) !== rang),
    medias: tous("iframe,frame,object,embed,video,audio,applet,canvas,marquee,blink").map(court),
    imagesSansAlt: tous("img:not([alt])").map(court),
    dessinsMuets: tous("svg").filter((e) => !cache(e) && !e.matches("[role=img],[role=group]")).map(court),
    dessinsSansNom: tous("svg[role]").filter((e) => !e.matches("[aria-label],[aria-labelledby]")).map(court),
    figures: tous("figure").filter((e) => e.querySelector("figcaption") && !(e.matches("[role=figure],[role=group]")
      && (e.hasAttribute("aria-label") || e.hasAttribute("aria-labelledby")))).map(court),
    tableaux: tous("table").filter((e) => !e.querySelector("th[scope]") || e.querySelector("th:not([scope])")
      || !(e.caption || e.hasAttribute("aria-label") || e.hasAttribute("aria-labelledby"))
      || e.querySelectorAll("thead tr").length > 1 || e.querySelector("[headers]")).map(court),
    // In a breadcrumb, a region and its only département bear the same name: their order tells them apart.
    liens: tous("a[href]").filter((e) => !e.closest(".ariane") && !cache(e)).map(
      (e) => [nom(e), e.href, e.closest("li,tr,section,nav,p")?.textContent ?? ""]),
    fenetres: tous("a[target],form[target]").map(court),
    souligne: tous("main p a[href]").filter((e) => e.checkVisibility() && e.previousSibling?.textContent.trim()
      && !e.matches(".bouton") && !getComputedStyle(e).textDecorationLine.includes("underline")).map(court),
    presentation: tous("font,center,big,strike,tt,u,basefont,[align],[bgcolor],[color],[border],[cellpadding],[style]")
      .filter((e) => !e.closest(".leaflet-container")).map(court),
    taquets: tous("[tabindex]").filter((e) => e.tabIndex > 0).map(court),
    reperes: ["banner", "main", "contentinfo"].map((role) => tous({banner: "body > header", main: "main",
      contentinfo: "body > footer"}[role]).length),
    navigations: tous("nav").map((e) => e.getAttribute("aria-label") ?? e.getAttribute("aria-labelledby")),
    evitement: tous(".evitement a").map((e) => e.hash),
    sansCible: tous(".evitement a").filter((e) => !document.querySelector(e.hash)).map(court),
    menu: tous(".menu a").map((e) => new URL(e.href).pathname),
    pied: tous(".pied a").map((e) => new URL(e.href).pathname),
    choix: tous("input[type=checkbox],input[type=radio]").filter((e) => {
      const groupe = e.closest("fieldset,[role=group],[role=radiogroup]");
      // The box that goes with each place of a list is no choice among others.
      if (e.closest("ol,.ariane")) return false;
      const pareils = tous(`input[type=${e.type}]`).filter((autre) => autre.form === e.form);
      return pareils.length > 1 && !(groupe && (groupe.querySelector("legend") || groupe.hasAttribute("aria-label")
        || groupe.hasAttribute("aria-labelledby")));
    }).map(court),
    champs: tous("input:not([type=hidden]),select,textarea").map((e) => [e.name, e.type, e.autocomplete]),
  };
}"""


# Fields where the reader writes their own address; `courriel` alone is that of a place in its form.
PERSONNELS = frozenset({"courriel_auteur"})


@dataclass
class Releve:
    """What was noted of one page; by width where the width matters. Nothing but the status of one that fails."""

    statut: int
    html: str
    axe: dict[int, list[str]] = field(default_factory=dict)
    debordements: dict[int, int] = field(default_factory=dict)
    console: list[str] = field(default_factory=list)
    faits: dict[str, Any] = field(default_factory=dict)


def note(page: Page, adresse: str, largeurs: tuple[int, ...], console: list[str]) -> Releve:
    """Visit an address at each width."""
    console.clear()
    reponse = page.goto(adresse)
    assert reponse is not None
    releve = Releve(statut=reponse.status, html=reponse.text())
    if releve.statut != 200:
        return releve
    if "/carte?" in adresse:
        page.locator(".leaflet-marker-icon").first.wait_for()
    # What is folded is a part of the page.
    page.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
    for largeur in largeurs:
        page.set_viewport_size({"width": largeur, "height": 800})
        releve.axe[largeur] = run_axe(page)
        releve.debordements[largeur] = page.evaluate("document.documentElement.scrollWidth") - largeur
    releve.faits = page.evaluate(RELEVE)
    releve.console = list(console)
    return releve


def find_lieux(page: Page) -> dict[str, str]:
    """Identifiers of two places of the list, to fill in addresses."""
    page.goto("/recherche?q=brest")
    liens = page.locator("ol.resultats > li h2 a, ol.resultats > li h3 a").evaluate_all("l => l.map((e) => e.pathname)")
    lieu, autre = (lien.rpartition("/")[2] for lien in liens[:2])
    return {"lieu": lieu, "autre": autre}


@pytest.fixture(scope="module")
def page_commune(chromium: Browser, site: str) -> Iterator[tuple[Page, list[str]]]:
    """One page for the whole walk, and what its console says."""
    contexte = chromium.new_context(base_url=site, locale="fr-FR", reduced_motion="reduce")
    page = contexte.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda erreur: console.append(str(erreur)))
    yield page, console
    contexte.close()


@pytest.fixture(scope="module")
def visites(page_commune: tuple[Page, list[str]]) -> dict[str, Releve]:
    """Every page of the site in French, at three widths."""
    page, console = page_commune
    lieux = find_lieux(page)
    chemins = [adresse.chemin.format(**lieux) for adresse in list_adresses()]
    return {chemin: note(page, chemin, LARGEURS, console) for chemin in chemins}


@pytest.fixture
def releves(visites: dict[str, Releve]) -> dict[str, Releve]:
    """The pages that answered: `test_every_page_answers` tells the others."""
    return {chemin: releve for chemin, releve in visites.items() if releve.statut == 200}


def collect(releves: dict[str, Releve], fait: str) -> dict[str, Any]:
    """Addresses where this list of faults is not empty."""
    return {chemin: releve.faits[fait] for chemin, releve in releves.items() if releve.faits[fait]}


def test_every_route_is_declared(app: Flask) -> None:
    """A new page that nobody added here would never be looked at."""
    declares = set(PAGES) | set(AILLEURS) | HORS_PAGES
    assert list_endpoints(app) - declares == set(), "add these to tests/acceptance/adresses.py"
    assert declares - list_endpoints(app) == set(), "these are gone"
    assert len(PAGES) + len(AILLEURS) + len(HORS_PAGES) == len(declares), "one place for each"
    for test in set(AILLEURS.values()):
        fichier, _, fonction = test.partition("::")
        assert f"def {fonction}(" in (RACINE / fichier).read_text(encoding="utf-8")


def test_every_page_answers(visites: dict[str, Releve]) -> None:
    assert {chemin: releve.statut for chemin, releve in visites.items() if releve.statut != 200} == {}


@pytest.mark.parametrize("largeur", LARGEURS)
def test_axe_finds_nothing(releves: dict[str, Releve], largeur: int) -> None:
    assert {chemin: releve.axe[largeur] for chemin, releve in releves.items() if releve.axe[largeur]} == {}


def test_axe_sees_a_fault_when_there_is_one(ouvrir: Ouvrir) -> None:
    visite = ouvrir(360)
    visite.page.goto("/")
    visite.page.evaluate("document.querySelector('label').remove()")
    assert any(faute.startswith("label:") for faute in run_axe(visite.page))


@pytest.mark.parametrize("prefixe", LANGUES)
def test_axe_finds_nothing_in_other_languages(page_commune: tuple[Page, list[str]], prefixe: str) -> None:
    page, console = page_commune
    lieux = find_lieux(page)
    pages = {endpoint: PAGES[endpoint][-1:] for endpoint in ECHANTILLON}
    for adresse in list_adresses(pages):
        releve = note(page, f"/{prefixe}{adresse.chemin.format(**lieux)}", (360,), console)
        assert releve.statut == 200, adresse.chemin
        assert releve.axe[360] == [], adresse.chemin
        assert releve.debordements[360] <= 0, adresse.chemin
        assert releve.console == []
        assert releve.faits["lang"] == LANGUES[prefixe]


def test_axe_finds_nothing_in_the_dark(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, color_scheme="dark").page
    lieux = find_lieux(page)
    for endpoint in ECHANTILLON:
        page.goto(PAGES[endpoint][-1].format(**lieux))
        assert run_axe(page) == [], endpoint


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


@pytest.mark.parametrize("largeur", LARGEURS)
def test_nothing_scrolls_sideways(releves: dict[str, Releve], largeur: int) -> None:
    assert {c: r.debordements[largeur] for c, r in releves.items() if r.debordements[largeur] > 0} == {}


def test_no_page_complains_on_the_console(releves: dict[str, Releve]) -> None:
    assert {chemin: releve.console for chemin, releve in releves.items() if releve.console} == {}


def test_each_page_says_what_it_is(releves: dict[str, Releve]) -> None:
    for chemin, releve in releves.items():
        assert releve.faits["doctype"] == "html", chemin
        assert releve.faits["lang"] == "fr", chemin
        assert re.fullmatch(r".{3,} – Tierslieux", releve.faits["titre"]), chemin


def test_titles_tell_pages_apart(releves: dict[str, Releve]) -> None:
    adresses = defaultdict(set)
    for releve in releves.values():
        # One place or one territory has two addresses, and says which is its own.
        adresses[releve.faits["titre"]].add(releve.faits["canonique"].partition("?")[0])
    assert {titre: chemins for titre, chemins in adresses.items() if len(chemins) > 1} == {}


def test_the_source_of_each_page_is_well_formed(releves: dict[str, Releve]) -> None:
    """Tags open and close as HTML wants, no attribute comes twice, no identifier either."""
    for chemin, releve in releves.items():
        analyse = HTMLParser()
        analyse.parse(releve.html)
        assert [(ou, faute) for ou, faute, _ in analyse.errors] == [], chemin
    assert collect(releves, "doublons") == {}


def test_headings_go_down_step_by_step(releves: dict[str, Releve]) -> None:
    for chemin, releve in releves.items():
        niveaux = releve.faits["titres"]
        assert Counter(niveaux)[1] == 1, chemin
        assert niveaux[0] == 1, chemin
        sauts = [(a, b) for a, b in itertools.pairwise(niveaux) if b > a + 1]
        assert sauts == [], chemin


def test_each_page_has_its_parts(releves: dict[str, Releve]) -> None:
    """Header, content, footer, named navigations, search; the same menu and the same footer everywhere."""
    menus, pieds = set(), set()
    for chemin, releve in releves.items():
        faits = releve.faits
        assert faits["reperes"] == [1, 1, 1], chemin
        # What works without network, and what one does for oneself, has no search to skip to.
        est_sans_recherche = chemin == "/hors-connexion/secours" or chemin.endswith("/opposition")
        assert faits["evitement"] == ["#contenu", "#recherche"][: 1 if est_sans_recherche else 2], chemin
        assert faits["sansCible"] == [], chemin
        assert "/recherche" in faits["menu"], chemin
        assert all(faits["navigations"]), chemin
        assert len(set(faits["navigations"])) == len(faits["navigations"]), chemin
        menus.add(tuple(faits["menu"]))
        pieds.add(tuple(faits["pied"]))
    assert len(menus) == 1
    assert len(pieds) == 1
    assert {"/plan-du-site", "/accessibilite", "/ecoconception"} <= set(*pieds)


def test_the_site_map_leads_everywhere(releves: dict[str, Releve]) -> None:
    """Every page that has an address of its own is on the site map."""
    liens = {lien.partition("?")[0] for _, lien, _ in releves["/plan-du-site"].faits["liens"]}
    chemins = {re.sub(r"^https?://[^/]+", "", lien) for lien in liens}
    fixes = {adresses[0].partition("?")[0] for endpoint, adresses in PAGES.items() if endpoint not in NOMMES}
    assert {chemin for chemin in fixes if chemin.count("/") == 1} - chemins == set()


def test_images_speak_or_keep_silent(releves: dict[str, Releve]) -> None:
    for fait in ("imagesSansAlt", "dessinsMuets", "dessinsSansNom"):
        assert collect(releves, fait) == {}, fait


def test_captions_belong_to_their_figure(releves: dict[str, Releve]) -> None:
    assert collect(releves, "figures") == {}


def test_tables_are_simple_and_named(releves: dict[str, Releve]) -> None:
    """A title, headers with their scope, one row of headers at most."""
    assert collect(releves, "tableaux") == {}


def test_links_say_where_they_lead(releves: dict[str, Releve]) -> None:
    vagues = re.compile(r"(?i)(cliquez )?ici|en savoir plus|lire la suite|suite|voir|plus|lien")
    for chemin, releve in releves.items():
        assert [nom for nom, _, _ in releve.faits["liens"] if not nom or vagues.fullmatch(nom)] == [], chemin
        cibles = defaultdict(set)
        for nom, lien, contexte in releve.faits["liens"]:
            cibles[nom, contexte].add(lien)
        assert {cle[0]: liens for cle, liens in cibles.items() if len(liens) > 1} == {}, chemin
    assert collect(releves, "fenetres") == {}


def test_links_in_sentences_are_underlined(releves: dict[str, Releve]) -> None:
    assert collect(releves, "souligne") == {}


def test_nothing_is_styled_by_its_markup(releves: dict[str, Releve]) -> None:
    assert collect(releves, "presentation") == {}
    assert collect(releves, "taquets") == {}


def test_no_page_plays_frames_or_asks_for_plugins(releves: dict[str, Releve]) -> None:
    assert collect(releves, "medias") == {}


def test_choices_that_go_together_are_grouped(releves: dict[str, Releve]) -> None:
    assert collect(releves, "choix") == {}


def test_the_only_field_about_the_person_fills_itself(releves: dict[str, Releve]) -> None:
    """The reader's own e-mail address is the one thing that is ever asked of them, and browsers know it."""
    champs = [champ for releve in releves.values() for champ in releve.faits["champs"]]
    personnels = {remplissage for nom, genre, remplissage in champs if nom in PERSONNELS or genre == "email"}
    assert personnels == {"email"}
    # The telephone of a place is not the reader's.
    assert {nom for nom, genre, _ in champs if genre in {"tel", "password"}} <= {"telephone"}


@pytest.mark.parametrize("endpoint", [*ECHANTILLON[:4]])
def test_targets_are_large_enough_for_a_thumb(ouvrir: Ouvrir, endpoint: str) -> None:
    """Buttons, fields and links that stand alone are 44 pixels high, or leave that room between them."""
    page = ouvrir(360).page
    lieux = find_lieux(page)
    for chemin in PAGES[endpoint]:
        page.goto(chemin.format(**lieux))
        petites = page.evaluate(
            """() => [...document.querySelectorAll(
              "button, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), .bouton, .menu a, "
              + ".marque, .tel, .bascules label, .liens a, .pied a, .actifs a, .besoins a, .langues a, summary")]
            .filter((e) => e.checkVisibility())
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
            .filter(([, hauteur]) => hauteur < 43.5)"""
        )
        assert petites == [], chemin
