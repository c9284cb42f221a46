"""The guided orientation from question to question, with the database of `make_bretagne`."""

from __future__ import annotations

import logging
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.orientation import routes

REPONSES = "besoin=demarche&commune=29019&deplacement=voiture&quand=passe&savoir=rien"


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)
    make_lieu(
        session,
        "France Services de Brest",
        lon=-4.55,
        lat=48.391,
        telephone="+33298000001",
        frais=["gratuit"],
        horaires="24/7",
        services=["aide-aux-demarches-administratives"],
    )
    make_lieu(session, "Relais de Brest", lon=-4.551, lat=48.39, accessible=False)
    make_lieu(session, "Relais de Guipavas", lon=-4.45, lat=48.35, commune_code="29075", accessible=True)
    make_lieu(session, "Fablab de Guipavas", lon=-4.45, lat=48.35, commune_code="29075", genres=("fablab",))
    make_lieu(session, "Mairie de Brest", lon=-4.549, lat=48.39, genres=("mairie",), telephone="+33298000002")
    session.commit()


def ask(client: FlaskClient, requete: str, statut: int = 200) -> str:
    """The text of the page's main part, without tags, spaces made ordinary and single."""
    reponse = client.get(f"/orientation?{requete}")
    assert reponse.status_code == statut
    principal = re.search(r"<main.*?</main>", reponse.text, re.DOTALL)
    assert principal is not None
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(re.sub(r"<[^>]+>", " ", principal[0])))


def list_noms(client: FlaskClient, requete: str) -> list[str]:
    """Names of the places proposed, in order."""
    return re.findall(r"<h2><a [^>]+>([^<]+)</a></h2>", client.get(f"/orientation?{requete}").text)


def follow(client: FlaskClient, requete: str, libelle: str) -> str:
    """The query string of the link with this text."""
    page = client.get(f"/orientation?{requete}").text.partition("<main")[2]
    for href, contenu in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL):
        if libelle in unescape(re.sub(r"<[^>]+>", " ", contenu)):
            return urlsplit(unescape(href)).query
    raise AssertionError(libelle)


def test_five_questions_by_links_and_forms_alone(client: FlaskClient) -> None:
    assert "Question 1 sur 5 Quel est le souci ?" in ask(client, "")
    requete = follow(client, "", "Faire une démarche en ligne")
    assert "Question 2 sur 5 Où êtes-vous ?" in ask(client, requete)
    requete += "&ou=brest"
    assert "Question 3 sur 5 Comment vous déplacez-vous ?" in ask(client, requete)
    requete = follow(client, requete, "En voiture")
    # What was typed became a code: the words go no further.
    assert parse_qs(requete) == {"besoin": ["demarche"], "commune": ["29019"], "deplacement": ["voiture"]}
    assert "Question 4 sur 5 Quand êtes-vous libre ?" in ask(client, requete)
    requete = follow(client, requete, "N’importe quand")
    assert "Question 5 sur 5 Faut-il savoir quelque chose ?" in ask(client, requete)
    assert "3 lieux pour vous" in ask(client, requete + "&savoir=rien")


def test_places_with_why_and_what_is_not_known(client: FlaskClient) -> None:
    texte = ask(client, REPONSES)
    assert list_noms(client, REPONSES) == ["France Services de Brest", "Relais de Brest", "Relais de Guipavas"]
    # 0.001° of latitude is 111 m: a few minutes, to leave and to park.
    assert re.search(r"aide à faire les démarches\. À \d min en voiture \(estimation\)\. C’est gratuit\.", texte)
    assert "02 98 00 00 01" in texte
    assert "À savoir avant d’y aller Horaires non communiqués." in texte
    assert "Nous ne savons pas si c’est gratuit." in texte
    assert "Fablab" not in texte


def test_a_place_known_not_to_suit_is_left_out(client: FlaskClient) -> None:
    requete = REPONSES.replace("rien", "fauteuil")
    assert list_noms(client, requete) == ["Relais de Guipavas", "France Services de Brest"]
    texte = ask(client, requete)
    assert "Accessible en fauteuil roulant." in texte
    assert "Nous ne savons pas si un fauteuil roulant peut entrer." in texte
    # Fewer than three: the town hall and the national numbers are told too.
    assert "Demandez aussi à la mairie" in texte
    assert "Mairie de Brest" in texte
    assert "39 39 Allô Service Public" in texte


