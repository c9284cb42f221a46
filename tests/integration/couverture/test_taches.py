"""The job that brings coverage up to date, queued once with what has changed."""

from __future__ import annotations

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.couverture import GRANDE, make_pays
from tests.factories.lieux import make_lieu
from tierslieux.core import taches
from tierslieux.couverture.models import AccesCommune
from tierslieux.couverture.taches import ACTUALISER, register, request_actualisation
from tierslieux.trajets.choix import Choix


@pytest.fixture
def app(fabrique: sessionmaker[Session], tmp_path) -> App:
    app = App(connector=InMemoryConnector())
    register(app, fabrique, Choix("estimation", tmp_path / "reseau.npz"))
    return app


def test_it_waits_once_and_only_if_the_change_is_kept(session: Session) -> None:
    with session.begin_nested() as avant:
        request_actualisation(session)
        avant.rollback()
    assert [t.tache for t in taches.list_recentes(session)] == []
    for _ in range(3):
        request_actualisation(session)
    assert [t.tache for t in taches.list_recentes(session)] == [ACTUALISER]


def test_it_computes_what_has_changed(app: App, fabrique: sessionmaker[Session]) -> None:
    actualiser = app.tasks[ACTUALISER]
    actualiser(timestamp=0)  # without territories there is nothing to do, and that is no failure
    with fabrique() as session:
        make_pays(session)
        make_lieu(session, commune_code=GRANDE, lon=-3.49, lat=48.01)
        session.commit()
    actualiser()
    with fabrique() as session:
        assert session.get_one(AccesCommune, ("aide", "voiture", GRANDE)).duree_min is not None


def test_it_is_looked_at_again_every_ten_minutes(app: App) -> None:
    [periodique] = app.periodic_registry.periodic_tasks.values()
    assert (periodique.task.name, periodique.cron) == (ACTUALISER, "*/10 * * * *")
