"""Public holidays of each territory: those of the whole country, and those of one territory alone. Pure.

Dates come from the library holidays: code du travail (L3133-1, L3422-2, L3134-13) and the calendars of the overseas
territories, with the days that custom alone keeps there (Mi-Carême in Guadeloupe…): offices close on those too.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays

from tierslieux.core.geo import METROPOLE, Zone, find_zone

# The calendar of the country, where no territory adds to it.
NATIONAL = ""
_MOSELLE = "57"
_ALSACE = "6AE"
_DEPARTEMENTS = {"57": _MOSELLE, "67": _ALSACE, "68": _ALSACE}
# Zones of core.geo whose key is another one in the library.
_COLLECTIVITES = {"975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC"}


# Every place of a list asks for it: communes of a page are few.
@lru_cache(maxsize=4096)
def find_calendrier(code: str | None) -> str:
    """The key of the territory's calendar of public holidays, from a code INSEE."""
    zone = find_zone(code)
    if zone is not METROPOLE:
        return _COLLECTIVITES.get(zone.code, zone.code)
    return _DEPARTEMENTS.get((code or "")[:2], NATIONAL)


def find_zone_du_calendrier(calendrier: str | None) -> Zone:
    """The territory of a calendar of `find_calendrier`."""
    codes = {cle: code for code, cle in _COLLECTIVITES.items()}
    return find_zone(codes.get(calendrier or "", calendrier))


@lru_cache(maxsize=256)
def list_feries(calendrier: str | None, annee: int) -> frozenset[dt.date]:
    """Public holidays of a year under a calendar of `find_calendrier`; none without a calendar."""
    if calendrier is None:
        return frozenset()
    return frozenset(holidays.country_holidays("FR", subdiv=calendrier or None, years=annee))


def is_jour_ferie(jour: dt.date, code: str | None = None) -> bool:
    """Whether the day is a public holiday in the commune, or in the whole country without one."""
    return jour in list_feries(find_calendrier(code), jour.year)
