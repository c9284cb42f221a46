"""The page of half-days, with the territory of tests/factories/planification.py: one place open on weekday mornings."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.planification import DEPARTEMENT, Lieux, make_territoire_a_planifier

ADRESSE = f"/territoires/departement/{DEPARTEMENT}/horaires"


@pytest.fixture
def lieux(session: Session) -> Lieux:
    """The places of the territory, with coverage computed."""
    lieux = make_territoire_a_planifier(session)
    session.commit()
    return lieux


def read(client: FlaskClient, adresse: str, statut: int = 200) -> str:
    """The text of the main part, spaces made ordinary."""
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    principal = re.search(r"<main.*?</main>", reponse.text, re.DOTALL)
    assert principal is not None
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(re.sub(r"<[^>]+>", " ", principal[0])))


def test_the_week_the_best_opening_and_its_follow_up(client: FlaskClient, lieux: Lieux) -> None:
    texte = read(client, ADRESSE)
    assert "Le samedi matin, 0 % des personnes en illectronisme ont un lieu ouvert à 20 minutes ou moins en" in texte
    assert "L’ouverture qui servirait le plus de personnes : France Services du coin, le lundi après-midi." in texte
    # Nothing is open on afternoons nor on Saturdays: seven half-days gain as many.
    assert "Autant le mardi après-midi, le mercredi après-midi" in texte
    adresses = re.findall(r'href="([^"]*/horaires\?[^"]*gestes[^"]*)"', client.get(ADRESSE).text)
    suite = read(client, unescape(adresses[0]))
    assert "France Services du coin, le lundi après-midi Retirer" in suite
    assert "Avec vos changements, le samedi matin" in suite
    assert "Lundi après-midi 1 environ" in suite
    lieu = read(client, f"{ADRESSE}?lieu={lieux.aide.public_id}&periode=samedi")
    assert "Quand ce lieu dit être ouvert" in lieu
    assert "Demi-journées proposées : le samedi." in lieu


def test_what_is_not_understood_is_said(client: FlaskClient, lieux: Lieux) -> None:
    texte = read(client, f"{ADRESSE}?minutes=abc&periode=jamais&lieu=zz&gestes=horaires:zz@sa-matin", 422)
    assert "« Minutes » vaut « abc »" in texte
    assert "« Demi-journées » vaut « jamais »" in texte
    assert "n’a le code « zz »" in texte
    assert "Changement ignoré" in texte
    assert client.get("/territoires/departement/99/horaires").status_code == 404
    assert client.get("/territoires/canton/29/horaires").status_code == 404
    assert lieux.aide.public_id in client.get(ADRESSE).text


def test_before_any_computation_the_page_says_so(client: FlaskClient, session: Session) -> None:
    make_territoire_a_planifier(session, calcul=False)
    session.commit()
    assert "La couverture n’est pas encore calculée" in read(client, ADRESSE)
