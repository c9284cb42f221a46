"""The diagnostic of a territory: one page whatever it holds, its sentence, figures and sources, nothing invented."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from collections.abc import Iterable
from typing import Any

import pytest
import shapely
from flask import Flask, render_template
from pypdf import PdfReader

from tests.conftest import build_settings
from tierslieux import create_app
from tierslieux.core.pdf import render_pdf
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import Acces, Besoin, Ecart, EcartTerritoire, Edition, Rang, Regle
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.services import Valeur, ValeurTerritoire
from tierslieux.observatoire.rapport import build_diagnostic
from tierslieux.observatoire.rapport_carte import DonneesCarte, render_carte
from tierslieux.observatoire.rapport_donnees import Donnees, choose_regle, list_pires
from tierslieux.observatoire.rapport_textes import list_actions
from tierslieux.observatoire.routes_rapport import FEUILLE, FEUILLE_SERREE
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail, TerritoireResume
from tierslieux.trajets.moteur import Mode

TODAY = dt.date(2026, 11, 22)
INSTANT = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
EDITION = Edition("estimation", "estimation à partir de la distance", INSTANT, INSTANT, 43_687, 0, 24_601, 17_775)
ADRESSE = "https://exemple.fr/territoires/departement/48"


def build_ecart(regle: Regle, au_dela: float, besoin: float = 1_000) -> Ecart:
    return Ecart(regle, 8_000, 8 * au_dela, besoin, au_dela, 0.8 * au_dela, 1.2 * au_dela)


def list_tous(au_dela_20: float) -> tuple[Ecart, ...]:
    """Gaps of every rule: twice as many at 10 minutes, none at 30; nobody walks."""
    facteurs = {10: 2.0, 15: 1.5, 20: 1.0, 30: 0.0}
    return tuple(
        build_ecart(
            Regle(cible, mode, seuil), min(1_000, au_dela_20 * facteurs[seuil] * (3 if mode is Mode.A_PIED else 1))
        )
        for cible in Cible
        for mode in Mode
        for seuil in SEUILS_MIN
    )


def build_territoire(niveau: Niveau = Niveau.DEPARTEMENT, nom: str = "Lozère") -> TerritoireDetail:
    parents = (
        TerritoireResume(Niveau.FRANCE, "FR", "France", "France", None, None),
        TerritoireResume(Niveau.REGION, "76", "Occitanie", "Occitanie", 1, None),
    )
    champs: dict[str, Any] = dict.fromkeys(f.name for f in dataclasses.fields(TerritoireDetail))
    connus = {"niveau": niveau, "code": "48", "nom": nom, "nom_tri": nom, "type_nom": 3, "parents": parents}
    return TerritoireDetail(**(champs | connus | {"codes_postaux": (), "anciennes_communes": ()}))


def build_valeur(indicateur: str, millesime: int, valeur: float, *bornes: float) -> Valeur:
    catalogue = get_catalogue()
    trouve = catalogue.get(indicateur)
    bas, haut = bornes or (None, None)
    return Valeur(trouve, valeur, bas, haut, millesime, catalogue.find_source(trouve, millesime), "édition d’essai")


def list_communes(*au_dela: float) -> tuple[EcartTerritoire, ...]:
    return tuple(
        EcartTerritoire(Niveau.COMMUNE, f"4800{rang}", f"Commune {rang}", build_ecart(Regle(), nombre))
        for rang, nombre in enumerate(au_dela)
    )


def build_donnees(**champs: Any) -> Donnees:
    valeurs = (
        build_valeur("population", 2022, 76_503),
        build_valeur("part_locaux_8", 2019, 0.85),
        build_valeur("part_illectronisme", 2021, 0.18, 0.16, 0.21),
    )
    defauts: dict[str, Any] = {
        "territoire": build_territoire(),
        "edition": EDITION,
        "besoin": Besoin("personnes_illectronisme", 2021, 12_032, 10_630, 13_480),
        "ecarts": list_tous(520),
        "acces": tuple(
            Acces(cible, mode, 9.4, 12.0, "abc", "France Services de Mende", 121.0, 90.0, 0.2, 0.01)
            for cible in Cible
            for mode in Mode
        ),
        "rang": Rang(87, 100, None),
        "valeurs": valeurs,
        "regle": Regle(),
        "niveau_parties": Niveau.COMMUNE,
        "parties": list_communes(0, 110, 300, 46, 12, 5, 7),
        "communes": list_communes(0, 110, 300, 46, 12, 5, 7),
        "contours": tuple(
            Contour(f"4800{rang}", f"Commune {rang}", shapely.box(3 + rang / 10, 44, 3.1 + rang / 10, 44.1))
            for rang in range(7)
        ),
        "cadre": Contour("48", "Lozère", shapely.box(3, 44, 3.7, 44.1)),
    }
    return Donnees(**(defauts | champs))


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, on a database that nobody connects to."""
    return create_app(build_settings("postgresql://x/x", tmp_path_factory.mktemp("var")))


