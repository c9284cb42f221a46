"""The pages of a run: each page and each button, the right way and every wrong one."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import tomllib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tests.factories.depots import do_job, make_depot, set_job
from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import write_lieux
from tierslieux.extensions import CLE
from tierslieux.imports import services
from tierslieux.imports.depots import depots, forms
from tierslieux.imports.depots.acces import build_jeton
from tierslieux.imports.models import Depot
from tierslieux.lieux.models import Execution, Lieu

ENTETE = ["Réf", "Nom du lieu", "Adresse", "Code INSEE", "Latitude", "Longitude", "Notes"]
LIEUX = [
    ["T1", "Kerboulou", "1 rue Lavosti", "29019", "48,381", "-4,49", "a"],
    ["T2", "Fatimziri", "2 quai Moltanric", "29019", "48,391", "-4,48", "b"],
    ["T3", "Dosnaplé", "3 place Pirsadoc", "29019", "48,401", "-4,47", ""],
    ["T4", "", "4 rue Gontrébul", "29019", "48,411", "-4,46", "sans nom"],
]
DECLARE = {"source": "", "libelle": "Lieux du Trégor", "producteur": "Pays d’essai", "licence": "ODbL 1.0"}


def build_csv(lignes: list[list[str]] = LIEUX) -> bytes:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";").writerows([ENTETE, *lignes])
    return tampon.getvalue().encode()


@pytest.fixture(autouse=True)
def _petit_referentiel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "load_communes", lambda _: REFERENTIEL)


class Visiteur:
    """Somebody who holds a private address."""

    def __init__(self, app: Flask, fabrique: sessionmaker[Session]) -> None:
        self.app, self.fabrique = app, fabrique
        self.client = app.test_client()
        with app.app_context():
            self.lien = f"/imports/acces/{build_jeton(jours=1, now=dt.datetime.now(dt.UTC))}"
        self.jeton = ""
        self.get(self.lien)
        self.post(self.lien)

    def get(self, adresse: str) -> TestResponse:
        """Open a page, and keep its token."""
        reponse = self.client.get(adresse)
        trouve = re.search(r'name="csrf_token" value="([^"]+)"', reponse.text)
        self.jeton = trouve[1] if trouve else self.jeton
        return reponse

    def post(self, adresse: str, **champs: Any) -> TestResponse:
        """Send a form with the token of the last page."""
        return self.client.post(adresse, data={"csrf_token": self.jeton} | champs)

    def give(self, contenu: bytes, nom: str = "lieux.csv", **champs: Any) -> TestResponse:
        """Give a file as a new source."""
        self.get("/imports/nouveau")
        return self.post("/imports/nouveau", fichier=(io.BytesIO(contenu), nom), **(DECLARE | champs))

    def work(self, adresse: str) -> TestResponse:
        """Do the job that an import waits for, and open its page."""
        settings = self.app.extensions[CLE].settings
        do_job(self.fabrique, settings, adresse.rpartition("/")[2])
        return self.get(adresse)

    def choose(self, adresse: str, **changements: str) -> TestResponse:
        """Send the columns as the page proposes them, but for those named here."""
        page = self.get(adresse).text
        champs = {}
        for nom, corps in re.findall(r'<select id="(colonne-\d+)".*?>(.*?)</select>', page, re.DOTALL):
            choisie = re.search(r'<option value="([^"]*)" selected', corps)
            champs[nom] = choisie[1] if choisie else ""
        return self.post(f"{adresse}/colonnes", **(champs | changements))

    def preview(self, contenu: bytes = b"", **champs: Any) -> str:
        """Give a file and have it read; the address of its import."""
        adresse = self.give(contenu or build_csv(), **champs).location
        self.choose(adresse)
        self.work(adresse)
        return adresse

    def apply(self, adresse: str, **champs: str) -> TestResponse:
        """Press the button of the preview."""
        vu = re.search(r'name="vu" value="([^"]+)"', self.get(adresse).text)
        return self.post(f"{adresse}/appliquer", vu=vu[1] if vu else "", **champs)


@pytest.fixture
def visiteur(app: Flask, fabrique: sessionmaker[Session]) -> Visiteur:
    return Visiteur(app, fabrique)


def read(reponse: TestResponse) -> str:
    """The text of a page, its spaces made ordinary."""
    texte = unescape(re.sub(r"<[^>]+>", " ", reponse.text.split("<main", 1)[1]))
    return re.sub(r"\s+", " ", texte)


def send_large(client: FlaskClient, octets: int) -> TestResponse:
    """A form whose file has so many bytes, from memory: the test client's own temporary file would be left open."""
    tete = b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="x.csv"\r\n\r\n'
    corps = tete + b"x" * octets + b"\r\n--x--\r\n"
    return client.post("/imports/nouveau", data=corps, content_type="multipart/form-data; boundary=x")


