"""A tour beside fixed sites and beside permanences in town halls, all at the staff time of the tour. Pure.

Being served half a day a week and being served all week are not the same thing: the hours that people are offered are
told with their number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tierslieux.core.enums import Libelle
from tierslieux.planification.itinerance.parc import Equipe, Parc, Tournees
from tierslieux.planification.itinerance.plan import PlanItinerant
from tierslieux.planification.itinerance.resolution import solve_tournees
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.probleme import Entiers, InfaisableError, Instance, Plan, Regles

# Open at least 24 hours over five days: what France Services promise (vie-publique.fr, 26 January 2022).
HEURES_SITE = 24.0
# Hours of work of one helper in a week (Code du travail, L3121-27).
HEURES_AGENT = 35.0

# Numbers of people are sums of floats: nearer than this, two forms serve as many.
_MARGE_PERSONNES = 1e-6


class Verdict(Libelle):
    """Which form serves most people at equal staff time."""

    TOURNEE = "tournee", "la tournée"
    EGALITE = "egalite", "autant l’une que l’autre"
    FIXES = "fixes", "les lieux fixes"
    # Without a single fixed site there is nothing to beat.
    SANS_FIXE = "sans-fixe", "aucun lieu fixe n’est possible avec ce temps de travail"
    # Both are within the gap that is left.
    INDECIS = "indecis", "le calcul ne départage pas les deux"


@dataclass(frozen=True, slots=True)
class Forme:
    """What one form gives for its hours of staff a week.

    `sites`: stops or fixed sites. `couvert`, `gagnes`, `borne`: people, as in PlanItinerant (what market days are
    worth is in the bound). `visites_semaine`: half-days at stops, None for fixed sites. `heures_offertes`: hours a week
    within the limit of those it gained, on average; None when it gained nobody.
    """

    sites: tuple[int, ...]
    couvert: float
    gagnes: float
    borne: float
    travail_h_semaine: float
    conduite_h_semaine: float
    visites_semaine: float | None
    heures_offertes: float | None
    secondes: float


@dataclass(frozen=True, slots=True)
class Comparaison:
    """The tour, and what the same hours do otherwise.

    `fixes`: as many sites as its staff time pays, `sites_permis`; `suivants`: one more, which costs more than the
    tour, None when there are no more candidates. `permanences`: helpers who drive from home; None when their days hold
    no stop.
    """

    plan: PlanItinerant
    tournee: Forme
    permanences: Forme | None
    plan_permanences: PlanItinerant | None
    fixes: Forme
    suivants: Forme | None
    sites_permis: int
    heures_site: float

    @property
    def verdict(self) -> Verdict:
        """The tour against fixed sites; a gap that could turn it over leaves it undecided."""
        if not self.sites_permis:
            return Verdict.SANS_FIXE
        ecart = self.tournee.couvert - self.fixes.couvert
        if ecart > _MARGE_PERSONNES:
            return Verdict.TOURNEE if self.tournee.couvert >= self.fixes.borne else Verdict.INDECIS
        if not self.plan.is_optimal and self.tournee.borne > self.fixes.couvert + _MARGE_PERSONNES:
            return Verdict.INDECIS
        return Verdict.EGALITE if ecart >= -_MARGE_PERSONNES else Verdict.FIXES

    @property
    def is_devant_suivants(self) -> bool:
        """Whether the tour serves more people even than one fixed site more."""
        return self.suivants is not None and self.tournee.couvert > self.suivants.borne + _MARGE_PERSONNES


@dataclass(frozen=True, slots=True)
class Reference:
    """What fixed sites and permanences are like.

    `heures_site`: a week, with `agents_site` people there. `depots`: where helpers of permanences live; the depots of
    the vehicles when empty. `agents_permanence`: people at each permanence.
    """

    heures_site: float = HEURES_SITE
    agents_site: int = 1
    depots: tuple[int, ...] = ()
    agents_permanence: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a site without hours or without anybody."""
        if self.heures_site <= 0 or min(self.agents_site, self.agents_permanence) < 1:
            raise ValueError("a site is open, and somebody is there")


