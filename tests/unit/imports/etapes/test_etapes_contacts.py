"""Phone numbers, web addresses, identifiers, opening hours."""

from __future__ import annotations

import pytest

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.etapes import courriel, horaires, pivot, telephone, url
from tierslieux.lieux.nettoyage import courriels, telephones, urls


@pytest.mark.parametrize(
    ("texte", "region", "attendu"),
    [
        ("02 98 00 11 22", "FR", "+33298001122"),
        ("02.98.00.11.22", "FR", "+33298001122"),
        ("0298001122", "FR", "+33298001122"),
        ("+33 (0)2 98 00 11 22", "FR", "+33298001122"),
        ("0033 2 98 00 11 22", "FR", "+33298001122"),
        ("+33298001122", "RE", "+33298001122"),
        ("02 98 00 11 22", "RE", "+33298001122"),  # a number of the métropole given by a place of La Réunion
        ("02 62 20 11 22", "RE", "+262262201122"),
        ("0262 20 11 22", "RE", "+262262201122"),
        ("05 90 20 11 22", "GP", "+590590201122"),
        ("+33590201122", "GP", "+590590201122"),
        ("269269602030", "YT", None),  # 269 is the Comoros, where no number is that long
        ("262269602030", "YT", "+262269602030"),
        ("+687 24 11 22", "NC", "+687241122"),
        ("3949", "FR", "3949"),
        ("39 49", "FR", "3949"),
        ("115", "FR", "115"),
        ("0 800 11 22 33", "FR", "+33800112233"),
        ("02 98 00 11 22 / 06 11 22 33 44", "FR", "+33298001122"),
        ("02 98 00 11 22 ou 3949", "FR", "+33298001122"),
        ("12 34", "FR", None),
        ("voir site", "FR", None),
        ("02 98 00 11", "FR", None),
        ("00 00 00 00 00", "FR", None),
        ("", "FR", None),
    ],
)
def test_phone_numbers(texte: str, region: str, attendu: str | None) -> None:
    assert telephones.parse_telephone(texte, region) == attendu


@pytest.mark.parametrize(
    ("texte", "region", "attendus"),
    [
        ("02 98 00 11 22 / 06 11 22 33 44", "FR", ["+33298001122", "+33611223344"]),
        ("02 98 00 11 22 ou 3949, 02.98.00.11.22", "FR", ["+33298001122", "3949"]),
        ("02 98 00 11 22-06 11 22 33 44", "FR", ["+33298001122", "+33611223344"]),
        ("Tél : 02 98 00 11 22 (accueil)", "FR", ["+33298001122"]),
        ("Standard 02 98 00 11 22 - Portable : 06 11 22 33 44", "FR", ["+33298001122", "+33611223344"]),
        ("Tél. 02 98 00 11 22 Fax 02 98 00 11 23", "FR", ["+33298001122"]),
        ("Fax : 02 98 00 11 23", "FR", []),
        ("02 98 00 11 22 poste 345", "FR", ["+33298001122"]),
        ("02 98 00 11 22, ext. 12", "FR", ["+33298001122"]),
        ("(+33) 2 98 00 11 22", "FR", ["+33298001122"]),
        ("0033(0)298001122", "FR", ["+33298001122"]),
        ("00 33 2 98 00 11 22", "FR", ["+33298001122"]),
        ("33298001122", "FR", ["+33298001122"]),
        ("298001122", "FR", ["+33298001122"]),  # a spreadsheet has eaten the zero
        ("02\u00a098\u00a000\u00a011\u00a022", "FR", ["+33298001122"]),
        # Without its territory, a number still begins like those of one only.
        ("0262 20 11 22", "FR", ["+262262201122"]),
        ("0590 20 11 22", "FR", ["+590590201122"]),
        ("24 11 22", "NC", ["+687241122"]),
        ("40 41 11 22", "PF", ["+68940411122"]),
        ("72 11 22", "WF", ["+681721122"]),
        ("41 11 22", "PM", ["+508411122"]),
        ("24 11 22", "FR", []),
        ("du 12/03/2023 au 15/04/2023", "FR", []),
        ("9" * 100_000, "FR", []),
    ],
)
def test_each_number_of_a_cell(texte: str, region: str, attendus: list[str]) -> None:
    assert list(telephones.list_telephones(texte, region)) == attendus


