"""The page of methods: every indicator once, hypotheses as the program has them, links of the site answered."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from flask import Flask, render_template

from tests.conftest import build_settings
from tierslieux import create_app
from tierslieux.config import RACINE
from tierslieux.couverture import hypotheses
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import Edition
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.evaluation import Comparaison, Evaluation
from tierslieux.indicateurs.publies import list_publies
from tierslieux.observatoire.mesures import Calcul
from tierslieux.observatoire.methode import Chargement, EditionChargee, Modele, build_page, build_rubriques
from tierslieux.trajets.estimation import Densite, get_hypotheses
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.vitesses import VITESSES

INSTANT = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
EDITION = Edition("estimation", "estimation à partir de la distance", INSTANT, INSTANT, 48_123, 0, 59_753, 21_456)
VIDE = Chargement({}, {}, 0)


def render(application: Flask, chargement: Chargement, edition: Edition | None, modele: Modele | None) -> str:
    with application.test_request_context("/methode"):
        page = build_page(get_catalogue(), chargement, edition, modele)
        return render_template("observatoire/methode.html", page=page)


def read_texte(page: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, on a database that nobody connects to."""
    return create_app(build_settings("postgresql://x/x", tmp_path_factory.mktemp("var")))


@pytest.fixture(scope="module")
def page(application: Flask) -> str:
    """The page of a site where everything is loaded."""
    publies = tuple(Comparaison(p.lieu, p.annee, 12.34, 15.43, 100 * p.part) for p in list_publies())
    modele = Modele(-0.05, (0.483, 0.211), Evaluation(91, 0.725, 0.912, publies, (-0.05, 0.483, 0.211)))
    chargee = EditionChargee("édition d’essai", INSTANT)
    chargement = Chargement(
        {"recensement-2022": chargee, "arcep-mobile": chargee},
        {("population", 2022): 34_000, ("part_population_blanche_4g", 2026): 40_000},
        40_000,
    )
    return render(application, chargement, EDITION, modele)


@pytest.fixture(scope="module")
def page_vide(application: Flask) -> str:
    """The page of a site where nothing is loaded."""
    return render(application, VIDE, None, None)


def test_each_indicator_has_its_anchor_and_no_id_is_there_twice(page: str, page_vide: str) -> None:
    for contenu in (page, page_vide):
        ids = Counter(re.findall(r'\bid="([^"]+)"', contenu))
        assert [cle for cle, nombre in ids.items() if nombre > 1] == []
        assert set(get_catalogue().indicateurs) <= set(ids)


def test_links_inside_the_page_lead_somewhere(page: str, page_vide: str) -> None:
    for contenu in (page, page_vide):
        assert set(re.findall(r'href="#([^"]+)"', contenu)) <= set(re.findall(r'\bid="([^"]+)"', contenu))


def list_ancres(dossier: Path) -> set[str]:
    """Anchors of the page that are written out in the sources of a folder."""
    ancres: set[str] = set()
    for chemin in dossier.rglob("*"):
        if chemin.suffix in {".html", ".py"}:
            texte = chemin.read_text(encoding="utf-8")
            ancres |= set(re.findall(r"methode\.show_methode['\"]\) }}#([\w-]+)", texte))
            ancres |= set(re.findall(r"/methode#([\w-]+)", texte))
    return ancres


def test_anchors_that_the_site_uses_exist(page: str) -> None:
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    ecrites = list_ancres(RACINE / "templates") | list_ancres(RACINE / "tierslieux")
    assert ecrites, "the search of links finds nothing any more"
    assert ecrites <= ids
    # What the pages of figures call their computations, and the parts that they lead to.
    assert {*Calcul, "trajets", "inegalites"} <= ids


def test_hypotheses_are_those_of_the_program(page: str) -> None:
    texte = read_texte(page)
    for densite in Densite:
        for mode in Mode:
            suppose = get_hypotheses(densite, mode)
            detour = f"{suppose.detour:.2f}".replace(".", ",")
            assert f"{mode.libelle} {densite.libelle} × {detour} {suppose.vitesse_kmh:g} km/h" in texte
    assert f"un par {hypotheses.SURFACE_PAR_POINT_KM2:g} km², {hypotheses.POINTS_REPARTIS_MAX} au plus" in texte
    assert f"moins de {hypotheses.ATTEINTE_MIN} minutes" in texte
    for zones in hypotheses.ZONES.values():
        for minutes, poids in zones:
            assert f"jusqu’à {minutes:g} min, poids {poids:.2f}".replace(".", ",") in texte
    assert all(str(seuil) in texte for seuil in SEUILS_MIN)
    assert all(cible.libelle in texte for cible in Cible)
    assert page.count('<tr><th scope="row">') >= len(VITESSES) + len(list_publies())


def test_the_two_definitions_stand_apart_with_their_published_figures(page: str) -> None:
    texte = read_texte(page)
    for publie in list_publies():
        part = f"{100 * publie.part:.1f}".replace(".", ",")
        assert f"{publie.lieu} {publie.annee} 12,3 % 15,4 % {part} %" in texte
    assert "se trompe de 0,72 point" in texte
    assert "+ 0,48 point par point" in texte


def test_the_edition_loaded_and_the_share_of_communes_are_said(page: str) -> None:
    texte = read_texte(page)
    # 34,000 of 40,000 communes.
    assert (
        "2022 : Recensement de la population 2022 , Insee, Licence Ouverte 2.0, édition : édition d’essai, 85 %"
        in texte
    )
    # The year that the file itself gave.
    assert "2026 : Mon réseau mobile, couverture par nombre d’opérateurs" in texte
    assert "48 123 points" in texte
    assert "59 753 lieux sont comptés. 21 456" in texte


def test_nothing_loaded_is_said_and_never_a_zero(page_vide: str) -> None:
    texte = read_texte(page_vide)
    assert "pas chargé ici" in texte
    assert "Les temps de trajet ne sont pas encore calculés sur ce site." in texte
    assert "pas calculé" in texte
    assert "0 % des communes" not in texte


def test_an_indicator_that_is_added_finds_its_place() -> None:
    rubriques = build_rubriques(get_catalogue(), VIDE)
    ids = [fiche.id for rubrique in rubriques for fiche in rubrique.fiches]
    assert ids == list(get_catalogue().indicateurs)
    assert all(rubrique.titre != "Indicateurs" for rubrique in rubriques)
    assert not {rubrique.id for rubrique in rubriques} & set(ids)
