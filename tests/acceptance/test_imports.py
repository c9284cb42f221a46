"""A file of a territory becomes places and goes away again: the site and its worker, in the browser, without script."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.acceptance.conftest import LARGEURS, run_axe
from tests.conftest import SECRET, Bases
from tests.factories.lieux import INSTANT, make_lieu
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.installation import superviseur
from tierslieux.lieux.models import FicheSource, Paire

ATTENTE_MS = 60_000
DEMARRAGE_MAX_S = 60
ENTETE = ["Réf", "Nom du lieu", "Type", "Adresse", "Code postal", "Ville", "Latitude", "Longitude", "Notes internes"]
# Invented words: no two places look alike, nor like any that exists.
NOMS = ["Kerboulou", "Fatimziri", "Dosnaplé", "Vugrémot", "Zébulaire", "Moltanric", "Pirsadoc", "Gontrébul"]


@dataclass
class Installation:
    """A site with its worker on a database of its own, and the private address to its pages of imports."""

    adresse: str
    lien: str
    base: str


@pytest.fixture(scope="module")
def installation(
    bases: Bases, modele_national: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Installation]:
    dossier = tmp_path_factory.mktemp("imports")
    base = bases.create(f"imports_{worker_id}", modele_national)
    port = 5700 + os.getpid() % 200
    environ = {
        **os.environ,
        "DATABASE_URL": bases.address(base).replace("+psycopg", "", 1),
        "TIERSLIEUX_SECRET_KEY": SECRET,
        "TIERSLIEUX_VAR_DIR": str(dossier),
        "TIERSLIEUX_TELECHARGEMENT": "0",
    }
    flask = [sys.executable, "-m", "flask"]
    adresse = f"http://127.0.0.1:{port}"
    with (dossier / "site.log").open("w") as journal:
        site = subprocess.Popen(
            [
                *(sys.executable, superviseur.__file__),
                *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "app:app"),
                *(superviseur.SEPARATEUR, *flask, "imports", "worker"),
            ],
            cwd=RACINE,
            env=environ,
            stdout=journal,
            stderr=journal,
        )
        try:
            _wait_for_worker(flask, environ, dossier / "site.log")
            lien = subprocess.run(
                [*flask, "imports", "lien", "--site", adresse],
                cwd=RACINE,
                env=environ,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            yield Installation(adresse, lien, bases.address(base))
        finally:
            site.terminate()
            assert site.wait(timeout=40) == 0
    bases.drop(base)


def _wait_for_worker(flask: list[str], environ: dict[str, str], journal: Path) -> None:
    fin = time.monotonic() + DEMARRAGE_MAX_S
    while time.monotonic() < fin:
        sortie = subprocess.run([*flask, "imports", "jobs"], cwd=RACINE, env=environ, capture_output=True, text=True)  # noqa: PLW1510  (it fails as long as the database is not migrated)
        if "worker: alive" in sortie.stdout:
            return
        time.sleep(0.5)
    pytest.fail(f"no worker: {journal.read_text(encoding='utf-8')}")


def write_xlsx(chemin: Path, marque: str) -> Path:
    """Eight places of Brest and one without a name."""
    classeur = xlsxwriter.Workbook(str(chemin))
    feuille = classeur.add_worksheet("Lieux")
    feuille.write_row(0, 0, ENTETE)
    for rang, nom in enumerate([*NOMS, ""]):
        ligne = [f"{marque}-{rang}", f"{nom} {marque}" if nom else "", "Fablab", f"{rang + 1} quai {NOMS[-rang]}"]
        feuille.write_row(rang + 1, 0, [*ligne, "29200", "Brest", 48.38 + rang / 200, -4.49 + rang / 300, "à revoir"])
    classeur.close()
    return chemin


@pytest.mark.parametrize("largeur", LARGEURS)
def test_from_an_excel_sheet_to_places_and_back_without_javascript(
    chromium: Browser, installation: Installation, tmp_path: Path, largeur: int
) -> None:
    marque = f"Zuk{largeur}"
    contexte = chromium.new_context(
        base_url=installation.adresse,
        viewport={"width": largeur, "height": 800},
        java_script_enabled=False,
        locale="fr-FR",
    )
    page = contexte.new_page()
    page.goto("/imports")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page est réservée")
    page.goto(installation.lien)
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gestion des imports")

    page.get_by_role("link", name="Donner un fichier").first.click()
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_text("Choisissez un fichier.")).to_be_visible()
    page.get_by_label("Votre fichier").set_input_files(write_xlsx(tmp_path / "lieux.xlsx", marque))
    page.get_by_label("Nom de la source").fill(f"Lieux inventés {marque}")
    page.get_by_label("Qui la produit").fill("Pays d’essai")
    page.get_by_role("button", name="Lire ce fichier").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que nous avons reconnu")
    expect(page.get_by_text("9 lignes, 9 colonnes.")).to_be_visible()
    expect(page.get_by_label("Nom du lieu", exact=True)).to_have_value("nom")
    expect(page.get_by_label("Notes internes")).to_have_value("")
    page.get_by_label("Notes internes").select_option(label="Présentation courte")
    page.get_by_role("button", name="Voir ce qui changerait").click()

    # The page reloads itself until the job has ended.
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui changerait", timeout=ATTENTE_MS)
    expect(page.get_by_role("row", name="Nouveaux lieux")).to_contain_text("8")
    expect(page.get_by_role("row", name="Total")).to_contain_text("9")
    page.get_by_role("link", name="Refusés (1)").click()
    expect(page.get_by_text("Le lieu n’a pas de nom")).to_be_visible()
    page.get_by_role("link", name="Retour à l’aperçu").click()
    page.get_by_role("button", name="Appliquer ces changements").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import appliqué", timeout=ATTENTE_MS)
    resultat = page.url

    page.get_by_role("link", name=f"Kerboulou {marque}, Brest").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Kerboulou {marque}")
    expect(page.get_by_text("à revoir").first).to_be_visible()
    lieu = page.url
    page.goto(f"/recherche?q=Kerboulou {marque}")
    expect(page.get_by_role("link", name=f"Kerboulou {marque}")).to_be_visible()

    page.goto(resultat)
    page.get_by_role("link", name="Annuler cet import").click()
    page.get_by_role("button", name="Oui, annuler cet import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import annulé")
    page.goto(f"/recherche?q=Kerboulou {marque}")
    expect(page.get_by_role("link", name=f"Kerboulou {marque}")).to_have_count(0)
    reponse = page.goto(lieu)
    assert reponse is not None
    assert reponse.status in {404, 410}

    page.goto("/imports")
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’accès est refermé")
    assert page.goto("/imports").status == 403  # type: ignore[union-attr]  # None is for a page already there
    contexte.close()


def check(page: Page, attendu: str) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    expect(page.get_by_role("heading", level=1)).to_have_text(attendu, timeout=ATTENTE_MS)
    for details in page.locator("details").all():
        details.evaluate("e => e.open = true")
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("largeur", "schema"), [(320, "light"), (360, "dark"), (1280, "light")])
def test_every_page_is_accessible(
    chromium: Browser, installation: Installation, tmp_path: Path, largeur: int, schema: str
) -> None:
    """With JavaScript, which axe needs; the progress then renews itself without loading the page again."""
    marque = f"Axe{largeur}"
    contexte = chromium.new_context(
        base_url=installation.adresse,
        viewport={"width": largeur, "height": 800},
        locale="fr-FR",
        color_scheme=schema,  # type: ignore[arg-type]  # one of the two parameters
        reduced_motion="reduce",
    )
    page = contexte.new_page()
    console: list[str] = []
    page.on("pageerror", lambda erreur: console.append(str(erreur)))
    page.goto("/imports")
    check(page, "Cette page est réservée")
    page.goto(installation.lien)
    check(page, "Ouvrir la gestion des imports")
    page.get_by_role("button", name="Ouvrir").click()
    check(page, "Gestion des imports")
    page.goto("/imports/nouveau")
    page.get_by_role("button", name="Lire ce fichier").click()
    check(page, "Donner un fichier")
    page.get_by_label("Votre fichier").set_input_files(write_xlsx(tmp_path / "lieux.xlsx", marque))
    page.get_by_label("Nom de la source").fill(f"Lieux inventés {marque}")
    page.get_by_label("Qui la produit").fill("Pays d’essai")
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que nous avons reconnu")
    page.get_by_label("Notes internes").select_option(label="Nom du lieu")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_text("est déjà pris par une autre colonne")).to_be_visible()
    check(page, "Ce que nous avons reconnu")
    page.get_by_label("Notes internes").select_option(label="Ne pas utiliser")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    if page.get_by_role("heading", level=1).text_content() == "Lecture du fichier":
        assert run_axe(page) == []
    check(page, "Ce qui changerait")
    page.get_by_role("link", name="Nouveaux (8)").click()
    check(page, "Nouveaux (8)")
    page.get_by_role("link", name="Refusés (1)").click()
    check(page, "Refusés (1)")
    page.get_by_role("link", name="Retour à l’aperçu").click()
    page.get_by_role("button", name="Appliquer ces changements").click()
    check(page, "Import appliqué")
    page.get_by_role("link", name="Annuler cet import").click()
    check(page, "Annuler cet import\u00a0?")
    page.get_by_role("button", name="Oui, annuler cet import").click()
    check(page, "Import annulé")
    page.goto("/imports")
    check(page, "Gestion des imports")
    page.get_by_role("button", name="Quitter").click()
    check(page, "L’accès est refermé")
    assert console == []
    contexte.close()


def lay_paire(base: str) -> int:
    """Two records that may be one place, waiting for a person; the number of their pair."""
    parts = {"base": -3.2, "nature": 1.6, "distance": 1.0, "adresse": 1.7}
    engine = create_engine_for(base)
    with session_factory(engine)() as session:
        lieux = [
            make_lieu(session, nom, source_id=source, adresse="2 rue du Port", commune_nom="Brest")
            for nom, source in (("Médiathèque Zubrille", "une"), ("Bibliothèque Zubrille", "autre"))
        ]
        fiches = select(FicheSource.id).where(FicheSource.lieu_id.in_([lieu.id for lieu in lieux]))
        a, b = sorted(session.scalars(fiches))
        paire = Paire(fiche_a_id=a, fiche_b_id=b, bande="a-revoir", score=1.1, parts=parts, vue_at=INSTANT)
        session.add(paire)
        session.commit()
        numero: int = paire.id
    engine.dispose()
    return numero


def test_pages_of_possible_duplicates_are_accessible(chromium: Browser, installation: Installation) -> None:
    numero = lay_paire(installation.base)
    contexte = chromium.new_context(base_url=installation.adresse, locale="fr-FR", reduced_motion="reduce")
    page = contexte.new_page()
    page.goto(installation.lien)
    page.get_by_role("button", name="Ouvrir").click()
    for adresse, titre in (("/imports/doublons", "Doublons possibles"), (f"/imports/doublons/{numero}", None)):
        page.goto(adresse)
        for largeur in (320, 768, 1280):
            page.set_viewport_size({"width": largeur, "height": 800})
            check(page, titre or page.locator("h1").inner_text())
    contexte.close()
