"""Travel times worked out a second time: great circle by hand, assumptions typed again from /temps-de-trajet."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.moteur import Mode, Point

RAYON_TERRE_M = 6_371_009
# The Earth is no sphere: a great circle is off by 0.56 % at most.
ECART_MAX = 0.006

# (detour, km/h on the first five kilometres, km/h beyond, minutes more), for a dense town, a small one, the country.
HYPOTHESES = {
    "a-pied": {"dense": (1.25, 4, 4, 0), "intermediaire": (1.3, 4, 4, 0), "rurale": (1.35, 4, 4, 0)},
    "velo": {"dense": (1.25, 12, 14, 2), "intermediaire": (1.3, 13, 14, 2), "rurale": (1.35, 14, 14, 2)},
    "voiture": {"dense": (1.3, 24, 50, 5), "intermediaire": (1.35, 35, 65, 4), "rurale": (1.35, 50, 65, 2)},
}
ILES = ("29155", "22016", "85113", "97110", "56009", "98820")
CONTINENT = ("29019", "75056", "97105", "98818", None)


@dataclass(frozen=True, slots=True)
class Verification:
    """How many times were worked out twice, and those that differ."""

    verifications: int
    desaccords: tuple[str, ...]


def run_trajets(n: int, seed: int) -> Verification:
    """Work out `n` journeys of up to 60 km twice, between any two latitudes of France; some lead to islands."""
    hasard = random.Random(seed)  # noqa: S311 - a draw to be made again
    desaccords = []
    for _ in range(n):
        depart = Point(hasard.uniform(-62, 168), hasard.uniform(-23, 51), hasard.choice(ILES + CONTINENT))
        arrivee = Point(
            depart.lon + hasard.uniform(-0.4, 0.4), depart.lat + hasard.uniform(-0.4, 0.4), hasard.choice(CONTINENT)
        )
        densite, mode = hasard.choice(list(Densite)), hasard.choice(list(Mode))
        [trajet] = Estimation(densite).compute_trajets(depart, [arrivee], mode)
        attendu = None if depart.commune_code in ILES else _work_out(depart, arrivee, densite.value, mode.value)
        obtenu = trajet.duree_min if trajet else None
        if (attendu is None) != (obtenu is None) or (
            attendu is not None and obtenu is not None and not math.isclose(attendu, obtenu, rel_tol=ECART_MAX)
        ):
            desaccords.append(f"{depart} {arrivee} {densite} {mode}: {obtenu}, expected {attendu}")
    return Verification(n, tuple(desaccords))


def _work_out(depart: Point, arrivee: Point, densite: str, mode: str) -> float:
    lat_1, lat_2 = math.radians(depart.lat), math.radians(arrivee.lat)
    d_lat, d_lon = lat_2 - lat_1, math.radians(arrivee.lon - depart.lon)
    a = math.sin(d_lat / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(d_lon / 2) ** 2
    distance_m = 2 * RAYON_TERRE_M * math.asin(math.sqrt(a))
    detour, proche_kmh, loin_kmh, delai_min = HYPOTHESES[mode][densite]
    minutes = float(delai_min)
    for metres, kmh in ((min(distance_m, 5_000), proche_kmh), (max(distance_m - 5_000, 0), loin_kmh)):
        minutes += metres * detour / (kmh * 1000 / 60)
    return minutes
