"""Pages of accounts in a browser on a narrow phone: from an invitation to the end of the account."""

from __future__ import annotations

import datetime as dt
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from tests.acceptance.conftest import run_axe
from tests.conftest import SECRET, build_settings
from tests.factories.comptes import ADMINISTRATEUR_FRANCE, compute_totp, create_compte, read_code
from tests.factories.territoires import make_bretagne
from tierslieux import create_app
from tierslieux.comptes import invitations
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.extensions import CLE
from tierslieux.territoires.enums import Niveau


@pytest.fixture
def fabrique_neuve(base_neuve: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on the base of the site."""
    moteur = create_engine_for(base_neuve)
    yield session_factory(moteur)
    moteur.dispose()


@pytest.fixture
def adresse(base_neuve: str, tmp_path: Path, fabrique_neuve: sessionmaker[Session]) -> Iterator[str]:
    """Address of a site of a small invented territory, with an account and an invitation; not in HTTPS."""
    with fabrique_neuve() as session:
        make_bretagne(session)
        create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
        agent = Habilitation(Role.AGENT, Niveau.COMMUNE, "29019")
        create_compte(session, courriel="agent.de.la.ville.de.brest@mairie-de-brest.example.org", habilitations=[agent])
        session.commit()
    application = create_app(build_settings(base_neuve, tmp_path, TIERSLIEUX_DEVELOPMENT="1"))
    serveur = make_server("127.0.0.1", 0, application, threaded=True)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    serveur.shutdown()
    fil.join()
    serveur.server_close()
    application.extensions[CLE].session_factory.kw["bind"].dispose()


def check(page: Page, titre: str) -> None:
    """Axe finds nothing, nothing scrolls sideways, and what is pressed is large enough."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(titre)
    page.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
    if dossier := os.environ.get("TIERSLIEUX_CAPTURES"):
        nombre = len(list(Path(dossier).glob("compte_*.png")))
        page.screenshot(path=f"{dossier}/compte_{nombre:02d}.png", full_page=True)
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    petits = page.evaluate(
        """() => [...document.querySelectorAll('button, .bouton, .choix, summary, select, main input')]
            .filter((e) => !['hidden', 'checkbox', 'radio'].includes(e.type))
            .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
    )
    assert petits == []


def type_code(page: Page, fabrique: sessionmaker[Session]) -> None:
    """Copy the code of the last mail."""
    check(page, "Écrivez le code")
    with fabrique() as session:
        page.get_by_label("Le code à 6 chiffres").fill(read_code(session))


def manage(page: Page) -> None:
    """Invite somebody, and look at an account."""
    page.goto("/administration/comptes")
    page.get_by_label("Son adresse de courriel").fill("nadia@exemple.fr")
    page.get_by_label("Modérateur").check()
    page.get_by_label("Code du territoire").fill("29019")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    check(page, "Comptes")
    expect(page.get_by_role("status")).to_contain_text("L’invitation est partie")
    page.get_by_role("link", name="agent.de.la.ville").click()
    check(page, "agent.de.la.ville")


def delete(page: Page, fabrique: sessionmaker[Session], secours: str) -> None:
    """Delete the account, which asks to sign in: the address has just changed."""
    page.goto("/compte/supprimer")
    page.get_by_label("Votre adresse de courriel").fill("mona.neuve@exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    type_code(page, fabrique)
    page.get_by_role("button", name="Me connecter").click()
    page.get_by_label("Le code de l’application").fill(secours)
    page.get_by_role("button", name="Continuer").click()
    check(page, "Supprimer mon compte")
    page.get_by_label("Oui, supprimer").check()
    page.get_by_role("button", name="Supprimer mon compte").click()
    check(page, "Votre compte est supprimé")


# In the process of the test, Flask-Compress leaves it to the collector to close the static files that it has read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_pages_of_accounts_are_accessible(
    chromium: Browser, adresse: str, fabrique_neuve: sessionmaker[Session]
) -> None:
    contexte = chromium.new_context(base_url=adresse, viewport={"width": 360, "height": 800}, java_script_enabled=True)
    page = contexte.new_page()
    with fabrique_neuve() as session:
        now = dt.datetime.now(dt.UTC)
        envoi = invitations.invite(session, None, "mona@exemple.fr", ADMINISTRATEUR_FRANCE, cle=SECRET, now=now)
        session.commit()
    page.goto(f"/invitations/{envoi.jeton}")
    check(page, "Vous êtes invité")
    page.get_by_role("button", name="Accepter").click()
    type_code(page, fabrique_neuve)
    page.get_by_role("button", name="Me connecter").click()
    check(page, "Régler le second code")
    page.get_by_label("Le code de l’application").fill("12")
    page.get_by_role("button", name="Valider").click()
    check(page, "Régler le second code")
    page.get_by_label("Le code de l’application").fill(_read_totp(page))
    page.get_by_role("button", name="Valider").click()
    check(page, "Vos codes de secours")
    secours = page.locator(".codes-secours code").all_inner_texts()
    page.get_by_role("link", name="J’ai gardé mes codes").click()
    check(page, "Mon compte")
    manage(page)
    page.goto("/compte")
    page.get_by_role("button", name="Déconnecter").click()
    check(page, "Vous êtes déconnecté")
    page.goto("/connexion")
    page.get_by_label("Votre adresse de courriel").fill("mona")
    page.get_by_role("button", name="Recevoir un code").click()
    check(page, "Se connecter")
    page.get_by_label("Votre adresse de courriel").fill("mona@exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    type_code(page, fabrique_neuve)
    page.get_by_role("button", name="Me connecter").click()
    check(page, "Un second code")
    page.get_by_label("Le code de l’application").fill(secours[0])
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("link", name="Changer d’adresse").click()
    check(page, "Changer d’adresse")
    page.get_by_label("Votre nouvelle adresse").fill("mona.neuve@exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    type_code(page, fabrique_neuve)
    page.get_by_role("button", name="Changer d’adresse").click()
    check(page, "Votre adresse est changée")
    delete(page, fabrique_neuve, secours[1])
    contexte.close()


def _read_totp(page: Page) -> str:
    """What an authenticator shows for the key that the page gives to type."""
    cle = re.sub(r"\W", "", page.locator(".cle").inner_text())
    return compute_totp(cle, now=dt.datetime.now(dt.UTC))
