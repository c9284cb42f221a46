"""Small OpenStreetMap extracts for the tests of the road graph, drawn on the equator.

There, on the ellipsoid GRS80, a thousandth of a degree is 111.3195 m of longitude and 110.5743 m of latitude, so that
expected times can be worked out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

LON_M = 111_319.4908  # a degree
LAT_M = 110_574.2727


@dataclass(frozen=True, slots=True)
class Voie:
    """A way: the names of its points, and its tags."""

    points: str
    tags: Mapping[str, str] = field(default_factory=dict)


def write_extrait(
    fichier: Path,
    points: Mapping[str, tuple[float, float]],
    voies: Sequence[Voie],
    *,
    tags_points: Mapping[str, Mapping[str, str]] | None = None,
    absents: str = "",
) -> Path:
    """Write an extract; `points` are thousandths of a degree (lon, lat), one letter each; `absents` are left out."""
    numeros = {nom: rang for rang, nom in enumerate(points, start=1)}
    lignes = ['<osm version="0.6">', '<bounds minlat="-0.05" minlon="-0.05" maxlat="0.1" maxlon="0.1"/>']
    for nom, (lon, lat) in points.items():
        if nom not in absents:
            tags = _write_tags((tags_points or {}).get(nom, {}))
            lignes.append(f'<node id="{numeros[nom]}" lon="{lon / 1000}" lat="{lat / 1000}">{tags}</node>')
    for rang, voie in enumerate(voies, start=1):
        refs = "".join(f'<nd ref="{numeros[nom]}"/>' for nom in voie.points)
        lignes.append(f'<way id="{rang}">{refs}{_write_tags(voie.tags)}</way>')
    fichier.write_text("\n".join([*lignes, "</osm>"]), encoding="utf-8")
    return fichier


def _write_tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(cle)} v={quoteattr(valeur)}/>" for cle, valeur in tags.items())
