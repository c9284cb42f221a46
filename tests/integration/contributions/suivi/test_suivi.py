"""The private page of a proposal: what it shows, what its author can do, and to whom it does not open."""

from __future__ import annotations

import datetime as dt
import html
import logging
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tests.factories.comptes import create_compte, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.suivi import COURRIEL, build_adresse, press, propose, read_csrf, set_reglages
from tierslieux.contributions import services
from tierslieux.contributions.enums import MotifRefus, Statut
from tierslieux.contributions.models import MessageProposition
from tierslieux.lieux import historique, liens
from tierslieux.lieux.models import Lieu

NOW = dt.datetime.now(dt.UTC)
MODERATION = "mod-1"


@pytest.fixture(autouse=True)
def _reglages(fabrique: sessionmaker[Session]) -> None:
    set_reglages(fabrique)


def flatten(reponse: TestResponse) -> str:
    """The page without its own address nor the number of the request."""
    return re.sub(r"<code>[0-9a-f]+", "", reponse.text.replace(reponse.request.path, ""))


@pytest.fixture
def lieu(session: Session) -> Lieu:
    """A place whose telephone is known."""
    return make_lieu(session, "Repaire", telephone="+33298000000")


def test_it_shows_what_was_proposed_and_that_nobody_has_looked_yet(
    client: FlaskClient, session: Session, lieu: Lieu
) -> None:
    recu = propose(session, lieu, commentaire="Le <b>numéro</b> a changé.")
    session.commit()
    reponse = client.get(build_adresse(recu))
    assert reponse.status_code == 200
    assert "Votre proposition attend une réponse" in reponse.text
    assert "02\u00a098\u00a000\u00a000\u00a000" in reponse.text
    assert "02\u00a098\u00a011\u00a011\u00a011" in reponse.text
    # A text of a person is text.
    assert "Le &lt;b&gt;numéro&lt;/b&gt; a changé." in reponse.text
    assert f"/lieux/{lieu.public_id}/historique" in reponse.text
    # The address itself is not repeated: the page may be open on a shared computer.
    assert COURRIEL not in reponse.text


