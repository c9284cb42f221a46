"""The curve of a number of sites: through zero and every point, its bound only where it is above."""

from __future__ import annotations

import math

import pytest

from tierslieux.cartes.courbes import PointCourbe, build_courbe


def build(valeurs: list[float], bornes: list[float | None] | None = None, choisi: int = 0):
    bornes = bornes or [None] * len(valeurs)
    return build_courbe(
        "Titre",
        "Texte",
        [
            PointCourbe(rang, valeur, f"{valeur:g}", borne, est_choisi=rang == choisi)
            for rang, (valeur, borne) in enumerate(zip(valeurs, bornes, strict=True), 1)
        ],
    )


def test_the_curve_starts_from_zero_and_is_to_scale() -> None:
    courbe = build([50.0, 100.0], choisi=2)
    assert courbe is not None
    un, deux = courbe.marques
    # Half as high, half as far.
    assert courbe.base - un.y == pytest.approx((courbe.base - deux.y) / 2, abs=1)
    assert courbe.ligne.startswith(f"M12 {courbe.base}L{un.x} {un.y}L")
    assert (courbe.choisie, courbe.derniere) == (deux, deux)
    assert [g.texte for g in courbe.graduations] == ["0", "1", "2"]


def test_a_bound_is_drawn_only_where_it_is_above() -> None:
    prouvee, ouverte = build([50.0, 100.0], [50.0, 100.0]), build([50.0, 100.0], [50.0, 120.0])
    assert prouvee is not None
    assert prouvee.borne == ""
    assert ouverte is not None
    assert ouverte.borne != ouverte.ligne
    # The bound is the highest of the drawing.
    assert min(int(p.split()[1]) for p in ouverte.borne[1:].split("L")) < ouverte.marques[-1].y


def test_numbers_under_the_axis_do_not_touch() -> None:
    courbe = build([float(rang) for rang in range(1, 101)])
    assert courbe is not None
    assert [g.texte for g in courbe.graduations] == [str(n) for n in range(0, 101, 10)]


def test_one_point_is_no_curve_and_nonsense_is_refused() -> None:
    assert build([5.0]) is None
    for valeurs in ([1.0, -1.0], [1.0, math.inf], [1.0, math.nan]):
        with pytest.raises(ValueError, match="zero"):
            build(valeurs)
    with pytest.raises(ValueError, match="one value"):
        build_courbe("", "", [PointCourbe(1, 1.0, ""), PointCourbe(1, 2.0, "")])
