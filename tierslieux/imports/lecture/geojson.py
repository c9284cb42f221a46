"""GeoJSON features as rows: properties are cells, the geometry gives a point in degrees (EPSG:4326). Pure.

Source: RFC 7946. The `crs` member, which it removed in 2016, is still written by common software and is understood.
"""

from __future__ import annotations

import math
import re
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture.lignes import Ligne, shorten, shorten_cellules
from tierslieux.imports.lecture.projections import Projection, find_projection

LONGITUDE = "geometrie.longitude"
LATITUDE = "geometrie.latitude"
COLONNES = (LONGITUDE, LATITUDE)
# A tenth of a millimetre at most: what a change of projection gives beyond is noise.
_DECIMALES = 7
_WGS84 = re.compile(r"(CRS:?84|EPSG:(\d[\d.]*)?:?4326|WGS ?84)$", re.IGNORECASE)
_SRID = re.compile(r"EPSG:(?:\d[\d.]*)?:?(?P<srid>\d{4,5})$", re.IGNORECASE)


def is_feature(objet: Any) -> bool:  # noqa: ANN401  (any JSON value)
    """Whether a JSON value is a GeoJSON feature."""
    return isinstance(objet, dict) and objet.get("type") == "Feature" and "geometry" in objet


def is_surface(objet: Any) -> bool:  # noqa: ANN401  (any JSON value)
    """Whether a JSON value is a feature whose geometry is more than a point."""
    geometrie = objet.get("geometry") if isinstance(objet, dict) else None
    return isinstance(geometrie, dict) and geometrie.get("type") != "Point"


def list_colonnes(objet: dict[str, Any]) -> list[str]:
    """Names of the cells that a feature gives, those of its geometry left out."""
    proprietes = objet.get("properties")
    noms = list(proprietes) if isinstance(proprietes, dict) else []
    return noms if "id" in noms or objet.get("id") is None else ["id", *noms]


class Lecteur:
    """Turns features into rows; `projection` is the one that the file's `crs` member names, None for degrees."""

    def __init__(self, crs: Any) -> None:  # noqa: ANN401  (any JSON value)
        self.projection = _find_crs(crs)

    def flatten(self, numero: int, objet: dict[str, Any]) -> Ligne | Reject:
        """The row of one feature; its `id` is a cell unless a property has that name."""
        proprietes = objet.get("properties")
        cellules = {cle: _flatten(valeur) for cle, valeur in (proprietes or {}).items() if isinstance(proprietes, dict)}
        if objet.get("id") is not None:
            cellules.setdefault("id", _flatten(objet["id"]))
        geometrie = objet.get("geometry")
        try:
            longitude, latitude = (None, None) if geometrie is None else self._locate(geometrie)
        except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as erreur:
            constat = shorten(f"{type(erreur).__name__} : {erreur}")
            return Reject(numero, RejectCode.LIGNE_ILLISIBLE, "geometry", constat, shorten_cellules(cellules))
        return Ligne(numero, {**cellules, LONGITUDE: longitude, LATITUDE: latitude})

    def _locate(self, geometrie: dict[str, Any]) -> tuple[str, str] | tuple[None, None]:
        """(longitude, latitude) as texts, those of the file when they need no computation."""
        if geometrie["type"] == "Point":
            if not geometrie["coordinates"]:
                return None, None
            x, y = geometrie["coordinates"][:2]
            if self.projection is None:
                return str(x).strip(), str(y).strip()
            return self._write(float(x), float(y))
        forme = shape(_convert(geometrie))
        if forme.is_empty:
            return None, None
        point = shapely.point_on_surface(forme)
        return self._write(point.x, point.y)

    def _write(self, x: float, y: float) -> tuple[str, str]:
        lon, lat = (x, y) if self.projection is None else self.projection.to_wgs84(x, y)
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise ValueError("coordonnées impossibles")
        return f"{round(lon, _DECIMALES)}", f"{round(lat, _DECIMALES)}"


def _flatten(valeur: Any) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return (valeur.strip() or None) if isinstance(valeur, str) else valeur


def _convert(valeur: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """The geometry with its coordinates, which are read as texts, as numbers."""
    if isinstance(valeur, dict):
        return {
            cle: _to_nombres(membre) if cle == "coordinates" else _convert(membre) for cle, membre in valeur.items()
        }
    return [_convert(membre) for membre in valeur] if isinstance(valeur, list) else valeur


def _to_nombres(valeur: Any) -> Any:  # noqa: ANN401  (any JSON value)
    return [_to_nombres(membre) for membre in valeur] if isinstance(valeur, list) else float(valeur)


def _find_crs(crs: Any) -> Projection | None:  # noqa: ANN401  (any JSON value)
    if crs is None:
        return None
    proprietes = crs.get("properties") if isinstance(crs, dict) else None
    nom = proprietes.get("name") if isinstance(proprietes, dict) else None
    if not isinstance(nom, str):
        raise SourceError("le système de coordonnées de « crs » n’est pas nommé")
    if _WGS84.search(nom):
        return None
    srid = _SRID.search(nom)
    projection = find_projection(f"EPSG:{srid['srid']}") if srid else None
    if projection is None:
        raise SourceError(f"le système de coordonnées « {shorten(nom)} » n’est pas connu")
    return projection
