"""Nothing that a resident reads escapes translation: every page is written in an invented language that shows it."""

from __future__ import annotations

import datetime as dt
import re
from gettext import NullTranslations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import create_compte, sign_in
from tests.factories.parcours import Parcours, make_parcours
from tests.factories.propositions import propose_lieu
from tests.pages import list_textes, remove_donnees
from tierslieux import langues
from tierslieux.contributions.votes.services import set_reglage
from tierslieux.emporter import routes as emporter
from tierslieux.territoires.enums import Niveau

# Languages are named in themselves, on every page.
NOMS_DE_LANGUES = frozenset(langue.nom for langue in langues.LANGUES)
# Files and answers for programs.
SANS_TEXTE = {
    "accueil.show_sante",
    "accueil.show_robots",
    "emporter.show_qr",
    "emporter.send_service_worker",
    "evenements.download_agenda",
    "evenements.download_evenements",
    "donnees_personnelles.download_compte",
    "donnees_personnelles.download_suivi",
    "lieux.download_calendrier",
    "suivi.read_delais",
}
# Addresses written out, and the number by which an error is found in the log.
_REFERENCE = re.compile(r"https?://\S+|\b[0-9a-f]{8}\b")


class LangueInventee(NullTranslations):
    """Every message stands between two signs that no page has."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n < 2 else msgid2}⟧"


def find_oublis(page: str, donnees: frozenset[str]) -> list[str]:
    """The texts of a page that are neither between the signs, nor data, nor said to be in French."""
    oublis = []
    for texte in list_textes(page, sans_lang="fr"):
        reste = texte
        while (suivant := re.sub(r"⟦[^⟦⟧]*⟧", " ", reste)) != reste:
            reste = suivant
        reste = remove_donnees(_REFERENCE.sub(" ", reste), donnees | NOMS_DE_LANGUES)
        if re.search(r"[^\W\d_]", reste):
            oublis.append(texte)
    return oublis


@pytest.fixture
def parcours(session: Session, monkeypatch: pytest.MonkeyPatch) -> Parcours:
    """The journey; documents to print are read before they are laid out."""
    monkeypatch.setattr(emporter, "render_pdf", lambda html: html.encode())
    return make_parcours(session)


@pytest.fixture
def compte(session: Session, fabrique: sessionmaker[Session], client: FlaskClient, parcours: Parcours) -> Parcours:
    """What a resident who is signed in sees in this browser: the account, and the proposals of neighbours."""
    now = dt.datetime.now(dt.UTC)
    set_reglage(session, (Niveau.DEPARTEMENT, "29"), avec_votes=True, acteur="essai", now=now)
    personne = create_compte(session, courriel="mona@exemple.fr", commune_code="29019", pseudonyme="habitante-zibeline")
    voisine = propose_lieu(session, "Atelier Voisin", telephone="+33298000009").proposition
    sienne = propose_lieu(session, "Atelier Mien", auteur=personne.pseudonyme).proposition
    sienne.compte_id = personne.compte_id
    session.commit()
    sign_in(client, fabrique, personne)
    adresses = {
        "compte": "/compte",
        "adresse": "/compte/adresse",
        "code": "/compte/adresse/code",
        "supprimer": "/compte/supprimer",
        "les miennes": "/compte/contributions",
        "à regarder": "/propositions",
        "une à regarder": f"/propositions/{voisine.public_id}",
    }
    donnees = {"Atelier Voisin", "Atelier Mien", "mona@exemple.fr", "habitante-zibeline"}
    return Parcours(adresses, {}, parcours.donnees | donnees)


@pytest.fixture
def _langue_inventee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(langues, "read_catalogue", lambda _nom: LangueInventee())


def test_a_text_that_is_not_marked_is_found() -> None:
    page = '<title>⟦Accueil⟧ – Brest</title><p>⟦À ⟦2 km⟧⟧ 14 <b>Ouvert</b></p><img alt="Plan"><p>⟦x⟧ 12</p>'
    assert find_oublis(page, frozenset({"Brest"})) == ["⟦À ⟦2 km⟧⟧ 14 Ouvert", "Plan"]


@pytest.mark.usefixtures("_langue_inventee")
@pytest.mark.parametrize("langue", [langues.FALC, langues.EN], ids=["falc", "en"])
def test_every_text_of_every_page_goes_through_the_catalogue(
    client: FlaskClient, parcours: Parcours, langue: langues.Langue
) -> None:
    oublis = {
        nom: trouves
        for nom, reponse in parcours.visit(client, langue)
        if (trouves := find_oublis(reponse.text, parcours.donnees))
    }
    assert oublis == {}


@pytest.mark.usefixtures("_langue_inventee")
def test_so_does_every_text_of_the_pages_of_an_account(client: FlaskClient, compte: Parcours) -> None:
    oublis = {
        nom: trouves
        for nom, reponse in compte.visit(client, langues.EN)
        if (trouves := find_oublis(reponse.text, compte.donnees))
    }
    assert oublis == {}


def test_every_page_of_residents_is_visited(
    app: Flask, client: FlaskClient, parcours: Parcours, compte: Parcours
) -> None:
    visitees = set()
    with app.test_client() as anonyme, client:
        for pages, navigateur in ((parcours, anonyme), (compte, client)):
            for _ in pages.visit(navigateur, langues.FR):
                visitees.add(request.endpoint)
    voulues = {
        regle.endpoint
        for regle in app.url_map.iter_rules()
        if langues.TRADUITS & {regle.endpoint, regle.endpoint.partition(".")[0]} and "GET" in (regle.methods or ())
    }
    assert voulues - visitees - SANS_TEXTE == set()
