"""The conclusion, the table and the comparison of the pages of figures, without database."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.cartes.classes import ModeClasses
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Besoin, Ecart, Edition, Rang, Regle
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.services import Valeur
from tierslieux.observatoire.mesures import Calcul, build_mesure, build_mesure_calcul
from tierslieux.observatoire.presenters import list_css
from tierslieux.observatoire.presenters_carte import (
    LIGNES_PAGE,
    build_tableau,
    compute_classes,
    describe_page,
    sort_parties,
)
from tierslieux.observatoire.presenters_chiffres import build_rang
from tierslieux.observatoire.presenters_comparaison import list_evolutions
from tierslieux.observatoire.presenters_conclusion import build_phrases, write_reserve
from tierslieux.observatoire.services import Chiffres, Partie
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail
from tierslieux.trajets.moteur import Mode

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
EDITION = Edition("estimation", "estimation à partir de la distance", NOW, NOW, 1, 0, 1, 0)
CONNEXION = "Sur la connexion à Internet, fixe ou mobile, nous n’avons pas de donnée."


def build_territoire(nom: str = "Eu", code: str = "76255", population: int | None = 6_000) -> TerritoireDetail:
    return TerritoireDetail(
        Niveau.COMMUNE, code, nom, nom, 1, population, 2022, (), None, None, None, None, None, (), (), None
    )


def build_valeur(indicateur: str, millesime: int, valeur: float, bas: float | None = None, haut: float | None = None):
    catalogue = get_catalogue()
    entree = catalogue.get(indicateur)
    return Valeur(entree, valeur, bas, haut, millesime, catalogue.find_source(entree, millesime), None)


def build_chiffres(
    besoin: tuple[float, float, float] | None = None, *ecarts: Ecart, valeurs: tuple[Valeur, ...] = ()
) -> Chiffres:
    groupes: dict[str, list[Valeur]] = {}
    for valeur in valeurs:
        groupes.setdefault(valeur.indicateur.id, []).append(valeur)
    trouve = None if besoin is None else Besoin("personnes_illectronisme", 2021, *besoin)
    return Chiffres(groupes, trouve, None, {ecart.regle: ecart for ecart in ecarts}, {}, None)


def read(textes: list[str]) -> list[str]:
    return [texte.replace("\u202f", " ").replace("\u00a0", " ") for texte in textes]


def conclude(chiffres: Chiffres, edition: Edition | None = EDITION, territoire: TerritoireDetail | None = None):
    return read([p.texte for p in build_phrases(territoire or build_territoire(), chiffres, edition, Regle())])


def test_the_conclusion_counts_those_who_are_far() -> None:
    ecart = Ecart(Regle(), 6_000, 1_860, 1_243, 384, 301, 449)
    assert conclude(build_chiffres((1_243, 1_053, 1_421), ecart)) == [
        "À Eu, environ 1 240 personnes (entre 1 050 et 1 430) sont en illectronisme.",
        (
            "Environ 380 d’entre elles (entre 300 et 450) vivent à plus de 20 minutes en voiture d’un lieu où quelqu’un"
            " aide."
        ),
        CONNEXION,
    ]


def test_where_a_car_brings_everybody_walking_is_said_too() -> None:
    en_voiture = Ecart(Regle(), 6_000, 0, 1_243, 0, 0, 0)
    a_pied = Ecart(Regle(Cible.AIDE, Mode.A_PIED, 20), 6_000, 3_000, 1_243, 621.5, 500, 700)
    assert conclude(build_chiffres((1_243, 1_053, 1_421), en_voiture, a_pied))[1:3] == [
        "Aucune d’entre elles ne vit à plus de 20 minutes en voiture d’un lieu où quelqu’un aide.",
        "Environ 620 d’entre elles (entre 500 et 700) vivent à plus de 20 minutes à pied d’un lieu où quelqu’un aide.",
    ]


def test_before_any_computation_times_are_said_to_be_missing() -> None:
    phrases = conclude(build_chiffres((1_243, 1_053, 1_421)), None)
    assert phrases[1] == "Les temps de trajet vers les lieux ne sont pas encore calculés sur ce site."


def test_without_estimate_inhabitants_are_counted() -> None:
    ecart = Ecart(Regle(), 3_000, 1_200, None, None, None, None)
    assert conclude(build_chiffres(None, ecart))[:2] == [
        (
            "Nous n’avons pas d’estimation des personnes en illectronisme à Eu : aucune donnée publiée ne permet de la"
            " faire."
        ),
        "À Eu, environ 1 200 habitants vivent à plus de 20 minutes en voiture d’un lieu où quelqu’un aide.",
    ]


def test_a_commune_without_inhabitants_has_nothing_to_estimate() -> None:
    vide = build_territoire("Fleury-devant-Douaumont", "55189", 0)
    assert conclude(build_chiffres(), territoire=vide) == [
        "Personne n’habite à Fleury-devant-Douaumont : il n’y a pas de besoin à estimer."
    ]


def test_mayotte_has_a_published_rate_with_its_wide_interval_and_it_is_said() -> None:
    mayotte = build_territoire("Mayotte", "976", None)
    chiffres = build_chiffres(valeurs=(build_valeur("part_illectronisme", 2021, 0.2, 0.1014, 0.2986),))
    assert conclude(chiffres, territoire=mayotte)[0] == (
        "À Mayotte, environ 20 % des 15 ans ou plus (entre 10 % et 30 %) sont en illectronisme. Le nombre d’habitants"
        " n’est pas publié ici : nous ne pouvons pas dire combien de personnes cela fait."
    )
    reserve = write_reserve(mayotte, chiffres)
    assert reserve is not None
    assert "l’intervalle est large" in reserve


def test_connections_are_said_with_what_lacks() -> None:
    fixe = build_valeur("part_locaux_8", 2019, 0.88)
    assert conclude(build_chiffres(valeurs=(fixe,)))[-1] == (
        "12 % des logements et locaux ne peuvent pas avoir 8 Mbit/s par un fil. Sur les zones blanches du mobile, nous"
        " n’avons pas de donnée."
    )


def build_parties(nombre: int) -> list[Partie]:
    """Communes C0000, C0001… with 0, 1, 2… per thousand; the last has no value."""
    parties = [Partie(f"{rang:05}", f"C{rang:04}", 100, rang / 1_000) for rang in range(nombre - 1)]
    return [*parties, Partie(f"{nombre:05}", "Zzz", None, None)]


PART = build_mesure(get_catalogue().get("part_illectronisme"), 2021)


def test_a_long_table_is_cut_in_pages_that_hold_every_line_once() -> None:
    nombre = 2 * LIGNES_PAGE + 50
    parties = build_parties(nombre)
    classes = compute_classes(parties, PART, ModeClasses.QUANTILES, 5)
    css = list_css(classes)
    pages = [
        build_tableau(parties, PART, classes, css, Regle(), tri="-valeur", page=page, ici="00002")
        for page in (1, 2, 3, 9)
    ]
    assert [len(page.lignes) for page in pages] == [LIGNES_PAGE, LIGNES_PAGE, 50, 50]
    lignes = [ligne for page in pages[:3] for ligne in page.lignes]
    assert len({ligne.code for ligne in lignes}) == nombre
    assert [ligne.nom for ligne in lignes[:2]] == [f"C{nombre - 2:04}", f"C{nombre - 3:04}"]
    assert lignes[-1].nom == "Zzz"
    assert [ligne.code for ligne in lignes if ligne.est_ici] == ["00002"]
    assert sum(classe.effectif for classe in classes.classes) + classes.sans_donnee == nombre
    assert read([describe_page(pages[1], Niveau.COMMUNE)]) == ["Lignes 51 à 100 sur 150 communes."]


def test_lines_have_the_colour_of_their_class() -> None:
    parties = build_parties(11)
    classes = compute_classes(parties, PART, ModeClasses.QUANTILES, 5)
    tableau = build_tableau(parties, PART, classes, list_css(classes), Regle(), tri="nom", page=1, ici="")
    assert [ligne.css for ligne in tableau.lignes] == [
        *(f"classe-{rang // 2}" for rang in range(10)),
        "sans-donnee",
    ]


@pytest.mark.parametrize(
    ("tri", "noms"), [("nom", "ABC"), ("-nom", "CBA"), ("valeur", "CAB"), ("-valeur", "ACB"), ("-population", "BAC")]
)
def test_equal_values_go_by_name_and_absent_ones_last(tri: str, noms: str) -> None:
    parties = [Partie("1", "A", 10, 0.3), Partie("2", "B", 20, None), Partie("3", "C", 10, 0.1)]
    assert "".join(partie.nom for partie in sort_parties(parties, tri, PART)) == noms


def test_a_share_of_those_who_are_connected_is_turned_into_those_who_are_not() -> None:
    mesure = build_mesure(get_catalogue().get("part_locaux_30"), 2019, complement=True)
    assert (mesure.libelle, mesure.est_pire_haut) == ("Locaux à moins de 30 Mbit/s", True)
    assert mesure.convert(0.75) == 25
    assert read([mesure.write(0.75)]) == ["25,0 %"]


def test_the_name_of_a_gap_holds_its_rule() -> None:
    mesure = build_mesure_calcul(Calcul.ECART, Regle(Cible.TIERS_LIEU, Mode.VELO, 15))
    assert read([mesure.libelle]) == [
        "Personnes qui ont un emploi et vivent à plus de 15 minutes à vélo d’un tiers-lieu"
    ]


def test_a_rank_says_among_whom() -> None:
    chiffre = build_rang(Rang(1, 53, "rural"), Niveau.EPCI, "")
    assert (chiffre.valeur, chiffre.precision.partition(" ;")[0]) == (
        "1er sur 53",
        "parmi les intercommunalités de type « rural »",
    )


def test_two_definitions_of_illectronisme_are_no_change() -> None:
    valeurs = (
        build_valeur("part_illectronisme", 2021, 0.15, 0.1, 0.2),
        build_valeur("part_illectronisme", 2019, 0.16, 0.1, 0.2),
        build_valeur("taux_pauvrete", 2021, 0.146),
        build_valeur("taux_pauvrete", 2019, 0.134),
    )
    evolutions = list_evolutions(build_chiffres(valeurs=valeurs))
    assert [(e.ancre, *read([e.avant, e.apres, e.ecart])) for e in evolutions] == [
        ("taux_pauvrete", "13 % (2019)", "15 % (2021)", "+2 points")
    ]
