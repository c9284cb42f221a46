"""Access of each commune to one kind of place by one mode: from points and places to columns by commune. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.hypotheses import PERSONNES, VOLETS, Volet
from tierslieux.couverture.methodes import (
    DENSITES,
    Entiers,
    Flottants,
    Points,
    Portees,
    Positions,
    Proches,
    Remplacer,
    build_positions,
    compute_rayon,
    find_proches,
    iter_portees,
    share,
    sum_demandes,
)
from tierslieux.couverture.voies import Moteurs, Voies
from tierslieux.trajets.estimation import compute_durees_modes
from tierslieux.trajets.moteur import Mode

CIBLES = tuple(Cible)
# Two needs, by who looks for the place.
BESOINS = (Cible.AIDE, Cible.TIERS_LIEU)


@dataclass(frozen=True, slots=True)
class Lieux:
    """Places that are one kind or more, by id: degrees, part of the country, hours a week (NaN when not known).

    `cibles`: (n, 6) which kinds each is, in the order of `Cible`.
    """

    ids: Entiers
    lon: Flottants
    lat: Flottants
    bassin: Entiers
    heures: Flottants
    cibles: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def list_de(self, cible: Cible) -> Entiers:
        """Ranks of the places of a kind."""
        return np.flatnonzero(self.cibles[:, CIBLES.index(cible)])


_SEUILS = slice(5, 5 + len(SEUILS_MIN))
NOMBRE_COLONNES = 6 + len(SEUILS_MIN)


@dataclass(frozen=True, slots=True)
class Colonnes:
    """One row by commune, as one table of numbers; NaN where there is none (-1 for `lieu_id`). See AccesCommune."""

    matrice: Flottants

    @property
    def lieu_id(self) -> Entiers:
        """Private id of the place nearest to most people."""
        return self.matrice[:, 0].astype(np.int64)

    @property
    def duree_min(self) -> Flottants:
        """Mean minutes to the nearest place."""
        return self.matrice[:, 1]

    @property
    def duree_second_min(self) -> Flottants:
        """Mean minutes to the second."""
        return self.matrice[:, 2]

    @property
    def heures_semaine(self) -> Flottants:
        """Hours a week within reach."""
        return self.matrice[:, 3]

    @property
    def accessibilite(self) -> Flottants:
        """E2SFCA."""
        return self.matrice[:, 4]

    @property
    def parts_au_dela(self) -> Flottants:
        """Shares beyond each threshold, (n, thresholds)."""
        return self.matrice[:, _SEUILS]

    @property
    def portee_m(self) -> Flottants:
        """Beyond which no place matters; NaN where any of the same part of the country may."""
        return self.matrice[:, -1]

    def list_differences(self, autres: Colonnes, rangs: Entiers | slice = slice(None)) -> Entiers:
        """Ranks of the communes, among these, whose rows are not the same in the other table."""
        une, autre = self.matrice[rangs], autres.matrice[rangs]
        pareils = (une == autre) | (np.isnan(une) & np.isnan(autre))
        ecarts = np.flatnonzero(~pareils.all(axis=1))
        return ecarts if isinstance(rangs, slice) else rangs[ecarts]


def fill_heures(lieux: Lieux, cible: Cible, mediane_h: float) -> Flottants:
    """Hours a week of the places of a kind; those that are not known are taken to be the median of the kind."""
    heures = lieux.heures[lieux.list_de(cible)]
    return np.where(np.isnan(heures), mediane_h, heures)


def sum_offres(positions: Positions, lieux: Lieux, cible: Cible, mediane_h: float) -> Flottants:
    """Hours a week of a kind at each position."""
    rangs = positions.rangs[lieux.list_de(cible)]
    return np.bincount(rangs, weights=fill_heures(lieux, cible, mediane_h), minlength=len(positions)).astype(np.float64)


@dataclass(slots=True)
class Calcul:
    """The computation under way: what each step leaves to the next.

    `communes_vues` are the ranks of the communes whose points are given, all of them or some; columns have one row for
    each. `cibles`: the kinds whose places are all there, at least those that may be near. `moteurs`: engines that
    follow roads; without them, times are estimated.
    """

    communes: Communes
    points: Points
    lieux: Lieux
    medianes_h: dict[Cible, float]
    communes_vues: Entiers
    progress: Progress = ignore_progress
    cibles: Sequence[Cible] = CIBLES
    moteurs: Moteurs | None = None
    positions: Positions = field(init=False)
    locaux: Entiers = field(init=False)
    debuts: Entiers = field(init=False)
    groupes: Entiers = field(init=False)
    gens: Flottants = field(init=False)
    voies: dict[Mode, Voies] = field(init=False)

    def __post_init__(self) -> None:
        self.positions = build_positions(self.lieux.lon, self.lieux.lat, self.lieux.bassin)
        toutes = len(self.communes_vues) == len(self.communes)
        self.locaux = self.points.commune if toutes else np.searchsorted(self.communes_vues, self.points.commune)
        # Points are in the order of communes: where each commune begins, and which one each point is of among those.
        change = np.ones(len(self.locaux), dtype=bool)
        change[1:] = np.diff(self.locaux) != 0
        self.debuts, self.groupes = np.flatnonzero(change), np.cumsum(change) - 1
        demandes = np.stack([self.communes.get_demande(cible) for cible in BESOINS])
        self.gens = demandes[:, self.points.commune] * self.points.part
        self.voies = {
            mode: Voies.build(self.moteurs, self.points, self.positions, mode) for mode in Mode if self.moteurs
        }

    def mean(self, valeurs: Flottants) -> Flottants:
        """Means over the people of each commune; what is not finite counts for nobody."""
        connues = np.isfinite(valeurs)
        return _average(self.sum(np.where(connues, valeurs, 0.0)), self.sum(connues))

    def sum(self, valeurs: NDArray[Any], lot: slice = slice(None)) -> Flottants:
        """Sums over the people of each commune of values by point, or by point of a lot."""
        poids = valeurs * self.points.part[lot]
        return np.bincount(self.locaux[lot], weights=poids, minlength=len(self.communes_vues)).astype(np.float64)

    def count(self) -> Flottants:
        """Shares of the people of each commune that have a point: 1, or 0 without any."""
        return self.sum(np.ones(len(self.points)))

    def hide_inconnues(self, cible: Cible, valeurs: Flottants) -> Flottants:
        """The values, NaN where nobody knows who is in need although it is known elsewhere: who shares is not known."""
        besoin = self.communes.get_besoin(cible)
        if np.all(np.isnan(besoin)):
            return valeurs
        return np.where(np.isnan(besoin[self.communes_vues]), np.nan, valeurs)

    def find(self, cible: Cible) -> Proches:
        """The two nearest places of a kind from each point."""
        return find_proches(self.points, self.positions, self.lieux.list_de(cible))

    @property
    def remplacer(self) -> Remplacer | None:
        """What puts the roads in place of estimates; None without roads."""
        if not self.voies:
            return None
        return lambda mode, points, debut, paires: self.voies[mode].replace_paires(points, debut, paires)

    def compute_portees_m(self, proches: Proches) -> dict[Mode, Flottants]:
        """See models.AccesCommune.portee_m; NaN where any place of that part of the country may come nearer."""
        seconds_m = np.full(len(self.communes_vues), np.nan)
        if len(self.points):
            seconds_m[self.locaux[self.debuts]] = np.maximum.reduceat(proches.distances_m[:, 1], self.debuts)
        seconds_m[np.isinf(seconds_m)] = np.nan
        densites = self.communes.densite[self.communes_vues]
        rayons_m = {mode: np.array([compute_rayon(densite, mode) for densite in DENSITES])[densites] for mode in Mode}
        return {mode: np.maximum(seconds_m, rayon_m) for mode, rayon_m in rayons_m.items()}

    def vote(self, premier: Entiers) -> Entiers:
        """The place that is nearest to most people of each commune; of equals, the first in order. -1 for none."""
        elus = np.full(len(self.communes_vues), -1, dtype=np.int64)
        if not len(self.lieux) or not len(self.points):
            return elus
        ids = np.append(self.lieux.ids, -1)  # the rank -1 is that of no place
        elus[self.locaux[self.debuts]] = ids[premier[self.debuts]]
        # Only communes whose points do not agree have to vote.
        partages = np.zeros(len(self.debuts), dtype=bool)
        partages[self.groupes[premier != premier[self.debuts][self.groupes]]] = True
        vus = np.flatnonzero(partages[self.groupes] & (premier >= 0))
        cles, rangs = np.unique(self.locaux[vus] * len(self.lieux) + premier[vus], return_inverse=True)
        voix = np.bincount(rangs, weights=self.points.part[vus], minlength=len(cles))
        commune, lieu = np.divmod(cles, len(self.lieux))
        # Sorted so that the winner of each commune is written last: most votes, then the smallest id.
        ordre = np.lexsort((-cles, voix, commune))
        elus[commune[ordre]] = self.lieux.ids[lieu[ordre]]
        return elus


@dataclass(frozen=True, slots=True)
class Distances:
    """What the nearest places alone decide of, by commune."""

    lieu_id: Entiers
    duree_min: Flottants
    duree_second_min: Flottants
    parts_au_dela: Flottants
    portee_m: Flottants


def compute_distances(calcul: Calcul, cible: Cible) -> dict[Mode, Distances]:
    """Times to the nearest places of a kind by each mode, and the shares of the people beyond each threshold."""
    lieux, proches = calcul.lieux.list_de(cible), calcul.find(cible)
    elus, portees_m = calcul.vote(proches.premier), calcul.compute_portees_m(proches)
    distances = {}
    for mode, estimees_min in compute_durees_modes(proches.distances_m, calcul.points.densite, tuple(Mode)).items():
        durees_min = estimees_min
        if mode in calcul.voies:
            premier, durees_min = calcul.voies[mode].replace_durees(lieux, proches.premier, estimees_min)
            elus = calcul.vote(premier)
        distances[mode] = summarize_durees(calcul, durees_min, elus, portees_m[mode])
    return distances


def summarize_durees(calcul: Calcul, durees_min: Flottants, elus: Entiers, portees_m: Flottants) -> Distances:
    """Means and shares by commune of minutes (n, 2) by point, infinite where no journey leads."""
    premier_min, second_min = durees_min.T
    au_dela = [np.minimum(calcul.sum(premier_min > seuil), 1.0) for seuil in SEUILS_MIN]
    return Distances(elus, calcul.mean(premier_min), calcul.mean(second_min), np.column_stack(au_dela), portees_m)


@dataclass(frozen=True, slots=True)
class Services:
    """What all the places within reach decide of, by commune."""

    heures_semaine: dict[Volet, Flottants]
    accessibilite: dict[Volet, Flottants]


Lots = list[tuple[slice, dict[Mode, Portees]]]


def compute_demandes(calcul: Calcul) -> tuple[Flottants, Lots]:
    """(modes, needs, positions) people who share each position; the points must be all that there are around them.

    One lot of points is kept for what follows; of many, each is made again, so that a national grid fits in memory.
    """
    modes = tuple(Mode)
    demandes = np.zeros((len(modes), len(BESOINS), len(calcul.positions)))
    lots: Lots = []
    for lot, portees in iter_portees(calcul.points, calcul.positions, calcul.remplacer):
        for m, mode in enumerate(modes):
            for b in range(len(BESOINS)):
                demandes[m, b] += sum_demandes(portees[mode].poids, calcul.gens[b, lot])
        if lot.start == 0 and lot.stop == len(calcul.points):
            lots.append((lot, portees))
        calcul.progress("who shares each place", lot.stop, len(calcul.points))
    return demandes, lots


def compute_services(calcul: Calcul, demandes: Flottants, lots: Lots) -> Services:
    """Hours within reach and E2SFCA of every volet, with what `compute_demandes` gave."""
    modes = tuple(Mode)
    volets = [volet for volet in VOLETS if volet.cible in calcul.cibles]
    parlants = [volet for volet in volets if not np.isnan(calcul.medianes_h[volet.cible])]
    offres_h = {c: sum_offres(calcul.positions, calcul.lieux, c, calcul.medianes_h[c]) for c in calcul.cibles}
    heures = {volet: np.zeros(len(calcul.communes_vues)) for volet in parlants}
    acces = {volet: np.zeros(len(calcul.communes_vues)) for volet in parlants}
    for lot, portees in lots or iter_portees(calcul.points, calcul.positions, calcul.remplacer):
        for volet in parlants:
            b = int(volet.cible is Cible.TIERS_LIEU)
            parts_h = share(offres_h[volet.cible], demandes[modes.index(volet.mode), b])
            heures[volet] += calcul.sum(_apply(portees[volet.mode].atteinte, offres_h[volet.cible]), lot)
            acces[volet] += calcul.sum(_apply(portees[volet.mode].poids, parts_h), lot)
        calcul.progress("hours within reach", lot.stop, len(calcul.points))
    total = calcul.count()
    muet = np.full(len(calcul.communes_vues), np.nan)
    return Services(
        {volet: _average(heures[volet], total) if volet in heures else muet for volet in volets},
        {
            volet: calcul.hide_inconnues(volet.cible, PERSONNES * _average(acces[volet], total))
            if volet in acces
            else muet
            for volet in volets
        },
    )


def _average(sommes: Flottants, total: Flottants) -> Flottants:
    return np.divide(sommes, total, out=np.full_like(sommes, np.nan), where=total > 0)


def _apply(portees: csr_array, valeurs: Flottants) -> Flottants:
    return np.asarray(portees @ valeurs, dtype=np.float64)
