"""Intervals of people in need: cases worked out by hand, and a draw of the errors as an oracle."""

from __future__ import annotations

import numpy as np
import pytest

from tierslieux.indicateurs.incertitude import Besoins, Ecarts, Estimations, compute_intervalles, rank_codes
from tierslieux.territoires.enums import Niveau

# Two communes of one EPCI in one région: 1,000 and 3,000 people of 15 and over, 20 % and 10 % in need.
PARTS, PERSONNES = np.array([0.2, 0.1]), np.array([1000.0, 3000.0])
ZEROS = np.array([0, 0])
ECARTS = Ecarts(np.array([0.01]), 0.007, 0.014)
Z = 1.6448536269514722  # 95 % of a normal law lie below


def estimer(
    fractions, groupes, nombre, *, parts=PARTS, personnes=PERSONNES, regions=ZEROS, epcis=ZEROS, ecarts=ECARTS
) -> Estimations:
    return compute_intervalles(
        parts, personnes, fractions, regions=regions, epcis=epcis, groupes=groupes, nombre=nombre, ecarts=ecarts
    )


def test_a_whole_epci_has_no_departure_of_its_communes() -> None:
    e = estimer(np.ones(2), ZEROS, 1)
    # 200 + 300 people; variance: région (4000 × 0.01)² = 1600, EPCI (4000 × 0.007)² = 784,
    # draws 1000 × 0.2 × 0.8 + 3000 × 0.1 × 0.9 = 430. Departures balance over the EPCI.
    assert e.valeur == pytest.approx([500])
    assert e.haut - e.valeur == pytest.approx([Z * np.sqrt(1600 + 784 + 430)])
    assert e.valeur - e.bas == pytest.approx([Z * np.sqrt(1600 + 784 + 430)])


def test_a_commune_departs_from_its_epci() -> None:
    e = estimer(np.ones(2), np.array([0, 1]), 2)
    # First: 1000² × 0.01² = 100, 1000² × 0.007² = 49, draw 160. Departure: weights in the EPCI are 1/4 and 3/4;
    # (1000 − 1000/4)² + (0 − 1000 × 3/4)² = 562,500 + 562,500, times 0.014² = 220.5.
    assert e.valeur == pytest.approx([200, 300])
    assert (e.haut - e.valeur)[0] == pytest.approx(Z * np.sqrt(100 + 49 + 160 + 220.5))
    # Second: 900 + 441 + 270; (3000 − 2250)² + 750² again.
    assert (e.haut - e.valeur)[1] == pytest.approx(Z * np.sqrt(900 + 441 + 270 + 220.5))


def test_part_of_the_people_and_several_questions_at_once() -> None:
    fractions = np.array([[1.0, 0.5, 0.0], [1.0, 0.0, 0.0]])
    e = estimer(fractions, ZEROS, 1)
    # Half of the first commune: 500 people, 100 in need; 25 + 12.25 + 500 × 0.16;
    # departures (500 − 500/4)² + (500 × 3/4)² = 281,250, times 0.014² = 55.125. Nobody counted: exactly nobody.
    assert e.valeur[0] == pytest.approx([500, 100, 0])
    assert (e.haut - e.valeur)[0] == pytest.approx(
        [Z * np.sqrt(2814), Z * np.sqrt(25 + 12.25 + 80 + 55.125), 0], abs=1e-9
    )
    seule = estimer(fractions[:, 1], ZEROS, 1)
    assert (seule.bas[0], seule.haut[0]) == pytest.approx((e.bas[0, 1], e.haut[0, 1]))


