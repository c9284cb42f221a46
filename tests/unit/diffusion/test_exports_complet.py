"""The complete model: one column a field, under its own name, in every format that shares it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

from tests.factories.publies import build_contexte, build_publie
from tierslieux.core.texte_csv import format_nombre
from tierslieux.diffusion.exports.complet import COLONNES, build_cellules
from tierslieux.diffusion.exports.csv_complet import write_csv
from tierslieux.lieux.extraction import LieuPublie
from tierslieux.lieux.resolution import CHAMPS


def build_dict(lieu: LieuPublie) -> dict[str, Any]:
    return dict(zip(COLONNES, build_cellules(lieu, build_contexte(lieu).attribute(lieu)), strict=True))


def test_columns_are_the_fields_in_their_order_and_where_they_come_from() -> None:
    assert COLONNES[0] == "identifiant"
    assert COLONNES[-3:] == ("date_maj", "source", "licence")
    champs = [colonne for colonne in COLONNES[1:-3] if colonne not in {"longitude", "latitude", "precision"}]
    assert champs == [champ for champ in CHAMPS if champ not in {"position", "evenements"}]
    assert max(Counter(COLONNES).values()) == 1


def test_each_cell_stands_under_its_name() -> None:
    """Every field has its own value: one cell out of place would show."""
    textes = {champ: f"valeur de {champ}" for champ in ("nom", "horaires", "courriel", "prise_rdv", "presentation")}
    listes = {champ: [f"{champ}-1", f"{champ}-2"] for champ in ("publics", "typologies", "services", "programmes")}
    cellules = build_dict(
        build_publie(
            "abc",
            **textes,
            **listes,
            position={"lon": -4.49, "lat": 48.39, "precision": "commune"},
            itinerant=True,
            accessible=False,
            mentions=("bretagne 2020-05-01", "essai 2026-01-01"),
        )
    )
    assert {champ: cellules[champ] for champ in textes} == textes
    assert {champ: cellules[champ] for champ in listes} == {champ: "|".join(codes) for champ, codes in listes.items()}
    assert cellules["identifiant"] == "abc"
    assert (cellules["longitude"], cellules["latitude"], cellules["precision"]) == (-4.49, 48.39, "commune")
    assert (cellules["itinerant"], cellules["accessible"], cellules["ferme"]) == ("oui", "non", None)
    assert cellules["genres"] == "france-services"
    assert cellules["frais"] is None
    assert cellules["date_maj"] == "2026-01-01"
    assert cellules["source"] == "Tiers-lieux de Bretagne|Source d’essai"
    assert cellules["licence"] == "CC BY 4.0|Licence Ouverte 2.0"


def test_an_invented_place_says_so() -> None:
    cellules = build_dict(build_publie(mentions=("demonstration",)))
    assert cellules["source"] == "Lieux inventés (démonstration)"
    assert cellules["licence"] == "Données inventées"


def test_a_bar_inside_an_item_does_not_make_two_items() -> None:
    assert build_dict(build_publie(autres_formations_labels=["a|b", "c"]))["autres_formations_labels"] == "a/b|c"


def test_numbers_keep_their_digits_and_have_no_exponent() -> None:
    assert [format_nombre(n) for n in (-4.486, 166.7270001, 0.00001, 48.0)] == [
        "-4.486",
        "166.7270001",
        "0.00001",
        "48.0",
    ]


def test_the_csv_opens_in_french_spreadsheets_and_runs_nothing() -> None:
    lieux = [
        build_publie("a", nom="=1+1", telephone="+33298000001", adresse='1 "bis"; rue\nInventée'),
        build_publie("b"),
    ]
    texte = b"".join(write_csv([lieux[:1], lieux[1:]], build_contexte(*lieux))).decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))
    assert [ligne["identifiant"] for ligne in lignes] == ["a", "b"]
    assert lignes[0]["nom"] == "'=1+1"
    assert lignes[0]["telephone"] == "+33298000001"
    assert lignes[0]["adresse"] == '1 "bis"; rue\nInventée'
    assert lignes[0]["longitude"] == "-4.49"
    assert lignes[1]["horaires"] == ""
