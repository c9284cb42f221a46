"""Classes of a map: every value counted once, bounds that can be read, labels that say where a bound falls."""

from __future__ import annotations

import math

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierslieux.cartes.classes import ModeClasses, build_classes, cut_classes, write_nombre
from tierslieux.cartes.naturelles import find_fins_naturelles

VALEURS = st.lists(
    st.one_of(
        st.none(),
        st.floats(min_value=-1e14, max_value=1e14),
        st.floats(min_value=-1, max_value=1),
        st.integers(min_value=-3, max_value=3).map(float),
        st.just(math.nan),
    ),
    max_size=40,
)


@settings(max_examples=250, deadline=None)
@given(
    valeurs=VALEURS,
    mode=st.sampled_from(list(ModeClasses)),
    nombre=st.integers(3, 7),
    decimales=st.sampled_from([None, 0, 1]),
)
def test_every_value_is_counted_once(
    valeurs: list[float | None], mode: ModeClasses, nombre: int, decimales: int | None
) -> None:
    classes = cut_classes(valeurs, mode, nombre, unite="%", decimales=decimales)
    connues = [round(v, 9) for v in valeurs if v is not None and not math.isnan(v)]

    assert sum(c.effectif for c in classes.classes) + classes.sans_donnee == len(valeurs)
    assert classes.sans_donnee == len(valeurs) - len(connues)
    assert len(classes.classes) <= nombre
    assert (classes.remarque is None) == (len(classes.classes) == nombre)
    # What the legend counts is what the map colours.
    rangs = [classes.find_rang(valeur) for valeur in connues]
    assert [rangs.count(c.rang) for c in classes.classes] == [c.effectif for c in classes.classes]
    for classe in classes.classes:
        dedans = [v for v, rang in zip(connues, rangs, strict=True) if rang == classe.rang]
        dernier = classe.rang == len(classes.classes) - 1
        assert all(classe.bas <= v and (v <= classe.haut if dernier else v < classe.haut) for v in dedans)
        assert dedans or mode is ModeClasses.EGALES
    bornes = [c.bas for c in classes.classes[1:]]
    assert bornes == sorted(set(bornes))
    assert len({c.libelle for c in classes.classes}) == len(classes.classes)
    if connues:
        assert classes.classes[0].bas <= min(connues)
        assert classes.classes[-1].haut >= max(connues)
    if decimales is not None:
        assert all(round(borne, decimales) == borne for borne in bornes)


def test_labels_say_where_a_bound_falls() -> None:
    # 0 to 99: six quantiles end at 16.5, 33, 49.5, 66 and 82.5; the next values are short enough to stay as they are.
    classes = build_classes([float(v) for v in range(100)], ModeClasses.QUANTILES, 6, unite="%")
    assert [c.libelle.replace("\u00a0", " ") for c in classes.classes] == [
        "moins de 17 %",
        "de 17 à moins de 34 %",
        "de 34 à moins de 50 %",
        "de 50 à moins de 67 %",
        "de 67 à moins de 83 %",
        "83 % ou plus",
    ]
    assert [c.effectif for c in classes.classes] == [17, 17, 16, 17, 16, 17]
    assert classes.find_rang(17) == 1
    assert classes.find_rang(16.99) == 0
    assert classes.find_rang(None) is None
    assert classes.find_rang(-5) == 0
    assert classes.find_rang(500) == 5


def test_bounds_are_rounded_within_an_eighth_of_their_classes() -> None:
    # Five quantiles of 1,001 to 2,000 end at 1,200.8, 1,400.6…: 200 wide, so that steps of 50 may be taken.
    classes = build_classes([float(v) for v in range(1001, 2001)], ModeClasses.QUANTILES, 5)
    assert [c.bas for c in classes.classes[1:]] == [1200, 1400, 1600, 1800]
    # 1.001 % to 2 %: the same, with decimals.
    classes = build_classes([v / 1000 for v in range(1001, 2001)], ModeClasses.QUANTILES, 5)
    assert [c.bas for c in classes.classes[1:]] == [1.2, 1.4, 1.6, 1.8]


