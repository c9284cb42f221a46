"""Where the files of a source are found."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.indicateurs import build_source
from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.fichiers import SourceAbsenteError, describe_emplacement, read_fichiers

SOURCE = replace(build_source(), motif="indicateurs/table_*.csv")


@pytest.fixture
def raw_dir(tmp_path: Path) -> Path:
    (tmp_path / "indicateurs").mkdir()
    (tmp_path / "indicateurs/table_2024-06-30.csv").write_bytes(b"hier")
    (tmp_path / "indicateurs/table_2025-06-30.csv").write_bytes(b"demain")
    return tmp_path


def test_the_last_file_of_the_pattern_is_read(raw_dir: Path) -> None:
    fichiers = read_fichiers(SOURCE, raw_dir, telechargement=False)
    assert fichiers.contenus == (b"demain",)
    assert fichiers.sha256 == hashlib.sha256(b"demain").hexdigest()
    assert (fichiers.libelle, fichiers.date, fichiers.annee) == ("table_2025-06-30.csv", dt.date(2025, 6, 30), 2025)


def test_a_source_in_several_files_reads_them_all(raw_dir: Path) -> None:
    fichiers = read_fichiers(replace(SOURCE, tous=True), raw_dir, telechargement=False)
    assert fichiers.contenus == (b"hier", b"demain")
    assert fichiers.libelle == "table_2024-06-30.csv, table_2025-06-30.csv"


def test_what_is_nowhere_is_told(raw_dir: Path) -> None:
    ailleurs = replace(SOURCE, motif="autre*.csv")
    with pytest.raises(SourceAbsenteError, match=r"n’a pas « autre\*\.csv » et le producteur n’a pas d’adresse"):
        read_fichiers(ailleurs, raw_dir, telechargement=True)
    with pytest.raises(SourceAbsenteError, match=r"aucun dossier .* et le téléchargement est désactivé"):
        read_fichiers(replace(SOURCE, url="https://exemple.fr/t.csv"), None, telechargement=False)
    assert describe_emplacement(ailleurs, raw_dir, telechargement=True) is None


def test_the_folder_comes_before_the_address(raw_dir: Path) -> None:
    source = replace(SOURCE, url="https://exemple.fr/t.csv")
    assert describe_emplacement(source, raw_dir, telechargement=True) == "table_2025-06-30.csv"
    assert describe_emplacement(source, None, telechargement=True) == "https://exemple.fr/t.csv"
    assert describe_emplacement(source, None, telechargement=False) is None


def test_computed_values_have_no_file(raw_dir: Path) -> None:
    with pytest.raises(SourceError, match="calculées par ce programme"):
        read_fichiers(replace(SOURCE, lecteur=None), raw_dir, telechargement=False)
