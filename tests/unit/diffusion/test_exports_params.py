"""Which places an export holds, and how its file is called."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.diffusion.exports import services
from tierslieux.diffusion.exports.params import read_selection, write_args
from tierslieux.diffusion.exports.registre import FORMATS, get_format
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.extraction import Selection, Version
from tierslieux.territoires.enums import Niveau


def test_filters_are_those_of_the_places_api() -> None:
    args = {
        "genre": "fablab",
        "candidats": "1",
        "departement": "2a",
        "q": " atelier ",
        "source": "essai",
        "service": "",
    }
    selection = read_selection(args)
    assert selection.criteres.genre is Genre.FABLAB
    assert selection.criteres.candidats
    assert (selection.niveau, selection.code) == (Niveau.DEPARTEMENT, "2A")
    assert (selection.texte, selection.source_id) == ("atelier", "essai")
    assert read_selection({}) == Selection()
    # A form that sends everything empty asks for everything.
    assert read_selection({"genre": "", "departement": "", "q": " "}) == Selection()


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"candidats": "1"},
        {"genre": "fablab", "gratuit": "1", "commune": "29019"},
        {"epci": "242900314", "q": "l'atelier & co", "source": "essai"},
    ],
)
def test_a_selection_gives_its_address_back(args: dict[str, str]) -> None:
    assert write_args(read_selection(args)) == args
    assert read_selection(write_args(read_selection(args))) == read_selection(args)


@pytest.mark.parametrize(
    ("args", "champ"),
    [
        ({"genre": "licorne"}, "genre"),
        ({"departmnt": "29"}, "departmnt"),
        ({"ouvert": "1"}, "ouvert"),
        ({"region": "53", "departement": "29"}, "departement"),
        ({"candidats": "peut-être"}, "candidats"),
        ({"q": "x" * 101}, "q"),
        ({"q": "a\x00b"}, "q"),
    ],
)
def test_a_wrong_filter_is_named(args: dict[str, str], champ: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        read_selection(args)
    assert refus.value.details["champ"] == champ


def test_formats_have_one_code_each_and_one_way_to_be_written() -> None:
    assert len({forme.code for forme in FORMATS}) == len(FORMATS)
    assert all((forme.flux is None) is not (forme.fichier is None) for forme in FORMATS)
    with pytest.raises(NotFoundError, match="geojson"):
        get_format("shapefile")


def test_files_are_named_as_the_national_standard_says() -> None:
    """By its rule: AAAAMMJJ_idProducteur_lieux-de-mediation-numerique_territoire.csv."""
    jour = dt.date(2026, 11, 22)
    noms = [
        services.build_nom(get_format(code), jour=jour, producteur="22290001600015", territoire="Finistere")
        for code in ("mediation-csv", "mediation-non-exportes", "xlsx")
    ]
    assert noms == [
        "20261122_22290001600015_lieux-de-mediation-numerique_Finistere.csv",
        "20261122_22290001600015_lieux-de-mediation-numerique_Finistere-non-exportes.csv",
        "20261122_22290001600015_lieux_Finistere.xlsx",
    ]


@pytest.mark.parametrize(
    ("editeur", "attendu"),
    [
        ("Association Anonymal, SIRET 434 933 123 00029", "43493312300029"),
        ("Association Anonymal, téléphone 02 98 00 00 01 02", "tierslieux"),
        ("Association", "tierslieux"),
        (None, "tierslieux"),
    ],
)
def test_the_producer_is_the_siret_of_the_legal_notice(editeur: str | None, attendu: str) -> None:
    assert services.find_producteur(editeur) == attendu


def test_the_validator_changes_with_the_base_the_format_and_the_selection() -> None:
    csv, ods = get_format("csv"), get_format("ods")
    toutes = {
        services.build_etag(Version(cle, None), forme, read_selection(args), racine)
        for cle in ("1", "2")
        for forme in (csv, ods)
        for args in ({}, {"candidats": "1"}, {"departement": "29"})
        for racine in ("https://a.example/", "https://b.example/")
    }
    assert len(toutes) == 2 * 2 * 3 * 2
    assert services.build_etag(Version("1", None), csv, read_selection({"q": ""}), "") == services.build_etag(
        Version("1", None), csv, Selection(), ""
    )
