"""Saying in one tap that a place is still so: from its page and from a list, without a cookie before."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.scenarios import read_champ
from tests.factories.suivi import propose
from tests.factories.territoires import make_bretagne
from tierslieux.contributions import services
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.suivi.forms import DELAI_MAX, build_timbre
from tierslieux.lieux import historique, liens
from tierslieux.lieux.models import Lieu

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def lieu(session: Session) -> Lieu:
    """A place that was checked long ago."""
    ancien = make_lieu(session, "Repaire", telephone="+33298000000", date_maj=dt.date(2019, 1, 1))
    session.commit()
    return ancien


def read_formulaire(client: FlaskClient, lieu: Lieu) -> dict[str, str]:
    """The hidden fields of the button on the page of a place."""
    page = client.get(f"/lieux/{lieu.public_id}").text
    return {nom: read_champ(page, nom) for nom in ("version", "timbre")}


def test_one_tap_confirms_and_the_page_says_so(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    page = client.get(f"/lieux/{lieu.public_id}")
    assert "Set-Cookie" not in page.headers  # reading puts no cookie
    assert "fraicheur-ancien" in page.text
    reponse = client.post(f"/lieux/{lieu.public_id}/confirmer", data=read_formulaire(client, lieu))
    assert reponse.status_code == 303
    page = client.get(reponse.location)
    assert "Nous écrivons que vous avez confirmé ces informations aujourd’hui." in page.text
    assert "fraicheur-a-jour" in page.text
    assert "par un habitant ou par le lieu" in page.text
    assert "Oui, c’est toujours vrai" not in page.text
    session.expire_all()
    assert lieu.provenance["telephone"]["confirme"] == NOW.date().isoformat()
    assert lieu.provenance["telephone"]["date"] == "2019-01-01"
    # No value has changed.
    assert historique.get_version(session, lieu.id) == page_version(session, lieu)
    # The same browser again, the same day: thanked, and counted once.
    encore = client.post(f"/lieux/{lieu.public_id}/confirmer", data=read_formulaire(client, lieu))
    assert "Vous l’avez déjà confirmé aujourd’hui." in client.get(encore.location).text
    assert session.query(Proposition).count() == 1


def page_version(session: Session, lieu: Lieu) -> int:
    """The version that opened the place: the only one."""
    (version,) = historique.list_versions(session, lieu.id)
    return version.id


def test_without_a_stamp_nothing_is_confirmed(client: FlaskClient, session: Session, lieu: Lieu, app: Flask) -> None:
    autre = make_lieu(session, "Autre")
    session.commit()
    version = historique.get_version(session, lieu.id)
    with app.test_request_context():
        etranger = build_timbre(autre.public_id, version)
    for champs in (
        {},
        {"version": str(version)},
        {"version": str(version), "timbre": "x"},
        {"version": str(version), "timbre": etranger},
        {"version": "9" * 40, "csrf_token": "x"},
        {"version": "²", "csrf_token": "x"},
    ):
        reponse = client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs)
        assert reponse.status_code == 400, champs
    assert session.query(Proposition).count() == 0


def test_a_stamp_that_is_too_old_gives_the_button_back_and_it_then_works(
    client: FlaskClient, session: Session, lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    champs = read_formulaire(client, lieu)
    monkeypatch.setattr("tierslieux.contributions.suivi.forms.DELAI_MAX", -DELAI_MAX)
    refus = client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs)
    assert refus.status_code == 400
    jeton = read_champ(refus.text, "csrf_token")
    reponse = client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs | {"csrf_token": jeton})
    assert reponse.status_code == 303
    assert session.query(Proposition).count() == 1


def test_what_changed_meanwhile_is_named(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    champs = read_formulaire(client, lieu)
    recu = propose(session, lieu)  # another telephone
    services.accept(session, recu.proposition.public_id, acteur="mod-1", now=NOW)
    session.commit()
    reponse = client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs)
    page = client.get(reponse.location).text
    assert "Cela a changé pendant que vous lisiez\u00a0: Téléphone." in page
    session.expire_all()
    # What was seen is confirmed, not what has become of it.
    assert lieu.telephone == "+33298111111"
    assert "confirme" not in lieu.provenance["telephone"]
    assert lieu.provenance["nom"]["confirme"] == NOW.date().isoformat()


def test_names_of_fields_come_from_our_list_not_from_the_address(client: FlaskClient, lieu: Lieu) -> None:
    page = client.get(f"/lieux/{lieu.public_id}?confirme=oui&change=telephone&change=<script>&change=inconnu").text
    assert "Cela a changé pendant que vous lisiez\u00a0: Téléphone." in page
    assert "<script>" not in page.split("fraicheur", 1)[1].split("</section>")[0]


def test_a_place_that_was_merged_is_confirmed_where_it_is_now(
    client: FlaskClient, session: Session, lieu: Lieu
) -> None:
    garde = make_lieu(session, "Repaire", telephone="+33298000000", date_maj=dt.date(2018, 1, 1))
    champs = read_formulaire(client, lieu)
    liens.merge_lieux(session, garde.id, lieu.id, now=NOW)
    session.commit()
    reponse = client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs)
    assert reponse.status_code == 303
    assert client.get(reponse.location).location.endswith(f"/lieux/{garde.public_id}")
    session.expire_all()
    assert garde.provenance["telephone"]["confirme"] == NOW.date().isoformat()


@pytest.mark.parametrize("statut", ["masque", "ferme"])
def test_a_place_that_is_not_shown_or_closed_is_not_confirmed(
    client: FlaskClient, session: Session, app: Flask, statut: str
) -> None:
    lieu = make_lieu(session, "Ancien", statut=statut)
    session.commit()
    with app.test_request_context():
        timbre = build_timbre(lieu.public_id, historique.get_version(session, lieu.id))
    assert client.post(f"/lieux/{lieu.public_id}/confirmer", data={"timbre": timbre}).status_code == 404
    if statut == "ferme":
        assert "toujours vrai</button>" not in client.get(f"/lieux/{lieu.public_id}").text


def test_too_many_confirmations_from_one_network_are_refused(client: FlaskClient, lieu: Lieu) -> None:
    champs = read_formulaire(client, lieu)
    statuts = [client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs).status_code for _ in range(31)]
    assert statuts == [303] * 30 + [429]


@pytest.mark.parametrize("langue", ["falc", "en"])
def test_people_stay_in_their_language(client: FlaskClient, lieu: Lieu, langue: str) -> None:
    page = client.get(f"/{langue}/lieux/{lieu.public_id}").text
    champs = {nom: read_champ(page, nom) for nom in ("version", "timbre")}
    reponse = client.post(f"/{langue}/lieux/{lieu.public_id}/confirmer", data=champs)
    assert reponse.status_code == 303
    assert reponse.location.startswith(f"/{langue}/lieux/{lieu.public_id}?confirme=oui")


def test_lists_tell_what_is_a_year_old_and_nothing_of_the_rest(client: FlaskClient, session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, "Vieux", date_maj=dt.date(2019, 1, 1))
    make_lieu(session, "Frais", date_maj=NOW.date())
    session.commit()
    page = client.get("/recherche?q=brest").text
    assert page.count('class="fraicheur ') == page.count("fraicheur-ancien") == 1
    api = client.get("/api/v1/lieux?proche=-4.49,48.39").get_json()
    paliers = {lieu["properties"]["nom"]: lieu["properties"]["fraicheur"] for lieu in api["features"]}
    assert paliers == {"Vieux": "ancien", "Frais": "a-jour"}
