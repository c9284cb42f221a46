"""Every route, asked by everybody: each answer is declared here, and no route is left out.

Forms are sent without content and without their token's check: what is looked at is who may send them. What a request
writes is taken back before the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import IntegerConverter, Rule

from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte, sign_in
from tests.factories.droits import DECLARES, ROLES
from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, propose_correction, tick
from tests.factories.territoires import make_bretagne
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models import HabilitationCompte
from tierslieux.contributions import services
from tierslieux.contributions.votes import services as votes
from tierslieux.diffusion.exports import routes as exports
from tierslieux.lieux import historique
from tierslieux.observatoire.exports import routes as tableaux
from tierslieux.territoires.enums import Niveau

FINISTERE = (Niveau.DEPARTEMENT, "29")
COTES_D_ARMOR = (Niveau.DEPARTEMENT, "22")


@dataclass(frozen=True, slots=True)
class Monde:
    """What routes speak of: a place of Finistère and a proposal about it, and a cookie for each role."""

    lieu: str
    version: int
    proposition: str
    jeton: str
    restauration: str
    compte: Personne
    habilitation_id: int
    cookies: Mapping[str, str | None]

    def find_args(self, rule: Rule) -> dict[str, Any]:
        """Values for the parts of an address: of what exists where a role decides, of anything elsewhere."""
        blueprint = (rule.endpoint or "").split(".", maxsplit=1)[0]
        lieux = not blueprint.startswith(("moderation", "votes", "calculs", "rapports", "scenarios", "tables"))
        proposition = blueprint in {"moderation", "votes"} or "/contributions/" in rule.rule
        valeurs: dict[str, Any] = {
            "public_id": self.proposition if proposition else self.lieu if lieux else "inconnu000",
            "jeton": self.jeton,
            "version": self.version,
            "proposition": self.restauration,
            "pseudonyme": "habitant-a",
            "compte_id": self.compte.compte_id,
            "habilitation_id": self.habilitation_id,
            "invitation_id": 1,
            "niveau": "departement",
            "code": "csv" if rule.endpoint == "exports.download" else "29",
            "extension": "csv",
            "nature": "candidats",
            "departement": "29" if blueprint == "emporter" else "finistere",
            "region": "bretagne",
            "commune": "brest",
            "lieu": self.lieu,
            "couche": "lieux",
            "filename": "css/base.css",
            "partie": "pages",
            "source_id": "essai",
            "evenement_id": "inconnu0",
            "valeur": "pour",
            "decision": "meme",
            "geste": "isoler" if blueprint == "moderation" else "annuler",
            "sort": "rejetees",
            "cible": "aide",
            "mode": "voiture",
            "seuil": "20",
            "indicateur": "population",
            "millesime": "2022",
            "_chemin": "lieux/5/15/11",
        }
        entiers = {nom for nom, lecture in rule._converters.items() if isinstance(lecture, IntegerConverter)}
        return {nom: valeurs.get(nom, 1 if nom in entiers else "inconnu000") for nom in rule.arguments}


@pytest.fixture
def monde(app: Flask, session: Session, fabrique: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Monde:
    """Two départements, their people, and what happens in the first one."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)  # noqa: FBT003  (a setting)
    # Downloads ask for a snapshot of their own, which no transaction that is under way can become.
    for module in (exports, tableaux):
        monkeypatch.setattr(module, "open_instantane", lambda fabrique: fabrique())
    make_bretagne(session)
    votes.set_reglage(session, FINISTERE, avec_votes=True, acteur=MODERATEUR, now=tick())
    lieu = make_lieu(session, "Lieu d’essai", commune_code="29019", telephone="+33298000000")
    premiere = historique.get_version(session, lieu.id)
    decidee = propose_correction(session, lieu.id, telephone="+33298111111").proposition
    services.accept(session, decidee.public_id, acteur=MODERATEUR, now=tick())
    restauration = services.restore(session, lieu.id, premiere, acteur=MODERATEUR, now=tick())
    recu = propose_correction(session, lieu.id, site_web="https://exemple.test")
    compte = create_compte(session, habilitations=[Habilitation(Role.AGENT, *FINISTERE)])
    droits = {
        "contributeur": [],
        "moderateur-a": [Habilitation(Role.MODERATEUR, *FINISTERE)],
        "moderateur-b": [Habilitation(Role.MODERATEUR, *COTES_D_ARMOR)],
        "agent": [Habilitation(Role.AGENT, *FINISTERE)],
        "administrateur": [ADMINISTRATEUR_FRANCE],
    }
    cookies: dict[str, str | None] = {"anonyme": None}
    ancien = dt.datetime.now(dt.UTC) - dt.timedelta(days=60)
    for role, habilitations in droits.items():
        personne = create_compte(session, habilitations=habilitations, commune_code="29019", now=ancien)
        navigateur = app.test_client()
        sign_in(navigateur, fabrique, personne)
        cookie = navigateur.get_cookie("session")
        assert cookie is not None
        cookies[role] = cookie.value
    return Monde(
        lieu.public_id,
        premiere,
        recu.proposition.public_id,
        recu.jeton,
        restauration.proposition.public_id,
        compte,
        session.scalars(select(HabilitationCompte.id).where(HabilitationCompte.compte_id == compte.compte_id)).one(),
        cookies,
    )


def list_demandes(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    """(name in the table, rule, method) of every route."""
    for rule in app.url_map.iter_rules():
        for methode in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield f"{methode} {rule.endpoint}", rule, methode


def test_no_route_is_undeclared_and_no_declaration_is_of_a_route_that_is_gone(app: Flask) -> None:
    routes = {nom for nom, _, _ in list_demandes(app)}
    assert sorted(routes - DECLARES.keys()) == []
    assert sorted(DECLARES.keys() - routes) == []


def ask(app: Flask, session: Session, monde: Monde, rule: Rule, methode: str) -> tuple[int, ...]:
    """The status for each role, in the order of ROLES; a 303 to the sign-in page counts as 401."""
    with app.test_request_context():
        adresse = url_for(rule.endpoint, **monde.find_args(rule))
    statuts = []
    for role in ROLES:
        client = app.test_client()
        cookie = monde.cookies[role]
        if cookie is not None:
            client.set_cookie("session", cookie)
        with session.connection().begin_nested() as point:
            reponse = client.open(adresse, method=methode)
            reponse.close()
            point.rollback()
        session.expire_all()
        vers_connexion = "/connexion" in reponse.headers.get("Location", "")
        statuts.append(401 if vers_connexion and not rule.endpoint.startswith("comptes.") else reponse.status_code)
    return tuple(statuts)


def test_everybody_is_answered_what_is_declared(app: Flask, session: Session, monde: Monde) -> None:
    recus = {nom: ask(app, session, monde, rule, methode) for nom, rule, methode in list_demandes(app)}
    attendus = {nom: (dit,) * len(ROLES) if isinstance(dit, int) else dit for nom, dit in DECLARES.items()}
    assert {nom: (attendus.get(nom), recu) for nom, recu in recus.items() if attendus.get(nom) != recu} == {}
