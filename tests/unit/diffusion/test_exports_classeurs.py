"""Workbooks, read back: the same texts, real numbers, no formula, and a sheet that says where all comes from."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook

from tests.factories.publies import build_contexte, build_publie
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.tableurs import restore
from tierslieux.diffusion.exports.classeurs import LIGNES_MAX, write_ods, write_xlsx
from tierslieux.diffusion.exports.complet import COLONNES
from tierslieux.lieux.extraction import Compte

ECRIVAINS = (write_xlsx, write_ods)
TEXTES = (
    "=1+1",
    "+1-800",
    "@x",
    "＝1",
    "a & b <c> \"d\" 'e'",
    "deux\nlignes",
    "deux  espaces",
    " bord ",
    "tab\tulation",
    "_x0041_",
    "Œuvre – « ça » 🚲",
)


def write(ecrire: Callable[..., None], chemin: Path, *lieux: Any) -> Path:
    ecrire([list(lieux)], build_contexte(*lieux), chemin)
    return chemin


def read(chemin: Path) -> list[dict[str, Any]]:
    entete, *lignes = CalamineWorkbook.from_path(chemin).get_sheet_by_name("Lieux").to_python(skip_empty_area=False)
    return [dict(zip(entete, ligne, strict=True)) for ligne in lignes]


@pytest.mark.parametrize("ecrire", ECRIVAINS)
def test_texts_come_back_and_numbers_are_numbers(ecrire: Callable[..., None], tmp_path: Path) -> None:
    lieux = [build_publie(str(rang), nom=texte) for rang, texte in enumerate(TEXTES)]
    lignes = read(write(ecrire, tmp_path / "classeur", *lieux))
    assert tuple(lignes[0]) == COLONNES
    # This reader of ODS leaves tabs out; LibreOffice and the reader of imports do not.
    attendus = [texte.replace("\t", "") if ecrire is write_ods else texte for texte in TEXTES]
    assert [restore(ligne["nom"]) for ligne in lignes] == attendus
    assert (lignes[0]["longitude"], lignes[0]["latitude"]) == (-4.49, 48.39)
    assert lignes[0]["code_postal"] == "29200"
    assert lignes[0]["horaires"] == ""


@pytest.mark.parametrize("ecrire", ECRIVAINS)
def test_greenwich_has_a_longitude(ecrire: Callable[..., None], tmp_path: Path) -> None:
    lieu = build_publie(position={"lon": 0.0, "lat": 48.0, "precision": "adresse"})
    assert read(write(ecrire, tmp_path / "classeur", lieu))[0]["longitude"] == 0


@pytest.mark.parametrize("ecrire", ECRIVAINS)
def test_no_cell_is_a_formula(ecrire: Callable[..., None], tmp_path: Path) -> None:
    lieux = [build_publie(str(rang), nom=texte, adresse=texte) for rang, texte in enumerate(TEXTES)]
    with zipfile.ZipFile(write(ecrire, tmp_path / "classeur", *lieux)) as archive:
        xml = b"".join(archive.read(nom) for nom in archive.namelist() if nom.endswith(".xml"))
        for nom in archive.namelist():
            if nom.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(nom))  # noqa: S314  (our own text)
    assert re.search(rb"<f[ >/]|table:formula", xml) is None
    assert b"'=1+1" in xml


@pytest.mark.parametrize("ecrire", ECRIVAINS)
def test_a_sheet_says_where_all_comes_from(ecrire: Callable[..., None], tmp_path: Path) -> None:
    chemin = write(ecrire, tmp_path / "classeur", build_publie())
    classeur = CalamineWorkbook.from_path(chemin)
    assert classeur.sheet_names == ["Lieux", "À propos"]
    dit = dict(zip(*classeur.get_sheet_by_index(1).to_python(), strict=True))
    assert (dit["Nombre de lieux"], dit["Données à la date du"]) == ("1", "2026-11-22")
    assert dit["Licence"] == "Licence Ouverte 2.0 ; CC BY 4.0 ; Données inventées"
    assert dit["Source 2"] == "Tiers-lieux de Bretagne – Région Bretagne – CC BY 4.0 – 2020 – https://exemple.fr/"


@pytest.mark.parametrize("ecrire", ECRIVAINS)
def test_the_same_places_give_the_same_bytes(ecrire: Callable[..., None], tmp_path: Path) -> None:
    premier, second = (write(ecrire, tmp_path / nom, build_publie()).read_bytes() for nom in ("a", "b"))
    assert premier == second


@pytest.mark.parametrize("ecrire", ECRIVAINS)
def test_what_no_spreadsheet_opens_is_refused_before_it_is_written(ecrire: Callable[..., None], tmp_path: Path) -> None:
    contexte = build_contexte(compte=Compte(LIGNES_MAX, 0))
    with pytest.raises(InvalidInputError, match="un autre format"):
        ecrire([], contexte, tmp_path / "classeur")
    assert list(tmp_path.iterdir()) == []


def test_control_characters_are_left_out_of_xml(tmp_path: Path) -> None:
    lieu = build_publie(nom="a\x0bb\x0cc")
    assert [read(write(ecrire, tmp_path / ecrire.__name__, lieu))[0]["nom"] for ecrire in ECRIVAINS] == ["abc", "abc"]


def test_the_type_of_an_opendocument_is_its_first_bytes(tmp_path: Path) -> None:
    octets = io.BytesIO(write(write_ods, tmp_path / "classeur.ods", build_publie()).read_bytes()).read(90)
    assert octets[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
