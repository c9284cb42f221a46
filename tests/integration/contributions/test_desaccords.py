"""A publisher that newly says otherwise than people did: somebody is asked, nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import ENDROITS, write_lieux
from tierslieux.comptes.journal import PROGRAMME
from tierslieux.contributions import desaccords, services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, MotifRefus, Statut
from tierslieux.contributions.models import Proposition
from tierslieux.core.db import transaction
from tierslieux.imports import services as imports
from tierslieux.imports.contrat import Origine
from tierslieux.imports.fichiers import Emplacement, read_emplacement
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.lieux import historique, publication
from tierslieux.lieux.enums import Statut as StatutLieu
from tierslieux.lieux.models import Execution, Lieu

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
MODERATEUR = "moderation-essai"
AUTRE = replace(DEMONSTRATION, id="autre", libelle="Autre source", confiance=50, est_inventee=False)


class Suite:
    """Files that come in hour after hour, and people between them."""

    def __init__(self, fabrique: sessionmaker[Session], dossier: Path) -> None:
        self.fabrique = fabrique
        self.dossier = dossier
        self.now = NOW

    def tick(self) -> dt.datetime:
        self.now += dt.timedelta(hours=1)
        return self.now

    def importer(self, *lignes: dict[str, Any], source: Any = DEMONSTRATION) -> int:
        """Import rows; the number of the run."""
        chemin = write_lieux(self.dossier / "lieux.csv", list(lignes))
        fichier = read_emplacement(source, Emplacement(Origine.FICHIER, chemin.name, chemin), ENDROITS)
        rapport = imports.apply_import(
            self.fabrique, source, fichier, now=self.tick(), communes=REFERENTIEL, accepter_pertes=True
        )
        assert rapport.execution_id is not None
        return rapport.execution_id

    @contextmanager
    def ouvrir(self) -> Iterator[Session]:
        with self.fabrique() as session, transaction(session):
            yield session

    def corriger(self, **valeurs: Any) -> str:
        """Somebody corrects the only place, and it is accepted."""
        with self.ouvrir() as session:
            lieu_id = session.scalars(select(Lieu.id)).one()
            version = historique.get_version(session, lieu_id)
            depot = Depot(Demarche.CORRECTION, valeurs, "habitant-a", lieu_id=lieu_id, version=version)
            recu = services.submit(session, depot, now=self.tick())
            services.accept(session, recu.proposition.public_id, acteur=MODERATEUR, now=self.tick())
            return recu.proposition.public_id

    def refuser(self, public_id: str) -> None:
        with self.ouvrir() as session:
            services.refuse(session, public_id, MotifRefus.INEXACT, acteur=MODERATEUR, now=self.tick())

    def list_desaccords(self, statut: Statut | None = Statut.EN_ATTENTE) -> list[Proposition]:
        with self.fabrique() as session:
            stmt = select(Proposition).where(Proposition.demarche == Demarche.DESACCORD).order_by(Proposition.id)
            return list(session.scalars(stmt if statut is None else stmt.where(Proposition.statut == statut)))

    def get_lieu(self) -> Lieu:
        with self.fabrique() as session:
            return session.scalars(select(Lieu)).one()


@pytest.fixture
def suite(fabrique: sessionmaker[Session], tmp_path: Path) -> Suite:
    """A place that a file says, on the harbour street."""
    essai = Suite(fabrique, tmp_path)
    essai.importer({"id": "1", "adresse": "2 rue du Port"})
    return essai


def test_a_changed_value_asks_and_overwrites_nothing(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port")
    execution_id = suite.importer({"id": "1", "adresse": "9 rue Haute"})
    (desaccord,) = suite.list_desaccords()
    assert (desaccord.avant, desaccord.apres) == ({"adresse": "4 rue du Port"}, {"adresse": "9 rue Haute"})
    assert (desaccord.auteur, desaccord.voie, desaccord.source_id, desaccord.execution_id) == (
        PROGRAMME,
        "source",
        "demonstration",
        execution_id,
    )
    lieu = suite.get_lieu()
    assert (desaccord.lieu_id, desaccord.nom, desaccord.commune_code) == (lieu.id, lieu.nom, "29019")
    assert lieu.adresse == "4 rue du Port"


def test_what_a_file_only_repeats_asks_nothing(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port", nom="La Fabrique")
    # Another field of the record changes; the street and the name are those that people have corrected.
    suite.importer({"id": "1", "adresse": "2 rue du Port", "latitude": "48.41"})
    suite.importer({"id": "1", "adresse": "2 rue du Port", "latitude": "48.42"})
    assert suite.list_desaccords(None) == []


def test_a_file_that_comes_to_agree_asks_nothing_and_stops_asking(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port")
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    (premier,) = suite.list_desaccords()
    suite.importer({"id": "1", "adresse": "4 rue du Port"})
    assert suite.list_desaccords() == []
    (retire,) = suite.list_desaccords(Statut.RETIREE)
    assert (retire.id, retire.decidee_par) == (premier.id, PROGRAMME)


def test_accepting_writes_what_the_file_says_as_a_moderated_record(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port")
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    (desaccord,) = suite.list_desaccords()
    with suite.ouvrir() as session:
        services.accept(session, desaccord.public_id, acteur=MODERATEUR, now=suite.tick())
    lieu = suite.get_lieu()
    assert (lieu.adresse, lieu.provenance["adresse"]["source"]) == ("9 rue Haute", "contributions")


def test_what_was_refused_never_asks_again_but_something_else_does(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port")
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    (premier,) = suite.list_desaccords()
    suite.refuser(premier.public_id)
    suite.importer({"id": "1", "adresse": "9 rue Haute", "latitude": "48.41"})
    suite.importer({"id": "1", "adresse": "2 rue du Port"})
    suite.refuser(suite.list_desaccords()[0].public_id)
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    assert suite.list_desaccords() == []
    suite.importer({"id": "1", "adresse": "7 quai Neuf"})
    assert [d.apres for d in suite.list_desaccords()] == [{"adresse": "7 quai Neuf"}]
    assert suite.get_lieu().adresse == "4 rue du Port"


def test_the_open_disagreement_of_a_source_follows_its_next_file(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port", nom="La Fabrique")
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    second = suite.importer({"id": "1", "adresse": "9 rue Haute", "nom": "Fablab du port"})
    (desaccord,) = suite.list_desaccords()
    assert desaccord.apres == {"nom": "Fablab du port", "adresse": "9 rue Haute"}
    assert desaccord.execution_id == second


def test_two_sources_ask_apart(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port")
    # A record that a second source brings, then a change of the first's.
    suite.importer({"id": "A", "nom": "Fablab inventé 1", "adresse": "2 rue du Port"}, source=AUTRE)
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    apres = {d.source_id: d.apres["adresse"] for d in suite.list_desaccords()}
    assert apres == {"demonstration": "9 rue Haute", "autre": "2 rue du Port"}


def test_a_kind_that_people_denied_is_asked_when_a_file_adds_it(suite: Suite) -> None:
    suite.corriger(genres=["coworking"])
    assert suite.get_lieu().genres == ["coworking"]
    suite.importer({"id": "1", "adresse": "2 rue du Port", "latitude": "48.4001"})
    assert suite.list_desaccords() == []
    suite.importer({"id": "A", "nom": "Fablab inventé 1", "adresse": "2 rue du Port"}, source=AUTRE)
    (desaccord,) = suite.list_desaccords()
    assert (desaccord.avant, desaccord.apres) == ({"genres": ["coworking"]}, {"genres": ["coworking", "fablab"]})
    with suite.ouvrir() as session:
        services.accept(session, desaccord.public_id, acteur=MODERATEUR, now=suite.tick())
    assert sorted(suite.get_lieu().genres) == ["coworking", "fablab"]


def test_a_field_that_people_emptied_is_asked_when_a_file_fills_it_otherwise(suite: Suite) -> None:
    suite.corriger(adresse=None)
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    (desaccord,) = suite.list_desaccords()
    assert (desaccord.avant, desaccord.apres) == ({"adresse": None}, {"adresse": "9 rue Haute"})
    assert suite.get_lieu().adresse is None


def test_a_record_that_leaves_a_place_that_people_keep_open(suite: Suite) -> None:
    suite.corriger(nom="La Fabrique", commune_code="29075")  # says the place itself
    suite.importer({"id": "2", "nom": "Un autre lieu", "latitude": "48.2"})
    assert suite.list_desaccords() == []  # absent once: its record still speaks
    suite.importer({"id": "2", "nom": "Un autre lieu", "latitude": "48.21"})
    (desaccord,) = suite.list_desaccords()
    assert (desaccord.avant, desaccord.apres, desaccord.nom) == ({"ferme": None}, {"ferme": True}, "La Fabrique")
    with suite.ouvrir() as session:
        assert session.scalars(select(Lieu.statut).where(Lieu.id == desaccord.lieu_id)).one() == "publie"
        services.accept(session, desaccord.public_id, acteur=MODERATEUR, now=suite.tick())
        assert session.scalars(select(Lieu.statut).where(Lieu.id == desaccord.lieu_id)).one() == "ferme"


def test_undoing_a_run_takes_its_questions_back(suite: Suite, fabrique: sessionmaker[Session]) -> None:
    suite.corriger(adresse="4 rue du Port")
    premiere = suite.importer({"id": "1", "adresse": "9 rue Haute"})
    seconde = suite.importer({"id": "1", "adresse": "7 quai Neuf"})
    imports.rollback_run(fabrique, seconde, now=suite.tick())
    # What the first of the two had asked is asked again.
    (desaccord,) = suite.list_desaccords()
    assert (desaccord.apres, desaccord.execution_id) == ({"adresse": "9 rue Haute"}, premiere)
    imports.rollback_run(fabrique, premiere, now=suite.tick())
    assert suite.list_desaccords() == []
    assert suite.get_lieu().adresse == "4 rue du Port"


def test_a_correction_made_after_the_file_is_not_contradicted_by_it(
    suite: Suite, fabrique: sessionmaker[Session]
) -> None:
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    suite.corriger(adresse="4 rue du Port")  # people knew what the file said
    seconde = suite.importer({"id": "1", "adresse": "7 quai Neuf"})
    imports.rollback_run(fabrique, seconde, now=suite.tick())
    assert suite.list_desaccords() == []


def test_a_hidden_place_asks_nothing(suite: Suite) -> None:
    suite.corriger(adresse="4 rue du Port")
    with suite.ouvrir() as session:
        publication.set_statut(session, [suite.get_lieu().id], StatutLieu.MASQUE, now=suite.tick(), auteur=MODERATEUR)
    suite.importer({"id": "1", "adresse": "9 rue Haute"})
    assert suite.list_desaccords(None) == []


def test_without_any_word_of_people_it_costs_one_statement(suite: Suite, engine: Engine) -> None:
    with suite.ouvrir() as session:
        execution_id = session.scalars(select(Execution.id)).one()
        lieu_ids = list(session.scalars(select(Lieu.id)))
        ordres: list[str] = []
        with listen(engine, ordres):
            assert desaccords.record(session, execution_id, [*lieu_ids, *range(10**6, 10**6 + 35_000)], now=NOW) == 0
        assert len(ordres) == 1


@contextmanager
def listen(engine: Engine, ordres: list[str]) -> Iterator[None]:
    """Note the statements that reach the base."""

    def noter(_connexion: object, _curseur: object, ordre: str, *_autres: object) -> None:
        ordres.append(ordre)

    event.listen(engine, "before_cursor_execute", noter)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", noter)
