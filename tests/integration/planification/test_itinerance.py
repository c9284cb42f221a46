"""The page and the command of tours, on a small country."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from tests.factories.planification import DEPARTEMENT, EPCI, make_territoire_a_planifier

PAGE = f"/territoires/epci/{EPCI}/itinerance"


@pytest.fixture
def pays(session: Session) -> Session:
    """Help in one corner, a town hall in every commune."""
    make_territoire_a_planifier(session)
    session.commit()
    return session


@pytest.mark.usefixtures("pays")
def test_the_page_shows_the_week_and_the_comparison(client: FlaskClient) -> None:
    reponse = client.get(f"{PAGE}?minutes=5&demi_journees=4&heures_site=5")
    assert reponse.status_code == 200
    texte = reponse.get_data(as_text=True)
    assert "La semaine" in texte
    assert "Mairie de Commune" in texte
    assert "C’est prouvé" in texte
    assert "À temps de travail égal" in texte
    # The form holds what was asked.
    assert 'name="demi_journees" type="number" min="1" max="60" step="1" value="4"' in texte


@pytest.mark.usefixtures("pays")
@pytest.mark.parametrize(
    ("args", "phrase"),
    [
        ("demi_journees=15", "15 demi-journées par semaine sont demandées"),
        ("demi_journees=-1", "« Demi-journées par semaine » vaut « -1 »"),
        ("marches=Atlantis+:+lundi", "« Jours de marché » vaut « Atlantis » ; attendu : une commune de ce territoire"),
        ("marches=n’importe+quoi", "« Jours de marché » vaut « n’importe quoi »"),
        ("minutes=abc", "« Minutes » vaut « abc »"),
    ],
)
def test_nonsense_gets_a_sentence(client: FlaskClient, args: str, phrase: str) -> None:
    reponse = client.get(f"{PAGE}?{args}")
    assert reponse.status_code == 422
    assert phrase in reponse.get_data(as_text=True).replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("pays")
@pytest.mark.parametrize("territoire", ["region/53", "epci/999999999", "planete/1"])
def test_no_tour_of_other_territories(client: FlaskClient, territoire: str) -> None:
    assert client.get(f"/territoires/{territoire}/itinerance").status_code == 404


@pytest.mark.usefixtures("pays")
def test_the_command_prints_the_same(cli_runner: FlaskCliRunner) -> None:
    base = ["planification", "itinerance", "--territoire", f"departement:{DEPARTEMENT}", "--minutes", "5"]
    resultat = cli_runner.invoke(args=[*base, "--demi-journees", "3", "--json"])
    assert resultat.exit_code == 0, resultat.output
    lu = json.loads(resultat.stdout)
    assert len(lu["sites"]) <= 3
    assert lu["gap"] == 0
    assert lu["objective"] == lu["bound"]
    assert len(lu["digest"]) == 64
    assert lu["formes"]["tournee"]["heures_travail_semaine"] > 0
    lisible = cli_runner.invoke(args=[*base, "--demi-journees", "3"]).stdout
    assert "proven optimal" in lisible
    assert lu["digest"] in lisible
    for refus in (["--demi-journees", "99"], ["--marches", "Atlantis : lundi"], ["--minutes", "0"]):
        echec = cli_runner.invoke(args=[*base, *refus])
        assert echec.exit_code == 1
        assert "Traceback" not in echec.output
