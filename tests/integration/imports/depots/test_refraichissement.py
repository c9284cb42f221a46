"""Sources that are read again by themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import build_settings
from tests.factories.depots import do_job, make_depot
from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import write_lieux
from tierslieux.config import Settings
from tierslieux.core.errors import SourceError
from tierslieux.imports import services
from tierslieux.imports.contrat import Fichier, Origine
from tierslieux.imports.depots import refraichissement
from tierslieux.imports.depots.depots import EtatDepot
from tierslieux.imports.models import Depot
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.lieux.models import Execution

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
ADRESSE = "https://donnees.exemple.fr/fichiers/lieux.csv"
SOURCE = replace(DEMONSTRATION, url=ADRESSE, rafraichissement_jours=7, origine=Origine.ADRESSE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return build_settings("postgresql://x/x", tmp_path, TIERSLIEUX_TELECHARGEMENT=1)


@pytest.fixture(autouse=True)
def _une_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refraichissement, "SOURCES", (SOURCE,))
    monkeypatch.setattr(services, "find_source", lambda *_: SOURCE)
    monkeypatch.setattr(services, "load_communes", lambda _: REFERENTIEL)


@pytest.fixture
def publie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the address gives: the last of the list; nothing when it is empty."""
    contenus: list[bytes] = []

    def read(_source: object, emplacement: object, _endroits: object) -> Fichier:
        if not contenus:
            raise SourceError("le serveur ne répond pas")
        return Fichier(contenus[-1], str(getattr(emplacement, "libelle", "")), f"{hash(contenus[-1]):x}", None)

    monkeypatch.setattr(refraichissement, "read_emplacement", read)
    contenus.append(write_lieux(tmp_path / "l.csv", [{"id": "1", "nom": "Kerboulou"}]).read_bytes())
    return contenus


def add_execution(session: Session, statut: str, debut_at: dt.datetime, sha256: str | None = None) -> None:
    services.chargement.upsert_source(session, SOURCE)
    session.add(
        Execution(
            source_id=SOURCE.id, statut=statut, message=None, origine="x", sha256=sha256, debut_at=debut_at, duree_s=0.0
        )
    )
    session.commit()


def list_dues(session: Session, settings: Settings) -> list[str]:
    return [source.id for source in refraichissement.list_dues(session, settings, now=NOW)]


@pytest.mark.parametrize(
    ("reussie_jours", "essai_h", "est_due"),
    [
        (None, None, True),
        (6, None, False),
        (7, None, True),
        (8, 23, False),  # its address did not answer yesterday
        (8, 24, True),
    ],
)
def test_a_source_is_due_when_its_last_success_is_old_and_nobody_tried_today(
    session: Session, settings: Settings, reussie_jours: int | None, essai_h: int | None, *, est_due: bool
) -> None:
    if reussie_jours is not None:
        add_execution(session, "reussie", NOW - dt.timedelta(days=reussie_jours))
    if essai_h is not None:
        add_execution(session, "refusee", NOW - dt.timedelta(hours=essai_h))
    assert list_dues(session, settings) == ([SOURCE.id] if est_due else [])


def test_nothing_is_due_where_downloads_are_forbidden(session: Session, tmp_path: Path) -> None:
    assert list_dues(session, build_settings("postgresql://x/x", tmp_path)) == []


def test_a_source_without_a_period_is_never_due(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refraichissement, "SOURCES", (replace(SOURCE, rafraichissement_jours=None),))
    assert list_dues(session, settings) == []


def test_a_changed_file_is_applied_through_a_depot(
    session: Session, fabrique: sessionmaker[Session], settings: Settings, publie: list[bytes]
) -> None:
    refraichissement.refresh(fabrique, settings, SOURCE.id, now=NOW)
    depot = session.scalars(select(Depot)).one()
    assert (depot.etat, depot.nom_fichier, depot.contenu) == (EtatDepot.ATTENTE, "lieux.csv", publie[0])
    do_job(fabrique, settings, depot.cle)
    session.expire_all()
    assert session.scalars(select(Depot.etat)).one() == EtatDepot.APPLIQUE


@pytest.mark.usefixtures("publie")
def test_a_file_that_has_not_changed_is_only_said_to_be_up_to_date(
    session: Session, fabrique: sessionmaker[Session], settings: Settings, publie: list[bytes]
) -> None:
    add_execution(session, "reussie", NOW - dt.timedelta(days=8), f"{hash(publie[0]):x}")
    refraichissement.refresh(fabrique, settings, SOURCE.id, now=NOW)
    assert session.scalars(select(Depot)).all() == []
    session.expire_all()
    assert list_dues(session, settings) == []


def test_an_address_that_does_not_answer_is_told_and_tried_the_next_day(
    session: Session, fabrique: sessionmaker[Session], settings: Settings, publie: list[bytes]
) -> None:
    publie.clear()
    refraichissement.refresh(fabrique, settings, SOURCE.id, now=NOW)
    execution = session.scalars(select(Execution)).one()
    assert (execution.statut, execution.message) == ("refusee", "le serveur ne répond pas")
    assert list_dues(session, settings) == []


def test_a_file_that_waits_for_a_decision_is_not_given_again(
    session: Session, fabrique: sessionmaker[Session], settings: Settings, publie: list[bytes]
) -> None:
    depot = make_depot(session, publie[0])
    depot.sha256, depot.etat = f"{hash(publie[0]):x}", EtatDepot.REFUSE
    session.commit()
    refraichissement.refresh(fabrique, settings, SOURCE.id, now=NOW)
    assert len(session.scalars(select(Depot)).all()) == 1
    assert session.scalars(select(Execution.message)).one() == refraichissement.DEJA_REFUSE
