"""The background of a map without tiles: outlines of territories and names of towns, chosen for a zoom. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]

# The level of territory that is drawn from this zoom on: a screen shows some dozens of outlines at any zoom.
NIVEAUX_PAR_ZOOM = ((12, "commune"), (10, "epci"), (0, "departement"))

# Beyond this zoom, outlines are already as fine as the database has them.
_ZOOM_PAS_MAX = 12

# A name takes about this much room around its middle; a text of 14 letters at 12 pixels is 90 pixels wide.
_NOM_LARGEUR_PX = 110
_NOM_HAUTEUR_PX = 34
VILLES_MAX = 40

# Where a name may stand around its town: sides (times half its width) and pixels downwards; see features/carte.js.
_ECARTS_NOM = ((0, 13), (0, -13), (1, 0), (-1, 0), (0, 30), (0, -30))
_LETTRE_PX = 6.2
_DEMI_HAUTEUR_PX = 8
_RETRAIT_PX = 12


@dataclass(frozen=True, slots=True)
class Ville:
    """A town to name on a map, at its middle in degrees."""

    nom: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Nom:
    """A name to write on a picture, its middle in pixels."""

    x: float
    y: float
    texte: str


def choose_niveau(zoom: int) -> str:
    """The level of territory whose outlines are drawn at this zoom."""
    return next(niveau for debut, niveau in NIVEAUX_PAR_ZOOM if zoom >= debut)


def compute_pas_deg(zoom: int) -> float:
    """Step in degrees of the grid on which outlines are rounded at this zoom: about a pixel.

    Neighbours round a shared vertex alike, so that no gap opens between them.
    """
    pas = 360 / (256 * 2.0 ** min(zoom, _ZOOM_PAS_MAX))
    # A step with one significant figure makes short numbers.
    unite: float = 10.0 ** math.floor(math.log10(pas))
    return round(math.floor(pas / unite) * unite, 6)


def encode_contour(contour: BaseGeometry, pas_deg: float) -> list[list[int]]:
    """Rings of the outline (EPSG:4326) as [x0, y0, dx1, dy1, …] in steps of the grid, without their closing point.

    Rings that hold less than a triangle on the grid are left out; [] when none is left.
    """
    return [
        np.concatenate((depart, ecarts.ravel())).tolist()
        for depart, ecarts in cut_anneaux([contour], lambda points: points / pas_deg)
    ]


def cut_anneaux(
    contours: Iterable[BaseGeometry], project: Callable[[Points], Points]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rings of the outlines on the integer grid where `project` puts (lon, lat): first point, steps to each next one.

    The step that closes a ring is left out, and so are rings that hold less than a triangle.
    """
    anneaux = shapely.get_rings(shapely.get_parts(np.fromiter(contours, dtype=object)))
    points, rangs = shapely.get_coordinates(anneaux, return_index=True)
    places = np.rint(project(points)).astype(np.int64)
    debuts = np.searchsorted(rangs, np.arange(len(anneaux)))
    for debut, fin in pairwise([*debuts, len(places)]):
        ecarts = np.diff(places[debut:fin], axis=0)
        ecarts = ecarts[ecarts.any(axis=1)]
        if len(ecarts) >= 3:
            yield places[debut], ecarts[:-1]


def choose_villes(villes: Iterable[Ville], zoom: int, limite: int = VILLES_MAX) -> list[Ville]:
    """The first towns (the biggest come first) whose names do not cover each other at this zoom, `limite` at most."""
    px_par_deg = 256 * 2**zoom / 360
    choisies: list[Ville] = []
    for ville in villes:
        # Web Mercator stretches latitudes by 1 / cos.
        etirement = 1 / math.cos(math.radians(min(abs(ville.lat), 80)))
        if all(
            abs(ville.lon - autre.lon) * px_par_deg >= _NOM_LARGEUR_PX
            or abs(ville.lat - autre.lat) * px_par_deg * etirement >= _NOM_HAUTEUR_PX
            for autre in choisies
        ):
            choisies.append(ville)
        if len(choisies) == limite:
            break
    return choisies


def place_noms(
    noms: Iterable[Nom], disques: Iterable[tuple[float, float, float]], *, cote_px: float, limite: int
) -> list[Nom]:
    """Names moved to where neither a disc (x, y, radius) nor a name before them stands, `limite` at most.

    Those that find no room in a picture `cote_px` wide are left out.
    """
    pris = [(x - r, y - r, x + r, y + r) for x, y, r in disques]
    places: list[Nom] = []
    for nom in noms:
        demi = len(nom.texte) * _LETTRE_PX / 2
        for cote, haut in _ECARTS_NOM:
            x, y = nom.x + cote * (demi + _RETRAIT_PX), nom.y + haut
            boite = (x - demi, y - _DEMI_HAUTEUR_PX, x + demi, y + _DEMI_HAUTEUR_PX)
            dedans = boite[0] >= 0 and boite[1] >= 0 and boite[2] <= cote_px and boite[3] <= cote_px
            if dedans and not any(_is_recouverte(boite, autre) for autre in pris):
                pris.append(boite)
                places.append(Nom(round(x, 1), round(y, 1), nom.texte))
                break
        if len(places) == limite:
            break
    return places


def _is_recouverte(boite: tuple[float, ...], autre: tuple[float, ...]) -> bool:
    return autre[0] < boite[2] and boite[0] < autre[2] and autre[1] < boite[3] and boite[1] < autre[3]
