"""Minutes between points and sites, against each pair taken one by one with pyproj."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from tests.factories.terrains import build_site, build_terrain
from tierslieux.planification.terrain import Terrain, digest
from tierslieux.trajets.estimation import Densite, compute_duree, get_hypotheses
from tierslieux.trajets.moteur import Mode

GEODE = Geod(ellps="GRS80")


def compute_minutes(terrain: Terrain, point: int, site: int) -> float:
    points, vers = terrain.points, terrain.sites[site]
    distance_m = GEODE.inv(points.lon[point], points.lat[point], vers.lon, vers.lat)[2]
    densite = tuple(Densite)[points.densite[point]]
    return compute_duree(distance_m, get_hypotheses(densite, terrain.mode))


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("graine", range(3))
def test_nearest_open_sites_are_those_of_a_search_by_hand(graine: int, mode: Mode) -> None:
    hasard = np.random.default_rng(graine)
    terrain = build_terrain(graine, mode=mode).add([build_site("libre", 3.2, 44.2)])
    ouverts = hasard.random(len(terrain.sites)) < 0.4
    proches, deux_min = terrain.find_deux_proches(ouverts)
    for point in range(len(terrain.points)):
        temps = sorted(compute_minutes(terrain, point, site) for site in np.flatnonzero(ouverts).tolist())
        temps += [np.inf, np.inf]
        assert deux_min[point] == pytest.approx(temps[:2], rel=1e-6)
        if ouverts.any():
            assert compute_minutes(terrain, point, int(proches[point])) == pytest.approx(temps[0], rel=1e-6)


@pytest.mark.parametrize("limite_min", [5.0, 12.0, 60.0])
def test_pairs_within_a_limit_are_all_there_and_no_other(limite_min: float) -> None:
    terrain = build_terrain(7).add([build_site("libre", 3.2, 44.2), build_site("autre", 3.2, 44.2)])
    rangs = np.array([10, 2, 11, 12, 4])
    temps = terrain.build_temps(rangs, limite_min)
    for ligne, site in enumerate(rangs.tolist()):
        trouves = dict(
            zip(
                temps.indices[temps.indptr[ligne] : temps.indptr[ligne + 1]].tolist(),
                temps.data[temps.indptr[ligne] : temps.indptr[ligne + 1]].tolist(),
                strict=True,
            )
        )
        attendus = {p: compute_minutes(terrain, p, site) for p in range(len(terrain.points))}
        assert trouves == pytest.approx({p: t for p, t in attendus.items() if t <= limite_min}, rel=1e-6)


def test_without_any_open_site_nobody_has_a_journey() -> None:
    terrain = build_terrain(1, ouverts=0)
    proches, durees_min = terrain.find_proches(terrain.list_ouverts())
    assert (proches == -1).all()
    assert np.isinf(durees_min).all()


def test_a_digest_tells_a_person_and_a_place_apart() -> None:
    poids = np.array([10.0, 20.0])
    assert digest(poids, "a") == digest(poids + 1e-9, "a")
    assert digest(poids, "a") != digest(poids + np.array([0.0, 0.01]), "a")
    assert digest("ab", "c") != digest("a", "bc")
