"""Fablabs and third places of Bretagne, a GeoJSON: a sample, then the real file."""

from __future__ import annotations

from pathlib import Path

from tests.sources.conftest import check_personnes, list_records, load_twice
from tierslieux.imports.registre import get_source

SOURCE = "tiers-lieux-bretagne"


def test_a_sample_gives_the_expected_records(prepare) -> None:
    preparation = prepare(SOURCE, "tiers_lieux_bretagne.geojson")
    records = list_records(preparation)
    assert records["1"].valeurs == {
        "nom": "FabLab inventé",
        "genres": ["fablab"],
        "adresse": "Maison inventée, 6, cours Inventé",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "position": {"lon": -4.491, "lat": 48.401, "precision": "adresse"},
        "courriel": "contact@exemple.fr",
        "telephone": "+33298001122",
        "site_web": "http://exemple.fr",
        "autres_sites_web": ["https://www.facebook.com/exemple", "https://www.instagram.com/exemple_bzh"],
        "structure_parente": "Association inventée",
    }
    assert records["2"].valeurs["genres"] == ["coworking"]
    assert records["3"].valeurs["genres"] == ["tiers-lieu"]
    assert preparation.reconnu["format"] == "GeoJSON"


def test_its_licence_asks_for_its_name() -> None:
    assert get_source(SOURCE).licence == "CC BY 4.0"


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert (premier.read, premier.rejected) == (121, {})
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
