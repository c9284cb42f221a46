"""Scripts in every text that people send us: pages, tables, calendars and mails show them as text."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.factories.charges import CHARGES, NEUTRE, choose, list_cellules, read_page
from tests.factories.comptes import create_compte, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, tick
from tests.factories.territoires import make_bretagne
from tests.integration.test_charges import SCHEMAS_SURS
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, MotifRefus
from tierslieux.contributions.liens_prives import CLE, Reglages
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.votes import services as votes
from tierslieux.core.courriels import CourrielSortant
from tierslieux.core.expedition import Depart, build_message
from tierslieux.core.textes import FRANCAIS
from tierslieux.lieux import historique
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau

FINISTERE = (Niveau.DEPARTEMENT, "29")
TEXTES = ("nom", "adresse", "complement_adresse", "presentation", "presentation_detail", "structure_parente")
DEMAIN = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).date()
# A story takes a tenth of a second and its pages as much again.
CHOISIES = choose(5)
# What stands in these pages whatever the texts are, but differs from one proposal to the next.
PAGES = (
    "/moderation/{proposition}",
    "/moderation/auteurs/{auteur}",
    "/contributions/{proposition}/{jeton}",
    "/contributions/{proposition}/{jeton}/effacer",
    "/propositions/{proposition}",
    "/lieux/{lieu}",
    "/lieux/{lieu}/corriger",
    "/lieux/{lieu}/ferme",
    "/lieux/{lieu}/historique",
    "/lieux/{lieu}/fiches",
    "/lieux/{lieu}/opposition",
    "/lieux/{lieu}/evenements/proposer",
    "/contribuer?q={charge}",
    "/contribuer/lieu?nom={charge}",
    "/agenda?commune=29019",
)


@pytest.fixture
def moderateur(client: FlaskClient, session: Session, fabrique: sessionmaker[Session]) -> FlaskClient:
    """A browser of a moderator of Finistère, where residents vote and people are written to."""
    session.info[CLE] = Reglages(SECRET, "https://exemple.test", lambda _langue: FRANCAIS)
    make_bretagne(session)
    votes.set_reglage(session, FINISTERE, avec_votes=True, acteur=MODERATEUR, now=tick())
    sign_in(client, fabrique, create_compte(session, habilitations=[Habilitation(Role.MODERATEUR, *FINISTERE)]))
    return client


def live(session: Session, charge: str) -> dict[str, str]:
    """A place of which everything was said by people, with this in every text; what its addresses are made of."""
    lieu = make_lieu(session, "Lieu", genres=("fablab",), courriel="accueil@exemple.test")
    evenement = {
        "id": "e0000001",
        "genre": "atelier",
        "titre": charge[:100],
        "debut": f"{DEMAIN}T14:00",
        "fin": f"{DEMAIN}T16:00",
        "texte": charge,
        "public": charge[:100],
    }
    dites = dict.fromkeys(TEXTES, charge) | {"evenements": [evenement]}
    premiere = services.submit(session, build_depot(session, lieu, dites, charge), now=tick())
    services.accept(session, premiere.proposition.public_id, acteur=MODERATEUR, now=tick())
    recu = services.submit(
        session, build_depot(session, lieu, {"presentation": f"{charge} encore"}, charge), now=tick()
    )
    services.ask(session, recu.proposition.public_id, charge, acteur=MODERATEUR, now=tick())
    services.answer(session, recu.proposition.public_id, recu.jeton, charge, now=tick())
    session.flush()
    return {
        "lieu": lieu.public_id,
        "proposition": recu.proposition.public_id,
        "jeton": recu.jeton,
        "auteur": "habitant-a",
        "charge": charge,
    }


def build_depot(session: Session, lieu: Lieu, apres: dict[str, object], charge: str) -> Depot:
    return Depot(
        Demarche.CORRECTION,
        apres,
        "habitant-a",
        lieu_id=lieu.id,
        version=historique.get_version(session, lieu.id),
        commentaire=charge,
        courriel="habitant@exemple.fr",
    )


def read_pages(moderateur: FlaskClient, session: Session, charge: str) -> dict[str, str]:
    """Every page about a place whose story is told with this text."""
    with session.begin_nested() as point:
        valeurs = live(session, charge)
        pages = {}
        for adresse in PAGES:
            chemin, _, requete = adresse.partition("?")
            args = dict(partie.split("=", maxsplit=1) for partie in requete.split("&") if partie)
            reponse = moderateur.get(
                chemin.format(**valeurs),
                query_string={nom: texte.format(**valeurs) for nom, texte in args.items()},
                follow_redirects=True,
            )
            assert reponse.status_code == 200, (adresse, charge)
            pages[adresse] = reponse.text
        point.rollback()
    return pages


def test_pages_show_them_as_text(moderateur: FlaskClient, session: Session) -> None:
    ordinaires = {adresse: read_page(html) for adresse, html in read_pages(moderateur, session, NEUTRE).items()}
    for charge in CHOISIES:
        for adresse, html in read_pages(moderateur, session, charge).items():
            page = read_page(html)
            assert [a for a in page.adresses if not a.startswith(SCHEMAS_SURS)] == [], adresse
            # How many elements there are differs with the length of texts; what they are does not.
            assert page.noms == ordinaires[adresse].noms, (adresse, charge)
            assert len(page.json_ld) == len(ordinaires[adresse].json_ld)
            if "{charge}" not in adresse:
                assert page.says(charge[:60]), (adresse, charge)


def test_calendars_of_events_hold_one_text_and_no_line_more(moderateur: FlaskClient, session: Session) -> None:
    for charge in CHOISIES:
        with session.begin_nested() as point:
            fichier = moderateur.get(f"/lieux/{live(session, charge)['lieu']}/evenements.ics").data
            point.rollback()
        evenements = icalendar.Calendar.from_ical(fichier).walk("VEVENT")
        assert len(evenements) == 1
        assert "".join(charge[:100].split()) in "".join(str(evenements[0]["SUMMARY"]).split())
        assert "BCC" not in fichier.decode().upper().split("\r\n")


def test_the_audit_log_is_a_table_without_formula(moderateur: FlaskClient, session: Session) -> None:
    for charge in CHARGES[-20:]:
        live(session, charge)
    cellules = list_cellules(moderateur.get("/moderation/journal.csv").get_data(as_text=True).removeprefix("\ufeff"))
    assert not [cellule for cellule in cellules if cellule[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    # The log holds acts, never what people write.
    assert not [cellule for cellule in cellules if "tlxss" in cellule]


@pytest.mark.usefixtures("moderateur")
def test_mails_are_plain_text_with_the_headers_of_any_other(session: Session) -> None:
    def write(charge: str) -> list[CourrielSortant]:
        """The mails of a refusal with a word of the moderator, about a place with this name."""
        valeurs = live(session, charge)
        proposition = session.scalars(select(Proposition).where(Proposition.public_id == valeurs["proposition"])).one()
        proposition.nom = charge
        services.refuse(
            session, proposition.public_id, MotifRefus.INEXACT, acteur=MODERATEUR, now=tick(), reponse=charge
        )
        return list(session.scalars(select(CourrielSortant).order_by(CourrielSortant.id)))

    def read(courriel: CourrielSortant):
        depart = Depart(
            "cle",
            courriel.genre,
            courriel.destinataire or "",
            courriel.sujet or "",
            courriel.corps or "",
            courriel.desabonnement,
            courriel.cree_at,
        )
        return build_message(depart, "Carte <carte@exemple.fr>")

    entetes = None
    for charge in (NEUTRE, *CHARGES):
        with session.begin_nested() as point:
            messages = [read(courriel) for courriel in write(charge)]
            point.rollback()
        # Accepted, asked, refused.
        assert len(messages) == 3
        lus = [sorted(message.keys()) for message in messages]
        entetes = entetes or lus
        assert lus == entetes
        for message in messages:
            assert message.get_content_type() == "text/plain"
            assert not message.is_multipart()
            assert message["To"] == "habitant@exemple.fr"
            # As bytes, no line of the head is one of theirs.
            tete = message.as_bytes().split(b"\r\n\r\n", maxsplit=1)[0].decode().split("\r\n")
            assert not [ligne for ligne in tete if ligne.lower().startswith(("bcc:", "x-tlxss"))]
        if charge != NEUTRE:
            assert "".join(charge.split())[:40] in "".join(messages[-1].get_content().split())
