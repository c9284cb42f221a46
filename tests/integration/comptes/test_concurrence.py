"""Several at once: a code is used once, tries are counted one by one, one administrator of France is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte
from tierslieux.comptes import codes, services
from tierslieux.comptes.codes import Issue
from tierslieux.comptes.enums import Objet
from tierslieux.comptes.errors import DernierAdministrateurError
from tierslieux.comptes.models import Compte
from tierslieux.core.db import create_engine_for, session_factory

NOW = dt.datetime.now(dt.UTC)
FILS = 6  # as many as the pool has connections
T = TypeVar("T")


@pytest.fixture
def fabrique_neuve(base_neuve: str) -> Iterator[sessionmaker[Session]]:
    """Sessions that commit, on a database of the test's own."""
    moteur = create_engine_for(base_neuve)
    yield session_factory(moteur)
    moteur.dispose()


def run_together(faire: Callable[[int], T]) -> list[T]:
    """What comes of FILS threads that start at the same time."""
    depart = Barrier(FILS)

    def courir(rang: int) -> T:
        depart.wait(timeout=10)
        return faire(rang)

    with ThreadPoolExecutor(FILS) as fils:
        return list(fils.map(courir, range(FILS)))


def test_what_two_requests_do_at_once_is_done_once(fabrique_neuve: sessionmaker[Session]) -> None:
    def ask() -> str:
        with fabrique_neuve.begin() as session:
            return codes.request_code(
                session, cle=SECRET, navigateur="un", objet=Objet.CONNEXION, courriel="a@exemple.fr", now=NOW
            )

    def attempt(code: str) -> Issue:
        with fabrique_neuve.begin() as session:
            reponse = codes.verify_code(session, cle=SECRET, navigateur="un", objet=Objet.CONNEXION, code=code, now=NOW)
            return reponse.issue

    bon = ask()
    assert sorted(run_together(lambda _: attempt(bon))) == [Issue.ABSENT] * (FILS - 1) + [Issue.BON]
    bon = ask()
    faux = run_together(lambda rang: attempt(f"{(int(bon) + rang + 1) % 1_000_000:06d}"))
    assert sorted(faux) == [Issue.ABSENT, Issue.EPUISE, *[Issue.FAUX] * 4]
    assert attempt(bon) is Issue.ABSENT

    # A first sign-in in several browsers makes one account.
    def enter(_rang: int) -> int:
        with fabrique_neuve.begin() as session:
            return services.ensure_compte(session, "a@exemple.fr", now=NOW).id

    assert len(set(run_together(enter))) == 1

    # Administrators who all leave at the same time leave one behind.
    with fabrique_neuve.begin() as session:
        chefs = [create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE]) for _ in range(FILS)]

    def leave(rang: int) -> bool:
        try:
            with fabrique_neuve.begin() as session:
                services.erase(session, chefs[rang].compte_id, now=NOW)
        except DernierAdministrateurError:
            return False
        return True

    assert sorted(run_together(leave)) == [False] + [True] * (FILS - 1)
    with fabrique_neuve() as session:
        assert session.scalar(select(func.count()).select_from(Compte)) == 2
