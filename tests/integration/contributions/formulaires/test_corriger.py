"""Correcting a place, and saying that it is closed: what changes is proposed, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import create_compte, sign_in
from tests.factories.formulaires import Paires, read_formulaire, send_formulaire
from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.contributions import services as contributions
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.formulaires import timbres
from tierslieux.contributions.models import Proposition
from tierslieux.lieux import historique
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau

AGENT = Habilitation(Role.AGENT, Niveau.DEPARTEMENT, "29")


@pytest.fixture(autouse=True)
def sans_delai(monkeypatch: pytest.MonkeyPatch) -> None:
    """People take longer than tests do."""
    monkeypatch.setattr(timbres, "DELAI_MIN", dt.timedelta(0))


@pytest.fixture
def lieu(session: Session) -> Lieu:
    """A place in Brest with a bit of everything."""
    make_bretagne(session)
    fait = make_lieu(
        session,
        "Le Labo",
        lon=-4.55,
        lat=48.35,
        commune_nom="Brest",
        code_postal="29200",
        adresse="12 rue de la Porte",
        telephone="+33298001122",
        horaires="Mo-Fr 09:00-12:00",
        services=["loisirs-et-creations-numeriques"],
        accessible=True,
    )
    session.commit()
    return fait


def _adresse(lieu: Lieu, page: str = "corriger") -> str:
    return f"/lieux/{lieu.public_id}/{page}"


def _lire(session: Session) -> list[Proposition]:
    session.expire_all()
    return list(session.scalars(select(Proposition).order_by(Proposition.id)))


def _envoyer(client: FlaskClient, lieu: Lieu, **champs: Any) -> Any:
    adresse = _adresse(lieu)
    apercu = send_formulaire(client, client.get(adresse).text, adresse, "apercu", **champs)
    assert apercu.status_code == 200, apercu.text
    return send_formulaire(client, apercu.text, adresse, "envoyer")


def _apply(session: Session, lieu: Lieu, **valeurs: Any) -> None:
    """Somebody else changes the place meanwhile."""
    version = historique.get_version(session, lieu.id)
    depot = Depot(Demarche.CORRECTION, valeurs, "autre", lieu_id=lieu.id, version=version)
    contributions.apply(session, depot, now=dt.datetime.now(dt.UTC))
    session.commit()


def test_the_form_shows_the_place_and_only_changes_are_proposed(
    client: FlaskClient, session: Session, lieu: Lieu
) -> None:
    adresse = _adresse(lieu)
    page = client.get(adresse)
    champs = read_formulaire(page.text, adresse)
    assert (champs["nom"], champs["telephone"], champs["commune"]) == ("Le Labo", "02 98 00 11 22", "Brest (29200)")
    assert (champs["h4_0_debut"], champs["h5_0_debut"]) == ("09:00", "")
    version = historique.get_version(session, lieu.id)
    assert champs["version"] == str(version)
    rien = send_formulaire(client, page.text, adresse, "envoyer")
    assert rien.status_code == 422
    assert "Vous n’avez rien changé" in rien.text
    apercu = send_formulaire(
        client, page.text, adresse, "apercu", telephone="02 98 00 11 33", h5_0_debut="9h", h5_0_fin="12h"
    )
    assert "02\u00a098\u00a000\u00a011\u00a022" in apercu.text
    assert "Du lundi au samedi de 9" in apercu.text
    assert "Le Labo</dd>" not in apercu.text
    recu = send_formulaire(client, apercu.text, adresse, "envoyer")
    (proposition,) = _lire(session)
    assert proposition.apres == {"telephone": "+33298001133", "horaires": "Mo-Sa 09:00-12:00"}
    assert proposition.avant == {"telephone": "+33298001122", "horaires": "Mo-Fr 09:00-12:00"}
    assert (proposition.demarche, proposition.version, proposition.lieu_id) == ("correction", version, lieu.id)
    assert f'data-tl-brouillon-fini="lieu-{lieu.public_id}"' in client.get(recu.location).text


def test_taking_something_out_is_proposed(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    _envoyer(client, lieu, telephone="", services=[], accessible="non")
    assert _lire(session)[0].apres == {"telephone": None, "services": [], "accessible": False}


def test_the_name_cannot_be_taken_out(client: FlaskClient, lieu: Lieu) -> None:
    adresse = _adresse(lieu)
    refus = send_formulaire(client, client.get(adresse).text, adresse, "apercu", nom=" ")
    assert refus.status_code == 422
    assert "Écrivez le nom du lieu." in refus.text


def test_another_commune_and_what_should_be_looked_at(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    adresse = _adresse(lieu)
    apercu = send_formulaire(client, client.get(adresse).text, adresse, "apercu", commune="Guipavas")
    assert "mais pas le point sur la carte" in apercu.text
    send_formulaire(client, apercu.text, adresse, "envoyer")
    assert _lire(session)[0].apres == {"commune_code": "29075", "commune_nom": "Guipavas", "code_postal": "29490"}


def test_rich_hours_are_a_text_and_stay(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    _apply(session, lieu, horaires="Mo[1] 14:00-17:00")
    adresse = _adresse(lieu)
    page = client.get(adresse).text
    assert read_formulaire(page, adresse)["horaires"] == "Mo[1] 14:00-17:00"
    _envoyer(client, lieu, telephone="02 98 00 11 33")
    assert "horaires" not in _lire(session)[-1].apres


def test_a_stale_proposal_carries_the_version_that_it_has_seen(
    client: FlaskClient, session: Session, lieu: Lieu
) -> None:
    adresse = _adresse(lieu)
    page = client.get(adresse).text
    vue = historique.get_version(session, lieu.id)
    _apply(session, lieu, telephone="+33298009999", adresse="14 rue de la Porte")
    apercu = send_formulaire(client, page, adresse, "apercu", telephone="02 98 00 11 33").text
    assert send_formulaire(client, apercu, adresse, "envoyer").status_code == 303
    proposition = _lire(session)[-1]
    assert (proposition.version, proposition.apres) == (vue, {"telephone": "+33298001133"})
    assert proposition.avant == {"telephone": "+33298001122"}


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "0", "\u0662"])
def test_a_version_that_is_none_is_the_present_one(
    client: FlaskClient, session: Session, lieu: Lieu, version: str
) -> None:
    adresse = _adresse(lieu)
    apercu = send_formulaire(client, client.get(adresse).text, adresse, "apercu", nom="Labo", version=version)
    assert apercu.status_code == 200
    assert read_formulaire(apercu.text, adresse)["version"] == str(historique.get_version(session, lieu.id))


def test_places_that_are_not_shown_have_no_form(client: FlaskClient, session: Session) -> None:
    masque = make_lieu(session, "Masqué", statut="masque")
    session.commit()
    for adresse in (_adresse(masque), _adresse(masque, "ferme"), "/lieux/inconnu/corriger", "/lieux/a%00b/ferme"):
        assert client.get(adresse).status_code == 404
        assert client.post(adresse, data={"nom": "x"}).status_code == 404


# --- Whoever decides --------------------------------------------------------------------------------------------------


@pytest.fixture
def agent(client: FlaskClient, session: Session, fabrique: sessionmaker[Session], lieu: Lieu) -> FlaskClient:
    """Somebody who answers for the département of the place."""
    assert lieu.id
    personne = create_compte(session, habilitations=[AGENT])
    session.commit()
    sign_in(client, fabrique, personne)
    return client


def _read_publie(session: Session, lieu: Lieu) -> dict[str, Any]:
    session.expire_all()
    return historique.get_valeurs(session, lieu.id)


def test_an_agent_publishes_at_once(agent: FlaskClient, session: Session, lieu: Lieu) -> None:
    assert "publié tout de suite" in agent.get(_adresse(lieu)).text
    recu = _envoyer(agent, lieu, telephone="")
    assert "telephone" not in _read_publie(session, lieu)
    assert "C’est publié" in agent.get(recu.location).text


@pytest.fixture
def conflit(agent: FlaskClient, session: Session, lieu: Lieu) -> tuple[FlaskClient, str]:
    """An agent's form whose phone somebody else has changed meanwhile, with the address that the agent left alone."""
    adresse = _adresse(lieu)
    page = agent.get(adresse).text
    _apply(session, lieu, telephone="+33298009999", adresse="14 rue de la Porte")
    champs = {"telephone": "02 98 00 11 33", "nom": "Le Grand Labo", "services": []}
    apercu = send_formulaire(agent, page, adresse, "apercu", **champs).text
    reponse = send_formulaire(agent, apercu, adresse, "envoyer")
    assert reponse.status_code == 409
    return agent, reponse.text


