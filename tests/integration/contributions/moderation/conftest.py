"""What the tests of moderation share: territories, proposals that are committed, and people who are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import create_compte, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.propositions import propose_correction, propose_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.contributions.models import Proposition
from tierslieux.core.db import transaction
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

BREST, GUIPAVAS, VIEUX_MARCHE = "29019", "29075", "22387"


class Terrain:
    """A département with its places and proposals; every act is committed."""

    def __init__(self, app: Flask, fabrique: sessionmaker[Session]) -> None:
        self.app = app
        self.fabrique = fabrique

    @contextmanager
    def ouvrir(self) -> Iterator[Session]:
        with self.fabrique() as session, transaction(session):
            yield session

    def entrer(self, *droits: Habilitation) -> tuple[FlaskClient, Personne]:
        """A browser where somebody who holds these roles is signed in."""
        with self.ouvrir() as session:
            personne = create_compte(session, habilitations=droits)
        client = self.app.test_client()
        sign_in(client, self.fabrique, personne)
        return client, personne

    def moderer(self, niveau: Niveau = Niveau.DEPARTEMENT, code: str = "29") -> tuple[FlaskClient, Personne]:
        return self.entrer(Habilitation(Role.MODERATEUR, niveau, code))

    def ouvrir_lieu(self, nom: str = "Médiathèque", **valeurs: Any) -> Lieu:
        with self.ouvrir() as session:
            return make_lieu(session, nom, **valeurs)

    def proposer(self, nom: str = "Fablab du coin", **valeurs: Any) -> str:
        with self.ouvrir() as session:
            return propose_lieu(session, nom, **valeurs).proposition.public_id

    def corriger(self, lieu: Lieu, **valeurs: Any) -> str:
        with self.ouvrir() as session:
            return propose_correction(session, lieu.id, **valeurs).proposition.public_id

    def lire(self, public_id: str) -> Proposition:
        with self.fabrique() as session:
            return session.query(Proposition).filter_by(public_id=public_id).one()

    def lire_lieu(self, lieu_id: int | None) -> Lieu:
        with self.fabrique() as session:
            return session.get_one(Lieu, lieu_id)


@pytest.fixture
def terrain(app: Flask, fabrique: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Terrain:
    """Brittany; forms are sent without their token, which tests of the whole site check."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    with fabrique() as session, transaction(session):
        make_bretagne(session)
    return Terrain(app, fabrique)


@pytest.fixture
def national(terrain: Terrain) -> tuple[FlaskClient, Personne]:
    """A moderator of the whole country."""
    return terrain.moderer(Niveau.FRANCE, CODE_FRANCE)
