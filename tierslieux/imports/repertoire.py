"""Where communes are: the local gazetteer, which approaches the position of a place and checks it. Pure."""

from __future__ import annotations

import math

from tierslieux.core.geo import find_zone
from tierslieux.imports.contrat import RejectCode
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import AdressePostale, PositionTrouvee
from tierslieux.territoires.referentiel import ReferentielCommunes

# Of 19,422 real positions (France Services 2024, third places 2019, libraries 2025), 99.8 % are within 5 km of the
# polygon of their commune and four between 10 and 20 km (hamlets of large communes). Each of the fifteen beyond 20 km
# has a code INSEE that its own postcode contradicts.
ECART_MAX_M = 20_000.0


class Repertoire:
    """The town hall of the commune, else its centre."""

    def __init__(self, communes: ReferentielCommunes) -> None:
        self._communes = communes

    def geocode(self, adresse: AdressePostale) -> PositionTrouvee | None:
        """The position of the commune, None when it has none."""
        centre = self._communes.find_centre(adresse.commune_code)
        return None if centre is None else PositionTrouvee(*centre, Precision.COMMUNE, None, "local")


def find_faute(communes: ReferentielCommunes, code: str, lon: float, lat: float) -> RejectCode | None:
    """What is wrong with a position (degrees, EPSG:4326) of this commune; None when nothing is."""
    if abs(lon) < 1e-4 and abs(lat) < 1e-4:
        return RejectCode.COORDONNEES_NULLES
    if _is_proche(communes, code, lon, lat):
        return None
    if _is_proche(communes, code, lat, lon):
        return RejectCode.COORDONNEES_INVERSEES
    return RejectCode.COORDONNEES_HORS_COMMUNE


def _is_proche(communes: ReferentielCommunes, code: str, lon: float, lat: float) -> bool:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return False
    distance_m = communes.compute_distance_m(code, lon, lat)
    # Without a polygon (overseas collectivities), the zone's box is all that can be checked.
    return find_zone(code).contains(lon, lat) if distance_m is None else distance_m <= ECART_MAX_M