def test_a_value_that_most_share_has_its_own_class() -> None:
    valeurs = [0.0] * 60 + [float(v) for v in range(1, 31)] + [100.0] * 30
    classes = build_classes(valeurs, ModeClasses.QUANTILES, 5, unite="%")
    libelles = [c.libelle.replace("\u00a0", " ") for c in classes.classes]
    assert (libelles[0], libelles[-1]) == ("0 %", "100 %")
    assert libelles[1].startswith("plus de 0 %, moins de ")
    assert [c.effectif for c in classes.classes] == [60, 10, 10, 10, 30]


def test_equal_intervals_are_equal_and_round() -> None:
    classes = build_classes([3.2, 8, 15, 22, 30, 41], ModeClasses.EGALES, 5)
    bornes = [c.bas for c in classes.classes[1:]]
    # (41 - 3.2) / 5 = 7.56, rounded up to 8 from 2 on.
    assert bornes == [10, 18, 26, 34]


def test_few_values_give_fewer_classes_and_say_so() -> None:
    classes = build_classes([1, 2, 2, 7, None], ModeClasses.NATURELLES, 6)
    assert [(c.libelle, c.effectif) for c in classes.classes] == [("1", 1), ("2", 2), ("7", 1)]
    assert classes.sans_donnee == 1
    assert classes.remarque == "3 classes au lieu de 6 : les valeurs sont trop peu différentes."
    assert [c.teinte for c in classes.classes] == [0, 2, 4]
    assert build_classes([None, None], ModeClasses.QUANTILES, 5).classes == ()
    assert build_classes([], ModeClasses.QUANTILES, 5).sans_donnee == 0


def test_counts_of_people_keep_whole_bounds() -> None:
    classes = build_classes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], ModeClasses.EGALES, 7, decimales=0)
    assert all(c.bas == int(c.bas) for c in classes.classes)
    assert sum(c.effectif for c in classes.classes) == 11


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="4 classes"):
        build_classes([1, 2], ModeClasses.QUANTILES, 4)
    with pytest.raises(ValueError, match="8 classes"):
        build_classes([1, 2], ModeClasses.QUANTILES, 8)
    with pytest.raises(ValueError, match="that large"):
        build_classes([1, math.inf], ModeClasses.QUANTILES, 5)


def _compute_variance_interne(valeurs: np.ndarray, fins: list[float]) -> float:
    classes = np.split(np.sort(valeurs), np.searchsorted(np.sort(valeurs), fins, side="right"))
    return sum(float(((c - c.mean()) ** 2).sum()) for c in classes if c.size)


@pytest.mark.filterwarnings("ignore:Numba not installed")
@pytest.mark.parametrize("graine", range(6))
def test_natural_classes_are_those_of_mapclassify(graine: int) -> None:
    valeurs = np.random.default_rng(graine).gamma(2, 8, 60).round(1)
    attendues = mapclassify.FisherJenks(valeurs, k=5).bins[:-1].tolist()
    obtenues = find_fins_naturelles(np.sort(valeurs), 5).tolist()
    # Two cuts may be as good: what is least is the variance.
    assert _compute_variance_interne(valeurs, obtenues) <= _compute_variance_interne(valeurs, attendues) * (1 + 1e-6)


def test_natural_classes_of_the_whole_country_separate_groups() -> None:
    # 35,000 values in three heaps far from each other: more than are looked at one by one.
    rng = np.random.default_rng(1)
    heaps = [rng.normal(centre, 1, 12_000) for centre in (0, 100, 400)]
    fins = find_fins_naturelles(np.sort(np.concatenate(heaps)), 3)
    assert 0 < fins[0] < 90
    assert 90 < fins[1] < 300


@pytest.mark.parametrize(
    ("nombre", "texte"), [(1234567, "1\u202f234\u202f567"), (0.05, "0,05"), (-2.5, "−2,5"), (12.0, "12")]
)
def test_bounds_are_written_in_french(nombre: float, texte: str) -> None:
    assert write_nombre(nombre) == texte
