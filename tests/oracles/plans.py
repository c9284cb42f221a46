"""Plans found a second time: by trying every choice of sites, and by spopt on somewhat larger instances.

Distances, coverage and totals are worked out here on whole tables, without any sparse matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from tests.benchmarks.communes import Communes, read_communes, to_minutes
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.ensemble_couvrant import solve_ensemble
from tierslieux.planification.optimisation.p_centre import solve_centre
from tierslieux.planification.optimisation.p_mediane import solve_mediane
from tierslieux.planification.optimisation.probleme import Booleens, Flottants, Instance, Plan, Regles
from tierslieux.planification.optimisation.temps import InstanceTemps

# Of the value: sums of floats, in another order.
PRECISION = 1e-6
PLAFOND_MIN = 600.0
# Countryside, mountain, coast and town, islands, Guyane.
DEPARTEMENTS = ("16", "23", "29", "2A", "48", "62", "73", "93", "971", "972", "973", "974")
SPOPT = "spopt is not installed: pip install spopt==0.7.0 pulp highspy"


@dataclass(frozen=True, slots=True)
class Tableau:
    """Minutes of every candidate (rows) to every demand (columns), infinite where no way leads, and people."""

    nom: str
    minutes: Flottants
    poids: Flottants

    def build_instance(self, limite_min: float) -> Instance:
        """Served within a limit; nothing is open yet."""
        portee = csr_array((self.minutes <= limite_min).astype(np.float64))
        return Instance(portee, self.poids, np.zeros(len(self.poids), dtype=bool))

    def build_instance_temps(self) -> InstanceTemps:
        """The ways that exist; nothing is open yet."""
        i, j = np.nonzero(np.isfinite(self.minutes))
        temps = csr_array((self.minutes[i, j], (i, j)), shape=self.minutes.shape)
        return InstanceTemps(temps, self.poids, np.full(len(self.poids), np.inf), PLAFOND_MIN)

    def compute_couvert(self, sites: tuple[int, ...], limite_min: float) -> float:
        """People within the limit of one of these sites."""
        return float(self.poids[(self.minutes[list(sites)] <= limite_min).any(axis=0)].sum())

    def list_durees(self, sites: tuple[int, ...]) -> Flottants:
        """Minutes of each demand to the nearest of these sites, `PLAFOND_MIN` without any."""
        return np.asarray(self.minutes[list(sites)].min(axis=0, initial=PLAFOND_MIN))


def draw_grille(hasard: np.random.Generator, candidats: int, demandes: int) -> Tableau:
    """Candidates and demands on a grid of one-minute steps, walked along its lines: many ties."""
    cote = max(5, round(demandes**0.5))
    a, b = hasard.integers(0, cote, (candidats, 2)), hasard.integers(0, cote, (demandes, 2))
    minutes = np.abs(a[:, None, :] - b[None, :, :]).sum(axis=2).astype(np.float64)
    return Tableau(f"grid {cote}", minutes, hasard.integers(1, 100, demandes).astype(np.float64))


def draw_departement(
    communes: Communes, code: str, hasard: np.random.Generator, candidats: int, demandes: int
) -> Tableau:
    """Communes of a département drawn at random: some are demands, some of them candidates."""
    rangs = communes.list_de("departement", code)
    rangs = rangs[communes.population[rangs] > 0]
    ici = np.sort(hasard.choice(rangs, min(demandes, len(rangs)), replace=False))
    choisis = np.sort(hasard.choice(len(ici), min(candidats, len(ici)), replace=False))
    xyz = communes.xyz[ici]
    minutes = to_minutes(np.linalg.norm(xyz[choisis][:, None, :] - xyz[None, :, :], axis=2))
    return Tableau(f"département {code}", minutes, communes.population[ici])


def list_choix(candidats: int, sites_max: int) -> Iterator[tuple[int, ...]]:
    """Every choice of at most so many sites."""
    for nombre in range(sites_max + 1):
        yield from combinations(range(candidats), nombre)


def is_permis(regles: Regles, couts: Flottants | None, choix: tuple[int, ...]) -> bool:
    """Whether a choice keeps the rules, read one by one."""
    ouverts = set(choix)
    prix = len(choix) if couts is None else float(couts[list(choix)].sum())
    return (
        (regles.sites_max is None or len(choix) <= regles.sites_max)
        and ouverts >= set(regles.imposes)
        and not ouverts & set(regles.interdits)
        and not any({int(a), int(b)} <= ouverts for a, b in regles.conflits)
        and all(ouverts & set(groupe) for groupe in regles.groupes)
        and (regles.budget is None or prix <= regles.budget)
    )


def compute_couvert(instance: Instance, portee: Booleens, choix: tuple[int, ...]) -> float:
    """People served, from the whole table of who reaches whom."""
    return float(instance.poids[instance.servies | portee[list(choix)].any(axis=0)].sum())


@dataclass(frozen=True, slots=True)
class Bilan:
    """How many optima were found twice, and those that differ."""

    verifications: int
    desaccords: tuple[str, ...]


def run_plans(nombre: int, graine: int) -> Bilan:
    """Solve `nombre` instances of each objective here and with spopt, on grids and real départements."""
    spopt = _Spopt()
    communes = read_communes()
    desaccords: list[str] = []
    for rang in range(nombre):
        hasard = np.random.default_rng((graine, rang))
        candidats, demandes = int(hasard.integers(10, 40)), int(hasard.integers(40, 120))
        tableau = (
            draw_grille(hasard, candidats, demandes)
            if rang % 3 == 0
            else draw_departement(communes, DEPARTEMENTS[rang % len(DEPARTEMENTS)], hasard, candidats, demandes)
        )
        desaccords += [
            f"{tableau.nom}, draw {rang}, {ecart}" for ecart in _compare(spopt, tableau, hasard) if ecart is not None
        ]
    return Bilan(4 * nombre, tuple(desaccords))


def _compare(spopt: _Spopt, tableau: Tableau, hasard: np.random.Generator) -> list[str | None]:
    """What differs between the four optima here and those of spopt; None where nothing does."""
    limite_min = float(np.quantile(tableau.minutes, 0.15))
    sites = int(hasard.integers(2, 6))
    instance, temps, regles = tableau.build_instance(limite_min), tableau.build_instance_temps(), Regles(sites)
    joignables = (tableau.minutes <= limite_min).any(axis=0)
    tous = Tableau(tableau.nom, tableau.minutes[:, joignables], tableau.poids[joignables])
    return [
        _check(
            "maximal covering",
            solve_couverture(instance, regles),
            spopt.cover(tableau, limite_min, sites),
            lambda choix: tableau.compute_couvert(choix, limite_min),
        ),
        _check(
            "set covering",
            solve_ensemble(tous.build_instance(limite_min), Regles(), 1.0),
            spopt.cover_all(tous, limite_min),
            lambda choix: len(choix) if tous.compute_couvert(choix, limite_min) == tous.poids.sum() else np.inf,
        ),
        _check(
            "p-median",
            solve_mediane(temps, regles),
            spopt.minimize_total(tableau, sites),
            lambda choix: float(tableau.poids @ tableau.list_durees(choix)),
        ),
        _check(
            "p-center",
            solve_centre(temps, regles),
            spopt.minimize_worst(tableau, sites),
            lambda choix: float(tableau.list_durees(choix).max()),
        ),
    ]


def _check(nom: str, plan: Plan, autres: tuple[int, ...], valeur: Callable[[tuple[int, ...]], float]) -> str | None:
    """A sentence when the two plans are not worth the same, or when ours is not what it says."""
    ours, theirs = valeur(plan.sites), valeur(autres)
    marge = PRECISION * max(abs(theirs), 1.0)
    if not plan.is_optimal:
        return f"{nom}: no proof, {plan.objectif} and bound {plan.borne}"
    if abs(ours - plan.objectif) > marge:
        return f"{nom}: the plan says {plan.objectif}, it is worth {ours}"
    return f"{nom}: {ours} here, {theirs} with spopt" if abs(ours - theirs) > marge else None


class _Spopt:
    """spopt with HiGHS; only the sites it chooses are read, never what it says of them."""

    def __init__(self) -> None:
        """Raise SystemExit, which says how to install it, when spopt is not there."""
        try:
            locate, pulp = import_module("spopt.locate"), import_module("pulp")
        except ImportError as erreur:
            raise SystemExit(SPOPT) from erreur
        self._locate = locate
        self._solveur = pulp.HiGHS(msg=False, gapRel=0.0, gapAbs=1e-6)

    def cover(self, tableau: Tableau, limite_min: float, sites: int) -> tuple[int, ...]:
        """Its maximal covering."""
        return self._solve(
            self._locate.MCLP.from_cost_matrix(tableau.minutes.T, tableau.poids, limite_min, p_facilities=sites)
        )

    def cover_all(self, tableau: Tableau, limite_min: float) -> tuple[int, ...]:
        """Its set covering."""
        return self._solve(self._locate.LSCP.from_cost_matrix(tableau.minutes.T, limite_min))

    def minimize_total(self, tableau: Tableau, sites: int) -> tuple[int, ...]:
        """Its p-median."""
        return self._solve(self._locate.PMedian.from_cost_matrix(tableau.minutes.T, tableau.poids, p_facilities=sites))

    def minimize_worst(self, tableau: Tableau, sites: int) -> tuple[int, ...]:
        """Its p-center."""
        return self._solve(self._locate.PCenter.from_cost_matrix(tableau.minutes.T, p_facilities=sites))

    def _solve(self, modele: Any) -> tuple[int, ...]:
        resolu = modele.solve(self._solveur, results=False)
        return tuple(rang for rang, variable in enumerate(resolu.fac_vars) if variable.value() > 0.5)
