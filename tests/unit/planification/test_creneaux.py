"""Half-days: when places are open, and what opening one more gains, on instances made by hand and by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from tierslieux.planification.creneaux.creneaux import (
    CRENEAUX,
    RANGS,
    Creneau,
    Partie,
    build_matrice,
    compute_gains,
    compute_ouvertures,
    find_creneau,
    find_meilleurs,
    group_lieu,
)

LUNDI, LUNDI_APRES, SAMEDI = Creneau(0, Partie.MATIN), Creneau(0, Partie.APRES_MIDI), Creneau(5, Partie.MATIN)


def read(texte: str | None) -> set[str] | None:
    ouvertures = compute_ouvertures(texte, 2026)
    return None if ouvertures is None else {creneau.code for creneau in ouvertures}


def test_there_are_twenty_one_half_days_each_with_a_code_and_words() -> None:
    assert len(CRENEAUX) == len(RANGS) == 21
    assert find_creneau("sa-matin") == SAMEDI
    assert [find_creneau(creneau.code) for creneau in CRENEAUX] == list(CRENEAUX)
    assert (SAMEDI.libelle, Creneau(6, Partie.APRES_MIDI).libelle) == ("samedi matin", "dimanche après-midi")
    assert find_creneau("samedi") is None


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Mo,Tu 09:00-12:00", {"lu-matin", "ma-matin"}),
        # To 12:30 or 13:00 is no afternoon, from 12:00 no morning.
        ("Mo 09:00-13:00; Tu 12:00-17:00", {"lu-matin", "ma-apres"}),
        ("We 09:00-14:00", {"me-matin", "me-apres"}),
        # Less than an hour is no half-day; two halves of an hour are one.
        ("Sa 11:30-12:00", set()),
        ("Sa 09:00-09:30,11:00-11:30", {"sa-matin"}),
        ("Fr 14:00-18:30", {"ve-apres"}),
        ("Fr 14:00-19:00", {"ve-apres", "ve-soir"}),
        # Beyond midnight.
        ("Sa 19:00-26:00", {"sa-soir"}),
        ("24/7", {creneau.code for creneau in CRENEAUX}),
        ("off", set()),
    ],
)
def test_a_half_day_counts_from_an_hour_on(texte: str, attendu: set[str]) -> None:
    assert read(texte) == attendu


def test_hours_of_some_weeks_count_when_they_are_half_of_the_year() -> None:
    assert read("week 01-53/2 Sa 09:00-12:00") == {"sa-matin"}
    assert read("Sa[1] 09:00-12:00") == set()
    assert read("Jan-Sep Mo 09:00-12:00; Oct-Dec Tu 09:00-12:00") == {"lu-matin"}


@pytest.mark.parametrize("texte", [None, "", "le lundi matin", "SH Mo 09:00-12:00"])
def test_hours_that_cannot_be_read_or_trusted_are_not_known(texte: str | None) -> None:
    assert read(texte) is None


def build_temps(lignes: list[list[float | None]]) -> csr_array:
    """(places, points) minutes, None for a pair beyond the limit; 0 minutes is a pair."""
    temps = csr_array((len(lignes), len(lignes[0])))
    paires = [(i, j, t) for i, ligne in enumerate(lignes) for j, t in enumerate(ligne) if t is not None]
    nombres = np.bincount([i for i, _, _ in paires], minlength=len(lignes))
    temps.indptr = np.concatenate(([0], np.cumsum(nombres)))
    temps.indices = np.array([j for _, j, _ in paires])
    temps.data = np.array([t for _, _, t in paires])
    return temps


# Three places, four points with 10, 20, 40 and 80 people. A: points 0 and 1, open Monday morning. B: points 1 and 2,
# open Monday and Saturday morning. C: point 2, at its door, hours not known. Nobody is near point 3.
TEMPS = build_temps([[5, 10, None, None], [None, 5, 15, None], [None, None, 0, None]])
POIDS = np.array([10.0, 20.0, 40.0, 80.0])
OUVERTURES = build_matrice([{LUNDI}, {LUNDI, SAMEDI}, None])


def test_who_is_served_and_what_each_opening_gains_by_hand() -> None:
    gains = compute_gains(TEMPS, POIDS, OUVERTURES)
    assert gains.servis[RANGS[LUNDI]].tolist() == [True, True, True, False]
    assert gains.servis[RANGS[SAMEDI]].tolist() == [False, True, True, False]
    assert gains.servis[RANGS[LUNDI_APRES]].tolist() == [False] * 4
    assert gains.portee.tolist() == [True, True, True, False]
    # Saturday: A would newly serve point 0 alone; B is open; C brings nobody new.
    assert gains.gens[:, RANGS[SAMEDI]].tolist() == [10, 0, 0]
    assert gains.gens[:, RANGS[LUNDI]].tolist() == [0, 0, 0]
    assert gains.gens[:, RANGS[LUNDI_APRES]].tolist() == [30, 60, 40]


def test_the_best_openings_each_once_those_before_stand() -> None:
    permis = np.zeros_like(OUVERTURES)
    permis[:, [RANGS[LUNDI], RANGS[LUNDI_APRES], RANGS[SAMEDI]]] = True
    meilleurs = find_meilleurs(TEMPS, POIDS, OUVERTURES, permis, 10)
    # B takes points 1 and 2 on Monday afternoon: A has point 0 left then, and on Saturday; C has nobody left.
    assert [(m.lieu, m.creneau, m.gens) for m in meilleurs] == [
        (1, LUNDI_APRES, 60),
        (0, LUNDI_APRES, 10),
        (0, SAMEDI, 10),
    ]
    assert [m.nouveaux.tolist() for m in meilleurs[:2]] == [[False, True, True, False], [True, False, False, False]]
    assert [m.autres for m in meilleurs] == [(), (SAMEDI,), ()]
    assert len(find_meilleurs(TEMPS, POIDS, OUVERTURES, permis, 1)) == 1
    permis[1] = False
    assert [(m.lieu, m.gens) for m in find_meilleurs(TEMPS, POIDS, OUVERTURES, permis, 2)] == [(2, 40), (0, 30)]
    assert find_meilleurs(TEMPS, POIDS, OUVERTURES, np.zeros_like(OUVERTURES), 10) == []
    assert group_lieu(TEMPS, 2).tolist() == [False, False, True, False]


def test_without_any_place_nobody_is_served() -> None:
    gains = compute_gains(csr_array((0, 4)), POIDS, build_matrice([]))
    assert not gains.servis.any()
    assert not gains.portee.any()
    assert find_meilleurs(csr_array((0, 4)), POIDS, build_matrice([]), build_matrice([]), 5) == []


@pytest.mark.parametrize("graine", range(8))
def test_gains_equal_those_counted_one_by_one(graine: int) -> None:
    hasard = np.random.default_rng(graine)
    lieux, points, limite = 7, 15, 20.0
    minutes = hasard.uniform(0, 60, (lieux, points))
    pres = minutes <= limite
    temps = build_temps([[float(t) if t <= limite else None for t in ligne] for ligne in minutes])
    poids = hasard.uniform(0, 100, points)
    ouvertures = hasard.random((lieux, len(CRENEAUX))) < 0.2
    gains = compute_gains(temps, poids, ouvertures)
    for k in range(len(CRENEAUX)):
        servis = {j for i in range(lieux) for j in range(points) if pres[i, j] and ouvertures[i, k]}
        assert set(np.flatnonzero(gains.servis[k])) == servis
        for i in range(lieux):
            # What it is worth is what more people are served once it opens.
            ouvert = ouvertures.copy()
            ouvert[i, k] = True
            apres = {j for a in range(lieux) for j in range(points) if pres[a, j] and ouvert[a, k]}
            assert gains.gens[i, k] == pytest.approx(sum(poids[j] for j in apres - servis), abs=1e-9)
    meilleurs = find_meilleurs(temps, poids, ouvertures, np.ones_like(ouvertures), 1_000)
    assert meilleurs[0].gens == pytest.approx(gains.gens.max())
    # In the end, everybody who has a place near is served at every half-day, once.
    assert sum(m.gens for m in meilleurs) == pytest.approx(
        sum(poids[j] for k in range(len(CRENEAUX)) for j in np.flatnonzero(pres.any(axis=0) & ~gains.servis[k]))
    )
    assert all(m.gens == pytest.approx(poids[m.nouveaux].sum()) for m in meilleurs)
