"""The only place with SRID numbers, the metric CRS and the time zone of each territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tierslieux.core.errors import CrsMismatchError

if TYPE_CHECKING:
    import geopandas as gpd

SRID_WGS84 = 4326
SRID_LAMBERT93 = 2154
SRID_WEB_MERCATOR = 3857

CRS_WGS84 = f"EPSG:{SRID_WGS84}"


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of France with one legal projection, one time zone and one bounding box.

    `emprise` is (west, south, east, north) in degrees, wide enough for the islands nearby; it only serves to tell a
    plausible position from an absurd one. Projections: décret 2019-165. Time zones: IANA.
    """

    code: str
    nom: str
    srid: int
    fuseau: ZoneInfo
    emprise: tuple[float, float, float, float]

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the position falls in the zone's bounding box."""
        west, south, east, north = self.emprise
        return west <= lon <= east and south <= lat <= north


METROPOLE = Zone(
    "metropole", "France métropolitaine", SRID_LAMBERT93, ZoneInfo("Europe/Paris"), (-5.5, 41.2, 9.8, 51.3)
)

# Keyed by the first three characters of a code INSEE or of a postcode.
ZONES_OUTRE_MER: dict[str, Zone] = {
    "971": Zone("971", "Guadeloupe", 5490, ZoneInfo("America/Guadeloupe"), (-62.0, 15.7, -60.9, 16.6)),
    "972": Zone("972", "Martinique", 5490, ZoneInfo("America/Martinique"), (-61.4, 14.2, -60.6, 15.1)),
    "973": Zone("973", "Guyane", 2972, ZoneInfo("America/Cayenne"), (-54.8, 2.0, -51.4, 6.1)),
    "974": Zone("974", "La Réunion", 2975, ZoneInfo("Indian/Reunion"), (55.0, -21.6, 56.1, -20.7)),
    "975": Zone("975", "Saint-Pierre-et-Miquelon", 4467, ZoneInfo("America/Miquelon"), (-56.6, 46.6, -56.0, 47.3)),
    "976": Zone("976", "Mayotte", 4471, ZoneInfo("Indian/Mayotte"), (44.8, -13.2, 45.5, -12.4)),
    "977": Zone("977", "Saint-Barthélemy", 5490, ZoneInfo("America/St_Barthelemy"), (-63.0, 17.7, -62.7, 18.1)),
    "978": Zone("978", "Saint-Martin", 5490, ZoneInfo("America/Marigot"), (-63.3, 17.9, -62.9, 18.3)),
    "986": Zone("986", "Wallis-et-Futuna", 8903, ZoneInfo("Pacific/Wallis"), (-178.4, -14.6, -175.9, -13.0)),
    "987": Zone("987", "Polynésie française", 3297, ZoneInfo("Pacific/Tahiti"), (-155.0, -28.0, -134.0, -7.5)),
    "988": Zone("988", "Nouvelle-Calédonie", 3163, ZoneInfo("Pacific/Noumea"), (163.0, -23.0, 168.5, -19.0)),
}

ZONES: tuple[Zone, ...] = (METROPOLE, *ZONES_OUTRE_MER.values())


@dataclass(frozen=True, slots=True)
class Systeme:
    """A projected coordinate system that files come in: its zones by code, and where it is used when that is less.

    `emprise` is (west, south, east, north) in degrees. Source: EPSG register. The nine conic conformal zones (décret
    2006-272) are one degree wide on both sides of their parallel, here with a tenth more for places near the border
    of two; the four of Polynésie française are six degrees wide, the sixth two more for the whole of the Société.
    """

    srid: int
    nom: str
    zones: tuple[str, ...]
    emprise: tuple[float, float, float, float] | None = None


_ANTILLES = ("971", "972", "977", "978")

SYSTEMES: tuple[Systeme, ...] = (
    Systeme(SRID_LAMBERT93, "Lambert-93", ("metropole",)),
    *(
        Systeme(3900 + p, f"Lambert conique conforme CC{p}", ("metropole",), (-5.5, p - 1.1, 9.8, p + 1.1))
        for p in range(42, 51)
    ),
    Systeme(27572, "Lambert II étendu", ("metropole",)),
    Systeme(5490, "RGAF09, UTM 20 Nord", _ANTILLES),
    Systeme(2972, "RGFG95, UTM 22 Nord", ("973",)),
    Systeme(2975, "RGR92, UTM 40 Sud", ("974",)),
    Systeme(4467, "RGSPM06, UTM 21 Nord", ("975",)),
    Systeme(4471, "RGM04, UTM 38 Sud", ("976",)),
    Systeme(8903, "RGWF96, UTM 1 Sud", ("986",)),
    Systeme(3296, "RGPF, UTM 5 Sud", ("987",), (-155.0, -23.0, -150.0, -15.5)),
    Systeme(3297, "RGPF, UTM 6 Sud", ("987",), (-152.0, -28.0, -144.0, -14.0)),
    Systeme(3298, "RGPF, UTM 7 Sud", ("987",), (-144.0, -23.0, -138.0, -7.5)),
    Systeme(3299, "RGPF, UTM 8 Sud", ("987",), (-138.0, -24.0, -134.0, -14.0)),
    Systeme(3163, "RGNC91-93, Lambert Nouvelle-Calédonie", ("988",)),
    Systeme(SRID_WEB_MERCATOR, "Web Mercator", tuple(zone.code for zone in ZONES)),
)


def find_zone(code: str | None) -> Zone:
    """The zone of a code INSEE, a département or a postcode; the métropole when it is none of overseas'."""
    return ZONES_OUTRE_MER.get((code or "")[:3], METROPOLE)


def find_zone_at(lon: float, lat: float) -> Zone | None:
    """The zone whose bounding box holds the position, or None in the sea and abroad."""
    return next((zone for zone in ZONES if zone.contains(lon, lat)), None)


def assert_crs(frame: gpd.GeoDataFrame, crs: str = CRS_WGS84) -> None:
    """Raise CrsMismatchError unless the frame declares this CRS."""
    if frame.crs is None or frame.crs != crs:
        raise CrsMismatchError(f"expected a layer in {crs}, got {frame.crs}")
