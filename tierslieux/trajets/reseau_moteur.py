"""The engine that follows the roads: shortest paths by scipy from door to door. Pure.

What it answers for one journey:

- both doors are near roads of one piece, within the limit: the time by the roads;
- they are on two pieces that only a ferry links: None, a ferry is no road;
- a door lies outside the extract, or farther than RACCORD_MAX_M from any road of the mode, or the journey is longer
  than the limit: the estimate, which says that it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from tierslieux.trajets.estimation import Estimation, get_hypotheses
from tierslieux.trajets.extrait import Provenance
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet
from tierslieux.trajets.raccords import Accroche, IndexTroncons, Raccords
from tierslieux.trajets.reseau import Booleens, Flottants, Reseau, Trame
from tierslieux.trajets.vitesses import LIMITE_MIN, MARCHE_KMH

# Distances from a lot of departures to every crossing are held at once: 64 MB.
_CELLULES_MAX = 8_000_000
_MARCHE_MIN_PAR_M = 60 / (MARCHE_KMH * 1000)
# Most ways by road are found within this multiple of their estimate.
_MARGE_ESTIMATION = 1.3
_RAYON_MIN = 10.0
_AUCUN = -9999  # what scipy puts where a path has no predecessor


@dataclass(frozen=True, slots=True)
class _Bouts:
    """What it takes between a door and both ends of its stretch, walk included: minutes and metres."""

    u_min: Flottants
    v_min: Flottants
    u_m: Flottants
    v_m: Flottants


class Routage:
    """The graph of one mode, made ready: arcs, their reverse, and the index of roads. Build it once, use it often."""

    def __init__(self, reseau: Reseau, mode: Mode, index: IndexTroncons) -> None:
        self.trame: Trame = reseau.trames[mode]
        self.arcs_min, self.arcs_m = self.trame.build_arcs()
        self.arcs_inverses_min = csr_array(self.arcs_min.T)
        self._accroche = Accroche(reseau, mode, index)
        self._bbox = reseau.provenance.bbox

    def join(self, points: Sequence[Point]) -> Raccords:
        """Where doors meet the network; those outside the extract do not."""
        lons = np.array([point.lon for point in points], dtype=np.float64)
        lats = np.array([point.lat for point in points], dtype=np.float64)
        raccords = self._accroche.find(lons, lats)
        ouest, sud, est, nord = self._bbox
        dehors = (lons < ouest) | (lons > est) | (lats < sud) | (lats > nord)
        return Raccords(np.where(dehors, np.int32(-1), raccords.troncon), raccords.part, raccords.marche_m)

    def leave(self, raccords: Raccords) -> _Bouts:
        """From doors to the ends of their stretches."""
        trame, i, part = self.trame, raccords.troncon, raccords.part
        return self._add_marche(
            raccords,
            _part_min(trame.retour_min[i], part) + trame.attente_u_min[i],
            _part_min(trame.aller_min[i], 1 - part) + trame.attente_v_min[i],
        )

    def reach(self, raccords: Raccords) -> _Bouts:
        """From the ends of stretches to the doors on them."""
        trame, i, part = self.trame, raccords.troncon, raccords.part
        return self._add_marche(raccords, _part_min(trame.aller_min[i], part), _part_min(trame.retour_min[i], 1 - part))

    def _add_marche(self, raccords: Raccords, u_min: Flottants, v_min: Flottants) -> _Bouts:
        longueur_m = self.trame.longueur_m[raccords.troncon]
        return _Bouts(
            u_min=u_min + raccords.marche_m * _MARCHE_MIN_PAR_M,
            v_min=v_min + raccords.marche_m * _MARCHE_MIN_PAR_M,
            u_m=raccords.marche_m + raccords.part * longueur_m,
            v_m=raccords.marche_m + (1 - raccords.part) * longueur_m,
        )

    def find_directs(self, departs: Raccords, arrivees: Raccords) -> tuple[Flottants, Flottants]:
        """Minutes and metres along one and the same stretch, row by row; infinite where that cannot be."""
        i, de, vers = departs.troncon, departs.part, arrivees.part
        roule_min = np.where(
            vers >= de, _part_min(self.trame.aller_min[i], vers - de), _part_min(self.trame.retour_min[i], de - vers)
        )
        marche_m = departs.marche_m + arrivees.marche_m
        meme = i == arrivees.troncon
        duree_min = np.where(meme, roule_min + marche_m * _MARCHE_MIN_PAR_M, np.inf)
        return duree_min, marche_m + np.abs(vers - de) * self.trame.longueur_m[i]


def _part_min(duree_min: Flottants, part: Flottants) -> Flottants:
    """Minutes on a part of a stretch; a closed one stays closed, even for no distance."""
    return np.where(np.isfinite(duree_min), np.where(np.isfinite(duree_min), duree_min, 0.0) * part, np.inf)


class Routages:
    """The road graph with what each mode needs, made at its first use."""

    def __init__(self, reseau: Reseau) -> None:
        self.reseau = reseau
        self._index = IndexTroncons(reseau)
        self._par_mode: dict[Mode, Routage] = {}

    def get(self, mode: Mode) -> Routage:
        """The graph of one mode."""
        if mode not in self._par_mode:
            self._par_mode[mode] = Routage(self.reseau, mode, self._index)
        return self._par_mode[mode]


class ReseauMoteur:
    """Times by the roads of an extract, the estimate elsewhere. `routages` is shared by engines of all departures."""

    def __init__(self, routages: Routages, estimation: Estimation, *, limite_min: float = LIMITE_MIN) -> None:
        self._routages = routages
        self._estimation = estimation
        self._limite_min = limite_min

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order, with its method; None where only a ferry leads."""
        if not arrivees:
            return []
        routage = self._routages.get(mode)
        tous = routage.join([depart, *arrivees])
        repli = self._estimation.compute_trajets(depart, arrivees, mode)
        if not tous.trouves[0]:
            return repli
        composantes = routage.trame.composantes[routage.trame.u[tous.troncon]]
        joints = tous.trouves[1:]
        trajets = list(repli)
        for rang in np.flatnonzero(joints & (composantes[1:] != composantes[0])):
            trajets[rang] = None
        vus = np.flatnonzero(joints & (composantes[1:] == composantes[0]))
        depart_seul, cibles = _keep(tous, np.array([0])), _keep(tous, vus + 1)
        estimee_min = max((estime.duree_min for rang in vus if (estime := repli[rang])), default=self._limite_min)
        durees_min, distances_m = self._follow(routage, depart_seul, cibles, estimee_min)
        delai_min = self._get_delai(mode)
        for rang, duree_min, distance_m in zip(vus, durees_min, distances_m, strict=True):
            if duree_min + delai_min <= self._limite_min:
                trajets[rang] = Trajet(mode, float(duree_min + delai_min), float(distance_m), Methode.RESEAU)
        return trajets

    def compute_matrice(
        self, departs: Sequence[Point], arrivees: Sequence[Point], mode: Mode, limite_min: float
    ) -> csr_array:
        """Minutes from door to door by the roads alone, departures × arrivals.

        Only journeys within the limit are there; what is not there is farther, or off the network (see `is_joint`).
        Searches go from whichever side has fewer doors.
        """
        routage = self._routages.get(mode)
        de, vers = routage.join(departs), routage.join(arrivees)
        rangs_de, rangs_vers = np.flatnonzero(de.trouves), np.flatnonzero(vers.trouves)
        de, vers = _keep(de, rangs_de), _keep(vers, rangs_vers)
        utile_min = limite_min - self._get_delai(mode)
        a_l_envers = len(rangs_vers) < len(rangs_de)
        sources, cibles = (vers, de) if a_l_envers else (de, vers)
        lignes, colonnes, valeurs = [], [], []
        for debut, bloc_min in _iter_blocs(routage, sources, cibles, utile_min, a_l_envers=a_l_envers):
            i, j = np.nonzero(bloc_min <= utile_min)
            lignes.append(i + debut)
            colonnes.append(j)
            valeurs.append(bloc_min[i, j] + self._get_delai(mode))
        vide = np.empty(0, dtype=np.int64)  # nobody on the network: no lot at all
        i, j = np.concatenate([vide, *lignes]), np.concatenate([vide, *colonnes])
        if a_l_envers:
            i, j = j, i
        forme = (len(departs), len(arrivees))
        duree_min = np.concatenate([vide.astype(np.float64), *valeurs])
        return coo_array((duree_min, (rangs_de[i], rangs_vers[j])), shape=forme).tocsr()

    @property
    def provenance(self) -> Provenance:
        """Which extract the roads are those of."""
        return self._routages.reseau.provenance

    def find_composantes(self, points: Sequence[Point], mode: Mode) -> npt.NDArray[np.int64]:
        """The piece of the network that each door is on, -1 for one that is on none: only ferries link two pieces."""
        routage = self._routages.get(mode)
        raccords = routage.join(points)
        pieces = routage.trame.composantes[routage.trame.u[raccords.troncon]]
        return np.where(raccords.trouves, pieces, -1).astype(np.int64)

    def is_joint(self, points: Sequence[Point], mode: Mode) -> Booleens:
        """Which doors are on the network of this mode."""
        return self._routages.get(mode).join(points).trouves

    def _get_delai(self, mode: Mode) -> float:
        """Leaving and arriving (parking, the lock) take what the estimate says, by density."""
        return get_hypotheses(self._estimation.densite, mode).delai_min

    def _follow(
        self, routage: Routage, depart: Raccords, arrivees: Raccords, estimee_min: float
    ) -> tuple[Flottants, Flottants]:
        """Minutes and metres of the fastest way to each arrival.

        A search stops at a time, first a little beyond the longest estimate: what it finds within that time is the
        fastest way, and only when something is missing does it start again farther, up to the limit.
        """
        graphe = _add_sources(routage.arcs_min, routage.leave(depart), routage.trame, depart)
        departs = _keep(depart, np.zeros(len(arrivees.troncon), dtype=np.int64))
        direct_min, direct_m = routage.find_directs(departs, arrivees)
        bouts, i = routage.reach(arrivees), arrivees.troncon
        u, v = routage.trame.u[i], routage.trame.v[i]
        rayon_min = min(max(_MARGE_ESTIMATION * estimee_min, _RAYON_MIN), self._limite_min)
        while True:
            durees, precedents = dijkstra(
                graphe, indices=[routage.trame.nombre], limit=rayon_min, return_predecessors=True
            )
            choix_min = np.stack([durees[0][u] + bouts.u_min, durees[0][v] + bouts.v_min])
            duree_min = np.minimum(choix_min.min(axis=0, initial=np.inf), direct_min)
            if rayon_min >= self._limite_min or np.all(duree_min <= rayon_min):
                break
            rayon_min = min(2 * rayon_min, self._limite_min)
        chemins = _Chemins(routage, depart, precedents[0])
        # Of equal ways, the same one whatever the machine: u, then v, then along the stretch.
        meilleur = np.argmin(np.vstack([choix_min, direct_min]), axis=0)
        distances_m = [
            direct_m[k]
            if ou == 2 or not np.isfinite(duree_min[k])
            else (chemins.measure(int(u[k])) + bouts.u_m[k] if ou == 0 else chemins.measure(int(v[k])) + bouts.v_m[k])
            for k, ou in enumerate(meilleur)
        ]
        return duree_min, np.array(distances_m, dtype=np.float64)


