"""The invented places of the program: all of them load, and say what they are."""

from __future__ import annotations

from tests.sources.conftest import load_twice
from tierslieux.imports.registre import DEMONSTRATION


def test_every_invented_place_loads_and_says_that_it_is_invented(fabrique_nationale) -> None:
    premier, _ = load_twice(fabrique_nationale, DEMONSTRATION.id, None)
    assert premier.created == premier.read == 25
    assert premier.avertissements == {}


def test_the_source_is_marked() -> None:
    assert DEMONSTRATION.est_inventee
    assert DEMONSTRATION.confiance == 0
