"""The second factor: compulsory for strong roles, each code good once, tries counted, a lost telephone replaced."""

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
    GRAINE,
    build_totp,
    create_compte,
    read_code,
    send_form,
    set_second_facteur,
    sign_in,
)
from tierslieux.comptes import second_facteur
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models import Compte
from tierslieux.comptes.models_journal import Journal
from tierslieux.comptes.second_facteur import Issue
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

PAGE = "/connexion/second-facteur"
MODERATEUR = Habilitation(Role.MODERATEUR, Niveau.FRANCE, CODE_FRANCE)
DEBUT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def chef(session: Session) -> Personne:
    return create_compte(session, courriel="chef@exemple.fr", habilitations=[ADMINISTRATEUR_FRANCE])


def verify(session: Session, personne: Personne, code: str, now: dt.datetime) -> Issue:
    return second_facteur.verify(session, SECRET, personne.compte_id, code, now=now)


def test_it_is_set_at_the_first_sign_in_before_any_page_of_the_role(
    client: FlaskClient, session: Session, chef: Personne
) -> None:
    send_form(client, "/connexion", courriel="chef@exemple.fr")
    entree = send_form(client, "/connexion/code", code=read_code(session), suite="/administration/comptes")
    assert entree.location == f"{PAGE}?suite=/administration/comptes"
    assert client.get("/administration/comptes").location == f"{PAGE}?suite=/administration/comptes"
    assert send_form(client, "/compte", "/administration/comptes/inviter").location.startswith(PAGE)
    page = client.get(PAGE).text
    # The key to type is the one of the square: the same telephone code comes of it.
    assert '<svg class="qr"' in page
    assert "http" not in re.sub(r'xmlns="[^"]+"', "", page.split("<svg")[1].split("</svg>")[0])
    assert len(re.search(r'class="cle">([A-Z2-7-]+)<', page)[1].replace("-", "")) == 32
    with client.session_transaction() as cookie:
        cookie["graine_second_facteur"] = GRAINE
    faux = send_form(client, PAGE, code="000000")
    assert faux.status_code == 422
    avant = client.get_cookie("session")
    bon = send_form(client, PAGE, code=build_totp(SECRET, now=dt.datetime.now(dt.UTC)), suite="/administration/comptes")
    assert bon.status_code == 200
    assert bon.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>", bon.text)
    assert len(set(codes)) == 10
    assert client.get_cookie("session") != avant
    assert client.get("/administration/comptes").status_code == 200
    # What is stored gives neither the key nor the recovery codes.
    compte = session.get_one(Compte, chef.compte_id)
    session.refresh(compte)
    assert not set(codes) & set(compte.codes_secours)
    assert codes[0].replace("-", "") not in str(compte.codes_secours)


