"""Sign-in by a code sent by e-mail: once, ten minutes, five tries, in the browser that asked, and never by a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte, read_code, read_mails, send_form, sign_in
from tierslieux.comptes import guichet, routes
from tierslieux.comptes.models import CodeCourriel, Compte, SessionCompte

ADRESSE = "Camille.Durand@Exemple.fr"
RANGEE = "camille.durand@exemple.fr"


def ask(client: FlaskClient, courriel: str = ADRESSE, suite: str = "") -> None:
    reponse = send_form(client, "/connexion", courriel=courriel, suite=suite)
    assert reponse.status_code == 303, reponse.text
    assert reponse.location.startswith("/connexion/code")


def type_code(client: FlaskClient, code: str, suite: str = ""):
    return send_form(client, "/connexion/code", code=code, suite=suite)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/compte").status_code == 200


def wrong(code: str, decalage: int = 1) -> str:
    return f"{(int(code) + decalage) % 1_000_000:06d}"


@pytest.fixture
def horloge(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dt.datetime]]:
    """The clock of sign-in: the last one of the list."""
    instants = [dt.datetime.now(dt.UTC)]
    for module in (guichet, routes):
        monkeypatch.setattr(module, "get_now", lambda: instants[-1])
    return instants


def test_an_address_its_code_and_one_is_in(client: FlaskClient, session: Session) -> None:
    ask(client)
    a, sujet, corps = read_mails(session)[-1]
    assert (a, sujet) == (RANGEE, "Votre code pour vous connecter")
    assert "10 minutes" in corps
    avant = client.get_cookie("session")
    reponse = type_code(client, f" {read_code(session)[:3]} {read_code(session)[3:]} ")
    assert (reponse.status_code, reponse.location) == (303, "/compte")
    assert RANGEE in client.get("/compte").text
    assert client.get_cookie("session") != avant
    # Unknown before, it now has a contributor's account, without any role.
    compte = session.scalars(select(Compte)).one()
    assert compte.courriel == RANGEE
    assert "Mes rôles" not in client.get("/compte").text


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_mail(app: Flask, session: Session) -> None:
    create_compte(session, courriel="connue@exemple.fr")
    session.commit()
    reponses = []
    for courriel in ("connue@exemple.fr", "inconnue@exemple.fr"):
        client = app.test_client()
        ordres: list[str] = []

        def note(_c, _cur, ordre, *_reste, ordres=ordres) -> None:
            if "SAVEPOINT" not in ordre:
                ordres.append(ordre)

        moteur = session.get_bind().engine
        event.listen(moteur, "before_cursor_execute", note)
        reponse = send_form(client, "/connexion", courriel=courriel)
        event.remove(moteur, "before_cursor_execute", note)
        reponses.append((reponse.status_code, reponse.location, ordres, client.get("/connexion/code").status_code))
    assert reponses[0] == reponses[1]
    connue, inconnue = (corps for _a, _s, corps in read_mails(session)[-2:])
    assert len(connue) == len(inconnue)


def test_opening_pages_ten_times_changes_nothing(app: Flask, client: FlaskClient, session: Session) -> None:
    ask(client)
    code = read_code(session)
    espion = app.test_client()
    for page in ("/connexion", "/connexion/code", f"/connexion/code?code={code}", "/connexion/second-facteur"):
        for _ in range(10):
            espion.get(page)
            espion.head(page)
    for _ in range(10):
        client.get(f"/connexion/code?code={code}")
    assert not is_signed_in(espion)
    assert not is_signed_in(client)
    assert type_code(client, code).status_code == 303
    assert is_signed_in(client)


def test_a_code_works_once(client: FlaskClient, session: Session) -> None:
    ask(client)
    code = read_code(session)
    type_code(client, code)
    send_form(client, "/compte", "/deconnexion")
    assert not is_signed_in(client)
    assert type_code(client, code).status_code == 422
    assert not is_signed_in(client)


def test_a_code_lasts_ten_minutes(client: FlaskClient, session: Session, horloge: list[dt.datetime]) -> None:
    ask(client)
    horloge.append(horloge[0] + dt.timedelta(minutes=10))
    refus = type_code(client, read_code(session))
    assert refus.status_code == 422
    assert "plus bon" in refus.text
    horloge.append(horloge[-1] + dt.timedelta(minutes=1))
    ask(client)
    horloge.append(horloge[-1] + dt.timedelta(minutes=9, seconds=59))
    assert type_code(client, read_code(session)).status_code == 303


def test_the_fifth_wrong_code_voids_it(client: FlaskClient, session: Session) -> None:
    ask(client)
    code = read_code(session)
    for essai in range(1, 6):
        reponse = type_code(client, wrong(code, essai))
        assert reponse.status_code == 422
        assert ("Il reste" in reponse.text) == (essai < 5)
        # What was typed is not given back: the next one who passes does not read it.
        assert wrong(code, essai) not in reponse.text
    assert type_code(client, code).status_code == 422
    assert not is_signed_in(client)
    ask(client)
    code = read_code(session)
    for essai in range(1, 5):
        type_code(client, wrong(code, essai))
    assert type_code(client, code).status_code == 303


def test_a_code_is_good_in_the_browser_that_asked_and_nobody_else_can_void_it(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    ask(client)
    code = read_code(session)
    autre = app.test_client()
    assert type_code(autre, code).status_code == 422
    # Another browser that asks for the same address has a code of its own, and spends its own tries.
    ask(autre)
    sien = read_code(session)
    for essai in range(1, 6):
        type_code(autre, wrong(sien, essai))
    assert type_code(autre, code).status_code == 422
    assert type_code(client, code).status_code == 303


def test_asking_again_voids_the_code_of_before(client: FlaskClient, session: Session) -> None:
    ask(client)
    premier = read_code(session)
    ask(client)
    assert session.scalar(select(func.count()).select_from(CodeCourriel)) == 1
    if premier != read_code(session):
        assert type_code(client, premier).status_code == 422
    assert type_code(client, read_code(session)).status_code == 303


def test_the_code_is_stored_nowhere_as_it_is(client: FlaskClient, session: Session) -> None:
    ask(client)
    code = read_code(session)
    rangee = session.scalars(select(CodeCourriel)).one()
    assert code not in (rangee.code_hmac, rangee.navigateur_sha256)
    assert len(rangee.code_hmac) == 64
    with client.session_transaction() as cookie:
        assert code not in str(dict(cookie))


@pytest.mark.parametrize(
    ("suite", "ou"),
    [
        ("/moderation?page=2", "/moderation?page=2"),
        ("//mechant.example/x", "/compte"),
        ("/\\mechant.example", "/compte"),
        ("https://mechant.example/", "/compte"),
        ("javascript:alert(1)", "/compte"),
        ("/\t/mechant.example", "/compte"),
        ("moderation", "/compte"),
        ("/" + "a" * 600, "/compte"),
    ],
)
def test_sign_in_leads_to_a_page_of_this_site_only(client: FlaskClient, session: Session, suite: str, ou: str) -> None:
    ask(client, suite=suite)
    reponse = type_code(client, read_code(session), suite=suite)
    assert (reponse.status_code, reponse.location) == (303, ou)


def test_what_is_no_address_is_given_back_with_a_word(client: FlaskClient, session: Session) -> None:
    reponse = send_form(client, "/connexion", courriel="camille@@<b>")
    assert reponse.status_code == 422
    assert "camille@@&lt;b&gt;" in reponse.text
    assert "nom@exemple.fr" in reponse.text
    assert read_mails(session) == []


def test_without_its_token_a_form_does_nothing(client: FlaskClient, session: Session) -> None:
    assert client.post("/connexion", data={"courriel": ADRESSE}).status_code == 400
    assert read_mails(session) == []


def test_a_forged_host_does_not_get_into_the_mail(client: FlaskClient, session: Session) -> None:
    page = client.get("/connexion", base_url="http://mechant.example")
    jeton = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/connexion", data={"csrf_token": jeton, "courriel": ADRESSE}, base_url="http://mechant.example")
    assert "mechant" not in read_mails(session)[-1][2]


def test_the_fourth_mail_in_a_quarter_of_an_hour_is_refused(app: Flask, session: Session) -> None:
    for _ in range(3):
        ask(app.test_client())
    refus = send_form(app.test_client(), "/connexion", courriel=ADRESSE)
    assert refus.status_code == 429
    assert len(read_mails(session)) == 3


def test_a_closed_account_does_not_sign_in(client: FlaskClient, session: Session) -> None:
    personne = create_compte(session, courriel=RANGEE)
    session.get_one(Compte, personne.compte_id).actif = False
    session.commit()
    ask(client)
    assert type_code(client, read_code(session)).status_code == 403
    assert not is_signed_in(client)


def test_signing_in_takes_another_session_and_keeps_nothing_of_the_former(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    personne = create_compte(session, courriel="autre@exemple.fr")
    sign_in(client, fabrique, personne)
    with client.session_transaction() as cookie:
        avant = dict(cookie)
        cookie["scenario"] = "gardé"
    send_form(client, "/connexion?suite=/compte", courriel=RANGEE)
    type_code(client, read_code(session))
    with client.session_transaction() as cookie:
        assert cookie["scenario"] == "gardé"
        assert {nom for nom in avant if avant[nom] == cookie.get(nom)} <= {"_fresh"}
    assert session.scalar(select(func.count()).select_from(SessionCompte)) == 2
    assert RANGEE in client.get("/compte").text


@pytest.mark.parametrize("coche", [True, False])
def test_the_cookie_outlives_the_browser_only_when_asked(client: FlaskClient, session: Session, *, coche: bool) -> None:
    ask(client)
    champs = {"rester": "y"} if coche else {}
    reponse = send_form(client, "/connexion/code", code=read_code(session), **champs)
    assert ("Expires=" in reponse.headers["Set-Cookie"]) == coche
    assert "HttpOnly" in reponse.headers["Set-Cookie"]
    assert "Secure" in reponse.headers["Set-Cookie"]


def test_a_strong_role_never_keeps_its_cookie(client: FlaskClient, session: Session) -> None:
    create_compte(session, courriel=RANGEE, habilitations=[ADMINISTRATEUR_FRANCE])
    session.commit()
    ask(client)
    reponse = send_form(client, "/connexion/code", code=read_code(session), rester="y")
    assert "Expires=" not in reponse.headers["Set-Cookie"]
