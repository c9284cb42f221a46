"""The page "Où ouvrir ?" over HTTP, on an invented territory (tests/factories/planification.py)."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.planification import Lieux, make_territoire_a_planifier

DEPARTEMENT = "/territoires/departement/29/ouvrir"
# The two town halls that newly serve most people in need within 10 minutes serve 390 of them (all pairs were tried).
QUESTION = f"{DEPARTEMENT}?minutes=10&sites=2&genres=&genres=mairie"


@pytest.fixture
def lieux(session: Session) -> Lieux:
    return make_territoire_a_planifier(session)


@pytest.fixture
def site(client: FlaskClient, lieux: Lieux) -> FlaskClient:  # noqa: ARG001  (the places are the site)
    """A site where coverage is computed."""
    return client


def read(texte: str) -> str:
    """Text of a piece of HTML, in ordinary spaces."""
    nu = html.unescape(re.sub(r"<[^>]+>", " ", texte))
    return re.sub(r"\s+", " ", nu.replace("\u202f", " ").replace("\u00a0", " ")).strip()


def get(client: FlaskClient, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, reponse.text[:2_000]
    return reponse.text


def list_sites(page: str) -> list[str]:
    corps = page[page.index('<ol class="sites">') : page.index("</ol>", page.index('<ol class="sites">'))]
    return [read(nom) for nom in re.findall(r'<div class="site-nom">\s*<a[^>]*>(.*?)</a>', corps, re.DOTALL)]


def test_the_page_answers_follows_links_and_says_the_same_as_the_json(site: FlaskClient) -> None:
    page = get(site, QUESTION)
    texte = read(page)
    assert "Deux lieux bien placés serviraient environ 390 personnes en illectronisme de plus (entre " in texte
    assert "Aucun autre choix de deux lieux ne fait mieux : c’est prouvé." in texte
    # The answer comes before the question and the maps.
    assert page.index("bien placés") < page.index("<form class") or page.index("bien placés") < page.index("<svg class")
    assert "Source : estimation, modèle d’illectronisme, 2021" in texte
    json_ = json.loads(get(site, QUESTION.replace("/ouvrir?", "/ouvrir.json?")))
    assert [site["nom"] for site in json_["resultat"]["sites"]] == list_sites(page)
    assert json_["resultat"]["gain"]["valeur"] == pytest.approx(390.0)
    assert json_["resultat"]["optimal"]
    assert read(json_["phrase"]) in texte
    # Each site leads to its page.
    liens = re.findall(r'href="(/lieux/[^"]+)"', page)
    assert len(liens) == 2
    assert get(site, liens[0])


def test_people_before_and_after_add_up(site: FlaskClient) -> None:
    resultat = json.loads(get(site, QUESTION.replace("/ouvrir?", "/ouvrir.json?")))["resultat"]
    avant, apres = resultat["avant"], resultat["apres"]
    assert avant["couvert"]["valeur"] + resultat["gain"]["valeur"] == pytest.approx(apres["couvert"]["valeur"])
    for bilan in (avant, apres):
        somme = bilan["couvert"]["valeur"] + bilan["au_dela"]["valeur"]
        assert somme == pytest.approx(bilan["besoin"]["valeur"])


def test_a_site_ruled_out_is_not_proposed_and_can_come_back(site: FlaskClient) -> None:
    page = get(site, QUESTION)
    premier = list_sites(page)[0]
    ecarter = html.unescape(re.findall(r'<a href="([^"]+)">Écarter', page)[0])
    sans = get(site, ecarter)
    assert premier not in list_sites(sans)
    assert f"écarté : {premier}" in read(sans)
    retirer = html.unescape(re.findall(r'<a href="([^"]+)">retirer', sans)[0])
    assert list_sites(get(site, retirer)) == list_sites(page)


def test_an_imposed_site_stands_in_the_plan(site: FlaskClient, lieux: Lieux) -> None:
    code = lieux.mairies[4].public_id
    page = get(site, f"{QUESTION}&imposes={code}")
    assert "Mairie de Commune 5" in list_sites(page)


def test_who_stays_far_is_listed_with_what_would_serve_them(site: FlaskClient) -> None:
    page = get(site, QUESTION)
    tableau = read(page[page.index('<table class="restantes">') : page.index("</table>", page.index('"restantes"'))])
    # The island has no building: 96 people in need, whom no journey leads anywhere.
    assert "Ouessant environ 96 aucun aucun trajet connu ne mène à un lieu ouvert un lieu à construire" in tableau
    assert "servirait environ" in tableau


def test_maps_before_and_after_count_the_same_communes(site: FlaskClient) -> None:
    page = get(site, QUESTION)
    legendes = re.findall(r'<table class="choroplethe-legende">.*?</table>', page, re.DOTALL)
    nombres = [[int(n) for n in re.findall(r'<td class="nombre">(\d+)</td>', legende)] for legende in legendes]
    # Eight communes of the square and the island.
    assert [sum(n) for n in nombres] == [9, 9]
    assert nombres[0] != nombres[1]
    assert "nouveau lieu" in page


# In one territory: its coverage takes longer to compute than all these answers.
NON_SENS = (
    ("genres=", "0 bâtiment candidat"),
    ("sites=400", "400 sites sont demandés et 8 candidats sont possibles."),
    ("budget=-3", "« Budget » vaut « -3 » ; attendu : un nombre de 0 à"),
    ("zone=-40,30+-41,30+-41,31", "0 bâtiment candidat"),
    ("zone=1,2", "« Zone » vaut « 1,2 »"),
    ("minutes=mille", "« Minutes » vaut « mille » ; attendu : un nombre entier de 5 à 60."),
    ("besoin=licorne", "« Personnes à servir » vaut « licorne »"),
    ("table=inconnue", "« Table de bâtiments » vaut « inconnue »"),
    ("gestes=fermer:inconnu", "Changement ignoré : « fermer:inconnu »"),
    ("budget=1000", "0 des 8 bâtiments candidats a un coût"),
    ("objectif=part", "Dites quelle part des personnes servir"),
    ("sites=", "Dites combien de lieux ouvrir"),
    ("par_epci=1&sites=1", "Il faut au moins 2 sites"),
)


def test_nonsense_gets_a_clear_sentence(site: FlaskClient) -> None:
    for suite, message in NON_SENS:
        texte = read(get(site, f"{DEPARTEMENT}?{suite}", 422))
        assert message in texte, suite
        assert "La question" in texte
        json_ = site.get(f"{DEPARTEMENT}.json?{suite}")
        assert json_.status_code == 422
        assert json_.json is not None
        assert any(message in read(erreur) for erreur in json_.json["erreurs"]), suite


def test_what_was_not_understood_leaves_the_rest_of_the_answer(site: FlaskClient) -> None:
    texte = read(get(site, f"{QUESTION}&espacement_km=beaucoup", 422))
    assert "« Distance entre deux nouveaux lieux » vaut « beaucoup »" in texte
    assert "Deux lieux bien placés serviraient environ 390 personnes" in texte


def test_a_territory_without_building_says_so(site: FlaskClient) -> None:
    assert "0 bâtiment candidat" in read(get(site, "/territoires/departement/974/ouvrir", 422))


def test_before_any_computation_the_page_says_so(client: FlaskClient, session: Session) -> None:
    make_territoire_a_planifier(session, calcul=False)
    texte = read(get(client, DEPARTEMENT))
    assert "Les temps de trajet vers les lieux ne sont pas encore calculés sur ce site" in texte
    assert "La question" in texte


def test_unknown_territories_are_not_found(site: FlaskClient) -> None:
    for adresse in ("departement/99", "canton/29", "arrondissement/75111", "commune/29'--", "commune/99999"):
        get(site, f"/territoires/{adresse}/ouvrir", 404)
        get(site, f"/territoires/{adresse}/ouvrir.json", 404)


def test_a_small_territory_is_not_asked_for_more_sites_than_it_has_buildings(site: FlaskClient) -> None:
    texte = read(get(site, "/territoires/commune/29014/ouvrir?minutes=5"))
    assert "Un lieu bien placé" in texte


def test_each_part_of_the_page_can_be_asked_for_alone(site: FlaskClient) -> None:
    reponse = json.loads(get(site, QUESTION.replace("/ouvrir?", "/ouvrir.json?") + "&fragment=1"))
    page = get(site, QUESTION)
    assert read(reponse["reponse"]) in read(page)
    assert reponse["resultats"].strip() in page
    assert get(site, reponse["adresse"])


def test_figures_lead_to_plans_and_back(site: FlaskClient) -> None:
    assert f'href="{DEPARTEMENT}"' in get(site, "/territoires/departement/29")
    assert 'href="/territoires/departement/29"' in get(site, DEPARTEMENT)
