"""Travel times without any road: distance, detour and speed, all declared here. Pure.

No French measure tells these figures by class of density: they are assumptions, shown as such to whoever reads a
time. They are cautious: a person who hurries for nothing loses more than one who arrives early. Walking is at 4 km/h,
the pace that Cerema takes for older people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_
from tierslieux.trajets.iles import find_ile
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet

_GEODE = Geod(ellps="GRS80")

Flottants = NDArray[np.float64]
Entiers = NDArray[np.integer]
Nombres = TypeVar("Nombres", float, Flottants)

# From here on, roads between towns are taken: faster.
PREMIERE_PARTIE_M = 5_000


class Densite(Libelle):
    """How densely the commune of departure is peopled."""

    DENSE = "dense", N_("ville dense")
    INTERMEDIAIRE = "intermediaire", N_("petite ville ou banlieue")
    RURALE = "rurale", N_("campagne")


# INSEE's grid sorts communes by where their people live within them, which the mean of a large commune hides. These are
# the three levels that INSEE itself makes of its seven: urban centres; intermediate towns, small towns and suburbs;
# rural communes.
CLASSES_GRILLE: Mapping[int, Densite] = MappingProxyType(
    {
        1: Densite.DENSE,
        2: Densite.INTERMEDIAIRE,
        3: Densite.INTERMEDIAIRE,
        4: Densite.INTERMEDIAIRE,
        5: Densite.RURALE,
        6: Densite.RURALE,
        7: Densite.RURALE,
    }
)
# Where the grid is not loaded: people per km² of the commune, at the bounds that the grid uses for its cells of 1 km².
SEUILS_HAB_KM2 = ((1_500, Densite.DENSE), (300, Densite.INTERMEDIAIRE))


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


def find_densite(population: int | None, surface_km2: float | None, classe_grille: int | None = None) -> Densite:
    """The class of a commune: that of INSEE's grid of seven, else by people per km².

    A commune of which nothing is known is taken for the countryside.
    """
    if classe_grille is not None:
        return CLASSES_GRILLE[classe_grille]
    if not population or not surface_km2:
        return Densite.RURALE
    return next((classe for seuil, classe in SEUILS_HAB_KM2 if population / surface_km2 >= seuil), Densite.RURALE)


def get_hypotheses(densite: Densite, mode: Mode) -> Hypotheses:
    """What is assumed of a journey that leaves from a commune of this class."""
    return _HYPOTHESES[densite, mode]


def compute_duree(distance_m: float, hypotheses: Hypotheses) -> float:
    """Minutes from door to door for a straight line of `distance_m` metres."""
    proche_m, loin_m = min(distance_m, PREMIERE_PARTIE_M), max(distance_m - PREMIERE_PARTIE_M, 0)
    return _add_temps(proche_m, loin_m, *_list_lenteurs(hypotheses))


def compute_durees(distances_m: Flottants, classes: Entiers, mode: Mode) -> Flottants:
    """Minutes of many straight lines; `classes` are ranks in `Densite` of the departures, which the lines start with.

    A line without end (infinite) takes an infinite time.
    """
    return compute_durees_modes(distances_m, classes, (mode,))[mode]


def compute_durees_modes(distances_m: Flottants, classes: Entiers, modes: Collection[Mode]) -> dict[Mode, Flottants]:
    """The same by several modes."""
    proche_m, loin_m = np.minimum(distances_m, PREMIERE_PARTIE_M), np.maximum(distances_m - PREMIERE_PARTIE_M, 0)
    forme = (*classes.shape, *(1,) * (distances_m.ndim - 1))
    durees_min = {}
    for mode in modes:
        table = np.array([_list_lenteurs(get_hypotheses(densite, mode)) for densite in Densite])
        lenteurs = (table[:, rang][classes].reshape(forme) for rang in range(table.shape[1]))
        durees_min[mode] = _add_temps(proche_m, loin_m, *lenteurs)
    return durees_min


def _list_lenteurs(hypotheses: Hypotheses) -> tuple[float, float, float]:
    """Minutes to leave and arrive, minutes for one metre of the straight line on the first part, and beyond."""
    par_metre = 60 * hypotheses.detour / 1000
    return hypotheses.delai_min, par_metre / hypotheses.vitesse_kmh, par_metre / hypotheses.vitesse_loin_kmh


def _add_temps(proche_m: Nombres, loin_m: Nombres, delai_min: Nombres, proche: Nombres, loin: Nombres) -> Nombres:
    """The one formula: for one journey, or for many at once."""
    return delai_min + proche_m * proche + loin_m * loin


def compute_portee(duree_min: float, hypotheses: Hypotheses) -> float:
    """Metres in a straight line that one goes in that time, 0 when leaving takes longer: `compute_duree` undone."""
    bord_min = compute_duree(PREMIERE_PARTIE_M, hypotheses)
    if duree_min <= bord_min:
        roule_h = max(duree_min - hypotheses.delai_min, 0) / 60
        return roule_h * hypotheses.vitesse_kmh / hypotheses.detour * 1000
    loin_h = (duree_min - bord_min) / 60
    return PREMIERE_PARTIE_M + loin_h * hypotheses.vitesse_loin_kmh / hypotheses.detour * 1000


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
