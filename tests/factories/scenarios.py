"""A scenario of the small territory of tests/factories/planification.py, and a browser that uses its pages."""

from __future__ import annotations

import datetime as dt
import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.models import Scenario
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)


def build_etude(*ouverts: str, minutes: int = 8) -> Etude:
    """A study of the Finistère of the tests that opens these places."""
    return Etude(Niveau.DEPARTEMENT, "29", minutes=minutes).add(*[Geste(Action.OUVRIR, code) for code in ouverts])


def make_scenario(
    session: Session, etude: Etude, *, titre: str = "Deux lieux de plus", publie: bool = False, now: dt.datetime = NOW
) -> tuple[Scenario, str]:
    """(the scenario, the secret of its editing link)."""
    scenario, jeton = scenarios.create_scenario(session, etude, titre=titre, presentation="Une présentation.", now=now)
    if publie:
        scenarios.publish(session, scenario.public_id, jeton, scenario.version, now=now)
    return scenario, jeton


def read_champ(page: str, nom: str) -> str:
    """The value of a hidden field of a page."""
    trouve = re.search(rf'name="{nom}" value="([^"]*)"', page)
    assert trouve is not None, nom
    return trouve.group(1)


def list_caches(page: str) -> dict[str, list[str]]:
    """Every hidden field of a page with one form."""
    champs: dict[str, list[str]] = {}
    for nom, valeur in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        champs.setdefault(nom, []).append(valeur)
    return champs


def press(client: FlaskClient, adresse: str, action: str, **champs: object) -> TestResponse:
    """Press a button of the editing page, as it is shown now."""
    page = client.get(adresse).text
    envoi = {"csrf_token": read_champ(page, "csrf_token"), "version": read_champ(page, "version"), "action": action}
    return client.post(adresse, data=envoi | champs)