def test_nothing_for_this_need_gives_ways_on(client: FlaskClient) -> None:
    texte = ask(client, REPONSES.replace("demarche", "reparer"))
    assert "Nous n’avons pas trouvé de lieu" in texte
    assert "Chercher un atelier" in texte
    assert "Mairie de Brest" in texte
    assert "Voir tous les lieux autour" in texte
    requete = follow(client, REPONSES.replace("demarche", "reparer"), "Chercher un atelier")
    assert list_noms(client, requete) == ["Fablab de Guipavas"]


def test_who_cannot_move_is_given_places_to_telephone(client: FlaskClient) -> None:
    requete = REPONSES.replace("voiture", "impossible")
    assert list_noms(client, requete) == ["France Services de Brest"]
    texte = ask(client, requete)
    assert "Nous ne savons pas s’il aide à distance. Téléphonez pour demander." in texte
    assert "39 39" in texte


def test_an_answer_is_changed_by_its_link_and_the_others_stay(client: FlaskClient) -> None:
    requete = follow(client, REPONSES, "Modifier – Votre commune".replace(" –", "  –"))
    page = client.get(f"/orientation?{requete}").text
    assert "Question 2 sur 5" in page
    caches = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert caches == {"besoin": "demarche", "deplacement": "voiture", "quand": "passe", "savoir": "rien"}
    suite = "&".join(f"{nom}={valeur}" for nom, valeur in caches.items()) + "&ou=Guipavas"
    assert list_noms(client, suite)[0] == "Relais de Guipavas"


def test_the_list_has_the_same_place_and_filters(client: FlaskClient) -> None:
    requete = follow(client, REPONSES.replace("rien", "fauteuil"), "Voir toute la liste")
    assert parse_qs(requete) == {
        "commune": ["29019"],
        "besoin": ["demarche"],
        "mode": ["voiture"],
        "accessible": ["1"],
    }
    # No place near is known to be open this year's Christmas: the list would be empty with the filter.
    requete = follow(client, REPONSES, "Voir toute la liste")
    assert parse_qs(requete) == {"commune": ["29019"], "besoin": ["demarche"], "mode": ["voiture"]}


@pytest.mark.parametrize(
    ("mots", "attendu"),
    [
        ("carte grise", "Votre souci : Faire une démarche en ligne"),
        ("je voudrais imprimer", "Votre souci : Utiliser un ordinateur, Internet ou une imprimante"),
        ("imprimer à Brest", "Votre commune : Brest"),
    ],
)
def test_the_need_in_peoples_words(client: FlaskClient, mots: str, attendu: str) -> None:
    assert attendu in ask(client, f"mots={mots}")


@pytest.mark.parametrize("mots", ["zzqqxx", "🚀🚀", "<script>alert(1)</script>", "Brest"])
def test_words_that_are_no_need_ask_again(client: FlaskClient, mots: str) -> None:
    texte = ask(client, f"commune=29019&mots={mots}")
    assert "Question 1 sur 5" in texte
    assert "Votre commune : Brest" in texte
    assert "Choisissez un dessin" in texte or "Dites aussi quel est votre souci" in texte
    assert "<script>alert" not in client.get(f"/orientation?mots={mots}").text


def test_a_commune_that_may_be_several_is_chosen_by_a_link(client: FlaskClient) -> None:
    texte = ask(client, "besoin=demarche&ou=bresst")
    assert "Vouliez-vous dire :" in texte
    requete = follow(client, "besoin=demarche&ou=bresst", "Brest")
    assert parse_qs(requete) == {"besoin": ["demarche"], "commune": ["29019"]}


