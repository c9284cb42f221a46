"""Coordinates of any file: numbers as people write them, and the coordinate system recognised by where points fall.

Pure: pyproj only. Longitude, then latitude, in degrees (EPSG:4326), out of every function.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from tierslieux.core.geo import METROPOLE, SRID_WEB_MERCATOR, SRID_WGS84, SYSTEMES, ZONES, Zone, find_zone
from tierslieux.imports.lecture.emprises import EMPRISES, Emprise

CODE_WGS84 = f"EPSG:{SRID_WGS84}"
# Degrees with the latitude where the longitude is expected.
CODE_WGS84_INVERSE = f"EPSG:{SRID_WGS84}-inverse"

# Of 19,422 real positions, 99.8 % are within 5 km of their commune; a tenth leaves room for worse files.
_PART_MIN = 0.9
# More points say no more, and each is tried in some fifteen systems.
_POINTS_MAX = 1_000
# Positions at zero are how software writes that it has none.
_ZERO = 1e-9


@dataclass(frozen=True, slots=True)
class Projection:
    """A coordinate system: `code` is that of the EPSG register, `libelle` is what people read."""

    code: str
    libelle: str

    def to_wgs84(self, x: float, y: float) -> tuple[float, float]:
        """(longitude, latitude) in degrees of a point of this system; both infinite when it is none of its points."""
        if self.code == CODE_WGS84:
            return x, y
        if self.code == CODE_WGS84_INVERSE:
            return y, x
        try:
            lon, lat = _get_transformer(self.code).transform(x, y)
        except ProjError:
            return math.inf, math.inf
        return float(lon), float(lat)


WGS84 = Projection(CODE_WGS84, "longitude et latitude en degrés (WGS 84)")
WGS84_INVERSE = Projection(CODE_WGS84_INVERSE, "latitude et longitude échangées, en degrés (WGS 84)")
PROJECTIONS: dict[str, Projection] = {
    WGS84.code: WGS84,
    WGS84_INVERSE.code: WGS84_INVERSE,
    **{f"EPSG:{s.srid}": Projection(f"EPSG:{s.srid}", f"{s.nom} (EPSG:{s.srid})") for s in SYSTEMES},
}


@functools.lru_cache(maxsize=64)
def _get_transformer(code: str) -> Transformer:
    return Transformer.from_crs(code, CODE_WGS84, always_xy=True)


def find_projection(code: str) -> Projection | None:
    """The projection of a code such as "EPSG:2154", those of PROJECTIONS first, then any of the EPSG register."""
    if code in PROJECTIONS:
        return PROJECTIONS[code]
    if not re.fullmatch(r"EPSG:\d{4,5}", code):
        return None
    try:
        nom = CRS.from_user_input(code).name
        _get_transformer(code)
    except (CRSError, ProjError):
        return None
    return Projection(code, f"{nom} ({code})")


def recognise_projection(points: Sequence[tuple[float, float]], departements: Collection[str]) -> Projection | None:
    """The only system in which nearly all points fall in the announced départements; None when none or several do.

    Points are (x, y) as the file has them, départements or collectivities are codes such as "49", "2A" or "974"; when
    none is known, the whole of France is meant, where several systems are often possible (see list_candidates).
    """
    candidates = list_candidates(points, departements)
    return candidates[0] if len(candidates) == 1 else None


def list_candidates(points: Sequence[tuple[float, float]], departements: Collection[str]) -> tuple[Projection, ...]:
    """Every system in which nearly all points fall in the announced départements, none when there is no point."""
    utiles = [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y) and abs(x) + abs(y) > _ZERO]
    utiles = utiles[:: len(utiles) // _POINTS_MAX + 1]
    if not utiles:
        return ()
    return tuple(
        projection
        for projection, emprises in _iterate_systemes(departements)
        if _count_dedans(projection, utiles, emprises) >= _PART_MIN * len(utiles)
    )


def _count_dedans(projection: Projection, points: Sequence[tuple[float, float]], emprises: list[Emprise]) -> int:
    convertis = (projection.to_wgs84(x, y) for x, y in points)
    return sum(
        any(ouest <= lon <= est and sud <= lat <= nord for ouest, sud, est, nord in emprises) for lon, lat in convertis
    )


def _iterate_systemes(departements: Collection[str]) -> Iterator[tuple[Projection, list[Emprise]]]:
    """Each system with the bounding boxes where its points may be."""
    emprises = _list_emprises(departements)
    toutes = [emprise for liste in emprises.values() for emprise in liste]
    yield WGS84, toutes
    yield WGS84_INVERSE, toutes
    for systeme in SYSTEMES:
        projection = PROJECTIONS[f"EPSG:{systeme.srid}"]
        if systeme.srid == SRID_WEB_MERCATOR:
            yield projection, toutes
            continue
        liste = [emprise for zone in systeme.zones for emprise in emprises.get(zone, [])]
        if systeme.emprise is not None:
            liste = [commune for emprise in liste if (commune := _cut(emprise, systeme.emprise)) is not None]
        if liste:
            yield projection, liste


def _list_emprises(departements: Collection[str]) -> dict[str, list[Emprise]]:
    """Bounding boxes of the announced départements by code of their zone, those of all zones when none is known."""
    emprises: dict[str, list[Emprise]] = {}
    for code in sorted({code.strip().upper() for code in departements}):
        zone = find_zone(code)
        if zone is not METROPOLE:
            emprises.setdefault(zone.code, []).append(zone.emprise)
        elif code in EMPRISES:
            emprises.setdefault(zone.code, []).append(EMPRISES[code])
    return emprises or {zone.code: _list_emprises_zone(zone) for zone in ZONES}


def _list_emprises_zone(zone: Zone) -> list[Emprise]:
    return list(EMPRISES.values()) if zone is METROPOLE else [zone.emprise]


def _cut(une: Emprise, autre: Emprise) -> Emprise | None:
    """What two boxes share."""
    ouest, sud = max(une[0], autre[0]), max(une[1], autre[1])
    est, nord = min(une[2], autre[2]), min(une[3], autre[3])
    return (ouest, sud, est, nord) if ouest < est and sud < nord else None


# Spaces of every width, and the apostrophe of the Swiss, between thousands.
_ESPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_NOMBRE = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,3})?")
_MILLIERS = re.compile(r"[+-]?[0-9]{1,3}(?P<groupe>[.,])[0-9]{3}((?P=groupe)[0-9]{3})*(?!(?P=groupe))[.,][0-9]+")
_DEGRES = re.compile(
    r"(?P<avant>[NSEOW])?\s*(?P<signe>[+-])?\s*(?P<degres>[0-9]{1,3}([.,][0-9]+)?)\s*[°º]"
    r"\s*((?P<minutes>[0-9]{1,2}([.,][0-9]+)?)\s*['’′]\s*((?P<secondes>[0-9]{1,2}([.,][0-9]+)?)\s*([\"”″]|['’′]{2}))?)?"
    r"\s*(?P<apres>N(ORD)?|S(UD)?|E(ST)?|O(UEST)?|W(EST)?)?",
)
_TEXTE_MAX = 60


def parse_nombre(texte: str | None) -> float | None:
    """The number that a text writes, with a decimal comma or point, thousands apart, or degrees, minutes and seconds.

    South and west are negative. None when it is no number, or when two readings are possible ("46.178.735").
    """
    propre = (texte or "").strip().replace("−", "-").upper()
    if not propre or len(propre) > _TEXTE_MAX:
        return None
    if "°" in propre or "º" in propre:
        return _parse_degres(propre)
    serre = _ESPACES.sub("", propre)
    if _ESPACES.search(propre) and not _has_groupes(propre):
        return None
    if _MILLIERS.fullmatch(serre):
        decimale = max(serre.rfind("."), serre.rfind(","))
        serre = re.sub("[.,]", "", serre[:decimale]) + "." + serre[decimale + 1 :]
    if not _NOMBRE.fullmatch(serre):
        return None
    nombre = float(serre.replace(",", "."))
    return nombre if math.isfinite(nombre) else None


def _has_groupes(texte: str) -> bool:
    """Whether spaces and apostrophes of a number stand between thousands or after its sign, and nowhere else."""
    return re.fullmatch(r"[+-]?\s*[0-9]{1,3}(" + _ESPACES.pattern + r"[0-9]{3})*([.,][0-9]*)?", texte) is not None


def _parse_degres(texte: str) -> float | None:
    lu = _DEGRES.fullmatch(texte)
    if lu is None or (lu["avant"] and lu["apres"]):
        return None
    degres, minutes, secondes = (float((lu[nom] or "0").replace(",", ".")) for nom in ("degres", "minutes", "secondes"))
    if degres > 180 or minutes >= 60 or secondes >= 60:
        return None
    sens = (lu["avant"] or lu["apres"] or "")[:1]
    if sens and lu["signe"] == "-":
        return None
    valeur = degres + minutes / 60 + secondes / 3600
    return -valeur if sens in {"S", "O", "W"} or lu["signe"] == "-" else valeur


def recognise_decimale(textes: Collection[str | None]) -> str | None:
    """How the texts write decimals, in French words; None when none of them is a number with decimals."""
    signes: dict[str, None] = {}
    for texte in textes:
        if parse_nombre(texte) is None or texte is None:
            continue
        if "°" in texte or "º" in texte:
            signes["degrés, minutes et secondes"] = None
        elif (position := max(texte.rfind(","), texte.rfind("."))) >= 0:
            signes["virgule" if texte[position] == "," else "point"] = None
    return " ou ".join(signes) or None
