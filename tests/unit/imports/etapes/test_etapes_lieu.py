"""Commune and position: what is understood, what is corrected, what is rejected. The reference is tests/factories'."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement, Contexte, Record, Reject, RejectCode
from tierslieux.imports.etapes import commune, position

BREST = {"lon": -4.49, "lat": 48.40}


def place(**valeurs: Any) -> tuple[Record | Reject, Contexte]:
    contexte = make_contexte()
    return commune.clean(make_record(**valeurs), contexte), contexte


@pytest.mark.parametrize(
    ("valeurs", "code", "nom", "avertissements"),
    [
        ({"commune_code": "29019", "commune_nom": "BREST"}, "29019", "Brest", []),
        ({"commune_code": " 2a004 "}, "2A004", "Ajaccio", []),
        ({"commune_code": "72181"}, "72181", "Le Mans", []),
        ({"commune_code": "1053"}, "01053", "Bourg-en-Bresse", [Avertissement.CODE_COMPLETE]),
        ({"commune_code": "28262"}, "28103", "Cloyes-les-Trois-Rivières", [Avertissement.CODE_REMPLACE]),
        # Without a code: name and postcode.
        ({"commune_nom": "brest", "code_postal": "29200"}, "29019", "Brest", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "MANS", "code_postal": "72100"}, "72181", "Le Mans", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "BREST CEDEX 2", "code_postal": "29287"}, "29019", "Brest", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "29200 BREST", "code_postal": "29200"}, "29019", "Brest", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "Ajaccio", "code_postal": "20000"}, "2A004", "Ajaccio", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "St Denis", "code_postal": "97400"}, "97411", "Saint-Denis", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "ST-DENIS", "code_postal": "93200"}, "93066", "Saint-Denis", [Avertissement.CODE_DEDUIT]),
        # A former name, a place-name of a postcode that serves one commune, no postcode and a name that only one bears.
        ({"commune_nom": "Montigny le Gannelon", "code_postal": "28220"}, "28103", "Cloyes-les-Trois-Rivières",
         [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "Recouvrance", "code_postal": "29200"}, "29019", "Brest", [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "Brest"}, "29019", "Brest", [Avertissement.CODE_DEDUIT]),
        # Several communes at the postcode: the position decides.
        ({"commune_nom": "Le Bourg", "code_postal": "16190", "position": {"lon": 0.13, "lat": 45.50}}, "16254",
         "Montmoreau", [Avertissement.CODE_DEDUIT]),
        # A code of another département than the postcode and the name.
        ({"commune_code": "2A004", "commune_nom": "Saint-Denis", "code_postal": "97490"}, "97411", "Saint-Denis",
         [Avertissement.CODE_CONTREDIT]),
        # Arrondissements: by postcode, by name, by position; else the city.
        ({"commune_code": "75056", "code_postal": "75019"}, "75119", "Paris 19e Arrondissement", []),
        ({"commune_nom": "PARIS 19", "code_postal": "75019"}, "75119", "Paris 19e Arrondissement",
         [Avertissement.CODE_DEDUIT]),
        ({"commune_nom": "Paris", "code_postal": "75010"}, "75110", "Paris 10e Arrondissement",
         [Avertissement.CODE_DEDUIT]),
        ({"commune_code": "75056", "position": {"lon": 2.37, "lat": 48.87}}, "75119", "Paris 19e Arrondissement", []),
        ({"commune_code": "75056"}, "75056", "Paris", []),
        ({"commune_code": "75110"}, "75110", "Paris 10e Arrondissement", []),
        # A collectivity without boundaries keeps what its source says.
        ({"commune_code": "97801", "commune_nom": "Saint-Martin"}, "97801", "Saint-Martin",
         [Avertissement.COMMUNE_HORS_REFERENTIEL]),
    ],
)  # fmt: skip
def test_the_commune_of_today(valeurs, code: str, nom: str, avertissements: list[Avertissement]) -> None:
    record, contexte = place(**valeurs)
    assert isinstance(record, Record)
    assert (record.valeurs["commune_code"], record.valeurs["commune_nom"]) == (code, nom)
    assert sorted(contexte.avertissements.elements()) == sorted(avertissements)


@pytest.mark.parametrize(
    ("valeurs", "code", "champ", "valeur"),
    [
        ({"commune_code": "29999"}, RejectCode.CODE_INSEE_INCONNU, "commune_code", "29999"),
        ({"commune_code": "ABCDE"}, RejectCode.CODE_INSEE_INCONNU, "commune_code", "ABCDE"),
        ({"commune_code": "99999", "commune_nom": "Brest", "code_postal": "29200"}, RejectCode.CODE_INSEE_INCONNU,
         "commune_code", "99999"),
        ({}, RejectCode.COMMUNE_INTROUVABLE, "commune_nom", None),
        ({"commune_nom": "Bors", "code_postal": "16190"}, RejectCode.COMMUNE_INTROUVABLE, "commune_nom", "16190 Bors"),
        ({"commune_nom": "Le Bourg", "code_postal": "16190", "position": {"lon": float("nan"), "lat": 45.5}},
         RejectCode.COMMUNE_INTROUVABLE, "commune_nom", "16190 Le Bourg"),
        ({"commune_nom": "Saint-Denis"}, RejectCode.COMMUNE_INTROUVABLE, "commune_nom", "Saint-Denis"),
        # The postcode serves Bourg-en-Bresse alone, but Brest is a commune: one of the two is wrong.
        ({"commune_nom": "Brest", "code_postal": "01000"}, RejectCode.COMMUNE_INTROUVABLE, "commune_nom",
         "01000 Brest"),
    ],
)  # fmt: skip
def test_a_commune_that_nobody_can_tell(valeurs, code, champ, valeur) -> None:
    resultat, _ = place(**valeurs)
    assert isinstance(resultat, Reject)
    assert (resultat.code, resultat.champ, resultat.valeur) == (code, champ, valeur)


@pytest.mark.parametrize(
    ("texte", "publie", "avertissements"),
    [("29 200", "29200", 0), ("1000", "01000", 0), ("0", None, 1), ("2920O", None, 1)],
)
def test_postcodes(texte: str, publie: str | None, avertissements: int) -> None:
    record, contexte = place(commune_code="29019", code_postal=texte)
    assert isinstance(record, Record)
    assert record.valeurs.get("code_postal") == publie
    assert contexte.avertissements[Avertissement.CODE_POSTAL_ILLISIBLE] == avertissements


def locate(code: str = "29019", *, commune_certaine: bool = False, **valeurs: Any) -> tuple[Record | Reject, Contexte]:
    contexte = make_contexte(commune_certaine=commune_certaine)
    return position.clean(make_record(commune_code=code, **valeurs), contexte), contexte


@pytest.mark.parametrize(
    ("code", "point"),
    [
        ("29019", BREST),
        # Brest's square ends at 48.45: this point is 0.17° of latitude north of it, 18.9 km.
        ("29019", {"lon": -4.49, "lat": 48.62}),
        ("97411", {"lon": 55.45, "lat": -20.90}),
        ("97801", {"lon": -63.08, "lat": 18.07}),  # no polygon: the zone's box
    ],
)
def test_a_position_near_its_commune_is_kept(code: str, point: dict[str, float]) -> None:
    record, contexte = locate(code, position=point)
    assert isinstance(record, Record)
    assert record.valeurs["position"] == point | {"precision": "adresse"}
    assert not contexte.avertissements


@pytest.mark.parametrize(
    ("code", "point", "attendu"),
    [
        ("29019", {"lon": 0.0, "lat": 0.0}, RejectCode.COORDONNEES_NULLES),
        ("29019", {"lon": 48.40, "lat": -4.49}, RejectCode.COORDONNEES_INVERSEES),
        ("97411", {"lon": -20.90, "lat": 55.45}, RejectCode.COORDONNEES_INVERSEES),
        ("97801", {"lon": 18.07, "lat": -63.08}, RejectCode.COORDONNEES_INVERSEES),
        ("29019", {"lon": -9.0, "lat": 47.0}, RejectCode.COORDONNEES_HORS_COMMUNE),  # in the Atlantic
        ("29019", {"lon": 2.36, "lat": 48.87}, RejectCode.COORDONNEES_HORS_COMMUNE),  # Paris
        # 0.21° of latitude north of the square: 23.3 km.
        ("29019", {"lon": -4.49, "lat": 48.66}, RejectCode.COORDONNEES_HORS_COMMUNE),
        ("29019", {"lon": 151_000.0, "lat": 6_838_000.0}, RejectCode.COORDONNEES_HORS_COMMUNE),  # Lambert-93
        ("29019", {"lon": float("nan"), "lat": 48.4}, RejectCode.COORDONNEES_HORS_COMMUNE),
    ],
)
def test_a_position_that_contradicts_its_commune_rejects_the_record(code, point, attendu: RejectCode) -> None:
    rejet, _ = locate(code, position=point)
    assert isinstance(rejet, Reject)
    assert (rejet.code, rejet.champ) == (attendu, "position")
    assert rejet.valeur == f"{point['lat']}, {point['lon']}"


@pytest.mark.parametrize("point", [None, {"lon": None, "lat": 48.4}])
def test_without_a_position_the_town_hall_stands_for_it(point) -> None:
    record, contexte = locate(position=point)
    assert isinstance(record, Record)
    assert record.valeurs["position"] == {"lon": -4.4861, "lat": 48.3905, "precision": "commune"}
    assert contexte.avertissements == {Avertissement.POSITION_APPROCHEE: 1}


def test_without_a_position_nor_a_town_hall_the_centre_does() -> None:
    record, _ = locate("72181")
    assert isinstance(record, Record)
    assert record.valeurs["position"] == {"lon": 0.2, "lat": 48.0, "precision": "commune"}


@pytest.mark.parametrize("code", ["55039", "98818"])
def test_a_place_may_have_no_position_at_all(code: str) -> None:
    record, contexte = locate(code)
    assert isinstance(record, Record)
    assert "position" not in record.valeurs
    assert contexte.avertissements == {Avertissement.POSITION_ABSENTE: 1}


def test_when_the_commune_is_sure_a_far_position_is_replaced() -> None:
    record, contexte = locate(commune_certaine=True, position={"lon": 2.36, "lat": 48.87})
    assert isinstance(record, Record)
    assert record.valeurs["position"] == {"lon": -4.4861, "lat": 48.3905, "precision": "commune"}
    assert contexte.avertissements == {Avertissement.POSITION_ECARTEE: 1}
