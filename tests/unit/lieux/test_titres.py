"""Titles and descriptions of places: what and where, in the length that search engines show."""

from __future__ import annotations

import pytest

from tests.factories.pages import build_resume
from tierslieux.lieux.titres import DESCRIPTION_MAX, build_description_lieu, build_titre_lieu


@pytest.mark.parametrize(
    ("nom", "commune", "titre"),
    [
        ("Fablab des Capucins", "Brest", "Fablab des Capucins à Brest (29200)"),
        ("Mairie de Brest", "Brest", "Mairie de Brest (29200)"),
        ("MAIRIE DE L'HAY LES ROSES", "L'Haÿ-les-Roses", "MAIRIE DE L'HAY LES ROSES (29200)"),
        ("Mairie du Mans", "Le Mans", "Mairie du Mans (29200)"),
        ("Fablab", "Le Mans", "Fablab au Mans (29200)"),
        ("Espace Lys", "Ly", "Espace Lys à Ly (29200)"),
        ("Fablab", None, "Fablab (29200)"),
        # The postcode goes when the whole is longer than 70 signs: 61 for the name, 9 for the commune, 8 for the code.
        ("X" * 61, "Brest", f"{'X' * 61} à Brest"),
    ],
)
def test_a_title_names_the_commune_once(nom: str, commune: str | None, titre: str) -> None:
    assert build_titre_lieu(build_resume(nom=nom, commune_nom=commune)) == titre


def test_without_postcode_the_name_and_the_commune_are_all() -> None:
    assert build_titre_lieu(build_resume(nom="Fablab", commune_nom="Brest", code_postal=None)) == "Fablab à Brest"


def test_a_description_says_kind_and_street() -> None:
    texte = build_description_lieu(build_resume())
    assert texte == "France Services, 1 place Napoléon III, Brest. Téléphone, horaires, aide proposée."


def test_a_description_is_cut_between_words() -> None:
    texte = build_description_lieu(build_resume(adresse="rue " * 60))
    assert len(texte) <= DESCRIPTION_MAX
    assert texte.endswith("rue…")


def test_a_place_of_which_nothing_is_known_has_a_description() -> None:
    pauvre = build_resume(genres=(), adresse=None, commune_nom=None)
    assert build_description_lieu(pauvre) == "Lieu. Téléphone, horaires, aide proposée."
