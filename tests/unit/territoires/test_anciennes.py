"""Former communes: what an older edition adds to the newest one."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from tests.factories.data_france import build_ligne, carre
from tierslieux.core.geo import CRS_WGS84
from tierslieux.territoires.anciennes import build_anciennes, complete_anciennes, list_noms_anciens

BOX = shapely.box


def table(*lignes: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(lignes)).replace(r"\N", None).set_index("id")


def communes(**faits: tuple[str, int, shapely.Geometry | None]) -> gpd.GeoDataFrame:
    """Communes of today: code → (name, population, polygon); codes are written with a leading c."""
    codes = [code.removeprefix("c") for code in faits]
    noms, populations, geometries = zip(*faits.values(), strict=True)
    return gpd.GeoDataFrame(
        {"nom": list(noms), "population": pd.array(list(populations), dtype="Int64")},
        geometry=list(geometries),
        index=pd.Index(codes, name="code"),
        crs=CRS_WGS84,
    )


def find(anciennes: gpd.GeoDataFrame, code: str) -> pd.Series:
    (ligne,) = [ligne for _, ligne in anciennes.iterrows() if ligne["code"] == code]
    return ligne


def test_former_communes_follow_their_commune_of_today() -> None:
    lignes = table(
        build_ligne("1", "29076", "Milizac-Guipronvel"),
        build_ligne("2", "29149", "Milizac", type="COMD", commune_parent_id="1", geometry=carre(0, 0)),
        build_ligne("3", "29076", "Guipronvel", type="COMA", commune_parent_id="1"),
        build_ligne("4", "29SR1", "secteur", type="SRM", commune_parent_id="1"),
    )
    anciennes = build_anciennes(lignes)
    assert anciennes[["code", "nom", "parent"]].to_numpy().tolist() == [
        ["29149", "Milizac", "29076"],
        ["29076", "Guipronvel", "29076"],
    ]
    assert anciennes.geometry.isna().tolist() == [False, True]


def test_a_missing_polygon_is_that_of_the_commune_it_was() -> None:
    # Pierrefitte merged into Saint-Denis: listed as a former commune, drawn nowhere.
    aujourdhui = communes(c93066=("Saint-Denis", 141_000, BOX(0, 0, 0.1, 0.1)))
    lignes = table(
        build_ligne("1", "93066", "Saint-Denis"),
        build_ligne("2", "93059", "Pierrefitte-sur-Seine", type="COMD", commune_parent_id="1"),
    )
    avant = table(
        build_ligne("1", "93066", "Saint-Denis", geometry=carre(0, 0)),
        build_ligne("2", "93059", "Pierrefitte-sur-Seine", geometry=carre(0.1, 0)),
    )
    pierrefitte = find(complete_anciennes(build_anciennes(lignes), aujourdhui, avant), "93059")
    assert pierrefitte["parent"] == "93066"
    assert pierrefitte["est_ajoutee"]
    assert pierrefitte["geometry"].equals(BOX(0.1, 0, 0.2, 0.1))


def test_a_reestablished_commune_has_the_polygon_it_had_as_a_former_commune() -> None:
    aujourdhui = communes(c15031=("Celles", 213, None), c15141=("Neussargues", 955, BOX(0, 0, 0.2, 0.1)))
    avant = table(
        build_ligne("1", "15141", "Neussargues en Pinatelle", geometry=carre(0, 0, 0.2)),
        build_ligne("2", "15031", "Celles", type="COMD", commune_parent_id="1", geometry=carre(0, 0)),
    )
    anciennes = complete_anciennes(build_anciennes(avant.iloc[:0]), aujourdhui, avant)
    celles = find(anciennes, "15031")
    assert celles["parent"] == "15031"
    assert celles["est_ajoutee"]
    # The name before is still one that people look for.
    neussargues = find(anciennes, "15141")
    assert (neussargues["nom"], neussargues["est_ajoutee"]) == ("Neussargues en Pinatelle", False)


def test_an_unlisted_merger_is_known_by_the_growth_of_a_neighbour() -> None:
    # Ciel (769 inhabitants) vanished; Verdun, which it touches, went from 1,000 to 1,769. So did a commune far away.
    aujourdhui = communes(
        c71566=("Verdun-Ciel", 1_769, BOX(0, 0, 0.1, 0.1)),
        c71001=("Voisine", 500, BOX(0.1, 0.1, 0.2, 0.2)),
        c71002=("Lointaine", 1_769, BOX(5, 5, 5.1, 5.1)),
    )
    avant = table(
        build_ligne("1", "71566", "Verdun-sur-le-Doubs", population_municipale="1000", geometry=carre(0, 0)),
        build_ligne("2", "71131", "Ciel", population_municipale="769", geometry=carre(0.1, 0)),
        build_ligne("3", "71001", "Voisine", population_municipale="500", geometry=carre(0.1, 0.1)),
        build_ligne("4", "71002", "Lointaine", population_municipale="1000", geometry=carre(5, 5)),
        build_ligne("5", "71999", "Vieux-Ciel", type="COMD", commune_parent_id="2", geometry=carre(0.1, 0)),
    )
    anciennes = complete_anciennes(build_anciennes(avant.iloc[:0]), aujourdhui, avant)
    ciel = find(anciennes, "71131")
    assert (ciel["parent"], ciel["est_ajoutee"]) == ("71566", True)
    # What was a former commune of Ciel follows it, without drawing its ground twice.
    vieux_ciel = find(anciennes, "71999")
    assert (vieux_ciel["parent"], vieux_ciel["est_ajoutee"]) == ("71566", False)


def test_a_merger_that_two_neighbours_could_explain_is_left_open() -> None:
    aujourdhui = communes(c1=("Un", 150, BOX(0, 0, 0.1, 0.1)), c2=("Deux", 150, BOX(0.2, 0, 0.3, 0.1)))
    avant = table(
        build_ligne("1", "1", "Un", population_municipale="100", geometry=carre(0, 0)),
        build_ligne("2", "2", "Deux", population_municipale="100", geometry=carre(0.2, 0)),
        build_ligne("3", "3", "Entre deux", population_municipale="50", geometry=carre(0.1, 0)),
    )
    anciennes = complete_anciennes(build_anciennes(avant.iloc[:0]), aujourdhui, avant)
    assert find(anciennes, "3")["parent"] is None


def test_names_that_still_lead_to_a_commune() -> None:
    aujourdhui = communes(c29076=("Milizac-Guipronvel", 4_349, None), c35001=("Le Bourg", 10, None))
    anciennes = gpd.GeoDataFrame(
        {
            "code": ["29149", "29076", "29076", "35099", "99999"],
            "nom": ["Milizac", "Guipronvel", "Milizac Guipronvel", "Bourg", "Nulle part"],
            "type_nom": [0, 0, 0, 2, 0],
            "parent": ["29076", "29076", "29076", "35001", None],
        },
        geometry=[None] * 5,
        crs=CRS_WGS84,
    )
    noms = list_noms_anciens(anciennes, aujourdhui)
    # The name of today under the code of today says nothing; under another code, the code is worth keeping.
    assert noms.astype(object).where(noms.notna(), None).to_numpy().tolist() == [
        ["29149", "Milizac", "Milizac", "29076"],
        [None, "Guipronvel", "Guipronvel", "29076"],
        ["35099", "Le Bourg", "Bourg", "35001"],
    ]
