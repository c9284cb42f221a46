"""Pages of figures over HTTP, with invented territories, indicators and access (tests/factories/chiffres.py)."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.chiffres import NOW, make_acces, make_edition, make_valeur, make_valeurs
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.territoires.enums import Niveau

COMMUNES = ("29019", "29075", "29103", "29208", "22387")
EPCI = "/territoires/epci/242900314"


def make_indicateurs(session: Session) -> None:
    """Beside people in need: their share, poverty at two dates, fixed connections; and the edition of their files."""
    for code, part, sans in zip(COMMUNES[:4], (0.12, 0.14, 0.16, 0.18), (0.0, 0.1, 0.2, 0.3), strict=True):
        make_valeur(session, "part_illectronisme", 2021, Niveau.COMMUNE, code, part, part - 0.02, part + 0.02)
        make_valeur(session, "part_locaux_8", 2019, Niveau.COMMUNE, code, 1 - sans)
        make_valeur(session, "part_locaux_30", 2019, Niveau.COMMUNE, code, 1 - sans)
    make_valeur(session, "taux_pauvrete", 2019, Niveau.COMMUNE, "29019", 0.134)
    make_valeur(session, "taux_pauvrete", 2021, Niveau.COMMUNE, "29019", 0.146)
    # An edition of its own: what was counted for other tests is not this.
    session.add(
        EditionIndicateurs(
            source_id="arcep-fixe-2019",
            edition="30 septembre 2019",
            millesime=2019,
            sha256="1",
            empreinte="1",
            lues=4,
            chargees=4,
            rejets={},
            communes=4,
            remarques={},
            chargee_at=NOW + dt.timedelta(days=1),
        )
    )
    session.flush()


@pytest.fixture
def site(session: Session, client: FlaskClient) -> FlaskClient:
    """A site where everything is computed."""
    make_bretagne(session)
    make_valeurs(session)
    make_indicateurs(session)
    make_acces(session)
    make_edition(session)
    return client


@pytest.fixture
def site_sans_calcul(session: Session, client: FlaskClient) -> FlaskClient:
    """A site with indicators, before any travel time is computed."""
    make_bretagne(session)
    make_valeurs(session)
    make_indicateurs(session)
    return client


def read(texte: str) -> str:
    """Text of a piece of HTML, in ordinary spaces."""
    nu = html.unescape(re.sub(r"<[^>]+>", " ", texte))
    return re.sub(r"\s+", " ", nu.replace("\u202f", " ").replace("\u00a0", " ")).strip()


def get(client: FlaskClient, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, reponse.text
    return reponse.text


def list_lignes(page: str) -> list[list[str]]:
    """Cells of the table of values, without its head."""
    tableau = re.search(r'<table class="valeurs palette-\d">.*?</table>', page, re.DOTALL)
    assert tableau is not None
    corps = tableau[0].partition("<tbody>")[2]
    return [
        [read(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r, re.DOTALL)]
        for r in re.findall(r"<tr.*?</tr>", corps, re.DOTALL)
    ]


def list_legende(page: str) -> list[int]:
    """Counts of the legend."""
    legende = re.search(r'<table class="choroplethe-legende.*?</table>', page, re.DOTALL)
    assert legende is not None
    return [int(n) for n in re.findall(r'<td class="nombre">(\d+)</td>', legende[0])]


def test_the_conclusion_comes_first_with_interval_year_and_method(site: FlaskClient) -> None:
    page = get(site, EPCI)
    conclusion = read(page[page.index('<div class="conclusion">') : page.index('<ul class="sommaire">')])
    assert conclusion.startswith(
        "Dans l’intercommunalité Brest Métropole, environ 11 000 personnes (entre 10 500 et 11 500) sont en"
        " illectronisme. modélisé, 2021 · méthode de calcul"
        " Environ 1 500 d’entre elles (entre 1 300 et 1 700) vivent à plus de 20 minutes en voiture d’un lieu où"
        " quelqu’un aide. calculé le 22 novembre 2026"
    )
    assert page.index("<h1>Brest Métropole</h1>") < page.index('<div class="conclusion">')


def test_every_key_figure_has_its_source_its_date_and_its_method(site: FlaskClient) -> None:
    cartes = re.findall(r"<dl class=\"chiffres-cles\">(.*?)</dl>", get(site, "/territoires/commune/29019"), re.DOTALL)
    chiffres = re.findall(r"<div( class=\"absent\")?>(.*?)</div>", "".join(cartes), re.DOTALL)
    assert len(chiffres) > 10
    for absent, chiffre in chiffres:
        assert "/methode#" in chiffre
        assert absent or re.search(r"20\d\d", read(chiffre.partition("chiffre-source")[2])), read(chiffre)


def test_what_is_not_known_is_said_and_never_zero(site: FlaskClient) -> None:
    page = read(get(site, "/territoires/commune/22387"))
    assert "Nous n’avons pas d’estimation des personnes en illectronisme au Vieux-Marché" in page
    assert "Sur la connexion à Internet, fixe ou mobile, nous n’avons pas de donnée." in page
    assert "Personnes en illectronisme pas de donnée" in page


def test_the_table_says_what_the_map_shows(site: FlaskClient) -> None:
    page = get(site, "/territoires/departement/29?indicateur=part_illectronisme")
    lignes = list_lignes(page)
    assert [ligne[0] for ligne in lignes] == ["Plourin", "Landerneau", "Guipavas", "Brest"]
    assert lignes[0][2] == "18,0 % entre 16,0 % et 20,0 %"
    bulles = {read(bulle) for bulle in re.findall(r"<path[^>]*><title>(.*?)</title>", page)}
    assert bulles == {f"{ligne[0]} : {ligne[2].partition(' entre')[0]}" for ligne in lignes}
    assert sum(list_legende(page)) == len(lignes) == 4


def test_gaps_are_counted_in_people_with_their_interval(site: FlaskClient) -> None:
    lignes = {ligne[0]: ligne[1:] for ligne in list_lignes(get(site, "/territoires/departement/29?indicateur=ecart"))}
    # Brest: 1/8 of 10,000; the share of people in need is that of inhabitants.
    assert lignes["Brest"][1] == "environ 10 000"
    assert lignes["Brest"][2].startswith("environ 1 250 entre ")
    assert lignes["Brest"][3] == "12,5 %"
    assert lignes["Landerneau"][2:] == ["0", "0 %"]


def test_columns_sort_by_links_and_absent_values_come_last(site: FlaskClient) -> None:
    page = get(site, "/territoires/region/53?parties=commune&indicateur=part_illectronisme&tri=valeur")
    assert [ligne[0] for ligne in list_lignes(page)] == [
        "Brest",
        "Guipavas",
        "Landerneau",
        "Plourin",
        "Le Vieux-Marché",
    ]
    assert list_lignes(page)[-1][2] == "pas de donnée"
    assert 'aria-sort="ascending"' in page
    assert "tri=-valeur" in page
    assert sum(list_legende(page)) == 5


def test_what_cannot_be_understood_is_said_and_the_page_shown(site: FlaskClient) -> None:
    texte = read(get(site, f"{EPCI}?seuil=25&mode=train&nombre=9&comparer=999999999", 422))
    for message in (
        "« Minutes » vaut « 25 » ; attendu : 10, 15, 20 ou 30.",
        "« Moyen de transport » vaut « train » ; attendu : un mot parmi a-pied, velo ou voiture.",
        "« Nombre de classes » vaut « 9 » ; attendu : un nombre entier de 5 à 7.",
        "« 999999999 » n’est le code d’aucun territoire de ce niveau.",
    ):
        assert message in texte
    assert "environ 11 000 personnes" in texte


def test_peers_are_found_by_name_and_compared(site: FlaskClient) -> None:
    trouves = get(site, "/territoires/commune/29019?pair=guipava")
    assert "comparer=29075" in trouves
    page = get(site, "/territoires/commune/29019?comparer=29075,29103")
    tableau = re.search(r'<table class="valeurs comparaison">.*?</table>', page, re.DOTALL)
    assert tableau is not None
    texte = read(tableau[0])
    assert (
        "Personnes en illectronisme modélisé, 2021 · méthode de calcul environ 10 000 (entre 9 000 et 11 000)" in texte
    )
    assert "environ 1 000 (entre 800 et 1 200)" in texte
    assert "environ 1 250, soit 13 %" in texte


def test_a_change_is_between_two_editions_and_of_the_figures_as_written(site: FlaskClient) -> None:
    texte = read(get(site, "/territoires/commune/29019"))
    # 13.4 % is read 13 %, 14.6 % is read 15 %.
    assert "13 % (2019) 15 % (2021) +2 points" in texte
    assert "Aucun indicateur n’a encore deux éditions" in read(get(site, "/territoires/commune/29103"))


def test_a_site_before_its_first_computation_says_so(site_sans_calcul: FlaskClient) -> None:
    page = get(site_sans_calcul, "/territoires/departement/29")
    texte = read(page)
    assert "Les temps de trajet vers les lieux ne sont pas encore calculés sur ce site." in texte
    assert "flask couverture compute" in texte
    assert "L’accès aux lieux" not in texte[texte.index("Chiffres clés") : texte.index("Carte et tableau")]
    # The map shows what there is.
    assert sum(list_legende(page)) == 4
    assert list_lignes(page)[0][2].startswith("18,0 %")


@pytest.mark.parametrize(
    "adresse",
    ["/territoires/france/FR", "/territoires/france/fr", "/territoires/region/53", "/territoires/commune/29208"],
)
def test_every_level_has_its_page(site: FlaskClient, adresse: str) -> None:
    page = get(site, adresse)
    assert page.count("<h1>") == 1
    assert "Comment ces chiffres sont calculés" in page


@pytest.mark.parametrize(
    "adresse",
    ["/territoires/canton/29", "/territoires/commune/99999", "/territoires/commune/29'--", "/territoires/france/29"],
)
def test_what_does_not_exist_is_not_found(site: FlaskClient, adresse: str) -> None:
    get(site, adresse, 404)
    get(site, f"{adresse}/croisement", 404)


def test_an_arrondissement_leads_to_its_places(site: FlaskClient, session: Session) -> None:
    make_territoire(session, Niveau.ARRONDISSEMENT, "75111", "Paris 11e arrondissement")
    reponse = site.get("/territoires/arrondissement/75111")
    assert (reponse.status_code, reponse.location) == (301, "/territoires/arrondissement/75111/lieux")


def test_a_page_that_has_not_changed_is_not_sent_again(site: FlaskClient) -> None:
    etag = site.get(EPCI).headers["ETag"]
    assert site.get(EPCI, headers={"If-None-Match": etag}).status_code == 304


def test_residents_pages_lead_to_the_figures(site: FlaskClient) -> None:
    assert f'href="{EPCI}"' in get(site, f"{EPCI}/lieux")


def test_two_figures_are_crossed_with_the_list_of_what_is_bad_in_both(site: FlaskClient) -> None:
    page = get(site, "/territoires/region/53/croisement?parties=commune&x=part_illectronisme&y=part_locaux_30")
    texte = read(page)
    # Both grow from Brest to Plourin: the highest third of both is Plourin alone, or with Landerneau.
    assert "parmi les plus en difficulté pour les deux indicateurs à la fois" in texte
    assert "Locaux à moins de 30 Mbit/s" in texte
    liste = texte[texte.index("En difficulté pour les deux") :]
    assert "Plourin" in liste
    assert "Brest " not in liste.partition("Télécharger")[0]
    cases = re.search(r'<table class="choroplethe-legende croisee">.*?</table>', page, re.DOTALL)
    assert cases is not None
    assert sum(int(n) for n in re.findall(r"</svg>\s*(\d+)</td>", cases[0])) == 4
    assert "pas de donnée : 1" in texte


def test_figures_that_cannot_be_crossed_are_refused_by_name(site: FlaskClient) -> None:
    texte = read(get(site, f"{EPCI}/croisement?x=population", 422))
    assert "« Premier indicateur » vaut « population »" in texte
