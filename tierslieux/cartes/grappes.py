"""The grid on which places are counted for a map. Pure; the view `grappe` (migrations/sql) counts on the same grid.

A cell is a quarter of a 256-pixel web tile on each side (EPSG:3857, 2^(zoom+2) cells a side from the north-west).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tierslieux.core.types import Bbox

COTE_CELLULE_PX = 64
ZOOM_MIN = 2
ZOOM_MAX = 19
# A screen of 2,560 x 1,440 pixels has 920 cells. A wider box is answered on a coarser grid, never with more rows.
CELLULES_MAX = 1_024
# Discs of clusters are at most this wide on the map: two whose middles are nearer would hide each other.
ECART_PX = 46

# Where the web's square map of the world ends.
_LAT_MAX = 85.05


@dataclass(frozen=True, slots=True)
class Grille:
    """The cells of one zoom that a box touches, bounds included."""

    zoom: int
    x_min: int
    x_max: int
    y_min: int
    y_max: int

    @property
    def nombre(self) -> int:
        """How many cells."""
        return (self.x_max - self.x_min + 1) * (self.y_max - self.y_min + 1)

    @property
    def bbox(self) -> Bbox:
        """The box of all the cells, in degrees: counts do not depend on where a box cuts a cell."""
        cote = 2 ** (self.zoom + 2)
        return Bbox(
            ouest=self.x_min / cote * 360 - 180,
            sud=compute_lat((self.y_max + 1) / cote),
            est=(self.x_max + 1) / cote * 360 - 180,
            nord=compute_lat(self.y_min / cote),
        )


@dataclass(frozen=True, slots=True)
class Grappe:
    """Places that stand together, at their mean position in degrees; the place itself when there is only one."""

    lon: float
    lat: float
    nombre: int
    public_id: str | None = None
    nom: str | None = None
    genre: str | None = None


def build_grille(bbox: Bbox, zoom: int) -> Grille:
    """The grid of the box at this zoom, or at the first coarser one that has at most CELLULES_MAX cells in it."""
    for essai in range(min(max(zoom, ZOOM_MIN), ZOOM_MAX), ZOOM_MIN, -1):
        grille = _cut(bbox, essai)
        if grille.nombre <= CELLULES_MAX:
            return grille
    return _cut(bbox, ZOOM_MIN)


def merge_proches(grappes: Iterable[Grappe], zoom: int) -> list[Grappe]:
    """Join the clusters whose discs would hide each other at this zoom, the most numerous first.

    Means of neighbouring cells can fall on both sides of their common border, a few pixels apart. A cluster joins the
    first kept one nearer than ECART_PX and draws its position towards itself.
    """
    monde_px = 256 * 2**zoom
    gardees: list[Grappe] = []
    # Kept clusters by square of ECART_PX: only the nine squares around need looking at.
    carres: dict[tuple[int, int], list[tuple[float, float, int]]] = {}
    for grappe in sorted(grappes, key=lambda g: (-g.nombre, g.lon, g.lat)):
        x, y = compute_u(grappe.lon) * monde_px, compute_v(grappe.lat) * monde_px
        i, j = int(x // ECART_PX), int(y // ECART_PX)
        voisine = next(
            (
                rang
                for di in (0, -1, 1)
                for dj in (0, -1, 1)
                for px, py, rang in carres.get((i + di, j + dj), ())
                if math.hypot(px - x, py - y) < ECART_PX
            ),
            None,
        )
        if voisine is None:
            carres.setdefault((i, j), []).append((x, y, len(gardees)))
            gardees.append(grappe)
        else:
            gardees[voisine] = _join(gardees[voisine], grappe)
    return gardees


def _join(grande: Grappe, petite: Grappe) -> Grappe:
    nombre = grande.nombre + petite.nombre
    return replace(
        grande,
        lon=(grande.lon * grande.nombre + petite.lon * petite.nombre) / nombre,
        lat=(grande.lat * grande.nombre + petite.lat * petite.nombre) / nombre,
        nombre=nombre,
        public_id=None,
        nom=None,
        genre=None,
    )


def _cut(bbox: Bbox, zoom: int) -> Grille:
    cote: int = 2 ** (zoom + 2)

    def cell(part: float) -> int:
        return min(max(math.floor(part * cote), 0), cote - 1)

    return Grille(
        zoom=zoom,
        x_min=cell(compute_u(bbox.ouest)),
        x_max=cell(compute_u(bbox.est)),
        y_min=cell(compute_v(bbox.nord)),
        y_max=cell(compute_v(bbox.sud)),
    )


def compute_u(lon: float) -> float:
    """Part of the world's width, from the west."""
    return (lon + 180) / 360


def compute_v(lat: float) -> float:
    """Part of the world's height, from the north."""
    phi = math.radians(min(max(lat, -_LAT_MAX), _LAT_MAX))
    return (1 - math.asinh(math.tan(phi)) / math.pi) / 2


def compute_lat(v: float) -> float:
    """Latitude of a part of the world's height, in degrees."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * v))))