def count(session: Session, table: type) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_from_a_file_to_places_and_back(visiteur: Visiteur, session: Session) -> None:
    reponse = visiteur.give(build_csv())
    assert reponse.status_code == 303
    adresse = reponse.location
    reconnu = visiteur.get(adresse)
    page = read(reconnu)
    assert "Ce que nous avons reconnu" in page
    assert "point-virgule" in page
    assert "4 lignes, 7 colonnes" in page
    assert "Par exemple : Kerboulou · Fatimziri · Dosnaplé" in page
    assert reconnu.headers["Cache-Control"] == "no-store"

    assert visiteur.choose(adresse).location == adresse
    attente = visiteur.get(adresse)
    assert "Lecture du fichier" in read(attente)
    assert '<meta http-equiv="refresh" content="2">' in attente.text
    assert "Le traitement est arrêté." in read(attente)  # no worker lives in this test

    apercu = read(visiteur.work(adresse))
    assert "Nouveaux lieux 3" in apercu
    assert "Lignes refusées 1" in apercu
    assert "Total : lignes lues 4" in apercu
    assert count(session, Lieu) == 0
    nouveaux = read(visiteur.get(f"{adresse}/lignes/creee"))
    assert "Nouveaux (3)" in nouveaux
    assert "1 rue Lavosti" in nouveaux
    refuses = read(visiteur.get(f"{adresse}/lignes/rejetee"))
    assert "Le lieu n’a pas de nom : renseignez-le." in refuses
    fichier = visiteur.get(f"{adresse}/rejets.csv")
    assert fichier.mimetype == "text/csv"
    assert "5;NOM_MANQUANT" in fichier.text

    assert visiteur.apply(adresse).location == adresse
    resultat = visiteur.work(adresse)
    assert "Import appliqué" in read(resultat)
    assert "Fatimziri, Brest" in read(resultat)
    assert count(session, Lieu) == 3
    lien = re.search(r'href="(/imports/executions/\d+/annuler)"', resultat.text)
    assert lien is not None

    confirmation = read(visiteur.get(lien[1]))
    assert "4 lignes lues, 3 nouveaux et 1 refusé." in confirmation
    assert session.scalar(select(func.count()).where(Lieu.statut == "publie")) == 3
    assert visiteur.post(lien[1]).location == adresse
    assert "Import annulé" in read(visiteur.get(adresse))
    session.expire_all()
    assert session.scalar(select(func.count()).where(Lieu.statut == "publie")) == 0
    assert "appliqué, puis annulé" in read(visiteur.get("/imports"))
    # Undone once, it cannot be undone again.
    assert "Il est déjà annulé." in read(visiteur.get(lien[1]))
    assert visiteur.post(lien[1]).status_code == 409


def test_an_excel_sheet_is_recognised_too(visiteur: Visiteur, tmp_path: Path) -> None:
    chemin = tmp_path / "lieux.xlsx"
    classeur = xlsxwriter.Workbook(str(chemin))
    feuille = classeur.add_worksheet("Lieux")
    for rang, ligne in enumerate([ENTETE, *LIEUX]):
        feuille.write_row(rang, 0, ligne)
    classeur.close()
    page = read(visiteur.get(visiteur.give(chemin.read_bytes(), "lieux.xlsx").location))
    assert "XLSX" in page
    assert "Feuille Lieux" in page


