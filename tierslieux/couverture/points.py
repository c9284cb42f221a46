"""Where the people of a commune are taken to live: the town hall, and points over the ground of a large one. Pure.

What is assumed, and why, stands in hypotheses.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from tierslieux.couverture.hypotheses import (
    PART_AU_BOURG,
    POINTS_REPARTIS_MAX,
    RAYON_REPARTI_M,
    SURFACE_PAR_POINT_KM2,
    SURFACE_REPARTIE_KM2,
)

_RAYON_TERRE_M = 6_371_008.8
_PAS_MAX = 40


class Origine(StrEnum):
    """What a point stands for."""

    MAIRIE = "mairie"
    CENTRE = "centre"
    REPARTI = "reparti"
    CARREAU = "carreau"


@dataclass(frozen=True, slots=True)
class PointCommune:
    """A point in degrees (EPSG:4326) with the share of the people of its commune who are taken to live there."""

    commune_code: str
    origine: Origine
    part: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Siege:
    """The town hall of a commune or arrondissement (`est_mairie`), else the middle of it. Degrees."""

    lon: float
    lat: float
    est_mairie: bool
    population: int | None = None

    @property
    def origine(self) -> Origine:
        """What a point there stands for."""
        return Origine.MAIRIE if self.est_mairie else Origine.CENTRE


def build_points_ville(commune_code: str, arrondissements: Sequence[Siege]) -> list[PointCommune]:
    """A point in each arrondissement of Paris, Lyon or Marseille, with its share of the people."""
    total = sum(a.population or 0 for a in arrondissements)
    return [
        PointCommune(commune_code, a.origine, a.population / total, a.lon, a.lat)
        for a in arrondissements
        if a.population
    ]


def build_points_commune(
    commune_code: str, siege: Siege, surface_km2: float | None, contour: shapely.Geometry | None
) -> list[PointCommune]:
    """The points of one commune: its town hall alone, or with points spread over `contour` (degrees) when it is large.

    `surface_km2` None or a commune without boundary: everybody at the town hall.
    """
    if surface_km2 is None or surface_km2 <= SURFACE_REPARTIE_KM2 or contour is None:
        return [PointCommune(commune_code, siege.origine, 1.0, siege.lon, siege.lat)]
    repartis = spread(siege.lon, siege.lat, contour)
    if not repartis:
        return [PointCommune(commune_code, siege.origine, 1.0, siege.lon, siege.lat)]
    part = (1 - PART_AU_BOURG) / len(repartis)
    return [
        PointCommune(commune_code, siege.origine, PART_AU_BOURG, siege.lon, siege.lat),
        *(PointCommune(commune_code, Origine.REPARTI, part, lon, lat) for lon, lat in repartis),
    ]


def spread(lon: float, lat: float, contour: shapely.Geometry) -> list[tuple[float, float]]:
    """Points (degrees) on a square grid around a town hall, inside a commune and near enough; the same at each call.

    The grid is drawn on a plane that touches the ground at the town hall: within RAYON_REPARTI_M it errs by a few
    metres. The town hall is in the middle of four points, not on one.
    """
    echelle = np.array([math.cos(math.radians(lat)), 1.0]) * math.radians(1) * _RAYON_TERRE_M
    plan = shapely.transform(contour, lambda xy: (xy - [lon, lat]) * echelle)
    if not shapely.is_valid(plan):
        plan = shapely.make_valid(plan)
    habitable = shapely.intersection(plan, shapely.Point(0, 0).buffer(RAYON_REPARTI_M))
    voulus = min(round(habitable.area / 1e6 / SURFACE_PAR_POINT_KM2), POINTS_REPARTIS_MAX)
    if voulus < 1:
        return []
    pas_m = math.sqrt(habitable.area / voulus)
    dedans = _grid(habitable, pas_m)
    while len(dedans) > POINTS_REPARTIS_MAX:
        pas_m *= 1.05
        dedans = _grid(habitable, pas_m)
    degres = np.round(dedans / echelle + [lon, lat], 6)
    return [(float(x), float(y)) for x, y in degres]


def _grid(surface: shapely.Geometry, pas_m: float) -> NDArray[np.float64]:
    rangs = min(math.ceil(RAYON_REPARTI_M / pas_m), _PAS_MAX)
    axe = (np.arange(-rangs, rangs) + 0.5) * pas_m
    x, y = (tableau.ravel() for tableau in np.meshgrid(axe, axe))
    dedans: NDArray[np.float64] = np.column_stack((x, y))[shapely.contains_xy(surface, x, y)]
    return dedans


def check_parts(points: Iterable[PointCommune]) -> bool:
    """Whether the shares of each commune add up to 1."""
    sommes: dict[str, float] = {}
    for point in points:
        sommes[point.commune_code] = sommes.get(point.commune_code, 0.0) + point.part
    return all(math.isclose(somme, 1.0, abs_tol=1e-9) for somme in sommes.values())
