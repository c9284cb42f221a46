"""A département's own columns: Lambert-93, decimal commas, one column a service. A sample, then the real file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.imports.contrat import Avertissement

SOURCE = "maine-et-loire"


def test_a_sample_gives_the_expected_records_and_rejects(prepare) -> None:
    preparation = prepare(SOURCE, "maine_et_loire.json")
    records = list_records(preparation)
    mediatheque = records["LMN901"].valeurs
    assert mediatheque["adresse"] == "3 rue Inventée"
    assert mediatheque["genres"] == ["bibliotheque"]
    assert mediatheque["services"] == [
        "maitrise-des-outils-numeriques-du-quotidien",
        "acces-internet-et-materiel-informatique",
    ]
    assert mediatheque["publics"] == ["jeunes", "seniors"]  # whatever the word in the column
    # 491 022.4 ; 6 770 153.6 in Lambert-93, from pyproj (EPSG:2154 to EPSG:4326).
    assert mediatheque["position"]["lon"] == pytest.approx(0.1974218, abs=1e-6)
    assert mediatheque["position"]["lat"] == pytest.approx(47.9983887, abs=1e-6)
    assert records["LMN901"].date_maj == dt.date(2020, 12, 9)
    mairie = records["LMN902"]
    assert mairie.valeurs["services"] == ["aide-aux-demarches-administratives"]
    assert "publics" not in mairie.valeurs
    assert records["LMN903"].valeurs["genres"] == ["france-services", "epn", "centre-social"]
    assert records["LMN903"].valeurs["adresse"] == "12 bis avenue Inventée"
    assert list_rejets(preparation) == [
        (4, "NON_OUVERT_AU_PUBLIC", "AFFICHAGE"),
        (5, "NON_OUVERT_AU_PUBLIC", "Accueil"),
        (6, "NOM_MANQUANT", "nom"),
    ]
    assert preparation.avertissements[Avertissement.DATE_ILLISIBLE] == 1  # "09/0102023"
    assert (preparation.reconnu["decimale"], preparation.reconnu["projection"]) == (
        "virgule",
        "Lambert-93 (EPSG:2154)",
    )


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read == 243
    assert premier.rejected == {"NOM_MANQUANT": 3, "NON_OUVERT_AU_PUBLIC": 23}
    assert premier.reconnu["projection"] == "Lambert-93 (EPSG:2154)"
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
