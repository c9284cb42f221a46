"""Sessions end at once: sign-out, everywhere, another role, a closed or deleted account; and what a resident costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte, read_jeton, send_form, sign_in
from tierslieux.comptes import acces, equipe, services
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models import Compte, HabilitationCompte, SessionCompte
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

AGENT = Habilitation(Role.AGENT, Niveau.FRANCE, CODE_FRANCE)
NOW = dt.datetime.now(dt.UTC)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/compte").status_code == 200


@pytest.fixture
def agent(session: Session) -> Personne:
    return create_compte(session, courriel="agent@exemple.fr", habilitations=[AGENT])


def read_session(session: Session) -> SessionCompte:
    return session.scalars(select(SessionCompte).execution_options(populate_existing=True)).one()


@contextmanager
def watch_queries(session: Session) -> Iterator[list[str]]:
    """What the base is asked meanwhile, but for savepoints."""
    ordres: list[str] = []

    def note(_connexion, _curseur, ordre, *_reste) -> None:
        if "SAVEPOINT" not in ordre:
            ordres.append(ordre)

    moteur = session.get_bind().engine
    event.listen(moteur, "before_cursor_execute", note)
    yield ordres
    event.remove(moteur, "before_cursor_execute", note)


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(
    client: FlaskClient, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    copie = client.get_cookie("session")
    assert is_signed_in(client)
    assert send_form(client, "/compte", "/deconnexion").status_code == 200
    assert not is_signed_in(client)
    client.set_cookie("session", copie.value)
    assert not is_signed_in(client)


def withdraw(session: Session, personne: Personne) -> None:
    compte = services.get_compte(session, personne.compte_id)
    equipe.withdraw_role(session, None, compte.id, compte.habilitations[0].id, now=NOW)


def give(session: Session, personne: Personne) -> None:
    compte = services.get_compte(session, personne.compte_id)
    equipe.put_role(session, compte, Habilitation(Role.AGENT, Niveau.REGION, "53"), par="commande", now=NOW)


def close(session: Session, personne: Personne) -> None:
    chef = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    equipe.set_actif(session, chef, personne.compte_id, est_actif=False, now=NOW)


@pytest.mark.parametrize(
    "faire",
    [
        withdraw,
        give,
        close,
        lambda session, personne: services.erase(session, personne.compte_id, now=NOW),
        lambda session, personne: services.end_everywhere(session, personne.compte_id),
    ],
    ids=["role withdrawn", "role given", "closed", "deleted", "everywhere"],
)
def test_what_ends_sessions_ends_them_at_the_next_request(
    app: Flask,
    session: Session,
    fabrique: sessionmaker[Session],
    agent: Personne,
    faire: Callable[[Session, Personne], None],
) -> None:
    clients = [app.test_client(), app.test_client()]
    for client in clients:
        sign_in(client, fabrique, agent)
        assert is_signed_in(client)
    faire(session, agent)
    session.commit()
    for client in clients:
        reponse = client.get("/compte")
        assert (reponse.status_code, reponse.location) == (303, "/connexion?suite=/compte")


def test_one_browser_is_signed_out_from_another(
    app: Flask, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    perdu, tenu = app.test_client(), app.test_client()
    sign_in(perdu, fabrique, agent, now=NOW - dt.timedelta(minutes=5))
    sign_in(tenu, fabrique, agent)
    plus_vieille = session.scalars(select(SessionCompte).order_by(SessionCompte.ouverte_at)).first()
    reference = plus_vieille.empreinte[:16]
    assert send_form(tenu, "/compte", f"/compte/sessions/{reference}/fermer").status_code == 303
    assert not is_signed_in(perdu)
    assert is_signed_in(tenu)


def test_nobody_ends_the_session_of_another_account(
    app: Flask, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    victime, autre = app.test_client(), app.test_client()
    sign_in(victime, fabrique, agent)
    reference = session.scalars(select(SessionCompte)).one().empreinte[:16]
    sign_in(autre, fabrique, create_compte(session))
    send_form(autre, "/compte", f"/compte/sessions/{reference}/fermer")
    assert is_signed_in(victime)


@pytest.mark.parametrize(
    ("droits", "age", "reste"),
    [
        ([], dt.timedelta(days=29), True),
        ([], dt.timedelta(days=30), False),
        ([ADMINISTRATEUR_FRANCE], dt.timedelta(hours=11), True),
        ([ADMINISTRATEUR_FRANCE], dt.timedelta(hours=12), False),
    ],
)
def test_sessions_last_thirty_days_or_twelve_hours(
    client: FlaskClient,
    session: Session,
    fabrique: sessionmaker[Session],
    droits: list[Habilitation],
    age: dt.timedelta,
    *,
    reste: bool,
) -> None:
    sign_in(client, fabrique, create_compte(session, habilitations=droits), now=dt.datetime.now(dt.UTC) - age)
    assert is_signed_in(client) == reste


def test_use_is_written_once_an_hour_and_makes_a_contributor_s_session_last(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    debut = dt.datetime.now(dt.UTC) - dt.timedelta(days=20)
    sign_in(client, fabrique, create_compte(session), now=debut)
    assert is_signed_in(client)
    rangee = read_session(session)
    assert rangee.vue_at - debut > dt.timedelta(days=19)
    assert rangee.expire_at - rangee.vue_at == dt.timedelta(days=30)
    with watch_queries(session) as ordres:
        client.get("/compte")
    assert not [ordre for ordre in ordres if ordre.startswith("UPDATE session_compte")]


def test_twelve_hours_are_counted_from_sign_in_however_used(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    debut = dt.datetime.now(dt.UTC) - dt.timedelta(hours=11)
    sign_in(client, fabrique, create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE]), now=debut)
    assert is_signed_in(client)
    rangee = read_session(session)
    assert rangee.vue_at > debut
    assert rangee.expire_at == debut + dt.timedelta(hours=12)


@pytest.mark.parametrize("page", ["/", "/mentions-legales", "/recherche", "/connexion-inconnue"])
def test_a_resident_costs_no_query_on_accounts_and_gets_no_cookie(
    client: FlaskClient, session: Session, page: str
) -> None:
    with watch_queries(session) as ordres:
        reponse = client.get(page)
    assert "Set-Cookie" not in reponse.headers
    assert "Cookie" not in reponse.headers.get("Vary", "")
    assert not [ordre for ordre in ordres if "compte" in ordre.lower()]


def test_a_resident_s_page_is_the_same_for_who_is_signed_in(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    with watch_queries(session) as ordres:
        reponse = client.get("/mentions-legales")
    assert not [ordre for ordre in ordres if "compte" in ordre.lower()]
    assert "Set-Cookie" not in reponse.headers
    assert agent.pseudonyme not in reponse.text


def test_a_cookie_of_an_ended_session_is_looked_up_once(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    services.erase(session, agent.compte_id, now=NOW)
    client.get("/compte")
    with watch_queries(session) as ordres:
        client.get("/compte")
    assert ordres == []


def test_nobody_signs_in_by_a_token_in_an_address_or_a_header(
    app: Flask, client: FlaskClient, session: Session, agent: Personne
) -> None:
    with app.test_request_context():
        jeton = session.get_one(Compte, agent.compte_id).get_auth_token()
    for reponse in (
        client.get(f"/compte?auth_token={jeton}"),
        client.get("/compte", headers={"Authentication-Token": jeton}),
    ):
        assert reponse.status_code == 303


def test_no_page_of_the_library_is_open(app: Flask) -> None:
    assert not [regle for regle in app.url_map.iter_rules() if regle.endpoint.startswith("security")]
    assert {"users", "roles"} & set(app.cli.commands) == set()
    assert app.json.sort_keys is False


def test_pages_behind_sign_in_are_kept_by_no_cache(
    client: FlaskClient, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    for page in ("/compte", "/compte/supprimer", "/administration/comptes", "/connexion?suite=/compte"):
        assert client.get(page).headers["Cache-Control"] == "no-store", page


def test_a_role_held_nowhere_is_refused_and_one_held_is_not(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    assert client.get("/administration/comptes").status_code == 403
    chef = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE])
    sign_in(client, fabrique, chef)
    assert client.get("/administration/comptes").status_code == 200
    with client.application.test_request_context("/"):
        assert acces.find_personne() is None


def test_what_cannot_be_undone_asks_for_a_recent_sign_in(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    assert client.get("/compte/supprimer").status_code == 200
    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= 3_700
        cookie.pop("fs_gexp", None)
    assert client.get("/compte/supprimer").location == "/connexion?suite=/compte/supprimer"
    assert send_form(client, "/compte", "/compte/supprimer", confirmer="y").status_code == 303
    assert session.get(Compte, agent.compte_id) is not None


def test_deleting_an_account_takes_its_roles_and_sessions_along(session: Session, agent: Personne) -> None:
    services.erase(session, agent.compte_id, now=NOW)
    for modele in (Compte, HabilitationCompte, SessionCompte):
        assert session.scalars(select(modele)).all() == []


def test_what_was_typed_once_the_session_has_ended_is_given_back(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    jeton = read_jeton(client.get("/compte").text)
    services.end_everywhere(session, agent.compte_id)
    session.commit()
    reponse = client.post("/compte/commune", data={"csrf_token": jeton, "commune": "Lambézellec"})
    assert reponse.status_code == 401
    assert 'value="Lambézellec"' in reponse.text
    assert "Connectez-vous" in reponse.text


def test_a_button_pressed_once_the_session_has_ended_leads_to_sign_in_and_not_back_to_it(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], agent: Personne
) -> None:
    sign_in(client, fabrique, agent)
    jeton = read_jeton(client.get("/compte").text)
    services.end_everywhere(session, agent.compte_id)
    session.commit()
    assert client.post("/compte/sessions/fermer", data={"csrf_token": jeton}).location == "/connexion"
