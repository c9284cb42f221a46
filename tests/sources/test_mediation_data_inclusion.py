"""Seven networks gathered by data·inclusion in 2022: a sample, then the real file."""

from __future__ import annotations

from pathlib import Path

from tests.sources.conftest import check_personnes, list_records, load_twice

SOURCE = "mediation-data-inclusion"


def test_one_identifier_of_two_networks_is_two_places(prepare) -> None:
    records = list_records(prepare(SOURCE, "mediation_data_inclusion.json"))
    assert set(records) == {"dora:7", "siao:7"}
    apije = records["dora:7"].valeurs
    assert apije["commune_code"] == "29019"
    assert apije["genres"] == ["insertion", "association"]
    assert apije["typologies"] == ["AI"]
    assert apije["position"]["precision"] == "commune"  # the file has none
    assert apije["presentation"] == "Une association inventée."
    assert records["siao:7"].valeurs["typologies"] == ["CHRS"]


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read > 3_500
    assert sum(premier.rejected.values()) <= premier.read * 0.005
    assert "IDENTIFIANT_EN_DOUBLE" not in premier.rejected
    assert "VALEUR_INCONNUE" not in premier.avertissements
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
