"""Proposing a place by its form: one minute, nothing lost, one proposal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import httpx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import create_compte, sign_in
from tests.factories.formulaires import read_formulaire, send_formulaire
from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux import limites
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.contributions.formulaires import routes, timbres
from tierslieux.contributions.models import Brouillon, Proposition
from tierslieux.extensions import CLE, Etat
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau

LIEU = "/contribuer/lieu"
SAISI = {"nom": "Fablab du Guelmeur", "genre": "fablab", "commune": "Brest"}
POSITION = "-4.55,48.35,adresse"


@pytest.fixture(autouse=True)
def sans_delai(monkeypatch: pytest.MonkeyPatch) -> None:
    """People take longer than tests do."""
    monkeypatch.setattr(timbres, "DELAI_MIN", dt.timedelta(0))


@pytest.fixture
def bretagne(session: Session) -> Session:
    """Five communes; Brest is between 4.6° and 4.5° W."""
    make_bretagne(session)
    session.commit()
    return session


def _lire(session: Session) -> list[Proposition]:
    session.expire_all()
    return list(session.scalars(select(Proposition).order_by(Proposition.id)))


def test_name_kind_and_commune_are_enough(client: FlaskClient, bretagne: Session) -> None:
    vide = client.get(LIEU)
    assert vide.status_code == 200
    assert vide.headers["X-Robots-Tag"] == "noindex"
    apercu = send_formulaire(client, vide.text, LIEU, "apercu", **SAISI)
    assert apercu.status_code == 200
    assert "Fablab du Guelmeur" in apercu.text
    assert "Position approximative" in apercu.text
    assert "de la mairie de Brest" in apercu.text
    assert _lire(bretagne) == []
    recu = send_formulaire(client, apercu.text, LIEU, "envoyer")
    assert recu.status_code == 303
    (proposition,) = _lire(bretagne)
    assert proposition.apres == {
        "nom": "Fablab du Guelmeur",
        "genres": ["fablab"],
        "commune_code": "29019",
        "commune_nom": "Brest",
        "code_postal": "29200",
        # The town hall of Brest.
        "position": {"lon": -4.55, "lat": 48.39, "precision": "commune"},
    }
    assert (proposition.statut, proposition.voie, proposition.langue) == ("en-attente", "formulaire", "fr")
    assert proposition.auteur.startswith("habitant-")
    assert proposition.compte_id is proposition.courriel is None
    merci = client.get(recu.location)
    assert merci.status_code == 200
    assert f"/contributions/{proposition.public_id}/" in merci.text
    assert merci.headers["Referrer-Policy"] == "no-referrer"
    assert merci.headers["Cache-Control"] == "no-store"


def test_everything_that_can_be_said(client: FlaskClient, bretagne: Session) -> None:
    page = client.get(LIEU).text
    apercu = send_formulaire(
        client,
        page,
        LIEU,
        "apercu",
        **SAISI,
        genres=["coworking"],
        adresse="12 rue de la Porte, 29200 Brest",
        position=POSITION,
        telephone="02 98 00 11 22",
        courriel="contact@exemple.fr",
        site_web="www.exemple.fr",
        h0_0_debut="9h",
        h0_0_fin="12h",
        h_copier="1",
        h_feries="1",
        services=["loisirs-et-creations-numeriques"],
        frais=["gratuit"],
        accessible="oui",
        presentation="Un atelier",
        commentaire="J’y vais\nsouvent",
        courriel_auteur="Moi@exemple.fr",
    )
    assert "Du lundi au vendredi de 9" in apercu.text
    assert "Position de l’adresse" in apercu.text
    send_formulaire(client, apercu.text, LIEU, "envoyer")
    (proposition,) = _lire(bretagne)
    assert proposition.apres == {
        "nom": "Fablab du Guelmeur",
        "genres": ["coworking", "fablab"],
        "commune_code": "29019",
        "commune_nom": "Brest",
        "code_postal": "29200",
        "position": {"lon": -4.55, "lat": 48.35, "precision": "adresse"},
        "adresse": "12 rue de la Porte",
        "telephone": "+33298001122",
        "courriel": "contact@exemple.fr",
        "site_web": "https://www.exemple.fr",
        "horaires": "Mo-Fr 09:00-12:00; PH off",
        "services": ["loisirs-et-creations-numeriques"],
        "frais": ["gratuit"],
        "accessible": True,
        "presentation": "Un atelier",
    }
    assert (proposition.commentaire, proposition.courriel) == ("J’y vais\nsouvent", "moi@exemple.fr")


@pytest.mark.usefixtures("bretagne")
def test_changing_before_sending_keeps_everything(client: FlaskClient) -> None:
    page = client.get(LIEU).text
    dits = {**SAISI, "telephone": "02 98 00 11 22", "h0_0_debut": "9h", "h0_0_fin": "12h", "h6_ferme": "1"}
    apercu = send_formulaire(client, page, LIEU, "apercu", **dits)
    retour = send_formulaire(client, apercu.text, LIEU, "modifier")
    champs = read_formulaire(retour.text, LIEU)
    assert {nom: champs[nom] for nom in ("nom", "genre", "telephone", "h0_0_debut", "h6_ferme")} == {
        "nom": "Fablab du Guelmeur",
        "genre": "fablab",
        "telephone": "02 98 00 11 22",
        "h0_0_debut": "09:00",
        "h6_ferme": "1",
    }


def test_a_form_sent_twice_is_one_proposal(client: FlaskClient, bretagne: Session) -> None:
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI).text
    premier = send_formulaire(client, apercu, LIEU, "envoyer")
    second = send_formulaire(client, apercu, LIEU, "envoyer")
    assert second.status_code == 303
    assert second.location == premier.location
    assert len(_lire(bretagne)) == 1
    # The secret of the private address is not in the base, not even where sendings are remembered.
    jeton = premier.location.rsplit("/", 1)[1]
    assert jeton not in str(bretagne.execute(select(Brouillon.champs, Brouillon.jeton_sha256)).all())


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(client: FlaskClient, bretagne: Session) -> None:
    page = client.get(LIEU).text
    refus = send_formulaire(client, page, LIEU, "envoyer", telephone="appelez-moi", h0_0_debut="9h", h0_0_fin="tard")
    assert refus.status_code == 422
    for phrase in ("Écrivez le nom du lieu.", "Choisissez le type de lieu.", "Écrivez la commune", "ce numéro"):
        assert phrase in refus.text
    champs = read_formulaire(refus.text, LIEU)
    assert champs["telephone"] == "appelez-moi"
    assert champs["h0_0_fin"] == "tard"
    assert _lire(bretagne) == []


@pytest.mark.usefixtures("bretagne")
def test_one_commune_is_chosen_among_several(client: FlaskClient) -> None:
    page = client.get(LIEU).text
    # "Plou" begins the name of one alone, but is not it.
    choix = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "commune": "Plou"})
    assert choix.status_code == 422
    assert 'name="commune_code" value="29208"' in choix.text
    champs = {"commune_code": "29208"}
    apercu = send_formulaire(client, choix.text, LIEU, "apercu", **champs)
    assert "Plourin" in apercu.text
    # A choice holds for the text that it was made for.
    autre = send_formulaire(client, choix.text, LIEU, "apercu", commune="29490", **champs)
    assert "Guipavas" in autre.text
    inconnue = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "commune": "Zzzzyx"})
    assert "Nous ne trouvons pas cette commune" in inconnue.text


def test_a_former_commune_leads_to_that_of_today(client: FlaskClient, bretagne: Session) -> None:
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "commune": "lambezellec"})
    send_formulaire(client, apercu.text, LIEU, "envoyer")
    assert _lire(bretagne)[0].commune_code == "29019"


@pytest.mark.usefixtures("bretagne")
def test_a_point_on_the_map_is_enough_to_say_where(client: FlaskClient) -> None:
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "commune": ""}, position="-4.45,48.35,adresse")
    assert "Guipavas" in apercu.text
    ailleurs = send_formulaire(client, page, LIEU, "apercu", **SAISI, position="-4.45,48.35,adresse")
    assert "n’est pas dans cette commune" in ailleurs.text
    mer = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "commune": ""}, position="-30,48,adresse")
    assert mer.status_code == 422
    assert "Ce point n’est pas en France." in mer.text


def test_an_address_is_looked_for_among_the_known_ones(client: FlaskClient, bretagne: Session) -> None:
    make_lieu(bretagne, "Mairie", adresse="12 rue de la Porte", commune_nom="Brest", lon=-4.51, lat=48.36)
    bretagne.commit()
    page = client.get(LIEU).text
    trouve = send_formulaire(client, page, LIEU, "chercher", **SAISI, adresse="12 rue de la porte")
    champs = read_formulaire(trouve.text, LIEU)
    assert champs["position"] == "-4.5100000,48.3600000,adresse"
    assert champs["nom"] == SAISI["nom"]
    # Nobody has to press that button: the address is looked for before the commune is.
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI, adresse="16 rue de la Porte")
    assert "Position de la rue" in apercu.text
    vaine = send_formulaire(client, page, LIEU, "chercher", **SAISI, adresse="3 rue inconnue")
    assert "Nous ne connaissons pas cette rue" in vaine.text
    sans = send_formulaire(client, page, LIEU, "chercher", nom="Labo")
    assert "Écrivez d’abord l’adresse et la commune." in sans.text


@pytest.mark.parametrize(("statut", "est_trouve"), [(200, True), (503, False)])
@pytest.mark.usefixtures("bretagne")
def test_the_service_of_the_installation_is_asked_when_there_is_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, statut: int, *, est_trouve: bool
) -> None:
    demandes: list[httpx.Request] = []

    def answer(demande: httpx.Request) -> httpx.Response:
        demandes.append(demande)
        proprietes = {"score": 0.9, "type": "housenumber", "citycode": "29019"}
        objet = {"geometry": {"coordinates": [-4.52, 48.37]}, "properties": proprietes}
        return httpx.Response(statut, json={"features": [objet]})

    monkeypatch.setattr(routes, "build_client", lambda _attente_s: httpx.Client(transport=httpx.MockTransport(answer)))
    etat: Etat = client.application.extensions[CLE]
    settings = replace(etat.settings, geocodage="national")
    monkeypatch.setitem(client.application.extensions, CLE, replace(etat, settings=settings))
    page = client.get(LIEU).text
    trouve = send_formulaire(client, page, LIEU, "chercher", **SAISI, adresse="3 rue Neuve")
    assert trouve.status_code == 200
    assert (read_formulaire(trouve.text, LIEU)["position"] == "-4.5200000,48.3700000,adresse") is est_trouve
    assert ("Nous ne connaissons pas cette rue" in trouve.text) is not est_trouve
    # Once, and what is asked is the address of the place.
    (demande,) = demandes
    assert demande.url.params["q"] == "3 rue Neuve 29200 Brest"


def test_a_known_place_is_offered_and_takes_what_was_typed(client: FlaskClient, bretagne: Session) -> None:
    connu = make_lieu(
        bretagne, "Fablab du Guelmeur", telephone="+33298009999", commune_nom="Brest", lon=-4.55, lat=48.39
    )
    bretagne.commit()
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI, site_web="www.exemple.fr", services=["a"])
    assert apercu.status_code == 422  # a service that is none
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI, site_web="www.exemple.fr")
    assert "Est-ce l’un de ces lieux" in apercu.text
    correction = f"/lieux/{connu.public_id}/corriger"
    assert f'formaction="{correction}"' in apercu.text
    envoi = read_formulaire(apercu.text, LIEU)
    envoi.setlist("action", ["reprendre"])
    repris = client.post(correction, data=envoi)
    champs = read_formulaire(repris.text, correction)
    assert champs["telephone"] == "02 98 00 99 99"
    assert champs["site_web"] == "www.exemple.fr"
    assert set(champs.getlist("genres")) == {"france-services", "fablab"}
    apercu = send_formulaire(client, repris.text, correction, "apercu")
    send_formulaire(client, apercu.text, correction, "envoyer")
    (proposition,) = _lire(bretagne)
    assert proposition.lieu_id == connu.id
    assert proposition.apres == {"genres": ["fablab", "france-services"], "site_web": "https://www.exemple.fr"}


def test_what_looks_like_it_while_typing(client: FlaskClient, bretagne: Session) -> None:
    make_lieu(bretagne, "Fablab du Guelmeur", telephone="+33298009999", commune_nom="Brest")
    bretagne.commit()
    for args, est_trouve in (
        ({"nom": "fablab guelmeur", "commune": "Brest"}, True),
        ({"telephone": "02 98 00 99 99"}, True),
        ({"nom": "Autre chose", "commune": "Brest"}, False),
        ({"nom": "fablab guelmeur", "commune": "Landerneau"}, False),
        ({"nom": "\0", "commune": "\0", "position": "ici", "telephone": "x"}, False),
    ):
        reponse = client.get("/contribuer/ressemblances", query_string=args)
        assert reponse.status_code == 200
        assert ("Fablab du Guelmeur" in reponse.text) is est_trouve


@pytest.mark.usefixtures("bretagne")
def test_a_point_in_words(client: FlaskClient) -> None:
    # 0.01° of latitude is 1,112 m.
    reponse = client.get("/contribuer/position?position=-4.55,48.38")
    assert "1,1\u00a0km de la mairie de Brest" in reponse.text
    assert "pas en France" in client.get("/contribuer/position?position=0,10").text
    assert client.get("/contribuer/position?position=ici").status_code == 422


# --- Refusals give everything back ------------------------------------------------------------------------------------


def test_a_wrong_token_gives_the_text_back(client: FlaskClient, bretagne: Session) -> None:
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI, commentaire="bonjour").text
    autre = client.application.test_client()
    refus = send_formulaire(autre, apercu, LIEU, "envoyer")
    assert refus.status_code == 422
    assert "Vos textes sont toujours là" in refus.text
    champs = read_formulaire(refus.text, LIEU)
    assert (champs["nom"], champs["commentaire"]) == (SAISI["nom"], "bonjour")
    assert _lire(bretagne) == []
    # What came back can be sent at once.
    assert send_formulaire(autre, refus.text, LIEU, "envoyer").status_code == 303
    formulaire = send_formulaire(client.application.test_client(), page, LIEU, "apercu", nom="Gardé")
    assert read_formulaire(formulaire.text, LIEU)["nom"] == "Gardé"


def test_programs_are_too_fast_and_fill_traps(
    client: FlaskClient, bretagne: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI).text
    piege = send_formulaire(client, apercu, LIEU, "envoyer", fonction="Directeur")
    assert piege.status_code == 422
    assert "Ne rien écrire ici" in piege.text
    monkeypatch.setattr(timbres, "DELAI_MIN", dt.timedelta(hours=1))
    vite = send_formulaire(client, apercu, LIEU, "envoyer")
    assert vite.status_code == 422
    assert "encore une fois" in vite.text
    assert read_formulaire(vite.text, LIEU)["nom"] == SAISI["nom"]
    faux = send_formulaire(client, apercu, LIEU, "envoyer", timbre="rien")
    assert faux.status_code == 422
    assert _lire(bretagne) == []


def test_too_many_proposals_give_the_text_back(
    client: FlaskClient, bretagne: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limites, "REGLES", {**limites.REGLES, "proposition": limites.Regle("2 per hour")})
    for rang in range(3):
        page = client.get(LIEU).text
        apercu = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "nom": f"Lieu {rang}"}).text
        reponse = send_formulaire(client, apercu, LIEU, "envoyer")
    assert reponse.status_code == 429
    assert int(reponse.headers["Retry-After"]) > 0
    assert read_formulaire(reponse.text, LIEU)["nom"] == "Lieu 2"
    assert len(_lire(bretagne)) == 2


@pytest.mark.usefixtures("bretagne")
@pytest.mark.parametrize(
    "nom",
    [
        "x" * 100_000,
        "<script>alert(1)</script>",
        "\U0001f3e0 Maïson \u202egpj.exe",
        "%(nom)s %s {nom} {{ 7*7 }}",
        "' OR 1=1; --",
        "\0\x01\x02",
        "É" * 150,
    ],
)
def test_nonsense_is_text(client: FlaskClient, nom: str) -> None:
    page = client.get(LIEU).text
    champs = {"commune": nom, "telephone": nom, "horaires": nom, "position": nom, "h0_0_debut": nom, "adresse": nom}
    for bouton in ("apercu", "chercher", "modifier", "envoyer", "n’importe"):
        reponse = send_formulaire(client, page, LIEU, bouton, nom=nom, genre=nom, **champs)
        assert reponse.status_code in {200, 422}
        assert "<script>alert" not in reponse.text
        if nom.isprintable() and "\0" not in nom:
            assert read_formulaire(reponse.text, LIEU)["nom"] == nom
    propre = send_formulaire(client, page, LIEU, "apercu", **{**SAISI, "nom": nom})
    assert "<script>alert" not in propre.text
    assert propre.status_code == (422 if len(nom) > 200 or nom == "\0\x01\x02" else 200)


# --- For later --------------------------------------------------------------------------------------------------------


def test_a_form_is_kept_for_later_under_a_secret_address(client: FlaskClient, bretagne: Session) -> None:
    page = client.get(LIEU).text
    garde = send_formulaire(client, page, LIEU, "garder", nom="À finir", genres=["fablab"], h0_0_debut="9h")
    assert garde.status_code == 303
    autre = client.application.test_client()
    repris = autre.get(garde.location)
    assert repris.headers["Referrer-Policy"] == "no-referrer"
    champs = read_formulaire(repris.text, LIEU)
    assert (champs["nom"], champs["genres"], champs["h0_0_debut"]) == ("À finir", "fablab", "09:00")
    # Kept again, it stays at the same address.
    encore = send_formulaire(autre, repris.text, LIEU, "garder", nom="Presque fini")
    assert encore.location == garde.location
    assert bretagne.scalar(select(func.count()).select_from(Brouillon)) == 1
    bretagne.query(Brouillon).update({"modifie_at": dt.datetime.now(dt.UTC) - dt.timedelta(days=31)})
    bretagne.commit()
    assert client.get(garde.location).status_code == 404
    assert client.get("/contribuer/brouillon/rien").status_code == 404


# --- Who is signed in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("habilitation", "est_publiee"),
    [
        (Habilitation(Role.AGENT, Niveau.COMMUNE, "29019"), True),
        (Habilitation(Role.MODERATEUR, Niveau.DEPARTEMENT, "29"), True),
        (Habilitation(Role.MODERATEUR, Niveau.DEPARTEMENT, "22"), False),
        (None, False),
    ],
)
def test_who_answers_for_the_territory_publishes_at_once(
    client: FlaskClient,
    bretagne: Session,
    fabrique: sessionmaker[Session],
    habilitation: Habilitation | None,
    *,
    est_publiee: bool,
) -> None:
    personne = create_compte(bretagne, habilitations=[habilitation] if habilitation else [])
    bretagne.commit()
    sign_in(client, fabrique, personne)
    page = client.get(LIEU).text
    apercu = send_formulaire(client, page, LIEU, "apercu", **SAISI)
    assert ("publié tout de suite" in apercu.text) is est_publiee
    recu = send_formulaire(client, apercu.text, LIEU, "envoyer")
    (proposition,) = _lire(bretagne)
    assert (proposition.auteur, proposition.compte_id) == (personne.pseudonyme, personne.compte_id)
    assert (proposition.statut, proposition.voie) == (
        ("acceptee", "moderation") if est_publiee else ("en-attente", "compte")
    )
    assert bool(bretagne.scalar(select(func.count()).select_from(Lieu))) is est_publiee
    assert ("C’est publié" in client.get(recu.location).text) is est_publiee
