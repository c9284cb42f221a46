"""Travel times without any road: distance, detour and speed, all declared here. Pure.

No French measure tells these figures by class of density: they are assumptions, shown as such to whoever reads a
time. They are cautious: a person who hurries for nothing loses more than one who arrives early. Walking is at 4 km/h,
the pace that Cerema takes for older people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyproj import Geod

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_
from tierslieux.trajets.iles import find_ile
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet

_GEODE = Geod(ellps="GRS80")

# From here on, roads between towns are taken: faster.
PREMIERE_PARTIE_M = 5_000


class Densite(Libelle):
    """How densely the commune of departure is peopled; bounds in people per km², those of Eurostat's grid cells."""

    DENSE = "dense", N_("ville dense")
    INTERMEDIAIRE = "intermediaire", N_("petite ville ou banlieue")
    RURALE = "rurale", N_("campagne")


_SEUILS_HAB_KM2 = ((1_500, Densite.DENSE), (300, Densite.INTERMEDIAIRE))


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """What a journey by one mode is taken to be.

    `detour` multiplies the straight line. Speeds are km/h on the first `PREMIERE_PARTIE_M` metres, then beyond.
    `delai_min` is what leaving and arriving take: parking, locking the bicycle.
    """

    detour: float
    vitesse_kmh: float
    vitesse_loin_kmh: float
    delai_min: float


_HYPOTHESES: Mapping[tuple[Densite, Mode], Hypotheses] = MappingProxyType(
    {
        (Densite.DENSE, Mode.A_PIED): Hypotheses(1.25, 4, 4, 0),
        (Densite.INTERMEDIAIRE, Mode.A_PIED): Hypotheses(1.3, 4, 4, 0),
        (Densite.RURALE, Mode.A_PIED): Hypotheses(1.35, 4, 4, 0),
        (Densite.DENSE, Mode.VELO): Hypotheses(1.25, 12, 14, 2),
        (Densite.INTERMEDIAIRE, Mode.VELO): Hypotheses(1.3, 13, 14, 2),
        (Densite.RURALE, Mode.VELO): Hypotheses(1.35, 14, 14, 2),
        (Densite.DENSE, Mode.VOITURE): Hypotheses(1.3, 24, 50, 5),
        (Densite.INTERMEDIAIRE, Mode.VOITURE): Hypotheses(1.35, 35, 65, 4),
        (Densite.RURALE, Mode.VOITURE): Hypotheses(1.35, 50, 65, 2),
    }
)


def find_densite(population: int | None, surface_km2: float | None) -> Densite:
    """The class of a commune; one whose people or ground are not known is taken for the countryside."""
    if not population or not surface_km2:
        return Densite.RURALE
    return next((classe for seuil, classe in _SEUILS_HAB_KM2 if population / surface_km2 >= seuil), Densite.RURALE)


def get_hypotheses(densite: Densite, mode: Mode) -> Hypotheses:
    """What is assumed of a journey that leaves from a commune of this class."""
    return _HYPOTHESES[densite, mode]


def compute_duree(distance_m: float, hypotheses: Hypotheses) -> float:
    """Minutes from door to door for a straight line of `distance_m` metres."""
    proche_km = min(distance_m, PREMIERE_PARTIE_M) / 1000 * hypotheses.detour
    loin_km = max(distance_m - PREMIERE_PARTIE_M, 0) / 1000 * hypotheses.detour
    roule_h = proche_km / hypotheses.vitesse_kmh + loin_km / hypotheses.vitesse_loin_kmh
    return hypotheses.delai_min + 60 * roule_h


@dataclass(frozen=True, slots=True)
class Estimation:
    """The engine that needs no road: its times are estimates, and say so. `densite` is that of the departure."""

    densite: Densite

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order; None between an island and elsewhere."""
        if not arrivees:
            return []
        hypotheses = get_hypotheses(self.densite, mode)
        ile = find_ile(depart.commune_code)
        _, _, distances_m = _GEODE.inv(
            [depart.lon] * len(arrivees),
            [depart.lat] * len(arrivees),
            [arrivee.lon for arrivee in arrivees],
            [arrivee.lat for arrivee in arrivees],
        )
        return [
            Trajet(mode, compute_duree(d, hypotheses), d * hypotheses.detour, Methode.ESTIMATION)
            if find_ile(arrivee.commune_code) == ile
            else None
            for arrivee, d in zip(arrivees, distances_m, strict=True)
        ]
