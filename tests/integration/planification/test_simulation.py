"""The page "Simuler" over HTTP and its data, on an invented territory (tests/factories/planification.py)."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.planification import Lieux, make_territoire_a_planifier

DEPARTEMENT = "/territoires/departement/29/simuler"


@pytest.fixture
def lieux(session: Session) -> Lieux:
    return make_territoire_a_planifier(session)


def read(texte: str) -> str:
    """Text of a piece of HTML, in ordinary spaces."""
    nu = html.unescape(re.sub(r"<[^>]+>", " ", texte))
    return re.sub(r"\s+", " ", nu.replace("\u202f", " ").replace("\u00a0", " ")).strip()


def get(client: FlaskClient, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, reponse.text[:2_000]
    return reponse.text


def follow(client: FlaskClient, adresse: str) -> tuple[str, list[str]]:
    """(address that a change leads to, changes that it holds)."""
    reponse = client.get(adresse)
    assert reponse.status_code == 303, reponse.text[:2_000]
    return reponse.location, parse_qs(urlsplit(reponse.location).query).get("gestes", [])


def ask(client: FlaskClient, question: str, statut: int = 200) -> dict[str, Any]:
    reponse = client.get(f"{DEPARTEMENT}.json?{question}")
    assert reponse.status_code == statut, reponse.text[:2_000]
    return reponse.get_json()


# --- Without JavaScript ----------------------------------------------------------------------------------------------


def test_a_change_leads_to_its_own_address_and_is_taken_back_by_a_link(client: FlaskClient, lieux: Lieux) -> None:
    mairie = lieux.mairies[12]
    page = get(client, f"{DEPARTEMENT}?minutes=10")
    assert f'value="ouvrir:{mairie.public_id}"' in page
    assert f'value="fermer:{lieux.aide.public_id}"' in page
    adresse, gestes = follow(client, f"{DEPARTEMENT}?minutes=10&ajouter=ouvrir:{mairie.public_id}")
    assert gestes == [f"ouvrir:{mairie.public_id}"]
    suite = get(client, adresse)
    assert "Ouvrir : Mairie de Commune 13 (repère 1)" in read(suite)
    # The people of commune 13 in need, at least: 1,300 × 0.8 × 0.1 = 104.
    assert re.search(r"Environ \d+ \(entre \d+ et \d+\) personnes en illectronisme de plus", read(suite))
    liens = re.findall(r'href="([^"]+)" data-tl-simuler', suite)
    assert [html.unescape(lien) for lien in liens[:2]] == [f"{DEPARTEMENT}?minutes=10"] * 2


def test_opening_again_what_was_closed_changes_nothing(client: FlaskClient, lieux: Lieux) -> None:
    adresse, gestes = follow(client, f"{DEPARTEMENT}?ajouter=fermer:{lieux.aide.public_id}")
    assert gestes == [f"fermer:{lieux.aide.public_id}"]
    retour, gestes = follow(client, f"{adresse}&ajouter=ouvrir:{lieux.aide.public_id}")
    assert (retour, gestes) == (DEPARTEMENT, [])


def test_a_place_is_chosen_then_moved_to_a_commune(client: FlaskClient, lieux: Lieux) -> None:
    page = get(client, f"{DEPARTEMENT}?deplacer={lieux.aide.public_id}")
    assert "Où déplacer « France Services du coin » ?" in read(page)
    _, gestes = follow(client, f"{DEPARTEMENT}?deplacer={lieux.aide.public_id}&ou=Commune+6")
    # The town hall of the commune of rank 5: second line, second column.
    assert gestes == [f"deplacer:{lieux.aide.public_id}@-3.42000,48.09500"]


def test_a_place_opens_where_the_words_say(client: FlaskClient, lieux: Lieux) -> None:
    assert lieux
    for texte, geste in (
        ("Commune 6", "ouvrir:@-3.42000,48.09500"),
        ("-3.41, 48.1", "ouvrir:@-3.41000,48.10000"),
        ("-3,41 ; 48,1", "ouvrir:@-3.41000,48.10000"),
        # Latitude first, as phones give it: only that is near the territory.
        ("48.1, -3.41", "ouvrir:@-3.41000,48.10000"),
    ):
        assert follow(client, f"{DEPARTEMENT}?ou={texte}")[1] == [geste], texte


def test_a_building_is_found_by_its_name(client: FlaskClient, lieux: Lieux) -> None:
    assert follow(client, f"{DEPARTEMENT}?ou=mairie+commune+14")[1] == [f"ouvrir:{lieux.mairies[13].public_id}"]


def test_an_address_stands_for_its_commune_and_the_page_says_so(client: FlaskClient, lieux: Lieux) -> None:
    assert lieux
    page = get(client, f"{DEPARTEMENT}?ou=12+rue+de+la+Paix+Commune+6")
    assert "Au centre de Commune 6 (Finistère) : nous ne connaissons pas les adresses" in read(page)
    assert 'name="ajouter" value="ouvrir:@-3.42000,48.09500"' in page


def test_lists_are_searched(client: FlaskClient, lieux: Lieux) -> None:
    page = get(client, f"{DEPARTEMENT}?cherche=commune+14")
    assert f'value="ouvrir:{lieux.mairies[13].public_id}"' in page
    assert f'value="ouvrir:{lieux.mairies[12].public_id}"' not in page
    assert "Aucun lieu ouvert de ce nom." in page
    adresse, _ = follow(client, f"{DEPARTEMENT}?cherche=commune+14&ajouter=ouvrir:{lieux.mairies[13].public_id}")
    assert "cherche=commune+14" in adresse


NON_SENS = (
    ("gestes=fermer:inconnu", "Le code « inconnu » n’est celui d’aucun lieu ouvert"),
    ("gestes=ouvrir", "« geste » vaut « ouvrir »"),
    ("gestes=ouvrir:@2.35,48.85", "Écrivez la longitude, puis la latitude"),
    # Fifty kilometres west of the squares, where no commune is.
    ("gestes=ouvrir:@-4.2,48.1", "il est en mer ou hors de France"),
    ("ou=-4.2,+48.1", "il est en mer ou hors de France"),
    ("ou=Tombouctou", "Nous ne trouvons pas « Tombouctou » dans ce territoire"),
    ("minutes=900", "« minutes » vaut « 900 »"),
    ("besoin=rien", "« besoin » vaut « rien »"),
    ("ajouter=bof", "« geste » vaut « bof »"),
    ("clic=a,b", "« position » vaut « a,b »"),
    ("clic=-3.41,48.3&vers=-3.4,48.1&rayon_m=10", "un lieu ouvert à cet endroit"),
    ("ou=Commune+6&deplacer=inconnu", "le code d’un lieu ouvert du territoire"),
)


def test_nonsense_is_said_and_the_rest_is_shown(client: FlaskClient, lieux: Lieux) -> None:
    assert lieux
    for question, phrase in NON_SENS:
        page = read(get(client, f"{DEPARTEMENT}?{question}", 422))
        assert phrase in page
        assert "Personnes en illectronisme" in page


def test_a_territory_that_is_not_there_is_not_found(client: FlaskClient, lieux: Lieux) -> None:
    assert lieux
    for chemin in ("departement/99", "planete/29", "arrondissement/75101", "commune/2%20"):
        get(client, f"/territoires/{chemin}/simuler", 404)
        reponse = client.get(f"/territoires/{chemin}/simuler.json")
        assert reponse.status_code == 404
        assert reponse.get_json()["erreurs"]


def test_a_site_without_coverage_says_so(client: FlaskClient, session: Session) -> None:
    make_territoire_a_planifier(session, calcul=False)
    assert "La couverture n’est pas encore calculée" in get(client, DEPARTEMENT, 422)
    assert "n’est pas encore calculée" in ask(client, "", 422)["erreurs"][0]


def test_every_level_has_its_page(client: FlaskClient, lieux: Lieux) -> None:
    assert lieux
    for chemin in ("commune/29001", "epci/200000002", "region/53", "departement/974"):
        assert "data-tl-carte-simulation" in get(client, f"/territoires/{chemin}/simuler")
    # Its map is that of départements, which have no outline here.
    assert "Vos changements" in get(client, "/territoires/france/FR/simuler")


# --- Data and fragments ----------------------------------------------------------------------------------------------


def test_the_data_are_those_of_the_study(client: FlaskClient, lieux: Lieux) -> None:
    avant = ask(client, "minutes=10")
    apres = ask(client, f"minutes=10&ajouter=ouvrir:{lieux.mairies[12].public_id}")
    assert (avant["change"], apres["change"]) == (False, True)
    assert apres["adresse"] == f"{DEPARTEMENT}?minutes=10&gestes=ouvrir:{lieux.mairies[12].public_id}"
    assert apres["avant"] == avant["avant"] == avant["apres"]
    ecart = apres["apres"]["couvert"]["valeur"] - apres["avant"]["couvert"]["valeur"]
    assert apres["gagnes"]["valeur"] == pytest.approx(ecart, abs=0.11)
    assert apres["gagnes"]["bas"] < apres["gagnes"]["valeur"] < apres["gagnes"]["haut"]
    assert apres["perdus"]["valeur"] == 0
    # Commune 13 is far before and beside the town hall after; its 104 people in need are all gained.
    commune = next(commune for commune in apres["communes"] if commune["nom"] == "Commune 13")
    assert (commune["besoin"], commune["au_dela_avant"], commune["au_dela_apres"]) == (104.0, 104.0, 0.0)
    assert [site["code"] for site in apres["ouverts"]] == [lieux.mairies[12].public_id]
    assert apres["digest"] != avant["digest"]
    assert apres["annonce"].startswith("1 changement. Ouvrir\u00a0: Mairie de Commune 13. ")


def test_a_click_on_the_map_closes_then_opens_again(client: FlaskClient, lieux: Lieux) -> None:
    ferme = ask(client, "clic=-3.4801,48.0201&rayon_m=100")
    assert ferme["etude"]["gestes"] == [f"fermer:{lieux.aide.public_id}"]
    assert [site["nom"] for site in ferme["fermes"]] == ["France Services du coin"]
    rouvert = ask(client, f"gestes=fermer:{lieux.aide.public_id}&clic=-3.4801,48.0201&rayon_m=100")
    assert rouvert["etude"]["gestes"] == []
    assert rouvert["digest"] == ask(client, "")["digest"]


def test_what_is_refused_changes_nothing(client: FlaskClient, lieux: Lieux) -> None:
    geste = f"fermer:{lieux.aide.public_id}"
    refus = ask(client, f"gestes={geste}&clic=-4.2,48.1&fragments=1", 422)
    assert refus["etude"]["gestes"] == [geste]
    assert refus["annonce"] == " ".join(refus["erreurs"])
    assert "en mer" in refus["fragments"]["erreurs"]


def test_fragments_are_the_parts_of_the_page_but_the_ground_of_the_map(client: FlaskClient, lieux: Lieux) -> None:
    geste = f"ouvrir:{lieux.mairies[12].public_id}"
    page = get(client, f"{DEPARTEMENT}?gestes={geste}")
    fragments = ask(client, f"gestes={geste}&fragments=1")["fragments"]
    for nom, fragment in fragments.items():
        assert f'data-tl-fragment="{nom}"' in page
        if nom != "carte":
            assert read(fragment) in read(page)
    assert 0 < fragments["carte"].count("<path") < page.count("<path")
