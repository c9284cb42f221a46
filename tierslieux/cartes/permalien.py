"""The address of a state of the map page, without its path: pages of other features link to the same place. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from tierslieux.core.types import Position

# A commune and its neighbours, and a street with the next ones.
ZOOM_COMMUNE = 13
ZOOM_LIEU = 16


def build_fragment_carte(position: Position, zoom: int, filtres: Mapping[str, str] | None = None) -> str:
    """The query string that opens the map at this place, with these filters."""
    args = {"lon": f"{position.lon:.4f}", "lat": f"{position.lat:.4f}", "zoom": str(zoom)}
    return "?" + urlencode(args | dict(filtres or {}))
