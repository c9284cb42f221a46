"""What is set aside when it comes, and what the score tells moderators."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, propose_correction, propose_lieu, tick
from tierslieux.contributions import confiance, services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, MotifRefus, Statut


def submit(session: Session, auteur: str = "habitant-a", reseau: str | None = None, **valeurs: Any):
    dites = {"nom": "Fablab", "commune_code": "29019"} | valeurs
    depot = Depot(Demarche.NOUVEAU, dites, auteur, reseau=reseau)
    return services.submit(session, depot, now=tick()).proposition


def test_an_ordinary_proposal_waits_in_the_queue(session: Session) -> None:
    proposition = submit(session, presentation="Un fablab ouvert à tous. Voir www.exemple.test")
    assert (proposition.statut, proposition.score, proposition.parts) == (Statut.EN_ATTENTE, 0.5, {})


@pytest.mark.parametrize(
    ("valeurs", "signe"),
    [
        ({"presentation": "http://a.test http://b.test www.c.test"}, "liens"),
        ({"nom": "GAGNEZ DE L’ARGENT VITE"}, "majuscules"),
    ],
)
def test_what_a_text_looks_like(session: Session, valeurs: dict[str, str], signe: str) -> None:
    assert signe in submit(session, **valeurs).parts


def test_the_same_long_text_again_and_again_is_set_aside(session: Session) -> None:
    texte = "Le meilleur endroit de la ville, venez nombreux, tout est gratuit !"
    statuts = [submit(session, auteur=f"h{rang}", presentation=texte).statut for rang in range(4)]
    assert statuts == ["en-attente", "en-attente", "en-attente", "quarantaine"]


def test_a_burst_from_one_network_is_set_aside_and_others_are_not(session: Session) -> None:
    for rang in range(confiance.RAFALE):
        assert submit(session, auteur=f"h{rang}", reseau="salle").statut == Statut.EN_ATTENTE
    assert submit(session, auteur="h-de-trop", reseau="salle").statut == Statut.QUARANTAINE
    assert submit(session, auteur="h-ailleurs", reseau="ailleurs").statut == Statut.EN_ATTENTE


def test_trust_grows_with_what_was_accepted_and_goes_with_what_was_refused(session: Session) -> None:
    for _ in range(confiance.ACCEPTEES_CONNU):
        services.accept(session, submit(session, "connue").public_id, acteur=MODERATEUR, now=tick())
    assert submit(session, "connue").parts == {"antecedents": 0.3}
    for _ in range(confiance.REFUS_MIN):
        refusee = propose_lieu(session, auteur="refuse").proposition.public_id
        services.refuse(session, refusee, MotifRefus.ABUS, acteur=MODERATEUR, now=tick())
    assert submit(session, "refuse").statut == Statut.QUARANTAINE


def test_a_new_phone_number_is_pointed_at(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    assert "coordonnees" in propose_correction(session, lieu.id, telephone="+33298111111").proposition.parts