def read_pdf(application: Flask, donnees: Donnees) -> tuple[int, str]:
    """(pages, text with ordinary spaces) of the document."""
    diagnostic = build_diagnostic(donnees, today=TODAY, adresse=ADRESSE, adresse_methode="https://exemple.fr/methode")
    with application.test_request_context("/"):
        html = render_template("observatoire/rapport.html", rapport=diagnostic)
    pages = PdfReader(io.BytesIO(render_pdf(html, FEUILLE, FEUILLE_SERREE))).pages
    texte = " ".join(page.extract_text() for page in pages)
    return len(pages), re.sub(r"[\s\u00a0\u202f]+", " ", texte)


def test_one_page_holds_the_conclusion_the_figures_and_their_sources(application: Flask) -> None:
    pages, texte = read_pdf(application, build_donnees())
    assert pages == 1
    attendus: Iterable[str] = (
        "le 22 novembre 2026",
        "En Lozère, environ 12 000 personnes (entre 10 600 et 13 500) sont en illectronisme.",
        "Environ 520 d’entre elles (entre 410 et 630) vivent à plus de 20 minutes en voiture",
        "18 % des 15 ans ou plus, entre 16 et 21 % (modélisé, 2021)",
        "76 503 habitants (Insee, 2022)",
        "87e sur 100",
        "15,0 % des logements et locaux sous 8 Mbit/s",
        # By number of people, the most first; the one where nobody is far is left out.
        "Commune 2 environ 1 000 environ 300 30 %",
        "Et 1 autre, sur la page du territoire.",
        "Le plus de personnes trop loin : Commune 2 (environ 300).",
        "modélisé par ce site, jamais compté",
        "calcul du 20 novembre 2026",
        "Arcep",
        "https://exemple.fr/methode",
        ADRESSE,
    )
    assert [attendu for attendu in attendus if attendu not in texte] == []


def test_the_longest_names_stay_on_one_page(application: Flask) -> None:
    long = "Communauté d'agglomération de la Presqu'île de Guérande Atlantique (Cap Atlantique) et environs"
    communes = tuple(dataclasses.replace(c, nom=f"{c.nom} {long}") for c in list_communes(0, 110, 300, 46, 12, 5, 7))
    donnees = build_donnees(
        territoire=build_territoire(Niveau.EPCI, long),
        communes=communes,
        regle=Regle(seuil_min=15),
        ecarts=list_tous(1),
    )
    pages, texte = read_pdf(application, donnees)
    assert pages == 1
    assert "Comment ils sont calculés" in texte


