"""The timetable that serves most people, with its bound, by HiGHS. Pure.

Two exact programs, one after the other. The first chooses stops and days of work together, and serves most people. The
second serves the same people with the fewest visits on another day than the stop's market, then the least staff time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from tierslieux.core.errors import ComputationError
from tierslieux.planification.itinerance.journees import Journees, build_journees
from tierslieux.planification.itinerance.parc import Parc, Tournees
from tierslieux.planification.itinerance.plan import PlanItinerant, Tournee, Visite
from tierslieux.planification.itinerance.semaine import Demi
from tierslieux.planification.optimisation.probleme import (
    TOLERANCE,
    Booleens,
    Entiers,
    Flottants,
    InfaisableError,
    Instance,
)
from tierslieux.planification.optimisation.solveur import Programme, Reponse, solve

# The first program has this part of the time, the second one the rest.
_PART_PREMIER = 0.7


def solve_tournees(tournees: Tournees, *, temps_max_s: float = 30.0) -> PlanItinerant:
    """The best timetable; raises InfaisableError. Past `temps_max_s`, the best found with its bound."""
    debut_s = time.perf_counter()
    tournees.check()
    modele = _Modele.build(tournees)
    premier = solve(modele.programme, entiers=modele.entiers, temps_max_s=_PART_PREMIER * temps_max_s)
    if premier.x is None:
        _refuse(tournees, premier, temps_max_s)
    x = premier.x
    assert x is not None  # noqa: S101  (refused otherwise)
    reste_s = max(temps_max_s - (time.perf_counter() - debut_s), 1.0)
    second = solve(modele.build_second(x), entiers=modele.entiers, depart=x, temps_max_s=reste_s)
    choisies = np.flatnonzero(modele.read_journees(x if second.x is None else second.x))
    return _conclude(tournees, modele.journees, choisies, premier.borne, debut_s)


def _refuse(tournees: Tournees, reponse: Reponse, temps_max_s: float) -> None:
    """Say that nothing was found: wishes that clash, or time that ran out."""
    if not reponse.is_impossible:
        raise ComputationError(f"Le calcul n’a trouvé aucune tournée en {temps_max_s:.0f} secondes.")
    parc = tournees.parc
    moyens = f"{parc.demi_journees} demi-journées" if parc.heures_max is None else f"{parc.heures_max:.0f} heures"
    raise InfaisableError(
        f"{len(tournees.agenda.imposes)} arrêts sont imposés : {moyens} par semaine, {parc.vehicules} véhicule(s) et "
        f"{parc.conduite_max_min:.0f} minutes de conduite par jour ne suffisent pas à les visiter tous."
    )


@dataclass(frozen=True, slots=True)
class _Modele:
    """Columns: stops visited (s), days of work (j), groups of people served (g).

    `portee` (s, g): who each stop reaches. `hors_marche` (j,): visits of a stop with a market, on another half-day.
    """

    tournees: Tournees
    journees: Journees
    portee: csr_array
    hors_marche: Flottants
    programme: Programme

    @classmethod
    def build(cls, tournees: Tournees) -> _Modele:
        """The first program."""
        instance = tournees.instance
        reste = replace(instance, servies=instance.servies | (instance.poids == 0))
        utiles = np.diff(instance.portee[:, np.flatnonzero(~reste.servies)].indptr) > 0
        utiles[list(tournees.agenda.imposes)] = True
        if tournees.parc.poids_marche:
            utiles |= tournees.agenda.mark_avec_marche(tournees.arrets)
        journees = build_journees(tournees, utiles)
        portee, poids = _group(reste)
        s, j, g = tournees.arrets, len(journees), len(poids)
        gains = np.concatenate((np.zeros(s), tournees.parc.poids_marche * journees.marches, poids))
        bas = np.zeros(s + j + g)
        bas[list(tournees.agenda.imposes)] = 1.0
        lignes, lignes_bas, lignes_haut = _build_lignes(tournees, journees, portee)
        programme = Programme(gains, bas, np.ones(s + j + g), lignes, lignes_bas, lignes_haut)
        ailleurs = tournees.agenda.mark_avec_marche(s)
        hors_marche = _pick(ailleurs, journees.matin) + _pick(ailleurs, journees.apres_midi) - journees.marches
        return cls(tournees, journees, portee, hors_marche, programme)

    @property
    def entiers(self) -> Booleens:
        """Which columns are whole: stops and days."""
        marques = np.ones(len(self.programme.gains), dtype=bool)
        marques[self.tournees.arrets + len(self.journees) :] = False
        return marques

    def read_journees(self, x: Flottants) -> Booleens:
        """(j,) days of work that a solution holds."""
        s = self.tournees.arrets
        return x[s : s + len(self.journees)] > 0.5

    def build_second(self, x: Flottants) -> Programme:
        """Serve those whom this solution serves, with as many visits at a market where these are worth people."""
        p, s, j = self.programme, self.tournees.arrets, len(self.journees)
        parc, journees = self.tournees.parc, self.journees
        servis = self.portee[np.flatnonzero(x[:s] > 0.5)].indices
        bas = p.bas.copy()
        bas[s + j + np.unique(servis)] = 1.0
        travail_min = parc.agents * (
            journees.conduite_min + journees.visites * (parc.ouverture_min + parc.installation_min)
        )
        # One visit on a wrong day costs more than all that a team can work.
        prix_min = parc.agents * parc.journee_max_min * parc.cycle * len(parc.jours) * parc.vehicules + 1.0
        vide = np.zeros(self.portee.shape[1])
        gains = np.concatenate((np.zeros(s), -travail_min - prix_min * self.hors_marche, vide))
        lignes, lignes_bas, lignes_haut = p.lignes, p.lignes_bas, p.lignes_haut
        if parc.poids_marche:
            compte = np.concatenate((np.zeros(s), journees.marches, vide))
            lignes = csr_array(vstack([lignes, csr_array(compte[None, :])], format="csr"))
            nombre = float(journees.marches[self.read_journees(x)].sum())
            lignes_bas, lignes_haut = np.append(lignes_bas, nombre), np.append(lignes_haut, np.inf)
        return Programme(gains, bas, p.haut, lignes, lignes_bas, lignes_haut)


def _group(instance: Instance) -> tuple[csr_array, Flottants]:
    """People whom no place serves, those reached from the same stops together: (s, groups) and their number."""
    vises = np.flatnonzero(~instance.servies & (np.diff(instance.portee.tocsc().indptr) > 0))
    tableau = instance.portee[:, vises].toarray() > 0
    groupes, rangs = np.unique(tableau, axis=1, return_inverse=True)
    poids = np.bincount(rangs.ravel(), weights=instance.poids[vises], minlength=groupes.shape[1])
    return csr_array(groupes.astype(np.float64)), poids.astype(np.float64)


def _build_lignes(tournees: Tournees, journees: Journees, portee: csr_array) -> tuple[csr_array, Flottants, Flottants]:
    """A stop is visited by a day of work; people are served by a visited stop; then the limits of the team."""
    s, j, g = tournees.arrets, len(journees), portee.shape[1]
    parc = tournees.parc
    rangs = np.arange(j)
    passages = _add_ones(journees.matin, rangs, s, j) + _add_ones(journees.apres_midi, rangs, s, j)
    lots = [
        (hstack([-eye_array(s), passages, csr_array((s, g))]), np.zeros(s), np.zeros(s)),
        (hstack([-csr_array(portee.T), csr_array((g, j)), eye_array(g)]), np.full(g, -np.inf), np.zeros(g)),
    ]

    def add(cases: csr_array, limites: Flottants) -> None:
        k = len(limites)
        lots.append((hstack([csr_array((k, s)), cases, csr_array((k, g))]), np.full(k, -np.inf), limites))

    nombre_classes, nombre_equipes = len(journees.classes), len(parc.equipes)
    places = [len(c.jours) * equipe.nombre * parc.cycle for c in journees.classes for equipe in parc.equipes]
    cases = _add_ones(journees.classe * nombre_equipes + journees.equipe, rangs, nombre_classes * nombre_equipes, j)
    add(cases, np.array(places, dtype=np.float64))
    if parc.demi_journees is not None:
        add(csr_array(journees.visites[None, :].astype(np.float64)), np.array([float(parc.demi_journees * parc.cycle)]))
    if parc.heures_max is not None:
        par_visite_min = parc.ouverture_min + parc.installation_min
        travail_h = parc.agents * (journees.conduite_min + journees.visites * par_visite_min) / 60
        # A budget that one plan used up to the last minute holds that plan.
        add(csr_array(travail_h[None, :]), np.array([parc.heures_max * parc.cycle * (1 + TOLERANCE)]))
    lignes = csr_array(vstack([lot[0] for lot in lots], format="csr"))
    return lignes, np.concatenate([lot[1] for lot in lots]), np.concatenate([lot[2] for lot in lots])


def _add_ones(lignes: Entiers, colonnes: Entiers, m: int, n: int) -> csr_array:
    """1 at these cells; a negative row is none."""
    ou = lignes >= 0
    return csr_array((np.ones(int(ou.sum())), (lignes[ou], colonnes[ou])), shape=(m, n))


def _pick(marques: Booleens, arrets: Entiers) -> Flottants:
    return np.append(marques, False)[arrets].astype(np.float64)


def _conclude(tournees: Tournees, journees: Journees, choisies: Entiers, borne: float, debut_s: float) -> PlanItinerant:
    """The plan with its figures computed again from the stops; a bound that floats put beneath is the value itself."""
    instance, parc = tournees.instance, tournees.parc
    arrets = np.concatenate((journees.matin[choisies], journees.apres_midi[choisies]))
    arrets = np.sort(arrets[arrets >= 0])
    acquis = float(instance.poids[instance.servies].sum())
    couvert = instance.compute_couvert(arrets)
    objectif = couvert + parc.poids_marche * float(journees.marches[choisies].sum())
    atteint = np.diff(instance.portee.tocsc().indptr) > 0
    possible = float(instance.poids[instance.servies | atteint].sum())
    # Without any bound of the solver yet: everybody a stop reaches, and every market.
    marches = parc.poids_marche * float(tournees.agenda.mark_avec_marche(tournees.arrets).sum())
    borne = acquis + min(borne, possible - acquis + marches)
    if borne < objectif or borne - objectif <= TOLERANCE * max(objectif, 1.0):
        borne = objectif
    dates = _date(parc, journees, choisies)
    return PlanItinerant(parc, dates, couvert, acquis, objectif, borne, time.perf_counter() - debut_s)


def _date(parc: Parc, journees: Journees, choisies: Entiers) -> tuple[Tournee, ...]:
    """Give each day of work a date among those of its class: full days first, the least busy week, the first day."""
    charge = dict.fromkeys(range(parc.cycle), 0)
    prises: set[tuple[int, int, int, int]] = set()
    tournees = []
    for rang in sorted(choisies.tolist(), key=lambda rang: (-journees.visites[rang], rang)):
        classe, equipe = journees.classes[journees.classe[rang]], int(journees.equipe[rang])
        libres = [
            (charge[semaine], vehicule, semaine, jour)
            for semaine in range(parc.cycle)
            for jour in classe.jours
            for vehicule in range(parc.equipes[equipe].nombre)
            if (semaine, jour, equipe, vehicule) not in prises
        ]
        _, vehicule, semaine, jour = min(libres)
        prises.add((semaine, jour, equipe, vehicule))
        charge[semaine] += int(journees.visites[rang])
        moments = (
            (int(journees.matin[rang]), Demi(jour), classe.marche_matin),
            (int(journees.apres_midi[rang]), Demi(jour, apres_midi=True), classe.marche_apres_midi),
        )
        visites = tuple(
            Visite(arret, semaine, demi, bool(marche[arret])) for arret, demi, marche in moments if arret >= 0
        )
        tournees.append(Tournee(semaine, jour, equipe, vehicule, visites, float(journees.conduite_min[rang])))
    return tuple(sorted(tournees, key=lambda t: (t.semaine, t.jour, t.equipe, t.vehicule)))
