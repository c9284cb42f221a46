"""The position: checked against the commune, approached by its town hall or centre when it is absent.

A position that contradicts its commune rejects the record, because nobody can say which of the two is wrong; only a
source whose records are about communes themselves (town halls) has its position replaced instead.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from tierslieux.core.geo import find_zone
from tierslieux.imports.contrat import Avertissement, Contexte, Record, Reject, RejectCode, Resultat
from tierslieux.lieux.enums import Precision

# Of 19,422 real positions (France Services 2024, third places 2019, libraries 2025), 99.8 % are within 5 km of the
# polygon of their commune and four between 10 and 20 km (hamlets of large communes). Each of the fifteen beyond 20 km
# has a code INSEE that its own postcode contradicts.
ECART_MAX_M = 20_000.0
# Seven decimals of a degree are a centimetre.
_DECIMALES = 7


def clean(record: Record, contexte: Contexte) -> Resultat:
    """Keep the position with its precision, approach it, or reject the record."""
    code = record.valeurs["commune_code"]
    position = record.valeurs.get("position")
    if position is None or position.get("lon") is None or position.get("lat") is None:
        return _approach(record, contexte, code, Avertissement.POSITION_APPROCHEE)
    lon, lat = float(position["lon"]), float(position["lat"])
    faute = find_faute(contexte, code, lon, lat)
    if faute is None:
        exacte = {"lon": round(lon, _DECIMALES), "lat": round(lat, _DECIMALES), "precision": Precision.ADRESSE.value}
        return replace(record, valeurs={**record.valeurs, "position": exacte})
    if contexte.commune_certaine:
        return _approach(record, contexte, code, Avertissement.POSITION_ECARTEE)
    return Reject(record.ligne, faute, "position", f"{lat}, {lon}", record.brut)


def find_faute(contexte: Contexte, code: str, lon: float, lat: float) -> RejectCode | None:
    """What is wrong with a position (degrees, EPSG:4326) of this commune; None when nothing is."""
    if abs(lon) < 1e-4 and abs(lat) < 1e-4:
        return RejectCode.COORDONNEES_NULLES
    if _is_proche(contexte, code, lon, lat):
        return None
    if _is_proche(contexte, code, lat, lon):
        return RejectCode.COORDONNEES_INVERSEES
    return RejectCode.COORDONNEES_HORS_COMMUNE


def _is_proche(contexte: Contexte, code: str, lon: float, lat: float) -> bool:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return False
    distance_m = contexte.communes.compute_distance_m(code, lon, lat)
    # Without a polygon (overseas collectivities), the zone's box is all that can be checked.
    return find_zone(code).contains(lon, lat) if distance_m is None else distance_m <= ECART_MAX_M


def _approach(record: Record, contexte: Contexte, code: str, motif: Avertissement) -> Record:
    valeurs: dict[str, Any] = {champ: v for champ, v in record.valeurs.items() if champ != "position"}
    centre = contexte.communes.find_centre(code)
    if centre is None:
        contexte.warn(Avertissement.POSITION_ABSENTE)
    else:
        contexte.warn(motif)
        lon, lat = (round(degres, _DECIMALES) for degres in centre)
        valeurs["position"] = {"lon": lon, "lat": lat, "precision": Precision.COMMUNE.value}
    return replace(record, valeurs=valeurs)
