"""Territories on a drawing: each in its own legal projection, on a grid from the top left corner. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection

from tierslieux.core.geo import METROPOLE, SRID_WGS84, ZONES, Zone

Geometries = NDArray[np.object_]
Points = NDArray[np.float64]

# Long side of a frame, in units of its viewBox: about the pixels that it has on a wide screen, fewer when there are so
# many areas that a finer grid would weigh more than it shows.
COTE = 1_000
_COTE_DENSE = 500
_AIRES_DENSES = 8_000
_MARGE = 6
# A frame is at least this wide for its height: a long territory does not fill the screen, nor does its scale shrink.
_LARGEUR_PART_MIN = 0.9

_ECHELLES_M = tuple(facteur * 10**puissance for puissance in range(2, 6) for facteur in (1, 2, 5))
_ECHELLE_PART_MAX = 0.3


@dataclass(frozen=True, slots=True)
class Echelle:
    """A scale bar: its length in units of the viewBox and the distance it stands for."""

    longueur: int
    distance_m: int


@dataclass(frozen=True, slots=True)
class Parties:
    """Polygons cut from geometries: `rangs` of the geometry each comes from, `zones` rank in ZONES of where it is."""

    polygones: Geometries
    rangs: NDArray[np.int64]
    zones: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grille:
    """How a zone is put on the drawing; `west_m`, `north_m`: its corner in the zone's projection."""

    zone: Zone
    west_m: float
    north_m: float
    unites_par_m: float
    largeur: int
    hauteur: int

    def project(self, polygones: Geometries) -> Geometries:
        """Polygons in EPSG:4326 to units of the drawing."""
        return self.lay(project_zone(self.zone, polygones))

    def lay(self, projetes: Geometries) -> Geometries:
        """Polygons in the zone's projection to units of the drawing, not rounded yet."""
        coin = np.array([self.west_m, self.north_m])
        pas = np.array([self.unites_par_m, -self.unites_par_m])
        grille: Geometries = shapely.transform(projetes, lambda points: (points - coin) * pas + _MARGE)
        return grille

    def locate(self, x: float, y: float) -> tuple[float, float]:
        """(lon, lat) in degrees (EPSG:4326) of a position in units of the drawing."""
        est_m = self.west_m + (x - _MARGE) / self.unites_par_m
        nord_m = self.north_m - (y - _MARGE) / self.unites_par_m
        lon, lat = _get_transformeur(self.zone.srid).transform(est_m, nord_m, direction=TransformDirection.INVERSE)
        return float(lon), float(lat)

    @property
    def echelle(self) -> Echelle:
        """The longest round distance within a third of the width."""
        disponible_m = self.largeur * _ECHELLE_PART_MAX / self.unites_par_m
        distance_m = max((d for d in _ECHELLES_M if d <= disponible_m), default=_ECHELLES_M[0])
        return Echelle(round(distance_m * self.unites_par_m), distance_m)


def cut_parties(geometries: Geometries) -> Parties:
    """Every polygon of the geometries (EPSG:4326) with the zone it is in; out of all zones, that of the métropole."""
    polygones, rangs = shapely.get_parts(geometries, return_index=True)
    pleins = ~shapely.is_empty(polygones)
    polygones, rangs = polygones[pleins], rangs[pleins]
    west, south, east, north = shapely.bounds(polygones).reshape(-1, 4).T
    lons, lats = (west + east) / 2, (south + north) / 2
    zones = np.full(len(polygones), ZONES.index(METROPOLE))
    for rang, zone in enumerate(ZONES):
        w, s, e, n = zone.emprise
        zones[(lons >= w) & (lons <= e) & (lats >= s) & (lats <= n)] = rang
    return Parties(polygones, rangs, zones)


def order_zones(zones: NDArray[np.int64]) -> list[int]:
    """Zones that have something to draw: the métropole first, or the one that has most, then in the order of ZONES."""
    rangs, effectifs = np.unique(zones, return_counts=True)
    metropole = ZONES.index(METROPOLE)
    principale = metropole if metropole in rangs else int(rangs[effectifs.argmax()])
    return sorted(rangs.tolist(), key=lambda rang: (rang != principale, rang))


def build_grille(zone: Zone, projetes: Geometries, nombre_aires: int) -> Grille:
    """The grid on which polygons in the zone's projection fill the frame."""
    west, south, east, north = shapely.total_bounds(projetes)
    hauteur_m = north - south
    largeur_m = max(east - west, _LARGEUR_PART_MIN * hauteur_m)
    unites_par_m = (COTE if nombre_aires <= _AIRES_DENSES else _COTE_DENSE) / max(largeur_m, hauteur_m, 1.0)
    return Grille(
        zone=zone,
        west_m=float((west + east - largeur_m) / 2),
        north_m=float(north),
        unites_par_m=float(unites_par_m),
        largeur=round(largeur_m * unites_par_m) + 2 * _MARGE,
        hauteur=round(hauteur_m * unites_par_m) + 2 * _MARGE,
    )


def project_zone(zone: Zone, polygones: Geometries) -> Geometries:
    """Polygons in EPSG:4326 to the zone's legal projection, in metres."""
    transformeur = _get_transformeur(zone.srid)

    def project(points: Points) -> Points:
        return np.stack(transformeur.transform(points[:, 0], points[:, 1]), axis=1)

    projetes: Geometries = shapely.transform(polygones, project)
    return projetes


@lru_cache(maxsize=len(ZONES))
def _get_transformeur(srid: int) -> Transformer:
    return Transformer.from_crs(SRID_WGS84, srid, always_xy=True)
