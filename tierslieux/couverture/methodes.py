"""The computations of coverage, on arrays alone. Pure numpy and scipy: no web, no database.

Points are where people live, positions are where places of one kind are. Distances in metres along the ground, times
in minutes. A nearest place is nearest by any mode: from one point, an estimated time grows with the distance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from tierslieux.couverture.geodesie import ECART_M, ECART_RELATIF, follow_sol, locate, measure_cordes, measure_sol
from tierslieux.couverture.hypotheses import ATTEINTE_MIN, ZONES
from tierslieux.trajets.estimation import Densite, compute_durees, compute_portee, get_hypotheses
from tierslieux.trajets.moteur import Mode

Flottants = NDArray[np.float64]
Entiers = NDArray[np.int64]

DENSITES = tuple(Densite)
# With fewer points, starting threads takes longer than searching.
_POINTS_PAR_OUVRIER = 5_000
# More points than this are joined to positions by lots: a lot holds some 10 million pairs.
_LOT = 60_000


@dataclass(frozen=True, slots=True)
class Points:
    """Where people live: rank of the commune, degrees, share of its people, rank of its density, part of the country.

    `xyz`: see geodesie.locate.
    """

    commune: Entiers
    lon: Flottants
    lat: Flottants
    part: Flottants
    densite: Entiers
    bassin: Entiers
    xyz: Flottants

    def __len__(self) -> int:
        return len(self.commune)

    def keep(self, rangs: NDArray[np.integer] | slice) -> Points:
        """Some of them, in order."""
        return Points(
            self.commune[rangs],
            self.lon[rangs],
            self.lat[rangs],
            self.part[rangs],
            self.densite[rangs],
            self.bassin[rangs],
            self.xyz[rangs],
        )


@dataclass(frozen=True, slots=True)
class Positions:
    """Where places are, each position once; `rangs` is the position of each place."""

    lon: Flottants
    lat: Flottants
    bassin: Entiers
    xyz: Flottants
    rangs: Entiers

    def __len__(self) -> int:
        return len(self.lon)


def build_positions(lon: Flottants, lat: Flottants, bassin: Entiers) -> Positions:
    """The positions of places: those at one address, and in one part of the country, share theirs."""
    ordre = np.lexsort((lat, lon, bassin))
    change = np.ones(len(ordre), dtype=bool)
    change[1:] = np.any([np.diff(colonne[ordre]) != 0 for colonne in (bassin, lon, lat)], axis=0)
    premiers = ordre[change]
    rangs = np.empty(len(ordre), dtype=np.int64)
    rangs[ordre] = np.cumsum(change) - 1
    lon, lat = lon[premiers], lat[premiers]
    return Positions(lon, lat, bassin[premiers], locate(lon, lat, bassin[premiers]), rangs)


@dataclass(frozen=True, slots=True)
class Proches:
    """For each point, the rank of the nearest place (-1 for none), and metres to it and to the second (infinite)."""

    premier: Entiers
    distances_m: Flottants


def find_proches(points: Points, positions: Positions, lieux: Entiers) -> Proches:
    """The nearest and the second nearest of the places `lieux` (ranks, ascending) from each point.

    Of places equally near, the first in order is the nearest. Two positions whose distances differ by less than
    ECART_RELATIF are compared along the ground by pyproj.
    """
    utiles, premiers, nombres = np.unique(positions.rangs[lieux], return_index=True, return_counts=True)
    if not len(utiles):
        return Proches(np.full(len(points), -1, dtype=np.int64), np.full((len(points), 2), np.inf))
    ouvriers = -1 if len(points) > _POINTS_PAR_OUVRIER else 1
    cordes_m, trouves = cKDTree(positions.xyz[utiles]).query(points.xyz, k=2, workers=ouvriers)
    # What is on another Earth, or not there at all (its rank is then the last plus one), is not found.
    ailleurs = cordes_m > ECART_M / 2
    cordes_m[ailleurs] = np.inf
    rangs = np.append(utiles, -1)[np.where(ailleurs, len(utiles), trouves)]
    distances_m = follow_sol(cordes_m)
    _settle(points, positions, rangs, distances_m)
    trouve = rangs[:, 0] >= 0
    ordre = np.zeros(len(positions), dtype=np.int64)
    ordre[utiles] = np.arange(len(utiles))
    ou = ordre[rangs[:, 0]]
    # A second place at the same address is as near as the first.
    distances_m[:, 1] = np.where(trouve & (nombres[ou] > 1), distances_m[:, 0], distances_m[:, 1])
    return Proches(np.where(trouve, lieux[premiers[ou]], -1), distances_m)


def _settle(points: Points, positions: Positions, rangs: Entiers, distances_m: Flottants) -> None:
    """Put the two nearest positions in their order along the ground where the straight line cannot tell."""
    deux = np.isfinite(distances_m[:, 1])
    serres = np.flatnonzero(deux & (distances_m[:, 1] * (1 - ECART_RELATIF) <= distances_m[:, 0]))
    if not len(serres):
        return
    exactes_m = [
        measure_sol(points.lon[serres], points.lat[serres], positions.lon[vers], positions.lat[vers])
        for vers in (rangs[serres, 0], rangs[serres, 1])
    ]
    inverses = serres[exactes_m[1] < exactes_m[0]]
    rangs[inverses] = rangs[inverses][:, ::-1]


# --- What is within reach: E2SFCA ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Portees:
    """Points × positions by one mode: weight of the zone (`poids`) and 1 within ATTEINTE_MIN (`atteinte`)."""

    poids: csr_array
    atteinte: csr_array


def compute_rayon(densite: Densite, mode: Mode) -> float:
    """Metres, in a straight line, beyond which no place serves a point of this density by this mode."""
    return compute_portee(max(ZONES[mode][-1][0], ATTEINTE_MIN), get_hypotheses(densite, mode))


RAYON_MAX_M = max(compute_rayon(densite, mode) for densite in Densite for mode in Mode)


# Points, positions, minutes between them.
Paires = tuple[Entiers, Entiers, Flottants]
# Gives other pairs of a lot of points, whose first rank is told: those of the roads.
Remplacer = Callable[[Mode, Points, int, Paires], Paires]


def iter_portees(
    points: Points, positions: Positions, remplacer: Remplacer | None = None
) -> Iterator[tuple[slice, dict[Mode, Portees]]]:
    """Lots of points with what each of them reaches, in order."""
    arbre = cKDTree(positions.xyz) if len(positions) else None
    for debut in range(0, len(points), _LOT):
        lot = slice(debut, min(debut + _LOT, len(points)))
        morceau = points.keep(lot)
        i, j, distances_m = _pair(morceau, positions, arbre)
        portees = {}
        for mode in Mode:
            paires = _compute_paires(morceau, i, j, distances_m, mode)
            if remplacer is not None:
                paires = _sort(remplacer(mode, morceau, debut, paires), (len(morceau), len(positions)))
            portees[mode] = _build_portees(paires, (len(morceau), len(positions)), mode)
        yield lot, portees


def _pair(points: Points, positions: Positions, arbre: cKDTree | None) -> tuple[Entiers, Entiers, Flottants]:
    """Points and positions near enough for one mode at least, with the metres between them, in order of both."""
    vide = np.empty(0, dtype=np.int64)
    lots_i, lots_j = [vide], [vide]
    for rang, densite in enumerate(DENSITES):
        ici = np.flatnonzero(points.densite == rang)
        if arbre is None or not len(ici):
            continue
        rayon_m = max(compute_rayon(densite, mode) for mode in Mode)
        paires = cKDTree(points.xyz[ici]).sparse_distance_matrix(arbre, rayon_m, output_type="ndarray")
        lots_i.append(ici[paires["i"]])
        lots_j.append(paires["j"].astype(np.int64))
    i, j = np.concatenate(lots_i), np.concatenate(lots_j)
    i, j, _ = _sort((i, j, np.zeros(len(i))), (len(points), len(positions)))
    return i, j, follow_sol(measure_cordes(points.xyz[i], positions.xyz[j]))


def _sort(paires: Paires, forme: tuple[int, int]) -> Paires:
    """The pairs by point, then by position: sums are made in one order, whatever the lot that a point comes in."""
    i, j, valeurs = paires
    ordre = csr_array((np.arange(1, len(i) + 1), (i, j)), shape=forme)
    ordre.sort_indices()
    rangs = ordre.data - 1
    return i[rangs], j[rangs], valeurs[rangs]


def _compute_paires(points: Points, i: Entiers, j: Entiers, distances_m: Flottants, mode: Mode) -> Paires:
    """The pairs near enough for a mode, with their minutes."""
    rayon_m = max(compute_rayon(densite, mode) for densite in Densite)
    proches = np.flatnonzero(distances_m <= rayon_m * (1 + ECART_RELATIF))
    i, j = i[proches], j[proches]
    return i, j, compute_durees(distances_m[proches], points.densite[i], mode)


def _build_portees(paires: Paires, forme: tuple[int, int], mode: Mode) -> Portees:
    i, j, durees_min = paires
    poids = np.zeros(len(i))
    for limite_min, valeur in reversed(ZONES[mode]):
        poids[durees_min <= limite_min] = valeur
    return Portees(
        _build_csr(i, j, poids, forme), _build_csr(i, j, (durees_min <= ATTEINTE_MIN).astype(np.float64), forme)
    )


def _build_csr(i: Entiers, j: Entiers, valeurs: Flottants, forme: tuple[int, int]) -> csr_array:
    """Rows are in order already: no sort."""
    utiles = np.flatnonzero(valeurs)
    debuts = np.concatenate(([0], np.cumsum(np.bincount(i[utiles], minlength=forme[0]))))
    return csr_array((valeurs[utiles], j[utiles], debuts), shape=forme)


def sum_demandes(poids: csr_array, gens: Flottants) -> Flottants:
    """People, weighted by zone, who share each position: the first step of E2SFCA."""
    lignes = np.repeat(np.arange(poids.shape[0]), np.diff(poids.indptr))
    return np.bincount(poids.indices, weights=poids.data * gens[lignes], minlength=poids.shape[1]).astype(np.float64)


def share(offres_h: Flottants, demandes: Flottants) -> Flottants:
    """Hours for one person at each position; none where nobody is in reach."""
    return np.divide(offres_h, demandes, out=np.zeros_like(offres_h), where=demandes > 0)


# --- Inequality ------------------------------------------------------------------------------------------------------


def compute_inegalites(valeurs: Flottants, poids: Flottants) -> tuple[float | None, float | None]:
    """(Gini, share of the whole that goes to the tenth who have least) of values (≥ 0) over people; None without any.

    Gini: 0 when all have the same, towards 1 when few have all.
    """
    avoirs = valeurs * poids
    total = float(avoirs.sum())
    if total <= 0:
        return None, None
    ordre = np.argsort(valeurs)
    gens, avoirs = poids[ordre], avoirs[ordre]
    # Lorenz curve: people, and what they have, from those who have least.
    cumul_gens, cumul_avoirs = np.cumsum(gens), np.cumsum(avoirs)
    gini = 1 - float(gens @ (2 * cumul_avoirs - avoirs)) / float(cumul_gens[-1] * cumul_avoirs[-1])
    return gini, _find_part(cumul_gens, cumul_avoirs, 0.1)


def _find_part(cumul_gens: Flottants, cumul_avoirs: Flottants, part: float) -> float:
    """Share of the whole that this share of the people have, those who have least."""
    vises = part * float(cumul_gens[-1])
    rang = int(np.searchsorted(cumul_gens, vises))
    avant_gens, avant_avoirs = (float(c[rang - 1]) if rang else 0.0 for c in (cumul_gens, cumul_avoirs))
    reste = (vises - avant_gens) / (float(cumul_gens[rang]) - avant_gens)
    return (avant_avoirs + reste * (float(cumul_avoirs[rang]) - avant_avoirs)) / float(cumul_avoirs[-1])
