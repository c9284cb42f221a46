"""What a team can do in a week, and where it may stop. Pure. Minutes everywhere, hours where the name says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierslieux.planification.itinerance.semaine import JOURS, JOURS_OUVRES, Demi
from tierslieux.planification.optimisation.probleme import Booleens, Flottants, InfaisableError, Instance

# A half-day of work is 3 h 30: half of the 35-hour week's day of 7 hours.
OUVERTURE_MIN = 210.0
# Parking, cables, computers, then the same the other way round. An assumption, for a bus.
INSTALLATION_MIN = 30.0
# Driving of one day, all journeys together. An assumption: it makes two half-days a day of 10 hours.
CONDUITE_MAX_MIN = 120.0
# What the law lets somebody work in a day: 10 hours (Code du travail, L3121-18).
JOURNEE_MAX_MIN = 600.0
# A stop is visited every week, every second week, or once in four.
CYCLES = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Equipe:
    """Vehicles, or helpers with their own car, that leave from one depot each morning and come back to it."""

    depot: int
    nombre: int = 1


@dataclass(frozen=True, slots=True)
class Parc:
    """The means of a week.

    `demi_journees`: at most so many half-days a week of all vehicles together, on average over the cycle; None when
    only hours count. `heures_max`: at most so many hours of staff a week, driving and setting up included; None for
    any number. `jours`: days worked. `cycle`: weeks after which the timetable starts again; each stop is visited once
    in it. `conduite_max_min`, `journee_max_min`: of driving, and of work, in one day. `ouverture_min`: of a half-day,
    to the public. `installation_min`: to set up and pack, each half-day. `agents`: people aboard. `poids_marche`: how
    many people more a visit on market day is worth; with 0, market days only choose between plans that serve as many.
    """

    equipes: tuple[Equipe, ...]
    demi_journees: int | None = None
    heures_max: float | None = None
    jours: tuple[int, ...] = JOURS_OUVRES
    cycle: int = 1
    conduite_max_min: float = CONDUITE_MAX_MIN
    journee_max_min: float = JOURNEE_MAX_MIN
    ouverture_min: float = OUVERTURE_MIN
    installation_min: float = INSTALLATION_MIN
    agents: int = 1
    poids_marche: float = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError for what no team is like."""
        if self.demi_journees is None and self.heures_max is None:
            raise ValueError("give a number of half-days or of hours")
        if not self.jours or len(set(self.jours)) < len(self.jours) or not set(self.jours) <= set(range(len(JOURS))):
            raise ValueError(f"different days from 0 to {len(JOURS) - 1}, not {self.jours}")
        if self.cycle not in CYCLES:
            raise ValueError(f"a cycle of {CYCLES} weeks, not {self.cycle}")
        if min(self.conduite_max_min, self.installation_min, self.poids_marche) < 0:
            raise ValueError("minutes and weights are 0 or more")
        if self.ouverture_min <= 0 or self.agents < 1 or any(equipe.nombre < 1 for equipe in self.equipes):
            raise ValueError("a half-day lasts, and somebody is aboard")

    @property
    def vehicules(self) -> int:
        """Vehicles of all depots."""
        return sum(equipe.nombre for equipe in self.equipes)

    @property
    def demis_possibles(self) -> int:
        """Half-days that all vehicles can do in a week."""
        return 2 * len(self.jours) * self.vehicules

    def compute_limite_min(self, visites: int) -> float:
        """Minutes of driving that a day of so many visits leaves room for; negative when it leaves none."""
        reste_min = self.journee_max_min - visites * (self.ouverture_min + self.installation_min)
        return min(self.conduite_max_min, reste_min)

    def compute_travail_min(self, visites: int, conduite_min: float) -> float:
        """Minutes of staff for so many visits and so much driving."""
        return self.agents * (visites * (self.ouverture_min + self.installation_min) + conduite_min)


@dataclass(frozen=True, slots=True)
class Conduite:
    """Minutes of driving, infinite where no road leads: from d depots to s stops, between stops, and back."""

    depuis_depots: Flottants
    entre_arrets: Flottants
    vers_depots: Flottants

    def __post_init__(self) -> None:
        """Raise ValueError for shapes or values that make no sense."""
        d, s = self.depuis_depots.shape
        if self.entre_arrets.shape != (s, s) or self.vers_depots.shape != (s, d):
            raise ValueError(f"{d} depots and {s} stops: {self.entre_arrets.shape}, {self.vers_depots.shape}")
        if any((np.isnan(table) | (table < 0)).any() for table in (self.depuis_depots, self.entre_arrets)):
            raise ValueError("minutes are 0 or more")
        if (np.isnan(self.vers_depots) | (self.vers_depots < 0)).any():
            raise ValueError("minutes are 0 or more")

    @classmethod
    def from_positions(cls, durees_min: Flottants, depots: tuple[int, ...], arrets: tuple[int, ...]) -> Conduite:
        """From one square table of minutes, where depots and stops are known by their row."""
        d, s = list(depots), list(arrets)
        return cls(durees_min[np.ix_(d, s)], durees_min[np.ix_(s, s)], durees_min[np.ix_(s, d)])