def test_another_edition_changes_places_field_by_field(visiteur: Visiteur, session: Session) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    visiteur.work(adresse)
    source_id = session.scalar(select(Depot.source_id))
    lignes = [[*LIEUX[0][:2], "12 rue Nouvelle", *LIEUX[0][3:]], *LIEUX[1:3]]
    adresse = visiteur.give(build_csv(lignes), source=source_id).location
    assert "Lieux du Trégor, fichier lieux.csv" in read(visiteur.get(adresse))
    visiteur.choose(adresse)
    page = read(visiteur.work(adresse))
    assert "Lieux modifiés 1" in page
    assert "Lieux inchangés 2" in page
    page = read(visiteur.get(f"{adresse}/lignes/modifiee"))
    assert "Adresse 1 rue Lavosti 12 rue Nouvelle" in page


@pytest.mark.parametrize(
    ("contenu", "nom", "message"),
    [
        (b"", "vide.csv", "Ce fichier est vide."),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "photo.png", "Ce fichier ne peut pas être lu"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" * 20, "lieux.pdf", "Ce fichier ne peut pas être lu"),
        (b"PK\x03\x04" + b"\x00" * 100, "lieux.xlsx", "Ce fichier ne peut pas être lu"),
        (b"{}", "lieux.json", "Ce fichier ne peut pas être lu"),
    ],
)
def test_a_file_of_the_wrong_kind_is_told_beside_its_field_and_nothing_typed_is_lost(
    visiteur: Visiteur, session: Session, contenu: bytes, nom: str, message: str
) -> None:
    reponse = visiteur.give(contenu, nom)
    assert reponse.status_code == 422
    assert re.search(rf'id="fichier-erreur">[^<]*{message}', reponse.text), read(reponse)
    assert 'aria-describedby="fichier-aide fichier-erreur" aria-invalid="true"' in reponse.text
    assert 'value="Lieux du Trégor"' in reponse.text
    assert 'value="Pays d’essai"' in reponse.text
    assert "<option selected>ODbL 1.0</option>" in reponse.text
    assert count(session, Depot) == 0


def test_no_file_and_no_name_are_told_each_beside_its_field(visiteur: Visiteur) -> None:
    visiteur.get("/imports/nouveau")
    reponse = visiteur.post("/imports/nouveau", source="", libelle=" ", producteur="", licence="ODbL 1.0")
    assert reponse.status_code == 422
    for champ in ("fichier", "libelle", "producteur"):
        assert f'id="{champ}-erreur"' in reponse.text
    inconnue = visiteur.give(build_csv(), source="licorne")
    assert inconnue.status_code == 422
    assert 'id="source-erreur"' in inconnue.text


def test_a_file_that_is_a_little_too_large_keeps_what_was_typed(
    visiteur: Visiteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "OCTETS_MAX", 100)
    reponse = visiteur.give(build_csv())
    assert reponse.status_code == 422
    assert "trop gros : 20 Mo au plus" in read(reponse)
    assert 'value="Lieux du Trégor"' in reponse.text


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(visiteur: Visiteur) -> None:
    visiteur.get("/imports/nouveau")
    reponse = send_large(visiteur.client, 21_000_000)
    assert reponse.status_code == 413
    assert "trop gros : 20 Mo au plus" in read(reponse)


def test_large_bodies_stay_closed_to_those_without_access(client: FlaskClient) -> None:
    assert send_large(client, 2_000_000).status_code == 413


@pytest.mark.parametrize(
    ("changements", "messages"),
    [
        ({"colonne-1": ""}, ["Dites quelle colonne contient le nom des lieux."]),
        ({"colonne-2": "nom"}, ["« Nom du lieu » est déjà pris par une autre colonne"]),
        ({"colonne-4": ""}, ["La longitude et la latitude vont ensemble"]),
        ({"colonne-6": "licorne"}, ["Choisissez dans la liste."]),
        ({"colonne-1": "", "colonne-6": "licorne"}, ["Dites quelle colonne", "Choisissez dans la liste."]),
    ],
)
def test_columns_that_make_no_sense_are_told_and_the_others_kept(
    visiteur: Visiteur, session: Session, changements: dict[str, str], messages: list[str]
) -> None:
    adresse = visiteur.give(build_csv()).location
    reponse = visiteur.choose(adresse, **changements)
    assert reponse.status_code == 422
    for message in messages:
        assert message in read(reponse)
    assert '<option value="commune_code" selected>' in reponse.text
    assert count(session, Depot) == 1
    assert session.scalar(select(Depot.etat)) == "recu"


