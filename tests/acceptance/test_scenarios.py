"""A scenario from hand to hand in a browser: kept by an agent, spoken of by a resident, moderated, compared."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.acceptance.conftest import run_axe
from tests.conftest import build_settings
from tests.factories.planification import make_territoire_a_planifier
from tierslieux import create_app
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.extensions import CLE
from tierslieux.planification.scenarios import forms

NOUVEAU = "/territoires/departement/29/scenarios/nouveau?minutes=8&sites={sites}"
AVIS = "Près du marché : j’irais volontiers le mardi."


@pytest.fixture
def adresse(base_neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a site of a small invented territory, in a thread: a test need not take the time that people take."""
    monkeypatch.setattr(forms, "DELAI_MIN", dt.timedelta(0))
    moteur = create_engine_for(base_neuve)
    with session_factory(moteur)() as session:
        make_territoire_a_planifier(session)
        session.commit()
    moteur.dispose()
    application = create_app(build_settings(base_neuve, tmp_path))
    serveur = make_server("127.0.0.1", 0, application, threaded=True)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    serveur.shutdown()
    fil.join()
    serveur.server_close()
    application.extensions[CLE].session_factory.kw["bind"].dispose()


def open_page(chromium: Browser, adresse: str) -> tuple[BrowserContext, Page]:
    """Somebody with a narrow phone, whose browser keeps its own cookies."""
    contexte = chromium.new_context(base_url=adresse, viewport={"width": 360, "height": 800}, locale="fr-FR")
    return contexte, contexte.new_page()


def check(page: Page, titre: str) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(titre)
    page.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def save(page: Page, titre: str, sites: int) -> str:
    """Keep a plan; the address of its editing page."""
    page.goto(NOUVEAU.format(sites=sites))
    check(page, "Enregistrer un scénario")
    page.get_by_label("Titre").fill(titre)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    check(page, titre)
    lien = page.get_by_label("Lien de modification").input_value()
    assert page.url.startswith(lien)
    return lien


# In the process of the test, Flask-Compress leaves it to the collector to close the static files that it has read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_from_a_plan_to_the_words_of_a_resident(chromium: Browser, adresse: str) -> None:
    contexte, agent = open_page(chromium, adresse)
    autre = save(agent, "Un seul lieu", 1)
    lien = save(agent, "Deux lieux", 2)
    agent.get_by_role("button", name="Publier", exact=True).click()
    a_lire = agent.get_by_label("Lien à partager").input_value()

    contexte_habitant, habitant = open_page(chromium, adresse)
    habitant.goto(a_lire)
    check(habitant, "Deux lieux")
    habitant.get_by_role("button", name="Envoyer mon avis").click()
    expect(habitant.get_by_text("Choisissez un lieu dans la liste.")).to_be_visible()
    habitant.locator("input[name=site]").first.check()
    habitant.get_by_label("Pourquoi").fill(AVIS)
    habitant.get_by_role("button", name="Envoyer mon avis").click()
    check(habitant, "Deux lieux")
    expect(habitant.get_by_text("votre avis est bien arrivé")).to_be_visible()
    expect(habitant.get_by_text(AVIS)).to_have_count(0)
    assert contexte_habitant.cookies() == []

    agent.goto(lien)
    check(agent, "Deux lieux")
    agent.get_by_role("button", name="Publier : avis").click()
    habitant.goto(a_lire)
    expect(habitant.get_by_text(AVIS)).to_be_visible()
    habitant.get_by_role("link", name="Lire le rapport complet").click()
    check(habitant, "Deux lieux")

    # From the simulation and back, without the secret in any address.
    agent.get_by_role("link", name="Changer dans la simulation").click()
    agent.get_by_role("button", name="Enregistrer ce scénario").click()
    assert lien.rpartition("/")[2] not in agent.url
    agent.get_by_label("Dans « Deux lieux »").check()
    agent.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(agent.get_by_text("L’étude est enregistrée")).to_be_visible()

    agent.goto("/scenarios/comparer")
    agent.get_by_label("Premier").fill(autre)
    agent.get_by_label("Second").fill(lien)
    agent.get_by_role("button", name="Comparer").click()
    check(agent, "Un seul lieu")
    assert "modifier" not in agent.url
    contexte.close()
    contexte_habitant.close()
