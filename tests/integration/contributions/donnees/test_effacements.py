"""Somebody does everything that can be done here, has it erased, and is looked for everywhere: nothing is left.

The map is the same byte for byte.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET, build_settings
from tests.factories.comptes import create_compte, read_code, send_form, sign_in
from tests.factories.formulaires import send_formulaire
from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, propose_correction, tick
from tests.factories.territoires import make_bretagne
from tests.factories.traces import find_traces
from tierslieux import courriels as envois
from tierslieux import create_app
from tierslieux.contributions import services
from tierslieux.contributions.donnees import effacements, oppositions, routes
from tierslieux.contributions.enums import MotifRefus
from tierslieux.contributions.formulaires import timbres
from tierslieux.contributions.models import Brouillon, MessageProposition, Opposition, Proposition, Relance, Vote
from tierslieux.contributions.votes import services as votes
from tierslieux.core import courriels
from tierslieux.core.courriels import Courriel, CourrielSortant, digest_adresse
from tierslieux.extensions import CLE
from tierslieux.lieux.models import Changement, Lieu
from tierslieux.territoires.enums import Niveau

ADRESSE, AUTRE_ADRESSE = "camille.zibeline@exemple.fr", "zibeline.perso@exemple.org"
COMMENTAIRE = "Je suis la voisine du quatrième, zibelinette."
REPONSE = "Oui, je confirme, signé zibelinou."
IP = "198.51.100.77"
RESEAU = {"REMOTE_ADDR": IP}
TRACES = ("zibelin", "198.51.100")
API = "/api/v1/lieux?commune=29019"
EXPORTS = ("/donnees/export/csv?departement=29", "/donnees/export/geojson?departement=29", API)


class Lignes(logging.Handler):
    """Every line that the program writes to its log, as it is written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.textes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message, with its values."""
        self.textes.append(f"{record.getMessage()} {record.exc_text or ''}")

    def find(self, *traces: str) -> list[str]:
        """Those of these texts that a line holds."""
        return [trace for trace in traces if any(trace.lower() in texte.lower() for texte in self.textes)]


@pytest.fixture
def lignes() -> Iterator[Lignes]:
    """The log of the test, at its most talkative."""
    gardien = Lignes()
    loggers = [logging.getLogger(nom) for nom in ("", "tierslieux")]
    niveaux = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(gardien)
    loggers[1].setLevel(logging.DEBUG)
    yield gardien
    for logger, niveau in zip(loggers, niveaux, strict=True):
        logger.removeHandler(gardien)
        logger.setLevel(niveau)


@pytest.fixture(autouse=True)
def _sans_delai(monkeypatch: pytest.MonkeyPatch) -> None:
    """People take longer than tests do."""
    monkeypatch.setattr(timbres, "DELAI_MIN", dt.timedelta(0))


@dataclass(frozen=True)
class Site:
    """A site of its own, whose every request is really committed: files are read from a snapshot."""

    app: Flask
    fabrique: sessionmaker[Session]

    @property
    def dossier(self) -> Path:
        """Where its mails are written."""
        dossier: Path = self.app.extensions[CLE].settings.var_dir / envois.DOSSIER
        return dossier

    def list_courriels(self) -> list[Path]:
        """The files of mails that speak of the person."""
        return [fichier for fichier in self.dossier.glob("*.eml") if b"zibelin" in fichier.read_bytes()]

    def send_mails(self) -> None:
        """Let the mails leave: into files."""
        expedition = envois.build_expedition(self.app.extensions[CLE].settings)
        courriels.send_pending(self.fabrique, expedition, now=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))


@pytest.fixture
def site(base_neuve: str, tmp_path: Path) -> Iterator[Site]:
    """The site, on an empty database with its schema."""
    app = create_app(build_settings(base_neuve, tmp_path, TIERSLIEUX_SITE="https://carte.exemple.fr"))
    app.testing = True
    fabrique = app.extensions[CLE].session_factory
    yield Site(app, fabrique)
    fabrique.kw["bind"].dispose()


def read_carte(session: Session, client: FlaskClient, adresses: tuple[str, ...]) -> list[object]:
    """All that is published: rows of places and of their history, files, pages."""
    session.expire_all()
    lieux = session.execute(select(*Lieu.__table__.c).order_by(Lieu.id)).all()
    histoire = session.execute(select(*Changement.__table__.c).order_by(Changement.id)).all()
    fichiers = [client.get(adresse) for adresse in adresses]
    assert [fichier.status_code for fichier in fichiers] == [200] * len(adresses)
    return [[tuple(map(str, rangee)) for rangee in (*lieux, *histoire)], [fichier.data for fichier in fichiers]]


def propose(client: FlaskClient, adresse: str, **champs: str) -> str:
    """Send the form of a place or of its correction; where to follow it."""
    page = client.get(adresse).text
    apercu = send_formulaire(client, page, adresse, "apercu", **champs)
    recu = send_formulaire(client, apercu.text, adresse, "envoyer")
    assert recu.status_code == 303, recu.text
    return recu.location.replace("/contribuer/merci/", "/contributions/")


def do_everything(site: Site, client: FlaskClient) -> list[str]:
    """Sign in, vote, keep a draft, propose, be asked, answer, be accepted, refused, oppose; two private addresses."""
    with site.fabrique() as session:
        make_bretagne(session)
        votes.set_reglage(session, (Niveau.DEPARTEMENT, "29"), avec_votes=True, acteur=MODERATEUR, now=tick())
        lieu = make_lieu(session, "Point numérique", telephone="+33298000001", courriel=ADRESSE)
        public_id, lieu_id = lieu.public_id, lieu.id
        autre = propose_correction(session, lieu_id, telephone="+33298000002").proposition.public_id
        session.commit()
    assert send_form(client, "/connexion", courriel=ADRESSE).status_code == 303
    with site.fabrique() as session:
        code = read_code(session)
    assert send_form(client, "/connexion/code", code=code).status_code == 303
    assert send_form(client, "/compte", "/compte/commune", commune="Brest").status_code == 303
    vote = f"/propositions/{autre}"
    assert send_form(client, vote, f"{vote}/pour").status_code == 303
    page = client.get("/contribuer/lieu").text
    garde = send_formulaire(client, page, "/contribuer/lieu", "garder", nom="X", courriel_auteur=ADRESSE)
    assert garde.status_code == 303
    saisi = {"genre": "fablab", "commune": "Brest", "commentaire": COMMENTAIRE}
    suivi = propose(client, "/contribuer/lieu", nom="Fablab du port", courriel_auteur=AUTRE_ADRESSE, **saisi)
    refus = propose(client, "/contribuer/lieu", nom="Café Lire", presentation="Zibeline", **saisi)
    acceptee, refusee = suivi.split("/")[2], refus.split("/")[2]
    with site.fabrique() as session:
        services.ask(session, acceptee, "Êtes-vous la voisine, zibelinette ?", acteur=MODERATEUR, now=tick())
        session.commit()
    assert send_form(client, suivi, f"{suivi}/repondre", texte=REPONSE).status_code == 303
    # The place's own address is hers too: what is published is for opposition, not for erasure.
    assert send_form(client, f"/lieux/{public_id}/opposition", champs="courriel").status_code == 303
    with site.fabrique() as session:
        services.accept(session, acceptee, acteur=MODERATEUR, now=tick())
        motif, mot = MotifRefus.PERSONNEL, "Non, zibeline."
        services.refuse(session, refusee, motif, acteur=MODERATEUR, now=tick(), reponse=mot)
        empreinte = digest_adresse(ADRESSE, SECRET)
        quand = tick()
        session.add(Relance(lieu_id=lieu_id, empreinte=empreinte, jeton_sha256="j", envoyee_at=quand, expire_at=quand))
        courriels.queue(session, Courriel(ADRESSE, "Zibeline", "Bonjour", "essai"), now=tick())
        numero = session.scalars(select(Opposition.id)).one()
        oppositions.confirm(session, numero, acteur=MODERATEUR, now=tick())
        oppositions.erase(session, numero, secret=SECRET, now=tick())
        session.commit()
    site.send_mails()
    with site.fabrique() as session:
        # One more, that waits.
        courriels.queue(session, Courriel(ADRESSE, "Zibeline", "Bonjour", "essai"), now=tick())
        session.commit()
    return [suivi, refus]


def test_whoever_did_everything_is_found_nowhere_after_erasure(site: Site, lignes: Lignes) -> None:
    client, visiteur = site.app.test_client(), site.app.test_client()
    client.environ_base |= RESEAU
    suivi, refus = do_everything(site, client)
    document = client.get("/compte/mes-donnees")
    assert document.headers["Cache-Control"] == "no-store"
    check_document(json.loads(document.text))
    with site.fabrique() as session:
        assert len(find_traces(session, *TRACES)) == 5, "account, mails, draft, proposals, messages"
        # The code, the question, the answer of the moderator, and the one by hand.
        assert len(site.list_courriels()) >= 3
        avant = read_carte(session, visiteur, EXPORTS)
        donnes = session.execute(select(Vote.proposition_id, Vote.valeur, Vote.poids)).all()
        auteurs = session.execute(
            select(Proposition.public_id, Proposition.auteur, Proposition.statut).order_by(Proposition.id)
        ).all()
    assert send_form(client, "/compte/supprimer", confirmer="y").status_code == 200

    with site.fabrique() as session:
        assert find_traces(session, *TRACES, digest_adresse(ADRESSE, SECRET)) == []
        assert site.list_courriels() == []
        assert read_carte(session, visiteur, EXPORTS) == avant
        # Counts are the same; history still tells one author from another, nothing says who.
        assert session.execute(select(Vote.proposition_id, Vote.valeur, Vote.poids)).all() == donnes
        assert all(vote.auteur.startswith(effacements.EFFACE) for vote in session.scalars(select(Vote)))
        assert (
            session.execute(
                select(Proposition.public_id, Proposition.auteur, Proposition.statut).order_by(Proposition.id)
            ).all()
            == auteurs
        )
    assert client.get(suivi).status_code == 404
    assert lignes.find(*TRACES, read_jeton(suivi), read_jeton(refus)) == []


def read_jeton(suivi: str) -> str:
    """The secret of a private address."""
    return suivi.split("/")[3]


def check_document(document: dict) -> None:
    """What she is handed: all of it, and no secret that would open anything."""
    assert document["compte"]["courriel"] == ADRESSE
    assert document["compte"]["commune_code"] == "29019"
    assert len(document["connexions"]) == 1
    assert [p["demarche"] for p in document["propositions"]] == ["nouveau", "nouveau", "opposition"]
    premiere = document["propositions"][0]
    assert (premiere["commentaire"], premiere["courriel"]) == (COMMENTAIRE, AUTRE_ADRESSE)
    assert [(m["de"], m["texte"]) for m in premiere["messages"]][1] == ("vous", REPONSE)
    assert [vote["vote"] for vote in document["votes"]] == ["pour"]
    assert len(document["relances"]) == 1
    assert {courriel["etat"] for courriel in document["courriels"]} == {"envoye", "attente"}
    for secret in ("jeton", 'empreinte":', "totp", "uniquifier", "hmac"):
        assert secret not in json.dumps(document)


def test_without_an_account_by_the_private_address(
    app: Flask, client: FlaskClient, session: Session, fabrique: sessionmaker[Session], lignes: Lignes
) -> None:
    make_bretagne(session)
    session.commit()
    client.environ_base |= RESEAU
    saisi = {"genre": "fablab", "commune": "Brest", "commentaire": COMMENTAIRE, "courriel_auteur": ADRESSE}
    suivi = propose(client, "/contribuer/lieu", nom="Fablab du port", **saisi)
    second = propose(client, "/contribuer/lieu", nom="Café du port", **saisi)
    with fabrique() as ecriture:
        services.accept(ecriture, suivi.split("/")[2], acteur=MODERATEUR, now=tick())
        # Somebody else's business with that address: whoever holds the link has not proved that it is theirs.
        courriels.queue(ecriture, Courriel(ADRESSE, "Votre code", "123456", "code-connexion"), now=tick())
        ecriture.commit()
    document = json.loads(client.get(f"{suivi}/mes-donnees.json").text)
    assert [p["commentaire"] for p in document["propositions"]] == [COMMENTAIRE], "this one alone"
    visiteur = app.test_client()
    avant = read_carte(session, visiteur, (API,))
    page = client.get(f"{suivi}/effacer")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Cochez la case" in send_form(client, f"{suivi}/effacer").text
    assert len(find_traces(session, *TRACES)) > 1, "nothing is erased without the box"
    assert send_form(client, f"{suivi}/effacer", confirmer="y").status_code == 200
    assert find_traces(session, *TRACES) == ["courriel_sortant: zibelin"]
    (reste,) = session.scalars(select(CourrielSortant).where(CourrielSortant.destinataire.is_not(None))).all()
    assert reste.genre == "code-connexion"
    assert read_carte(session, visiteur, (API,)) == avant
    for adresse in (suivi, second, f"{suivi}/effacer", f"{suivi}/mes-donnees.json"):
        assert client.get(adresse).status_code == 404
    auteurs = set(session.scalars(select(Proposition.auteur)))
    # What this browser sends next is under another name.
    propose(client, "/contribuer/lieu", nom="Atelier du port", genre="fablab", commune="Brest")
    assert len(set(session.scalars(select(Proposition.auteur))) - auteurs) == 1
    assert lignes.find(*TRACES, read_jeton(suivi)) == []


def test_a_wrong_secret_is_an_unknown_address(client: FlaskClient, session: Session) -> None:
    make_bretagne(session)
    recu = propose_correction(session, make_lieu(session).id, nom="Autre nom")
    session.commit()
    for jeton in ("rien", recu.jeton + "x"):
        for fin in ("effacer", "mes-donnees.json"):
            assert client.get(f"/contributions/{recu.proposition.public_id}/{jeton}/{fin}").status_code == 404
    assert client.get(f"/contributions/{recu.proposition.public_id}/{recu.jeton}/effacer").status_code == 200


def test_somebody_else_is_left_alone(
    session: Session, fabrique: sessionmaker[Session], client: FlaskClient, app: Flask
) -> None:
    make_bretagne(session)
    lieu = make_lieu(session)
    moi, autre = (create_compte(session) for _ in range(2))
    leur = propose_correction(session, lieu.id, autre.pseudonyme, nom="Autre nom").proposition
    leur.courriel, leur.commentaire = "autre@exemple.fr", "Un commentaire d’une autre personne."
    session.add(
        MessageProposition(
            proposition_id=leur.id, auteur=autre.pseudonyme, est_moderation=False, texte="Oui", fait_at=tick()
        )
    )
    session.add(
        Brouillon(jeton_sha256="b", formulaire="lieu", champs={"a": "autre"}, cree_at=tick(), modifie_at=tick())
    )
    session.commit()
    sign_in(client, fabrique, moi)
    routes.init_donnees(app)
    assert send_form(client, "/compte/supprimer", confirmer="y").status_code == 200
    session.expire_all()
    assert (leur.courriel, leur.commentaire) == ("autre@exemple.fr", "Un commentaire d’une autre personne.")
    assert session.scalars(select(MessageProposition.texte)).all() == ["Oui"]
    assert session.scalars(select(Brouillon.jeton_sha256)).all() == ["b"]
