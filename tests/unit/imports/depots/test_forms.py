"""Which column says what, as a person chooses it; names of files."""

from __future__ import annotations

import pytest

from tierslieux.imports.depots.forms import Choix, build_correspondance, clean_nom_fichier, read_choix

CIBLES = {"nom": "Nom du lieu", "adresse": "Adresse", "identifiant": "Identifiant", "longitude": "X", "latitude": "Y"}
COLONNES = [
    {"nom": "Réf", "champ": "identifiant"},
    {"nom": "Lieu", "champ": "nom"},
    {"nom": "Rue", "champ": "adresse"},
    {"nom": "Notes", "champ": None},
]


def choose(*cibles: str) -> Choix:
    return read_choix({f"colonne-{rang}": cible for rang, cible in enumerate(cibles)}, len(cibles), CIBLES)


def test_a_choice_without_fault() -> None:
    choix = choose("identifiant", "nom", "", "adresse")
    assert choix.est_valide
    assert choix.cibles == ("identifiant", "nom", "", "adresse")


def test_no_column_for_the_name_is_told() -> None:
    assert choose("identifiant", "adresse").generales == ("Dites quelle colonne contient le nom des lieux.",)


def test_the_second_of_two_columns_for_one_target_is_told() -> None:
    choix = choose("nom", "nom")
    assert not choix.est_valide
    assert list(choix.erreurs) == [1]
    assert "« Nom du lieu » est déjà pris" in choix.erreurs[1]


def test_an_unknown_target_is_told() -> None:
    assert list(choose("nom", "mot_de_passe").erreurs) == [1]


def test_one_coordinate_alone_is_told() -> None:
    assert "vont ensemble" in choose("nom", "longitude").generales[0]


def test_fields_that_are_missing_use_no_column() -> None:
    assert read_choix({}, 2, CIBLES).cibles == ("", "")


def test_what_was_proposed_and_kept_keeps_its_options() -> None:
    base = {"colonnes": {"identifiant": {"colonne": "Réf", "sans_suffixe": ".0"}, "nom": "Lieu", "adresse": "Rue"}}
    assert build_correspondance(base, COLONNES, choose("identifiant", "nom", "adresse", "")) == base


def test_a_column_that_says_something_else_replaces_the_one_proposed() -> None:
    base = {"colonnes": {"identifiant": "Réf", "nom": "Lieu", "adresse": "Rue"}}
    faite = build_correspondance(base, COLONNES, choose("identifiant", "nom", "", "adresse"))
    assert faite["colonnes"] == {"identifiant": "Réf", "nom": "Lieu", "adresse": "Notes"}


def test_a_target_that_no_column_says_any_more_is_taken_out_of_the_model_too() -> None:
    faite = build_correspondance({"modele": "mediation"}, COLONNES, choose("identifiant", "nom", "", ""))
    assert faite == {"modele": "mediation", "colonnes": {"adresse": False}}


def test_without_an_identifier_the_name_and_the_address_stand_for_it() -> None:
    base = {"colonnes": {"identifiant": "Réf", "nom": "Lieu", "adresse": "Rue"}}
    faite = build_correspondance(base, COLONNES, choose("", "nom", "adresse", ""))
    assert faite["colonnes"]["identifiant"] == {"empreinte": ["Lieu", "Rue"]}
    # The digest follows the columns chosen now, not those of the proposal.
    encore = build_correspondance(faite, [{**c, "champ": None} for c in COLONNES], choose("", "", "adresse", "nom"))
    assert encore["colonnes"]["identifiant"] == {"empreinte": ["Notes", "Rue"]}


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("lieux.csv", "lieux.csv"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\moi\Mes lieux.xlsx", "Mes lieux.xlsx"),
        ("lieux\r\nX: y.csv", "lieux X: y.csv"),
        ("///", "fichier"),
        ("a" * 300 + ".csv", "a" * 146 + ".csv"),
    ],
)
def test_a_file_is_called_by_the_last_part_of_its_name(nom: str, attendu: str) -> None:
    assert clean_nom_fichier(nom) == attendu
