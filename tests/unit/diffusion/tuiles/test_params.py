"""Addresses of tiles: what they name, and what they are refused for."""

from __future__ import annotations

import pytest

from tierslieux.core.errors import NotFoundError
from tierslieux.couverture.enums import Cible
from tierslieux.diffusion.tuiles.couches import Famille
from tierslieux.diffusion.tuiles.params import (
    DEMI_MONDE_M,
    FondEcarts,
    FondIndicateur,
    Tuile,
    list_tuiles,
    parse_chemin,
    read_famille,
)
from tierslieux.trajets.moteur import Mode


def test_an_address_names_a_layer_and_a_tile() -> None:
    fond, tuile = parse_chemin("/tuiles/communes/10/499/353.mvt")
    assert (fond.couche.id, fond.famille, fond.zoom_min, tuile) == (
        "communes",
        Famille.TERRITOIRES,
        6,
        Tuile(10, 499, 353),
    )
    assert parse_chemin("/tuiles/lieux/0/0/0.mvt")[0].famille is Famille.LIEUX


def test_an_address_of_figures_names_the_level_and_the_vintage() -> None:
    fond, _ = parse_chemin("/tuiles/indicateurs/epci/part_65_plus/2022/5/16/11.mvt")
    assert isinstance(fond, FondIndicateur)
    assert (fond.couche.id, fond.indicateur, fond.millesime) == ("epci", "part_65_plus", 2022)
    assert fond.chemin == "/tuiles/indicateurs/epci/part_65_plus/2022"
    assert fond.chemin_attributs == "/tuiles/attributs/epci/part_65_plus/2022"


def test_an_address_of_gaps_names_the_rule() -> None:
    fond, _ = parse_chemin("/tuiles/ecarts/commune/france-services/velo/30/8/124/88.mvt")
    assert isinstance(fond, FondEcarts)
    assert (fond.regle.cible, fond.regle.mode, fond.regle.seuil_min) == (Cible.FRANCE_SERVICES, Mode.VELO, 30)
    assert fond.chemin == "/tuiles/ecarts/commune/france-services/velo/30"
    assert fond.chemin_attributs == "/tuiles/attributs/commune/ecart/france-services/velo/30"


@pytest.mark.parametrize(
    ("chemin", "mot"),
    [
        ("communes/13/0/0", "zoom"),
        ("communes/5/0/0", "zoom 6"),
        ("communes/6/64/0", "0 à 63"),
        ("communes/6/0/64", "0 à 63"),
        ("communes/6/-1/0", "nombre entier"),
        ("communes/NaN/0/0", "nombre entier"),
        ("communes/6/1e3/0", "nombre entier"),
        ("communes/6/1.5/0", "nombre entier"),
        ("communes/6/٣/0", "nombre entier"),
        ("communes/6/" + "9" * 5_000 + "/0", "nombre entier"),
        ("communes/99999999/0/0", "nombre entier"),
        ("communes/9999999/0/0", "zoom 12"),
        ("cantons/6/0/0", "Aucune couche"),
        ("communes/6/0", "aucune tuile"),
        ("communes/6/0/0/0", "aucune tuile"),
        ("indicateurs/canton/part_65_plus/2022/8/0/0", "Aucun niveau"),
        ("indicateurs/arrondissement/part_65_plus/2022/8/0/0", "Aucun niveau"),
        ("indicateurs/commune/part_65_plus/hier/8/0/0", "millésime"),
        ("indicateurs/commune/part_65_plus/2022/6/0/0", "zoom 7"),
        ("ecarts/commune/aide/voiture/12/8/0/0", "12 minutes"),
        ("ecarts/commune/aide/cheval/20/8/0/0", "cheval"),
        ("ecarts/commune/tout/voiture/20/8/0/0", "tout"),
        ("", "aucune tuile"),
    ],
)
def test_what_is_no_tile_is_not_found_and_says_why(chemin: str, mot: str) -> None:
    with pytest.raises(NotFoundError, match=mot) as erreur:
        parse_chemin(f"/tuiles/{chemin}.mvt")
    assert len(erreur.value.message) < 250


@pytest.mark.parametrize(
    ("chemin", "famille"),
    [
        ("/tuiles/regions/0/0/0.mvt", Famille.TERRITOIRES),
        ("/tuiles/lieux/0/0/0.mvt", Famille.LIEUX),
        ("/tuiles/indicateurs/x.mvt", Famille.INDICATEURS),
        ("/tuiles/ecarts/x.mvt", Famille.ECARTS),
        ("/tuiles/cantons/0/0/0.mvt", None),
    ],
)
def test_the_first_step_tells_what_the_content_follows(chemin: str, famille: Famille | None) -> None:
    assert read_famille(chemin) is famille


def test_boxes_meet_tiles_by_their_corners_and_never_leave_the_world() -> None:
    # At zoom 1 the four tiles meet at the middle of the world.
    autour_du_milieu = (-1.0, -1.0, 1.0, 1.0)
    assert list_tuiles([autour_du_milieu], 1) == [Tuile(1, 0, 0), Tuile(1, 0, 1), Tuile(1, 1, 0), Tuile(1, 1, 1)]
    nord_est = (DEMI_MONDE_M - 1, DEMI_MONDE_M - 1, DEMI_MONDE_M + 9, DEMI_MONDE_M + 9)
    assert list_tuiles([nord_est, nord_est], 2) == [Tuile(2, 3, 0)]