def test_columns_can_be_changed_after_the_preview(visiteur: Visiteur) -> None:
    adresse = visiteur.preview()
    colonnes = f"{adresse}/colonnes"
    assert "Ce que nous avons reconnu" in read(visiteur.get(colonnes))
    page = visiteur.get(colonnes).text
    champs = dict(re.findall(r'<select id="(colonne-\d+)".*?<option value="([^"]*)" selected', page, re.DOTALL))
    assert visiteur.post(colonnes, **(champs | {"colonne-2": "", "colonne-6": "presentation"})).location == adresse
    visiteur.work(adresse)
    page = read(visiteur.get(f"{adresse}/lignes/creee"))
    assert "1 rue Lavosti" not in page
    assert "Présentation" in page
    declaration = tomllib.loads(visiteur.get(f"{adresse}/source.toml").text)
    assert declaration["libelle"] == "Lieux du Trégor"
    assert declaration["licence"] == "ODbL 1.0"
    assert declaration["colonnes"]["presentation"] == "Notes"
    assert "adresse" not in declaration["colonnes"]


def test_a_column_without_identifier_is_replaced_by_name_and_address(visiteur: Visiteur) -> None:
    adresse = visiteur.give(build_csv()).location
    visiteur.choose(adresse, **{"colonne-0": ""})
    assert "Nouveaux lieux 3" in read(visiteur.work(adresse))
    assert tomllib.loads(visiteur.get(f"{adresse}/source.toml").text)["colonnes"]["identifiant"]["empreinte"]


def test_a_refused_file_says_why_and_another_takes_its_place(
    visiteur: Visiteur, session: Session, tmp_path: Path
) -> None:
    depot = make_depot(session, b"un;deux\n1;2\n")
    depots.start_lecture(session, depot.cle, now=dt.datetime.now(dt.UTC))
    session.commit()
    adresse = f"/imports/depots/{depot.cle}"
    page = read(visiteur.work(adresse))
    assert "Ce fichier n’a pas pu être pris" in page
    assert "colonnes absentes" in page
    vide = visiteur.post(f"{adresse}/fichier", fichier=(io.BytesIO(b""), "vide.csv"))
    assert vide.status_code == 422
    assert "Ce fichier est vide." in read(vide)
    bon = write_lieux(tmp_path / "l.csv", [{"id": "1", "nom": "Kerboulou"}]).read_bytes()
    assert visiteur.post(f"{adresse}/fichier", fichier=(io.BytesIO(bon), "bon.csv")).location == adresse
    visiteur.get(adresse)
    visiteur.post(f"{adresse}/colonnes")
    apercu = read(visiteur.work(adresse))
    assert "Nouveaux lieux 1" in apercu, apercu


def test_a_file_that_looks_like_a_known_source_can_join_it(visiteur: Visiteur, session: Session) -> None:
    entete = "latitude;longitude;nom;commune;type;insee\n"
    make = make_depot(
        session,
        entete.encode(),
        source_id="essai",
        correspondance={"id": "essai", "libelle": "Essai", "colonnes": {}},
        proposition={"source_id": "tiers-lieux-cget", "lues": 0, "colonnes": [], "premieres": []},
    )
    session.commit()
    adresse = f"/imports/depots/{make.cle}"
    assert "Ce fichier ressemble à une source connue" in read(visiteur.get(adresse))
    assert visiteur.post(f"{adresse}/source", source="licorne").status_code == 404
    assert visiteur.post(f"{adresse}/source", source="tiers-lieux-cget").location == adresse
    page = read(visiteur.get(adresse))
    assert "Les colonnes de cette source sont déjà connues" in page
    assert "ressemble à une source connue" not in page


