"""GeoJSON, GeoPackage and GeoParquet, read back by the programs of geographers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas
import pyarrow.parquet as pq
import pyogrio
import pytest

from tests.factories.publies import build_contexte, build_publie
from tierslieux.diffusion.exports.complet import COLONNES
from tierslieux.diffusion.exports.geojson import write_geojson
from tierslieux.diffusion.exports.geopackage import write_geopackage
from tierslieux.diffusion.exports.geoparquet import write_geoparquet
from tierslieux.diffusion.exports.qml import build_couleurs, render_qml
from tierslieux.lieux.enums import Genre

LIEUX = [
    build_publie(
        "a",
        nom="=1+1 « Brest »",
        genres=["fablab", "coworking"],
        itinerant=False,
        mentions=("bretagne 2020-05-01", "essai 2026-01-01"),
    ),
    build_publie("b", position=None, date_maj=None, mentions=("demonstration",)),
    build_publie("c", position={"lon": 166.45, "lat": -22.27, "precision": "commune"}, services=["x"]),
]
LOTS = [LIEUX[:2], LIEUX[2:]]
CONTEXTE = build_contexte(*LIEUX)


@pytest.fixture(scope="module")
def collection() -> dict[str, Any]:
    corps: dict[str, Any] = json.loads(b"".join(write_geojson(LOTS, CONTEXTE)))
    return corps


@pytest.fixture(scope="module")
def paquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chemin = tmp_path_factory.mktemp("paquet") / "lieux.gpkg"
    write_geopackage(LOTS, CONTEXTE, chemin)
    return chemin


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chemin = tmp_path_factory.mktemp("parquet") / "lieux.parquet"
    write_geoparquet(LOTS, CONTEXTE, chemin)
    return chemin


def test_geojson_has_every_field_and_where_it_comes_from(collection: dict[str, Any]) -> None:
    premier, second, troisieme = collection["features"]
    assert collection["type"] == "FeatureCollection"
    assert premier["id"] == "a"
    assert premier["geometry"] == {"type": "Point", "coordinates": [-4.49, 48.39]}
    proprietes = premier["properties"]
    assert set(COLONNES) - set(proprietes) == {"longitude", "latitude", "ferme", "source"}
    assert proprietes["nom"] == "=1+1 « Brest »"
    assert proprietes["genres"] == ["fablab", "coworking"]
    assert (proprietes["itinerant"], proprietes["accessible"], proprietes["services"]) == (False, None, [])
    assert proprietes["sources"] == [
        {"source": "Tiers-lieux de Bretagne", "date": "2020-05-01"},
        {"source": "Source d’essai", "date": "2026-01-01"},
    ]
    assert proprietes["lien"] == "https://tierslieux.example/lieux/a"
    assert second["geometry"] is None
    assert second["properties"]["invente"] is True
    assert second["properties"]["sources"] == [{"source": "Lieux inventés (démonstration)", "date": None}]
    assert troisieme["properties"]["precision"] == "commune"


def test_geojson_says_what_it_is(collection: dict[str, Any]) -> None:
    dit = collection["metadonnees"]
    assert (dit["date"], dit["nombre"], dit["filtre"]) == ("2026-11-22", 3, "Lieux d’aide numérique et tiers-lieux.")
    assert dit["licence"] == "Licence Ouverte 2.0 ; CC BY 4.0 ; Données inventées"
    assert dit["sources"][1]["producteur"] == "Région Bretagne"
    assert "inventés" in dit["avertissement"]


def test_geojson_of_nothing_is_whole() -> None:
    assert json.loads(b"".join(write_geojson([], build_contexte())))["features"] == []


def test_geopackage_has_every_field_with_its_type(paquet: Path) -> None:
    table = geopandas.read_file(paquet, layer="lieux")
    assert [*table.columns] == [*COLONNES, "invente", "geometry"]
    assert table.crs == "EPSG:4326"
    assert table["nom"].tolist()[0] == "=1+1 « Brest »"
    assert table["genres"].tolist() == ["fablab|coworking", "france-services", "france-services"]
    assert table["invente"].tolist() == [False, True, False]
    assert str(table["date_maj"].dtype).startswith("datetime64")
    assert [None if point is None else (point.x, point.y) for point in table.geometry] == [
        (-4.49, 48.39),
        None,
        (166.45, -22.27),
    ]


def test_geopackage_opens_with_a_style_and_says_what_it_is(paquet: Path) -> None:
    with closing(sqlite3.connect(paquet)) as connexion:
        (style,) = connexion.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
        (metadonnees,) = connexion.execute(
            "SELECT m.metadata FROM gpkg_metadata AS m JOIN gpkg_metadata_reference AS r ON r.md_file_id = m.id"
        ).fetchone()
        (application,) = connexion.execute("PRAGMA application_id").fetchone()
        assert connexion.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connexion.execute("PRAGMA foreign_key_check").fetchall() == []
    assert style[:3] == ("lieux", "geom", 1)
    assert application == int.from_bytes(b"GPKG")
    assert json.loads(metadonnees)["nombre"] == 3
    assert pyogrio.read_info(paquet, layer="lieux")["layer_metadata"]["IDENTIFIER"].startswith("Lieux d’aide")


def test_the_style_has_a_colour_for_each_kind() -> None:
    rendu = ET.fromstring(render_qml()).find("renderer-v2")  # noqa: S314  (our own text)
    assert rendu is not None
    categories = {c.get("value"): (c.get("label"), c.get("symbol")) for c in rendu.iter("category")}
    symboles = {s.get("name") for s in rendu.iter("symbol")}
    assert {genre.value for genre in Genre} | {""} == set(categories)
    assert categories["fablab"][0] == "Fablab"
    assert {symbole for _, symbole in categories.values()} == symboles
    assert len(set(build_couleurs().values())) == len(Genre)


def test_geoparquet_is_read_by_parts(parquet: Path) -> None:
    assert pq.ParquetFile(parquet).num_row_groups == 2
    table = geopandas.read_parquet(parquet)
    assert table["identifiant"].tolist() == ["a", "b", "c"]
    assert table.crs == "OGC:CRS84"
    bretagne = geopandas.read_parquet(parquet, bbox=(-5, 48, -4, 49))
    assert bretagne["identifiant"].tolist() == ["a"]


def test_geoparquet_says_what_it_is(parquet: Path) -> None:
    dit = pq.read_metadata(parquet).metadata
    geo = json.loads(dit[b"geo"])
    assert geo["version"] == "1.1.0"
    colonne = geo["columns"][geo["primary_column"]]
    assert colonne["bbox"] == [-4.49, -22.27, 166.45, 48.39]
    assert colonne["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert colonne["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert json.loads(dit[b"tierslieux"])["nombre"] == 3
