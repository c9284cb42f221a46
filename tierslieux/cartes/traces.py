"""Outlines as the `d` of SVG paths on a grid of whole units, as short as they can be. Pure.

Neighbours that share a vertex round it alike, so that no gap opens between them. Areas of one colour are drawn by the
edges that only one of them has, under the even-odd rule: those between two of them cancel out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Points = NDArray[np.int64]
Entiers = NDArray[np.int64]

# Coordinates stand between minus and plus this; a drawing is far narrower.
_COTE_MAX = 1 << 14
# A point is numbered with this many bits, an edge with twice as many: the numbers of its two ends.
_BITS = 30


@dataclass(frozen=True, slots=True)
class Suites:
    """Rings or lines one after the other: their points, and the rank in `points` where each starts, then the end."""

    points: Points
    debuts: Entiers

    @property
    def rangs(self) -> Entiers:
        """The ring or line of each point."""
        return np.repeat(np.arange(len(self.debuts) - 1), np.diff(self.debuts))


@dataclass(frozen=True, slots=True)
class Fusion:
    """Areas drawn together: their outline to fill, and the lines between them, each once."""

    contour: str
    limites: str


def encode_polygones(polygones: Geometries) -> str:
    """Every ring of the polygons; those that hold less than a triangle on the grid are left out."""
    return _encode(_thin(_read_anneaux(polygones)), ferme=True)


def encode_fusion(polygones: Geometries, *, limites: bool) -> Fusion:
    """The areas together, without the edges between two of them, which are given apart when `limites` says so."""
    numeros, suivants = _list_aretes(shapely.orient_polygons(polygones))
    aretes, inverse = np.unique(
        np.minimum(numeros, suivants) << _BITS | np.maximum(numeros, suivants), return_inverse=True
    )
    # Neighbours go along their common edge in opposite directions.
    soldes = np.rint(np.bincount(inverse, weights=np.where(numeros < suivants, 1, -1))).astype(np.int64)
    reste = np.repeat(aretes, np.abs(soldes))
    montant = np.repeat(soldes > 0, np.abs(soldes))
    bas, haut = _split(reste)
    contour = _encode(_thin(_chain(np.where(montant, bas, haut), np.where(montant, haut, bas))), ferme=True)
    return Fusion(contour, _encode(_merge(aretes[soldes == 0]), ferme=False) if limites else "")


def encode_lignes(polygones: Geometries) -> str:
    """Every edge of the polygons once, as lines."""
    numeros, suivants = _list_aretes(polygones)
    aretes = np.unique(np.minimum(numeros, suivants) << _BITS | np.maximum(numeros, suivants))
    return _encode(_merge(aretes), ferme=False)


def _list_aretes(polygones: Geometries) -> tuple[Entiers, Entiers]:
    """Numbers of the points where each edge of the rings starts and ends."""
    anneaux = _read_anneaux(polygones)
    numeros = _number(anneaux.points)
    suivants = np.roll(numeros, -1)
    pleins = np.diff(anneaux.debuts) > 0
    suivants[anneaux.debuts[1:][pleins] - 1] = numeros[anneaux.debuts[:-1][pleins]]
    bouge = numeros != suivants
    return numeros[bouge], suivants[bouge]


def _read_anneaux(polygones: Geometries) -> Suites:
    """Rings on the grid, without the point that closes them."""
    anneaux = shapely.get_rings(shapely.get_parts(polygones))
    points, rangs = shapely.get_coordinates(anneaux, return_index=True)
    dedans = np.concatenate((rangs[1:] == rangs[:-1], [False]))[: len(rangs)]
    debuts = np.searchsorted(rangs[dedans], np.arange(len(anneaux) + 1))
    return Suites(np.rint(points[dedans]).astype(np.int64), debuts)


def _number(points: Points) -> Entiers:
    decales = points + _COTE_MAX
    return decales[:, 0] * (2 * _COTE_MAX) + decales[:, 1]


def _place(numeros: Entiers) -> Points:
    return np.stack((numeros // (2 * _COTE_MAX), numeros % (2 * _COTE_MAX)), axis=-1) - _COTE_MAX


def _split(aretes: Entiers) -> tuple[Entiers, Entiers]:
    """Numbers of the points at both ends of edges, the smaller first."""
    return aretes >> _BITS, aretes & ((1 << _BITS) - 1)


def _chain(departs: Entiers, arrivees: Entiers) -> Suites:
    """Rings that use each directed edge once; as many edges arrive at each point as leave it."""
    par_depart, par_arrivee = np.argsort(departs, kind="stable"), np.argsort(arrivees, kind="stable")
    suivantes = np.empty(len(departs), dtype=np.int64)
    suivantes[par_arrivee] = par_depart
    suites = suivantes.tolist()
    ordre: list[int] = []
    debuts = [0]
    vues = bytearray(len(suites))
    for premiere in range(len(suites)):
        arete = premiere
        while not vues[arete]:
            vues[arete] = 1
            ordre.append(arete)
            arete = suites[arete]
        if len(ordre) > debuts[-1]:
            debuts.append(len(ordre))
    return Suites(_place(departs[ordre]), np.array(debuts))


def _merge(aretes: Entiers) -> Suites:
    """Edges as the longest lines between crossings."""
    bas, haut = _split(aretes)
    bouts = np.stack((_place(bas), _place(haut)), axis=1).astype(np.float64)
    lignes = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(bouts))))
    points, rangs = shapely.get_coordinates(lignes, return_index=True)
    debuts = np.searchsorted(rangs, np.arange(len(lignes) + 1))
    return Suites(np.rint(points).astype(np.int64), debuts)


def _thin(anneaux: Suites) -> Suites:
    """The rings without points that stay in place or go straight on."""
    points, debuts = anneaux.points, anneaux.debuts
    for droits in (False, True):
        if not len(points):
            break
        rangs = Suites(points, debuts).rangs
        avant = np.arange(-1, len(points) - 1)
        apres = np.arange(1, len(points) + 1)
        pleins = np.diff(debuts) > 0
        avant[debuts[:-1][pleins]] = debuts[1:][pleins] - 1
        apres[debuts[1:][pleins] - 1] = debuts[:-1][pleins]
        venue, depart = points - points[avant], points[apres] - points
        garde = venue.any(axis=1)
        if droits:
            tourne = venue[:, 0] * depart[:, 1] != venue[:, 1] * depart[:, 0]
            garde &= tourne | ((venue * depart).sum(axis=1) < 0)
        points, debuts = points[garde], np.searchsorted(rangs[garde], np.arange(len(debuts)))
    return Suites(points, debuts)


def _encode(suites: Suites, *, ferme: bool) -> str:
    """Relative moves: the first point from where the last path was left, the others each from the one before."""
    minimum = 3 if ferme else 2
    longueurs = np.diff(suites.debuts)
    gardees = np.flatnonzero(longueurs >= minimum)
    if not len(gardees):
        return ""
    premiers = suites.points[suites.debuts[:-1][gardees]]
    gardees = gardees[np.lexsort((premiers[:, 1], premiers[:, 0]))]
    longueurs = longueurs[gardees]
    fins = np.cumsum(longueurs)
    departs = fins - longueurs
    points = suites.points[
        np.repeat(suites.debuts[:-1][gardees] - departs, longueurs) + np.arange(fins[-1], dtype=np.int64)
    ]
    ecarts = np.diff(points, axis=0, prepend=0)
    if ferme:
        ecarts[departs[1:]] = points[departs[1:]] - points[departs[:-1]]
    textes = list(map(str, ecarts.ravel().tolist()))
    fin = "z" if ferme else ""
    return "".join(
        f"m{' '.join(textes[2 * depart : 2 * arret])}{fin}"
        for depart, arret in zip(departs.tolist(), fins.tolist(), strict=True)
    ).replace(" -", "-")
