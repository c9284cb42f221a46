"""Rows of one file that say the same place twice. Pure.

The rule is narrow on purpose: same name, same commune, and the same address or less than DISTANCE_MAX_M between exact
positions. A doubtful pair stays two places, which a person can merge; a wrong merge hides a place from everybody.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierslieux.imports.contrat import Record, Reject, RejectCode
from tierslieux.lieux.enums import Precision
from tierslieux.territoires.noms import build_cle

# The size of a block of houses: in the real files, rows of one name and one commune are either within 50 m (the same
# door geocoded twice) or beyond 300 m (the branches of a body).
DISTANCE_MAX_M = 100.0
RAYON_TERRE_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Tri:
    """The rows of a file sorted: distinct records, how many repeat one exactly, and those that contradict one."""

    records: list[Record]
    repetitions: int
    rejets: list[Reject]


def sort_repetitions(records: Iterable[Record]) -> Tri:
    """Take out the rows whose identifier has been met: merged when they say the same place, rejected otherwise."""
    premiers: dict[str, Record] = {}
    repetitions, rejets = 0, []
    for record in records:
        premier = premiers.setdefault(record.identifiant, record)
        if premier is record:
            continue
        if premier.valeurs == record.valeurs or is_meme_lieu(premier, record):
            repetitions += 1
        else:
            rejets.append(
                Reject(record.ligne, RejectCode.IDENTIFIANT_EN_DOUBLE, "identifiant", record.identifiant, record.brut)
            )
    return Tri(list(premiers.values()), repetitions, rejets)


def group_records(records: Sequence[Record]) -> list[list[Record]]:
    """Records that say one place together, in the file's order; most groups hold one record.

    A record joins the first group whose first record it matches, so that a chain of neighbours never drifts away.
    """
    groupes: list[list[Record]] = []
    par_cle: defaultdict[tuple[str, str | None], list[list[Record]]] = defaultdict(list)
    for record in records:
        cle = (build_cle(record.valeurs["nom"]), record.valeurs.get("commune_code"))
        for groupe in par_cle[cle]:
            if is_meme_lieu(groupe[0], record):
                groupe.append(record)
                break
        else:
            groupe = [record]
            par_cle[cle].append(groupe)
            groupes.append(groupe)
    return groupes


def is_meme_lieu(un: Record, autre: Record) -> bool:
    """Whether two records of one source say the same place: see the module's rule."""
    a, b = un.valeurs, autre.valeurs
    if a.get("commune_code") != b.get("commune_code") or build_cle(a["nom"]) != build_cle(b["nom"]):
        return False
    adresses = [build_cle(valeurs.get("adresse", "")) for valeurs in (a, b)]
    if adresses[0] and adresses[0] == adresses[1]:
        return True
    positions = [valeurs["position"] for valeurs in (a, b) if "position" in valeurs]
    if len(positions) < 2 or any(position["precision"] != Precision.ADRESSE for position in positions):
        return False
    return compute_distance_m(*positions) <= DISTANCE_MAX_M


def compute_distance_m(un: dict[str, float], autre: dict[str, float]) -> float:
    """Great-circle distance in metres between two {"lon", "lat"} in degrees."""
    lat1, lat2 = math.radians(un["lat"]), math.radians(autre["lat"])
    d_lat, d_lon = lat2 - lat1, math.radians(autre["lon"] - un["lon"])
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(d_lon / 2) ** 2
    return 2 * RAYON_TERRE_M * math.asin(min(1.0, math.sqrt(h)))
