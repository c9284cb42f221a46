"""A sketch map drawn on the server: the outline of a territory and numbered pins, as the parts of one small SVG. Pure.

Equirectangular projection around the middle of the frame, on a sphere: within the 100 km that a sketch shows, distances
are true to 1 %, which is less than the thickness of a pin. Works without script, without tiles and on paper.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from tierslieux.core.types import Position

# Authalic radius of the Earth (WGS84), in metres.
_RAYON_TERRE_M = 6_371_007

COTE_PX = 400
_MARGE = 0.12
# Below this width, a few metres of uncertainty on an address would look like a distance.
_ENVERGURE_MIN_M = 1_500
# The outline enters the frame when that makes the frame at most this many times wider.
_ELARGISSEMENT_MAX = 1.7
# Pins nearer than this would cover each other: they share one.
_ECART_PX = 26
_SIMPLIFICATION_PX = 0.8
_ECHELLES_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
_ECHELLE_PART_MAX = 0.3


@dataclass(frozen=True, slots=True)
class Epingle:
    """A numbered point to draw, in degrees."""

    numero: int
    position: Position


@dataclass(frozen=True, slots=True)
class Marque:
    """A drawn pin: where its tip is in pixels, what it reads ("3", "4, 7", "9–12"), how wide its label is."""

    x: float
    y: float
    texte: str
    largeur: float


@dataclass(frozen=True, slots=True)
class Echelle:
    """A scale bar: its length in pixels and the distance it stands for."""

    longueur: float
    distance_m: int


@dataclass(frozen=True, slots=True)
class Croquis:
    """Everything that the template needs to write the SVG; lengths in pixels of a square of `cote`."""

    titre: str
    description: str
    cote: int
    contour: str
    lignes: str
    depart: tuple[float, float] | None
    marques: tuple[Marque, ...]
    echelle: Echelle


@dataclass(frozen=True, slots=True)
class _Cadre:
    """What the sketch shows: its middle in degrees and its width in metres."""

    lon: float
    lat: float
    envergure_m: float

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels, from the top left corner."""
        px_par_m = COTE_PX / self.envergure_m
        est_m = math.radians(lon - self.lon) * math.cos(math.radians(self.lat)) * _RAYON_TERRE_M
        nord_m = math.radians(lat - self.lat) * _RAYON_TERRE_M
        return COTE_PX / 2 + est_m * px_par_m, COTE_PX / 2 - nord_m * px_par_m

    def project_array(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Pixels of many points at once; (n, 2) lon, lat in, (n, 2) x, y out."""
        x, y = self.project(self.lon, self.lat)
        est, nord = self.project(self.lon + 1, self.lat + 1)
        return (points - (self.lon, self.lat)) * (est - x, nord - y) + (x, y)


def build_croquis(
    titre: str,
    description: str,
    *,
    epingles: Sequence[Epingle],
    depart: Position | None = None,
    contour: BaseGeometry | None = None,
    parties: Sequence[BaseGeometry] = (),
) -> Croquis | None:
    """Draw pins, the point of departure, the outline of a territory and those of its parts; None without anything.

    Geometries are polygons in EPSG:4326. The frame holds every pin and the departure, and the outline when it is not
    much wider than them. Pins that would cover each other are drawn as one that bears their numbers.
    """
    contour = None if contour is None or contour.is_empty else contour
    points = [epingle.position for epingle in epingles] + ([depart] if depart else [])
    if not points and contour is None:
        return None
    cadre = _choose_cadre(points, contour)
    return Croquis(
        titre=titre,
        description=description,
        cote=COTE_PX,
        contour=_draw_contour(contour, cadre) if contour is not None else "",
        lignes="".join(_draw_contour(partie, cadre) for partie in parties),
        depart=_round(*cadre.project(depart.lon, depart.lat)) if depart else None,
        marques=_place_marques(epingles, cadre),
        echelle=_choose_echelle(cadre),
    )


def _choose_cadre(points: Sequence[Position], contour: BaseGeometry | None) -> _Cadre:
    etendue_contour = shapely.MultiPoint(_corners(contour)) if contour is not None else None
    if not points:
        return _fit_cadre(etendue_contour)
    nuage = shapely.MultiPoint([(point.lon, point.lat) for point in points])
    cadre = _fit_cadre(nuage)
    if etendue_contour is not None:
        large = _fit_cadre(nuage.union(etendue_contour))
        if large.envergure_m <= _ELARGISSEMENT_MAX * cadre.envergure_m:
            return large
    return cadre


def _corners(contour: BaseGeometry) -> list[tuple[float, float]]:
    ouest, sud, est, nord = contour.bounds
    return [(ouest, sud), (est, nord)]


def _fit_cadre(nuage: BaseGeometry | None) -> _Cadre:
    if nuage is None:
        raise ValueError("a frame needs something to hold")
    ouest, sud, est, nord = nuage.bounds
    lat = (sud + nord) / 2
    largeur_m = math.radians(est - ouest) * math.cos(math.radians(lat)) * _RAYON_TERRE_M
    hauteur_m = math.radians(nord - sud) * _RAYON_TERRE_M
    envergure_m = max(largeur_m, hauteur_m, _ENVERGURE_MIN_M) / (1 - 2 * _MARGE)
    return _Cadre((ouest + est) / 2, lat, envergure_m)


def _draw_contour(contour: BaseGeometry, cadre: _Cadre) -> str:
    """The outline as the `d` of a path, cut a little outside the frame so that no false border shows."""
    projete = shapely.transform(contour, cadre.project_array)
    bord = 0.05 * COTE_PX
    coupe = shapely.clip_by_rect(shapely.make_valid(projete), -bord, -bord, COTE_PX + bord, COTE_PX + bord)
    simple = coupe.simplify(_SIMPLIFICATION_PX)
    polygones = [partie for partie in getattr(simple, "geoms", [simple]) if partie.geom_type == "Polygon"]
    return "".join(
        _draw_anneau(anneau.coords) for polygone in polygones for anneau in (polygone.exterior, *polygone.interiors)
    )


def _draw_anneau(coordonnees: Sequence[tuple[float, float]]) -> str:
    points = [f"{round(x, 1):g} {round(y, 1):g}" for x, y in coordonnees[:-1]]
    return f"M{'L'.join(points)}Z" if len(points) > 2 else ""


def _place_marques(epingles: Sequence[Epingle], cadre: _Cadre) -> tuple[Marque, ...]:
    """Nearest first: a pin joins the first group that it would cover, so the first numbers keep their true place."""
    groupes: list[tuple[float, float, list[int]]] = []
    for epingle in epingles:
        x, y = cadre.project(epingle.position.lon, epingle.position.lat)
        voisin = next((g for g in groupes if math.hypot(g[0] - x, g[1] - y) < _ECART_PX), None)
        if voisin is None:
            groupes.append((x, y, [epingle.numero]))
        else:
            voisin[2].append(epingle.numero)
    # Drawn from north to south, so that a tip is never hidden by the label of a pin behind it.
    groupes.sort(key=lambda groupe: groupe[1])
    marques = []
    for x, y, numeros in groupes:
        texte = write_numeros(numeros)
        marques.append(Marque(*_round(x, y), texte, max(24, 8 + 9 * len(texte))))
    return tuple(marques)


def write_numeros(numeros: Sequence[int]) -> str:
    """[3] → "3", [4, 7] → "4, 7", [9, 10, 11] → "9–11", [1, 4, 6] → "1, 4…"."""
    ordre = sorted(numeros)
    if len(ordre) < 3:
        return ", ".join(map(str, ordre))
    if ordre[-1] - ordre[0] == len(ordre) - 1:
        return f"{ordre[0]}–{ordre[-1]}"
    return f"{ordre[0]}, {ordre[1]}…"


def _choose_echelle(cadre: _Cadre) -> Echelle:
    """The longest round distance within a third of the frame."""
    disponible_m = cadre.envergure_m * _ECHELLE_PART_MAX
    distance_m = max((d for d in _ECHELLES_M if d <= disponible_m), default=_ECHELLES_M[0])
    return Echelle(round(distance_m * COTE_PX / cadre.envergure_m, 1), distance_m)


def _round(x: float, y: float) -> tuple[float, float]:
    return round(x, 1), round(y, 1)
