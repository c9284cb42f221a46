"""The report of a plan or a scenario over HTTP and by its command; the same bytes from two databases."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.conftest import Bases
from tests.factories.couverture import NOW, OUEST, PAS_DEG, SUD, get_code, make_pays
from tests.factories.lieux import make_lieu
from tests.factories.planification import Lieux, make_territoire_a_planifier
from tests.factories.scenarios import build_etude, make_scenario
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.memoire import Memoire
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture.calcul import compute
from tierslieux.indicateurs.models import ValeurIndicateur
from tierslieux.lieux.models import Lieu
from tierslieux.planification import services
from tierslieux.planification.etude import Etude
from tierslieux.planification.rapports import donnees as rapport_donnees
from tierslieux.planification.rapports.carte import render_carte
from tierslieux.planification.rapports.donnees import read_donnees
from tierslieux.planification.rapports.fichiers import render_fichier, render_rapport_pdf
from tierslieux.planification.rapports.rapport import build_rapport
from tierslieux.territoires.enums import Niveau

RAPPORT = "/territoires/departement/29/ouvrir/rapport"
# The two town halls that newly serve most people in need within 10 minutes serve 390 of them: see test_ouvrir.py.
QUESTION = "minutes=10&sites=2&genres=mairie"
ETUDE, _ = Etude.from_args(Niveau.DEPARTEMENT, "29", {"minutes": ["10"], "sites": ["2"], "genres": ["mairie"]})


@pytest.fixture
def lieux(session: Session) -> Lieux:
    return make_territoire_a_planifier(session)


def read(page: str) -> str:
    """Text of a page, in ordinary spaces."""
    nu = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", nu.replace("\u202f", " ").replace("\u00a0", " "))


@pytest.mark.usefixtures("lieux")
def test_page_document_figures_and_map_tell_one_plan(client: FlaskClient) -> None:
    page = client.get(f"{RAPPORT}?{QUESTION}")
    assert page.status_code == 200
    texte = read(page.text)
    assert "environ 390 personnes en illectronisme" in texte
    assert "Aucune autre liste de 2 lieux ne fait mieux." in texte
    chiffres = json.loads(client.get(f"{RAPPORT}.json?{QUESTION}").text)
    assert chiffres["plan"]["gain"]["valeur"] == pytest.approx(390.0)
    assert chiffres["digest"] in texte
    document = client.get(f"{RAPPORT}.pdf?{QUESTION}")
    assert document.mimetype == "application/pdf"
    lecteur = PdfReader(io.BytesIO(document.data))
    assert "En une page" in lecteur.pages[0].extract_text()
    assert "La question posée" not in lecteur.pages[0].extract_text()
    assert chiffres["digest"][:12] in lecteur.pages[0].extract_text()
    carte = client.get(RAPPORT.replace("rapport", "carte.html") + f"?{QUESTION}")
    assert "attachment" in carte.headers["Content-Disposition"]
    assert "nouveau lieu (2)" in carte.text
    assert "sandbox" in carte.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("lieux")
def test_nonsense_has_a_clear_sentence(client: FlaskClient) -> None:
    for question, phrase in (
        ("sites=400", "400 sites sont demandés et 8 candidats sont possibles."),
        ("budget=-3", "« budget » vaut « -3 » ; attendu : un nombre de 0"),
        ("genres=", "0 bâtiment candidat pour ce territoire"),
        ("zone=0,0+1,0+1,1", "0 bâtiment candidat pour ce territoire"),
        ("table=inconnue", "le code d’une table déposée pour ce territoire"),
    ):
        for suite in ("rapport", "rapport.pdf", "rapport.json", "carte.html"):
            reponse = client.get(f"{RAPPORT.removesuffix('rapport')}{suite}?{question}")
            assert reponse.status_code == 422
            assert phrase in read(reponse.text)
    for adresse in ("/territoires/departement/99", "/territoires/galaxie/29", "/territoires/commune/%C3%A9"):
        assert client.get(f"{adresse}/ouvrir/rapport").status_code == 404


def test_a_scenario_has_its_report(client: FlaskClient, session: Session, lieux: Lieux) -> None:
    etude = build_etude(lieux.mairies[12].public_id)
    scenario, _ = make_scenario(session, etude, titre="Ouvrir au nord")
    page = client.get(f"/scenarios/{scenario.public_id}/rapport")
    assert "<h1>Ouvrir au nord</h1>" in page.text
    assert "Une présentation." in page.text
    assert "Pour comparaison, le meilleur choix de 1 lieu" in read(page.text)
    document = client.get(f"/scenarios/{scenario.public_id}/rapport.pdf")
    assert "Ouvrir au nord" in PdfReader(io.BytesIO(document.data)).pages[0].extract_text()
    assert "nouveau lieu (1)" in client.get(f"/scenarios/{scenario.public_id}/carte.html").text
    assert client.get("/scenarios/absent/rapport.pdf").status_code == 404


@pytest.mark.usefixtures("lieux")
def test_the_command_writes_files_and_prints_their_digests(cli_runner: FlaskCliRunner, tmp_path: Path) -> None:
    options = ["--territoire", "departement:29", "--minutes", "10", "--sites", "2", "--candidats", "mairie"]
    resultat = cli_runner.invoke(args=["planification", "report", *options, "--sortie", str(tmp_path)])
    assert resultat.exit_code == 0, resultat.output
    lignes = dict(reversed(ligne.split("  ")) for ligne in resultat.output.splitlines())
    for nom in ("rapport.html", "rapport.pdf", "rapport.json", "carte.html"):
        assert hashlib.sha256((tmp_path / nom).read_bytes()).hexdigest() == lignes[nom]
    assert json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))["digest"] == lignes["report"]
    refus = cli_runner.invoke(
        args=["planification", "report", *options[:2], "--sites", "99", "--sortie", str(tmp_path)]
    )
    assert refus.exit_code == 1
    assert "99 sites sont demandés" in refus.output


# --- Two databases ---------------------------------------------------------------------------------------------------


def fill(session: Session, ordre: Sequence[int], now: dt.datetime, decalage: int) -> None:
    """The same country, its places made in another order, at another time, with other internal numbers."""
    session.execute(text("SELECT setval('territoire_id_seq', :d), setval('lieu_id_seq', :d)"), {"d": decalage})
    make_pays(session)
    aide = {"genres": ("france-services",), "commune_code": get_code(0), "lon": OUEST + 0.02, "lat": SUD + 0.02}
    specs = [("aide", aide)] + [
        (
            f"mairie{rang}",
            {
                "genres": ("mairie",),
                "commune_code": get_code(rang),
                "lon": round(OUEST + rang % 4 * PAS_DEG + 0.02, 4),
                "lat": round(SUD + rang // 4 * PAS_DEG + 0.035, 4),
            },
        )
        for rang in range(16)
    ]
    for rang in ordre:
        nom, champs = specs[rang]
        make_lieu(session, nom, **champs).public_id = nom  # type: ignore[arg-type]
    session.flush()
    compute(session, None, now=now, progress=ignore_progress)


def render(session: Session, app: Flask) -> dict[str, bytes]:
    """The files of the report, computed anew."""
    with (
        patch.object(services, "_PLANS", Memoire(1)),
        patch.object(rapport_donnees, "_SENSIBILITES", Memoire(1)),
    ):
        donnees = read_donnees(session, ETUDE)
    rapport = build_rapport(donnees)
    carte = render_carte(donnees)
    assert carte is not None
    return {
        "html": render_fichier(app.jinja_env, rapport).encode(),
        "pdf": render_rapport_pdf(app.jinja_env, rapport),
        "json": rapport.to_json().encode(),
        "carte": carte.encode(),
    }


def test_two_databases_filled_in_another_order_give_the_same_bytes(bases: Bases, modele: str, app: Flask) -> None:
    rendus, digests = [], []
    plus_tard = NOW + dt.timedelta(days=40, seconds=12)
    for ordre, now, decalage in ((range(17), NOW, 1), (range(16, -1, -1), plus_tard, 5_000)):
        nom = bases.create(f"rapport_{uuid4().hex[:8]}", modele)
        moteur = create_engine_for(bases.address(nom))
        try:
            with session_factory(moteur)() as session:
                fill(session, ordre, now, decalage)
                session.commit()
                rendus.append(render(session, app))
                digests.append(build_rapport(read_donnees(session, ETUDE)).digest)
                if len(rendus) == 2:
                    digests += [*_change_each(session)]
        finally:
            moteur.dispose()
            bases.drop(nom)
    for nom_fichier, contenu in rendus[0].items():
        assert contenu == rendus[1][nom_fichier], nom_fichier
    # One place moved by 100 m, then one need more: each is another report.
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def _change_each(session: Session) -> list[str]:
    """Digests after a place has moved, then after the need of one commune has grown."""
    changes = []
    lieu = session.scalars(select(Lieu).where(Lieu.nom == "mairie5")).one()
    lieu.geom = f"SRID=4326;POINT({OUEST + PAS_DEG + 0.021} {SUD + PAS_DEG + 0.035})"
    session.flush()
    compute(session, None, now=NOW + dt.timedelta(days=41), progress=ignore_progress)
    changes.append(build_rapport(read_donnees(session, ETUDE)).digest)
    valeurs = session.scalars(
        select(ValeurIndicateur).where(
            ValeurIndicateur.code == get_code(5), ValeurIndicateur.indicateur.in_(("part_illectronisme",))
        )
    )
    for valeur in valeurs:
        valeur.valeur += 0.01
    session.flush()
    compute(session, None, now=NOW + dt.timedelta(days=42), progress=ignore_progress)
    changes.append(build_rapport(read_donnees(session, ETUDE)).digest)
    return changes
