"""The grid of opening hours: what it shows, what it writes, and that both agree."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.contributions.formulaires.grille import (
    Grille,
    build_lignes,
    format_grille,
    list_champs,
    parse_grille,
    read_grille,
    read_heure,
)
from tierslieux.lieux.horaires import list_ouvertures
from tierslieux.lieux.nettoyage.horaires import is_sure

LUNDI = dt.datetime.combine(dt.date(2026, 3, 2), dt.time())  # a week without public holiday


@st.composite
def _jours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """None, one or two slots of a day, apart, in quarters of an hour."""
    bornes = sorted(draw(st.sets(st.integers(0, 96), max_size=4)))
    if len(bornes) % 2:
        bornes.pop()
    return tuple((bornes[rang] * 15, bornes[rang + 1] * 15) for rang in range(0, len(bornes), 2))


@st.composite
def _grilles(draw: st.DrawFn) -> Grille:
    jours = tuple(draw(_jours()) for _ in range(7))
    vides = [rang for rang, plages in enumerate(jours) if not plages]
    fermes = frozenset(draw(st.sets(st.sampled_from(vides)))) if vides else frozenset()
    return Grille(jours, fermes, draw(st.booleans()), draw(st.booleans()))


@given(_grilles())
def test_what_the_grid_says_is_written_and_read_back_the_same(grille: Grille) -> None:
    lue, fautes = read_grille(dict(list_champs(grille)))
    texte = format_grille(grille)
    if not any(grille.jours):
        assert texte is None
        assert bool(fautes) is not grille.est_vide
        return
    assert (lue, fautes) == (grille, [])
    assert texte is not None
    assert parse_grille(texte) == grille
    # Another reader, the library of opening hours, understands every text that the grid writes.
    assert is_sure(texte)
    ouvertures = list_ouvertures(texte, LUNDI, LUNDI + dt.timedelta(days=7), None)
    assert ouvertures is not None
    # It joins what touches at midnight and says "not known" of what is by appointment: minutes must agree.
    minutes = sum((plage.fin - plage.debut).total_seconds() / 60 for plage in ouvertures)
    assert minutes == sum(fin - debut for plages in grille.jours for debut, fin in plages)


@pytest.mark.parametrize(
    ("texte", "suite"),
    [
        ("Mo-Fr 09:00-12:00,14:00-17:00", None),
        ("Mo-Fr 09:00-12:00; Sa,Su off; PH off", None),
        ('Mo 09:00-12:00 unknown "sur rendez-vous"', None),
        # Other ways to write the same week come out in one.
        ("Tu 09:00-12:00; Mo 09:00-12:00", "Mo,Tu 09:00-12:00"),
        ("Mo-Fr 09:00-12:00; We off", "Mo,Tu,Th,Fr 09:00-12:00; We off"),
        ("Mo 09:00-12:00 ; PH closed ;", "Mo 09:00-12:00; PH off"),
        ("Sa-Tu 10:00-24:00", "Mo,Tu,Sa,Su 10:00-24:00"),
        ('Mo 09:00-12:00 "sur rendez-vous"', 'Mo 09:00-12:00 unknown "sur rendez-vous"'),
    ],
)
def test_weekly_texts_are_shown(texte: str, suite: str | None) -> None:
    grille = parse_grille(texte)
    assert grille is not None
    assert format_grille(grille) == (suite or texte)


@pytest.mark.parametrize(
    "texte",
    [
        "24/7",
        "Mo-Fr 08:00-10:00,11:00-12:00,14:00-17:00",
        "Mo[1] 14:00-17:00",
        "week 1-53/2 We 09:00-12:00",
        "Jul-Aug Mo 09:00-12:00",
        "SH off; Mo 09:00-12:00",
        "Fr 18:00-02:00",
        "Mo 09:00-12:00,12:00-14:00",
        'Mo 09:00-12:00; Tu 09:00-12:00 unknown "sur rendez-vous"',
        'Mo 09:00-12:00 "entrée par la cour"',
        "Mo-Su off",
        "PH off",
        "",
        "n'importe quoi",
    ],
)
def test_what_a_grid_would_betray_is_not_shown(texte: str) -> None:
    assert parse_grille(texte) is None


@pytest.mark.parametrize(
    ("ecrite", "minutes"),
    [
        ("9h", 540),
        ("9 h 30", 570),
        ("09:05", 545),
        ("9.45", 585),
        ("9", 540),
        ("24:00", 1440),
        ("25:00", None),
        ("9h75", None),
        ("midi", None),
        ("", None),
    ],
)
def test_times_are_read_as_people_write_them(ecrite: str, minutes: int | None) -> None:
    assert read_heure(ecrite) == minutes


@pytest.mark.parametrize(
    ("champs", "morceau"),
    [
        ({"h0_0_debut": "9h"}, "il manque une heure"),
        ({"h0_0_debut": "9h", "h0_0_fin": "tard"}, "14:30"),
        ({"h1_0_debut": "12:00", "h1_0_fin": "09:00"}, "après l’heure de début"),
        ({"h1_0_debut": "9h", "h1_0_fin": "12h", "h1_1_debut": "11h", "h1_1_fin": "14h"}, "chevauchent"),
        ({"h2_0_debut": "9h", "h2_0_fin": "12h", "h2_ferme": "1"}, "ce jour est fermé"),
        ({"h2_ferme": "1"}, "au moins un jour"),
        ({"h_rdv": "1"}, "au moins un jour"),
    ],
)
def test_what_is_wrong_is_said_with_its_day(champs: dict[str, str], morceau: str) -> None:
    _grille, fautes = read_grille(champs)
    assert any(morceau in faute for faute in fautes)


def test_monday_is_copied_to_friday_over_days_of_which_nothing_is_said() -> None:
    champs = {"h0_0_debut": "9h", "h0_0_fin": "12h", "h2_0_debut": "14h", "h2_0_fin": "16h", "h4_ferme": "1"}
    grille, fautes = read_grille(champs | {"h_copier": "1"})
    assert fautes == []
    assert format_grille(grille) == "Mo,Tu,Th 09:00-12:00; We 14:00-16:00; Fr off"


def test_a_time_that_is_none_stays_in_a_field_of_text() -> None:
    lignes = build_lignes({"h0_0_debut": "9h", "h0_0_fin": "vers midi"})
    assert lignes[0].heures[:2] == (("h0_0_debut", "09:00", True), ("h0_0_fin", "vers midi", False))
    assert lignes[1].heures[0] == ("h1_0_debut", "", True)
