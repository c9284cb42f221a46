"""The search page and the page of a place, with the database of `make_bretagne`: five square communes in a row."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu, make_source
from tests.factories.territoires import make_bretagne


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, "France Services de Brest", lon=-4.55, lat=48.391, telephone="+33298000001", frais=["gratuit"])
    make_lieu(session, "Fablab de Guipavas", lon=-4.45, lat=48.35, commune_code="29075", genres=("fablab",))
    make_lieu(session, "Mairie de Landerneau", lon=-4.35, lat=48.35, commune_code="29103", genres=("mairie",))
    session.commit()


def read(client: FlaskClient, adresse: str, statut: int = 200) -> str:
    """The text of the page's main part, without tags, spaces made ordinary and single."""
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    principal = re.search(r"<main.*?</main>", reponse.text, re.DOTALL)
    assert principal is not None
    texte = unescape(re.sub(r"<[^>]+>", " ", principal[0]))
    return re.sub(r"[\s\u00a0\u202f]+", " ", texte)


def list_noms(client: FlaskClient, adresse: str) -> list[str]:
    """Names of the places listed, in order."""
    return re.findall(r"<h2><a [^>]+>([^<]+)</a></h2>", client.get(adresse).text)


def test_a_commune_lists_help_and_third_places_nearest_first(client: FlaskClient) -> None:
    texte = read(client, "/recherche?q=brest")
    assert "Lieux près de Brest (Finistère)" in texte
    assert "2 lieux à moins de 50 km" in texte
    assert list_noms(client, "/recherche?q=brest") == ["France Services de Brest", "Fablab de Guipavas"]
    # The town hall of Brest is at 4.55° W, 48.39° N, 0.001° (110 m) south of the place.
    assert "110 m France Services" in texte
    assert "02 98 00 00 01" in texte
    assert "Gratuit" in texte
    assert "Source : Source essai, 1er janvier 2026" in texte


@pytest.mark.parametrize("q", ["BREST", "29200", "Lambézellec", "bresst"])
def test_many_ways_to_say_one_commune(client: FlaskClient, q: str) -> None:
    assert "Lieux près de Brest (Finistère)" in read(client, f"/recherche?q={q}")


def test_a_former_commune_says_where_it_went(client: FlaskClient) -> None:
    assert "Lambézellec fait partie de Brest." in read(client, "/recherche?q=lambezellec")


def test_a_need_alone_asks_where(client: FlaskClient) -> None:
    page = client.get("/recherche?besoin=demarche").text
    assert "Faire une démarche en ligne</h1>" in page
    assert "Dites-nous où" in page
    assert '<input type="hidden" name="besoin" value="demarche">' in page


def test_a_need_and_a_commune_in_the_same_words(client: FlaskClient) -> None:
    assert list_noms(client, "/recherche?q=fabriquer+a+brest") == ["Fablab de Guipavas"]


def test_the_form_outranks_the_words(client: FlaskClient) -> None:
    assert len(list_noms(client, "/recherche?q=reparer+a+brest&besoin=")) == 2


def test_a_filter_can_be_removed_by_a_link(client: FlaskClient) -> None:
    page = client.get("/recherche?q=brest&genre=fablab").text
    retrait = re.search(r'<ul class="actifs".*?href="([^"]+)"', page, re.DOTALL)
    assert retrait is not None
    assert len(list_noms(client, unescape(retrait[1]))) == 2


def test_town_halls_are_shown_on_demand_and_are_not_called_help(client: FlaskClient) -> None:
    assert "Mairie de Landerneau" not in read(client, "/recherche?q=landerneau")
    texte = read(client, "/recherche?q=landerneau&candidats=1")
    assert "Mairie de Landerneau" in texte
    assert "Ce lieu n’a pas déclaré d’aide numérique." in texte


def test_nothing_near_tells_how_far_the_nearest_is(client: FlaskClient) -> None:
    # From 48.39° N, 1.5° W to 4.45° W: about 218 km.
    texte = read(client, "/recherche?lon=-1.5&lat=48.39&genre=fablab")
    assert "Aucun lieu à moins de 50 km." in texte
    assert "Le lieu le plus proche est à 218 km en ligne droite" in texte
    assert "Fablab de Guipavas" in texte


