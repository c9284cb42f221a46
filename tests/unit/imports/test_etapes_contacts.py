"""Phone numbers, web addresses, identifiers, opening hours."""

from __future__ import annotations

import pytest

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.etapes import horaires, pivot, telephone, url


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
    assert telephone.parse_telephone(texte, region) == attendu


@pytest.mark.parametrize(("code", "region"), [("97411", "RE"), ("97801", "MF"), ("29019", "FR"), (None, "FR")])
def test_the_numbering_plan_is_that_of_the_commune(code: str | None, region: str) -> None:
    assert telephone.find_region(code) == region


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
    assert url.parse_url(texte) == attendu


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
