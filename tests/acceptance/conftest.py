"""A real server on a real database, and a real browser. Nothing outside this machine is ever asked for."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session

from tests.conftest import SECRET, Bases
from tests.factories.lieux import make_lieu, make_source
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.installation.cli import build_site_command
from tierslieux.lieux.publication import refresh_grappe

CHROMIUM = "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = RACINE / "node_modules/axe-core/axe.min.js"
LARGEURS = (360, 1280)
ATTENTE_S = 30
# The town hall of Brest; invented places are laid around it.
BREST_LON, BREST_LAT = -4.486, 48.390


def _lay_lieux(session: Session) -> None:
    """45 invented places around Brest, as rich and as poor as real ones, from two sources."""
    make_source(session, "services", libelle="France Services", producteur="Agence d’essai")
    make_source(session, "recensement", libelle="Tiers-lieux recensés en 2019", producteur="Commissariat d’essai")
    make_lieu(
        session,
        "France Services de Bellevue",
        source_id="services",
        lon=BREST_LON + 0.002,
        lat=BREST_LAT + 0.001,
        adresse="1 place Napoléon III",
        code_postal="29200",
        commune_nom="Brest",
        telephone="+33298000001",
        courriel="accueil@exemple.fr",
        site_web="https://exemple.fr/",
        horaires="Mo-Fr 09:00-12:00,14:00-17:00",
        services=["aide-aux-demarches-administratives", "acces-internet-et-materiel-informatique"],
        accompagnements=["accompagnement-individuel"],
        frais=["gratuit"],
        accessible=True,
        presentation="Un lieu d’accueil inventé : on y est aidé, sans rendez-vous.",
    )
    for rang in range(44):
        est_aide = rang % 2 == 0
        make_lieu(
            session,
            f"{'Espace public numérique' if est_aide else 'Fabrique partagée'} de Kérinou-le-Haut numéro {rang}",
            source_id="services" if est_aide else "recensement",
            lon=BREST_LON + 0.004 * (rang % 7) - 0.012,
            lat=BREST_LAT - 0.003 * (rang % 5) - 0.0005 * rang + 0.01,
            genres=("epn",) if est_aide else ("fablab", "coworking"),
            adresse=f"{rang} rue du Général-de-Gaulle",
            code_postal="29200",
            commune_nom="Brest",
            telephone="+33298000002" if rang % 3 else None,
            horaires="Tu-Sa 10:00-18:30" if est_aide else None,
            frais=["gratuit"] if rang % 4 == 0 else [],
        )
    make_lieu(session, "Mairie de Brest", lon=BREST_LON, lat=BREST_LAT, genres=("mairie",), commune_nom="Brest")
    session.flush()
    refresh_grappe(session)


@pytest.fixture(scope="session")
def base_parcours(bases: Bases, modele_national: str) -> str:
    """Address of a database with all territories of France and the invented places. Read only."""

    def remplir(url: str) -> None:
        engine = create_engine_for(url)
        with session_factory(engine)() as session:
            _lay_lieux(session)
            session.commit()
        engine.dispose()

    return bases.address(bases.build_once("parcours", lambda: modele_national, remplir))


@pytest.fixture(scope="session")
def site(base_parcours: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the running site, without final slash: gunicorn in a process of its own, as in production."""
    with socket.create_server(("127.0.0.1", 0)) as libre:
        port = libre.getsockname()[1]
    adresse = f"127.0.0.1:{port}"
    dossier = tmp_path_factory.mktemp("var")
    environ = {
        **os.environ,
        "DATABASE_URL": base_parcours.replace("+psycopg", "", 1),
        "TIERSLIEUX_SECRET_KEY": SECRET,
        "TIERSLIEUX_VAR_DIR": str(dossier),
        "TIERSLIEUX_TELECHARGEMENT": "0",
    }
    commande = build_site_command("127.0.0.1", port, workers=1, threads=4)
    with (dossier / "serveur.log").open("w") as journal:
        serveur = subprocess.Popen(commande, cwd=RACINE, env=environ, stdout=journal, stderr=journal)
        try:
            _wait_for(f"http://{adresse}/sante", dossier / "serveur.log")
            yield f"http://{adresse}"
        finally:
            serveur.terminate()
            serveur.wait(timeout=10)


def _wait_for(adresse: str, journal: Path) -> None:
    for _ in range(ATTENTE_S * 10):
        try:
            if httpx.get(adresse, timeout=5).status_code == HTTPStatus.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the site does not answer: {journal.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: run `make test`, whose set-up installs it")
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield navigateur
        navigateur.close()


@dataclass
class Visite:
    """A visitor: their page, and what went on behind it."""

    page: Page
    contexte: BrowserContext
    console: list[str] = field(default_factory=list)
    demandes: list[str] = field(default_factory=list)

    def check(self, site: str) -> None:
        """No error on the console, no cookie, and nothing asked of another host."""
        assert self.console == []
        hote = urlsplit(site).netloc
        ailleurs = [url for url in self.demandes if urlsplit(url).netloc != hote and not url.startswith("data:")]
        assert ailleurs == []
        assert self.contexte.cookies() == []


Ouvrir = Callable[..., Visite]


@pytest.fixture
def ouvrir(chromium: Browser, site: str) -> Iterator[Ouvrir]:
    """Open a visit: `largeur` in pixels, `script` for JavaScript; checked and closed at the end of the test."""

    @contextmanager
    def visiter(largeur: int, *, script: bool, **options: Any) -> Iterator[Visite]:
        contexte = chromium.new_context(
            base_url=site,
            viewport={"width": largeur, "height": 800},
            java_script_enabled=script,
            locale="fr-FR",
            reduced_motion="reduce",
            **options,
        )
        visite = Visite(contexte.new_page(), contexte)
        visite.page.on("console", lambda m: visite.console.append(m.text) if m.type in {"error", "warning"} else None)
        visite.page.on("pageerror", lambda erreur: visite.console.append(str(erreur)))
        visite.page.on("request", lambda demande: visite.demandes.append(demande.url))
        yield visite
        contexte.close()

    with ExitStack() as pile:
        visites: list[Visite] = []

        def entrer(largeur: int, *, script: bool = True, **options: Any) -> Visite:
            visite = pile.enter_context(visiter(largeur, script=script, **options))
            visites.append(visite)
            return visite

        yield entrer
        for visite in visites:
            visite.check(site)


def run_axe(page: Page) -> list[str]:
    """Violations that axe-core finds, one line each: WCAG 2.0 to 2.2, levels A and AA, and best practice."""
    if not AXE.exists():
        pytest.fail(f"{AXE} is missing: run `make test`, whose set-up fetches it")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    resultat = page.evaluate(
        """() => axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            rules: {"target-size": {enabled: true}},
            resultTypes: ["violations"],
        })"""
    )
    return [
        f"{faute['id']}: {noeud['html'][:160]} — {noeud.get('failureSummary', '')[:200]}"
        for faute in resultat["violations"]
        for noeud in faute["nodes"]
    ]