def test_what_comes_after_the_first_contact_goes_to_its_list() -> None:
    contexte = make_contexte()
    record = make_record(
        commune_nom="Brest",
        telephone="02 98 00 11 22 / 06 11 22 33 44",
        autres_telephones=["0298001122", "3949", "voir site"],
        courriel="accueil@brest.fr ; mairie@brest.fr, jeanne.dupont@brest.fr",
        autres_courriels=["accueil@brest.fr"],
        site_web="www.brest.fr et https://facebook.com/brest",
    )
    for etape in (telephone.clean, courriel.clean, url.clean):
        record = etape(record, contexte)
    assert record.valeurs == {
        "nom": "Médiathèque du Port",
        "commune_nom": "Brest",
        "telephone": "+33298001122",
        "autres_telephones": ["+33611223344", "3949"],
        "courriel": "accueil@brest.fr",
        "autres_courriels": ["mairie@brest.fr"],
        "site_web": "https://www.brest.fr",
        "autres_sites_web": ["https://facebook.com/brest"],
    }
    assert contexte.avertissements == {Avertissement.TELEPHONE_ILLISIBLE: 1}
    for etape in (telephone.clean, courriel.clean, url.clean):
        assert etape(record, contexte).valeurs == record.valeurs  # clean stays clean


@pytest.mark.parametrize(
    ("texte", "attendues"),
    [
        ("mailto:contact@ville.fr", ["contact@ville.fr"]),
        ("contact @ ville.fr", ["contact@ville.fr"]),
        ("contact@ville,fr", ["contact@ville.fr"]),
        ("contact@ville .fr", ["contact@ville.fr"]),
        ("contact@ville. fr", ["contact@ville.fr"]),
        ("contact (at) ville.fr", ["contact@ville.fr"]),
        ("contact[arobase]ville.fr", ["contact@ville.fr"]),
        ("Contact@Ville.FR", ["contact@ville.fr"]),
        ("contact@ville.fr,accueil@ville.fr", ["contact@ville.fr", "accueil@ville.fr"]),
        ("contact@ville.fr,fr@autre.fr", ["contact@ville.fr", "fr@autre.fr"]),
        ("écrire à la mairie", []),
        ("contact@", []),
        ("@ville.fr", []),
        ("a@" * 50_000, []),
    ],
)
def test_addresses_that_a_typing_error_hides(texte: str, attendues: list[str]) -> None:
    assert courriels.find_adresses(courriels.repair_courriel(texte)) == attendues


@pytest.mark.parametrize(("code", "region"), [("97411", "RE"), ("97801", "MF"), ("29019", "FR"), (None, "FR")])
def test_the_numbering_plan_is_that_of_the_commune(code: str | None, region: str) -> None:
    assert telephones.find_region(code) == region


