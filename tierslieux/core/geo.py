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
