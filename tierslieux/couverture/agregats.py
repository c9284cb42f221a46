"""Sums and means of communes by wider territory: people left beyond, with their interval, and inequality. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from tierslieux.couverture.communes import NIVEAUX, Codes, Communes
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.hypotheses import Volet
from tierslieux.couverture.methodes import Entiers, Flottants, compute_inegalites
from tierslieux.couverture.volets import Colonnes
from tierslieux.indicateurs.agregation import COUVERTURE_MIN
from tierslieux.territoires.enums import Niveau

_K = len(SEUILS_MIN)


@dataclass(frozen=True, slots=True)
class LigneTerritoire:
    """One row of models.AccesTerritoire."""

    niveau: Niveau
    code: str
    volet: Volet
    duree_min: float | None
    heures_semaine: float | None
    accessibilite: float | None
    gini: float | None
    part_dixieme: float | None
    population: float
    population_au_dela: list[float]
    besoin: float | None
    besoin_bas: float | None
    besoin_haut: float | None
    besoin_au_dela: list[float] | None
    au_dela_bas: list[float] | None
    au_dela_haut: list[float] | None


class Groupes:
    """The territories of a level that are wanted, and the rank among them of each commune's (-1: none of them)."""

    def __init__(self, niveau: Niveau, codes: Codes, rangs: Entiers) -> None:
        self.niveau = niveau
        self.codes = codes
        self.rangs = rangs
        membres = np.flatnonzero(rangs >= 0)
        # Communes by territory, each in the order of codes.
        self.membres = membres[np.argsort(rangs[membres], kind="stable")]
        self.bornes = np.searchsorted(rangs[self.membres], np.arange(len(codes) + 1))
        self._sommes = csr_array(
            (np.ones(len(self.membres)), self.membres, self.bornes), shape=(len(codes), len(rangs))
        )

    def sum(self, valeurs: Flottants) -> Flottants:
        """Sums by territory of the values of communes, (n,) or (n, k), in the order of communes."""
        return np.asarray(self._sommes @ valeurs, dtype=np.float64)


def build_groupes(communes: Communes, touchees: Entiers | None = None) -> list[Groupes]:
    """Every territory of every level, or those that hold one of these communes (ranks)."""
    groupes = []
    for niveau in NIVEAUX:
        codes, rangs = communes.rank(niveau)
        if touchees is not None:
            gardes = np.unique(rangs[touchees])
            gardes = gardes[gardes >= 0]
            table = np.full(len(codes) + 1, -1, dtype=np.int64)
            table[gardes] = np.arange(len(gardes))
            codes, rangs = codes[gardes], table[rangs]
        groupes.append(Groupes(niveau, codes, rangs))
    return groupes


def aggregate(
    communes: Communes, groupes: Sequence[Groupes], colonnes: Mapping[Volet, Colonnes]
) -> list[LigneTerritoire]:
    """Rows of these territories for these volets; `colonnes` are those of all communes."""
    besoins = _Besoins(communes, colonnes)
    volets = {volet: _Volet(communes, volet, table) for volet, table in colonnes.items()}
    return [
        ligne
        for groupe in groupes
        for volet, intervalle in zip(volets.values(), besoins.estimate(groupe), strict=True)
        for ligne in _list_lignes(groupe, volet, intervalle)
    ]


class _Volet:
    """What is summed over communes for one volet: people, people beyond, then weights and products of three means."""

    def __init__(self, communes: Communes, volet: Volet, colonnes: Colonnes) -> None:
        self.volet = volet
        self.poids = communes.get_demande(volet.cible)
        self.accessibilite = colonnes.accessibilite
        self.table = np.empty((len(communes), 7 + _K))
        self.table[:, 0] = communes.population
        np.multiply(communes.population[:, None], colonnes.parts_au_dela, out=self.table[:, 1 : 1 + _K])
        for rang, valeurs in enumerate((colonnes.duree_min, colonnes.heures_semaine, colonnes.accessibilite)):
            # Communes without value, or without people, count for nothing in a mean.
            connues = ~np.isnan(valeurs)
            poids = self.poids * connues
            self.table[:, 1 + _K + rang] = poids
            self.table[:, 4 + _K + rang] = np.where(connues, valeurs, 0.0) * poids


@dataclass(frozen=True, slots=True)
class _Intervalle:
    """People in need by territory, all then beyond each threshold: (territories, 1 + thresholds); NaN for none."""

    valeur: Flottants
    bas: Flottants
    haut: Flottants