def test_a_commune_lists_the_nearest_places_and_compares_rates_where_nobody_is_far(application: Flask) -> None:
    taux = tuple(ValeurTerritoire(f"4800{r}", f"Commune {r}", 90, 0.1 + r / 50, None, None) for r in range(7))
    donnees = build_donnees(
        territoire=dataclasses.replace(build_territoire(Niveau.COMMUNE, "Mende"), code="48001"),
        ecarts=list_tous(0),
        parties=(),
        communes=(),
        taux=taux,
        reperes=(("France", build_valeur("part_illectronisme", 2021, 0.154, 0.15, 0.16)),),
    )
    pages, texte = read_pdf(application, donnees)
    assert pages == 1
    assert "Aucune d’entre elles ne vit à plus de 20 minutes en voiture" in texte
    assert "Une France Services France Services de Mende 9 min 9 min" in texte
    assert "France : 15,4 %" in texte
    assert "87e" not in texte


def test_without_times_or_without_need_what_is_known_is_said(application: Flask) -> None:
    sans_temps = build_donnees(ecarts=(), acces=(), rang=None, edition=None, parties=(), communes=(), contours=())
    pages, texte = read_pdf(application, sans_temps)
    assert (pages, sans_temps.est_vide) == (1, False)
    assert "ne sont pas encore calculés" in texte
    sans_besoin = tuple(
        dataclasses.replace(e, besoin=None, besoin_au_dela=None, bas=None, haut=None) for e in list_tous(100)
    )
    pages, texte = read_pdf(
        application, build_donnees(besoin=None, ecarts=sans_besoin, valeurs=(), parties=(), communes=())
    )
    assert "En Lozère, environ 800 habitants vivent à plus de 20 minutes" in texte
    assert build_donnees(besoin=None, ecarts=()).est_vide


def test_the_rule_told_is_the_first_by_which_people_are_far() -> None:
    assert choose_regle(list_tous(520), EDITION) == Regle()
    # 8 people in a thousand at 20 minutes, 12 at 15.
    assert choose_regle(list_tous(8), EDITION) == Regle(seuil_min=15)
    # On foot only where people are placed on the cells of the grid.
    carreaux = dataclasses.replace(EDITION, communes_avec_carreaux=3)
    assert choose_regle(list_tous(8), carreaux) == Regle(mode=Mode.A_PIED)
    assert choose_regle(list_tous(0), carreaux) == Regle()
    assert choose_regle((), None) == Regle()


def test_the_worst_served_are_those_with_most_people() -> None:
    pires = list_pires(list_communes(0, 3, 9, 9, 1, 2, 4, 8))
    assert [(commune.code, ecart.besoin_au_dela) for commune, ecart in pires] == [
        ("48002", 9),
        ("48003", 9),
        ("48007", 8),
        ("48006", 4),
        ("48001", 3),
    ]
    assert list_pires(list_communes(0, 0)) == []


def test_three_things_to_do_fit_what_is_missing() -> None:
    actions = list_actions(build_donnees())
    assert len(actions) == 3
    assert "Commune 2" in actions[0]
    assert "15,0\u00a0% des logements et locaux" in actions[1]
    bien = build_donnees(communes=(), ecarts=list_tous(0), valeurs=())
    assert not any("permanence" in action or "Internet" in action for action in list_actions(bien))


def test_the_map_to_download_names_no_other_address() -> None:
    donnees = build_donnees()
    carte = DonneesCarte(
        territoire=donnees.territoire,
        edition=EDITION,
        annee=2021,
        regle=donnees.regle,
        niveau_parties=Niveau.COMMUNE,
        parties=donnees.parties,
        taux=(),
        contours=donnees.contours,
        lieux=(),
        est_coupee=True,
    )
    page = render_carte(carte, today=TODAY, adresse=ADRESSE)
    adresses = set(re.findall(r"https?://[^\s\"'<>)\\]+", page)) - {"http://www.w3.org/2000/svg"}
    assert {adresse.rstrip(".;") for adresse in adresses} <= {ADRESSE, "http://www.w3.org/1999/xlink"}
    texte = re.sub(r"\\u00a0|\\u202f|[\u00a0\u202f]", " ", page)
    assert "il y en a plus de 3 000" in texte
    assert "30 % (environ 300 personnes)" in texte
    assert "22 novembre 2026" in texte
    assert "calcul du 20 novembre 2026" in texte
