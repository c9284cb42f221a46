"""Joins doors to the nearest point of the roads of one mode, wherever it is along a road. Pure.

The nearest drawing is found, not the nearest crossing, and the walk to it is counted: two doors of one street are never
at the same spot (an error known in other engines).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from tierslieux.trajets.extrait import E7
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.reseau import Booleens, Entiers, Flottants, Reseau
from tierslieux.trajets.vitesses import PORTE_MIN_M, RACCORD_MAX_M

# A narrow search finds nearly every door; the others are looked for farther, up to RACCORD_MAX_M.
_RAYONS_M = (60.0, 200.0, RACCORD_MAX_M)
_LOT = 5_000

# GRS80, for a plane that is true to a few centimetres within RACCORD_MAX_M.
_GRAND_AXE_M = 6_378_137.0
_EXCENTRICITE_2 = 0.006694380022900788


@dataclass(frozen=True, slots=True)
class Raccords:
    """One row a door: the stretch (position in the Trame, -1 when none is near), where along it (0 to 1), the walk."""

    troncon: Entiers
    part: Flottants
    marche_m: Flottants

    @property
    def trouves(self) -> Booleens:
        """Which doors are on the network."""
        trouves: Booleens = self.troncon >= 0
        return trouves


class IndexTroncons:
    """Which stretches of road may be near a place; one for all modes."""

    def __init__(self, reseau: Reseau) -> None:
        lons, lats, debuts = reseau.lon_e7 / E7, reseau.lat_e7 / E7, reseau.debuts[:-1]
        # The index only knows boxes: the diagonal of each is enough, and lighter than the drawing.
        coins = np.stack(
            [
                np.stack([np.minimum.reduceat(lons, debuts), np.minimum.reduceat(lats, debuts)], axis=1),
                np.stack([np.maximum.reduceat(lons, debuts), np.maximum.reduceat(lats, debuts)], axis=1),
            ],
            axis=1,
        )
        self._arbre = shapely.STRtree(shapely.linestrings(coins))

    def query(self, boites: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs of a box and a stretch of the network whose own box meets it."""
        portes, troncons = self._arbre.query(boites)
        return portes, troncons


class Accroche:
    """Finds the nearest stretch of one mode for any number of doors."""

    def __init__(self, reseau: Reseau, mode: Mode, index: IndexTroncons) -> None:
        trame = reseau.trames[mode]
        self._lon = reseau.lon_e7
        self._lat = reseau.lat_e7
        self._index = index
        self._debuts = reseau.debuts[:-1]
        self._nombres = np.diff(reseau.debuts)
        # Position in the Trame of each stretch of the network, -1 where no door of this mode may be joined.
        self._rangs = np.full(len(self._debuts), -1, dtype=np.int32)
        a_portes = np.flatnonzero(trame.a_portes)
        self._rangs[trame.troncons[a_portes]] = a_portes

    def find(self, lons: Flottants, lats: Flottants) -> Raccords:
        """Join doors (degrees, EPSG:4326) to the network. The nearest wins; of equals, the first in the extract."""
        nombre = len(lons)
        troncon, part = np.full(nombre, -1, dtype=np.int32), np.zeros(nombre)
        marche_m = np.full(nombre, np.inf)
        for debut in range(0, nombre, _LOT):
            restants = np.arange(debut, min(debut + _LOT, nombre))
            for rayon_m in _RAYONS_M:
                qui, rangs, parts, distances_m = self._search(lons[restants], lats[restants], rayon_m)
                trouves = restants[qui]
                troncon[trouves], part[trouves] = self._rangs[rangs], parts
                marche_m[trouves] = np.maximum(distances_m, PORTE_MIN_M)
                restants = np.delete(restants, qui)
        return Raccords(troncon, part, marche_m)

    def _search(
        self, lons: Flottants, lats: Flottants, rayon_m: float
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Flottants, Flottants]:
        """Doors that have a road within `rayon_m`, its rank, where along it, and how far."""
        m_par_lon, m_par_lat = _compute_echelle(lats)
        # A touch wider: the scale changes with latitude, hardly over such a box.
        largeur, hauteur = 1.01 * rayon_m / m_par_lon, 1.01 * rayon_m / m_par_lat
        boites = shapely.box(lons - largeur, lats - hauteur, lons + largeur, lats + hauteur)
        portes, candidats = self._index.query(boites)
        du_mode = self._rangs[candidats] >= 0
        portes, candidats = portes[du_mode], candidats[du_mode]
        if not len(portes):
            vide = np.empty(0)
            return portes, candidats, vide, vide
        # Every segment of every candidate, in metres around its door.
        departs, paires = _expand(self._debuts[candidats], self._nombres[candidats] - 1)
        porte = portes[paires]
        ax = (self._lon[departs] / E7 - lons[porte]) * m_par_lon[porte]
        ay = (self._lat[departs] / E7 - lats[porte]) * m_par_lat[porte]
        bx = (self._lon[departs + 1] / E7 - lons[porte]) * m_par_lon[porte]
        by = (self._lat[departs + 1] / E7 - lats[porte]) * m_par_lat[porte]
        longueurs_m = np.hypot(bx - ax, by - ay)
        carres = np.where(longueurs_m > 0, longueurs_m**2, 1.0)
        pieds = np.clip(-(ax * (bx - ax) + ay * (by - ay)) / carres, 0.0, 1.0)
        distances_m = np.hypot(ax + pieds * (bx - ax), ay + pieds * (by - ay))
        ordre = np.lexsort((departs, distances_m, porte))
        _, premiers = np.unique(porte[ordre], return_index=True)
        retenus = ordre[premiers]
        retenus = retenus[distances_m[retenus] <= rayon_m]
        cumul_m = np.concatenate([[0.0], np.cumsum(longueurs_m)])
        paire = paires[retenus]
        fins = np.cumsum(self._nombres[candidats] - 1)
        origines = fins - (self._nombres[candidats] - 1)
        avant_m = cumul_m[retenus] - cumul_m[origines[paire]] + pieds[retenus] * longueurs_m[retenus]
        total_m = cumul_m[fins[paire]] - cumul_m[origines[paire]]
        parts = np.clip(avant_m / np.where(total_m > 0, total_m, 1.0), 0.0, 1.0)
        return porte[retenus], candidats[paire], parts, distances_m[retenus]


def _expand(
    debuts: npt.NDArray[np.int64], nombres: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All positions of the ranges [debut, debut + nombre), one after the other, and the range of each."""
    proprietaires = np.repeat(np.arange(len(debuts)), nombres)
    depuis = np.cumsum(nombres) - nombres
    return debuts[proprietaires] + np.arange(len(proprietaires)) - depuis[proprietaires], proprietaires


def _compute_echelle(lats: Flottants) -> tuple[Flottants, Flottants]:
    """Metres in a degree of longitude and of latitude, at these latitudes."""
    sinus = np.sin(np.radians(lats))
    courbure = 1 - _EXCENTRICITE_2 * sinus**2
    radian_m = _GRAND_AXE_M / np.sqrt(courbure)
    return (
        np.radians(1.0) * radian_m * np.cos(np.radians(lats)),
        np.radians(1.0) * radian_m * (1 - _EXCENTRICITE_2) / courbure,
    )
