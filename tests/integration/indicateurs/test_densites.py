"""How densely a commune is peopled: INSEE's grid where it is loaded, people per km² elsewhere."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.indicateurs.models import ValeurIndicateur
from tierslieux.indicateurs.services import find_densite, list_densites
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import Densite


def _classer(session: Session, code: str, classe: int, millesime: int = 2025) -> None:
    session.add(
        ValeurIndicateur(indicateur="classe_densite", millesime=millesime, niveau="commune", code=code, valeur=classe)
    )
    session.flush()


def test_one_rule_for_one_commune_and_for_all(session: Session) -> None:
    # Squares of 0.1° at 48.35° N are 82 km²: Brest has 1,703 people per km², Guipavas 178, Landerneau 191.
    make_bretagne(session)
    make_territoire(
        session, Niveau.ARRONDISSEMENT, "29901", "Brest 1er", carre=(-4.6, 48.3, -4.5, 48.4), commune_code="29019"
    )
    _classer(session, "29075", 4)
    _classer(session, "29103", 6)
    _classer(session, "29103", 1, millesime=2001)  # not the vintage that the catalogue declares
    densites = list_densites(session)
    assert densites["29019"] is Densite.DENSE
    assert densites["29075"] is Densite.INTERMEDIAIRE
    assert densites["29103"] is Densite.RURALE
    assert densites["22387"] is Densite.RURALE  # no population
    assert densites["29901"] is Densite.RURALE  # neither class nor population
    assert {code: find_densite(session, code) for code in densites} == densites


def test_an_arrondissement_has_the_class_of_its_city(session: Session) -> None:
    make_bretagne(session)
    make_territoire(
        session, Niveau.ARRONDISSEMENT, "29901", "Brest 1er", carre=(-4.6, 48.3, -4.5, 48.4), commune_code="29019"
    )
    _classer(session, "29019", 2)
    assert find_densite(session, "29901") is Densite.INTERMEDIAIRE


def test_nowhere_is_taken_for_the_countryside(session: Session) -> None:
    assert find_densite(session, None) is Densite.RURALE
    assert find_densite(session, "99999") is Densite.RURALE
