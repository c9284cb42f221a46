"""Arcep, mobile sites: one row a site of one operator, with the generations that it carries. Pure.

Two formats: the métropole in Lambert-93 (x, y, 2G, 3G, 4G), overseas in degrees (X, Y, C2G, C3G, C4G). A site is a
mast, not a coverage: a commune without any may be well covered, and one with many may have a valley in the dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from pyproj import Transformer

from tierslieux.core.geo import CRS_WGS84, SRID_LAMBERT93, find_zone_at
from tierslieux.indicateurs.contrat import CodeRejet, Element, Point, Rejet
from tierslieux.indicateurs.lecture.tables import parse_nombre, read_csv

_BOOLEENS = {"0": 0.0, "1": 1.0}


def read_lambert93(contenu: bytes) -> Iterator[Element]:
    """Each site of the métropole; raises SourceError."""
    transformer = _get_transformer()
    for ligne, rangee in read_csv(contenu, ";", ("Operateur", "x", "y", "2G", "3G", "4G")):
        x, y = _read_coordonnees(rangee, "x", "y")
        position = None if x is None or y is None else transformer.transform(x, y)
        yield _build(ligne, rangee, position, "x", ("2G", "3G", "4G"))


def read_wgs84(contenu: bytes) -> Iterator[Element]:
    """Each site of one territory of overseas; raises SourceError."""
    for ligne, rangee in read_csv(contenu, ";", ("Operateur", "X", "Y", "C2G", "C3G", "C4G")):
        lon, lat = _read_coordonnees(rangee, "X", "Y")
        position = None if lon is None or lat is None else (lon, lat)
        yield _build(ligne, rangee, position, "X", ("C2G", "C3G", "C4G"))


@cache
def _get_transformer() -> Transformer:
    return Transformer.from_crs(SRID_LAMBERT93, CRS_WGS84, always_xy=True)


def _read_coordonnees(rangee: Mapping[str, str], x: str, y: str) -> tuple[float | None, float | None]:
    try:
        return parse_nombre(rangee[x]), parse_nombre(rangee[y])
    except ValueError:
        return None, None


def _build(
    ligne: int,
    rangee: Mapping[str, str],
    position: tuple[float, float] | None,
    champ_x: str,
    generations: tuple[str, str, str],
) -> Element:
    if position is None:
        return Rejet(ligne, CodeRejet.VALEUR_ILLISIBLE, champ_x, rangee[champ_x][:100])
    lon, lat = position
    if find_zone_at(lon, lat) is None:
        return Rejet(ligne, CodeRejet.VALEUR_HORS_BORNES, champ_x, rangee[champ_x][:100])
    comptes = {"sites_mobiles": 1.0}
    for champ, nom in zip(generations, ("2g", "3g", "4g"), strict=True):
        if rangee[champ] not in _BOOLEENS:
            return Rejet(ligne, CodeRejet.VALEUR_ILLISIBLE, champ, rangee[champ][:100])
        comptes[f"sites_mobiles_{nom}"] = _BOOLEENS[rangee[champ]]
    return Point(ligne, lon, lat, comptes)
