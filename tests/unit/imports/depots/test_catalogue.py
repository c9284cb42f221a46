"""Declarations: as a file, and for another edition of the same source."""

from __future__ import annotations

import tomllib

from tierslieux.imports.depots.catalogue import adapt_declaration, render_toml

DECLARATION = {
    "id": "essai",
    "libelle": 'Lieux « d’essai » "neufs"\n',
    "confiance": 50,
    "commune_certaine": False,
    "modele": "mediation",
    "rejet": [{"colonne": "Statut", "valeurs": ["fermé"]}],
    "lecture": {"obligatoires": ["Réf", "Nom du lieu"]},
    "colonnes": {
        "identifiant": {"empreinte": ["Nom du lieu", "Rue"]},
        "nom": "Nom du lieu",
        "genres": {"colonne": "Type", "valeurs": {"Médiathèque": "bibliotheque", "": "x"}},
        "adresse": False,
    },
}


def test_a_declaration_as_a_file_says_the_same() -> None:
    assert tomllib.loads(render_toml(DECLARATION)) == DECLARATION


def test_a_file_with_the_same_columns_keeps_what_was_said_of_them() -> None:
    assert (
        adapt_declaration(DECLARATION, {"colonnes": {"nom": "X"}}, ["Réf", "Nom du lieu", "Rue", "Type"]) == DECLARATION
    )


def test_a_file_with_other_columns_is_guessed_anew_under_the_same_name() -> None:
    adaptee = adapt_declaration(DECLARATION, {"colonnes": {"nom": "Intitulé"}}, ["Intitulé"])
    assert adaptee == {
        "id": "essai",
        "libelle": 'Lieux « d’essai » "neufs"\n',
        "confiance": 50,
        "colonnes": {"nom": "Intitulé"},
    }


def test_a_registered_source_has_no_declaration_to_adapt() -> None:
    assert adapt_declaration(None, {"colonnes": {}}, []) is None
