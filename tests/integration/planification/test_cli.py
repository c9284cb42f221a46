"""`flask planification`: the plan of a study from the command line, its errors, its parts, the queue."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from tests.factories.planification import DEPARTEMENT, REGION, make_territoire_a_planifier
from tierslieux.planification.etude import Etude
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.plans import compute_plan
from tierslieux.territoires.enums import Niveau


@pytest.fixture(autouse=True)
def pays(session: Session) -> None:
    make_territoire_a_planifier(session)
    session.commit()


def run(cli_runner: FlaskCliRunner, *options: str) -> str:
    resultat = cli_runner.invoke(args=["planification", "compute", *options])
    assert resultat.exit_code == 0, resultat.output
    return resultat.stdout


ICI = ("--territoire", f"departement:{DEPARTEMENT}")


def test_the_plan_is_that_of_the_page(cli_runner: FlaskCliRunner, session: Session) -> None:
    lu = json.loads(run(cli_runner, *ICI, "--sites", "3", "--objectif", "couverture", "--minutes", "10", "--json"))
    etude = Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=3, minutes=10)
    attendu = compute_plan(load_terrain(session, etude), etude).to_json()
    assert lu | {"seconds": 0} == attendu | {"seconds": 0}
    assert {"sites", "objective", "bound", "gap", "seconds", "digest"} <= set(lu)
    for site in lu["sites"]:
        assert site["code"]
        assert site["gain"]["bas"] <= site["gain"]["valeur"] <= site["gain"]["haut"]


def test_every_field_of_a_study_is_an_option(cli_runner: FlaskCliRunner) -> None:
    lu = json.loads(
        run(
            cli_runner,
            *ICI,
            *("--besoin", "personnes_illectronisme", "--cible", "aide", "--mode", "velo", "--minutes", "15"),
            *("--candidats", "mairie,bibliotheque", "--population-min", "1", "--population-max", "900000"),
            *("--propriete", "publique", "--sites", "1", "--espacement-km", "0.5", "--capacite", "50"),
            *("--zone", "-6,47 2,47 2,49 -6,49", "--geste", "ouvrir:@-3.45,48.05", "--interdit", "abc,def", "--json"),
        )
    )
    etude = lu["etude"]
    assert etude["genres"] == ["bibliotheque", "mairie"]
    assert etude["interdits"] == ["abc", "def"]
    assert etude["gestes"] == ["ouvrir:@-3.45000,48.05000"]
    assert (etude["mode"], etude["capacite"], etude["espacement_km"], etude["population_max"]) == (
        "velo",
        50,
        0.5,
        900000,
    )


def test_without_json_it_is_told_in_lines(cli_runner: FlaskCliRunner) -> None:
    sortie = run(cli_runner, *ICI, "--sites", "2", "--minutes", "10", "--par-epci")
    assert "proven optimal" in sortie
    assert "  1. " in sortie
    assert "digest " in sortie


def test_a_share_asks_for_as_few_sites_as_it_takes(cli_runner: FlaskCliRunner) -> None:
    lu = json.loads(run(cli_runner, *ICI, "--part", "60%", "--minutes", "10", "--json"))
    assert (lu["unite"], lu["etude"]["sites"], lu["etude"]["part"]) == ("lieux", None, 0.6)
    assert lu["apres"]["couvert"]["valeur"] >= 0.6 * lu["apres"]["besoin"]["valeur"] - 0.1


def test_the_curve_has_a_line_for_each_number_of_sites(cli_runner: FlaskCliRunner) -> None:
    lignes = [json.loads(ligne) for ligne in run(cli_runner, *ICI, "--courbe", "3", "--json").splitlines()]
    assert [ligne["etude"]["sites"] for ligne in lignes] == [1, 2, 3]
    gains = [ligne["gain"]["valeur"] for ligne in lignes]
    assert gains == sorted(gains)


def test_parts_come_in_order_then_their_total(cli_runner: FlaskCliRunner) -> None:
    sortie = run(cli_runner, "--territoire", f"region:{REGION}", "--par", "departement", "--sites", "1", "--json")
    *parties, total = [json.loads(ligne) for ligne in sortie.splitlines()]
    assert [partie["territoire"] for partie in parties] == sorted(partie["territoire"] for partie in parties)
    assert total["total"]["parties"] == len(parties) >= 1


def test_nonsense_ends_with_a_sentence_and_code_1(cli_runner: FlaskCliRunner) -> None:
    cas = (
        (("--territoire", "planete:1"), "departement:16"),
        (("--territoire", "departement:98"), "n’existe pas"),
        (("--territoire", "departement"), "departement:16"),
        ((*ICI, "--sites", "400"), "400"),
        ((*ICI, "--budget", "-3"), "budget"),
        ((*ICI, "--budget", "3"), "coût"),
        ((*ICI, "--zone", "0,0 0,0.1 0.1,0.1"), "0 bâtiment candidat"),
        ((*ICI, "--impose", "abc"), "abc"),
        ((*ICI, "--objectif", "richesse"), "couverture"),
        ((*ICI, "--besoin", "taux_de_bonheur"), "indicateur"),
        ((*ICI, "--par", "rue"), "departement"),
        ((*ICI, "--par", "region"), "epci"),
        (("--territoire", "departement:974"), "0 bâtiment candidat"),
    )
    for options, mot in cas:
        resultat = cli_runner.invoke(args=["planification", "compute", *options])
        assert (resultat.exit_code, resultat.stdout) == (1, ""), options
        assert mot in resultat.stderr, options
        assert "Traceback" not in resultat.stderr, options


def test_a_computation_is_queued_once_and_listed(cli_runner: FlaskCliRunner) -> None:
    un, deux = (json.loads(run(cli_runner, *ICI, "--sites", "2", "--file", "--json")) for _ in range(2))
    assert (un["id"], un["state"]) == (deux["id"], "attente")
    liste = json.loads(cli_runner.invoke(args=["planification", "jobs", "--json"]).stdout)
    assert [ligne["id"] for ligne in liste] == [un["id"]]
    seul = json.loads(cli_runner.invoke(args=["planification", "jobs", un["id"], "--json"]).stdout)
    assert seul["etude"]["sites"] == 2
    assert un["id"] in cli_runner.invoke(args=["planification", "jobs"]).stdout
    assert cli_runner.invoke(args=["planification", "jobs", "abc"]).exit_code == 1
