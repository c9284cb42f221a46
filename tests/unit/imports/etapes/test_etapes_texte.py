"""Texts, capitals, names and addresses."""

from __future__ import annotations

import pytest

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Record, Reject, RejectCode
from tierslieux.imports.etapes import adresse, texte
from tierslieux.lieux.nettoyage import adresses, casse, noms


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("Plain", "Plain"),
        ("  deux   mots\t", "deux mots"),
        ("L\u0027E\u0301cole", "L'École"),  # e and a combining accent
        ("zéro\u200blargeur\u00a0ici", "zérolargeur ici"),
        (r"Lundi\xA0\x3A\x20Marché", "Lundi : Marché"),
        ("Bibliothèque \\", "Bibliothèque"),
        ("Café &amp; Cie", "Café & Cie"),
        ("ligne\nsuivante", "ligne suivante"),
        ("-", None),
        (" N/A ", None),
        ("NC", None),
        ("Néant", None),
        ("", None),
        ("\u200b", None),
    ],
)
def test_texts(avant: str, apres: str | None) -> None:
    assert texte.clean_texte(avant) == apres


def test_absent_texts_and_empty_lists_leave_the_record() -> None:
    record = texte.clean(make_record(adresse=" . ", genres=[], accessible=False), make_contexte())
    assert isinstance(record, Record)
    assert record.valeurs == {"nom": "Médiathèque du Port", "accessible": False}


def test_a_record_that_is_clean_is_left_alone() -> None:
    record = make_record(adresse="2 rue du Port")
    assert texte.clean(record, make_contexte()) is record


def test_without_a_name_there_is_no_place() -> None:
    rejet = texte.clean(make_record(nom="-"), make_contexte())
    assert isinstance(rejet, Reject)
    assert (rejet.code, rejet.champ, rejet.valeur) == (RejectCode.NOM_MANQUANT, "nom", "-")


def test_a_text_longer_than_its_field_is_rejected_and_shortened() -> None:
    rejet = texte.clean(make_record(adresse="x" * 3_000), make_contexte())
    assert isinstance(rejet, Reject)
    assert (rejet.code, rejet.champ, len(rejet.valeur or "")) == (RejectCode.VALEUR_TROP_LONGUE, "adresse", 1_001)


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("MEDIATHEQUE DE SAINTE SEVERE", "Médiathèque de Sainte-Sévère"),
        ("Bibliotheque De La Gare", "Bibliothèque de La Gare"),
        ("CCAS DE SAINTE-SEVERE", "CCAS de Sainte-Sévère"),
        ("MAIRIE", "Mairie"),
        ("FABLAB 3D L'ATELIER", "Fablab 3D l'Atelier"),
        ("MJC", "MJC"),
        ("KOLOK", "KOLOK"),  # a lone word may be a brand
        ("La Kazerne", "La Kazerne"),
        ("point lecture", "Point lecture"),
        ("iLab de sainte severe", "iLab de sainte severe"),
        ("Médiathèque D’ILLE", "Médiathèque D’ILLE"),
    ],
)
def test_names(avant: str, apres: str) -> None:
    assert noms.clean_nom(avant, "Sainte-Sévère") == apres


def test_the_commune_is_not_looked_for_inside_words() -> None:
    assert casse.restore_commune("Eugénie d'Eu, Leu", "Eu") == "Eugénie d'Eu, Leu"
    assert casse.restore_commune("Mairie de Cœur", "Cœur") == "Mairie de Cœur"
    assert casse.restore_commune("Saint Jean, SAINT-JEAN", "Saint-Jean") == "Saint-Jean, Saint-Jean"


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("2 rue du Port", "2 rue du Port"),
        ("12 PL DE L 'EGLISE", "12 Place de l'Église"),
        ("8 AV DU DR ROUX", "8 Avenue du Dr Roux"),
        ("46 BIS RUE JEAN-JACQUES ROUSSEAU", "46 Bis Rue Jean-Jacques Rousseau"),
        ("ZA LES PRES BP 42", "ZA les Pres BP 42"),
        ("52 rue du Moulin -", "52 rue du Moulin"),
        ("3 , rue Haute", "3, rue Haute"),
        ("94 quai du Fort 29200 Brest", "94 quai du Fort"),
        ("10 rue 29200", "10 rue"),
        ("BREST", None),
        ("brest", None),
        (" - ", None),
    ],
)
def test_addresses(avant: str, apres: str | None) -> None:
    assert adresses.clean_adresse(avant, "29200", "Brest") == apres


def test_an_address_that_only_repeats_the_commune_is_absent() -> None:
    record = adresse.clean(make_record(adresse="Brest", commune_nom="Brest"), make_contexte())
    assert "adresse" not in record.valeurs


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("15 bis RUE DU BOSQUET", "15 bis Rue du Bosquet"),
        ("5bis RUE GAMBETTA", "5bis Rue Gambetta"),
        ("12 PLACE des Leups", "12 Place des Leups"),
        ("LUPINO", "Lupino"),
        ("ZA DU BOSC", "ZA du Bosc"),
        ("N°12 rue des Lilas", "12 rue des Lilas"),
        ("0 Rue des Oiseaux", "Rue des Oiseaux"),
        ("0 0", None),
        ("2", None),
        ("02 rue des Lilas", "02 rue des Lilas"),
    ],
)
def test_numbers_and_capitals_of_addresses(avant: str, apres: str | None) -> None:
    assert adresses.clean_adresse(avant, None, None) == apres


def test_texts_of_lists_are_cleaned_one_by_one() -> None:
    record = texte.clean(make_record(autres_telephones=["  02 98 00 11 22 ", "-", ""]), make_contexte())
    assert isinstance(record, Record)
    assert record.valeurs["autres_telephones"] == ["02 98 00 11 22"]
    rejet = texte.clean(make_record(autres_courriels=["x" * 501]), make_contexte())
    assert isinstance(rejet, Reject)
    assert (rejet.code, rejet.champ) == (RejectCode.VALEUR_TROP_LONGUE, "autres_courriels")
