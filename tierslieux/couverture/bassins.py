"""Parts of the country between which nobody travels to be helped: islands, overseas, Corse. Pure."""

from __future__ import annotations

from tierslieux.core.geo import METROPOLE, ZONES, find_zone, find_zone_at
from tierslieux.trajets.iles import ILES, find_ile

CORSE = "Corse"
BASSINS = (*(zone.code for zone in ZONES), CORSE, *ILES)
_RANGS = {bassin: rang for rang, bassin in enumerate(BASSINS)}
_DEPARTEMENTS_CORSE = ("2A", "2B")


def find_bassin(commune_code: str | None, lon: float, lat: float) -> int:
    """Rank in BASSINS of the part of the country of a commune, or of a position when the commune is not known."""
    if commune_code is None:
        zone = find_zone_at(lon, lat)
        return _RANGS[(zone or METROPOLE).code]
    ile = find_ile(commune_code)
    if ile is not None:
        return _RANGS[ile]
    return _RANGS[CORSE if commune_code.startswith(_DEPARTEMENTS_CORSE) else find_zone(commune_code).code]
