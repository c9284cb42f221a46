"""The ground of a study: who lives where, what is open, what could open, and the minutes between them. Pure.

Sites are one list: the places that count as open today first, then the candidates, then free points. A site is known
by its rank in it. Degrees are EPSG:4326.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from tierslieux.couverture.communes import Communes
from tierslieux.couverture.geodesie import ECART_RELATIF, follow_sol, measure_cordes
from tierslieux.couverture.hypotheses import ROUTES_MIN
from tierslieux.couverture.methodes import (
    DENSITES,
    Entiers,
    Flottants,
    Points,
    Positions,
    build_positions,
    find_proches,
)
from tierslieux.couverture.voies import Moteurs, Voies
from tierslieux.trajets.estimation import compute_durees, compute_portee, get_hypotheses
from tierslieux.trajets.moteur import Mode

Booleens = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Site:
    """A place that is open, or a building or a point where one could open.

    `code` is the public id of a place, "<table>.<row>" of a table, "@lon,lat" of a free point. `genre`: code of its
    kind, None for a point. `commune`: rank in `Communes`, -1 when it is not known. `cout`, `capacite`: of a table.
    """

    code: str
    nom: str
    genre: str | None
    commune: int
    commune_nom: str | None
    lon: float
    lat: float
    bassin: int
    horaires: str | None = None
    cout: float | None = None
    capacite: float | None = None


@dataclass(frozen=True, slots=True)
class Couche:
    """Some sites and how to get there: `rangs` are their ranks among all sites; `voies` follows roads, or None."""

    rangs: Entiers
    positions: Positions
    voies: Voies | None

    @classmethod
    def build(
        cls, sites: Sequence[Site], rangs: Entiers, points: Points, mode: Mode, moteurs: Moteurs | None
    ) -> Couche:
        """The layer of these sites."""
        lon, lat = (np.array([getattr(sites[i], axe) for i in rangs], dtype=np.float64) for axe in ("lon", "lat"))
        bassin = np.array([sites[i].bassin for i in rangs], dtype=np.int64)
        positions = build_positions(lon, lat, bassin)
        voies = Voies.build(moteurs, points, positions, mode) if moteurs else None
        return cls(rangs, positions, voies)

    def find(self, points: Points, mode: Mode, ouverts: Booleens) -> tuple[Entiers, Flottants]:
        """(rank of the nearest open site, minutes (n, 2) to it and to the second) by point; -1 and infinite without."""
        lieux = np.flatnonzero(ouverts[self.rangs])
        proches = find_proches(points, self.positions, lieux)
        durees_min = compute_durees(proches.distances_m, points.densite, mode)
        premier = proches.premier
        if self.voies is not None:
            premier, durees_min = self.voies.replace_durees(lieux, premier, durees_min)
        return np.where(premier >= 0, np.append(self.rangs, -1)[premier], -1), durees_min

    def pair(
        self, points: Points, mode: Mode, limite_min: float, voulus: Booleens
    ) -> tuple[Entiers, Entiers, Flottants]:
        """(sites, points, minutes) within a limit, of the sites that are marked and of others at their addresses."""
        utiles = np.unique(self.positions.rangs[voulus[self.rangs]])
        arbre = cKDTree(self.positions.xyz[utiles]) if len(utiles) else None
        lots_i, lots_j = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for rang, densite in enumerate(DENSITES):
            ici = np.flatnonzero(points.densite == rang)
            rayon_m = compute_portee(limite_min, get_hypotheses(densite, mode))
            if arbre is None or not len(ici):
                continue
            # The straight line through the ground is shorter than the way along it: a ball of this radius holds all.
            paires = cKDTree(points.xyz[ici]).sparse_distance_matrix(
                arbre, rayon_m * (1 + ECART_RELATIF), output_type="ndarray"
            )
            lots_i.append(ici[paires["i"]])
            lots_j.append(utiles[paires["j"]])
        i, j = np.concatenate(lots_i), np.concatenate(lots_j)
        durees_min = compute_durees(
            follow_sol(measure_cordes(points.xyz[i], self.positions.xyz[j])), points.densite[i], mode
        )
        if self.voies is not None:
            voies = self.voies
            if limite_min > ROUTES_MIN:
                voies = replace(voies, durees_min=voies.follow(voies.joints, limite_min))
            i, j, durees_min = voies.replace_paires(points, 0, (i, j, durees_min))
        dedans = durees_min <= limite_min
        i, j, durees_min = i[dedans], j[dedans], durees_min[dedans]
        return self._spread(i, j, durees_min)

    def _spread(self, i: Entiers, j: Entiers, durees_min: Flottants) -> tuple[Entiers, Entiers, Flottants]:
        """From positions to the sites that stand there."""
        ordre = np.argsort(self.positions.rangs, kind="stable")
        nombres = np.bincount(self.positions.rangs, minlength=len(self.positions))
        debuts = np.cumsum(nombres) - nombres
        fois = nombres[j]
        suite = np.arange(int(fois.sum())) - np.repeat(np.cumsum(fois) - fois, fois)
        sites = self.rangs[ordre[np.repeat(debuts[j], fois) + suite]]
        return sites, np.repeat(i, fois), np.repeat(durees_min, fois)


@dataclass(frozen=True, slots=True)
class Terrain:
    """What a study is computed from.

    `communes`: all of the country, `rangs`: those of the territory, ascending, with their `noms`. `points`: those of
    the territory, with `poids` people in need (0 where nobody knows, then `connues` is False) and `population` at each
    (n,). `priorites` (n,): by how much their people weigh when sites are chosen. `sites`: places open today (the first
    `nombre_ouverts`), candidates, free points. `source`: words for the need; `empreinte`: digest of all these data.
    """

    communes: Communes
    rangs: Entiers
    noms: tuple[str, ...]
    points: Points
    poids: Flottants
    population: Flottants
    priorites: Flottants
    connues: Booleens
    sites: tuple[Site, ...]
    nombre_ouverts: int
    mode: Mode
    couches: tuple[Couche, ...]
    moteurs: Moteurs | None
    source: str
    empreinte: str

    @property
    def candidats(self) -> Entiers:
        """Ranks of the candidates and free points."""
        return np.arange(self.nombre_ouverts, len(self.sites))

    @property
    def locaux(self) -> Entiers:
        """(n,) rank, among the communes of the territory, of each point's."""
        return np.searchsorted(self.rangs, self.points.commune)

    @property
    def is_estime(self) -> bool:
        """Whether times are estimated rather than those of roads."""
        return not self.moteurs

    def find_rang(self, code: str) -> int | None:
        """Rank of the site of a code; an open place before a candidate."""
        return next((rang for rang, site in enumerate(self.sites) if site.code == code), None)

    def list_ouverts(self) -> Booleens:
        """Which sites are open today."""
        ouverts = np.zeros(len(self.sites), dtype=bool)
        ouverts[: self.nombre_ouverts] = True
        return ouverts

    def add(self, sites: Sequence[Site]) -> Terrain:
        """The same with other sites at the end of the list."""
        if not sites:
            return self
        tous = (*self.sites, *sites)
        rangs = np.arange(len(self.sites), len(tous))
        couche = Couche.build(tous, rangs, self.points, self.mode, self.moteurs)
        return replace(self, sites=tous, couches=(*self.couches, couche))

    def find_proches(self, ouverts: Booleens) -> tuple[Entiers, Flottants]:
        """(rank of the nearest of the open sites, minutes (n,)) by point; -1 and infinite where no journey leads."""
        rangs, durees_min = self.find_deux_proches(ouverts)
        return rangs, durees_min[:, 0]

    def find_deux_proches(self, ouverts: Booleens) -> tuple[Entiers, Flottants]:
        """The same with the minutes to the second nearest, (n, 2)."""
        premier = np.full(len(self.points), -1, dtype=np.int64)
        deux_min = np.full((len(self.points), 2), np.inf)
        for couche in self.couches:
            rangs, durees_min = couche.find(self.points, self.mode, ouverts)
            tous = np.concatenate((deux_min, durees_min), axis=1)
            premier = np.where(durees_min[:, 0] < deux_min[:, 0], rangs, premier)
            deux_min = np.sort(tous, axis=1)[:, :2]
        return premier, deux_min

    def build_temps(self, rangs: Entiers, limite_min: float) -> csr_array:
        """(sites, points) minutes within a limit, one explicit entry for each pair, rows in the order of `rangs`."""
        ligne = np.full(len(self.sites), -1, dtype=np.int64)
        ligne[rangs] = np.arange(len(rangs))
        lots = [couche.pair(self.points, self.mode, limite_min, ligne >= 0) for couche in self.couches]
        sites, points, durees_min = (np.concatenate([lot[k] for lot in lots]) for k in range(3))
        utiles = ligne[sites] >= 0
        lignes, points, durees_min = ligne[sites[utiles]], points[utiles], durees_min[utiles]
        ordre = np.lexsort((points, lignes))
        debuts = np.concatenate(([0], np.cumsum(np.bincount(lignes, minlength=len(rangs)))))
        temps = csr_array((len(rangs), len(self.points)), dtype=np.float64)
        temps.indptr, temps.indices, temps.data = debuts, points[ordre], durees_min[ordre]
        return temps


def digest(*parties: object) -> str:
    """SHA-256 of numbers (rounded to a millionth) and texts, in order."""
    somme = hashlib.sha256()
    for partie in parties:
        octets = np.round(partie, 6).tobytes() if isinstance(partie, np.ndarray) else repr(partie).encode()
        somme.update(len(octets).to_bytes(8, "little"))
        somme.update(octets)
    return somme.hexdigest()
