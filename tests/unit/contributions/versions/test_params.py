"""What addresses may hold: bounds, and nonsense that is left out and named."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.contributions.versions.params import (
    NUMERO_MAX,
    parse_avant,
    parse_filtre,
    parse_nom,
    parse_public_id,
)
from tierslieux.core.errors import NotFoundError


def test_days_are_those_of_paris_and_both_inside() -> None:
    filtre = parse_filtre({"debut": "2026-01-10", "fin": "2026-07-10"})
    assert filtre.debut_at is not None
    assert filtre.fin_at is not None
    assert filtre.debut_at.astimezone(dt.UTC) == dt.datetime(2026, 1, 9, 23, tzinfo=dt.UTC)
    assert filtre.fin_at.astimezone(dt.UTC) == dt.datetime(2026, 7, 10, 22, tzinfo=dt.UTC)
    assert filtre.to_args() == {"debut": "2026-01-10", "fin": "2026-07-10"}


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    demande = {"acteur": "x'; DROP TABLE", "objet": "sans-deux-points", "debut": "hier", "fin": "9999-01-01"}
    filtre = parse_filtre(demande | {"action": "\x00", "avant": "-3"})
    assert set(filtre.refuses) == {"acteur", "objet", "debut", "fin", "action"}
    assert filtre.to_args() == {}
    assert filtre.avant is None


@pytest.mark.parametrize(
    ("texte", "lu"),
    [("12", 12), ("", None), ("-1", None), ("1e3", None), ("٣", None), ("9" * 19, NUMERO_MAX), ("9" * 30, None)],
)
def test_the_start_of_a_page_is_a_number_that_a_row_can_have(texte: str, lu: int | None) -> None:
    assert parse_avant({"avant": texte}) == lu


@pytest.mark.parametrize("texte", ["", "a" * 81, "a/b", "\x00", "<b>"])
def test_a_name_that_nobody_bears_leads_nowhere(texte: str) -> None:
    with pytest.raises(NotFoundError):
        parse_nom(texte)


@pytest.mark.parametrize("texte", ["", "a" * 65, "é", "a b", "a\x00"])
def test_an_id_that_no_place_bears_leads_nowhere(texte: str) -> None:
    with pytest.raises(NotFoundError):
        parse_public_id(texte)
