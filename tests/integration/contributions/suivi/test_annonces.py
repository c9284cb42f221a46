"""Mails to contributors: what they say, where they lead, and who gets none."""

from __future__ import annotations

import datetime as dt
import logging
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.factories.lieux import make_lieu
from tests.factories.suivi import COURRIEL, SITE, list_courriels, propose, read_csrf, set_reglages
from tierslieux.contributions import services
from tierslieux.contributions.enums import MotifRefus, Statut
from tierslieux.contributions.models import Desabonnement
from tierslieux.core.courriels import digest_adresse

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(autouse=True)
def _reglages(fabrique: sessionmaker[Session]) -> None:
    set_reglages(fabrique)


def read_lien(corps: str, chemin: str) -> str:
    """The path of a link of a mail."""
    trouve = re.search(rf"{SITE}((?:/en)?/{chemin}/\S+)", corps)
    assert trouve is not None, corps
    return trouve.group(1)


def test_the_outcome_is_told_with_its_reason_and_the_words_of_the_moderator(
    client: FlaskClient, session: Session
) -> None:
    recu = propose(session, make_lieu(session, "Repaire"), apres={"nom": "Repaire II"})
    services.refuse(
        session,
        recu.proposition.public_id,
        MotifRefus.INTROUVABLE,
        acteur="mod-1",
        now=NOW,
        reponse="Avez-vous une photo ?\n<a href='//x'>ici</a>",
    )
    session.commit()
    (courriel,) = list_courriels(session)
    assert courriel.destinataire == COURRIEL
    assert courriel.sujet == "Votre proposition pour «\u00a0Repaire\u00a0» n’est pas publiée"
    assert "Nous n’avons pas pu vérifier cette information." in courriel.corps
    assert "> Avez-vous une photo ?\n> <a href='//x'>ici</a>\n" in courriel.corps
    assert "mod-1" not in courriel.corps
    # The link opens the page, with a secret that is not the contributor's own and stands nowhere in the base.
    lien = read_lien(courriel.corps, "contributions")
    assert recu.jeton not in lien
    page = client.get(lien)
    assert page.status_code == 200
    assert "Votre proposition n’est pas publiée" in page.text


def test_the_link_of_a_mail_answers_a_question(client: FlaskClient, session: Session) -> None:
    recu = propose(session, make_lieu(session))
    services.ask(session, recu.proposition.public_id, "Depuis quand ?", acteur="mod-1", now=NOW)
    session.commit()
    (courriel,) = list_courriels(session)
    assert "> Depuis quand ?" in courriel.corps
    lien = read_lien(courriel.corps, "contributions")
    jeton = read_csrf(client.get(lien).text)
    assert client.post(f"{lien}/repondre", data={"csrf_token": jeton, "texte": "Hier."}).status_code == 303
    session.expire_all()
    assert recu.proposition.statut == Statut.EN_ATTENTE


def test_an_acceptance_says_what_is_published_and_what_is_not(session: Session) -> None:
    recu = propose(session, make_lieu(session), apres={"telephone": "+33298111111", "nom": "Autre"})
    services.accept(session, recu.proposition.public_id, acteur="mod-1", now=NOW, champs=["telephone"])
    (courriel,) = list_courriels(session)
    assert "Publié : Téléphone.".replace(" :", "\u00a0:") in courriel.corps
    assert "Pas publié : Nom du lieu.".replace(" :", "\u00a0:") in courriel.corps


def test_a_mail_is_in_the_language_of_the_contributor(client: FlaskClient, session: Session) -> None:
    recu = propose(session, make_lieu(session), langue="en")
    services.accept(session, recu.proposition.public_id, acteur="mod-1", now=NOW)
    session.commit()
    (courriel,) = list_courriels(session)
    assert '<html lang="en"' in client.get(read_lien(courriel.corps, "contributions")).text


