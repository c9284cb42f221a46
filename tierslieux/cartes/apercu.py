"""A map drawn on the server: outlines, names and clusters as the parts of one SVG. Pure.

It is what the map page shows before its script has run, and all it shows without script: same projection (EPSG:3857),
same zooms and same clusters as the interactive map.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.fond import Nom, Points, Ville, cut_anneaux, place_noms
from tierslieux.cartes.grappes import Grappe, compute_lat, compute_u, compute_v
from tierslieux.core.types import Bbox, Position
from tierslieux.filtres import INSECABLE, format_nombre

COTE_PX = 400
ZOOM_MIN = 3
ZOOM_MAX = 18
NOMS_MAX = 16
# Diameter of a cluster's disc in pixels by the number of digits of its count; the last one goes on.
_DIAMETRES_PX = (26, 32, 38, 44)
_DIAMETRE_SEUL_PX = 20


@dataclass(frozen=True, slots=True)
class Cadre:
    """What the picture shows: a square of COTE_PX pixels around a position, at a zoom of web maps."""

    centre: Position
    zoom: int

    @property
    def bbox(self) -> Bbox:
        """The box of the picture, in degrees."""
        demi = COTE_PX / 2 / self._monde_px
        u, v = compute_u(self.centre.lon), compute_v(self.centre.lat)
        return Bbox(
            ouest=max((u - demi) * 360 - 180, -180),
            sud=compute_lat(min(v + demi, 1)),
            est=min((u + demi) * 360 - 180, 180),
            nord=compute_lat(max(v - demi, 0)),
        )

    @property
    def _monde_px(self) -> int:
        return int(256 * 2**self.zoom)

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels, from the top left corner."""
        x = (compute_u(lon) - compute_u(self.centre.lon)) * self._monde_px + COTE_PX / 2
        y = (compute_v(lat) - compute_v(self.centre.lat)) * self._monde_px + COTE_PX / 2
        return round(x, 1), round(y, 1)

    def project_array(self, points: Points) -> Points:
        """The same for an array of (lon, lat)."""
        u = (points[:, 0] + 180) / 360
        v = (1 - np.arcsinh(np.tan(np.radians(points[:, 1]))) / math.pi) / 2
        ecarts = np.column_stack((u - compute_u(self.centre.lon), v - compute_v(self.centre.lat)))
        pixels: Points = ecarts * self._monde_px + COTE_PX / 2
        return pixels


@dataclass(frozen=True, slots=True)
class Disque:
    """A cluster as it is drawn: where, how wide, what it reads, where it leads and what it is called."""

    x: float
    y: float
    rayon: float
    texte: str
    adresse: str
    libelle: str


@dataclass(frozen=True, slots=True)
class Apercu:
    """Everything that the template needs to write the SVG; `contours` is the `d` of a path."""

    cote: int
    contours: str
    noms: tuple[Nom, ...]
    disques: tuple[Disque, ...]


def build_apercu(
    cadre: Cadre,
    *,
    contours: Iterable[BaseGeometry],
    villes: Iterable[Ville],
    grappes: Sequence[Grappe],
    describe: Callable[[Grappe], tuple[str, str]],
) -> Apercu:
    """Draw outlines (EPSG:4326), names and clusters; `describe` gives a cluster's address and accessible name.

    Clusters outside the picture are left out; the fewest come last, so that they stand above the others.
    """
    disques = []
    for grappe in grappes:
        x, y = cadre.project(grappe.lon, grappe.lat)
        if 0 <= x <= COTE_PX and 0 <= y <= COTE_PX:
            texte = format_compte(grappe.nombre) if grappe.nombre > 1 else ""
            disques.append(Disque(x, y, compute_diametre_px(grappe.nombre) / 2, texte, *describe(grappe)))
    noms = place_noms(
        (Nom(*cadre.project(ville.lon, ville.lat), ville.nom) for ville in villes),
        ((disque.x, disque.y, disque.rayon) for disque in disques),
        cote_px=COTE_PX,
        limite=NOMS_MAX,
    )
    return Apercu(
        cote=COTE_PX,
        contours=_draw_contours(contours, cadre),
        noms=tuple(noms),
        disques=tuple(disques),
    )


def fit_zoom(bbox: Bbox) -> int:
    """The deepest zoom at which the box is whole in the picture."""
    largeur = compute_u(bbox.est) - compute_u(bbox.ouest)
    hauteur = compute_v(bbox.sud) - compute_v(bbox.nord)
    part = max(largeur, hauteur, 2.0**-ZOOM_MAX)
    return min(max(math.floor(math.log2(COTE_PX / 256 / part)), ZOOM_MIN), ZOOM_MAX)


def compute_diametre_px(nombre: int) -> int:
    """Diameter of the disc of so many places."""
    if nombre == 1:
        return _DIAMETRE_SEUL_PX
    return _DIAMETRES_PX[min(len(str(nombre)), len(_DIAMETRES_PX)) - 1]


def format_compte(nombre: int) -> str:
    """A count that fits in a disc: 37, 1,2 k, 12 k."""
    if nombre < 1_000:
        return str(nombre)
    if nombre < 9_950:
        return f"{format_nombre(nombre / 1_000)}{INSECABLE}k"
    return f"{format_nombre(round(nombre / 1_000))}{INSECABLE}k"


def _draw_contours(contours: Iterable[BaseGeometry], cadre: Cadre) -> str:
    """The outlines as the `d` of one path. "z" draws the step that closes a ring; a minus sign separates numbers."""
    return "".join(
        f"M{x} {y}l{' '.join(map(str, ecarts.ravel().tolist()))}z".replace(" -", "-")
        for (x, y), ecarts in cut_anneaux(contours, cadre.project_array)
    )
