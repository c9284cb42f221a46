"""The guided orientation in a real browser without JavaScript, on the screen of a telephone."""

from __future__ import annotations

import re
from http import HTTPStatus

from playwright.sync_api import expect

from tests.acceptance.conftest import Ouvrir, run_axe

FIN = "/orientation?besoin=demarche&commune=29019&deplacement=voiture&quand=passe&savoir=fauteuil"
# Those that have no address of their own elsewhere: something was not understood, nothing was found.
PAGES = (
    "/orientation?besoin=demarche&ou=zzzzqqqq",
    "/orientation?besoin=demarche&ou=saint-denis",
    FIN,
    "/orientation?besoin=reparer&commune=29019&deplacement=impossible&quand=passe&savoir=rien",
)
PETITES = """[...document.querySelectorAll("main a, main button, main label:has(input), main input")]
    .filter((e) => e.offsetHeight && e.type !== "checkbox" && e.getBoundingClientRect().height < 44)
    .map((e) => e.outerHTML)"""


def test_from_the_home_page_to_three_places_to_a_sheet_to_its_pdf(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, script=False).page
    page.goto("/")
    page.get_by_role("link", name="Je ne sais pas où aller : on vous guide").click()
    expect(page).to_have_title(re.compile(r"^Question 1 sur 5\s: Quel est le souci\s\?"))
    page.get_by_role("link", name="Faire une démarche en ligne").click()
    page.get_by_label("Votre commune ou son code postal").fill("29200")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("link", name="En voiture").click()
    page.get_by_role("link", name="Je ne sais pas, passer").click()
    page.get_by_role("checkbox", name="Je suis en fauteuil roulant").check()
    page.get_by_role("button", name="Voir les lieux").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"lieux? pour vous"))
    premier = page.get_by_role("listitem").filter(has=page.get_by_role("heading", level=2)).first
    expect(premier.get_by_role("link", name="France Services de Bellevue").first).to_be_visible()
    expect(premier).to_contain_text("Accessible en fauteuil roulant.")
    expect(premier).to_contain_text("en voiture (estimation).")

    # Back works, and the answers stay.
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Faut-il savoir"))
    page.go_forward()

    adresse = page.get_by_role("link", name="Fiche à imprimer (PDF) – France Services de Bellevue").get_attribute(
        "href"
    )
    page.get_by_role("link", name="Voir la fiche – France Services de Bellevue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("France Services de Bellevue")
    pdf = page.request.get(adresse or "")
    assert pdf.status == HTTPStatus.OK
    assert pdf.body().startswith(b"%PDF")


def test_an_answer_is_changed_by_keyboard_alone(ouvrir: Ouvrir) -> None:
    page = ouvrir(360, script=False).page
    page.goto(FIN)
    page.get_by_role("link", name="Modifier – Votre commune").focus()
    page.keyboard.press("Enter")
    champ = page.get_by_label("Votre commune ou son code postal")
    expect(champ).to_have_value(re.compile("Brest"))
    champ.fill("Rennes")
    champ.press("Enter")
    expect(page.get_by_text("Autour de : Rennes")).to_be_visible()


def test_pages_fit_a_small_screen_with_large_targets(ouvrir: Ouvrir) -> None:
    visite = ouvrir(320)
    page = visite.page
    for adresse in PAGES:
        visite.demandes.clear()
        page.goto(adresse)
        assert len(visite.demandes) <= 8
        assert page.evaluate("document.documentElement.scrollWidth") == 320, adresse
        assert page.evaluate(PETITES) == [], adresse
        assert run_axe(page) == [], adresse


def test_on_paper_the_telephone_and_the_hours_stand_and_buttons_do_not(ouvrir: Ouvrir) -> None:
    page = ouvrir(1280, script=False).page
    page.goto(FIN.replace("quand=passe", "quand=samedi"))
    page.emulate_media(media="print")
    expect(page.get_by_text("02 98 00 00 01".replace(" ", "\u00a0")).first).to_be_visible()
    expect(page.get_by_role("heading", name="Horaires").first).to_be_visible()
    expect(page.get_by_text("Page imprimée le")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Voir la fiche")).first).to_be_hidden()
    expect(page.get_by_role("link", name="Voir toute la liste")).to_be_hidden()