def test_a_commune_without_epci_is_one_by_itself_and_bounds_stay_possible() -> None:
    peu = np.array([3.0, 3000.0])
    e = estimer(np.ones(2), np.array([0, -1]), 2, personnes=peu, epcis=np.array([-1, -1]))
    # 0.6 person out of 3: the lower bound stops at nobody. The other group has no commune: no figure, not zero.
    assert e.valeur[0] == pytest.approx(0.6)
    assert e.bas[0] == 0
    # Variance 3² × 0.01² + 3² × 0.007² + 3 × 0.16, no departure.
    assert e.haut[0] == pytest.approx(0.6 + Z * np.sqrt(0.0009 + 0.000441 + 0.48))
    assert np.isnan(e.valeur[1])
    assert np.isnan(e.bas[1])
    # Nearly everybody out of one: the upper bound stops at one.
    tous = estimer(np.ones(2), np.array([0, 1]), 2, parts=np.array([0.9, 0.1]), personnes=np.array([1.0, 9.0]))
    assert tous.haut[0] == 1


def test_errors_drawn_at_random_spread_as_the_formula_says() -> None:
    """Oracle: each source of error is drawn by itself, 20,000 times, and people are counted."""
    rng = np.random.default_rng(20261122)
    n, tirages = 12, 20_000
    regions = np.repeat([0, 1], 6)
    epcis = np.array([0, 0, 0, 1, 1, -1, 2, 2, 2, 2, 3, 3])
    groupes = np.array([0, 0, 1, 0, 1, 1, 1, 1, 0, 0, 2, 2])
    parts, personnes = rng.uniform(0.1, 0.3, n), rng.uniform(50, 3000, n).round()
    fractions = rng.uniform(0, 1, n)
    ecarts = Ecarts(np.array([0.0125, 0.005]), 0.0072, 0.0144)
    e = estimer(fractions, groupes, 3, parts=parts, personnes=personnes, regions=regions, epcis=epcis, ecarts=ecarts)

    seuls = np.where(epcis < 0, 4, epcis)
    poids = personnes / np.bincount(seuls, personnes)[seuls]
    departs = rng.normal(0, 0.0144, (tirages, n))
    moyennes = np.stack([(departs * poids)[:, seuls == e_].sum(axis=1) for e_ in range(5)], axis=1)
    erreurs = (rng.normal(0, 1, (tirages, 2)) * ecarts.regions)[:, regions]
    erreurs += rng.normal(0, 0.0072, (tirages, 5))[:, seuls] + departs - moyennes[:, seuls]
    comptees = personnes * fractions
    tires = (parts + erreurs) * comptees + rng.normal(0, 1, (tirages, n)) * np.sqrt(comptees * parts * (1 - parts))
    for groupe in range(3):
        sommes = tires[:, groupes == groupe].sum(axis=1)
        assert e.valeur[groupe] == pytest.approx(sommes.mean(), rel=0.01)
        assert (e.haut - e.bas)[groupe] / 2 == pytest.approx(Z * sommes.std(), rel=0.03)
        dedans = (sommes >= e.bas[groupe]) & (sommes <= e.haut[groupe])
        assert dedans.mean() == pytest.approx(0.90, abs=0.01)


def test_groups_of_a_level_follow_the_codes() -> None:
    codes, rangs = rank_codes(np.array(["B", "", "A", "B"]))
    assert (list(codes), list(rangs)) == (["A", "B"], [1, -1, 0, 1])
    besoins = Besoins(
        annee=2021,
        communes=np.array(["01001", "01002"]),
        epcis=np.array(["", "200000001"]),
        departements=np.array(["01", "01"]),
        regions=np.array(["84", "84"]),
        parts=PARTS,
        personnes_15=PERSONNES,
        rangs_regions=ZEROS,
        rangs_epcis=np.array([-1, 0]),
        ecarts=ECARTS,
    )
    assert [list(besoins.rank(niveau)[0]) for niveau in (Niveau.FRANCE, Niveau.REGION, Niveau.EPCI)] == [
        ["FR"],
        ["84"],
        ["200000001"],
    ]
    codes, groupes = besoins.rank(Niveau.EPCI)
    assert list(besoins.estimate(np.ones(2), groupes, len(codes)).valeur) == pytest.approx([300])
