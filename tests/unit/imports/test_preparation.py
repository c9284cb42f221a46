"""A file compared with what is loaded; addresses of places that never change."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.imports import REFERENTIEL, make_record
from tierslieux.imports.contrat import Record
from tierslieux.imports.preparation import (
    Existante,
    compute_difference,
    compute_empreinte,
    prepare_load,
)
from tierslieux.imports.registre import get_source
from tierslieux.lieux.identite import build_public_id

JOUR = dt.date(2024, 8, 1)


def existante(record: Record, *, lieu_id: int, numero: int = 1, est_disparue: bool = False) -> Existante:
    return Existante(numero, record.identifiant, lieu_id, compute_empreinte(record), record.date_maj, est_disparue)


def test_a_first_file_opens_a_place_for_each_group() -> None:
    a, b, c = (make_record(identifiant) for identifiant in "abc")
    difference = compute_difference([[a, b], [c]], {}, sha256="f")
    assert [(n.record.identifiant, n.rang, n.ouvre) for n in difference.nouvelles] == [
        ("a", 0, True),
        ("b", 0, False),
        ("c", 1, True),
    ]
    assert (difference.creees, difference.rattachees, difference.part_perdue) == (2, 1, 0.0)


def test_the_same_file_again_is_unchanged() -> None:
    a, b = make_record("a"), make_record("b")
    difference = compute_difference(
        [[a, b]], {"a": existante(a, lieu_id=1), "b": existante(b, lieu_id=1, numero=2)}, sha256="f"
    )
    assert (len(difference.inchangees), difference.nouvelles, difference.modifiees) == (2, [], [])
    assert (difference.redatees, difference.disparues) == ([], [])


def test_a_new_row_joins_the_place_of_the_one_it_repeats_wherever_that_one_is_linked_now() -> None:
    a, b = make_record("a"), make_record("b")
    difference = compute_difference([[b, a]], {"a": existante(a, lieu_id=42)}, sha256="f")
    (nouvelle,) = difference.nouvelles
    assert (nouvelle.record.identifiant, nouvelle.lieu_id, nouvelle.ouvre) == ("b", 42, False)


def test_links_that_exist_are_never_moved() -> None:
    a, b = make_record("a"), make_record("b")
    connues = {"a": existante(a, lieu_id=1), "b": existante(b, lieu_id=2, numero=2)}
    assert compute_difference([[a, b]], connues, sha256="f").nouvelles == []


def test_what_changed_what_vanished_what_came_back() -> None:
    a, b, c, d = (make_record(identifiant) for identifiant in "abcd")
    connues = {
        "a": existante(a, lieu_id=1, numero=1),
        "b": existante(b, lieu_id=2, numero=2),
        "c": existante(c, lieu_id=3, numero=3, est_disparue=True),
        "d": existante(d, lieu_id=4, numero=4, est_disparue=True),
    }
    change = replace(a, valeurs=a.valeurs | {"telephone": "3949"})
    difference = compute_difference([[change], [c]], connues, sha256="f")
    assert [fiche.id for fiche, _, _ in difference.modifiees] == [1]
    assert [fiche.id for fiche in difference.inchangees] == [3]
    assert [fiche.id for fiche in difference.disparues] == [2]  # "d" had vanished before
    assert difference.part_perdue == 0.5  # one of the two that were there


def test_a_later_date_alone_is_no_change() -> None:
    avant = replace(make_record("a"), date_maj=JOUR)
    apres = replace(avant, date_maj=dt.date(2025, 1, 1))
    difference = compute_difference([[apres]], {"a": existante(avant, lieu_id=1)}, sha256="f")
    assert len(difference.inchangees) == 1
    assert [date for _, date in difference.redatees] == [dt.date(2025, 1, 1)]


def test_the_digest_tells_what_is_said_not_the_order_of_its_parts() -> None:
    a = make_record("a", brut={"x": "1", "y": None}, telephone="3949")
    b = make_record("a", brut={"y": None, "x": "1"}, telephone="3949")
    assert compute_empreinte(a) == compute_empreinte(b)
    assert compute_empreinte(a) != compute_empreinte(make_record("a", brut={"x": "1"}, telephone="3949"))


def test_public_ids_are_the_same_everywhere() -> None:
    # The first 50 bits of the digest, five by five.
    bits = bin(int(hashlib.sha256(b"france-services\x1f1").hexdigest(), 16) + (1 << 256))[3:53]
    attendu = "".join("0123456789abcdefghjkmnpqrstvwxyz"[int(bits[i : i + 5], 2)] for i in range(0, 50, 5))
    assert build_public_id("france-services", "1") == attendu
    assert build_public_id("france-services", "1", 1) not in {attendu, build_public_id("france-services", "1", 2)}


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_public_ids_are_ten_plain_signs(source_id: str, identifiant: str) -> None:
    public_id = build_public_id(source_id, identifiant)
    assert len(public_id) == 10
    assert set(public_id) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_every_row_is_counted_once() -> None:
    lignes = "\n".join(f"{n},Lieu inventé {n % 7},fablab,29019,Brest,{n} rue Inventée,-4.49,48.4" for n in range(40))
    contenu = f"id,nom,modele,code_insee,commune,adresse,longitude,latitude\n{lignes}\n3,Autre,,29019,,,,\n,x,,,,,,\n"
    vues: list[int] = []
    preparation = prepare_load(get_source("demonstration"), contenu.encode(), REFERENTIEL, on_ligne=vues.append)
    records = sum(len(groupe) for groupe in preparation.groupes)
    assert preparation.lues == 42 == records + preparation.repetitions + len(preparation.rejets)
    assert [rejet.code.value for rejet in preparation.rejets] == ["IDENTIFIANT_EN_DOUBLE", "IDENTIFIANT_MANQUANT"]
    assert vues == []  # told every 500 rows
