"""Pages as people change them: larger text, wider spacing, forced colours, no motion, no style sheet, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.acceptance.adresses import ECHANTILLON, PAGES
from tests.acceptance.conftest import Ouvrir

# WCAG 1.4.12: line height 1.5, after paragraphs 2, letters 0.12, words 0.16, all times the size of the text.
ESPACES = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""

# Texts that their box cuts: wider or higher than what shows, and not meant to scroll.
COUPES = """() => [...document.querySelectorAll("body *")].filter((e) => {
    if (!e.checkVisibility() || e.closest("svg,.lecteur,.leaflet-container,.evitement,.carte-passer")) return false;
    if (e.matches("input,select,option,textarea")) return false;
    const style = getComputedStyle(e);
    const coupe = style.overflowX === "hidden" || style.overflowX === "clip" || style.overflowY === "hidden"
      || style.overflowY === "clip";
    return coupe && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
  }).map((e) => e.outerHTML.slice(0, 120))"""

# Texts that stand on one another: pairs of lines of text of different elements that share more than a sliver.
SUPERPOSES = """() => {
  const lignes = [];
  const marcheur = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = marcheur.nextNode(); n; n = marcheur.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || !e.checkVisibility() || e.closest("svg,.lecteur,.leaflet-container,.evitement,.carte-passer,"
      + "option,select")) continue;
    const zone = document.createRange();
    zone.selectNodeContents(n);
    for (const b of zone.getClientRects()) if (b.width > 2 && b.height > 2) lignes.push([e, b, n.data.trim()]);
  }
  const fautes = [];
  for (let i = 0; i < lignes.length; i++) for (let j = i + 1; j < Math.min(lignes.length, i + 40); j++) {
    const [e, a, x] = lignes[i], [f, b, y] = lignes[j];
    if (e === f) continue;
    const large = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const haut = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    // Boxes of letters are higher than the letters: a quarter of a line is air.
    if (large > 3 && haut > 0.45 * Math.min(a.height, b.height)) fautes.push(`${x.slice(0, 40)} / ${y.slice(0, 40)}`);
  }
  return fautes;
}"""

ADRESSES = [PAGES[endpoint][-1] for endpoint in ECHANTILLON]


def fill(page: Page, chemin: str) -> str:
    """The address with the identifier of a place."""
    if "{lieu}" not in chemin:
        return chemin
    page.goto("/recherche?q=brest")
    lieu = page.locator("ol.resultats > li h2 a").first.evaluate("e => e.pathname.split('/').pop()")
    return chemin.format(lieu=lieu, autre="")


def check_nothing_lost(page: Page, chemin: str) -> None:
    """No text cut or covered, no scroll sideways."""
    debords = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
             .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert debords == [], chemin
    assert page.evaluate(COUPES) == [], chemin
    assert page.evaluate(SUPERPOSES) == [], chemin


@pytest.mark.parametrize("largeur", [640, 1280])
def test_nothing_is_lost_at_twice_the_text_size(ouvrir: Ouvrir, largeur: int) -> None:
    """The reader's own size of letters, twice the usual one. A zoom of the page is the same as half the width."""
    page = ouvrir(largeur).page
    for modele in ADRESSES:
        chemin = fill(page, modele)
        page.goto(chemin)
        avant = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
        session = page.context.new_cdp_session(page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        page.reload()
        apres = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p, main li')).fontSize)")
        assert apres >= 28, chemin
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") >= 1.5 * avant
        check_nothing_lost(page, chemin)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})


@pytest.mark.parametrize("largeur", [320, 1280])
def test_nothing_is_lost_when_text_is_spaced_out(ouvrir: Ouvrir, largeur: int) -> None:
    page = ouvrir(largeur, bypass_csp=True).page
    for modele in ADRESSES:
        chemin = fill(page, modele)
        page.goto(chemin)
        page.add_style_tag(content=ESPACES)
        check_nothing_lost(page, chemin)


def test_the_page_reads_in_a_very_low_window(ouvrir: Ouvrir) -> None:
    """256 pixels high: nothing that stays in place covers the text."""
    page = ouvrir(568).page
    page.set_viewport_size({"width": 568, "height": 256})
    for modele in ADRESSES:
        page.goto(fill(page, modele))
        fixes = page.evaluate(
            """() => [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
                 && getComputedStyle(e).position === "fixed").map((e) => e.outerHTML.slice(0, 100))"""
        )
        assert fixes == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 568