class _Chemins:
    """Metres along the fastest ways that one search has found; a crossing is measured once."""

    def __init__(self, routage: Routage, depart: Raccords, precedents: npt.NDArray[np.int32]) -> None:
        self._arcs_m = routage.arcs_m
        self._precedents = precedents
        i = depart.troncon[0]
        bouts = routage.leave(depart)
        u, v = int(routage.trame.u[i]), int(routage.trame.v[i])
        # A ring has one end, reached by the faster way round.
        par_u = u != v or bouts.u_min[0] <= bouts.v_min[0]
        self._sorties_m = {v: float(bouts.v_m[0])} | ({u: float(bouts.u_m[0])} if par_u else {})
        self._connus_m: dict[int, float] = {}

    def measure(self, sommet: int) -> float:
        """Metres from the door of departure to a crossing."""
        a_mesurer = []
        ici = sommet
        while ici not in self._connus_m:
            avant = int(self._precedents[ici])
            if avant == _AUCUN:
                raise ValueError(f"no way leads to crossing {ici}")
            if avant == len(self._precedents) - 1:
                self._connus_m[ici] = self._sorties_m[ici]
                break
            a_mesurer.append((avant, ici))
            ici = avant
        for avant, apres in reversed(a_mesurer):
            self._connus_m[apres] = self._connus_m[avant] + self._get_longueur(avant, apres)
        return self._connus_m[sommet]

    def _get_longueur(self, de: int, vers: int) -> float:
        debut, fin = self._arcs_m.indptr[de], self._arcs_m.indptr[de + 1]
        rang = debut + int(np.searchsorted(self._arcs_m.indices[debut:fin], vers))
        return float(self._arcs_m.data[rang])