def test_who_left_no_address_gets_nothing_nor_who_does_what_they_know(session: Session) -> None:
    lieu = make_lieu(session)
    muet = propose(session, lieu, courriel=None)
    services.accept(session, muet.proposition.public_id, acteur="mod-1", now=NOW)
    retire = propose(session, lieu, apres={"nom": "Autre"})
    services.withdraw(session, retire.proposition.public_id, retire.jeton, now=NOW)
    assert list_courriels(session) == []


def test_without_settings_or_with_no_address_at_all_the_answer_is_given_all_the_same(
    fabrique: sessionmaker[Session], caplog: pytest.LogCaptureFixture
) -> None:
    fabrique.configure(info={})
    with fabrique() as nue:
        recu = propose(nue, make_lieu(nue))
        services.accept(nue, recu.proposition.public_id, acteur="mod-1", now=NOW)
        assert recu.proposition.statut == Statut.ACCEPTEE
        assert list_courriels(nue) == []
    assert "reason=no_settings" in caplog.text
    set_reglages(fabrique)
    with fabrique() as session:
        recu = propose(session, make_lieu(session), courriel="personne@@nulle part")
        services.accept(session, recu.proposition.public_id, acteur="mod-1", now=NOW)
        assert list_courriels(session) == []
    assert "nulle part" not in caplog.text


def test_mails_without_the_address_of_the_site_lead_nowhere_wrong(fabrique: sessionmaker[Session]) -> None:
    set_reglages(fabrique, site=None)
    with fabrique() as autre:
        recu = propose(autre, make_lieu(autre))
        services.accept(autre, recu.proposition.public_id, acteur="mod-1", now=NOW)
        (courriel,) = list_courriels(autre)
    assert "http" not in courriel.corps
    assert courriel.desabonnement is None


def test_a_link_stops_mails_by_a_button_and_a_scanner_stops_nothing(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu(session)
    recu = propose(session, lieu)
    services.ask(session, recu.proposition.public_id, "Sûr ?", acteur="mod-1", now=NOW)
    session.commit()
    (courriel,) = list_courriels(session)
    assert courriel.desabonnement == SITE + read_lien(courriel.corps, "courriels/ne-plus-recevoir")
    lien = read_lien(courriel.corps, "courriels/ne-plus-recevoir")
    assert COURRIEL not in lien
    for _ in range(3):
        assert client.get(lien).status_code == 200
    assert session.query(Desabonnement).count() == 0
    # What mail programs send by themselves (RFC 8058): no cookie, no token of a session.
    reponse = client.post(lien, data={"List-Unsubscribe": "One-Click"})
    assert reponse.status_code == 200
    assert "Nous n’écrirons plus à cette adresse." in reponse.text
    session.expire_all()
    assert [ligne.empreinte for ligne in session.query(Desabonnement)] == [digest_adresse(COURRIEL, SECRET)]
    assert recu.proposition.courriel is None
    # The same address, given again elsewhere, gets nothing.
    autre = propose(session, lieu, apres={"nom": "Autre"}, courriel=COURRIEL.upper())
    services.accept(session, autre.proposition.public_id, acteur="mod-1", now=NOW)
    session.commit()
    assert len(list_courriels(session)) == 1
    assert client.post(lien).status_code == 200  # twice is once
    # A mistake is undone on the same page.
    assert "de nouveau vous écrire" in client.post(lien, data={"action": "reprendre"}).text
    assert session.query(Desabonnement).count() == 0


def test_a_foreign_link_stops_nobodys_mails(client: FlaskClient, session: Session) -> None:
    empreinte = digest_adresse(COURRIEL, SECRET)
    for jeton in (empreinte, f"{empreinte}.", f"{empreinte}.AAAA", "x"):
        assert client.get(f"/courriels/ne-plus-recevoir/{jeton}").status_code == 404
        assert client.post(f"/courriels/ne-plus-recevoir/{jeton}").status_code == 404
    assert session.query(Desabonnement).count() == 0


def test_no_address_enters_a_log(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    recu = propose(session, make_lieu(session))
    services.accept(session, recu.proposition.public_id, acteur="mod-1", now=NOW)
    assert len(list_courriels(session)) == 1
    assert COURRIEL not in caplog.text
