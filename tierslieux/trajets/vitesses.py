"""How fast people go on each class of road, and what they lose on the way: the one table of the road engine. Pure.

Speeds are those of a whole journey, not limits: they hold bends, other people, looking for one's way. Like those of the
estimate, they are cautious assumptions: no French measure gives them by class. Walking is at 4 km/h, the pace that
Cerema takes for older people. Slopes, weather and traffic jams are not known.

Classes are values of OpenStreetMap's tag `highway`; those that are not here are no road for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.trajets.moteur import Mode

MARCHE_KMH = 4.0
# A bicycle that is pushed goes at the pace of feet.
POUSSE_KMH = MARCHE_KMH


@dataclass(frozen=True, slots=True)
class Vitesses:
    """Speeds in km/h on one class of road; None: closed to this mode unless a tag of its own opens it.

    `est_fermee_sans_exception`: no tag opens it to the modes whose speed is None. `est_rapide`: neither a crossing that
    holds up nor a door that opens onto it.
    """

    a_pied: float | None
    velo: float | None
    voiture: float | None
    est_rapide: bool = False
    est_fermee_sans_exception: bool = False

    def get(self, mode: Mode) -> float | None:
        """The speed of one mode, in km/h."""
        return {Mode.A_PIED: self.a_pied, Mode.VELO: self.velo, Mode.VOITURE: self.voiture}[mode]


VITESSES: Mapping[str, Vitesses] = MappingProxyType(
    {
        "motorway": Vitesses(None, None, 115, est_rapide=True, est_fermee_sans_exception=True),
        "motorway_link": Vitesses(None, None, 55, est_rapide=True, est_fermee_sans_exception=True),
        "trunk": Vitesses(None, None, 90, est_rapide=True),
        "trunk_link": Vitesses(None, None, 50, est_rapide=True),
        "primary": Vitesses(4, 14, 60),
        "primary_link": Vitesses(4, 14, 45),
        "secondary": Vitesses(4, 14, 52),
        "secondary_link": Vitesses(4, 14, 42),
        "tertiary": Vitesses(4, 14, 45),
        "tertiary_link": Vitesses(4, 14, 38),
        "unclassified": Vitesses(4, 14, 38),
        "road": Vitesses(4, 13, 30),  # a class that nobody has told yet
        "residential": Vitesses(4, 13, 25),
        "living_street": Vitesses(4, 12, 15),
        "service": Vitesses(4, 12, 12),
        "cycleway": Vitesses(4, 14, None),
        "busway": Vitesses(4, None, None),
        "track": Vitesses(4, 10, None),  # most are closed to cars, few say so
        "bridleway": Vitesses(4, None, None),
        "path": Vitesses(4, 8, None),
        "footway": Vitesses(4, POUSSE_KMH, None),
        "pedestrian": Vitesses(4, POUSSE_KMH, None),
        "platform": Vitesses(4, None, None),
        "corridor": Vitesses(4, None, None),
        "steps": Vitesses(2, None, None),
    }
)

# Where a tag opens a class that is closed to a mode otherwise (a track with motor_vehicle=yes).
VITESSE_EXCEPTION_KMH: Mapping[Mode, float] = MappingProxyType({Mode.A_PIED: 4.0, Mode.VELO: 12.0, Mode.VOITURE: 12.0})


@dataclass(frozen=True, slots=True)
class Attentes:
    """Seconds lost on reaching a crossing of three roads or more, or traffic lights (which stand for the crossing)."""

    carrefour_s: float
    feu_s: float


# Left turns, priorities and red lights, on average: turns are not told apart, nor are turn restrictions read.
ATTENTES: Mapping[Mode, Attentes] = MappingProxyType(
    {Mode.A_PIED: Attentes(0, 0), Mode.VELO: Attentes(1, 10), Mode.VOITURE: Attentes(3, 12)}
)

# A door farther than this from any road of the mode is not on the network.
RACCORD_MAX_M = 500.0
# No door is on the carriageway: at least this much is walked between one and the road, at either end.
PORTE_MIN_M = 10.0
# Beyond two hours, the estimate is near enough and nobody goes.
LIMITE_MIN = 120.0

_MILLE_KM = 1.609344
_MAXSPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh)?")
# Limits of the Highway Code that are tagged by their reason.
_LIMITES_KMH: Mapping[str, float] = MappingProxyType(
    {
        "fr:urban": 50,
        "fr:rural": 80,
        "fr:trunk": 110,
        "fr:motorway": 130,
        "fr:zone30": 30,
        "fr:zone:30": 30,
        "fr:living_street": 20,
        "walk": 6,
    }
)


def parse_maxspeed(texte: str | None) -> float | None:
    """Legal speed in km/h of a tag `maxspeed` ("50", "30 mph", "FR:urban"); None when it is missing or unclear."""
    if not texte:
        return None
    propre = texte.strip().lower()
    if propre in _LIMITES_KMH:
        return _LIMITES_KMH[propre]
    trouve = _MAXSPEED.fullmatch(propre)
    if trouve is None or not float(trouve[1]):
        return None
    return float(trouve[1]) * (_MILLE_KM if trouve[2] == "mph" else 1)
