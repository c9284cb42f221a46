"""Searches that found nothing near: counted, shown by tens, forgotten. With the communes of `make_bretagne`."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.extensions import CLE, Etat
from tierslieux.lieux import recherches_vaines
from tierslieux.lieux.models import RechercheVaine
from tierslieux.lieux.recherches_vaines import count_vaine, list_vaines, purge, sum_vaines
from tierslieux.territoires.enums import Niveau

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _bretagne(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recherches_vaines, "RECENTES", recherches_vaines.Recentes())
    make_bretagne(session)
    make_lieu(session, "France Services de Brest", lon=-4.55, lat=48.391)
    session.commit()


@pytest.fixture
def client(app: Flask, fabrique: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser; closing the session that reads does not undo what another one has written meanwhile."""
    lectures = sessionmaker(fabrique.kw["bind"], join_transaction_mode="rollback_only")
    monkeypatch.setitem(app.extensions, CLE, Etat(app.extensions[CLE].settings, fabrique, lectures))
    return app.test_client()


def add(session: Session, commune_code: str, nombre: int, *, mois: dt.date = dt.date(2026, 11, 1)) -> None:
    session.add(RechercheVaine(commune_code=commune_code, mois=mois, besoin="", nombre=nombre))
    session.flush()


def read(session: Session) -> list[tuple[str, str, int]]:
    lignes = session.scalars(select(RechercheVaine).order_by(RechercheVaine.commune_code, RechercheVaine.besoin))
    return [(ligne.commune_code, ligne.besoin, ligne.nombre) for ligne in lignes]


def test_a_search_that_finds_nothing_near_counts_for_its_commune(client: FlaskClient, session: Session) -> None:
    # Brest has help; from Le Vieux-Marché, Brest is 30 km away; nobody repairs anywhere.
    for adresse in ("/recherche?q=brest", "/recherche?commune=22387", "/falc/recherche?q=reparer+a+brest"):
        assert client.get(adresse).status_code == 200
    assert read(session) == [("22387", "", 1), ("29019", "reparer", 1)]
    # Read again: by the same browser at once, or by a robot.
    client.get("/recherche?commune=22387")
    client.get("/recherche?commune=29208&genre=epn", headers={"User-Agent": "Truc-bot/1.0"})
    assert read(session) == [("22387", "", 1), ("29019", "reparer", 1)]


def test_the_page_is_shown_even_when_nothing_can_be_written(client: FlaskClient, session: Session, caplog) -> None:
    session.execute(text("ALTER TABLE recherche_vaine RENAME TO ailleurs"))
    session.commit()
    reponse = client.get("/recherche?commune=22387&genre=epn")
    assert reponse.status_code == 200
    assert "search=not_counted error=ProgrammingError" in caplog.text
    assert "22387" not in caplog.text


def test_a_search_more_adds_one_to_the_month(session: Session) -> None:
    for jour in (dt.date(2026, 10, 31), dt.date(2026, 11, 1), TODAY):
        count_vaine(session, "29019", "demarche", jour)
    lignes = session.execute(select(RechercheVaine.mois, RechercheVaine.nombre).order_by(RechercheVaine.mois)).all()
    assert [tuple(ligne) for ligne in lignes] == [(dt.date(2026, 10, 1), 1), (dt.date(2026, 11, 1), 2)]


def test_figures_leave_by_tens_and_never_below_ten(session: Session) -> None:
    add(session, "29019", 25)
    add(session, "29075", 9)
    add(session, "29103", 4, mois=dt.date(2026, 1, 1))
    add(session, "29103", 6, mois=dt.date(2025, 12, 1))
    add(session, "29103", 90, mois=dt.date(2025, 11, 1))
    assert list_vaines(session, ["29019", "29075", "29208"], dt.date(2025, 12, 15)) == {
        "29019": 20,
        "29075": None,
        "29208": None,
    }
    # 25 + 9 + 4 + 6 = 44; December 2025 is the twelfth month back, November is too old.
    vaines = sum_vaines(session, Niveau.DEPARTEMENT, "29", TODAY)
    assert (vaines.depuis, vaines.total, vaines.par_commune) == (dt.date(2025, 12, 1), 40, {"29019": 20, "29103": 10})
    assert sum_vaines(session, Niveau.EPCI, "242900314", TODAY).total == 30
    assert sum_vaines(session, Niveau.FRANCE, "FR", TODAY).total == 40
    assert sum_vaines(session, Niveau.COMMUNE, "29075", TODAY).total is None
    assert sum_vaines(session, Niveau.DEPARTEMENT, "22", TODAY).total is None


def test_an_arrondissement_counts_for_its_commune(session: Session) -> None:
    make_territoire(session, Niveau.ARRONDISSEMENT, "29901", "Brest 1er", commune_code="29019", departement_code="29")
    add(session, "29901", 6)
    add(session, "29019", 4)
    assert sum_vaines(session, Niveau.DEPARTEMENT, "29", TODAY).par_commune == {"29019": 10}
    assert list_vaines(session, ["29019"], TODAY) == {"29019": 10}


def test_months_older_than_two_years_are_forgotten(session: Session) -> None:
    add(session, "29019", 10, mois=dt.date(2024, 10, 1))
    add(session, "29019", 20, mois=dt.date(2024, 11, 1))
    assert purge(session, today=TODAY) == 1
    assert read(session) == [("29019", "", 20)]


def test_the_page_of_figures_tells_them(client: FlaskClient, session: Session) -> None:
    today = dt.datetime.now(dt.UTC).date()
    add(session, "29019", 25, mois=today.replace(day=1))
    session.commit()
    page = client.get("/territoires/departement/29").text
    assert "Recherches sans résultat à proximité, 12 derniers mois" in page
    assert "au moins 20" in page.replace("\u00a0", " ")
    assert 'id="recherches"' in client.get("/methode").text
    assert "moins de 10" in client.get("/territoires/departement/22").text.replace("\u00a0", " ")