def test_a_file_given_as_new_that_is_another_edition_is_noticed(visiteur: Visiteur, session: Session) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    visiteur.work(adresse)
    source_id = session.scalar(select(Depot.source_id))
    adresse = visiteur.give(build_csv(LIEUX[:3]), libelle="Lieux du Trégor 2027").location
    assert "Ses colonnes sont celles de « Lieux du Trégor »" in read(visiteur.get(adresse))
    visiteur.post(f"{adresse}/source", source=source_id)
    visiteur.choose(adresse)
    assert "Lieux inchangés 3" in read(visiteur.work(adresse))


def test_a_large_loss_is_shown_and_must_be_accepted(visiteur: Visiteur, session: Session) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    visiteur.work(adresse)
    source_id = session.scalar(select(Depot.source_id))
    adresse = visiteur.preview(build_csv(LIEUX[:1]), source=source_id)
    page = read(visiteur.get(adresse))
    assert "Attention : 67 % des lieux de cette source ne sont plus dans le fichier." in page
    assert "2 lieux de cette source ne sont plus dans le fichier (67 %)" in page
    refus = visiteur.apply(adresse)
    assert refus.status_code == 422
    assert 'id="accepter-erreur"' in refus.text
    assert visiteur.apply(adresse, accepter_pertes="1").location == adresse
    assert "Import appliqué" in read(visiteur.work(adresse))


def test_a_button_pressed_twice_starts_one_import(visiteur: Visiteur, session: Session) -> None:
    adresse = visiteur.preview()
    vu = re.search(r'name="vu" value="([^"]+)"', visiteur.get(adresse).text)
    assert vu is not None
    assert visiteur.post(f"{adresse}/appliquer", vu=vu[1]).status_code == 303
    second = visiteur.post(f"{adresse}/appliquer", vu=vu[1])
    assert second.status_code == 409
    assert "Cette page n’est plus à jour" in read(second)
    assert f'href="{adresse}"' in second.text
    visiteur.work(adresse)
    assert visiteur.post(f"{adresse}/appliquer", vu=vu[1]).status_code == 409
    assert session.scalar(select(func.count()).where(Execution.statut == "reussie")) == 1


def test_an_old_tab_does_not_apply_what_it_did_not_show(visiteur: Visiteur) -> None:
    adresse = visiteur.preview()
    vu = re.search(r'name="vu" value="([^"]+)"', visiteur.get(adresse).text)
    assert vu is not None
    visiteur.post(f"{adresse}/relire")
    visiteur.work(adresse)
    assert visiteur.post(f"{adresse}/appliquer", vu=vu[1]).status_code == 409
    assert visiteur.post(f"{adresse}/appliquer").status_code == 409


@pytest.mark.parametrize("action", ["colonnes", "relire", "arreter", "fichier"])
def test_nothing_moves_what_is_applied(visiteur: Visiteur, action: str) -> None:
    adresse = visiteur.preview()
    visiteur.get(adresse)
    page = visiteur.get(f"{adresse}/colonnes").text
    champs = dict(re.findall(r'<select id="(colonne-\d+)".*?<option value="([^"]*)" selected', page, re.DOTALL))
    visiteur.apply(adresse)
    visiteur.work(adresse)
    fichier = {"fichier": (io.BytesIO(build_csv()), "l.csv")} if action == "fichier" else {}
    assert visiteur.post(f"{adresse}/{action}", **champs, **fichier).status_code == 409
    assert "Import appliqué" in read(visiteur.get(adresse))


def test_an_import_is_given_up_and_taken_up_again(visiteur: Visiteur) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    page = read(visiteur.get(visiteur.post(f"{adresse}/arreter").location))
    assert "Import abandonné" in page
    assert "Arrêté à votre demande : rien n’a changé." in page
    visiteur.post(f"{adresse}/relire")
    assert "Ce qui changerait" in read(visiteur.work(adresse))


def test_a_stop_under_way_is_acknowledged(visiteur: Visiteur, session: Session) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    set_job(session, session.scalar(select(Depot.job_id)), "doing")
    session.commit()
    page = read(visiteur.get(visiteur.post(f"{adresse}/arreter").location))
    assert "L’arrêt est demandé" in page


