"""Addresses by names: readable, one for each territory, a place's decided by its id."""

from __future__ import annotations

import pytest

from tierslieux.territoires.adresses import (
    LONGUEUR_NOM_MAX,
    build_pas,
    build_pas_lieu,
    build_slug,
    find_homonymes,
    find_public_id,
    split_code,
)

FRANCE = ("France", "france", "FR")
BRETAGNE = ("Bretagne", "region", "53")
FINISTERE = ("Finistère", "departement", "29")
METROPOLE = ("Brest Métropole", "epci", "242900314")
BREST = ("Brest", "commune", "29019")
ECHELLE = (FRANCE, BRETAGNE, FINISTERE, METROPOLE, BREST)


@pytest.mark.parametrize(
    ("nom", "slug"),
    [
        ("L'Haÿ-les-Roses", "l-hay-les-roses"),
        ("L’Haÿ-les-Roses", "l-hay-les-roses"),
        ("Œuilly", "oeuilly"),
        ("Plœuc-L'Hermitage", "ploeuc-l-hermitage"),
        ("Le Mans", "le-mans"),
        ("Provence-Alpes-Côte d'Azur", "provence-alpes-cote-d-azur"),
        ("Paris 1er Arrondissement", "paris-1er-arrondissement"),
        ("St-Étienne", "saint-etienne"),
        ("Y", "y"),
        ("  Fablab « Le 3ᵉ Lieu » !  ", "fablab-le-3e-lieu"),
        ("../../etc/passwd?x=1#y", "etc-passwd-x-1-y"),
        ("🦆 <script>", "script"),
        ("Médiathèque مكتبة", "mediatheque"),
        ("图书馆", ""),
        ("!!!", ""),
    ],
)
def test_a_name_in_an_address_has_plain_letters_digits_and_hyphens(nom: str, slug: str) -> None:
    assert build_slug(nom) == slug
    assert build_slug(slug) == slug, "an address leads to what it was made of"


@pytest.mark.parametrize(
    ("echelle", "pas"),
    [
        ([FRANCE], ()),
        ([FRANCE, BRETAGNE], ("bretagne",)),
        ([FRANCE, BRETAGNE, FINISTERE], ("bretagne", "finistere")),
        (ECHELLE, ("bretagne", "finistere", "brest")),
        (ECHELLE[:4], None),
        ([FRANCE, BREST], None),
    ],
)
def test_the_address_of_a_territory_is_its_ladder(
    echelle: list[tuple[str, str, str]], pas: tuple[str, ...] | None
) -> None:
    assert build_pas(echelle) == pas


def test_an_arrondissement_stands_beside_its_commune() -> None:
    ville = [("Île-de-France", "region", "11"), ("Paris", "departement", "75"), ("Paris", "commune", "75056")]
    assert build_pas(ville) == ("ile-de-france", "paris", "paris")
    arrondissement = ("Paris 11e Arrondissement", "arrondissement", "75111")
    assert build_pas([*ville, arrondissement]) == ("ile-de-france", "paris", "paris-11e-arrondissement")


def test_namesakes_of_a_departement_have_their_code_in_the_end() -> None:
    # "Castillon" twice by the rule, although neither letters nor articles are written alike.
    assert find_homonymes(["Castillon", "CASTILLON", "Brest"]) == {"castillon"}
    assert build_pas(ECHELLE, has_homonyme=True) == ("bretagne", "finistere", "brest-29019")
    assert split_code("brest-29019") == ("brest", "29019")
    assert split_code("ajaccio-2a004") == ("ajaccio", "2A004")
    assert split_code("brest") is None


def test_a_place_stands_below_its_commune_and_ends_with_its_id() -> None:
    pas = build_pas_lieu(ECHELLE, "France Services de Bellevue", "0123456789")
    assert pas == ("bretagne", "finistere", "brest", "france-services-de-bellevue-0123456789")
    assert find_public_id(pas[-1]) == "0123456789"


@pytest.mark.parametrize("nom", ["", "!!!", "图书馆", "9876543210", "mot " * 40, "x" * 134, "a-0123456789"])
def test_the_id_is_found_after_any_name(nom: str) -> None:
    pas = build_pas_lieu(ECHELLE, nom, "kh5emgw2j1")
    assert pas is not None
    assert find_public_id(pas[-1]) == "kh5emgw2j1"
    assert len(pas[-1]) <= LONGUEUR_NOM_MAX + len("-kh5emgw2j1")
    assert not pas[-1].startswith("-")


def test_a_long_name_is_cut_between_two_words() -> None:
    # 12 × "cinq " is 60 signs long with its last space: eleven words and a twelfth make 59.
    pas = build_pas_lieu(ECHELLE, "cinq " * 20, "kh5emgw2j1")
    assert pas is not None
    assert pas[-1] == "cinq-" * 12 + "kh5emgw2j1"


@pytest.mark.parametrize("public_id", ["france-services-bellevue", "court", "MAJUSCULES", "accentué01"])
def test_an_id_of_another_shape_keeps_its_short_address(public_id: str) -> None:
    assert build_pas_lieu(ECHELLE, "Lieu", public_id) is None


def test_a_place_of_no_known_commune_keeps_its_short_address() -> None:
    assert build_pas_lieu((), "Lieu", "0123456789") is None
    assert build_pas_lieu((FRANCE, BRETAGNE), "Lieu", "0123456789") is None


@pytest.mark.parametrize("pas", ["brest", "lieu-", "lieu-012345678", "lieu_0123456789é", "0123456789\n"])
def test_a_step_without_id_has_none(pas: str) -> None:
    assert find_public_id(pas) is None