def test_an_unreadable_number_is_left_out_and_counted() -> None:
    contexte = make_contexte()
    assert "telephone" not in telephone.clean(make_record(telephone="12 34"), contexte).valeurs
    assert contexte.avertissements == {Avertissement.TELEPHONE_ILLISIBLE: 1}


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("https://a.fr/b?c=1", "https://a.fr/b?c=1"),
        ("http://www.a.fr", "http://www.a.fr"),
        ("www.a.fr", "https://www.a.fr"),
        ("a.fr/page", "https://a.fr/page"),
        ("HTTP://A.fr", "http://A.fr"),
        ("http:/a.fr", "http://a.fr"),
        ("http//:a.fr", "http://a.fr"),
        ("https://a.fr, https://b.fr", "https://a.fr"),
        ("Le Labo http://labo.fr/", "http://labo.fr/"),
        ("mairie-éole.fr", "https://mairie-éole.fr"),
        ("https ://www.a.fr", "https://www.a.fr"),
        ("htpp://a.fr", "http://a.fr"),
        ("https:www.a.fr", "https://www.a.fr"),
        ("https://https://a.fr", "https://a.fr"),
        ("http:\\\\a.fr", "http://a.fr"),
        ("https://a.fr/page,12.html", "https://a.fr/page,12.html"),
        ("(https://a.fr).", "https://a.fr"),
        ("bit.ly/1abc", "https://bit.ly/1abc"),
        ("facebook.com/mairie.de.brest", "https://facebook.com/mairie.de.brest"),
        ("https://a.fr/cal/accueil@b.fr/rdv", "https://a.fr/cal/accueil@b.fr/rdv"),
        ("Mairie.Accueil", None),
        ("M.Dupont", None),
        ("Facebook : Mairie de Brest", None),
        ("javascript:alert(1)", None),
        ("JavaScript://a.fr/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("ftp://a.fr", None),
        ("contact@a.fr", None),
        ("https://user:mdp@a.fr", None),
        ("http://localhost", None),
        ("https://a.fr:port/", None),
        ("https://[::1", None),
        ("en cours", None),
        ("", None),
    ],
)
def test_web_addresses(texte: str, attendu: str | None) -> None:
    assert urls.parse_url(texte) == attendu


def test_an_address_that_names_a_person_is_left_out() -> None:
    contexte = make_contexte()
    record = url.clean(make_record(prise_rdv="https://a.fr/cal/jeanne.dupont@b.fr/rdv"), contexte)
    assert "prise_rdv" not in record.valeurs
    assert contexte.avertissements == {Avertissement.COURRIEL_NOMINATIF: 1}


def test_an_unreadable_address_is_left_out_and_counted() -> None:
    contexte = make_contexte()
    record = url.clean(make_record(site_web="javascript:alert(1)", prise_rdv="rdv.fr/1"), contexte)
    assert record.valeurs == {"nom": "Médiathèque du Port", "prise_rdv": "https://rdv.fr/1"}
    assert contexte.avertissements == {Avertissement.URL_ILLISIBLE: 1}


@pytest.mark.parametrize(
    ("texte", "sur"),
    [
        ("Mo-Fr 09:00-12:00,14:00-17:00; Sa 10:00-12:00", True),
        ("Mo-Fr 09:00-18:00; We off", True),
        ("Sa[1] 14:00-18:00", True),
        ("24/7", True),
        ("Mo 09:00-12:00,14:00-14:00", False),  # would be open for 24 hours
        ("Mo 18:00-09:00", False),
        ("Mo 09:00-12:00-14:00", False),
        ("Tu 12:30", False),
        ("du lundi au vendredi", False),
    ],
)
def test_hours_are_kept_only_when_they_are_sure(texte: str, sur) -> None:
    contexte = make_contexte()
    record = horaires.clean(make_record(horaires=texte), contexte)
    assert ("horaires" in record.valeurs) is sur
    assert contexte.avertissements[Avertissement.HORAIRES_ILLISIBLES] == (not sur)


@pytest.mark.parametrize(
    ("texte", "commune", "attendu"),
    [
        ("434 933 123 00029", "29019", "43493312300029"),
        ("43493312300028", "29019", None),  # wrong check sum
        ("w291234567", "29019", "W291234567"),
        ("1234567890", "98818", "1234567890"),
        ("1234567890", "29019", None),
    ],
)
def test_identifiers_of_organisations(texte: str, commune: str, attendu: str | None) -> None:
    assert pivot.parse_pivot(texte, commune) == attendu


def test_a_wrong_identifier_is_left_out_and_counted() -> None:
    contexte = make_contexte()
    assert "pivot" not in pivot.clean(make_record(pivot="123"), contexte).valeurs
    assert pivot.clean(make_record(pivot="434 933 123 00029"), contexte).valeurs["pivot"] == "43493312300029"
    assert contexte.avertissements == {Avertissement.PIVOT_ILLISIBLE: 1}
