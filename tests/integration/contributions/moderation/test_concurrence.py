"""Moderators who decide at the same instant, each on a connection of their own: one decides, the others are told."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

from sqlalchemy import func, select

from tests.factories.lieux import make_lieu
from tests.factories.propositions import propose_correction
from tests.factories.territoires import make_bretagne
from tierslieux.comptes.droits import NATIONAL, Habilitation, Personne, Role
from tierslieux.contributions.enums import MotifRefus, Statut
from tierslieux.contributions.errors import TraiteeError
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.moderation import services
from tierslieux.contributions.moderation.services import Geste
from tierslieux.core.db import create_engine_for, session_factory, transaction
from tierslieux.lieux.models import Changement, Lieu

PERSONNES = 6


def test_of_all_who_decide_at_once_one_does(base_neuve: str) -> None:
    engine = create_engine_for(base_neuve)
    fabrique = session_factory(engine)
    with fabrique() as session, transaction(session):
        make_bretagne(session)
        lieu_id = make_lieu(session, telephone="+33298000000").id
        public_id = propose_correction(session, lieu_id, telephone="+33298111111").proposition.public_id
    depart = threading.Barrier(PERSONNES)
    issues: list[str] = []

    def decider(rang: int) -> None:
        qui = Personne(rang, f"moderation-{rang}", (Habilitation(Role.MODERATEUR, *NATIONAL),))
        geste = Geste(qui, public_id, dt.datetime.now(dt.UTC))
        depart.wait(timeout=10)
        with fabrique() as session:
            try:
                with transaction(session):
                    if rang % 2:
                        services.accept(session, geste, champs=None, corrections={})
                    else:
                        services.refuse(session, geste, MotifRefus.INEXACT, None)
            except TraiteeError:
                issues.append("traitee")
            else:
                issues.append("acceptee" if rang % 2 else "refusee")

    fils = [threading.Thread(target=decider, args=(rang,)) for rang in range(PERSONNES)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=20)
    assert Counter(issues)["traitee"] == PERSONNES - 1
    (issue,) = set(issues) - {"traitee"}
    with fabrique() as session:
        statut = session.scalars(select(Proposition.statut)).one()
        telephone = session.scalars(select(Lieu.telephone)).one()
        changes = session.scalar(select(func.count()).where(Changement.champ == "telephone"))
    assert statut == {"acceptee": Statut.ACCEPTEE, "refusee": Statut.REFUSEE}[issue]
    assert (telephone, changes) == (("+33298111111", 1) if issue == "acceptee" else ("+33298000000", 0))
    engine.dispose()
