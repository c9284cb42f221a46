"""Pages of tables and of long computations in a browser: a file given and kept, a computation followed to its plan."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from tests.acceptance.conftest import run_axe
from tests.conftest import build_settings
from tests.factories.planification import make_territoire_a_planifier
from tierslieux import create_app
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.extensions import CLE, Etat
from tierslieux.planification.calculs import services as calculs
from tierslieux.planification.taches import _Travail
from tierslieux.trajets.choix import build_choix

TABLES = "/territoires/departement/29/tables"
RAPPORT = "/territoires/departement/29/ouvrir/rapport?sites=2&minutes=8"


@pytest.fixture
def site(base_neuve: str, tmp_path: Path) -> Iterator[tuple[str, sessionmaker[Session]]]:
    """(address of a site of a small invented territory, its sessions)."""
    moteur = create_engine_for(base_neuve)
    fabrique = session_factory(moteur)
    with fabrique() as session:
        make_territoire_a_planifier(session)
        session.commit()
    app = create_app(build_settings(base_neuve, tmp_path))
    serveur = make_server("127.0.0.1", 0, app, threaded=True)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}", fabrique
    serveur.shutdown()
    fil.join()
    serveur.server_close()
    etat: Etat = app.extensions[CLE]
    for la in (etat.session_factory.kw["bind"], moteur):
        la.dispose()


def check(page: Page, titre: str) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(titre)
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# In the process of the test, Flask-Compress leaves it to the collector to close the static files that it has read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_from_a_table_to_a_computed_plan(chromium: Browser, site: tuple[str, sessionmaker[Session]], tmp_path) -> None:
    adresse, fabrique = site
    contexte = chromium.new_context(base_url=adresse, viewport={"width": 360, "height": 800}, locale="fr-FR")
    page = contexte.new_page()
    page.goto(TABLES)
    check(page, "Vos tables")
    fichier = tmp_path / "besoins.csv"
    fichier.write_text("code commune;personnes\n29001;120\n29002;80\n99999;5\n", encoding="utf-8")
    page.get_by_label("Votre fichier").set_input_files(fichier)
    page.get_by_role("button", name="Lire ce fichier").click()
    check(page, "besoins.csv")
    page.get_by_role("button", name="Oui, garder").click()
    check(page, "besoins.csv")
    expect(page.get_by_role("link", name="Chercher où ouvrir")).to_be_visible()

    jeton = page.locator("input[name=csrf_token]").first.input_value()
    champs = {"csrf_token": jeton, "niveau": "departement", "code": "29", "sites": "2", "minutes": "8"}
    attente = contexte.request.post("/calculs", form=champs, headers={"Referer": adresse}).url
    page.goto(attente)
    check(page, "Calcul en attente")
    with fabrique() as session:
        calcul = calculs.get_calcul(session, attente.rsplit("/", 1)[1])
    choix = build_choix(build_settings(str(fabrique.kw["bind"].url), tmp_path))
    _Travail(fabrique, choix, lambda: False).run(calcul.public_id, calcul.job_id)
    # The page looks again by itself.
    check(page, "Calcul terminé")
    page.goto(RAPPORT)
    check(page, "Où ouvrir de nouveaux lieux")
    contexte.close()
