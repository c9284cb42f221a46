"""Parents from communes, on cases worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.factories.indicateurs import build_indicateur
from tierslieux.indicateurs.agregation import aggregate, aggregate_villes
from tierslieux.indicateurs.catalogue import Agregation, Unite

SOMME = build_indicateur("compte")
MOYENNE = build_indicateur("part", unite=Unite.PART, agregation=Agregation.MOYENNE, poids="compte")

# Two départements of one région, an EPCI over both, an island without EPCI, and a région whose people nobody counted.
COMMUNES = pd.DataFrame(
    {
        "epci": ["E1", "E1", "E2", None, "E3", "E3"],
        "departement": ["A", "A", "B", "B", "M", "M"],
        "region": ["R", "R", "R", "R", "S", "S"],
        "population": [600.0, 300.0, 95.0, 5.0, math.nan, math.nan],
    },
    index=["a1", "a2", "b1", "b2", "m1", "m2"],
)


def test_sums_are_those_of_the_children_at_every_level() -> None:
    valeurs = pd.Series({"a1": 6.0, "a2": 3.0, "b1": 1.0, "b2": 2.0, "m1": 4.0, "m2": 5.0})
    parents = aggregate(COMMUNES, valeurs, SOMME, None)
    assert parents.to_dict() == {
        ("epci", "E1"): 9,
        ("epci", "E2"): 1,
        ("epci", "E3"): 9,
        ("departement", "A"): 9,
        ("departement", "B"): 3,
        ("departement", "M"): 9,
        ("region", "R"): 12,
        ("region", "S"): 9,
        ("france", "FR"): 21,
    }


def test_averages_are_weighted() -> None:
    valeurs = pd.Series({"a1": 0.1, "a2": 0.4, "b1": 0.2, "b2": 0.2})
    poids = pd.Series({"a1": 300.0, "a2": 100.0, "b1": 50.0, "b2": 50.0, "m1": 10.0})
    parents = aggregate(COMMUNES, valeurs, MOYENNE, poids)
    # A: (300 × 0.1 + 100 × 0.4) / 400 = 0.175; R: (30 + 40 + 10 + 10) / 500 = 0.18.
    assert parents["departement", "A"] == pytest.approx(0.175)
    assert parents["region", "R"] == pytest.approx(0.18)
    assert ("region", "S") not in parents.index


def test_a_parent_needs_nine_tenths_of_its_people() -> None:
    # Without b2 (5 of 100), B keeps a value; without a2 (300 of 900), A has none; R lacks 305 of 1000.
    parents = aggregate(COMMUNES, pd.Series({"a1": 6.0, "b1": 1.0, "m1": 4.0}), SOMME, None)
    assert parents.to_dict() == {("epci", "E2"): 1, ("departement", "B"): 1}
    # Exactly nine tenths is enough.
    communes = COMMUNES.assign(population=[900.0, 100.0, 1.0, 1.0, math.nan, math.nan])
    assert aggregate(communes, pd.Series({"a1": 6.0}), SOMME, None)["departement", "A"] == 6


def test_a_value_without_weight_does_not_cover_anybody() -> None:
    valeurs = pd.Series({"a1": 0.1, "a2": 0.4})
    parents = aggregate(COMMUNES, valeurs, MOYENNE, pd.Series({"a1": 300.0}))
    assert ("departement", "A") not in parents.index


def test_nothing_is_made_of_what_cannot_be_added() -> None:
    mediane = build_indicateur("mediane", unite=Unite.EUROS, agregation=Agregation.AUCUNE)
    assert aggregate(COMMUNES, pd.Series({"a1": 1.0}), mediane, None).empty
    assert aggregate(COMMUNES, pd.Series({"a1": 1.0}), MOYENNE, None).empty


def test_weights_that_are_all_zero_give_nothing() -> None:
    valeurs = pd.Series({"a1": 0.1, "a2": 0.4})
    parents = aggregate(COMMUNES, valeurs, MOYENNE, pd.Series({"a1": 0.0, "a2": 0.0}))
    assert parents.empty


def test_a_city_from_its_arrondissements() -> None:
    arrondissements = pd.DataFrame(
        {"ville": ["V", "V", "W"], "population": [10.0, 30.0, 5.0]}, index=["v1", "v2", "w1"]
    )
    sommes = aggregate_villes(arrondissements, pd.Series({"v1": 2.0, "v2": 3.0}), SOMME, None)
    assert sommes.to_dict() == {("commune", "V"): 5}
    assert aggregate_villes(arrondissements, pd.Series({"v2": 3.0}), SOMME, None).empty  # 30 of 40 people
