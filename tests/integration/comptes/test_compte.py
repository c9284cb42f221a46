"""One's own account: its address, its commune, its end; and what the command line does."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.factories.comptes import (
    ADMINISTRATEUR_FRANCE,
    create_compte,
    read_code,
    read_mails,
    send_form,
    set_second_facteur,
    sign_in,
)
from tests.factories.territoires import make_bretagne
from tierslieux.comptes import effacement, invitations, services
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models import Compte, HabilitationCompte, Invitation
from tierslieux.comptes.models_journal import Journal
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime.now(dt.UTC)
COURRIEL = "mona.le-bras@exemple.fr"
BREST = Habilitation(Role.AGENT, Niveau.COMMUNE, "29019")


@pytest.fixture
def mona(client: FlaskClient, session: Session, fabrique: sessionmaker[Session]) -> Personne:
    """A contributor who is signed in."""
    personne = create_compte(session, courriel=COURRIEL)
    sign_in(client, fabrique, personne)
    return personne


def read_compte(session: Session, personne: Personne) -> Compte:
    return session.get_one(Compte, personne.compte_id, populate_existing=True)


def test_the_address_changes_once_the_code_sent_to_the_new_one_is_typed(
    client: FlaskClient, session: Session, mona: Personne
) -> None:
    assert send_form(client, "/compte/adresse", courriel="Neuve@Exemple.fr").location == "/compte/adresse/code"
    assert read_mails(session)[-1][0] == "neuve@exemple.fr"
    assert read_compte(session, mona).courriel == COURRIEL
    code = read_code(session)
    assert send_form(client, "/compte/adresse/code", code="x").status_code == 422
    assert send_form(client, "/compte/adresse/code", code=code).status_code == 200
    assert read_compte(session, mona).courriel == "neuve@exemple.fr"
    # The former address is told, and every browser signs in again.
    assert read_mails(session)[-1][0] == COURRIEL
    assert client.get("/compte").status_code == 303


def test_a_code_for_an_address_does_not_sign_in_and_the_other_way_round(
    client: FlaskClient, session: Session, mona: Personne
) -> None:
    send_form(client, "/compte/adresse", courriel="neuve@exemple.fr")
    assert send_form(client, "/connexion/code", code=read_code(session)).status_code == 422
    send_form(client, "/connexion?suite=/compte", courriel="autre@exemple.fr")
    assert send_form(client, "/compte/adresse/code", code=read_code(session)).status_code == 422
    assert read_compte(session, mona).courriel == COURRIEL


def test_an_address_that_has_an_account_is_not_taken(client: FlaskClient, session: Session, mona: Personne) -> None:
    create_compte(session, courriel="prise@exemple.fr")
    session.commit()
    # Nothing is told before the code was typed: the answer is that of any address.
    assert send_form(client, "/compte/adresse", courriel="prise@exemple.fr").location == "/compte/adresse/code"
    refus = send_form(client, "/compte/adresse/code", code=read_code(session))
    assert refus.status_code == 409
    assert "déjà un compte" in refus.text
    assert read_compte(session, mona).courriel == COURRIEL


def test_the_commune_is_said_and_unsaid(client: FlaskClient, session: Session, mona: Personne) -> None:
    make_bretagne(session)
    session.commit()
    assert send_form(client, "/compte", "/compte/commune", commune="29200").status_code == 303
    assert services.find_commune_code(session, mona.pseudonyme) == "29019"
    assert "Brest" in client.get("/compte").text
    inconnue = send_form(client, "/compte", "/compte/commune", commune="Qsdfghjklm")
    assert inconnue.status_code == 422
    assert "Qsdfghjklm" in inconnue.text
    assert send_form(client, "/compte", "/compte/commune", commune="", code="99999").status_code == 422
    assert send_form(client, "/compte", "/compte/commune", commune="").status_code == 303
    assert services.find_commune_code(session, mona.pseudonyme) is None


def test_a_deleted_account_leaves_its_pseudonym_and_nothing_else(
    client: FlaskClient, session: Session, mona: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    vus: list[tuple[str, str]] = []
    monkeypatch.setattr(effacement, "_EFFACEMENTS", dict(effacement._EFFACEMENTS))
    effacement.register(lambda _session, pseudonyme, courriel: vus.append((pseudonyme, courriel)))
    invitations.invite(session, None, COURRIEL, ADMINISTRATEUR_FRANCE, cle=SECRET, now=NOW)
    session.commit()
    send_form(client, "/connexion?suite=/compte", courriel=COURRIEL)
    page = client.get("/compte/supprimer").text
    assert "Plus personne ne peut dire que c’est vous" in page.replace("\xa0", " ")
    assert send_form(client, "/compte/supprimer").status_code == 422
    assert send_form(client, "/compte/supprimer", confirmer="y").status_code == 200
    assert vus == [(mona.pseudonyme, COURRIEL)]
    with client.session_transaction() as cookie:
        assert dict(cookie) == {}
    tables = session.scalars(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    ).all()
    assert "compte" in tables
    for table in tables:
        # Names of tables come from the catalogue of the base.
        compte = text(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE :motif')  # noqa: S608  (names come from the catalogue of the base)
        trace = session.scalar(compte, {"motif": f"%{COURRIEL}%"})
        assert trace == 0, table
    assert session.scalars(select(Journal.objet)).all()[-1] == f"compte:{mona.pseudonyme}"
    assert services.find_courriel(session, mona.pseudonyme) is None


def test_a_function_of_another_feature_that_fails_deletes_nothing(
    session: Session, mona: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    def echoue(_session: Session, _pseudonyme: str, _courriel: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(effacement, "_EFFACEMENTS", {"echoue": echoue})
    session.commit()
    with pytest.raises(RuntimeError):
        services.erase(session, mona.compte_id, now=NOW)
    session.rollback()
    assert read_compte(session, mona).courriel == COURRIEL


def test_what_was_typed_is_shown_as_text(client: FlaskClient, mona: Personne) -> None:
    assert mona
    texte = '"><script>alert(1)</script>'
    for page, action, champ in (
        ("/compte", "/compte/commune", "commune"),
        ("/compte/adresse", None, "courriel"),
        ("/connexion?suite=/compte", "/connexion", "courriel"),
    ):
        reponse = send_form(client, page, action, **{champ: texte})
        assert reponse.status_code == 422
        assert "<script>alert" not in reponse.text


# --- The command line -------------------------------------------------------------------------------------------------


def create(runner: FlaskCliRunner, *options: str):
    base = ["comptes", "create", "--role", "administrateur", "--niveau", "france", "--courriel", "Chef@exemple.fr"]
    return runner.invoke(args=[*base, *options])


def test_the_first_administrator_comes_by_a_link(app: Flask, cli_runner: FlaskCliRunner, session: Session) -> None:
    sec = create(cli_runner, "--dry-run")
    assert (sec.exit_code, session.scalars(select(Invitation)).all()) == (0, [])
    assert "/invitations/" not in sec.output
    fait = create(cli_runner, "--site", "https://carte.exemple.fr", "--envoyer")
    assert fait.exit_code == 0, fait.output
    lien = re.search(r"https://carte\.exemple\.fr(/invitations/\S+)", fait.output)[1]
    assert lien in read_mails(session)[-1][2]
    client = app.test_client()
    assert send_form(client, lien).location == "/connexion/code"
    send_form(client, "/connexion/code", code=read_code(session))
    liste = cli_runner.invoke(args=["comptes", "list"]).output
    assert "chef@exemple.fr: administrateur France entière" in liste


def test_a_territory_is_asked_for_and_must_exist(cli_runner: FlaskCliRunner) -> None:
    base = ["comptes", "create", "--role", "agent", "--niveau", "commune", "--courriel", "a@exemple.fr"]
    assert cli_runner.invoke(args=base).exit_code == 2
    inconnu = cli_runner.invoke(args=[*base, "--code", "99999"])
    assert inconnu.exit_code == 1
    assert "n’existe pas" in inconnu.output


def test_revoke_takes_roles_and_invitations_but_never_the_last_one(
    cli_runner: FlaskCliRunner, session: Session
) -> None:
    make_bretagne(session)
    agent = create_compte(session, courriel="agent@exemple.fr", habilitations=[BREST])
    create_compte(session, courriel="chef@exemple.fr", habilitations=[ADMINISTRATEUR_FRANCE])
    invitations.invite(session, None, "agent@exemple.fr", ADMINISTRATEUR_FRANCE, cle=SECRET, now=NOW)
    session.commit()
    revoke = ["comptes", "revoke", "--courriel", "agent@exemple.fr"]
    assert "agent over commune 29019 withdrawn" in cli_runner.invoke(args=[*revoke, "--dry-run"]).output
    assert session.scalars(select(HabilitationCompte.id).where(HabilitationCompte.compte_id == agent.compte_id)).all()
    assert cli_runner.invoke(args=[*revoke, "--niveau", "france"]).exit_code == 1
    assert cli_runner.invoke(args=revoke).exit_code == 0
    droits = session.scalars(select(HabilitationCompte.id).where(HabilitationCompte.compte_id == agent.compte_id))
    assert droits.all() == []
    assert session.scalars(select(Invitation)).all() == []
    assert cli_runner.invoke(args=revoke).exit_code == 1
    dernier = cli_runner.invoke(args=["comptes", "revoke", "--courriel", "chef@exemple.fr"])
    assert dernier.exit_code == 1
    assert "dernier administrateur" in dernier.output


def test_reset_second_factor(cli_runner: FlaskCliRunner, session: Session) -> None:
    chef = create_compte(session, courriel="chef@exemple.fr", habilitations=[ADMINISTRATEUR_FRANCE])
    set_second_facteur(session, chef, SECRET, now=NOW)
    session.commit()
    commande = ["comptes", "reset-second-factor", "--courriel", "chef@exemple.fr"]
    cli_runner.invoke(args=[*commande, "--dry-run"])
    assert read_compte(session, chef).totp_graine is not None
    assert cli_runner.invoke(args=commande).exit_code == 0
    assert read_compte(session, chef).totp_graine is None
    assert cli_runner.invoke(args=[*commande[:-1], "personne@exemple.fr"]).exit_code == 1