def test_the_following_page_goes_on_where_the_first_stopped(client: FlaskClient, session: Session) -> None:
    for rang in range(25):
        make_lieu(session, f"Espace {rang:02d}", lon=-4.55, lat=48.30 - rang / 1000, genres=("epn",))
    session.commit()
    page = client.get("/recherche?q=brest&genre=epn").text
    suite = re.search(r'<a class="bouton" href="([^"]+)">Suite de la liste</a>', page)
    assert suite is not None
    premiers = list_noms(client, "/recherche?q=brest&genre=epn")
    suivants = list_noms(client, unescape(suite[1]))
    assert premiers + suivants == [f"Espace {rang:02d}" for rang in range(25)]
    assert "Suite de la liste" not in client.get(unescape(suite[1])).text


def test_a_place_is_found_by_its_name(client: FlaskClient) -> None:
    texte = read(client, "/recherche?q=fablab+de+guipavas")
    assert "Fablab de Guipavas" in texte


def test_nothing_understood_offers_ways_on(client: FlaskClient) -> None:
    texte = read(client, "/recherche?q=qsdfghjklm")
    assert "Nous n’avons pas compris « qsdfghjklm »" in texte
    assert "Comment chercher" in texte


def test_a_commune_that_does_not_exist_is_said(client: FlaskClient) -> None:
    assert "Nous ne connaissons pas cette commune." in read(client, "/recherche?commune=99999", 422)


def test_a_bad_filter_is_said_and_the_list_is_there(client: FlaskClient) -> None:
    texte = read(client, "/recherche?q=brest&genre=licorne", 422)
    assert "Nous n’avons pas compris le filtre « type de lieu »" in texte
    assert "France Services de Brest" in texte


def test_a_point_at_sea_still_answers(client: FlaskClient) -> None:
    assert "Lieux autour de ce point" in read(client, "/recherche?lon=-6&lat=48")


def test_invented_places_say_so_in_lists_and_on_their_page(client: FlaskClient, session: Session) -> None:
    make_source(session, "inventee", est_inventee=True)
    lieu = make_lieu(session, "Lieu imaginaire", source_id="inventee", lon=-4.56, lat=48.39)
    session.commit()
    assert "Lieu inventé, pour la démonstration" in read(client, "/recherche?q=brest")
    assert "Ce lieu est inventé." in read(client, f"/lieux/{lieu.public_id}")


def test_the_page_of_a_place_says_everything_with_its_source(client: FlaskClient, session: Session) -> None:
    make_source(session, "annuaire", libelle="Annuaire d’essai", producteur="Essai", licence="Licence Ouverte 2.0")
    lieu = make_lieu(
        session,
        "Maison des services",
        source_id="annuaire",
        date_maj=dt.date(2019, 6, 1),
        adresse="1 rue de Siam",
        code_postal="29200",
        commune_nom="Brest",
        telephone="+33298000002",
        horaires="Mo-Fr 09:00-12:00",
        services=["aide-aux-demarches-administratives"],
        accessible=True,
    )
    session.commit()
    texte = read(client, f"/lieux/{lieu.public_id}")
    for attendu in (
        "France Bretagne Finistère Brest Métropole Brest Maison des services",
        "Information de 2019 : téléphonez avant de vous déplacer.",
        "02 98 00 00 02",
        "1 rue de Siam 29200 Brest",
        "Du lundi au vendredi 9 h – 12 h",
        "Aide aux démarches administratives",
        "Accessible en fauteuil roulant.",
        "Annuaire d’essai 1er juin 2019",
        "Annuaire d’essai : Essai, Licence Ouverte 2.0",
        "France Services de Brest",
    ):
        assert attendu in texte, attendu
    page = client.get(f"/lieux/{lieu.public_id}").text
    assert 'href="tel:+33298000002"' in page
    assert 'href="geo:48.39000,-4.49000"' in page


def test_a_closed_place_says_so_and_a_hidden_one_is_not_found(client: FlaskClient, session: Session) -> None:
    ferme = make_lieu(session, "Lieu fermé", statut="ferme")
    masque = make_lieu(session, "Lieu masqué", statut="masque")
    session.commit()
    assert "Ce lieu est fermé définitivement." in read(client, f"/lieux/{ferme.public_id}")
    assert "Ce lieu n’est plus publié." in read(client, f"/lieux/{masque.public_id}", 404)


def test_a_place_of_an_unknown_commune_without_position_has_a_page(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu(session, "Quelque part", lon=None, lat=None, commune_code="98735")
    session.commit()
    texte = read(client, f"/lieux/{lieu.public_id}")
    assert "Quelque part" in texte
    assert "Ouvrir dans mon application de cartes" not in texte
