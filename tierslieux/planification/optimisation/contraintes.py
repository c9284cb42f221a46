"""The rules of a plan as rows for the solver, as a filter for exchanges, and as a sentence when they clash. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from tierslieux.planification.optimisation.probleme import (
    Booleens,
    Entiers,
    Flottants,
    InfaisableError,
    Regles,
    accorder,
    name_imposes,
    name_permis,
)
from tierslieux.planification.optimisation.solveur import Programme, solve

_TEMPS_MAX_S = 10.0
# Costs are sums of floats.
_MARGE = 1e-9


@dataclass(frozen=True, slots=True)
class Contraintes:
    """Rules on m candidates: `lignes_bas` ≤ `cases` x ≤ `lignes_haut` and `bas` ≤ x ≤ `haut`.

    `ligne_sites`: the row that counts the sites, None when they are not counted.
    """

    cases: csr_array
    lignes_bas: Flottants
    lignes_haut: Flottants
    bas: Flottants
    haut: Flottants
    ligne_sites: int | None

    def build_programme(self, gains: Flottants) -> Programme:
        """The best plan when each site has a worth of its own."""
        return Programme(gains, self.bas, self.haut, self.cases, self.lignes_bas, self.lignes_haut)

    def widen(self, colonnes: int) -> csr_array:
        """The rows with so many columns more, empty."""
        return csr_array(hstack([self.cases, csr_array((self.cases.shape[0], colonnes))], format="csr"))


def build_contraintes(regles: Regles, couts: Flottants | None, candidats: Entiers, nombre: int) -> Contraintes:
    """The rules, on `candidats` out of `nombre`: the others stay closed. `couts`: of all; each is 1 without any."""
    m = len(candidats)
    rang = np.full(nombre, -1, dtype=np.int64)
    rang[candidats] = np.arange(m)
    lignes: list[csr_array] = []
    bas: list[float] = []
    haut: list[float] = []
    if regles.sites_max is not None:
        lignes.append(csr_array(np.ones((1, m))))
        bas.append(-np.inf)
        haut.append(float(regles.sites_max))
    if regles.budget is not None:
        tous = np.ones(nombre) if couts is None else couts
        lignes.append(csr_array(tous[candidats][None, :]))
        bas.append(-np.inf)
        haut.append(float(regles.budget))
    conflits = rang[regles.conflits] if len(regles.conflits) else np.empty((0, 2), dtype=np.int64)
    conflits = conflits[(conflits >= 0).all(axis=1)]
    lignes.append(mark([[int(a), int(b)] for a, b in conflits], m))
    bas += [-np.inf] * len(conflits)
    haut += [1.0] * len(conflits)
    lignes.append(mark([[int(rang[i]) for i in groupe if rang[i] >= 0] for groupe in regles.groupes], m))
    bas += [1.0] * len(regles.groupes)
    haut += [np.inf] * len(regles.groupes)
    minimum, maximum = np.zeros(m), np.ones(m)
    maximum[[int(rang[i]) for i in regles.interdits if rang[i] >= 0]] = 0.0
    minimum[[int(rang[i]) for i in regles.imposes]] = 1.0
    return Contraintes(
        cases=csr_array(vstack(lignes, format="csr")),
        lignes_bas=np.array(bas),
        lignes_haut=np.array(haut),
        bas=minimum,
        haut=maximum,
        ligne_sites=None if regles.sites_max is None else 0,
    )


def mark(groupes: list[list[int]], m: int) -> csr_array:
    """One row for each group, 1 for each of its members."""
    bornes = np.concatenate(([0], np.cumsum([len(groupe) for groupe in groupes]))).astype(np.int64)
    indices = np.array([i for groupe in groupes for i in groupe], dtype=np.int64)
    return csr_array((np.ones(len(indices)), indices, bornes), shape=(len(groupes), m))


class Gardien:
    """Which candidates may still open beside others."""

    def __init__(self, contraintes: Contraintes) -> None:
        """Read the rows once."""
        self.contraintes = contraintes
        self._colonnes = contraintes.cases.tocsc()
        self.imposes: Booleens = contraintes.bas > 0

    def is_permis(self, sites: Entiers) -> bool:
        """Whether these sites keep all the rules."""
        c = self.contraintes
        ouverts = np.zeros(len(c.bas))
        ouverts[sites] = 1.0
        sommes = c.cases @ ouverts
        return bool(
            (sommes <= c.lignes_haut + _MARGE * np.maximum(np.abs(c.lignes_haut), 1)).all()
            and (sommes >= c.lignes_bas - _MARGE).all()
            and (ouverts >= c.bas).all()
            and (ouverts <= c.haut).all()
        )

    def list_entrants(self, reste: Entiers) -> Booleens:
        """(m,) candidates that keep all the rules when they open beside these."""
        c = self.contraintes
        entrants = c.haut > 0
        entrants[reste] = False
        if not c.cases.shape[0]:
            return entrants
        ouverts = np.zeros(len(c.bas))
        ouverts[reste] = 1.0
        sommes = c.cases @ ouverts
        marge = c.lignes_haut - sommes + _MARGE * np.maximum(np.abs(c.lignes_haut), 1)
        lignes, valeurs = self._colonnes.indices, self._colonnes.data
        rangs = np.repeat(np.arange(len(c.bas)), np.diff(self._colonnes.indptr))
        entrants[rangs[valeurs > marge[lignes]]] = False
        # A group that has nobody left must be served by the one who enters.
        manquent = sommes < c.lignes_bas - _MARGE
        if manquent.any():
            utiles = manquent[lignes]
            entrants &= np.bincount(rangs[utiles], minlength=len(c.bas)) == int(manquent.sum())
        return entrants


def find_permis(contraintes: Contraintes, gains: Flottants, *, temps_max_s: float = _TEMPS_MAX_S) -> Entiers | None:
    """Sites that keep the rules, those of most worth; None when there are none, or none is found in time."""
    entiers = np.ones(len(gains), dtype=bool)
    reponse = solve(contraintes.build_programme(gains), entiers=entiers, temps_max_s=temps_max_s)
    return None if reponse.x is None else np.flatnonzero(reponse.x > 0.5)


def explain_impossible(regles: Regles, couts: Flottants | None, nombre: int) -> InfaisableError:
    """The error of rules that no plan keeps, with the two figures that clash."""
    return InfaisableError(
        next(_list_raisons(regles, couts, nombre), "Aucun plan ne respecte toutes ces règles à la fois.")
    )


def _list_raisons(regles: Regles, couts: Flottants | None, nombre: int) -> Iterator[str]:
    """What clashes, the simplest first."""
    tous = np.arange(nombre)
    prix = np.ones(nombre) if couts is None else couts
    groupes = accorder(len(regles.groupes), "groupe doit avoir un site", "groupes doivent avoir chacun un site")
    vides = sum(not set(groupe) - set(regles.interdits) for groupe in regles.groupes)
    if vides:
        yield f"{groupes} et le nombre de groupes sans candidat possible est de {vides}."
    imposes = np.zeros(nombre, dtype=bool)
    imposes[list(regles.imposes)] = True
    paires = int(imposes[regles.conflits].all(axis=1).sum()) if len(regles.conflits) else 0
    if paires:
        yield f"{name_imposes(len(regles.imposes))} et le nombre de paires trop proches entre eux est de {paires}."
    libres = replace(regles, sites_max=None, budget=None)
    peu = find_permis(build_contraintes(libres, couts, tous, nombre), -np.ones(nombre))
    if peu is None:
        servis = _count_groupes(libres, couts, nombre)
        yield f"{groupes} et l’espacement demandé laisse un site à {servis} au plus."
    elif regles.sites_max is not None and len(peu) > regles.sites_max:
        minimum = accorder(len(peu), "site", "sites")
        yield f"Il faut au moins {minimum} pour suivre les règles et {name_permis(regles.sites_max)}."
    if regles.budget is not None:
        pour_rien = find_permis(build_contraintes(libres, couts, tous, nombre), -prix)
        if pour_rien is not None and prix[pour_rien].sum() > regles.budget:
            depense = float(prix[pour_rien].sum())
            yield f"Suivre les règles coûte au moins {depense:.0f} et le budget est de {regles.budget:.0f}."
        sans_nombre = replace(regles, sites_max=None)
        assez = find_permis(build_contraintes(sans_nombre, couts, tous, nombre), -np.ones(nombre))
        if assez is not None and regles.sites_max is not None:
            minimum = accorder(len(assez), "site", "sites")
            yield (
                f"Avec un budget de {regles.budget:.0f}, il faut au moins {minimum} pour suivre les règles "
                f"et {name_permis(regles.sites_max)}."
            )


def _count_groupes(regles: Regles, couts: Flottants | None, nombre: int) -> int:
    """How many groups can have a site, the other rules being kept."""
    sans = build_contraintes(replace(regles, groupes=()), couts, np.arange(nombre), nombre)
    g = len(regles.groupes)
    membres = hstack([-mark([list(groupe) for groupe in regles.groupes], nombre), csr_array(np.eye(g))])
    programme = Programme(
        gains=np.concatenate((np.zeros(nombre), np.ones(g))),
        bas=np.concatenate((sans.bas, np.zeros(g))),
        haut=np.concatenate((sans.haut, np.ones(g))),
        lignes=csr_array(vstack([sans.widen(g), membres], format="csr")),
        lignes_bas=np.concatenate((sans.lignes_bas, np.full(g, -np.inf))),
        lignes_haut=np.concatenate((sans.lignes_haut, np.zeros(g))),
    )
    reponse = solve(programme, entiers=np.ones(nombre + g, dtype=bool), temps_max_s=_TEMPS_MAX_S)
    return 0 if reponse.x is None else round(reponse.objectif)