def test_nothing_moves_for_who_asks_for_calm(ouvrir: Ouvrir) -> None:
    """No animation at all, for anyone; no transition, no smooth scroll for those who asked for none."""
    page = ouvrir(360).page
    for modele in ADRESSES:
        page.goto(fill(page, modele))
        mouvements = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((e) => {
                 const s = getComputedStyle(e);
                 return s.animationName !== "none" || s.scrollBehavior === "smooth"
                   || s.transitionDuration.split(",").some((d) => parseFloat(d) > 0);
               }).map((e) => e.outerHTML.slice(0, 100))"""
        )
        assert mouvements == [], modele
        assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("schema", ["light", "dark"])
def test_forced_colours_keep_every_control(ouvrir: Ouvrir, schema: str) -> None:
    """With colours chosen by the reader, buttons and fields keep an edge, discs of the map keep their number."""
    page = ouvrir(360, forced_colors="active", color_scheme=schema).page
    for modele in ADRESSES:
        page.goto(fill(page, modele))
        if modele.startswith("/carte"):
            page.locator(".leaflet-marker-icon").first.wait_for()
        sans_bord = page.evaluate(
            """() => [...document.querySelectorAll("button, .bouton, input:not([type=hidden]), select")]
                 .filter((e) => e.checkVisibility() && !e.matches("[type=checkbox],[type=radio]")
                   && !(parseFloat(getComputedStyle(e).borderTopWidth) >= 1))
                 .map((e) => e.outerHTML.slice(0, 100))"""
        )
        assert sans_bord == [], modele
        invisibles = page.evaluate(
            """() => [...document.querySelectorAll(".carte-grappe, .apercu a circle, .croquis rect")]
                 .filter((e) => e.checkVisibility()).filter((e) => {
                   const s = getComputedStyle(e);
                   const fond = e.matches(".carte-grappe:not(.carte-seul)") ? s.backgroundColor : s.fill;
                   return !e.matches(".carte-seul") && fond === getComputedStyle(document.body).backgroundColor
                     && !(parseFloat(s.borderTopWidth) >= 1 || s.stroke !== "none");
                 }).map((e) => e.outerHTML.slice(0, 100))"""
        )
        assert invisibles == [], modele


@pytest.mark.parametrize("schema", ["light", "dark"])
def test_controls_stand_out_from_their_ground(ouvrir: Ouvrir, schema: str) -> None:
    """Edges of fields, grounds of buttons, points and the mark of focus: 3 to 1 at least (WCAG 1.4.11)."""
    page = ouvrir(1280, color_scheme=schema).page
    page.goto("/")
    contrastes = page.evaluate(
        """() => {
          const lire = (nom) => {
            const e = document.createElement("i");
            document.body.append(e);
            e.style.color = `var(${nom})`;
            const couleur = getComputedStyle(e).color.match(/[\\d.]+/g).map(Number);
            e.remove();
            return couleur;
          };
          const clarte = (couleur) => {
            const courbe = (c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
            const [r, v, b] = couleur.map((c) => courbe(c / 255));
            return 0.2126 * r + 0.7152 * v + 0.0722 * b;
          };
          const contraste = (a, b) => {
            const [x, y] = [clarte(lire(a)), clarte(lire(b))].sort((m, n) => n - m);
            return (x + 0.05) / (y + 0.05);
          };
          return [["--trait-champ", "--fond"], ["--trait-champ", "--surface"], ["--action", "--fond"],
            ["--action", "--surface"], ["--focus", "--fond"], ["--focus", "--surface"], ["--focus", "--pied-fond"],
            ["--accent", "--entete-fond"], ["--epingle", "--carte-terre"], ["--epingle", "--carte-fond"],
            ["--epingle-texte", "--epingle"], ["--epingle-active-texte", "--epingle-active"],
            ["--carte-trait", "--carte-terre"], ["--note-trait", "--fond"], ["--alerte-trait", "--fond"],
          ].map(([a, b]) => [a, b, contraste(a, b)]);
        }"""
    )
    assert [(a, b, round(rapport, 2)) for a, b, rapport in contrastes if rapport < 3] == []


def test_a_reader_who_asks_for_more_contrast_gets_it(ouvrir: Ouvrir) -> None:
    """Softer texts take the full colour of the text, thin lines that of the edges of fields."""
    lire = (
        "() => ['--texte-doux', '--trait'].map((n) => getComputedStyle(document.documentElement).getPropertyValue(n))"
    )
    page = ouvrir(360).page
    page.goto("/")
    usuel = page.evaluate(lire)
    page = ouvrir(360, contrast="more").page
    page.goto("/")
    assert page.evaluate(lire) != usuel
    texte = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--texte')")
    assert page.evaluate(lire)[0] == texte


def test_nothing_is_lost_without_style_sheets(ouvrir: Ouvrir) -> None:
    """Without CSS the same words are there, in the order of the source: skip links, header, content, footer."""
    page = ouvrir(360).page
    for modele in ADRESSES[:4]:
        chemin = fill(page, modele)
        page.goto(chemin)
        mots = set(page.evaluate("document.querySelector('main').innerText").split())
        page.evaluate("document.querySelectorAll('link[rel=stylesheet]').forEach((e) => e.remove())")
        nus = page.evaluate("document.body.innerText")
        # Letters that styles alone put in capitals, and numbers that lists write, differ in no word.
        assert {m for m in mots if m not in nus and m.lower() not in nus.lower()} == set(), chemin
        reperes = [page.evaluate("document.querySelector('h1').innerText"), "Plan du site"]
        assert nus.index("Aller au contenu") < nus.index(reperes[0]) < nus.index(reperes[1]), chemin


def test_paper_shows_what_matters_in_black_on_white(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280, color_scheme="dark").page
    page.emulate_media(media="print")
    for modele in ADRESSES[:4]:
        page.goto(fill(page, modele))
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        fond = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert fond in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
        assert page.locator("header.entete").is_hidden()
