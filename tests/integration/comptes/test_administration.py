"""Roles by territory: invitations, what an administrator may give and take, and who is never taken away."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.factories.comptes import (
    ADMINISTRATEUR_FRANCE,
    create_compte,
    read_code,
    read_jeton,
    read_mails,
    send_form,
    sign_in,
)
from tests.factories.territoires import make_bretagne
from tierslieux.comptes import equipe, invitations, perimetres, services
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.errors import DernierAdministrateurError, InvitationError, PorteeError
from tierslieux.comptes.models import Compte, HabilitationCompte, Invitation
from tierslieux.comptes.models_journal import Journal
from tierslieux.core.errors import NotFoundError
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

NOW = dt.datetime.now(dt.UTC)
ADMINISTRATEUR, MODERATEUR, AGENT = Role.ADMINISTRATEUR, Role.MODERATEUR, Role.AGENT
FINISTERE = (Niveau.DEPARTEMENT, "29")
BREST = (Niveau.COMMUNE, "29019")
METROPOLE = (Niveau.EPCI, "242900314")
TREGOR = (Niveau.EPCI, "200000001")
BRETAGNE = (Niveau.REGION, "53")
FRANCE = (Niveau.FRANCE, CODE_FRANCE)
LISTE = "/administration/comptes"


@pytest.fixture
def chef(session: Session) -> Personne:
    """The administrator of Finistère."""
    make_bretagne(session)
    return create_compte(session, courriel="chef@exemple.fr", habilitations=[Habilitation(ADMINISTRATEUR, *FINISTERE)])


def invite(session: Session, donneur: Personne | None, droit: Habilitation, courriel: str = "a@exemple.fr") -> str:
    return invitations.invite(session, donneur, courriel, droit, cle=SECRET, now=NOW).jeton


def list_droits(session: Session, compte_id: int) -> set[tuple[str, str, str]]:
    lignes = session.scalars(select(HabilitationCompte).where(HabilitationCompte.compte_id == compte_id))
    return {(ligne.role, ligne.niveau, ligne.code) for ligne in lignes}


def find_role(session: Session, personne: Personne) -> int:
    stmt = select(HabilitationCompte.id).where(HabilitationCompte.compte_id == personne.compte_id)
    return session.scalars(stmt.order_by(HabilitationCompte.id)).first() or 0


# --- Invitations ------------------------------------------------------------------------------------------------------


def test_from_the_invitation_to_the_role(
    app: Flask, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    client, invite_ = app.test_client(), app.test_client()
    sign_in(client, fabrique, chef)
    envoi = send_form(
        client,
        LISTE,
        f"{LISTE}/inviter",
        courriel="Nadia@Exemple.fr",
        role="moderateur",
        niveau="commune",
        territoire="29019",
    )
    assert envoi.location == f"{LISTE}?fait=invite"
    assert "nadia@exemple.fr" in client.get(LISTE).text
    a, _sujet, corps = read_mails(session)[-1]
    assert a == "nadia@exemple.fr"
    assert "Modérateur" in corps
    assert "Brest" in corps
    chemin = re.search(r"http://localhost(/invitations/\S+)", corps)[1]
    # Ten visits of a scanner take nothing; the page does not tell the whole address.
    for _ in range(10):
        page = invite_.get(chemin)
        assert page.status_code == 200
    assert "n…@exemple.fr" in page.text
    assert "nadia" not in page.text
    assert session.scalars(select(Invitation)).one()
    assert session.scalars(select(Compte).where(Compte.courriel == "nadia@exemple.fr")).all() == []
    accord = invite_.post(chemin, data={"csrf_token": read_jeton(page.text)})
    assert accord.location == "/connexion/code"
    entree = send_form(invite_, "/connexion/code", code=read_code(session))
    assert entree.location == "/connexion/second-facteur"
    compte = session.scalars(select(Compte).where(Compte.courriel == "nadia@exemple.fr")).one()
    assert list_droits(session, compte.id) == {("moderateur", "commune", "29019")}
    # Taken once: the link is void, and says so.
    assert invite_.get(chemin).status_code == 410
    assert session.scalars(select(Journal.action).order_by(Journal.id)).all() == ["invitation", "role"]


def test_who_has_the_link_without_the_mailbox_gets_nothing(app: Flask, session: Session, chef: Personne) -> None:
    jeton = invite(session, chef, Habilitation(MODERATEUR, *BREST))
    session.commit()
    voleur = app.test_client()
    send_form(voleur, f"/invitations/{jeton}")
    assert read_mails(session)[-1][0] == "a@exemple.fr"
    assert send_form(voleur, "/connexion/code", code="000000").status_code == 422
    # Signing in with another address does not take it either.
    send_form(voleur, "/connexion", courriel="voleur@exemple.fr")
    assert send_form(voleur, "/connexion/code", code=read_code(session)).location == "/compte"
    assert session.scalars(select(Invitation)).one()


@pytest.mark.parametrize("jours", [14, 15])
def test_an_invitation_lasts_fourteen_days(session: Session, chef: Personne, jours: int) -> None:
    jeton = invite(session, chef, Habilitation(AGENT, *BREST))
    juste_avant = NOW + dt.timedelta(days=14, seconds=-1)
    assert invitations.get_invitation(session, jeton, cle=SECRET, now=juste_avant).code == "29019"
    with pytest.raises(InvitationError):
        invitations.get_invitation(session, jeton, cle=SECRET, now=NOW + dt.timedelta(days=jours))


def test_a_link_that_is_cut_or_made_up_leads_nowhere(client: FlaskClient, session: Session, chef: Personne) -> None:
    jeton = invite(session, chef, Habilitation(AGENT, *BREST))
    session.commit()
    for faux in (jeton[:-1], jeton.partition(".")[0], f"{'a' * 43}.{'b' * 27}", "x"):
        reponse = client.get(f"/invitations/{faux}")
        assert reponse.status_code == 410
        assert reponse.headers["Cache-Control"] == "no-store"


def test_an_invitation_falls_with_the_power_of_who_sent_it(session: Session, chef: Personne) -> None:
    jeton = invite(session, chef, Habilitation(ADMINISTRATEUR, *BREST))
    invitation_id = session.scalars(select(Invitation.id)).one()
    equipe.withdraw_role(session, None, chef.compte_id, find_role(session, chef), now=NOW)
    with pytest.raises(InvitationError):
        invitations.get_invitation(session, jeton, cle=SECRET, now=NOW)
    compte = services.ensure_compte(session, "a@exemple.fr", now=NOW)
    assert invitations.accept(session, invitation_id, compte, now=NOW) is None
    assert list_droits(session, compte.id) == set()


def test_an_invitation_is_withdrawn(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    jeton = invite(session, chef, Habilitation(AGENT, *BREST))
    session.commit()
    sign_in(client, fabrique, chef)
    numero = session.scalars(select(Invitation.id)).one()
    assert send_form(client, LISTE, f"/administration/invitations/{numero}/retirer").status_code == 303
    assert client.get(f"/invitations/{jeton}").status_code == 410


def test_a_new_invitation_over_the_same_territory_voids_the_former(session: Session, chef: Personne) -> None:
    premier = invite(session, chef, Habilitation(AGENT, *BREST))
    second = invite(session, chef, Habilitation(MODERATEUR, *BREST))
    with pytest.raises(InvitationError):
        invitations.get_invitation(session, premier, cle=SECRET, now=NOW)
    assert invitations.get_invitation(session, second, cle=SECRET, now=NOW).role == "moderateur"


def test_an_invitation_does_not_lower_who_has_more(session: Session, chef: Personne) -> None:
    haut = create_compte(session, courriel="a@exemple.fr", habilitations=[Habilitation(MODERATEUR, *BREST)])
    invite(session, chef, Habilitation(AGENT, *BREST))
    numero = session.scalars(select(Invitation.id)).one()
    invitations.accept(session, numero, services.get_compte(session, haut.compte_id), now=NOW)
    assert list_droits(session, haut.compte_id) == {("moderateur", "commune", "29019")}


# --- What may be given ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "territoire", "est_permis"),
    [
        (ADMINISTRATEUR, FINISTERE, True),
        (ADMINISTRATEUR, BREST, True),
        (AGENT, METROPOLE, True),
        # This EPCI has communes in Côtes-d'Armor too, though the table gives it to Finistère.
        (AGENT, TREGOR, False),
        (AGENT, (Niveau.COMMUNE, "22387"), False),
        (AGENT, (Niveau.DEPARTEMENT, "22"), False),
        (AGENT, BRETAGNE, False),
        (AGENT, FRANCE, False),
        (ADMINISTRATEUR, FRANCE, False),
    ],
)
def test_nobody_gives_beyond_what_is_held(
    session: Session, chef: Personne, role: Role, territoire: tuple[Niveau, str], *, est_permis: bool
) -> None:
    droit = Habilitation(role, *territoire)
    if est_permis:
        invite(session, chef, droit)
    else:
        with pytest.raises(PorteeError):
            invite(session, chef, droit)


def test_a_moderator_gives_nothing(session: Session, chef: Personne) -> None:
    assert chef
    moderateur = create_compte(session, habilitations=[Habilitation(MODERATEUR, *FRANCE)])
    with pytest.raises(PorteeError):
        invite(session, moderateur, Habilitation(AGENT, *BREST))


@pytest.mark.parametrize("territoire", [(Niveau.COMMUNE, "99999"), (Niveau.ARRONDISSEMENT, "75101")])
def test_a_territory_that_does_not_exist_is_not_given(
    session: Session, chef: Personne, territoire: tuple[Niveau, str]
) -> None:
    assert chef
    with pytest.raises(NotFoundError):
        invite(session, None, Habilitation(AGENT, *territoire))


def test_a_refused_invitation_gives_back_what_was_typed(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    sign_in(client, fabrique, chef)
    champs = {"courriel": "nadia@exemple.fr", "role": "agent", "niveau": "region", "territoire": "53"}
    refus = send_form(client, LISTE, f"{LISTE}/inviter", **champs)
    assert refus.status_code == 403
    assert "dépasse le vôtre" in refus.text
    assert 'value="nadia@exemple.fr"' in refus.text
    inconnu = send_form(client, LISTE, f"{LISTE}/inviter", **(champs | {"niveau": "commune", "territoire": "0"}))
    assert inconnu.status_code == 422
    assert session.scalars(select(Invitation)).all() == []
    assert read_mails(session) == []


def test_a_straddling_epci_is_inside_its_region_only(session: Session, chef: Personne) -> None:
    assert chef
    assert perimetres.find_echelle(session, *TREGOR) == {
        Niveau.FRANCE: "FR",
        Niveau.REGION: "53",
        Niveau.EPCI: "200000001",
    }


# --- What may be taken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("droits", "est_permis"),
    [
        ([Habilitation(AGENT, *BREST)], True),
        ([Habilitation(MODERATEUR, *FINISTERE)], True),
        ([Habilitation(ADMINISTRATEUR, *METROPOLE)], True),
        # An equal, and roles of whoever is equal or wider.
        ([Habilitation(ADMINISTRATEUR, *FINISTERE)], False),
        ([Habilitation(AGENT, *BREST), Habilitation(ADMINISTRATEUR, *FINISTERE)], False),
        ([Habilitation(AGENT, *BREST), Habilitation(ADMINISTRATEUR, *BRETAGNE)], False),
        ([Habilitation(AGENT, *BREST), ADMINISTRATEUR_FRANCE], False),
        # An administrator of elsewhere is neither.
        ([Habilitation(AGENT, *BREST), Habilitation(ADMINISTRATEUR, Niveau.DEPARTEMENT, "22")], True),
    ],
)
def test_a_role_is_taken_from_who_holds_less(
    session: Session, chef: Personne, droits: list[Habilitation], *, est_permis: bool
) -> None:
    cible = create_compte(session, habilitations=droits)
    create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    role_id = find_role(session, cible)
    if est_permis:
        equipe.withdraw_role(session, chef, cible.compte_id, role_id, now=NOW)
        assert len(list_droits(session, cible.compte_id)) == len(droits) - 1
    else:
        for faire in (
            lambda: equipe.withdraw_role(session, chef, cible.compte_id, role_id, now=NOW),
            lambda: equipe.change_role(session, chef, cible.compte_id, role_id, MODERATEUR, now=NOW),
            lambda: equipe.set_actif(session, chef, cible.compte_id, est_actif=False, now=NOW),
            lambda: equipe.reset_second_facteur(session, chef, cible.compte_id, now=NOW),
        ):
            with pytest.raises(PorteeError):
                faire()
        assert len(list_droits(session, cible.compte_id)) == len(droits)


def test_accounts_of_elsewhere_do_not_exist_for_an_administrator(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    ailleurs = create_compte(
        session, courriel="ailleurs@exemple.fr", habilitations=[Habilitation(AGENT, Niveau.DEPARTEMENT, "22")]
    )
    simple = create_compte(session, courriel="simple@exemple.fr")
    ici = create_compte(session, courriel="ici@exemple.fr", habilitations=[Habilitation(AGENT, *BREST)])
    sign_in(client, fabrique, chef)
    page = client.get(LISTE).text
    assert "ici@exemple.fr" in page
    assert "ailleurs@exemple.fr" not in page
    assert "simple@exemple.fr" not in page
    for cible, statut in ((ailleurs, 404), (simple, 404), (ici, 200)):
        assert client.get(f"{LISTE}/{cible.compte_id}").status_code == statut
    for cible in (ailleurs, simple):
        for fin in ("fermer", "rouvrir", "second-facteur", f"roles/{find_role(session, cible)}/retirer"):
            reponse = send_form(client, "/compte", f"{LISTE}/{cible.compte_id}/{fin}", confirmer="y")
            assert reponse.status_code == 404, fin
    assert client.get(f"{LISTE}/99999999999").status_code == 404
    assert client.get(f"{LISTE}?apres=x").status_code == 422
    for q, est_trouve in (("ICI@", True), (ici.pseudonyme[:12], True), ("%", False), ("ailleurs", False)):
        trouves = send_form(client, LISTE, f"{LISTE}/chercher", q=q).text
        assert ("ici@exemple.fr</a>" in trouves) == est_trouve, q
        assert "ailleurs@exemple.fr" not in trouves


def test_the_national_administrator_sees_everybody(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    assert chef
    create_compte(session, courriel="simple@exemple.fr")
    sign_in(client, fabrique, create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE]))
    page = client.get(LISTE).text
    assert "simple@exemple.fr" in page
    assert "chef@exemple.fr" in page


def test_a_role_is_changed_withdrawn_and_an_account_closed_by_the_pages(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    cible = create_compte(session, courriel="c@exemple.fr", habilitations=[Habilitation(AGENT, *BREST)])
    sign_in(client, fabrique, chef)
    page = f"{LISTE}/{cible.compte_id}"
    role = f"{page}/roles/{find_role(session, cible)}"
    assert send_form(client, page, role, role="moderateur").status_code == 303
    assert list_droits(session, cible.compte_id) == {("moderateur", "commune", "29019")}
    assert send_form(client, page, role, role="dieu").status_code == 422
    assert send_form(client, page, f"{page}/fermer").status_code == 422
    assert send_form(client, page, f"{page}/fermer", confirmer="y").status_code == 303
    assert "(fermé)" in client.get(LISTE).text
    assert send_form(client, page, f"{page}/rouvrir").status_code == 303
    assert send_form(client, page, f"{role}/retirer").location == f"{LISTE}?fait=retrait"
    assert client.get(page).status_code == 404
    actes = session.scalars(select(Journal.action).order_by(Journal.id)).all()
    assert actes == ["role", "desactivation", "reactivation", "retrait-role"]


def test_the_role_of_another_account_is_not_taken_through_one_s_own(session: Session, chef: Personne) -> None:
    autre = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    with pytest.raises(NotFoundError):
        equipe.withdraw_role(session, chef, chef.compte_id, find_role(session, autre), now=NOW)


# --- The last one -----------------------------------------------------------------------------------------------------


def test_the_last_administrator_of_france_stays(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    dernier = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    ferme = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    session.get_one(Compte, ferme.compte_id).actif = False
    session.flush()
    role_id = find_role(session, dernier)
    for faire in (
        lambda: services.erase(session, dernier.compte_id, now=NOW),
        lambda: equipe.withdraw_role(session, None, dernier.compte_id, role_id, now=NOW),
        lambda: equipe.withdraw_role(session, dernier, dernier.compte_id, role_id, now=NOW),
        lambda: equipe.change_role(session, dernier, dernier.compte_id, role_id, AGENT, now=NOW),
    ):
        with pytest.raises(DernierAdministrateurError):
            faire()
    sign_in(client, fabrique, dernier)
    assert send_form(client, "/compte/supprimer", confirmer="y").status_code == 409
    assert send_form(client, "/compte", f"/compte/roles/{role_id}/quitter", confirmer="y").status_code == 409
    autre = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    session.commit()
    assert send_form(client, "/compte", f"/compte/roles/{role_id}/quitter").status_code == 422
    assert send_form(client, "/compte", f"/compte/roles/{role_id}/quitter", confirmer="y").status_code == 303
    assert list_droits(session, dernier.compte_id) == set()
    with pytest.raises(DernierAdministrateurError):
        services.erase(session, autre.compte_id, now=NOW)
