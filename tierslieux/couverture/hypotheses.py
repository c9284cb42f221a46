"""What is assumed to count who is left out: where people live, how far they go, how much a place serves. Pure.

Nobody measures these figures for the whole of France: they are declared here, shown as assumptions, and a digest of
them is kept with every result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.trajets.estimation import PREMIERE_PARTIE_M, Densite, get_hypotheses
from tierslieux.trajets.moteur import Mode

# Changes when the same places and people would give other figures.
VERSION = 1

# --- Where people live (see points.py) -------------------------------------------------------------------------------

# The median commune has 11 km²: up to this ground, everybody is taken to live at the town hall, which is then within
# some 3 km of everybody. Beyond, that would hide people who live far from the village.
SURFACE_REPARTIE_KM2 = 25.0
# Of a large commune, half of the people live in the village around the town hall, the others over its ground, on one
# point by SURFACE_PAR_POINT_KM2. The share follows what INSEE's grid of density counts as settled in one place in rural
# communes; it is an assumption, which the 200 m grid replaces.
PART_AU_BOURG = 0.5
SURFACE_PAR_POINT_KM2 = 25.0
POINTS_REPARTIS_MAX = 12
# In Guyane nobody lives 100 km into the forest: a commune has up to 18,000 km² and people live around the village.
RAYON_REPARTI_M = 10_000.0

# --- What is within reach --------------------------------------------------------------------------------------------

# Opening hours of all the places within this time are added up: the time that the pages show first.
ATTEINTE_MIN = 20

# E2SFCA (Luo and Qi, 2009): how much a place within each time serves somebody, and nothing beyond the last. The three
# weights are those of the authors' slow decay. By car the zones are theirs too, and the last is what France Services
# promise; nobody walks or rides that long for a form: 20 minutes is what Cerema takes for older people on foot.
ZONES: Mapping[Mode, tuple[tuple[float, float], ...]] = MappingProxyType(
    {
        Mode.A_PIED: ((5.0, 1.0), (10.0, 0.68), (20.0, 0.22)),
        Mode.VELO: ((5.0, 1.0), (10.0, 0.68), (20.0, 0.22)),
        Mode.VOITURE: ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22)),
    }
)
# Roads are followed this far for everybody; farther only for who has no second place within it.
ROUTES_MIN = max(ATTEINTE_MIN, *(zones[-1][0] for zones in ZONES.values()))
# Accessibility is told for this many people in need.
PERSONNES = 1_000

# Hours that are not known are taken to be the median of the kind; when fewer of its places than this say theirs, the
# median says nothing, and neither hours within reach nor accessibility are computed for the kind.
PART_HORAIRES_MIN = 0.1
# Weekly hours of a place are averaged over this many weeks when they change with the season.
SEMAINES = 52


@dataclass(frozen=True, slots=True)
class Volet:
    """One question: how far a kind of place is by one mode."""

    cible: Cible
    mode: Mode


VOLETS = tuple(Volet(cible, mode) for cible in Cible for mode in Mode)


def build_empreinte_points(territoires: str) -> str:
    """Digest of what decides where people are taken to live."""
    repartition = (SURFACE_REPARTIE_KM2, PART_AU_BOURG, SURFACE_PAR_POINT_KM2, POINTS_REPARTIS_MAX, RAYON_REPARTI_M)
    return _digest(VERSION, repartition, territoires)


def build_empreinte(territoires: str, *autres: str) -> str:
    """Digest of every assumption and of what else decides of the figures."""
    return _digest(
        build_empreinte_points(territoires),
        (ATTEINTE_MIN, SEUILS_MIN, PERSONNES, SEMAINES, PART_HORAIRES_MIN, PREMIERE_PARTIE_M),
        [(mode.value, zones) for mode, zones in ZONES.items()],
        [(d.value, m.value, get_hypotheses(d, m)) for d in Densite for m in Mode],
        *autres,
    )


def _digest(*parties: object) -> str:
    return hashlib.sha256(repr(parties).encode()).hexdigest()