def test_the_page_is_kept_by_nobody_and_told_to_nobody(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu = propose(session, lieu)
    session.commit()
    entetes = client.get(build_adresse(recu)).headers
    assert entetes["Cache-Control"] == "no-store"
    assert entetes["Referrer-Policy"] == "no-referrer"
    assert "noindex" in entetes["X-Robots-Tag"]
    refus = client.post(build_adresse(recu) + "/repondre", data={"texte": "Oui"})
    assert refus.status_code == 400
    assert refus.headers["Cache-Control"] == "no-store"
    assert "Oui" in refus.text


def test_a_wrong_secret_is_an_unknown_page(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu, autre = propose(session, lieu), propose(session, lieu, apres={"telephone": "+33298222222"})
    session.commit()
    inconnue = client.get(f"/contributions/inconnu000/{recu.jeton}")
    for adresse in (
        f"/contributions/{recu.proposition.public_id}/{autre.jeton}",
        f"/contributions/{recu.proposition.public_id}/{recu.proposition.jeton_sha256}",
        f"/contributions/{recu.proposition.public_id}/x",
    ):
        reponse = client.get(adresse)
        assert reponse.status_code == inconnue.status_code == 404
        # Nothing tells one that exists from one that does not, but what was asked and the number of the request.
        assert flatten(reponse) == flatten(inconnue)
    jeton = read_csrf(client.get(build_adresse(recu)).text)
    for geste in ("repondre", "retirer", "annuler", "oublier-mon-adresse"):
        faux = f"/contributions/{recu.proposition.public_id}/{autre.jeton}/{geste}"
        assert client.post(faux, data={"csrf_token": jeton, "texte": "Oui"}).status_code == 404
    session.expire_all()
    assert recu.proposition.statut == Statut.EN_ATTENTE
    assert recu.proposition.courriel == COURRIEL


def test_a_question_is_answered_and_the_proposal_waits_again(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu = propose(session, lieu)
    services.ask(session, recu.proposition.public_id, "Depuis quand <i>?</i>", acteur=MODERATION, now=NOW)
    session.commit()
    page = client.get(build_adresse(recu)).text
    assert "Nous avons une question" in page
    assert "Depuis quand &lt;i&gt;?&lt;/i&gt;" in page
    reponse = press(client, build_adresse(recu), "repondre", texte="Depuis lundi.\r\n\x00Oui !")
    assert reponse.status_code == 303
    session.expire_all()
    assert recu.proposition.statut == Statut.EN_ATTENTE
    messages = session.query(MessageProposition).order_by(MessageProposition.id).all()
    assert [message.texte for message in messages] == ["Depuis quand <i>?</i>", "Depuis lundi.\nOui !"]
    assert "Depuis lundi." in client.get(reponse.location).text
    # The moderator's pseudonym is nobody's business.
    assert MODERATION not in client.get(reponse.location).text


@pytest.mark.parametrize("texte", ["", "   \r\n ", "x" * 2_001])
def test_an_answer_that_is_refused_stays_in_its_field(
    client: FlaskClient, session: Session, lieu: Lieu, texte: str
) -> None:
    recu = propose(session, lieu)
    session.commit()
    reponse = press(client, build_adresse(recu), "repondre", texte=texte)
    assert reponse.status_code == 422
    assert 'aria-invalid="true"' in reponse.text
    if texte.strip():
        assert texte in reponse.text
    assert session.query(MessageProposition).count() == 0


def test_an_answer_that_comes_too_late_is_given_back(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu = propose(session, lieu)
    session.commit()
    jeton = read_csrf(client.get(build_adresse(recu)).text)
    services.refuse(session, recu.proposition.public_id, MotifRefus.INEXACT, acteur=MODERATION, now=NOW)
    session.commit()
    texte = "Je l’ai vu hier & ce matin."
    reponse = client.post(build_adresse(recu) + "/repondre", data={"csrf_token": jeton, "texte": texte})
    assert reponse.status_code == 409
    assert html.escape(texte, quote=False) in reponse.text


def test_a_proposal_is_taken_back_before_its_answer_only(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu = propose(session, lieu)
    session.commit()
    assert press(client, build_adresse(recu), "retirer").status_code == 303
    session.expire_all()
    assert recu.proposition.statut == Statut.RETIREE
    page = client.get(build_adresse(recu)).text
    assert "Vous avez retiré cette proposition" in page
    assert "Retirer ma proposition" not in page
    jeton = read_csrf(page)
    assert client.post(build_adresse(recu) + "/retirer", data={"csrf_token": jeton}).status_code == 409


def test_the_answer_is_shown_with_its_reason_and_what_is_published(
    client: FlaskClient, session: Session, lieu: Lieu
) -> None:
    recu = propose(session, lieu, apres={"telephone": "+33298111111", "nom": "Repaire II"})
    services.accept(session, recu.proposition.public_id, acteur=MODERATION, now=NOW, champs=["telephone"])
    autre = propose(session, lieu, apres={"nom": "Publicité"})
    mots = "Merci, mais non :\n<script>alert(1)</script>"
    services.refuse(
        session, autre.proposition.public_id, MotifRefus.PUBLICITE, acteur=MODERATION, now=NOW, reponse=mots
    )
    session.commit()
    page = client.get(build_adresse(recu)).text
    assert "Une partie de votre proposition est publiée" in page
    assert page.count('<span class="issue">publié</span>') == page.count('<span class="issue">pas publié</span>') == 1
    page = client.get(build_adresse(autre)).text
    assert "Le texte est une publicité." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(("age", "attendu"), [(dt.timedelta(hours=23, minutes=55), 303), (dt.timedelta(hours=25), 409)])
def test_what_was_published_is_undone_within_a_day(
    client: FlaskClient, session: Session, lieu: Lieu, age: dt.timedelta, attendu: int
) -> None:
    decidee_at = dt.datetime.now(dt.UTC) - age
    recu = propose(session, lieu, now=decidee_at)
    services.accept(session, recu.proposition.public_id, acteur=MODERATION, now=decidee_at)
    session.commit()
    page = client.get(build_adresse(recu)).text
    assert ("Annuler ma contribution" in page) is (attendu == 303)
    assert press(client, build_adresse(recu), "annuler").status_code == attendu
    session.expire_all()
    attendus = {303: (Statut.ANNULEE, "+33298000000"), 409: (Statut.ACCEPTEE, "+33298111111")}
    valeurs = historique.get_valeurs(session, lieu.id)
    assert (recu.proposition.statut, valeurs["telephone"]) == attendus[attendu]
    # The history says who did it: the author.
    if attendu == 303:
        assert historique.list_versions(session, lieu.id)[-1].auteur == "habitant-x"


def test_a_new_place_that_is_undone_is_hidden(client: FlaskClient, session: Session) -> None:
    recu = propose(session, None)
    services.accept(session, recu.proposition.public_id, acteur=MODERATION, now=dt.datetime.now(dt.UTC))
    session.commit()
    lieu = session.get_one(Lieu, recu.proposition.lieu_id)
    assert f"/lieux/{lieu.public_id}" in client.get(build_adresse(recu)).text
    assert press(client, build_adresse(recu), "annuler").status_code == 303
    session.expire_all()
    assert lieu.statut == "masque"
    page = client.get(build_adresse(recu)).text
    assert "Cette proposition n’est plus publiée" in page
    assert f"/lieux/{lieu.public_id}" not in page


def test_an_address_is_erased_at_once(
    client: FlaskClient, session: Session, lieu: Lieu, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recu = propose(session, lieu)
    session.commit()
    assert press(client, build_adresse(recu), "oublier-mon-adresse").status_code == 303
    session.expire_all()
    assert recu.proposition.courriel is None
    assert "Effacer mon adresse" not in client.get(build_adresse(recu)).text
    services.accept(session, recu.proposition.public_id, acteur=MODERATION, now=NOW)
    assert COURRIEL not in caplog.text
    assert recu.jeton not in caplog.text


def test_the_page_leads_to_the_place_that_took_the_other_over(client: FlaskClient, session: Session) -> None:
    garde, absorbe = make_lieu(session, "Garde"), make_lieu(session, "Absorbé")
    recu = propose(session, absorbe)
    session.flush()
    liens.merge_lieux(session, garde.id, absorbe.id, now=NOW, auteur=MODERATION)
    session.commit()
    page = client.get(build_adresse(recu)).text
    assert f'href="/lieux/{garde.public_id}"' in page
    assert f"/lieux/{absorbe.public_id}" not in page
    assert "Ce lieu était deux fois sur la carte." in page


def test_the_page_is_in_the_language_of_its_address(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu = propose(session, lieu, langue="en")
    session.commit()
    assert '<html lang="en"' in client.get("/en" + build_adresse(recu)).text
    # Plain French has no such page: it is shown in French.
    assert client.get("/falc" + build_adresse(recu)).status_code == 302


def test_an_account_finds_its_own_proposals_and_nobody_else_s(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session], lieu: Lieu
) -> None:
    personne = create_compte(session)
    mienne = propose(session, lieu, auteur=personne.pseudonyme)
    propose(session, None, auteur="quelqu-un-d-autre")
    session.commit()
    sign_in(client, fabrique, personne)
    page = client.get("/compte/contributions").text
    assert "Repaire" in page
    assert "Fablab du coin" not in page
    lien = re.search(rf'href="(/contributions/{mienne.proposition.public_id}/[^"]+)"', page)
    assert lien is not None
    assert client.get(lien[1]).status_code == 200
