"""Fifty people at once on one place: nothing is lost, and the history ends with what is published."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, NOW, check_histoires, read_publie, tick
from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, Voie
from tierslieux.contributions.errors import EditionConcurrenteError, TraiteeError
from tierslieux.contributions.models import Proposition
from tierslieux.core.db import transaction
from tierslieux.lieux import historique
from tierslieux.lieux.models import Changement, FicheSource

PERSONNES = 50
SIMULTANES = 16


@pytest.fixture
def ouvertes(base_neuve: str):
    """Sessions that really commit, each on a connection of its own."""
    engine = create_engine(base_neuve, poolclass=NullPool)
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


def test_fifty_direct_edits_of_one_place_are_all_kept(ouvertes: sessionmaker[Session]) -> None:
    with ouvertes() as session, transaction(session):
        lieu = make_lieu(session, "Lieu", presentation="0", genres=("fablab",))
        depart = historique.get_version(session, lieu.id)
    refus = count()

    def edit(rang: int) -> None:
        """Write one's own value of the same field, all from the same version; look and choose again when refused."""
        version = depart
        # Each refusal means that somebody else has been accepted: at most as many as there are people.
        for _ in range(PERSONNES):
            depot = Depot(
                Demarche.CORRECTION,
                {"presentation": f"texte {rang}", "services": [], "autres_telephones": [f"+3329800{rang:04d}"]}
                if rang % 2
                else {"presentation": f"texte {rang}"},
                f"habitant-{rang}",
                Voie.MODERATION,
                lieu_id=lieu.id,
                version=version,
            )
            try:
                with ouvertes() as session, transaction(session):
                    services.apply(session, depot, now=tick())
            except EditionConcurrenteError as erreur:
                next(refus)
                version = erreur.version
            else:
                return
        pytest.fail(f"{rang} was never accepted")

    with ThreadPoolExecutor(SIMULTANES) as equipe:
        list(equipe.map(edit, range(PERSONNES)))

    with ouvertes() as session:
        acceptees = session.scalars(select(Proposition).where(Proposition.statut == "acceptee")).all()
        assert {p.auteur for p in acceptees} == {f"habitant-{rang}" for rang in range(PERSONNES)}
        dites = session.scalars(
            select(Changement.apres).where(Changement.lieu_id == lieu.id, Changement.champ == "presentation")
        ).all()
        # Every text was published once, in turn, and stays in the history.
        assert sorted(dites) == sorted(f"texte {rang}" for rang in range(PERSONNES))
        fiches = select(func.count()).select_from(FicheSource).where(FicheSource.source_id == "contributions")
        assert session.scalar(fiches) == PERSONNES
        assert next(refus) > 0
        check_histoires(session)


def test_fifty_proposals_on_one_place_accepted_at_once_lose_nothing(ouvertes: sessionmaker[Session]) -> None:
    codes = ["fablab", "coworking", "epn", "bibliotheque", "mairie"]
    with ouvertes() as session, transaction(session):
        lieu = make_lieu(session, "Lieu", genres=("autre",))
        vue = historique.get_version(session, lieu.id)
        recues = []
        for rang in range(PERSONNES):
            # Each adds an event of its own and a kind, on the same version of two sets.
            depot = Depot(
                Demarche.EVENEMENT,
                {
                    "evenements": [{"id": f"e{rang:02d}", "titre": f"Atelier {rang}"}],
                    "genres": ["autre", codes[rang % len(codes)]],
                },
                f"habitant-{rang}",
                lieu_id=lieu.id,
                version=vue,
            )
            recues.append(services.submit(session, depot, now=tick()).proposition.public_id)

    def decide(public_id: str) -> int:
        """Two moderators press at the same time: one of them is told that it is done."""
        with ouvertes() as session, transaction(session):
            try:
                services.accept(session, public_id, acteur=MODERATEUR, now=tick())
            except TraiteeError:
                return 0
            return 1

    with ThreadPoolExecutor(SIMULTANES) as equipe:
        assert sum(equipe.map(decide, [*recues, *recues])) == PERSONNES

    with ouvertes() as session:
        publie = read_publie(session, lieu.id)
        assert [e["id"] for e in publie["evenements"]] == [f"e{rang:02d}" for rang in range(PERSONNES)]
        assert set(publie["genres"]) == {"autre", *codes}
        check_histoires(session)


def test_undoing_and_accepting_at_the_same_time_end_with_what_the_records_say(ouvertes: sessionmaker[Session]) -> None:
    with ouvertes() as session, transaction(session):
        lieu = make_lieu(session, "Lieu", telephone="+33298000000")
        vue = historique.get_version(session, lieu.id)
        publics = [
            services.submit(
                session,
                Depot(
                    Demarche.CORRECTION,
                    {"telephone": f"+332981111{rang:02d}"},
                    f"habitant-{rang}",
                    lieu_id=lieu.id,
                    version=vue,
                ),
                now=NOW,
            ).proposition.public_id
            for rang in range(12)
        ]

    def accept_then_undo(public_id: str) -> None:
        with ouvertes() as session, transaction(session):
            services.accept(session, public_id, acteur=MODERATEUR, now=tick())
        with ouvertes() as session, transaction(session):
            services.undo(session, public_id, acteur=MODERATEUR, now=tick())

    with ThreadPoolExecutor(SIMULTANES) as equipe:
        list(equipe.map(accept_then_undo, publics))
    with ouvertes() as session:
        assert read_publie(session, lieu.id)["telephone"] == "+33298000000"
        check_histoires(session)
