"""From the figures of a territory to a report: a plan, a closure, a comparison, a resident's word, in a browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import LARGEURS, _wait_for, run_axe
from tests.conftest import SECRET, Bases
from tests.factories.couverture import NOW
from tests.factories.planification import make_territoire_a_planifier
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.installation.cli import build_site_command
from tierslieux.territoires.models import EditionTerritoires

TERRITOIRE = "/territoires/region/53"
PAROLE = "Je n’ai pas de voiture <b>le samedi</b>."
# A form that is sent back sooner than a person can fill it is taken for a robot's.
LECTURE_MS = 5_500
ATTENTE_MS = 15_000


@pytest.fixture(scope="module")
def site_a_planifier(
    bases: Bases, modele: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str]:
    """Address of a site on the small country, with its coverage."""
    base = bases.create(f"plans_{worker_id}", modele)
    engine = create_engine_for(bases.address(base))
    with session_factory(engine)() as session:
        make_territoire_a_planifier(session)
        session.add(EditionTerritoires(id=1, edition="essai", sha256="0", chargee_at=NOW, remarques={}))
        session.commit()
    engine.dispose()
    with socket.create_server(("127.0.0.1", 0)) as libre:
        port = libre.getsockname()[1]
    dossier = tmp_path_factory.mktemp("plans")
    environ = {
        **os.environ,
        "DATABASE_URL": bases.address(base).replace("+psycopg", "", 1),
        "TIERSLIEUX_SECRET_KEY": SECRET,
        "TIERSLIEUX_VAR_DIR": str(dossier),
        "TIERSLIEUX_TELECHARGEMENT": "0",
    }
    with (dossier / "serveur.log").open("w") as journal:
        serveur = subprocess.Popen(
            build_site_command("127.0.0.1", port, workers=1, threads=4),
            cwd=RACINE,
            env=environ,
            stdout=journal,
            stderr=journal,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/sante", dossier / "serveur.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            serveur.terminate()
            serveur.wait(timeout=10)
    bases.drop(base)


@dataclass(frozen=True, slots=True)
class Visiteur:
    """A person in a browser: on a wide screen with JavaScript, on a telephone without."""

    page: Page
    est_large: bool
    console: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Nothing is wider than the screen and axe finds nothing; both need JavaScript to be told."""
        if self.est_large:
            assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert run_axe(self.page) == []

    def press(self, nom: str | re.Pattern[str]) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=nom).click()


@contextmanager
def visit(chromium: Browser, site: str, *, est_large: bool) -> Iterator[Visiteur]:
    """A visit, whose console must stay silent."""
    contexte = chromium.new_context(
        base_url=site,
        viewport={"width": 1280 if est_large else 360, "height": 900},
        java_script_enabled=est_large,
        locale="fr-FR",
        reduced_motion="reduce",
    )
    visiteur = Visiteur(contexte.new_page(), est_large)
    visiteur.page.set_default_timeout(ATTENTE_MS)
    visiteur.page.on("console", lambda m: visiteur.console.append(m.text) if m.type in {"error", "warning"} else None)
    visiteur.page.on("pageerror", lambda erreur: visiteur.console.append(str(erreur)))
    yield visiteur
    contexte.close()
    assert visiteur.console == []


@pytest.mark.parametrize("largeur", LARGEURS)
def test_from_the_figures_to_a_report_with_a_resident_in_between(
    chromium: Browser, site_a_planifier: str, largeur: int
) -> None:
    est_large = largeur == max(LARGEURS)
    titre = f"Sans bibliothèque {largeur}"
    with visit(chromium, site_a_planifier, est_large=est_large) as agent:
        plan_five(agent)
        close_library(agent)
        modifier, lire = keep(agent, titre)
        compare_with_copy(agent, lire, titre)
        agent.page.goto(modifier)
        agent.press(re.compile("^Publier$"))
        expect(agent.page.get_by_role("status")).to_contain_text("Le scénario est publié")
        with visit(chromium, site_a_planifier, est_large=est_large) as habitant:
            comment(habitant, lire, titre)
            agent.page.goto(modifier)
            expect(agent.page.get_by_text(PAROLE)).to_be_visible()
            agent.press(re.compile(r"^Publier\s: avis numéro"))
            habitant.page.goto(lire)
            expect(habitant.page.get_by_text(PAROLE)).to_be_visible()
            download_report(habitant)


