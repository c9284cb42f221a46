from __future__ import annotations

import numpy as np
import pytest

from tierslieux.couverture.bassins import BASSINS, find_bassin
from tierslieux.couverture.communes import pack, unpack
from tierslieux.trajets.estimation import (
    PREMIERE_PARTIE_M,
    Densite,
    compute_duree,
    compute_durees,
    compute_portee,
    get_hypotheses,
)
from tierslieux.trajets.moteur import Mode


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("densite", list(Densite))
def test_many_journeys_take_the_time_of_each(mode: Mode, densite: Densite) -> None:
    distances_m = np.array([0.0, 1.0, 4_999.9, PREMIERE_PARTIE_M, 7_321.5, 60_000.0, np.inf])
    classes = np.full(len(distances_m), list(Densite).index(densite))
    hypotheses = get_hypotheses(densite, mode)
    obtenues = compute_durees(distances_m, classes, mode)
    assert obtenues.tolist() == [compute_duree(float(d), hypotheses) for d in distances_m]
    for distance_m in distances_m[1:-1]:
        portee_m = compute_portee(compute_duree(float(distance_m), hypotheses), hypotheses)
        assert portee_m == pytest.approx(distance_m)
    assert compute_portee(0, hypotheses) == 0


@pytest.mark.parametrize(
    ("code", "lon", "lat", "bassin"),
    [
        ("75056", 2.35, 48.86, "metropole"),
        ("29155", -5.1, 48.46, "Ouessant"),
        ("2A004", 8.7, 41.9, "Corse"),
        ("97411", 55.4, -20.9, "974"),
        ("97112", -61.3, 15.9, "Marie-Galante"),
        (None, 55.4, -20.9, "974"),
        (None, 2.35, 48.86, "metropole"),
        (None, -40.0, 30.0, "metropole"),
    ],
)
def test_where_nobody_goes_elsewhere_to_be_helped(code: str | None, lon: float, lat: float, bassin: str) -> None:
    assert BASSINS[find_bassin(code, lon, lat)] == bassin


def test_tables_come_back_as_they_were_kept() -> None:
    tables = {"codes": np.array(["2A004", "75056"]), "parts": np.array([0.5, np.nan]), "vide": np.empty(0)}
    relues = unpack(pack(tables))
    assert relues["codes"].tolist() == ["2A004", "75056"]
    assert np.array_equal(relues["parts"], tables["parts"], equal_nan=True)
    assert relues["vide"].shape == (0,)
