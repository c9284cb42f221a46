"""Rows of one file that say one place."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.factories.imports import make_record
from tierslieux.imports.contrat import Record, RejectCode
from tierslieux.imports.doublons.rapprochement import compute_distance_m, group_records, is_meme_lieu, sort_repetitions


def lieu(
    identifiant: str = "1", *, lon: float = -4.49, lat: float = 48.4, precision="adresse", **valeurs: Any
) -> Record:
    position = {"lon": lon, "lat": lat, "precision": precision}
    return make_record(identifiant, commune_code="29019", position=position, **valeurs)


@pytest.mark.parametrize(
    ("autre", "meme"),
    [
        ({}, True),
        ({"nom": "MEDIATHEQUE du port"}, True),
        ({"nom": "Médiathèque de la Gare"}, False),
        ({"commune_code": "29061"}, False),
        # 0.0008° of latitude is 89 m, 0.0010° is 111 m.
        ({"lat": 48.4008}, True),
        ({"lat": 48.4010}, False),
        ({"lat": 48.4010, "adresse": "2 RUE DU PORT"}, True),
        ({"lat": 48.4008, "precision": "commune"}, False),
        ({"lat": 48.4008, "adresse": "9 rue du Port"}, True),
    ],
)
def test_same_name_same_commune_and_same_door(autre: dict[str, Any], meme) -> None:
    un = lieu(adresse="2, rue du Port")
    deux = lieu("2", **({"nom": "Médiathèque du Port"} | {c: v for c, v in autre.items() if c != "commune_code"}))
    deux.valeurs["commune_code"] = autre.get("commune_code", "29019")
    assert is_meme_lieu(un, deux) is meme
    assert is_meme_lieu(deux, un) is meme


def test_two_places_without_address_nor_exact_position_stay_two() -> None:
    un, deux = (lieu(numero, precision="commune") for numero in "12")
    assert len(group_records([un, deux])) == 2


def test_groups_keep_the_order_of_the_file_and_do_not_drift() -> None:
    # Each is 89 m north of the one before: the third is too far from the first, which speaks for the group.
    a, b, c = (lieu(n, lat=48.4 + rang * 0.0008) for rang, n in enumerate("abc"))
    assert [[r.identifiant for r in groupe] for groupe in group_records([a, b, c])] == [["a", "b"], ["c"]]


def test_an_identifier_given_twice() -> None:
    premier = lieu("7", adresse="2 rue du Port")
    tri = sort_repetitions(
        [premier, lieu("7", adresse="2 rue du Port"), lieu("7", nom="Autre"), lieu("8"), lieu("7", telephone="3949")]
    )
    assert tri.records[0] is premier
    assert [record.identifiant for record in tri.records] == ["7", "8"]
    assert tri.repetitions == 2
    assert [(rejet.code, rejet.valeur) for rejet in tri.rejets] == [(RejectCode.IDENTIFIANT_EN_DOUBLE, "7")]


def test_distance_of_one_degree() -> None:
    # A degree of latitude is π × 6,371,008.8 / 180 = 111,195 m; of longitude at 60°, half of it.
    assert compute_distance_m({"lon": 0, "lat": 0}, {"lon": 0, "lat": 1}) == pytest.approx(111_195, abs=1)
    assert compute_distance_m({"lon": 0, "lat": 60}, {"lon": 0.01, "lat": 60}) == pytest.approx(556, abs=0.5)


def test_two_writings_of_one_door_are_one_place() -> None:
    un = lieu("1", nom="La Capsule", adresse="5 rue des Marmots")
    deux = lieu("2", nom="Capsule Coworking", adresse="5 RUE DES MARMOTS")
    assert len(group_records([un, deux])) == 1


def test_two_counters_of_one_body_with_one_telephone_stay_two() -> None:
    un = lieu("1", nom="France services Pays Vert", adresse="2 rue Citrine", telephone="+33298000001")
    deux = lieu("2", nom="France services Pays Vert QPV", adresse="36 rue Bleue", telephone="+33298000001", lat=48.406)
    assert len(group_records([un, deux])) == 2


def test_a_file_whose_rows_all_stand_at_one_door_is_read_in_linear_time() -> None:
    noms = ("Amande", "Bouleau", "Cerise", "Datte", "Érable", "Figue", "Giroflée")
    records = [
        lieu(str(rang), nom=f"{noms[rang % 7]} {rang}", adresse="1 place Unique", telephone="+33298000001")
        for rang in range(3_000)
    ]
    debut = time.perf_counter()
    assert sum(map(len, group_records(records))) == 3_000
    assert time.perf_counter() - debut < 20
