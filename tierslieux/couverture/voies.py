"""Times along the roads of an extract, between the points and the places that lie on them. Pure.

As in `trajets.reseau_moteur`: from a door on the network to another on the same piece of it, the time is that of the
roads; two pieces that only a ferry links have no journey; a door off the network, or outside the extract, is reached
by the estimate. A journey longer than LIMITE_MIN takes its estimate, and LIMITE_MIN at least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from tierslieux.couverture.geodesie import follow_sol
from tierslieux.couverture.hypotheses import ROUTES_MIN
from tierslieux.couverture.methodes import DENSITES, Entiers, Flottants, Paires, Points, Positions
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.estimation import Densite, compute_durees
from tierslieux.trajets.moteur import Mode, Point
from tierslieux.trajets.reseau_moteur import ReseauMoteur
from tierslieux.trajets.vitesses import LIMITE_MIN

Moteurs = Mapping[Densite, ReseauMoteur]

# Points whose times to every place are held at once.
_LOT = 200


def find_moteurs(choix: Choix | None) -> Moteurs | None:
    """The engine of the installation by density when it follows roads; None when times are estimated everywhere."""
    if choix is None or choix.nom != "reseau":
        return None
    moteurs = {densite: choix.build(densite) for densite in Densite}
    suivis = {densite: moteur for densite, moteur in moteurs.items() if isinstance(moteur, ReseauMoteur)}
    return suivis if len(suivis) == len(moteurs) else None


@dataclass(frozen=True, slots=True)
class Voies:
    """Points and positions on the network of one mode, and the minutes between them, up to ROUTES_MIN.

    `joints`: ranks of the points on it, ascending; `pieces`: piece of the network of each of those; `pieces_positions`
    of every position, -1 for one that is not on it. `durees_min`: (points on it, positions).
    """

    moteurs: Moteurs
    mode: Mode
    points: Points
    positions: Positions
    joints: Entiers
    pieces: Entiers
    pieces_positions: Entiers
    durees_min: csr_array

    @classmethod
    def build(cls, moteurs: Moteurs, points: Points, positions: Positions, mode: Mode) -> Voies:
        """Find who is on the network, and follow the roads."""
        premier = next(iter(moteurs.values()))
        pieces = premier.find_composantes(_list_points(points.lon, points.lat), mode)
        joints = np.flatnonzero(pieces >= 0)
        vers = premier.find_composantes(_list_points(positions.lon, positions.lat), mode)
        vide = csr_array((len(joints), len(positions)), dtype=np.float64)
        voies = cls(moteurs, mode, points, positions, joints, pieces[joints], vers, vide)
        return replace(voies, durees_min=voies.follow(joints, ROUTES_MIN))

    def follow(self, joints: Entiers, limite_min: float) -> csr_array:
        """(these points, positions) minutes; leaving takes what the density of each point says."""
        points, vers = self.points, np.flatnonzero(self.pieces_positions >= 0)
        arrivees = _list_points(self.positions.lon[vers], self.positions.lat[vers])
        vide = np.empty(0, dtype=np.int64)
        lignes, colonnes, valeurs = [vide], [vide], [vide.astype(np.float64)]
        for rang, densite in enumerate(DENSITES):
            ici = np.flatnonzero(points.densite[joints] == rang)
            if not len(ici) or not len(vers):
                continue
            departs = _list_points(points.lon[joints[ici]], points.lat[joints[ici]])
            matrice = coo_array(self.moteurs[densite].compute_matrice(departs, arrivees, self.mode, limite_min))
            lignes.append(ici[matrice.row])
            colonnes.append(vers[matrice.col])
            valeurs.append(matrice.data)
        cellules = (np.concatenate(lignes), np.concatenate(colonnes))
        return csr_array((np.concatenate(valeurs), cellules), shape=(len(joints), len(self.positions)))

    def replace_durees(self, lieux: Entiers, premier: Entiers, durees_min: Flottants) -> tuple[Entiers, Flottants]:
        """(nearest place, minutes (n, 2) to it and to the second) of every point, with the roads where they lead.

        `premier` and `durees_min` are those of the estimate. Of equals, the first place in order is the nearest.
        """
        premier, durees_min = premier.copy(), durees_min.copy()
        if not len(self.joints) or not len(lieux):
            return premier, durees_min
        rangs, deux_min = self._rank(lieux, np.arange(len(self.joints)), self.durees_min, ROUTES_MIN)
        loin = np.flatnonzero(deux_min[:, 1] >= ROUTES_MIN)
        if len(loin):
            # Somebody has no second place within the first limit: their roads are followed farther.
            suite_min = self.follow(self.joints[loin], LIMITE_MIN)
            rangs[loin], deux_min[loin] = self._rank(lieux, loin, suite_min, LIMITE_MIN)
        premier[self.joints], durees_min[self.joints] = rangs, deux_min
        return premier, durees_min

    def _rank(
        self, lieux: Entiers, lesquels: Entiers, suivies_min: csr_array, limite_min: float
    ) -> tuple[Entiers, Flottants]:
        """(nearest place, two least times) of these points on the network; `suivies_min` has a row for each."""
        ou = self.positions.rangs[lieux]
        vers = self.pieces_positions[ou][None, :]
        premiers, deux_min = np.empty(len(lesquels), dtype=np.int64), np.full((len(lesquels), 2), np.inf)
        for debut in range(0, len(lesquels), _LOT):
            lot = lesquels[debut : debut + _LOT]
            ici = self.joints[lot]
            cordes_m = np.sqrt(np.square(self.points.xyz[ici][:, None] - self.positions.xyz[ou][None]).sum(axis=2))
            temps_min = compute_durees(follow_sol(cordes_m), self.points.densite[ici], self.mode)
            sur_le_reseau = np.broadcast_to(vers >= 0, temps_min.shape)
            temps_min = np.where(sur_le_reseau, np.maximum(temps_min, limite_min), temps_min)
            temps_min[sur_le_reseau & (vers != self.pieces[lot][:, None])] = np.inf
            temps_min[self.points.bassin[ici][:, None] != self.positions.bassin[ou][None, :]] = np.inf
            suivies = suivies_min[debut : debut + len(lot)].toarray()[:, ou]
            temps_min = np.where(suivies > 0, suivies, temps_min)
            ordre = np.argsort(temps_min, axis=1, kind="stable")[:, :2]
            moindres = np.take_along_axis(temps_min, ordre, axis=1)
            deux_min[debut : debut + len(lot), : ordre.shape[1]] = moindres
            premiers[debut : debut + len(lot)] = np.where(np.isfinite(moindres[:, 0]), lieux[ordre[:, 0]], -1)
        return premiers, deux_min

    def replace_paires(self, points: Points, debut: int, paires: Paires) -> Paires:
        """The pairs of a lot of points, which starts at `debut`, by the roads where both ends are on the network."""
        i, j, durees_min = paires
        rangs = np.full(len(points), -1, dtype=np.int64)
        lot = np.flatnonzero((self.joints >= debut) & (self.joints < debut + len(points)))
        rangs[self.joints[lot] - debut] = lot
        estimees = (rangs[i] < 0) | (self.pieces_positions[j] < 0)
        suivies = coo_array(self.durees_min[lot])
        i = np.concatenate([i[estimees], self.joints[lot][suivies.row] - debut])
        j = np.concatenate([j[estimees], suivies.col.astype(np.int64)])
        return i, j, np.concatenate([durees_min[estimees], suivies.data])


def _list_points(lon: Flottants, lat: Flottants) -> list[Point]:
    return [Point(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
