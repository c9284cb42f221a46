"""No cell of ours is ever run by a spreadsheet, and every text comes back as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.core.tableurs import neutralize, neutralize_ligne, restore

DANGEREUX = "=+-@\t\r\x00＝＋－＠"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Médiathèque du Port", "Médiathèque du Port"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("@SOMME(A1)", "'@SOMME(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t'=1"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        # Opened with the wrong separator, the end of the text is a cell of its own.
        ("Atelier;=1+1;x", "Atelier;'=1+1;x"),
        ("deux lignes\n=1+1", "deux lignes\n'=1+1"),
        # Already behind an apostrophe: one more, so that the way back is sure.
        ("'=1+1", "''=1+1"),
        ("l'atelier", "l'atelier"),
        # Numbers and phone numbers stay as other programs read them.
        ("+33298000001", "+33298000001"),
        ("-4,49", "-4,49"),
        ("+33298000001|+33298000002", "'+33298000001|+33298000002"),
        ("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00", "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00"),
    ],
)
def test_formulas_are_put_behind_an_apostrophe(texte: str, attendu: str) -> None:
    assert neutralize(texte) == attendu
    assert restore(attendu) == texte


@given(st.text(st.sampled_from("=+-@'\";,\t\r\n\x00＝a1 |"), max_size=12))
def test_every_text_comes_back_and_none_starts_as_a_formula(texte: str) -> None:
    neutre = neutralize(texte)
    assert restore(neutre) == texte
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", texte):
        for morceau in re.split(r"[;,\t\r\n]", neutre):
            assert not morceau.startswith(tuple(DANGEREUX))


@given(st.text())
def test_any_text_comes_back(texte: str) -> None:
    assert restore(neutralize(texte)) == texte


@given(st.lists(st.none() | st.floats() | st.text(st.sampled_from("=+-@'\";,.\t\r\n\x00＝a1 |"), max_size=8)))
def test_a_row_is_the_same_as_its_cells_one_by_one(cellules: list[float | str | None]) -> None:
    attendues = [neutralize(cellule) if isinstance(cellule, str) else cellule for cellule in cellules]
    assert neutralize_ligne(cellules) == pytest.approx(attendues, nan_ok=True)
