from __future__ import annotations

import numpy as np
import pytest

from tierslieux.couverture.geodesie import GEODE, follow_sol, locate, measure_cordes
from tierslieux.couverture.methodes import (
    Points,
    build_positions,
    compute_inegalites,
    find_proches,
    iter_portees,
    share,
    sum_demandes,
)
from tierslieux.trajets.moteur import Mode


def make_points(lon: list[float], lat: list[float], bassin: list[int] | None = None) -> Points:
    x, y, n, b = np.array(lon), np.array(lat), len(lon), np.array(bassin or [0] * len(lon))
    return Points(np.arange(n), x, y, np.ones(n), np.full(n, 2), b, locate(x, y, b))


def test_distances_are_those_along_the_ground() -> None:
    """Up to 100 km in every direction, from the pole to the equator: within 2 in ten million of pyproj."""
    hasard = np.random.default_rng(5)
    lon, lat = hasard.uniform(-62, 168, 20_000), hasard.uniform(-23, 51, 20_000)
    azimut, distance_m = hasard.uniform(0, 360, 20_000), hasard.uniform(1, 100_000, 20_000)
    lon_vers, lat_vers, _ = GEODE.fwd(lon, lat, azimut, distance_m)
    obtenues_m = follow_sol(measure_cordes(locate(lon, lat), locate(lon_vers, lat_vers)))
    assert np.max(np.abs(obtenues_m / distance_m - 1)) < 2e-7


def test_nearest_by_degrees_would_be_wrong() -> None:
    """At 48° N, 0.12° of longitude are 9 km, 0.1° of latitude are 11 km: the farther in degrees is the nearer."""
    positions = build_positions(np.array([0.12, 0.0]), np.array([48.0, 48.1]), np.zeros(2, dtype=np.int64))
    proches = find_proches(make_points([0.0], [48.0]), positions, np.arange(2))
    assert proches.premier.tolist() == [0]
    assert proches.distances_m[0] == pytest.approx([8_950, 11_120], rel=0.01)


def test_two_places_at_one_address_are_first_and_second_and_the_first_in_order_is_named() -> None:
    positions = build_positions(np.array([1.0, 1.1, 1.1]), np.full(3, 48.0), np.zeros(3, dtype=np.int64))
    proches = find_proches(make_points([1.11], [48.0]), positions, np.arange(3))
    assert proches.premier.tolist() == [1]
    assert proches.distances_m[0, 0] == proches.distances_m[0, 1]


def test_nobody_goes_from_one_part_of_the_country_to_another() -> None:
    positions = build_positions(np.array([1.0, 1.5]), np.full(2, 48.0), np.array([0, 7]))
    points = make_points([1.0, 1.0, 1.0], [48.0, 48.0, 48.0], [0, 7, 9])
    proches = find_proches(points, positions, np.arange(2))
    assert proches.premier.tolist() == [0, 1, -1]
    assert proches.distances_m[0, 0] == 0
    assert np.isinf(proches.distances_m[:, 1]).all()


def test_without_any_place_nothing_is_near() -> None:
    positions = build_positions(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    proches = find_proches(make_points([1.0], [48.0]), positions, np.empty(0, dtype=np.int64))
    assert proches.premier.tolist() == [-1]
    assert np.isinf(proches.distances_m).all()


def test_hours_that_people_have_add_up_to_the_hours_that_places_give() -> None:
    """E2SFCA shares each place among those in reach: sum of people x accessibility = sum of hours."""
    hasard = np.random.default_rng(7)
    n, m = 300, 40
    points = make_points(list(hasard.uniform(2, 2.4, n)), list(hasard.uniform(48, 48.4, n)))
    positions = build_positions(hasard.uniform(2, 2.4, m), hasard.uniform(48, 48.4, m), np.zeros(m, dtype=np.int64))
    gens, offres_h = hasard.uniform(1, 900, n), hasard.uniform(2, 60, m)
    [(_, portees)] = iter_portees(points, positions)
    for mode in Mode:
        demandes = sum_demandes(portees[mode].poids, gens)
        accessibilite = portees[mode].poids @ share(offres_h, demandes)
        # Only places that somebody reaches give anything: by car all of them.
        assert gens @ accessibilite == pytest.approx(offres_h[demandes > 0].sum(), rel=1e-12)
        assert (demandes > 0).all() or mode is not Mode.VOITURE


def test_gini_and_worst_tenth_by_hand() -> None:
    """One of four has all: Gini 3/4, nothing for the tenth. 1 to 10 for ten people: Gini 0.3, tenth 1/55."""
    un = np.ones(4)
    assert compute_inegalites(np.array([0.0, 0, 0, 8]), un) == pytest.approx((0.75, 0.0))
    assert compute_inegalites(np.full(4, 3.0), un) == pytest.approx((0.0, 0.1))
    # 2 x (1 x 1 + ... + 10 x 10) / (10 x 55) - 11 / 10 = 2 x 385 / 550 - 1.1 = 0.3
    assert compute_inegalites(np.arange(10.0, 0, -1), np.ones(10)) == pytest.approx((0.3, 1 / 55))
    assert compute_inegalites(np.zeros(4), un) == (None, None)
    assert compute_inegalites(np.empty(0), np.empty(0)) == (None, None)


def test_a_commune_of_many_weighs_as_many_communes_of_few() -> None:
    ensemble = compute_inegalites(np.array([1.0, 4.0]), np.array([3.0, 2.0]))
    separes = compute_inegalites(np.array([4.0, 1, 1, 4, 1]), np.ones(5))
    assert ensemble == pytest.approx(separes)
