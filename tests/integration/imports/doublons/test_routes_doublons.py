"""The pages where people say whether two records are one place."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.lieux import INSTANT, make_lieu
from tierslieux.imports.depots import acces
from tierslieux.imports.doublons.presenters_doublons import CHAMPS, LIBELLE_CODE_POSTAL
from tierslieux.lieux.decisions import decide_meme
from tierslieux.lieux.models import DecisionPaire, FicheSource, Lieu, Paire
from tierslieux.lieux.services import LIBELLES_CHAMPS

PARTS = {"base": -3.2, "nature": 1.6, "distance": 1.0, "adresse": 1.7}


@pytest.fixture
def ouvert(client: FlaskClient) -> FlaskClient:
    """A browser whose session the private link has opened."""
    with client.session_transaction() as session:
        session[acces.CLE_SESSION] = int((dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).timestamp())
    return client


@pytest.fixture
def lieux(session: Session) -> tuple[Lieu, Lieu]:
    un = make_lieu(
        session,
        "Médiathèque <b>Camus</b>",
        source_id="une",
        genres=("bibliotheque",),
        adresse="2 rue du Port",
        commune_nom="Brest",
        telephone="+33298000001",
        horaires="Mo-Fr 09:00-12:00",
    )
    autre = make_lieu(
        session, "Bibliothèque du Port", source_id="autre", adresse="2 RUE DU PORT", commune_nom="Brest", lat=48.3905
    )
    return un, autre


@pytest.fixture
def paire(session: Session, lieux: tuple[Lieu, Lieu]) -> Paire:
    fiches = sorted(session.scalars(select(FicheSource.id).where(FicheSource.lieu_id.in_([lieu.id for lieu in lieux]))))
    paire = Paire(fiche_a_id=fiches[0], fiche_b_id=fiches[1], bande="a-revoir", score=1.1, parts=PARTS, vue_at=INSTANT)
    session.add(paire)
    session.flush()
    return paire


def post(client: FlaskClient, adresse: str, page: str) -> int:
    jeton = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert jeton is not None
    return client.post(adresse, data={"csrf_token": jeton[1]}).status_code


def test_nobody_comes_in_without_the_private_link(client: FlaskClient, paire: Paire) -> None:
    for adresse in ("/imports/doublons", f"/imports/doublons/{paire.id}"):
        assert client.get(adresse).status_code == 403


def test_a_decision_needs_its_form(ouvert: FlaskClient, session: Session, paire: Paire) -> None:
    assert ouvert.post(f"/imports/doublons/{paire.id}/meme").status_code == 400
    assert session.scalars(select(DecisionPaire)).all() == []


@pytest.mark.usefixtures("paire")
def test_the_queue_is_the_oldest_first_and_can_be_narrowed(ouvert: FlaskClient) -> None:
    page = ouvert.get("/imports/doublons").text
    assert "1 paire, les plus anciennes d’abord" in page
    assert "Médiathèque &lt;b&gt;Camus&lt;/b&gt;" in page
    assert "1 paire dans le département 29" in ouvert.get("/imports/doublons?departement=29").text
    assert "Il n’y a rien à revoir" in ouvert.get("/imports/doublons?departement=2a").text
    assert "1 paire, " in ouvert.get("/imports/doublons?departement=%27;--&page=abc").text


def test_both_records_stand_side_by_side_with_the_reasons(ouvert: FlaskClient, paire: Paire) -> None:
    page = ouvert.get(f"/imports/doublons/{paire.id}").text
    assert "Est-ce le même lieu" in page
    # The address differs by its case alone; the name differs; the telephone is on one side.
    lignes = {
        re.sub(r"<[^>]+>", "", titre): re.sub(r"<[^>]+>", " ", reste)
        for titre, reste in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page.split("</table>")[0], re.DOTALL)
    }
    assert "Identique" in lignes["Adresse"]
    assert "Différent" in lignes["Nom"]
    assert "D’un seul côté" in lignes["Téléphone"]
    assert "02 98 00 00 01" in lignes["Téléphone"].replace("\N{NO-BREAK SPACE}", " ")
    assert "Du lundi au vendredi" in lignes["Horaires"]
    assert "+1,7" in page
    assert "−3,2" in page
    assert "<svg" in page
    assert "<b>Camus" not in page


def test_same_place_then_undone(ouvert: FlaskClient, session: Session, paire: Paire, lieux: tuple[Lieu, Lieu]) -> None:
    un, autre = lieux
    page = f"/imports/doublons/{paire.id}"
    assert post(ouvert, f"{page}/meme", page) == 303
    session.expire_all()
    assert (un.statut, autre.statut) == ("publie", "masque")
    assert "Décidé&nbsp;: c’est le même lieu" in ouvert.get(page).text
    assert "Il n’y a rien à revoir" in ouvert.get("/imports/doublons").text
    assert post(ouvert, f"{page}/different", page) == 409
    assert post(ouvert, f"{page}/annuler", page) == 303
    session.expire_all()
    assert (un.statut, autre.statut) == ("publie", "publie")
    assert session.scalars(select(DecisionPaire)).all() == []
    assert "1 paire" in ouvert.get("/imports/doublons").text
    assert post(ouvert, f"{page}/annuler", page) == 404


def test_two_places_then_undone(ouvert: FlaskClient, session: Session, paire: Paire) -> None:
    page = f"/imports/doublons/{paire.id}"
    assert post(ouvert, f"{page}/different", page) == 303
    assert session.scalars(select(DecisionPaire.decision)).all() == ["different"]
    assert "Décidé&nbsp;: ce sont deux lieux" in ouvert.get(page).text
    assert "Il n’y a rien à revoir" in ouvert.get("/imports/doublons").text
    assert post(ouvert, f"{page}/annuler", page) == 303
    assert "1 paire" in ouvert.get("/imports/doublons").text


def test_what_the_program_merged_can_be_split(
    ouvert: FlaskClient, session: Session, paire: Paire, lieux: tuple[Lieu, Lieu]
) -> None:
    un, autre = lieux
    acte = decide_meme(session, un.id, autre.id, now=INSTANT)
    session.execute(DecisionPaire.__table__.delete().where(DecisionPaire.id.in_(acte.decisions)))
    paire.bande = "meme"
    session.flush()
    assert "Il n’y a rien à revoir" in ouvert.get("/imports/doublons").text
    assert "1 paire" in ouvert.get("/imports/doublons?etat=reunis").text
    page = f"/imports/doublons/{paire.id}"
    assert post(ouvert, f"{page}/different", page) == 303
    session.expire_all()
    assert (un.statut, autre.statut) == ("publie", "publie")


def test_a_pair_that_does_not_exist(ouvert: FlaskClient) -> None:
    for paire_id in ("1000000", str(2**63), "abc"):
        assert ouvert.get(f"/imports/doublons/{paire_id}").status_code == 404


def test_every_field_shown_has_its_words() -> None:
    assert all(champ == "code_postal" or champ in LIBELLES_CHAMPS for champ in CHAMPS)
    assert LIBELLE_CODE_POSTAL


def test_the_address_of_a_merged_place_leads_to_the_other(
    client: FlaskClient, session: Session, lieux: tuple[Lieu, Lieu]
) -> None:
    un, autre = lieux
    decide_meme(session, un.id, autre.id, now=INSTANT)
    for prefixe in ("", "/api/v1"):
        reponse = client.get(f"{prefixe}/lieux/{autre.public_id}")
        assert reponse.status_code == 301
        assert reponse.headers["Location"] == f"{prefixe}/lieux/{un.public_id}"
        assert reponse.headers["Cache-Control"] == "no-cache"
        assert client.get(f"{prefixe}/lieux/{un.public_id}").status_code == 200


def test_a_hidden_place_that_kept_its_record_does_not_exist(client: FlaskClient, session: Session) -> None:
    masque = make_lieu(session, "Masqué", statut="masque")
    assert client.get(f"/lieux/{masque.public_id}").status_code == 404
    assert client.get(f"/api/v1/lieux/{masque.public_id}").status_code == 404
