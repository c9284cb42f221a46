"""Rows of uploaded tables: what is understood, and what is said of the rest."""

from __future__ import annotations

import pytest

from tierslieux.core.errors import SourceError
from tierslieux.imports.tableaux import LECTEURS
from tierslieux.planification.tables.lecture import (
    LuTable,
    Nature,
    RangeeLue,
    Rejet,
    Tableau,
    find_nature,
    merge_communes,
    read_lignes,
    simplify,
)
from tierslieux.planification.tables.modeles import COLONNES, FORMATS, write_modele
from tierslieux.planification.tables.services import LigneTable


def read(colonnes: str, *rangees: str) -> LuTable:
    """A table written as CSV with semicolons, header apart; rows are numbered from 2 as in a file."""
    noms = tuple(colonnes.split(";"))
    lues = tuple(
        RangeeLue(numero, dict(zip(noms, [cellule or None for cellule in rangee.split(";")], strict=True)))
        for numero, rangee in enumerate(rangees, start=2)
    )
    return read_lignes(Tableau(noms, lues, (), "CSV"), LECTEURS)


def test_a_building_is_read_as_people_write_it() -> None:
    lu = read(
        "Nom du bâtiment;CODE INSEE;Longitude;latitude;Coût en euros;Capacité;Horaires;Jours de marché;couleur",
        "Salle des fêtes;1004;0,1567;45.6484;12 000 €;150;du lundi au vendredi de 9h à 12h;Mardi et samedi;bleu",
    )
    assert lu.nature is Nature.CANDIDATS
    assert lu.ignorees == ("couleur",)
    assert lu.rejets == ()
    assert lu.lignes == (
        LigneTable(
            rang=2,
            nom="Salle des fêtes",
            commune_code="01004",  # a spreadsheet has dropped the first zero
            lon=0.1567,
            lat=45.6484,
            cout=12_000.0,
            capacite=150.0,
            horaires="Mo-Fr 09:00-12:00",
            jours_marche=("ma", "sa"),
        ),
    )


@pytest.mark.parametrize(
    ("rangee", "colonne", "valeur"),
    [
        (";16015;0,2;45,7;1;1;;", "nom", ""),
        ("Salle;1601;;;zéro;1;;", "coût", "zéro"),
        ("Salle;16015;0,2;45,7;0;1;;", "coût", "0"),
        ("Salle;16015;0,2;45,7;1;-5;;", "capacité", "-5"),
        ("Salle;16015;deux;45,7;1;1;;", "longitude", "deux"),
        ("Salle;16015;0,2;95;1;1;;", "latitude", "95"),
        ("Salle;16015;0,2;;1;1;;", "latitude", ""),
        ("Salle;;;;1;1;;", "longitude", ""),
        ("Salle;16 000 Angoulême;;;1;1;;", "code commune", "16 000 Angoulême"),
        ("Salle;16015;0,2;45,7;1;1;quand on veut;", "horaires", "quand on veut"),
        ("Salle;16015;0,2;45,7;1;1;;mardo", "marché", "mardo"),
    ],
)
def test_a_row_not_understood_is_said_with_its_column_and_value(rangee: str, colonne: str, valeur: str) -> None:
    bonne = "Mairie;16015;0,1;45,6;;;;"
    lu = read("nom;code commune;longitude;latitude;coût;capacité;horaires;marché", bonne, rangee)
    assert [ligne.nom for ligne in lu.lignes] == ["Mairie"]
    [rejet] = lu.rejets
    assert (rejet.ligne, rejet.colonne, rejet.valeur) == (3, colonne, valeur)
    assert rejet.attendu


def test_a_very_long_value_is_cut_where_it_is_repeated() -> None:
    [rejet] = read("nom;longitude;latitude", f"Salle;{'9' * 500};45").rejets
    assert len(rejet.valeur) < 100


@pytest.mark.parametrize(
    ("colonnes", "mot"),
    [
        ({"nom": "Nom"}, "où sont les bâtiments"),
        ({"nom": "Nom", "lon": "x"}, "latitude"),
        ({"lon": "x", "lat": "y"}, "nom"),
        ({"personnes": "Personnes"}, "code commune"),
        ({"personnes": "Personnes", "commune_code": "c", "lon": "x", "lat": "y"}, "deux tables"),
    ],
)
def test_a_file_that_says_neither_buildings_nor_people_is_refused_whole(colonnes: dict[str, str], mot: str) -> None:
    with pytest.raises(SourceError, match=mot):
        find_nature(colonnes)


def test_two_columns_that_say_the_same_are_refused() -> None:
    with pytest.raises(SourceError, match="« x » disent la même chose"):
        read("nom;longitude;x;latitude", "Salle;1;2;45")


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(SourceError, match="aucune ligne"):
        read("nom;longitude;latitude")


def test_people_of_merged_communes_are_added_and_an_empty_cell_is_no_zero() -> None:
    lu = read("code commune;nom de la commune;personnes", "16015;Angoulême;1 200,5", "16015;;300", "16102;Cognac;")
    assert lu.nature is Nature.PERSONNES
    assert lu.rejets == ()
    assert merge_communes(lu.lignes) == (LigneTable(2, None, "16015", personnes=1500.5),)


def test_zero_people_is_a_number() -> None:
    assert merge_communes(read("insee;besoin", "16015;0").lignes)[0].personnes == 0.0


def test_rows_that_could_not_be_cut_into_cells_are_told_too() -> None:
    illisible = Rejet(7, None, "a;b;c", "3 cellules")
    tableau = Tableau(("insee", "besoin"), (RangeeLue(2, {"insee": "16015", "besoin": "1"}),), (illisible,), "CSV")
    assert read_lignes(tableau, LECTEURS).rejets == (illisible,)


def test_names_are_compared_without_accents_nor_case() -> None:
    assert simplify("  Coût d’ouverture (€) ") == "cout d ouverture"


@pytest.mark.parametrize("extension", list(FORMATS))
@pytest.mark.parametrize("nature", list(Nature))
def test_each_template_is_read_back_as_what_it_is_for(nature: Nature, extension: str) -> None:
    corps = write_modele(nature, extension, [("16015", "Angoulême"), ("2A004", "Ajaccio")])
    tableau = LECTEURS.lire(corps, f"modele.{extension}")
    assert tableau.colonnes == COLONNES[nature]
    if nature is Nature.PERSONNES:
        assert [rangee.cellules["code commune"] for rangee in tableau.rangees] == ["16015", "2A004"]
        assert merge_communes(read_lignes(tableau, LECTEURS).lignes) == ()
