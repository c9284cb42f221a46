"""The command `flask imports clean`."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskCliRunner

from tests.factories.imports import REFERENTIEL
from tierslieux.imports import services
from tierslieux.imports.regles import REGLES


def test_one_json_object_a_line(cli_runner: FlaskCliRunner) -> None:
    entree = "du lundi au vendredi 9h-12h, fermé le mercredi\n\nun vendredi sur deux\n"
    sortie = cli_runner.invoke(args=["imports", "clean", "horaires"], input=entree)
    assert sortie.exit_code == 0, sortie.output
    assert [json.loads(ligne) for ligne in sortie.stdout.splitlines()] == [
        {
            "input": "du lundi au vendredi 9h-12h, fermé le mercredi",
            "output": "Mo,Tu,Th,Fr 09:00-12:00",
            "code": "HORAIRES_CONVERTIS",
        },
        {"input": "", "output": None, "code": None},
        {"input": "un vendredi sur deux", "output": None, "code": "HORAIRES_ILLISIBLES"},
    ]


def test_the_rule_on_communes_reads_the_database(cli_runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "load_communes", lambda _: REFERENTIEL)
    sortie = cli_runner.invoke(args=["imports", "clean", "commune"], input="29200 Brest\n")
    assert json.loads(sortie.stdout)["output"] == {"code": "29019", "nom": "Brest"}


def test_without_communes_the_command_says_what_to_do(cli_runner: FlaskCliRunner) -> None:
    sortie = cli_runner.invoke(args=["imports", "clean", "commune"], input="Brest\n")
    assert sortie.exit_code == 1
    assert "territoires load" in sortie.stderr


@pytest.mark.parametrize("arguments", [["inconnue"], []])
def test_an_unknown_or_missing_rule_is_an_error_that_names_them(
    cli_runner: FlaskCliRunner, arguments: list[str]
) -> None:
    sortie = cli_runner.invoke(args=["imports", "clean", *arguments], input="")
    assert sortie.exit_code == 2
    assert all(nom in sortie.stderr for nom in REGLES)


def test_the_rules_are_listed(cli_runner: FlaskCliRunner) -> None:
    sortie = cli_runner.invoke(args=["imports", "clean", "--list"])
    assert sortie.exit_code == 0
    lignes = sortie.stdout.splitlines()
    assert [ligne.split()[0] for ligne in lignes] == list(REGLES)
    assert all(len(ligne.split()) > 2 for ligne in lignes)
