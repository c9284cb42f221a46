"""Pages of history and what moderators do from them: over their territory alone, and always taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import create_compte, read_jeton, send_form, sign_in
from tests.factories.lieux import INSTANT, make_lieu, make_source
from tests.factories.propositions import check_histoires, propose_correction, propose_lieu, tick
from tests.factories.territoires import make_bretagne
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions import services as contributions
from tierslieux.contributions.enums import Action
from tierslieux.contributions.models import Opposition, Proposition
from tierslieux.lieux import decisions, historique
from tierslieux.lieux.liens import link_fiches
from tierslieux.lieux.models import Changement, FicheSource, Lieu
from tierslieux.lieux.publication import publish
from tierslieux.territoires.enums import Niveau

BREST = Habilitation(Role.MODERATEUR, Niveau.EPCI, "242900314")
TREGOR = Habilitation(Role.MODERATEUR, Niveau.EPCI, "200000001")
AGENT = Habilitation(Role.AGENT, Niveau.EPCI, "242900314")
Connecter = Callable[[Habilitation], Personne]


@pytest.fixture
def lieu(session: Session) -> Lieu:
    """A place in Brest that two people corrected: its telephone, then its name and presentation."""
    make_bretagne(session)
    lieu = make_lieu(
        session, "Atelier", telephone="+33298000000", presentation="Un lieu calme.", horaires="Mo 09:00-12:00"
    )
    accept(session, propose_correction(session, lieu.id, "renard-1", telephone="+33298111111"))
    accept(
        session,
        propose_correction(session, lieu.id, "loutre-2", nom="Atelier <b>neuf</b>", presentation="Un lieu ouvert."),
    )
    session.commit()
    return lieu


@pytest.fixture
def connecter(session: Session, client: FlaskClient, fabrique: sessionmaker[Session]) -> Connecter:
    """Sign the browser in with a role."""

    def _connecter(droit: Habilitation) -> Personne:
        personne = create_compte(session, habilitations=[droit])
        session.commit()
        sign_in(client, fabrique, personne)
        return personne

    return _connecter


def accept(session: Session, recu: contributions.Recu) -> Proposition:
    return contributions.accept(session, recu.proposition.public_id, acteur="moderation-essai", now=tick())


def list_ids(session: Session, lieu_id: int) -> list[int]:
    return [version.id for version in historique.list_versions(session, lieu_id)]


def read_lieu(session: Session, lieu_id: int) -> Lieu:
    return session.get_one(Lieu, lieu_id, populate_existing=True)


def list_actions(session: Session, objet: str) -> list[str]:
    return list(session.scalars(select(Journal.action).where(Journal.objet == objet).order_by(Journal.id)))


# --- What anybody reads -----------------------------------------------------------------------------------------------


def test_the_history_says_when_who_why_and_what(client: FlaskClient, lieu: Lieu) -> None:
    page = client.get(f"/lieux/{lieu.public_id}/historique")
    assert page.status_code == 200
    texte = page.text
    assert 'content="noindex"' in texte
    assert texte.index("loutre-2") < texte.index("renard-1")
    assert "02\u00a098\u00a000\u00a000\u00a000" in texte
    assert "02\u00a098\u00a011\u00a011\u00a011" in texte
    assert '<del><span class="lecteur">Retiré\u00a0: </span>calme</del>' in texte
    assert "Atelier &lt;b&gt;neuf&lt;/b&gt;" in texte
    assert "<b>neuf" not in texte
    assert "3 changements en tout" in texte
    # Nothing of the moderators, no cookie.
    assert "Masquer" not in texte
    assert "/moderation/" not in texte
    assert "Set-Cookie" not in page.headers


def test_a_version_shows_the_place_as_it_was_and_what_has_changed_since(
    session: Session, client: FlaskClient, lieu: Lieu
) -> None:
    _, milieu, derniere = list_ids(session, lieu.id)
    page = client.get(f"/lieux/{lieu.public_id}/historique/{milieu}").text
    assert "Ce qui a changé depuis" in page
    assert "ancienne version" in page
    valeurs = page.split("Tout ce qui était dit")[1]
    assert "Un lieu calme." in valeurs
    assert "Un lieu ouvert." not in valeurs
    assert "restaurer" not in page
    assert "version d’aujourd’hui" in client.get(f"/lieux/{lieu.public_id}/historique/{derniere}").text


@pytest.mark.parametrize("chemin", ["historique", "fiches", "historique/1", "historique/99999999999999999999999"])
def test_an_unknown_place_or_version_does_not_exist(client: FlaskClient, lieu: Lieu, chemin: str) -> None:
    assert client.get(f"/lieux/inconnu/{chemin}").status_code == 404
    assert client.get(f"/lieux/%00/{chemin}").status_code == 404
    if chemin.startswith("historique/"):
        assert client.get(f"/lieux/{lieu.public_id}/{chemin}").status_code == 404


def test_a_long_history_is_read_page_by_page_without_hole_or_repetition(
    session: Session, client: FlaskClient, lieu: Lieu
) -> None:
    for numero in range(12):
        accept(session, propose_correction(session, lieu.id, "castor-3", adresse=f"{numero} rue Haute"))
    session.commit()
    adresse, vues = f"/lieux/{lieu.public_id}/historique", []
    for _ in range(3):
        page = client.get(adresse).text
        vues += [mot.split('"')[0] for mot in page.split(f"/lieux/{lieu.public_id}/historique/")[1:]]
        if "Changements plus anciens" not in page:
            break
        adresse = page.split('<a class="bouton bouton-second" href="')[1].split('"')[0]
    assert [int(numero) for numero in vues] == list_ids(session, lieu.id)[::-1]


def test_the_records_say_which_one_is_shown_and_why(session: Session, client: FlaskClient, lieu: Lieu) -> None:
    page = client.get(f"/lieux/{lieu.public_id}/fiches").text
    assert page.count("Contributions vérifiées,") >= 2
    assert "une contribution vérifiée passe avant" in page
    assert "brut" not in page
    fiche = session.scalars(select(FicheSource).where(FicheSource.lieu_id == lieu.id)).first()
    assert fiche is not None
    assert "Source essai" in page


def test_two_places_made_one_tell_it_on_both_sides(session: Session, client: FlaskClient, lieu: Lieu) -> None:
    autre = make_lieu(session, "Atelier bis", source_id="autre")
    decisions.decide_meme(session, lieu.id, autre.id, now=tick(), auteur="moderation-essai")
    session.commit()
    garde = client.get(f"/lieux/{lieu.public_id}/historique").text
    assert "Il a reçu des fiches d’un autre lieu." in garde
    assert autre.public_id in garde
    absorbe = client.get(f"/lieux/{autre.public_id}/historique")
    assert absorbe.status_code == 200
    assert "Il a été réuni à un autre lieu." in absorbe.text
    assert lieu.public_id in absorbe.text
    assert client.get(f"/lieux/{autre.public_id}/fiches").location == f"/lieux/{lieu.public_id}/fiches"


def test_what_a_person_opposes_is_nowhere_in_the_past(session: Session, client: FlaskClient, lieu: Lieu) -> None:
    demande = INSTANT + dt.timedelta(days=1)
    session.add(
        Opposition(lieu_id=lieu.id, champs=["telephone"], empreintes=[], statut="demandee", demandee_at=demande)
    )
    nouveau = propose_correction(session, lieu.id, "castor-3", telephone="+33298222222").proposition.public_id
    contributions.accept(session, nouveau, acteur="moderation-essai", now=demande + dt.timedelta(days=1))
    session.commit()
    numeros = list_ids(session, lieu.id)
    pages = [f"historique/{numero}" for numero in numeros]
    for chemin in ["historique", "fiches", *pages]:
        page = client.get(f"/lieux/{lieu.public_id}/{chemin}").text
        assert "Retiré à la demande d’une personne" in page or chemin == pages[-1]
        assert "02\u00a098\u00a000\u00a000\u00a000" not in page
        assert "11\u00a011\u00a011" not in page
    # What was said afterwards is shown.
    assert "02\u00a098\u00a022\u00a022\u00a022" in page


# --- A former version -------------------------------------------------------------------------------------------------


def test_a_moderator_goes_back_to_a_version_then_takes_it_back(
    session: Session, client: FlaskClient, lieu: Lieu, connecter: Connecter
) -> None:
    personne = connecter(BREST)
    premiere, *_ = list_ids(session, lieu.id)
    avant = historique.get_valeurs(session, lieu.id)
    page = f"/lieux/{lieu.public_id}/historique/{premiere}"
    vue = client.get(page)
    assert f"{page}/restaurer" in vue.text
    assert vue.headers["Cache-Control"] == "no-store"
    demande = client.get(f"{page}/restaurer").text
    assert historique.get_valeurs(session, lieu.id) == avant, "asking changes nothing"
    champs = {"csrf_token": read_jeton(demande), "vue": str(list_ids(session, lieu.id)[-1])}
    reponse = client.post(f"{page}/restaurer", data=champs)
    assert reponse.status_code == 303
    session.expire_all()
    assert historique.get_valeurs(session, lieu.id) == historique.get_valeurs(session, lieu.id, premiere)
    assert read_lieu(session, lieu.id).nom == "Atelier"
    assert personne.pseudonyme in client.get(f"/lieux/{lieu.public_id}/historique").text
    # The same page takes it back, and does it again.
    for geste, valeurs in (("annuler", avant), ("retablir", historique.get_valeurs(session, lieu.id, premiere))):
        suite = send_form(client, reponse.location, f"{reponse.location}/{geste}")
        assert suite.status_code == 303
        session.expire_all()
        assert historique.get_valeurs(session, lieu.id) == valeurs
    assert "Retour à une version\u00a0: rétabli." in client.get(f"/lieux/{lieu.public_id}/historique").text
    check_histoires(session)


def test_a_place_that_changed_since_is_not_touched(
    session: Session, client: FlaskClient, lieu: Lieu, connecter: Connecter
) -> None:
    connecter(BREST)
    premiere, _, derniere = list_ids(session, lieu.id)
    adresse = f"/lieux/{lieu.public_id}/historique/{premiere}/restaurer"
    jeton = read_jeton(client.get(adresse).text)
    accept(session, propose_correction(session, lieu.id, "castor-3", telephone="+33298333333"))
    session.commit()
    avant = historique.get_valeurs(session, lieu.id)
    for vue in (str(derniere), "", "x"):
        reponse = client.post(adresse, data={"csrf_token": jeton, "vue": vue})
        assert reponse.status_code == 409
        assert "Le lieu a changé" in reponse.text
        assert f'value="{list_ids(session, lieu.id)[-1]}"' in reponse.text
    session.expire_all()
    assert historique.get_valeurs(session, lieu.id) == avant


def test_what_a_person_opposes_does_not_come_back_with_a_version(
    session: Session, client: FlaskClient, lieu: Lieu, connecter: Connecter
) -> None:
    premiere, *_ = list_ids(session, lieu.id)
    accept(session, propose_correction(session, lieu.id, "castor-3", telephone=None))
    session.add(
        Opposition(lieu_id=lieu.id, champs=["telephone"], empreintes=[], statut="confirmee", demandee_at=tick())
    )
    session.commit()
    connecter(BREST)
    adresse = f"/lieux/{lieu.public_id}/historique/{premiere}/restaurer"
    demande = client.get(adresse).text
    assert "Téléphone" not in demande
    vue = str(list_ids(session, lieu.id)[-1])
    assert client.post(adresse, data={"csrf_token": read_jeton(demande), "vue": vue}).status_code == 303
    lu = read_lieu(session, lieu.id)
    assert (lu.nom, lu.telephone) == ("Atelier", None)


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def actes(session: Session, lieu: Lieu) -> list[str]:
    """Every address that changes the place."""
    premiere, *_ = list_ids(session, lieu.id)
    racine = f"/lieux/{lieu.public_id}"
    return [
        f"{racine}/historique/{premiere}/restaurer",
        f"{racine}/masquer",
        f"{racine}/remontrer",
        f"{racine}/separer",
        f"{racine}/decisions/1/annuler",
        f"{racine}/historique/retours/abcdefghij/annuler",
    ]


@pytest.mark.parametrize(("droit", "statut"), [(None, 303), (AGENT, 403), (TREGOR, 404)])
@pytest.mark.usefixtures("lieu")
def test_only_moderators_of_the_territory_act(
    session: Session,
    client: FlaskClient,
    actes: list[str],
    connecter: Connecter,
    *,
    droit: Habilitation | None,
    statut: int,
) -> None:
    if droit is not None:
        connecter(droit)
    avant = session.scalar(select(Changement.id).order_by(Changement.id.desc()).limit(1))
    # A token that is good, so that the refusal is that of the rights.
    jeton = read_jeton(client.get("/connexion" if droit is None else "/compte").text)
    champs = {"csrf_token": jeton, "fiche": "1", "etape": "faire", "vue": "1"}
    assert [client.post(adresse, data=champs).status_code for adresse in actes] == [statut] * len(actes)
    pages = [adresse for adresse in actes if not adresse.endswith("annuler")]
    assert [client.get(adresse).status_code for adresse in pages] == [statut] * len(pages)
    assert session.scalar(select(Changement.id).order_by(Changement.id.desc()).limit(1)) == avant
    assert "Masquer" not in client.get(f"{actes[1].removesuffix('masquer')}historique").text


def test_nothing_is_done_without_the_token(client: FlaskClient, actes: list[str], connecter: Connecter) -> None:
    connecter(BREST)
    assert {client.post(adresse, data={"motif": "abus"}).status_code for adresse in actes} == {400}


# --- Hidden, shown ----------------------------------------------------------------------------------------------------


def test_a_place_is_hidden_with_a_reason_and_shown_again(
    session: Session, client: FlaskClient, lieu: Lieu, connecter: Connecter, app
) -> None:
    connecter(BREST)
    racine = f"/lieux/{lieu.public_id}"
    assert send_form(client, f"{racine}/masquer").status_code == 422
    assert read_lieu(session, lieu.id).statut == "publie"
    assert send_form(client, f"{racine}/masquer", motif="abus").status_code == 303
    assert read_lieu(session, lieu.id).statut == "masque"
    passant = app.test_client()
    assert {passant.get(f"{racine}{page}").status_code for page in ("", "/historique", "/fiches")} == {404}
    histoire = client.get(f"{racine}/historique").text
    assert "Le texte était insultant, ou n’avait pas de sens." in histoire
    assert "Le lieu n’est plus montré." in histoire
    assert send_form(client, f"{racine}/masquer", motif="abus").status_code == 409
    # What its records become meanwhile does not show it.
    publish(session, [lieu.id], now=tick())
    session.commit()
    assert read_lieu(session, lieu.id).statut == "masque"
    assert send_form(client, f"{racine}/remontrer", motif="erreur").status_code == 303
    assert read_lieu(session, lieu.id).statut == "publie"
    assert passant.get(f"{racine}/historique").status_code == 200
    assert list_actions(session, f"lieu:{lieu.public_id}") == [Action.MASQUER, Action.REMONTRER]
    check_histoires(session)


@pytest.mark.usefixtures("lieu")
def test_a_place_that_people_took_back_is_not_shown_again(
    session: Session, client: FlaskClient, connecter: Connecter
) -> None:
    proposition = accept(session, propose_lieu(session, "Faux lieu"))
    contributions.undo(session, proposition.public_id, acteur="moderation-essai", now=tick())
    session.commit()
    faux = session.get_one(Lieu, proposition.lieu_id, populate_existing=True)
    connecter(BREST)
    assert send_form(client, f"/lieux/{faux.public_id}/remontrer", motif="erreur").status_code == 409
    assert read_lieu(session, faux.id).statut == "masque"


# --- Two places in one ------------------------------------------------------------------------------------------------


@pytest.fixture
def double(session: Session, lieu: Lieu) -> Lieu:
    """A second place that an import has merged into the first."""
    autre = make_lieu(session, "Atelier bis", source_id="autre", telephone="+33298444444")
    fiches = session.scalars(select(FicheSource.id).where(FicheSource.lieu_id == autre.id)).all()
    link_fiches(session, dict.fromkeys(fiches, lieu.id), now=tick(), motif="Rapprochement automatique")
    session.commit()
    return autre


def test_a_merged_place_is_separated_after_a_look_and_that_is_taken_back(
    session: Session, client: FlaskClient, lieu: Lieu, double: Lieu, connecter: Connecter
) -> None:
    personne = connecter(BREST)
    adresse = f"/lieux/{lieu.public_id}/separer"
    fiche = session.scalar(select(FicheSource.id).where(FicheSource.source_id == "autre"))
    page = client.get(adresse).text
    assert "Source autre" in page
    assert "Source essai" in page
    assert send_form(client, adresse).status_code == 422
    demande = send_form(client, adresse, fiche=str(fiche))
    assert demande.status_code == 200
    assert "Oui, séparer" in demande.text
    assert read_lieu(session, double.id).statut == "masque"
    vue = str(historique.get_version(session, lieu.id))
    faite = send_form(client, adresse, fiche=str(fiche), etape="faire", vue=vue)
    assert faite.status_code == 303
    assert read_lieu(session, double.id).statut == "publie"
    page = client.get(faite.location).text
    assert "Ce sont des lieux différents" in page
    assert personne.pseudonyme in page
    histoire = client.get(f"/lieux/{lieu.public_id}/historique").text
    assert "elles parlent d’un autre lieu" in histoire
    assert double.public_id in histoire
    numero = page.split("/decisions/")[1].split("/")[0]
    jeton = {"csrf_token": read_jeton(page)}
    assert client.post(f"{faite.location}/{numero}/annuler", data=jeton).status_code == 303
    assert read_lieu(session, double.id).statut == "masque"
    assert client.post(f"{faite.location}/{numero}/annuler", data=jeton).status_code == 404
    assert list_actions(session, f"lieu:{lieu.public_id}") == [Action.SEPARER, Action.REUNIR]
    check_histoires(session)


@pytest.mark.usefixtures("double")
def test_records_of_another_place_or_all_of_them_do_not_leave(
    session: Session, client: FlaskClient, lieu: Lieu, connecter: Connecter
) -> None:
    connecter(BREST)
    ailleurs = make_lieu(session, "Ailleurs")
    session.commit()
    etrangere = session.scalar(select(FicheSource.id).where(FicheSource.lieu_id == ailleurs.id))
    siennes = session.scalars(select(FicheSource.id).where(FicheSource.lieu_id == lieu.id)).all()
    adresse, vue = f"/lieux/{lieu.public_id}/separer", str(historique.get_version(session, lieu.id))
    jeton = read_jeton(client.get(adresse).text)
    avant = list(session.execute(select(FicheSource.id, FicheSource.lieu_id).order_by(FicheSource.id)))
    for fiches in ([etrangere], list(siennes), [2**62]):
        champs = {"csrf_token": jeton, "fiche": fiches, "etape": "faire", "vue": vue}
        assert client.post(adresse, data=champs).status_code == 409
    assert list(session.execute(select(FicheSource.id, FicheSource.lieu_id).order_by(FicheSource.id))) == avant


def test_a_decision_that_moved_records_of_anothers_territory_stays(
    session: Session, client: FlaskClient, lieu: Lieu, connecter: Connecter
) -> None:
    make_source(session, "moindre", confiance=10)
    voisin = make_lieu(session, "Voisin", source_id="moindre", commune_code="29103", lon=-4.25)
    acte = decisions.decide_meme(session, lieu.id, voisin.id, now=tick(), auteur="moderation-essai")
    session.commit()
    connecter(BREST)
    page = f"/lieux/{lieu.public_id}/decisions"
    assert "C’est le même lieu" in client.get(page).text
    reponse = send_form(client, page, f"{page}/{min(acte.decisions)}/annuler")
    assert reponse.status_code == 404
    assert read_lieu(session, voisin.id).statut == "masque"


# --- History cannot be rewritten --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE journal SET acteur = 'x'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "UPDATE changement SET auteur = 'x'",
    ],
)
@pytest.mark.usefixtures("lieu")
def test_neither_the_log_nor_history_can_be_rewritten(session: Session, ordre: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(ordre))
    assert session.scalar(select(Journal.acteur).where(Journal.acteur == "x").limit(1)) is None


def test_instants_of_the_history_are_those_of_paris(client: FlaskClient, lieu: Lieu) -> None:
    # The proposals of tests start at 10:00 UTC on 22 November 2026: 11 h in Paris.
    assert "22\u00a0novembre 2026 à 11\u00a0h\u00a0" in client.get(f"/lieux/{lieu.public_id}/historique").text