def test_progress_has_a_bar_a_stage_and_what_is_left(visiteur: Visiteur, session: Session) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    debut = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=30)
    progression = {"etape": "Writing essai", "fait": 300, "total": 900, "debut_at": debut.isoformat()}
    session.execute(text("UPDATE depot SET progression = CAST(:p AS jsonb)"), {"p": json.dumps(progression)})
    session.commit()
    reponse = visiteur.get(adresse)
    assert '<progress max="900" value="300"' in reponse.text
    assert "Enregistrement des lieux" in read(reponse)
    assert "300 sur 900, encore environ 1 minute" in read(reponse)


def test_a_page_that_changes_by_itself_can_be_stopped(visiteur: Visiteur) -> None:
    adresse = visiteur.preview()
    visiteur.apply(adresse)
    assert 'href="?pause=1"' in visiteur.get(adresse).text
    arretee = visiteur.get(f"{adresse}?pause=1")
    assert "refresh" not in arretee.text
    assert "imports.js" not in arretee.text
    assert f'href="{adresse}"' in arretee.text


@pytest.mark.parametrize("action", ["appliquer", "arreter", "relire", "colonnes", "source", "fichier"])
def test_another_site_cannot_press_any_button(visiteur: Visiteur, session: Session, action: str) -> None:
    adresse = visiteur.preview()
    etat = session.scalar(select(Depot.etat))
    assert visiteur.client.post(f"{adresse}/{action}").status_code == 400
    session.expire_all()
    assert session.scalar(select(Depot.etat)) == etat


@pytest.mark.parametrize(
    "adresse",
    [
        "/imports/depots/absent",
        "/imports/depots/absent/lignes/creee",
        "/imports/depots/absent/source.toml",
        "/imports/executions/999999/annuler",
    ],
)
def test_what_does_not_exist_is_not_found(visiteur: Visiteur, adresse: str) -> None:
    assert visiteur.get(adresse).status_code == 404


def test_pages_of_rows_are_bounded(visiteur: Visiteur) -> None:
    adresse = visiteur.preview()
    assert visiteur.get(f"{adresse}/lignes/licorne").status_code == 404
    for page in ("0", "-1", "99999999999999999999", "deux"):
        assert "Nouveaux (3)" in read(visiteur.get(f"{adresse}/lignes/creee?page={page}"))


def test_hostile_cells_stay_text(visiteur: Visiteur) -> None:
    lignes = [["<script>alert(1)</script>", '"><b>x</b>', "'; DROP TABLE lieu; --", "29019", "48,381", "-4,49", "=1+1"]]
    adresse = visiteur.preview(build_csv(lignes), libelle="<i>Nom</i>")
    for page in (adresse, f"{adresse}/lignes/creee", f"{adresse}/colonnes", "/imports"):
        texte = visiteur.get(page).text
        assert "<script>alert" not in texte
        assert "<b>x</b>" not in texte
        assert "<i>Nom</i>" not in texte


def test_the_command_lists_jobs_and_files(visiteur: Visiteur, cli_runner: FlaskCliRunner) -> None:
    visiteur.preview()
    etat = json.loads(cli_runner.invoke(args=["imports", "jobs", "--json"]).output)
    assert etat["worker"] is False
    assert etat["jobs"][0]["task"] == "imports.lire_depot"
    assert (etat["depots"][0]["file"], etat["depots"][0]["state"]) == ("lieux.csv", "apercu")
    sortie = cli_runner.invoke(args=["imports", "jobs"]).output
    assert "worker: none, jobs wait" in sortie
    assert "lieux.csv (lieux-du-tregor): apercu" in sortie


def test_runs_of_the_command_line_can_be_undone_from_the_list(
    visiteur: Visiteur, importer: Callable[..., Any], session: Session
) -> None:
    importer([{"id": "1", "nom": "Kerboulou"}])
    page = visiteur.get("/imports")
    lien = re.search(r'href="(/imports/executions/\d+/annuler)"', page.text)
    assert lien is not None
    visiteur.get(lien[1])
    assert visiteur.post(lien[1]).location == "/imports"
    assert session.scalar(select(func.count()).where(Lieu.statut == "publie")) == 0
