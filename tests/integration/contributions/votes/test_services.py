"""Residents vote where their territory wants it, and five of them publish a proposal after two days."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import create_compte, send_form, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, propose_correction, propose_lieu, read_publie, tick
from tests.factories.territoires import make_bretagne
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.comptes.models import Compte
from tierslieux.contributions import services as contributions
from tierslieux.contributions.enums import Statut
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.votes import services
from tierslieux.core.errors import ConflictError, ForbiddenError, NotFoundError
from tierslieux.territoires.enums import Niveau

BREST = (Niveau.COMMUNE, "29019")
FINISTERE = (Niveau.DEPARTEMENT, "29")
JOUR = dt.timedelta(days=1)


@pytest.fixture
def bretagne(session: Session) -> None:
    make_bretagne(session)
    services.set_reglage(session, FINISTERE, avec_votes=True, acteur=MODERATEUR, now=tick())


def make_voisins(session: Session, nombre: int = 5) -> list[Compte]:
    ancien = tick() - 60 * JOUR
    return [
        session.get_one(Compte, create_compte(session, commune_code="29019", now=ancien).compte_id)
        for _ in range(nombre)
    ]


def cast(session: Session, proposition: Proposition, voisins: list[Compte], valeur: str = "pour") -> None:
    for rang, voisin in enumerate(voisins):
        services.vote(session, proposition.public_id, voisin, valeur, reseau=f"reseau-{voisin.id}-{rang}", now=tick())


@pytest.mark.usefixtures("bretagne")
def test_five_neighbours_publish_after_two_days_and_not_before(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    proposition = propose_correction(session, lieu.id, telephone="+33298111111").proposition
    cast(session, proposition, make_voisins(session))
    recue = proposition.recue_at
    assert services.conclude(session, now=recue + 2 * JOUR - dt.timedelta(minutes=1)) == []
    assert services.conclude(session, now=recue + 2 * JOUR) == [proposition.public_id]
    assert read_publie(session, lieu.id)["telephone"] == "+33298111111"
    assert (proposition.statut, proposition.decidee_par) == (Statut.ACCEPTEE, services.HABITANTS)
    # Moderators keep the last word.
    contributions.undo(session, proposition.public_id, acteur=MODERATEUR, now=tick())
    assert read_publie(session, lieu.id)["telephone"] == "+33298000000"


@pytest.mark.usefixtures("bretagne")
def test_one_no_or_four_yes_leave_it_in_the_queue(session: Session) -> None:
    opposee, peu = propose_lieu(session, nom="Un").proposition, propose_lieu(session, nom="Deux").proposition
    voisins = make_voisins(session, 6)
    cast(session, opposee, voisins[:5])
    cast(session, opposee, voisins[5:], "contre")
    cast(session, peu, voisins[:4])
    assert services.conclude(session, now=tick() + 5 * JOUR) == []
    # Changing one's mind is possible.
    cast(session, opposee, voisins[5:])
    assert services.conclude(session, now=tick() + 5 * JOUR) == [opposee.public_id]


@pytest.mark.usefixtures("bretagne")
def test_one_s_own_a_decided_one_and_one_elsewhere_are_not_voted_on(session: Session) -> None:
    (voisin,) = make_voisins(session, 1)
    sienne = propose_lieu(session, auteur=voisin.pseudonyme).proposition
    with pytest.raises(ForbiddenError):
        cast(session, sienne, [voisin])
    decidee = propose_lieu(session).proposition
    contributions.accept(session, decidee.public_id, acteur=MODERATEUR, now=tick())
    with pytest.raises(ConflictError):
        cast(session, decidee, [voisin])
    services.set_reglage(session, BREST, avec_votes=False, acteur=MODERATEUR, now=tick())
    # The commune says no where its département says yes: the nearest decides.
    with pytest.raises(NotFoundError):
        cast(session, propose_lieu(session).proposition, [voisin])


@pytest.mark.usefixtures("bretagne")
def test_what_a_moderator_has_in_hand_or_has_changed_meanwhile_is_left_to_moderators(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    proposition = propose_correction(session, lieu.id, telephone="+33298111111").proposition
    cast(session, proposition, make_voisins(session))
    contributions.accept(
        session,
        propose_correction(session, lieu.id, telephone="+33298222222").proposition.public_id,
        acteur=MODERATEUR,
        now=tick(),
    )
    assert services.conclude(session, now=tick() + 3 * JOUR) == []
    autre = propose_lieu(session).proposition
    cast(session, autre, make_voisins(session))
    fin = tick() + 3 * JOUR
    contributions.take(session, autre.public_id, acteur=MODERATEUR, now=fin)
    assert services.conclude(session, now=fin) == []
    assert services.conclude(session, now=fin + contributions.DUREE_VERROU) == [autre.public_id]


@pytest.mark.usefixtures("bretagne")
def test_the_pages_show_the_neighbours_proposals_and_take_a_vote(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    recu = propose_lieu(session, nom="Atelier <b>vélo</b>")
    assert client.get("/propositions").status_code == 303
    personne = create_compte(session, commune_code="29019")
    sign_in(client, fabrique, personne)
    assert "Atelier &lt;b&gt;vélo&lt;/b&gt;" in client.get("/propositions").text.replace("\u202f", " ")
    adresse = f"/propositions/{recu.proposition.public_id}"
    page = client.get(adresse).text
    assert "habitant-a" not in page
    assert send_form(client, adresse, f"{adresse}/pour").status_code == 303
    assert "rien à regarder" in client.get("/propositions").text.replace("\xa0", " ")
    assert client.post(f"{adresse}/pour").status_code == 400
    assert client.get("/propositions/inconnue00").status_code == 404


@pytest.mark.usefixtures("bretagne")
def test_a_territory_chooses_for_itself_alone(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    personne = create_compte(session, habilitations=[Habilitation(Role.MODERATEUR, *BREST)])
    sign_in(client, fabrique, personne)
    assert "Brest" in client.get("/moderation/reglages").text
    page, brest = "/moderation/reglages", "/moderation/reglages/commune/29019"
    assert send_form(client, page, brest, avec_votes="oui").status_code == 303
    assert services.is_ouvert(session, {Niveau.COMMUNE: "29019"})
    assert send_form(client, page, "/moderation/reglages/departement/29", avec_votes="non").status_code == 404
    assert services.is_ouvert(session, {Niveau.DEPARTEMENT: "29"})
