"""A timetable, and what it costs in a week. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.planification.itinerance.parc import Parc
from tierslieux.planification.itinerance.semaine import Demi
from tierslieux.planification.optimisation.probleme import TOLERANCE


@dataclass(frozen=True, slots=True)
class Visite:
    """A stop, the week of the cycle (from 0), the half-day, and whether its market is held then."""

    arret: int
    semaine: int
    demi: Demi
    marche: bool


@dataclass(frozen=True, slots=True)
class Tournee:
    """A day of work: from the depot to one stop or two, and back.

    `semaine` and `vehicule` (among those of its team) count from 0. `conduite_min`: of the whole day.
    """

    semaine: int
    jour: int
    equipe: int
    vehicule: int
    visites: tuple[Visite, ...]
    conduite_min: float


@dataclass(frozen=True, slots=True)
class PlanItinerant:
    """The timetable of a cycle, and its proof.

    `couvert`: people with a place or a stop within the limit, `acquis` those whom a place serves already. `objectif`:
    `couvert`, with what market days are worth; no timetable has more than `borne`. `secondes`: wall clock.
    """

    parc: Parc
    tournees: tuple[Tournee, ...]
    couvert: float
    acquis: float
    objectif: float
    borne: float
    secondes: float

    @property
    def visites(self) -> tuple[Visite, ...]:
        """Of the whole cycle, by week and half-day."""
        toutes = [visite for tournee in self.tournees for visite in tournee.visites]
        return tuple(sorted(toutes, key=lambda visite: (visite.semaine, visite.demi, visite.arret)))

    @property
    def arrets(self) -> tuple[int, ...]:
        """Stops that are visited, ascending."""
        return tuple(sorted(visite.arret for visite in self.visites))

    @property
    def gagnes(self) -> float:
        """People whom no place serves and a stop does."""
        return self.couvert - self.acquis

    @property
    def visites_semaine(self) -> float:
        """Half-days a week."""
        return len(self.visites) / self.parc.cycle

    @property
    def conduite_h_semaine(self) -> float:
        """Hours a week that vehicles drive."""
        return sum(tournee.conduite_min for tournee in self.tournees) / 60 / self.parc.cycle

    @property
    def travail_h_semaine(self) -> float:
        """Hours of staff a week: presence, setting up, driving."""
        conduite_min = sum(tournee.conduite_min for tournee in self.tournees)
        return self.parc.compute_travail_min(len(self.visites), conduite_min) / 60 / self.parc.cycle

    @property
    def demis_libres(self) -> float:
        """Half-days a week that would serve nobody more."""
        return max((self.parc.demi_journees or 0) - self.visites_semaine, 0.0)

    @property
    def ecart(self) -> float:
        """How far the timetable may be from the best, as a share of the bound (0 to 1)."""
        return 0.0 if self.borne == self.objectif else (self.borne - self.objectif) / max(self.borne, 1e-12)

    @property
    def is_optimal(self) -> bool:
        """Whether no timetable serves more, to the precision of the computation."""
        return self.ecart <= TOLERANCE