class _Besoins:
    """People in need, all of them and beyond each threshold, of every volet at once."""

    def __init__(self, communes: Communes, colonnes: Mapping[Volet, Colonnes]) -> None:
        self._communes = communes
        self._colonnes = colonnes
        self._connues = communes.list_modelisees()
        self._modelises = [volet for volet in colonnes if volet.cible is not Cible.TIERS_LIEU]
        if len(self._connues) and self._modelises:
            self._fractions = np.column_stack(
                [np.ones(len(self._connues)), *(colonnes[v].parts_au_dela[self._connues] for v in self._modelises)]
            )

    def estimate(self, groupe: Groupes) -> list[_Intervalle]:
        """One interval by volet, in order."""
        modelises: dict[Volet, _Intervalle] = {}
        nombre = len(groupe.codes)
        if len(self._connues) and self._modelises:
            e = self._communes.estimate(self._connues, self._fractions, groupe.rangs, nombre)
            for rang, volet in enumerate(self._modelises):
                de = [0, *range(1 + rang * _K, 1 + (rang + 1) * _K)]
                modelises[volet] = _Intervalle(e.valeur[:, de], e.bas[:, de], e.haut[:, de])
        vide = np.full((nombre, 1 + _K), np.nan)
        resultats = []
        for volet in self._colonnes:
            if volet.cible is Cible.TIERS_LIEU:
                resultats.append(_Intervalle(self._count(groupe, volet), vide, vide))
            else:
                resultats.append(modelises.get(volet, _Intervalle(vide, vide, vide)))
        return [self._hide(groupe, volet, r) for volet, r in zip(self._colonnes, resultats, strict=True)]

    def _count(self, groupe: Groupes, volet: Volet) -> Flottants:
        """People in work, who are counted."""
        actifs = self._communes.get_besoin(volet.cible)
        if np.all(np.isnan(actifs)):
            return np.full((len(groupe.codes), 1 + _K), np.nan)
        parts = self._colonnes[volet].parts_au_dela
        connus = np.nan_to_num(actifs)
        return groupe.sum(np.column_stack([connus, connus[:, None] * parts]))

    def _hide(self, groupe: Groupes, volet: Volet, intervalle: _Intervalle) -> _Intervalle:
        """None where the communes whose need is known hold less than COUVERTURE_MIN of the people."""
        population = self._communes.population
        connue = ~np.isnan(self._communes.get_besoin(volet.cible))
        gens = groupe.sum(population)
        complets = (groupe.sum(population * connue) >= COUVERTURE_MIN * gens) & (groupe.sum(connue * 1.0) > 0)
        cache = np.where(complets, 1.0, np.nan)[:, None]
        return _Intervalle(intervalle.valeur * cache, intervalle.bas * cache, intervalle.haut * cache)


def _list_lignes(groupe: Groupes, volet: _Volet, besoins: _Intervalle) -> list[LigneTerritoire]:
    sommes = groupe.sum(volet.table)
    population, au_dela = sommes[:, 0], sommes[:, 1 : 1 + _K]
    poids_connus, produits = sommes[:, 1 + _K : 4 + _K], sommes[:, 4 + _K :]
    moyennes = np.divide(produits, poids_connus, out=np.full_like(produits, np.nan), where=poids_connus > 0)
    inegalites = _list_inegalites(groupe, volet.accessibilite, volet.poids)
    return [
        LigneTerritoire(
            niveau=groupe.niveau,
            code=str(groupe.codes[g]),
            volet=volet.volet,
            duree_min=_none(moyennes[g, 0]),
            heures_semaine=_none(moyennes[g, 1]),
            accessibilite=_none(moyennes[g, 2]),
            gini=inegalites[g][0],
            part_dixieme=inegalites[g][1],
            population=float(population[g]),
            population_au_dela=au_dela[g].tolist(),
            besoin=_none(besoins.valeur[g, 0]),
            besoin_bas=_none(besoins.bas[g, 0]),
            besoin_haut=_none(besoins.haut[g, 0]),
            besoin_au_dela=_list(besoins.valeur[g]),
            au_dela_bas=_list(besoins.bas[g]),
            au_dela_haut=_list(besoins.haut[g]),
        )
        for g in range(len(groupe.codes))
    ]


def _list_inegalites(groupe: Groupes, valeurs: Flottants, poids: Flottants) -> list[tuple[float | None, float | None]]:
    """(Gini, share of the worst-served tenth) of each territory, over the people of its communes."""
    resultats = []
    for debut, fin in zip(groupe.bornes, groupe.bornes[1:], strict=False):
        membres = groupe.membres[debut:fin]
        v, p = valeurs[membres], poids[membres]
        utiles = (p > 0) & ~np.isnan(v)
        resultats.append(compute_inegalites(v[utiles], p[utiles]))
    return resultats


def _none(valeur: float) -> float | None:
    return None if np.isnan(valeur) else float(valeur)


def _list(valeurs: Flottants) -> list[float] | None:
    """Those beyond each threshold."""
    return None if np.isnan(valeurs[0]) else valeurs[1:].tolist()
