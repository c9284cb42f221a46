"""What the page of a territory says."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from tests.factories.pages import build_resume
from tierslieux.core.types import Bbox
from tierslieux.lieux.enums import Genre
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.presenters import LIEUX_MAX, Offre, build_territoire_page, compute_zoom
from tierslieux.territoires.services import TerritoireDetail, TerritoireResume

FRANCE = TerritoireResume(Niveau.FRANCE, "FR", "France", "France", None, 67_000_000)
BRETAGNE = TerritoireResume(Niveau.REGION, "53", "Bretagne", "Bretagne", 0, 3_300_000)
VIDE = Offre(0, 0, [], {})


def _territoire(**champs: Any) -> TerritoireDetail:
    defauts: dict[str, Any] = {
        "niveau": Niveau.COMMUNE,
        "code": "29019",
        "nom": "Brest",
        "nom_tri": "Brest",
        "type_nom": 0,
        "population": 140_064,
        "population_annee": 2017,
        "parents": (FRANCE, BRETAGNE),
        "lon": -4.49,
        "lat": 48.39,
        "mairie_lon": None,
        "mairie_lat": None,
        "emprise": Bbox(-4.57, 48.36, -4.43, 48.46),
        "codes_postaux": ("29200",),
        "anciennes_communes": (),
        "nombre_communes": None,
    }
    return TerritoireDetail(**(defauts | champs))


def test_the_breadcrumb_goes_from_the_widest_to_the_nearest() -> None:
    page = build_territoire_page(_territoire(), {}, VIDE)
    assert page.ariane == (("France", "france", "FR"), ("Bretagne", "region", "53"))


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({}, "Commune, code 29019, code postal 29200"),
        ({"codes_postaux": ("29200", "29240")}, "Commune, code 29019, codes postaux 29200, 29240"),
        (
            {"niveau": Niveau.DEPARTEMENT, "code": "29", "codes_postaux": (), "nombre_communes": 277},
            "Département, code 29, 277 communes",
        ),
        ({"niveau": Niveau.FRANCE, "code": "FR"}, "Tout le pays"),
    ],
)
def test_the_line_above_the_name_identifies_it(champs: dict[str, Any], attendu: str) -> None:
    assert build_territoire_page(_territoire(**champs), {}, VIDE).surtitre == attendu


def test_names_follow_their_article() -> None:
    page = build_territoire_page(_territoire(nom="Le Mans", nom_tri="Mans", type_nom=2), {}, VIDE)
    assert page.complement == "du Mans"
    assert page.titre_liste == "Les lieux au Mans"


def test_children_have_their_number_of_places_and_zero_when_none_is_known() -> None:
    enfants = {
        Niveau.COMMUNE: (
            TerritoireResume(Niveau.COMMUNE, "29019", "Brest", "Brest", 0, 140_064),
            TerritoireResume(Niveau.COMMUNE, "97601", "Acoua", "Acoua", 1, None),
        )
    }
    offre = Offre(3, 0, [], {Niveau.COMMUNE: {"29019": 3}})
    groupe = build_territoire_page(_territoire(niveau=Niveau.EPCI), enfants, offre).enfants[0]
    assert groupe.titre == "Communes"
    assert [(enfant.nom, enfant.population, enfant.lieux) for enfant in groupe.territoires] == [
        ("Brest", 140_064, 3),
        ("Acoua", None, 0),
    ]


def test_a_long_list_is_cut_and_said() -> None:
    lieux = [build_resume(distance_m=None)] * (LIEUX_MAX + 1)
    page = build_territoire_page(_territoire(), {}, Offre(41, 0, [(Genre.FRANCE_SERVICES, 41)], {}, lieux))
    assert len(page.lieux) == LIEUX_MAX
    assert page.est_coupee
    assert not build_territoire_page(_territoire(), {}, Offre(1, 0, [], {}, lieux[:1])).est_coupee


def test_only_a_commune_can_be_searched_around() -> None:
    assert build_territoire_page(_territoire(), {}, VIDE).args_recherche == {"commune": "29019"}
    assert build_territoire_page(_territoire(niveau=Niveau.REGION), {}, VIDE).args_recherche is None


def test_the_map_opens_on_the_territory_and_chooses_for_france() -> None:
    # 0.14° wide, 0.10° high × 1.5 = 0.15°: 360 × 640 / (256 × 0.15) = 6,000, whose log2 is 12.5.
    assert build_territoire_page(_territoire(), {}, VIDE).fragment_carte == "?lon=-4.5000&lat=48.4100&zoom=12"
    assert build_territoire_page(_territoire(niveau=Niveau.FRANCE), {}, VIDE).fragment_carte == ""
    assert build_territoire_page(_territoire(emprise=None), {}, VIDE).fragment_carte == ""


@pytest.mark.parametrize(("largeur", "hauteur", "zoom"), [(0, 0, 14), (0.01, 0.01, 14), (10, 5, 6), (300, 100, 5)])
def test_zooms_stay_within_bounds(largeur: float, hauteur: float, zoom: int) -> None:
    # 10° wide: 360 × 640 / (256 × 10) = 90, whose log2 is 6.5.
    assert compute_zoom(largeur, hauteur) == zoom


def test_a_territory_without_outline_has_no_picture() -> None:
    assert build_territoire_page(_territoire(), {}, VIDE).croquis is None
    forme = shapely.box(-4.57, 48.36, -4.43, 48.46)
    page = build_territoire_page(_territoire(), {}, VIDE, contour=forme, parties=[forme])
    assert page.croquis is not None
    assert page.croquis.lignes == page.croquis.contour


@pytest.mark.parametrize(
    ("champs", "offre", "titre"),
    [
        ({}, (45, 3), "Aide numérique à Brest (Bretagne)\u00a0: 45 lieux"),
        ({}, (1, 0), "Aide numérique à Brest (Bretagne)\u00a0: 1 lieu"),
        ({"nom": "Le Mans"}, (0, 2), "Tiers-lieux au Mans (Bretagne)"),
        ({}, (0, 0), "Aide numérique près d’ici, à Brest (Bretagne)"),
        # The number goes when the whole is longer than 70 signs.
        ({"nom": "X" * 40}, (45, 3), f"Aide numérique à {'X' * 40} (Bretagne)"),
        ({"niveau": Niveau.REGION, "nom": "Guyane"}, (9, 9), "Aide numérique et tiers-lieux\u00a0: Guyane (région)"),
        (
            {"niveau": Niveau.DEPARTEMENT, "nom": "Guyane"},
            (9, 9),
            "Aide numérique et tiers-lieux\u00a0: Guyane (département)",
        ),
        ({"niveau": Niveau.EPCI, "nom": "Y" * 60}, (9, 9), f"{'Y' * 60} (Bretagne)"),
        ({"niveau": Niveau.FRANCE}, (9, 9), "Aide numérique et tiers-lieux en France, par territoire"),
    ],
)
def test_a_title_says_what_and_where(champs: dict[str, Any], offre: tuple[int, int], titre: str) -> None:
    page = build_territoire_page(_territoire(**champs), {}, Offre(*offre, [], {}))
    assert page.titre == titre
    assert len(page.description) <= 160


def test_a_child_of_another_departement_keeps_its_short_address() -> None:
    finistere = TerritoireResume(Niveau.DEPARTEMENT, "29", "Finistère", "Finistère", 2, None)
    enfants = {
        Niveau.COMMUNE: tuple(
            TerritoireResume(Niveau.COMMUNE, code, nom, nom, 0, None)
            for code, nom in (("29075", "Guipavas"), ("22387", "Le Vieux-Marché"))
        )
    }
    epci = _territoire(niveau=Niveau.EPCI, code="200000001", parents=(FRANCE, BRETAGNE, finistere))
    groupe = build_territoire_page(epci, enfants, VIDE).enfants[0]
    assert [enfant.pas for enfant in groupe.territoires] == [("bretagne", "finistere", "guipavas"), None]
