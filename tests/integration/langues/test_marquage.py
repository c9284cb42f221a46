"""Nothing that a resident reads escapes translation: every page is written in an invented language that shows it."""

from __future__ import annotations

import re
from gettext import NullTranslations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.parcours import Parcours, make_parcours
from tests.pages import list_textes, remove_donnees
from tierslieux import langues
from tierslieux.emporter import routes as emporter

# Languages are named in themselves, on every page.
NOMS_DE_LANGUES = frozenset(langue.nom for langue in langues.LANGUES)
# Files and answers for programs.
SANS_TEXTE = {
    "accueil.show_sante",
    "accueil.show_robots",
    "emporter.show_qr",
    "emporter.send_service_worker",
    "lieux.download_calendrier",
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


def test_every_page_of_residents_is_visited(app: Flask, parcours: Parcours) -> None:
    visitees = set()
    with app.test_client() as client:
        for _ in parcours.visit(client, langues.FR):
            visitees.add(request.endpoint)
    pages = {
        regle.endpoint
        for regle in app.url_map.iter_rules()
        if langues.TRADUITS & {regle.endpoint, regle.endpoint.partition(".")[0]} and "GET" in (regle.methods or ())
    }
    assert pages - visitees - SANS_TEXTE == set()