def plan_five(agent: Visiteur) -> None:
    """From the figures of a territory to the best five sites."""
    page = agent.page
    page.goto(TERRITOIRE)
    page.get_by_role("link", name="Chercher où ouvrir un lieu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Où ouvrir un lieu")
    page.get_by_label("Lieu qui compte comme ouvert").select_option(label="Une bibliothèque")
    page.get_by_role("spinbutton", name="Minutes", exact=True).fill("10")
    page.get_by_role("spinbutton", name="Nombre de lieux à ouvrir", exact=True).fill("5")
    agent.press("Calculer")
    expect(page).to_have_url(re.compile(r"cible=bibliotheque"))
    expect(page.locator(".preuve").first).to_contain_text("prouvé")
    agent.check()


def close_library(agent: Visiteur) -> None:
    """Try the plan, and close the library."""
    page = agent.page
    page.get_by_role("link", name="Tester et modifier ce plan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Et si on ouvrait")
    changements = page.get_by_role("region", name="Vos changements").get_by_role("listitem")
    ouvertures = changements.filter(has_text=re.compile(r"^\s*Ouvrir"))
    expect(ouvertures).to_have_count(5)
    agent.press(re.compile(r"^Fermer\s: Bibliothèque de Commune 7"))
    expect(changements.filter(has_text=re.compile(r"^\s*Fermer\s: Bibliothèque de Commune 7"))).to_be_visible()
    expect(ouvertures).to_have_count(5)
    expect(page).to_have_url(re.compile("fermer"))
    agent.check()


def keep(agent: Visiteur, titre: str) -> tuple[str, str]:
    """Keep the scenario; (address that changes it, address to share)."""
    page = agent.page
    agent.press("Enregistrer ce scénario")
    page.get_by_label("Titre").fill(titre)
    agent.press("Enregistrer")
    expect(page.get_by_role("heading", level=1)).to_have_text(titre)
    expect(page.get_by_label("Lien de modification (à garder pour vous)")).to_have_value(re.compile("/modifier/"))
    agent.check()
    return page.url, page.get_by_label("Lien à partager, pour lire seulement").input_value()


def compare_with_copy(agent: Visiteur, lire: str, titre: str) -> None:
    """Copy the scenario, and look at both side by side."""
    page = agent.page
    agent.press("Faire une copie")
    autre = page.get_by_label("Lien à partager, pour lire seulement").input_value()
    assert autre != lire
    page.goto(f"/scenarios/comparer?a={lire.rsplit('/', 1)[1]}&b={autre.rsplit('/', 1)[1]}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(titre)
    agent.check()


def comment(habitant: Visiteur, lire: str, titre: str) -> None:
    """Say which site would help; nobody else reads it yet."""
    page = habitant.page
    page.goto(lire)
    expect(page.get_by_role("heading", level=1)).to_have_text(titre)
    page.get_by_role("radio").first.check()
    page.get_by_label("Pourquoi ?").fill(PAROLE)
    page.wait_for_timeout(LECTURE_MS)
    habitant.press("Envoyer mon avis")
    expect(page.get_by_role("status")).to_be_visible()
    habitant.check()
    page.goto(lire)
    expect(page.get_by_text(PAROLE)).to_have_count(0)


def download_report(habitant: Visiteur) -> None:
    """From the published scenario to its report as a document."""
    habitant.page.get_by_role("link", name="Lire le rapport complet").click()
    pdf = habitant.page.get_by_role("link", name=re.compile("PDF")).first.get_attribute("href")
    reponse = habitant.page.request.get(pdf or "", timeout=60_000)
    assert reponse.status == HTTPStatus.OK
    assert reponse.body().startswith(b"%PDF")


def test_back_undoes_a_change_made_with_script(chromium: Browser, site_a_planifier: str) -> None:
    with visit(chromium, site_a_planifier, est_large=True) as agent:
        agent.page.goto(f"{TERRITOIRE}/simuler?cible=bibliotheque&minutes=10&genres=mairie")
        agent.press(re.compile(r"^Fermer\s: Bibliothèque de Commune 7"))
        expect(agent.page).to_have_url(re.compile("fermer"))
        expect(agent.page.get_by_text("Annuler le dernier changement")).to_be_visible()
        agent.page.go_back()
        expect(agent.page).not_to_have_url(re.compile("fermer"))
        expect(agent.page.get_by_text("Annuler le dernier changement")).to_have_count(0)
