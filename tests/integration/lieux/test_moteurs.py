"""Searches take the engine of the installation. No commune here: parking takes what it does in the countryside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.core.types import Position
from tierslieux.indicateurs.models import ValeurIndicateur
from tierslieux.lieux.params import MAINTENANT, Criteres
from tierslieux.lieux.services import find_moteur, list_proches
from tierslieux.trajets.choix import CLE, Choix
from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet

BREST = Position(-4.49, 48.39)
DEPART = Point(-4.49, 48.39)
# Monday 23 November 2026, 11:30 in Paris.
LUNDI = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)


class Faux:
    """A choice whose engine takes 5 minutes to go anywhere, and remembers for which density it was asked."""

    def __init__(self) -> None:
        self.densites: list[Densite] = []

    def build(self, densite: Densite) -> Faux:
        self.densites.append(densite)
        return self

    def compute_trajets(self, _depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        return [Trajet(mode, 5.0, 400.0, Methode.RESEAU) for _ in arrivees]


def test_without_a_choice_times_are_estimated(session: Session) -> None:
    assert find_moteur(session, DEPART) == Estimation(Densite.RURALE)


def test_a_search_asks_the_engine_of_the_installation(session: Session) -> None:
    make_lieu(session, lat=48.42)
    session.info[CLE] = faux = Faux()
    [lieu] = list_proches(session, BREST, Criteres(), now=LUNDI, depart=DEPART).lieux
    assert [(trajet.mode, trajet.duree_min, trajet.methode) for trajet in lieu.trajets] == [
        (mode, 5.0, Methode.RESEAU) for mode in Mode
    ]
    assert faux.densites == [Densite.RURALE]


def test_arriving_before_it_closes_is_counted_by_that_engine(session: Session) -> None:
    # 3.3 km are more than an hour on foot by the estimate: too late at 11:30 for a place that closes at noon.
    make_lieu(session, lat=48.42, horaires="Mo 09:00-12:00")
    criteres = Criteres(quand=MAINTENANT, a_temps=True, mode=Mode.A_PIED)
    assert not list_proches(session, BREST, criteres, now=LUNDI, depart=DEPART).lieux
    session.info[CLE] = Faux()
    assert len(list_proches(session, BREST, criteres, now=LUNDI, depart=DEPART).lieux) == 1


def test_the_engine_knows_how_dense_the_commune_of_departure_is(session: Session) -> None:
    make_bretagne(session)
    session.add(ValeurIndicateur(indicateur="classe_densite", millesime=2025, niveau="commune", code="29075", valeur=3))
    session.flush()
    session.info[CLE] = faux = Faux()
    for code in ("29019", "29075", "29208"):
        find_moteur(session, Point(-4.4, 48.35, code))
    assert faux.densites == [Densite.DENSE, Densite.INTERMEDIAIRE, Densite.RURALE]


def test_when_an_outside_service_fails_times_are_estimates_and_it_is_left_alone(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_lieu(session, lat=48.42)
    demandes: list[httpx.Request] = []

    def refuser(demande: httpx.Request) -> httpx.Response:
        demandes.append(demande)
        return httpx.Response(503)

    client = httpx.Client(transport=httpx.MockTransport(refuser))
    choix = Choix("valhalla", tmp_path / "reseau.npz", "https://routes.exemple.fr", client)
    session.info[CLE] = choix
    for _ in range(2):
        [lieu] = list_proches(session, BREST, Criteres(), now=LUNDI, depart=DEPART).lieux
        assert {trajet.methode for trajet in lieu.trajets} == {Methode.ESTIMATION}
    # Once, in place of three modes for two searches; nobody waits for it again before half a minute.
    assert len(demandes) == 1
    assert "48.39" not in caplog.text
    monkeypatch.setattr(choix.panne, "horloge", lambda: choix.panne.fin_s)
    list_proches(session, BREST, Criteres(), now=LUNDI, depart=DEPART)
    assert len(demandes) > 1
