"""The one interface of travel times: points in, journeys out. Pure.

An engine that knows the roads and one that estimates from the distance give the same thing, each with its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_


class Mode(Libelle):
    """How people go there."""

    A_PIED = "a-pied", N_("à pied")
    VELO = "velo", N_("à vélo")
    VOITURE = "voiture", N_("en voiture")


class Methode(Libelle):
    """Where a travel time comes from."""

    ESTIMATION = "estimation", N_("estimation à partir de la distance")
    RESEAU = "reseau", N_("calcul sur le réseau des routes")


@dataclass(frozen=True, slots=True)
class Point:
    """An end of a journey: degrees (EPSG:4326), and the code INSEE of its commune, None when not known."""

    lon: float
    lat: float
    commune_code: str | None = None


@dataclass(frozen=True, slots=True)
class Trajet:
    """A journey by one mode: minutes from door to door, metres travelled, and how both were obtained."""

    mode: Mode
    duree_min: float
    distance_m: float
    methode: Methode


class Moteur(Protocol):
    """Computes journeys from one point to many."""

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order; None where this mode does not lead there (an island, an ocean)."""
        ...
