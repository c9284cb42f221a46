"""What is to be decided: demands, candidates, what reaches what, and the rules a plan must keep. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tierslieux.core.errors import ComputationError

Flottants = NDArray[np.float64]
Booleens = NDArray[np.bool_]
Entiers = NDArray[np.int64]


class InfaisableError(ComputationError):
    """No plan keeps all the rules; the message gives the two figures that clash."""


def check_valeurs(poids: Flottants, couts: Flottants | None, candidats: int) -> None:
    """Raise ValueError for weights or costs that make no sense."""
    if not np.isfinite(poids).all() or (poids < 0).any():
        raise ValueError("weights are numbers of people, 0 or more")
    if couts is not None and (couts.shape != (candidats,) or not (couts > 0).all()):
        raise ValueError(f"{candidats} candidates: one cost each, more than 0")


@dataclass(frozen=True, slots=True)
class Instance:
    """Candidates (m) and demands (n).

    `portee` (m, n): 1 where a candidate reaches a demand in time, nothing elsewhere. `poids` (n,): people, ≥ 0.
    `servies` (n,): demands that a place which stays open already serves. `couts` (m,): what opening costs, > 0, in the
    unit of the budget; None when sites are only counted.
    """

    portee: csr_array
    poids: Flottants
    servies: Booleens
    couts: Flottants | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for shapes or values that make no sense."""
        m, n = self.portee.shape
        if self.poids.shape != (n,) or self.servies.shape != (n,):
            raise ValueError(f"{n} demands in `portee`: {self.poids.shape} weights, {self.servies.shape} marks")
        check_valeurs(self.poids, self.couts, m)

    @property
    def candidats(self) -> int:
        """How many candidates."""
        return int(self.portee.shape[0])

    def compute_servis(self, sites: Entiers) -> Booleens:
        """(n,) demands served when these candidates open too."""
        servis = self.servies.copy()
        servis[self.portee[sites].indices] = True
        return servis

    def compute_couvert(self, sites: Entiers) -> float:
        """People served when these candidates open too."""
        return float(self.poids[self.compute_servis(sites)].sum())


class Candidats(Protocol):
    """What rules are checked against."""

    @property
    def candidats(self) -> int:
        """How many candidates."""

    @property
    def couts(self) -> Flottants | None:
        """What opening each costs."""


@dataclass(frozen=True, slots=True)
class Regles:
    """What a plan must keep. Candidates are given by their index.

    `sites_max`: at most so many candidates open. `budget`: at most so much spent. `imposes`: these open, and count.
    `interdits`: these do not. `conflits` (k, 2): pairs too near each other to open both. `groupes`: at least one
    candidate of each opens (one per EPCI).
    """

    sites_max: int | None = None
    budget: float | None = None
    imposes: tuple[int, ...] = ()
    interdits: tuple[int, ...] = ()
    conflits: Entiers = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    groupes: tuple[tuple[int, ...], ...] = ()

    @property
    def is_simple(self) -> bool:
        """Whether a candidate matters only by what it reaches and costs."""
        return not (self.imposes or len(self.conflits) or self.groupes)

    def check(self, instance: Candidats) -> None:
        """Raise InfaisableError for rules that clash before any computation."""
        possibles = instance.candidats - len(set(self.interdits))
        if self.sites_max is not None and self.sites_max < 0:
            raise InfaisableError(f"{_name_demandes(self.sites_max)} : il en faut 0 ou plus.")
        if self.budget is not None and self.budget < 0:
            raise InfaisableError(f"Le budget est de {self.budget:.0f} : il en faut un de 0 ou plus.")
        if self.sites_max is not None and self.sites_max > possibles:
            raise InfaisableError(
                f"{_name_demandes(self.sites_max)} et "
                f"{accorder(possibles, 'candidat est possible', 'candidats sont possibles')}."
            )
        if self.sites_max is not None and len(self.imposes) > self.sites_max:
            raise InfaisableError(f"{name_imposes(len(self.imposes))} et {name_permis(self.sites_max)}.")
        communs = sorted(set(self.imposes) & set(self.interdits))
        if communs:
            interdits = accorder(len(communs), "est interdit", "sont interdits")
            raise InfaisableError(f"{name_imposes(len(self.imposes))} et {interdits} aussi.")
        if self.budget is not None:
            prix = np.ones(instance.candidats) if instance.couts is None else instance.couts
            depense = float(prix[list(self.imposes)].sum())
            if depense > self.budget:
                raise InfaisableError(f"Les sites imposés coûtent {depense:.0f} et le budget est de {self.budget:.0f}.")


def accorder(nombre: int, singulier: str, pluriel: str) -> str:
    """The number with the words that go with it: French has a plural from 2 on."""
    return f"{nombre} {singulier if nombre < 2 else pluriel}"


def _name_demandes(nombre: int) -> str:
    return accorder(nombre, "site est demandé", "sites sont demandés")


def name_imposes(nombre: int) -> str:
    """How many sites must open, in words."""
    return accorder(nombre, "site est imposé", "sites sont imposés")


def name_permis(nombre: int) -> str:
    """How many sites may open, in words."""
    return accorder(nombre, "est permis", "sont permis")


@dataclass(frozen=True, slots=True)
class Plan:
    """An answer and its proof. `sites`: indices of the candidates to open, ascending.

    `objectif` is computed again from the sites, never read from the solver. `borne`: no plan can do better. They are
    equal when the plan is proven optimal. `secondes`: wall clock.
    """

    sites: tuple[int, ...]
    objectif: float
    borne: float
    secondes: float

    @property
    def ecart(self) -> float:
        """How far the plan may be from the best, as a share of the bound (0 to 1)."""
        return 0.0 if self.borne == self.objectif else abs(self.borne - self.objectif) / max(abs(self.borne), 1e-12)

    @property
    def is_optimal(self) -> bool:
        """Whether nothing better exists, to the precision of the computation."""
        return self.ecart <= TOLERANCE


# Weights are sums of floats: two plans nearer than this are the same to any reader.
TOLERANCE = 1e-7
