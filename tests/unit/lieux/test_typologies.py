"""The national typology and the kinds that express it."""

from __future__ import annotations

from collections import Counter

from tierslieux.lieux.typologies import ANCIENS_CODES, GENRES_IMPLIQUES, TYPOLOGIES


def test_a_kind_expresses_one_code_at_most() -> None:
    comptes = Counter(genre for _, genre in TYPOLOGIES.values() if genre is not None)
    assert max(comptes.values()) == 1


def test_a_code_that_implies_a_kind_is_not_expressed_by_one() -> None:
    assert all(TYPOLOGIES[code][1] is None for code in GENRES_IMPLIQUES)


def test_former_codes_became_codes() -> None:
    assert all(nouveau in TYPOLOGIES and ancien not in TYPOLOGIES for ancien, nouveau in ANCIENS_CODES.items())