@pytest.mark.parametrize(("choix", "telephone"), [("telephone", "+33298001133"), ("", "+33298009999")])
def test_both_values_of_a_conflict_are_shown_and_one_is_chosen(
    session: Session, lieu: Lieu, conflit: tuple[FlaskClient, str], choix: str, telephone: str
) -> None:
    agent, page = conflit
    for valeur in ("11\u00a022", "11\u00a033", "99\u00a099"):
        assert valeur in page
    adresse = _adresse(lieu)
    apercu = send_formulaire(agent, page, adresse, "apercu", choix_telephone=choix)
    assert apercu.status_code == 200
    assert send_formulaire(agent, apercu.text, adresse, "envoyer").status_code == 303
    publie = _read_publie(session, lieu)
    assert (publie["nom"], publie["telephone"]) == ("Le Grand Labo", telephone)
    # What the agent never touched is what the other one wrote.
    assert publie["adresse"] == "14 rue de la Porte"
    assert "services" not in publie


def test_after_a_conflict_the_form_can_still_be_changed(
    session: Session, lieu: Lieu, conflit: tuple[FlaskClient, str]
) -> None:
    agent, page = conflit
    adresse = _adresse(lieu)
    apercu = send_formulaire(agent, page, adresse, "apercu", choix_telephone="").text
    retour = send_formulaire(agent, apercu, adresse, "modifier").text
    assert read_formulaire(retour, adresse)["telephone"] == "02 98 00 99 99"
    apercu = send_formulaire(agent, retour, adresse, "apercu", presentation="Un atelier").text
    send_formulaire(agent, apercu, adresse, "envoyer")
    publie = _read_publie(session, lieu)
    assert (publie["presentation"], publie["telephone"]) == ("Un atelier", "+33298009999")


