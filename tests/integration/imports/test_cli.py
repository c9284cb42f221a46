"""The command `flask imports`."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.imports import REFERENTIEL
from tierslieux.imports import services
from tierslieux.lieux.models import Lieu

DATA = Path(__file__).parents[2] / "data"
CLES = ["source", "read", "created", "updated", "unchanged", "merged", "rejected", "seconds", "sha256"]


@pytest.fixture(autouse=True)
def _petit_referentiel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "load_communes", lambda _: REFERENTIEL)


def test_run_prints_one_json_object_with_the_agreed_keys_first(cli_runner: FlaskCliRunner, session: Session) -> None:
    commande = ["imports", "run", "bibliotheques", "--file", str(DATA / "bibliotheques.csv"), "--json"]
    sortie = cli_runner.invoke(args=commande)
    assert sortie.exit_code == 0, sortie.output
    rapport = json.loads(sortie.stdout)
    assert list(rapport)[: len(CLES)] == CLES
    assert (rapport["source"], rapport["read"], rapport["created"]) == ("bibliotheques", 9, 5)
    assert rapport["rejected"] == {"IDENTIFIANT_MANQUANT": 1, "NON_OUVERT_AU_PUBLIC": 3}
    assert len(rapport["sha256"]) == 64
    assert session.scalar(select(func.count()).select_from(Lieu)) == 5
    second = json.loads(cli_runner.invoke(args=commande).stdout)
    assert (second["unchanged"], second["created"]) == (5, 0)


def test_a_rehearsal_writes_nothing(cli_runner: FlaskCliRunner, session: Session) -> None:
    commande = ["imports", "run", "bibliotheques", "--file", str(DATA / "bibliotheques.csv"), "--dry-run"]
    sortie = cli_runner.invoke(args=commande)
    assert sortie.exit_code == 0
    assert "read 9 = created 5" in sortie.output
    assert "dry run" in sortie.output
    assert session.scalar(select(func.count()).select_from(Lieu)) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "inconnue"], "Aucune source « inconnue »"),
        (["run", "bibliotheques"], "Source absente"),
        (["run", "bibliotheques", "--file", "absent.csv"], "absent.csv"),
        (["run", "bibliotheques", "--file", str(DATA / "france_services.csv")], "colonnes absentes"),
        (["rejets", "bibliotheques"], "pas encore été chargée"),
    ],
)
def test_a_refusal_exits_with_1_and_says_why_on_the_error_output(
    cli_runner: FlaskCliRunner, arguments: list[str], message: str
) -> None:
    sortie = cli_runner.invoke(args=["imports", *arguments])
    assert sortie.exit_code == 1
    assert message in sortie.stderr
    assert sortie.stdout == ""


def test_a_refusal_in_json_is_still_one_object(cli_runner: FlaskCliRunner) -> None:
    sortie = cli_runner.invoke(args=["imports", "run", "bibliotheques", "--json"])
    assert sortie.exit_code == 1
    assert json.loads(sortie.stdout)["statut"] == "refusee"


def test_list_says_where_each_source_stands(cli_runner: FlaskCliRunner) -> None:
    cli_runner.invoke(args=["imports", "run", "bibliotheques", "--file", str(DATA / "bibliotheques.csv")])
    sources = {s["source"]: s for s in json.loads(cli_runner.invoke(args=["imports", "list", "--json"]).stdout)}
    assert sources["bibliotheques"]["lieux"] == 5
    assert sources["bibliotheques"]["derniere_reussie"]["read"] == 9
    assert sources["france-services"]["derniere"] is None
    texte = cli_runner.invoke(args=["imports", "list"]).output
    assert "bibliotheques: Bibliothèques publiques" in texte
    assert "9 read, 4 rejected" in texte


def test_rejected_rows_can_be_downloaded(cli_runner: FlaskCliRunner) -> None:
    cli_runner.invoke(args=["imports", "run", "bibliotheques", "--file", str(DATA / "bibliotheques.csv")])
    corps = cli_runner.invoke(args=["imports", "rejets", "bibliotheques", "--csv"]).stdout
    lignes = list(csv.DictReader(io.StringIO(corps.removeprefix("\ufeff")), delimiter=";"))
    assert Counter(ligne["code"] for ligne in lignes) == {"NON_OUVERT_AU_PUBLIC": 3, "IDENTIFIANT_MANQUANT": 1}
    assert lignes[0]["ligne"] == "6"
    assert lignes[0]["raison"].startswith("Le fichier dit")
    assert json.loads(lignes[0]["enregistrement"])["Ville"] == "Brest"
    assert "line 6: NON_OUVERT_AU_PUBLIC" in cli_runner.invoke(args=["imports", "rejets", "bibliotheques"]).output
