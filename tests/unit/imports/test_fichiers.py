"""Where a source is read from, and what is said when it is nowhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from tierslieux.config import RACINE
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.imports.contrat import Origine
from tierslieux.imports.fichiers import (
    Endroits,
    compute_sha256,
    describe_absence,
    find_date_edition,
    find_emplacement,
    read_emplacement,
)
from tierslieux.imports.registre import DEMONSTRATION, SOURCES, get_source

FS = get_source("france-services")


@pytest.fixture
def endroits(tmp_path: Path) -> Endroits:
    (tmp_path / "lieux").mkdir()
    for nom in ("france-services_2022-12-01.csv", "france-services_2024-08-01.csv"):
        (tmp_path / "lieux" / nom).write_bytes(nom.encode())
    return Endroits(tmp_path, tmp_path / "geodata", telechargement=True)


def test_a_given_file_comes_first(endroits: Endroits, tmp_path: Path) -> None:
    trouve = find_emplacement(FS, endroits, tmp_path / "moi.csv")
    assert trouve is not None
    assert (trouve.origine, trouve.libelle) == (Origine.FICHIER, "moi.csv")


def test_then_the_last_edition_of_the_folder(endroits: Endroits) -> None:
    trouve = find_emplacement(FS, endroits)
    assert trouve is not None
    assert trouve.libelle == "france-services_2024-08-01.csv"  # a name, never a path: it is shown to all
    fichier = read_emplacement(FS, trouve, endroits)
    assert fichier.contenu == b"france-services_2024-08-01.csv"
    assert fichier.sha256 == compute_sha256(trouve, endroits)
    assert fichier.date_edition == dt.date(2024, 8, 1)


def test_then_the_publisher(endroits: Endroits) -> None:
    trouve = find_emplacement(FS, replace(endroits, raw_dir=None))
    assert trouve is not None
    assert (trouve.origine, trouve.libelle) == (Origine.ADRESSE, FS.url)


def test_then_nothing_and_why(endroits: Endroits) -> None:
    sans = replace(endroits, raw_dir=None, telechargement=False)
    assert find_emplacement(FS, sans) is None
    assert "TIERSLIEUX_RAW_DIR" in describe_absence(FS, sans)
    assert "désactivé" in describe_absence(FS, sans)
    inconnue = get_source("bibliotheques")
    assert find_emplacement(inconnue, endroits) is None
    assert "n’a pas ce fichier" in describe_absence(inconnue, endroits)
    assert "pas d’adresse" in describe_absence(inconnue, endroits)
    mairies = get_source("mairies")
    assert find_emplacement(mairies, endroits) is None
    assert "paquet" in describe_absence(mairies, endroits)


def test_invented_places_come_with_the_program() -> None:
    endroits = Endroits(None, RACINE / "geodata", telechargement=False)
    trouve = find_emplacement(DEMONSTRATION, endroits)
    assert trouve is not None
    assert read_emplacement(DEMONSTRATION, trouve, endroits).contenu.startswith(b"id,nom,modele")


@pytest.mark.parametrize(
    ("nom", "source_id", "date"),
    [
        ("france-services_2024-08-01.csv", "france-services", dt.date(2024, 8, 1)),
        ("mediation_national_cnfs_2022-12.json", "conseillers-numeriques", dt.date(2022, 12, 1)),
        ("tiers-lieux_cget_2019.csv", "tiers-lieux-cget", dt.date(2019, 1, 1)),
        ("bibliotheques_2025.csv", "bibliotheques", dt.date(2025, 1, 1)),
        ("mon-export.csv", "bibliotheques", None),
        ("france-services_2024-13-01.csv", "france-services", None),
    ],
)
def test_the_date_of_an_edition(nom: str, source_id: str, date: dt.date | None) -> None:
    assert find_date_edition(nom, get_source(source_id)) == date


def test_an_unreadable_file_is_refused(endroits: Endroits, tmp_path: Path) -> None:
    trouve = find_emplacement(FS, endroits, tmp_path / "absent.csv")
    assert trouve is not None
    with pytest.raises(SourceError, match=r"absent\.csv"):
        read_emplacement(FS, trouve, endroits)


def test_an_unknown_source_is_refused_with_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match="france-services"):
        get_source("inconnue")


def test_the_register_is_whole() -> None:
    sources = (*SOURCES, DEMONSTRATION)
    assert len({source.id for source in sources}) == len(sources)
    for source in sources:
        assert 0 <= source.confiance <= 100
        assert source.licence
        assert source.producteur
        assert (RACINE / "geodata" / source.id / "README.md").is_file()