def compare(tournees: Tournees, reference: Reference | None = None, *, temps_max_s: float = 30.0) -> Comparaison:
    """The best tour, then the best of the other forms for its hours; raises InfaisableError.

    `temps_max_s` is that of each computation.
    """
    reference = reference or Reference()
    plan = solve_tournees(tournees, temps_max_s=temps_max_s)
    heures = plan.travail_h_semaine
    permanences = _solve_permanences(tournees, reference, heures, temps_max_s)
    interdits = tuple(sorted(tournees.agenda.interdits))
    possibles = tournees.arrets - len(interdits)
    par_site_h = reference.heures_site * reference.agents_site
    nombre = min(math.floor(heures / par_site_h + _MARGE_PERSONNES), possibles)
    fixes = [
        _read_fixes(tournees.instance, reference, solve_couverture(tournees.instance, regles, temps_max_s=temps_max_s))
        for regles in (Regles(k, interdits=interdits) for k in (nombre, nombre + 1) if k <= possibles)
    ]
    return Comparaison(
        plan=plan,
        tournee=read_plan(tournees.instance, plan),
        permanences=None if permanences is None else read_plan(tournees.instance, permanences),
        plan_permanences=permanences,
        fixes=fixes[0],
        suivants=fixes[1] if len(fixes) > 1 else None,
        sites_permis=nombre,
        heures_site=reference.heures_site,
    )


def _solve_permanences(
    tournees: Tournees, reference: Reference, heures: float, temps_max_s: float
) -> PlanItinerant | None:
    """Helpers in their own car, nothing to set up, as many as these hours pay; None when no stop is near enough."""
    if not heures:
        return None
    parc = tournees.parc
    depots = reference.depots or tuple(dict.fromkeys(equipe.depot for equipe in parc.equipes))
    nombre = math.ceil(heures / reference.agents_permanence / HEURES_AGENT)
    equipes = tuple(Equipe(depot, nombre) for depot in depots)
    autre = Parc(
        equipes,
        heures_max=heures,
        jours=parc.jours,
        cycle=parc.cycle,
        conduite_max_min=parc.conduite_max_min,
        journee_max_min=parc.journee_max_min,
        ouverture_min=parc.ouverture_min,
        installation_min=0.0,
        agents=reference.agents_permanence,
        poids_marche=parc.poids_marche,
    )
    try:
        return solve_tournees(replace(tournees, parc=autre), temps_max_s=temps_max_s)
    except InfaisableError:
        return None


def read_plan(instance: Instance, plan: PlanItinerant) -> Forme:
    """The figures of a timetable."""
    parc = plan.parc
    ouverture_h = parc.ouverture_min / 60 / parc.cycle
    return Forme(
        sites=plan.arrets,
        couvert=plan.couvert,
        gagnes=plan.gagnes,
        borne=plan.borne,
        travail_h_semaine=plan.travail_h_semaine,
        conduite_h_semaine=plan.conduite_h_semaine,
        visites_semaine=plan.visites_semaine,
        heures_offertes=_compute_heures(instance, np.array(plan.arrets, dtype=np.int64), ouverture_h),
        secondes=plan.secondes,
    )


def _read_fixes(instance: Instance, reference: Reference, plan: Plan) -> Forme:
    acquis = float(instance.poids[instance.servies].sum())
    return Forme(
        sites=plan.sites,
        couvert=plan.objectif,
        gagnes=plan.objectif - acquis,
        borne=plan.borne,
        travail_h_semaine=len(plan.sites) * reference.heures_site * reference.agents_site,
        conduite_h_semaine=0.0,
        visites_semaine=None,
        heures_offertes=_compute_heures(instance, np.array(plan.sites, dtype=np.int64), reference.heures_site),
        secondes=plan.secondes,
    )


def _compute_heures(instance: Instance, sites: Entiers, heures: float) -> float | None:
    """Hours a week within the limit of those whom these sites gain, on average; None when they gain nobody."""
    fois = np.bincount(instance.portee[sites].indices, minlength=len(instance.poids))
    gagnes = np.where(instance.servies, 0.0, instance.poids) * (fois > 0)
    total = float(gagnes.sum())
    return heures * float(gagnes @ fois) / total if total else None