def test_without_it_strong_roles_count_for_nothing(
    client: FlaskClient, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    sign_in(client, fabrique, chef, est_forte=False)
    assert client.get("/compte").status_code == 200
    for page in ("/administration/comptes", f"/administration/comptes/{chef.compte_id}", "/compte/supprimer"):
        assert client.get(page).location.startswith(PAGE), page


def test_a_contributor_is_not_asked_for_it(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    sign_in(client, fabrique, create_compte(session), est_forte=False)
    assert client.get(f"{PAGE}?suite=/compte").location == "/compte"
    assert client.get("/compte/supprimer").status_code == 200


def test_a_code_of_the_telephone_is_good_once_and_for_a_step_more(session: Session, chef: Personne) -> None:
    set_second_facteur(session, chef, SECRET, now=DEBUT)
    plus_tard = DEBUT + dt.timedelta(minutes=10)
    code = build_totp(SECRET, now=plus_tard)
    # The one of ten minutes ago, and of two steps ago, are over; that of the last step is taken.
    assert verify(session, chef, build_totp(SECRET, now=DEBUT), plus_tard) is Issue.FAUX
    assert verify(session, chef, code, plus_tard + dt.timedelta(seconds=61)) is Issue.FAUX
    assert verify(session, chef, code, plus_tard + dt.timedelta(seconds=30)) is Issue.BON
    assert verify(session, chef, code, plus_tard + dt.timedelta(seconds=30)) is Issue.FAUX


def test_the_code_that_sets_it_does_not_also_sign_in(session: Session, chef: Personne) -> None:
    set_second_facteur(session, chef, SECRET, now=DEBUT)
    assert verify(session, chef, build_totp(SECRET, now=DEBUT), DEBUT) is Issue.FAUX


def test_five_wrong_codes_close_it_for_five_minutes(session: Session, chef: Personne) -> None:
    set_second_facteur(session, chef, SECRET, now=DEBUT)
    plus_tard = DEBUT + dt.timedelta(minutes=10)
    for _ in range(5):
        assert verify(session, chef, "000000", plus_tard) is Issue.FAUX
    bon = build_totp(SECRET, now=plus_tard)
    assert verify(session, chef, bon, plus_tard) is Issue.TROP
    assert verify(session, chef, bon, plus_tard + dt.timedelta(seconds=20)) is Issue.TROP
    rouvert = plus_tard + dt.timedelta(minutes=5)
    assert verify(session, chef, build_totp(SECRET, now=rouvert), rouvert) is Issue.BON


def test_tries_are_counted_by_the_page_though_it_refuses(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    maintenant = dt.datetime.now(dt.UTC)
    set_second_facteur(session, chef, SECRET, now=maintenant - dt.timedelta(hours=1))
    sign_in(client, fabrique, chef, est_forte=False)
    for essai in range(6):
        reponse = send_form(client, PAGE, code="000000")
        assert ("trop d’essais" in reponse.text) == (essai == 5)
    assert send_form(client, PAGE, code=build_totp(SECRET, now=maintenant)).status_code == 422


def test_a_recovery_code_is_good_once_and_new_ones_void_the_former(session: Session, chef: Personne) -> None:
    codes = set_second_facteur(session, chef, SECRET, now=DEBUT)
    assert verify(session, chef, codes[0].upper().replace("-", " "), DEBUT) is Issue.BON
    assert verify(session, chef, codes[0], DEBUT) is Issue.FAUX
    nouveaux = second_facteur.renew_codes(session, SECRET, chef.compte_id, now=DEBUT)
    plus_tard = DEBUT + dt.timedelta(minutes=6)
    assert verify(session, chef, codes[1], plus_tard) is Issue.FAUX
    assert verify(session, chef, nouveaux[1], plus_tard) is Issue.BON


def test_a_recovery_code_of_another_account_is_none(session: Session, chef: Personne) -> None:
    autre = create_compte(session, habilitations=[MODERATEUR])
    set_second_facteur(session, chef, SECRET, now=DEBUT)
    codes = set_second_facteur(session, autre, SECRET, now=DEBUT)
    assert verify(session, chef, codes[0], DEBUT) is Issue.FAUX


def test_one_that_is_set_is_not_set_again_by_who_has_only_the_mail(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    maintenant = dt.datetime.now(dt.UTC)
    set_second_facteur(session, chef, SECRET, now=maintenant - dt.timedelta(hours=1))
    sign_in(client, fabrique, chef, est_forte=False)
    assert "<svg" not in client.get(PAGE).text
    issue, codes = second_facteur.enroll(session, SECRET, chef.compte_id, "autre", "000000", now=maintenant)
    assert (issue, codes) == (Issue.TROP, [])
    assert send_form(client, "/compte", "/compte/codes-de-secours").location.startswith(PAGE)
    assert send_form(client, PAGE, code=build_totp(SECRET, now=maintenant)).location == "/compte"
    assert client.get("/administration/comptes").status_code == 200


def test_an_administrator_resets_that_of_a_lost_telephone_and_it_is_written_down(
    app: Flask, session: Session, fabrique: sessionmaker[Session], chef: Personne
) -> None:
    perdu = create_compte(session, courriel="perdu@exemple.fr", habilitations=[MODERATEUR])
    set_second_facteur(session, perdu, SECRET, now=DEBUT)
    sien, client = app.test_client(), app.test_client()
    sign_in(sien, fabrique, perdu)
    sign_in(client, fabrique, chef)
    page = f"/administration/comptes/{perdu.compte_id}"
    assert send_form(client, page, f"{page}/second-facteur").status_code == 422
    assert send_form(client, page, f"{page}/second-facteur", confirmer="y").status_code == 303
    assert sien.get("/compte").status_code == 303
    compte = session.get_one(Compte, perdu.compte_id)
    session.refresh(compte)
    assert (compte.totp_graine, compte.codes_secours, compte.second_facteur_at) == (None, None, None)
    derniere = session.scalars(select(Journal).order_by(Journal.id.desc())).first()
    assert (derniere.acteur, derniere.action, derniere.objet) == (
        chef.pseudonyme,
        "second-facteur-remis",
        f"compte:{perdu.pseudonyme}",
    )
