"""Slots of a week to OpenStreetMap syntax."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.nettoyage.creneaux import MINUIT, format_semaine, merge_creneaux, parse_heure

MATIN, APRES_MIDI = (540, 720), (810, 1020)  # 9:00–12:00, 13:30–17:00


@pytest.mark.parametrize(
    ("texte", "minutes"),
    [("09:00", 540), ("9:05", 545), ("17:30:00", 1050), ("24:00", 1440), ("00:00", 0)],
)
def test_hours_to_minutes(texte: str, minutes: int) -> None:
    assert parse_heure(texte) == minutes


@pytest.mark.parametrize("texte", ["", "9", "9h00", "25:00", "24:01", "09:60", "09:00:30", "-1:00", "٠٩:٠٠", "1:2:3:4"])
def test_what_is_no_hour(texte: str) -> None:
    assert parse_heure(texte) is None


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [
        ([[MATIN]] * 5 + [[], []], "Mo-Fr 09:00-12:00"),
        ([[MATIN, APRES_MIDI], [MATIN, APRES_MIDI]], "Mo,Tu 09:00-12:00,13:30-17:00"),
        ([[MATIN], [APRES_MIDI], [MATIN]], "Mo,We 09:00-12:00; Tu 13:30-17:00"),
        ([[], [MATIN], [MATIN], [MATIN], [], [MATIN]], "Tu-Th,Sa 09:00-12:00"),
        ([[(0, MINUIT)]] * 7, "Mo-Su 00:00-24:00"),
        ([[], []], None),
        ([[APRES_MIDI, MATIN]], "Mo 09:00-12:00,13:30-17:00"),
    ],
)
def test_days_with_the_same_slots_stand_together(jours, attendu: str | None) -> None:
    assert format_semaine(jours) == attendu


@pytest.mark.parametrize(
    ("creneaux", "attendu"),
    [
        ([(540, 720), (540, 990), (840, 990)], [(540, 990)]),  # 9–12, 9–16:30, 14–16:30
        ([(540, 810), (810, 1020)], [(540, 1020)]),  # they touch
        ([(840, 1020), (540, 720)], [(540, 720), (840, 1020)]),  # not in order
        ([(540, 720), (540, 720)], [(540, 720)]),
    ],
)
def test_slots_that_overlap_become_their_union(creneaux, attendu) -> None:
    assert merge_creneaux(creneaux) == attendu


@st.composite
def semaines(draw):
    def jour():
        bornes = draw(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=4))
        return [(debut, fin) for debut, fin in bornes if debut < fin]

    return [jour() for _ in range(7)]


@given(semaines())
def test_any_week_is_valid_and_covers_the_same_minutes(semaine) -> None:
    texte = format_semaine(semaine)
    if not any(semaine):
        assert texte is None
        return
    assert is_valid(texte)
    for creneaux in semaine:
        attendu = {m for debut, fin in creneaux for m in range(debut, fin)}
        assert {m for debut, fin in merge_creneaux(creneaux) for m in range(debut, fin)} == attendu
