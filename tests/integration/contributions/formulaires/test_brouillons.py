"""Drafts, and sendings that are one however many times they come."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.formulaires import services
from tierslieux.contributions.formulaires.brouillons import (
    OCTETS_MAX,
    find_envoi,
    get_brouillon,
    keep_brouillon,
    reserve_envoi,
)
from tierslieux.contributions.models import Brouillon, Proposition
from tierslieux.core.db import create_engine_for, session_factory, transaction
from tierslieux.core.errors import InvalidInputError, NotFoundError

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
DEPOT = Depot(Demarche.NOUVEAU, {"nom": "Le Labo", "genres": ["fablab"], "commune_code": "29019"}, "habitant-a")


def test_a_draft_lasts_thirty_days_and_is_only_found_by_its_secret(session: Session) -> None:
    paires = [("nom", "À finir"), ("genres", "fablab"), ("genres", "coworking")]
    jeton = keep_brouillon(session, "lieu", paires, now=NOW)
    assert get_brouillon(session, jeton, now=NOW + dt.timedelta(days=29)) == ("lieu", paires)
    for secret, jours in ((jeton, 31), (jeton[:-1], 0), ("", 0)):
        with pytest.raises(NotFoundError):
            get_brouillon(session, secret, now=NOW + dt.timedelta(days=jours))
    assert jeton not in str(session.execute(select(Brouillon.__table__)).all())


def test_a_draft_is_written_over_by_its_own_form_alone(session: Session) -> None:
    jeton = keep_brouillon(session, "lieu", [("nom", "a")], now=NOW)
    assert keep_brouillon(session, "lieu", [("nom", "b")], now=NOW, jeton=jeton) == jeton
    assert keep_brouillon(session, "corriger:x", [("nom", "c")], now=NOW, jeton=jeton) != jeton
    assert keep_brouillon(session, "lieu", [("nom", "d")], now=NOW, jeton="inconnu") != "inconnu"
    assert get_brouillon(session, jeton, now=NOW) == ("lieu", [("nom", "b")])


def test_a_draft_is_bounded(session: Session) -> None:
    with pytest.raises(InvalidInputError):
        keep_brouillon(session, "lieu", [("commentaire", "x" * OCTETS_MAX)], now=NOW)


def test_a_sending_is_no_draft(session: Session) -> None:
    assert reserve_envoi(session, "secret", now=NOW)
    assert not reserve_envoi(session, "secret", now=NOW)
    assert find_envoi(session, "secret") is None  # it has not become anything yet
    for jeton in ("secret", "envoisecret"):
        with pytest.raises(NotFoundError):
            get_brouillon(session, jeton, now=NOW)


def test_the_same_form_sent_at_once_by_two_browsers_is_one_proposal(base_neuve: str) -> None:
    moteur = create_engine_for(base_neuve)
    fabrique = session_factory(moteur)
    barriere, issues = threading.Barrier(2), []

    def send() -> None:
        with fabrique() as session:
            barriere.wait(timeout=10)
            with transaction(session):
                issues.append(services.send(session, DEPOT, "secret", est_publiee=False, now=NOW))

    fils = [threading.Thread(target=send) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=20)
    assert len(issues) == 2
    assert issues[0] == issues[1]
    with fabrique() as session:
        assert session.scalar(select(func.count()).select_from(Proposition)) == 1
    moteur.dispose()