@pytest.mark.parametrize(
    ("requete", "statut", "question"),
    [
        ("besoin=xyz&commune=29019", 422, 1),
        ("mots=" + "a" * 10_000, 422, 1),
        ("besoin=demarche&ou=" + "z" * 10_000, 422, 2),
        ("besoin=demarche&ou=zzzzqqqq", 200, 2),
        ("besoin=demarche&ou=99999", 200, 2),
        ("besoin=demarche&ou=%F0%9F%9A%80", 200, 2),
        ("besoin=demarche&commune=01999", 200, 2),
        ("besoin=demarche&commune=xyz", 422, 2),
        # Brussels, the middle of the Atlantic, no number at all.
        ("besoin=demarche&lon=4.35&lat=50.85", 200, 2),
        ("besoin=demarche&lon=-30&lat=40", 200, 2),
        ("besoin=demarche&lon=nan&lat=inf", 422, 2),
        ("besoin=demarche&commune=29019&deplacement=fusee", 422, 3),
        ("besoin=demarche&commune=29019&deplacement=velo&quand=1900-01-01", 422, 4),
        ("besoin=demarche&commune=29019&deplacement=velo&quand=9999-12-31", 422, 4),
        ("besoin=demarche&commune=29019&deplacement=velo&jour=hier&heure=midi", 422, 4),
        ("besoin=demarche&commune=29019&deplacement=velo&quand=samedi&savoir=%3Cb%3E", 422, 5),
        ("etape=xyz", 200, 1),
        ("mots=%00%FF", 200, 1),
    ],
)
def test_nonsense_gets_a_helpful_page_on_its_question(
    client: FlaskClient, requete: str, statut: int, question: int
) -> None:
    texte = ask(client, requete, statut)
    assert f"Question {question} sur 5" in texte
    if question > 1:
        assert "Votre souci : Faire une démarche en ligne" in texte


def test_errors_are_tied_to_their_field(client: FlaskClient) -> None:
    page = client.get("/orientation?besoin=demarche&ou=zzzzqqqq").text
    assert 'id="erreur" role="alert"' in page
    assert re.search(r'<input id="ou"[^>]*aria-describedby="ou-aide erreur" aria-invalid="true"', page)


def test_a_point_that_the_person_clicked(client: FlaskClient) -> None:
    requete = "besoin=demarche&lon=-4.55&lat=48.39&deplacement=a-pied&quand=passe&savoir=rien"
    assert "Votre commune : Autour de vous, à Brest" in ask(client, requete)
    assert parse_qs(follow(client, requete, "Voir toute la liste"))["lon"] == ["-4.55"]


@pytest.mark.parametrize("requete", ["", "besoin=demarche", REPONSES])
def test_answers_are_kept_from_other_sites_and_from_search_engines(client: FlaskClient, requete: str) -> None:
    reponse = client.get(f"/orientation?{requete}")
    assert reponse.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in reponse.headers
    assert ('<meta name="robots" content="noindex">' in reponse.text) == bool(requete)


def test_answers_are_not_logged_even_when_the_database_fails(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("tierslieux"), "propagate", True)
    client.get("/orientation?besoin=demarche&ou=Guipavas&mots=monsecret&lon=4.3517&savoir=surdite")
    client.get(f"/orientation?{REPONSES}&mots=monsecret")

    def fail(*_args: object, **_options: object) -> None:
        raise OperationalError("SELECT", None, Exception("server closed the connection"))

    monkeypatch.setattr(routes, "read_reponses", fail)
    assert client.get("/orientation?ou=Guipavas&mots=monsecret&savoir=surdite").status_code == 503
    dits = [ligne for ligne in caplog.records if ligne.name.startswith(("tierslieux", "werkzeug"))]
    assert dits
    for ligne in dits:
        assert not re.search(r"Guipavas|monsecret|surdite|4\.3517|29019", ligne.getMessage())


@pytest.mark.parametrize("langue", ["falc", "en"])
def test_other_registers_keep_their_address(client: FlaskClient, langue: str) -> None:
    page = client.get(f"/{langue}/orientation?{REPONSES}").text
    liens = re.findall(r'href="(/[^"]*orientation[^"]*)"', page.partition("<main")[2].partition("</main>")[0])
    assert len(liens) > 5
    # Only the page in the plain register leads to the whole page, in French.
    assert len([lien for lien in liens if not lien.startswith(f"/{langue}/")]) == (langue == "falc")


def test_pages_are_light(client: FlaskClient) -> None:
    for requete in ("", "besoin=demarche", REPONSES):
        adresse = f"/orientation?{requete}"
        reponse = client.get(adresse, headers={"Accept-Encoding": "gzip"})
        assert reponse.headers["Content-Encoding"] == "gzip"
        assert len(reponse.data) < 10_000
        assert len(re.findall(r'<(?:script|img|link rel="(?:stylesheet|icon))', client.get(adresse).text)) <= 7


def test_the_site_leads_there(client: FlaskClient) -> None:
    for adresse in ("/", "/plan-du-site", "/falc/"):
        assert "orientation" in client.get(adresse).text