def _iter_blocs(
    routage: Routage, sources: Raccords, cibles: Raccords, limite_min: float, *, a_l_envers: bool
) -> Iterator[tuple[int, Flottants]]:
    """Minutes from lots of sources to every target (backwards: from every target to the sources), parking apart."""
    if not (len(sources.troncon) and len(cibles.troncon)):
        return
    graphe = routage.arcs_inverses_min if a_l_envers else routage.arcs_min
    bouts = routage.leave(cibles) if a_l_envers else routage.reach(cibles)
    u, v = routage.trame.u[cibles.troncon], routage.trame.v[cibles.troncon]
    taille = max(1, _CELLULES_MAX // max(routage.trame.nombre, len(cibles.troncon)))
    for debut in range(0, len(sources.troncon), taille):
        lot = _keep(sources, np.arange(debut, min(debut + taille, len(sources.troncon))))
        sorties = routage.reach(lot) if a_l_envers else routage.leave(lot)
        durees = dijkstra(
            _add_sources(graphe, sorties, routage.trame, lot),
            indices=routage.trame.nombre + np.arange(len(lot.troncon)),
            limit=limite_min,
        )
        bloc_min = np.minimum(durees[:, u] + bouts.u_min, durees[:, v] + bouts.v_min)
        # Doors of one stretch: only those pairs have a way that meets no crossing.
        ordre = np.argsort(cibles.troncon, kind="stable")
        premiers = np.searchsorted(cibles.troncon[ordre], lot.troncon, side="left")
        nombres = np.searchsorted(cibles.troncon[ordre], lot.troncon, side="right") - premiers
        i = np.repeat(np.arange(len(lot.troncon)), nombres)
        j = ordre[np.arange(len(i)) + np.repeat(premiers - (np.cumsum(nombres) - nombres), nombres)]
        de, vers = (_keep(cibles, j), _keep(lot, i)) if a_l_envers else (_keep(lot, i), _keep(cibles, j))
        bloc_min[i, j] = np.minimum(bloc_min[i, j], routage.find_directs(de, vers)[0])
        yield debut, bloc_min


def _add_sources(graphe: csr_array, sorties: _Bouts, trame: Trame, raccords: Raccords) -> csr_array:
    """The graph with one more vertex for each door, from which both ends of its stretch are reached."""
    nombre, ajoutes = trame.nombre, len(raccords.troncon)
    u, v = trame.u[raccords.troncon], trame.v[raccords.troncon]
    # A closed way is left out; the two ways out of a ring become one, the faster.
    vers = np.stack([u, v], axis=1)
    duree_min = np.stack([sorties.u_min, sorties.v_min], axis=1)
    anneau = u == v
    duree_min[anneau, 0] = duree_min[anneau].min(axis=1, initial=np.inf)
    duree_min[anneau, 1] = np.inf
    utiles = np.isfinite(duree_min)
    indptr = np.concatenate([graphe.indptr, graphe.indptr[-1] + np.cumsum(utiles.sum(axis=1))])
    return csr_array(
        (
            np.concatenate([graphe.data, duree_min[utiles]]),
            np.concatenate([graphe.indices, vers[utiles]]).astype(np.int32),
            indptr.astype(np.int32),
        ),
        shape=(nombre + ajoutes, nombre + ajoutes),
    )


def _keep(raccords: Raccords, rangs: npt.NDArray[np.int64]) -> Raccords:
    return Raccords(raccords.troncon[rangs], raccords.part[rangs], raccords.marche_m[rangs])
