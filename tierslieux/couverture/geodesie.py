"""Distances between many positions, fast and on the ellipsoid. Pure.

Positions in degrees would give wrong neighbours, a sphere errs by 0.3 %. So positions become points in space on the
ellipsoid GRS80 (metres, EPSG:4978 but for a few centimetres), where the straight line through the ground between two
of them grows with the way along the ground: the order of neighbours is the same to 1e-7, and the way along the ground
follows from the line. Checked against pyproj.Geod: 1e-7 up to 200 km, 2e-5 up to 1,000 km.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Flottants = NDArray[np.float64]

GEODE = Geod(ellps="GRS80")
_EXCENTRICITE_2 = GEODE.es
# Mean radius: only the bend of the ground between the ends depends on it.
_RAYON_M = 6_371_008.8
# Farther than any two points of the Earth; numbers this large are still exact to a thousandth of a millimetre.
ECART_M = 1e8
# Two distances closer than this may be in the other order along the ground.
ECART_RELATIF = 1e-6


def locate(lon: Flottants, lat: Flottants, bassin: NDArray[np.integer] | None = None) -> Flottants:
    """Degrees (EPSG:4326) → (n, 3) metres from the centre of the Earth.

    `bassin`: ranks of the parts of the country. Each part is then on an Earth of its own, ECART_M from the next: who
    looks for what is near never finds what is beyond a sea.
    """
    longitude, latitude = np.radians(lon), np.radians(lat)
    normale_m = GEODE.a / np.sqrt(1 - _EXCENTRICITE_2 * np.square(np.sin(latitude)))
    horizontale_m = normale_m * np.cos(latitude)
    xyz = np.column_stack(
        (
            horizontale_m * np.cos(longitude),
            horizontale_m * np.sin(longitude),
            normale_m * (1 - _EXCENTRICITE_2) * np.sin(latitude),
        )
    )
    if bassin is not None:
        xyz[:, 0] += ECART_M * bassin
    return xyz


def follow_sol(cordes_m: Flottants) -> Flottants:
    """Straight lines through the ground → ways along it, metres; infinite ones stay infinite."""
    courbure = np.square(np.minimum(cordes_m, _RAYON_M) / _RAYON_M)
    return np.asarray(cordes_m * (1 + courbure / 24 + 3 * np.square(courbure) / 640), dtype=np.float64)


def measure_cordes(de: Flottants, vers: Flottants) -> Flottants:
    """Straight lines, metres, between (n, 3) and (n, 3) places in space, row by row."""
    ecarts = de - vers
    carres = np.square(ecarts[:, 0]) + np.square(ecarts[:, 1]) + np.square(ecarts[:, 2])
    return np.asarray(np.sqrt(carres), dtype=np.float64)


def measure_sol(lon: Flottants, lat: Flottants, lon_vers: Flottants, lat_vers: Flottants) -> Flottants:
    """Ways along the ground by pyproj, metres: exact, a hundred times slower."""
    return np.asarray(GEODE.inv(lon, lat, lon_vers, lat_vers)[2], dtype=np.float64)