@dataclass(frozen=True, slots=True)
class Agenda:
    """When stops may be visited; each is known by its index.

    `marches`: half-days of its market. `marches_imposes`: stops visited in the half-day of their market or not at all.
    `exclus`: half-days when it cannot be visited. `imposes`: stops that must be visited. `interdits`: that must not.
    """

    marches: tuple[tuple[int, Demi], ...] = ()
    marches_imposes: frozenset[int] = frozenset()
    exclus: tuple[tuple[int, Demi], ...] = ()
    imposes: frozenset[int] = frozenset()
    interdits: frozenset[int] = frozenset()

    def mark_marches(self, arrets: int, demi: Demi) -> Booleens:
        """(s,) stops that have their market in that half-day."""
        return _mark(arrets, (arret for arret, quand in self.marches if quand == demi))

    def mark_permis(self, arrets: int, demi: Demi) -> Booleens:
        """(s,) stops that may be visited in that half-day."""
        permis = ~_mark(arrets, (arret for arret, quand in self.exclus if quand == demi))
        permis &= ~_mark(arrets, self.interdits)
        return permis & (~_mark(arrets, self.marches_imposes) | self.mark_marches(arrets, demi))

    def mark_avec_marche(self, arrets: int) -> Booleens:
        """(s,) stops that have a market at all."""
        return _mark(arrets, (arret for arret, _ in self.marches))


def _mark(taille: int, rangs: object) -> Booleens:
    marques = np.zeros(taille, dtype=bool)
    marques[np.array(list(rangs), dtype=np.int64)] = True  # type: ignore[call-overload]
    return marques


@dataclass(frozen=True, slots=True)
class Tournees:
    """The whole question: who is reached from where, how stops are driven to, when, with what means.

    `instance`: stops are its candidates; `portee` holds the points within the limit of minutes of each.
    """

    instance: Instance
    conduite: Conduite
    parc: Parc
    agenda: Agenda = Agenda()

    @property
    def arrets(self) -> int:
        """How many possible stops."""
        return self.instance.candidats

    def check(self) -> None:
        """Raise InfaisableError for means and wishes that clash before any computation, ValueError for other shapes."""
        parc, agenda = self.parc, self.agenda
        if self.conduite.depuis_depots.shape[1] != self.arrets:
            raise ValueError(f"{self.arrets} stops, {self.conduite.depuis_depots.shape[1]} driven to")
        if not self.arrets:
            raise InfaisableError("0 arrêt est possible, et il en faut au moins 1.")
        if not parc.vehicules:
            raise InfaisableError("0 véhicule est disponible, et il en faut au moins 1.")
        if parc.demi_journees is not None and not 1 <= parc.demi_journees <= parc.demis_possibles:
            raise InfaisableError(
                f"{parc.demi_journees} demi-journées par semaine sont demandées : {parc.vehicules} véhicule(s) en "
                f"font de 1 à {parc.demis_possibles} en {len(parc.jours)} jours."
            )
        visites = None if parc.demi_journees is None else parc.demi_journees * parc.cycle
        if visites is not None and len(agenda.imposes) > visites:
            raise InfaisableError(f"{len(agenda.imposes)} arrêts sont imposés, et {visites} visites sont possibles.")
        communs = agenda.imposes & agenda.interdits
        if communs:
            raise InfaisableError(f"{len(communs)} arrêt(s) sont à la fois imposés et interdits.")
        self._check_conduite()
        self._check_marches()

    def compute_allers_retours(self) -> Flottants:
        """(s,) minutes of the shortest day that visits this stop alone."""
        allers = self.conduite.depuis_depots + self.conduite.vers_depots.T
        utiles = [equipe.depot for equipe in self.parc.equipes]
        return np.asarray(allers[utiles].min(axis=0))

    def _check_conduite(self) -> None:
        minutes = self.compute_allers_retours()
        if minutes.min() > self.parc.conduite_max_min:
            raise InfaisableError(
                f"L’arrêt le plus proche du dépôt demande {minutes.min():.0f} minutes de conduite aller et retour, "
                f"et {self.parc.conduite_max_min:.0f} sont permises par jour."
            )
        for arret in sorted(self.agenda.imposes):
            if minutes[arret] > self.parc.conduite_max_min:
                raise InfaisableError(
                    f"Un arrêt imposé demande {minutes[arret]:.0f} minutes de conduite aller et retour, et "
                    f"{self.parc.conduite_max_min:.0f} sont permises par jour."
                )

    def _check_marches(self) -> None:
        """Imposed stops that all have to be visited in one half-day, week after week of the cycle."""
        agenda, par_demi = self.agenda, dict[Demi, int]()
        for arret in sorted(agenda.imposes & agenda.marches_imposes):
            demis = sorted({quand for qui, quand in agenda.marches if qui == arret})
            if len(demis) == 1:
                par_demi[demis[0]] = par_demi.get(demis[0], 0) + 1
        for demi, nombre in par_demi.items():
            if nombre > self.parc.vehicules * self.parc.cycle:
                raise InfaisableError(
                    f"{nombre} arrêts imposés ont leur marché le {demi.libelle}, et "
                    f"{self.parc.vehicules * self.parc.cycle} visites sont possibles à ce moment."
                )