# --- Closed -----------------------------------------------------------------------------------------------------------


def _signaler(client: FlaskClient, lieu: Lieu, **champs: str) -> Any:
    adresse = _adresse(lieu, "ferme")
    return send_formulaire(client, client.get(adresse).text, adresse, "envoyer", **champs)


def test_a_closed_place_is_reported_with_its_reason(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    recu = _signaler(
        client, lieu, raison="demenage", commentaire="Depuis mai\nplace Foch", courriel_auteur="a@exemple.fr"
    )
    assert recu.status_code == 303
    (proposition,) = _lire(session)
    assert (proposition.demarche, proposition.apres, proposition.lieu_id) == ("fermeture", {"ferme": True}, lieu.id)
    assert proposition.commentaire == "Le lieu a déménagé.\nDepuis mai\nplace Foch"
    assert proposition.courriel == "a@exemple.fr"
    assert f'data-tl-brouillon-fini="ferme-{lieu.public_id}"' in client.get(recu.location).text


def test_a_double_names_the_other_place(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    autre = make_lieu(session, "Le Labo bis")
    session.commit()
    for texte in (autre.public_id, f"https://exemple.fr/bretagne/finistere/brest/le-labo-{autre.public_id}?x=1"):
        assert _signaler(client, lieu, raison="doublon", doublon=texte).status_code == 303
        assert autre.public_id in (_lire(session)[-1].commentaire or "")
    for texte in ("", "n’importe quoi", lieu.public_id, "https://exemple.fr/lieux/inconnu123"):
        refus = _signaler(client, lieu, raison="doublon", doublon=texte, commentaire="gardé")
        assert refus.status_code == 422
        assert read_formulaire(refus.text, _adresse(lieu, "ferme"))["commentaire"] == "gardé"
    assert len(_lire(session)) == 2


def test_a_refused_report_gives_its_text_back(client: FlaskClient, session: Session, lieu: Lieu) -> None:
    adresse = _adresse(lieu, "ferme")
    sans_raison = _signaler(client, lieu, commentaire="<b>Fermé</b>", courriel_auteur="moi")
    assert sans_raison.status_code == 422
    assert "Choisissez une raison." in sans_raison.text
    champs: Paires = read_formulaire(sans_raison.text, adresse)
    assert (champs["commentaire"], champs["courriel_auteur"]) == ("<b>Fermé</b>", "moi")
    page = client.get(adresse).text
    jete = send_formulaire(
        client.application.test_client(), page, adresse, "envoyer", raison="jamais", commentaire="ici"
    )
    assert jete.status_code == 422
    assert read_formulaire(jete.text, adresse)["commentaire"] == "ici"
    assert read_formulaire(jete.text, adresse)["raison"] == "jamais"
    assert _lire(session) == []


def test_an_agent_closes_a_place_and_anybody_may_say_that_it_opened_again(
    agent: FlaskClient, session: Session, lieu: Lieu
) -> None:
    _signaler(agent, lieu, raison="definitif")
    session.expire_all()
    assert session.get_one(Lieu, lieu.id).statut == "ferme"
    _envoyer(agent, lieu, rouvert="1")
    session.expire_all()
    assert session.get_one(Lieu, lieu.id).statut == "publie"


# --- Where forms are found --------------------------------------------------------------------------------------------


def test_the_page_of_a_place_leads_to_its_forms(client: FlaskClient, lieu: Lieu) -> None:
    page = client.get(f"/lieux/{lieu.public_id}", follow_redirects=True).text
    assert "Une information fausse" in page
    assert _adresse(lieu) in page
    assert _adresse(lieu, "ferme") in page


def test_a_place_is_looked_for_by_its_name(client: FlaskClient, lieu: Lieu) -> None:
    trouve = client.get("/contribuer?q=labo").text
    assert _adresse(lieu) in trouve
    absent = client.get("/contribuer?q=inexistant").text
    assert "/contribuer/lieu?nom=inexistant" in absent
    assert "Set-Cookie" not in client.get("/contribuer").headers
    champs = read_formulaire(client.get("/contribuer/lieu?nom=Inexistant&commune=Brest").text, "/contribuer/lieu")
    assert (champs["nom"], champs["commune"]) == ("Inexistant", "Brest")
