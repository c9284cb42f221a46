"""The register that is easy to read, page by page: plain, labelled, and lighter than the ordinary page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.parcours import Parcours, make_parcours
from tests.lisibilite import SIGNE, list_fautes
from tests.pages import list_textes, remove_donnees
from tierslieux.accueil.mots import list_formes
from tierslieux.emporter import routes as emporter
from tierslieux.langues import FALC, FR, LANGUES

MENTION = "Texte facile à lire. À relire par des personnes concernées."
NOMS_DE_LANGUES = frozenset(langue.nom for langue in LANGUES)
# Phone numbers, opening hours, addresses of the Web and the number of an error are data.
_HEURE = r"\d{1,2} heures?(?: \d\d)?"
_DONNEE = re.compile(
    rf"https?://\S+|\b[0-9a-f]{{8}}\b|\S+@\S+|\+?\d[\d ,.]*\d(?! heures?)"
    rf"|(?:de )?{_HEURE}(?:(?: – | à | et |, )(?:de )?{_HEURE})+"
)


@pytest.fixture
def parcours(session: Session, monkeypatch: pytest.MonkeyPatch) -> Parcours:
    """The journey; documents to print are read before they are laid out."""
    monkeypatch.setattr(emporter, "render_pdf", lambda html: html.encode())
    return make_parcours(session)


def find_fautes(page: str, donnees: frozenset[str]) -> list[str]:
    """What is hard to read in a page, its data left aside."""
    textes = (
        _DONNEE.sub(SIGNE, remove_donnees(texte, donnees | NOMS_DE_LANGUES, SIGNE))
        for texte in list_textes(page, sans_lang="fr")
    )
    return sorted({faute for texte in textes for faute in list_fautes(texte, list_formes())})


def test_a_hard_sentence_in_a_page_is_found() -> None:
    page = (
        "<title>Accueil</title><h1>Brest</h1><p>Ce lieu est ouvert.</p><p>Une itinérance <b>probante</b> (Brest).</p>"
    )
    assert [faute.partition(" :")[0] for faute in find_fautes(page, frozenset({"Brest"}))] == [
        "mot rare « itinérance »",
        "mot rare « probante »",
        "parenthèse « ( »",
    ]


def test_every_page_of_the_journey_is_easy_to_read_and_says_so(client: FlaskClient, parcours: Parcours) -> None:
    fautes = {}
    for nom, reponse in parcours.visit(client, FALC):
        if trouvees := find_fautes(reponse.text, parcours.donnees):
            fautes[nom] = trouvees
        assert MENTION in reponse.text, nom
        if "<main" in reponse.text:  # a document to print has no links
            assert 'href="/falc/mots-difficiles"' in reponse.text, nom
            assert '<html lang="fr" class="falc">' in reponse.text, nom
    assert fautes == {}


def test_the_register_is_a_link_away_and_stays(client: FlaskClient, parcours: Parcours) -> None:
    adresse = parcours.adresses["résultats filtrés"]
    assert f'href="/falc{adresse.replace("&", "&amp;")}"' in client.get(adresse).text
    liens = re.findall(
        r'<a [^>]*href="(/[^"]*)"', client.get(f"/falc{adresse}").text.split("<main", 1)[1].split("</main", 1)[0]
    )
    assert [lien for lien in liens if lien.startswith("/falc/lieux/")] != []


@pytest.mark.parametrize("nom", ["accueil", "résultats", "lieu"])
def test_a_page_has_fewer_things_than_the_ordinary_one(client: FlaskClient, parcours: Parcours, nom: str) -> None:
    simple, ordinaire = (list_textes(dict(parcours.visit(client, langue, [nom]))[nom].text) for langue in (FALC, FR))
    assert len(simple) < len(ordinaire)


def test_each_action_has_its_drawing(client: FlaskClient, parcours: Parcours) -> None:
    for nom, reponse in parcours.visit(
        client, FALC, ["accueil", "résultats", "lieu", "orientation, où", "proposition"]
    ):
        assert re.search(r'<(?:button|a class="bouton)[^>]*>\s*<svg class="picto"', reponse.text), nom


def test_a_page_with_more_to_say_than_this_register_leads_to_the_ordinary_one(client: FlaskClient) -> None:
    reponse = client.get("/falc/carte?zoom=6")
    assert (reponse.status_code, reponse.location) == (302, "/carte?zoom=6")
    assert ">Facile à lire</a>" not in client.get("/temps-de-trajet").text
