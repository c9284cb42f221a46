"""Keys of names, articles, and names inside a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.catalogues import read_catalogue
from tierslieux.core.textes import use_catalogue
from tierslieux.langues import EN
from tierslieux.territoires.noms import (
    add_article,
    build_cle,
    build_complement,
    build_locatif,
    find_cle_arrondissement,
    remove_accents,
)


@pytest.mark.parametrize(
    ("texte", "cle"),
    [
        ("Brest", "brest"),
        ("BREST", "brest"),
        ("Y", "y"),
        ("Eu", "eu"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("Saint-Brieuc", "saint brieuc"),
        ("st brieuc", "saint brieuc"),
        ("STE. MARIE", "sainte marie"),
        ("Sts-Geosmes", "saints geosmes"),
        ("Astérac", "asterac"),
        ("Stains", "stains"),
        ("Chalon s/Saône", "chalon sur saone"),
        ("Bors (Canton de Charente-Sud)", "bors canton de charente sud"),
        ("BREST CEDEX 2", "brest"),
        ("  Le   Mans ", "le mans"),
        ("!!! 😀", ""),
        ("\x00", ""),
    ],
)
def test_key(texte: str, cle: str) -> None:
    assert build_cle(texte) == cle


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(texte: str) -> None:
    cle = build_cle(texte)
    assert build_cle(cle) == cle
    assert cle == cle.strip()
    assert "  " not in cle


@given(st.text(alphabet=st.characters(whitelist_categories=["L"]), min_size=1, max_size=30))
def test_letters_never_give_an_empty_key(texte: str) -> None:
    assert build_cle(texte)


def test_accents_and_ligatures_go_case_stays() -> None:
    assert remove_accents("Œuilly-lès-Évron") == "Oeuilly-les-Evron"


@pytest.mark.parametrize(
    ("requete", "cle"),
    [
        ("paris 11", "paris 11e arrondissement"),
        ("paris 11e", "paris 11e arrondissement"),
        ("paris 11eme arrondissement", "paris 11e arrondissement"),
        ("paris 01", "paris 1er arrondissement"),
        ("lyon 1er", "lyon 1er arrondissement"),
        ("marseille 11", "marseille 11e arrondissement"),
        ("marseille 16 arr", "marseille 16e arrondissement"),
        ("11e arrondissement de paris", "paris 11e arrondissement"),
        ("paris 11e arrondissement", "paris 11e arrondissement"),
        ("paris 21", None),
        ("paris 0", None),
        ("lyon 69", None),
        ("brest 11", None),
        ("paris", None),
    ],
)
def test_arrondissement(requete: str, cle: str | None) -> None:
    assert find_cle_arrondissement(requete) == cle


@pytest.mark.parametrize(
    ("nom", "type_nom", "attendu"),
    [
        ("Brest", 0, "Brest"),
        ("Amiens", 1, "Amiens"),
        ("Mans", 2, "Le Mans"),
        ("Rochelle", 3, "La Rochelle"),
        ("Sables-d'Olonne", 4, "Les Sables-d'Olonne"),
        ("Haÿ-les-Roses", 5, "L'Haÿ-les-Roses"),
        ("Marais", 6, "Aux Marais"),
        ("Lanne", 7, "Las Lanne"),
        ("Masos", 8, "Los Masos"),
    ],
)
def test_article(nom: str, type_nom: int, attendu: str) -> None:
    assert add_article(nom, type_nom) == attendu


@pytest.mark.parametrize(
    ("nom", "complement", "locatif"),
    [
        ("Brest", "de Brest", "à Brest"),
        ("Le Mans", "du Mans", "au Mans"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("Amiens", "d'Amiens", "à Amiens"),
        ("Évry-Courcouronnes", "d'Évry-Courcouronnes", "à Évry-Courcouronnes"),
        ("Œuilly", "d'Œuilly", "à Œuilly"),
        ("Yvetot", "d'Yvetot", "à Yvetot"),
        ("Les Sables-d'Olonne", "des Sables-d'Olonne", "aux Sables-d'Olonne"),
        ("L'Haÿ-les-Roses", "de L'Haÿ-les-Roses", "à L'Haÿ-les-Roses"),
        ("Aux Marais", "des Marais", "aux Marais"),
        ("Los Masos", "de Los Masos", "à Los Masos"),
        ("Lesneven", "de Lesneven", "à Lesneven"),
        ("Laval", "de Laval", "à Laval"),
    ],
)
def test_in_a_sentence(nom: str, complement: str, locatif: str) -> None:
    assert build_complement(nom) == complement
    assert build_locatif(nom) == locatif


@pytest.mark.parametrize(
    ("nom", "type_nom", "complement"),
    [
        ("Honfleur", 0, "de Honfleur"),
        ("Hyères", 1, "d'Hyères"),
        ("Le Havre", 2, "du Havre"),
        ("Finistère", 2, "du Finistère"),
        ("Charente", 3, "de la Charente"),
        ("Landes", 4, "des Landes"),
        ("Ain", 5, "de l'Ain"),
        ("La Réunion", 0, "de La Réunion"),
        ("Ille-et-Vilaine", 1, "d'Ille-et-Vilaine"),
    ],
)
def test_complement_with_the_code_of_the_article(nom: str, type_nom: int, complement: str) -> None:
    assert build_complement(nom, type_nom) == complement


def test_in_another_language_a_message_has_the_preposition() -> None:
    with use_catalogue(read_catalogue(EN.catalogue)):
        assert build_complement("Le Mans") == "Le Mans"
        assert build_locatif("Les Sables-d'Olonne") == "Les Sables-d'Olonne"
