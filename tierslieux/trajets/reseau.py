"""A road graph: crossings and the stretches of road between them, by mode, as flat arrays. Pure.

A stretch keeps its drawing, so that doors are joined to the nearest point of a road, not to a crossing. Each mode has
its own crossings: a barrier cuts the roads of the modes that it stops. Of each mode, only the largest set of roads is
kept within which everything can be reached from everywhere, and those islands to which a ferry goes, each apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.trajets.extrait import E7, Extrait, Provenance
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.vitesses import ATTENTES

_GEODE = Geod(ellps="GRS80")
# Two points of a road may bear the same coordinates; no stretch is free.
LONGUEUR_MIN_M = 0.01
# A shorter piece of road that a ferry touches is a landing stage.
ILE_MIN_M = 1_000.0
# Told once before the first mode, then after each.
ETAPE_GRAPHE = "graph"

Flottants = npt.NDArray[np.float64]
Entiers = npt.NDArray[np.int32]
Booleens = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Troncons:
    """Stretches of road of every mode; `i` is drawn by the points `debuts[i]:debuts[i + 1]` (EPSG:4326, degrees × 1e7).

    `debut_noeud` and `fin_noeud` are positions in the extract's nodes; `voie` that of its way.
    """

    lon_e7: Entiers
    lat_e7: Entiers
    debuts: npt.NDArray[np.int64]
    longueur_m: Flottants
    debut_noeud: npt.NDArray[np.int64]
    fin_noeud: npt.NDArray[np.int64]
    voie: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trame:
    """The stretches of one mode: `u` and `v` are its crossings, minutes are infinite where it may not go.

    `attente_v_min` is lost on reaching `v` along the stretch, `attente_u_min` on reaching `u` against it. `composantes`
    tells for each crossing 0 for the main land, 1 and more for islands. `a_portes`: whether doors may be joined to it.
    """

    troncons: Entiers
    u: Entiers
    v: Entiers
    longueur_m: Flottants
    aller_min: Flottants
    retour_min: Flottants
    attente_v_min: Flottants
    attente_u_min: Flottants
    a_portes: Booleens
    composantes: Entiers

    @property
    def nombre(self) -> int:
        """How many crossings."""
        return len(self.composantes)

    def build_arcs(self) -> tuple[csr_array, csr_array]:
        """Minutes, then metres, from crossing to crossing (rows × columns: from × to); same pattern in both.

        Of several roads between two crossings, the fastest.
        """
        de = np.concatenate([self.u, self.v])
        vers = np.concatenate([self.v, self.u])
        duree_min = np.concatenate([self.aller_min + self.attente_v_min, self.retour_min + self.attente_u_min])
        longueur_m = np.concatenate([self.longueur_m, self.longueur_m])
        utiles = np.isfinite(duree_min) & (de != vers)
        de, vers, duree_min, longueur_m = de[utiles], vers[utiles], duree_min[utiles], longueur_m[utiles]
        ordre = np.lexsort((longueur_m, duree_min, vers, de))
        de, vers, duree_min, longueur_m = de[ordre], vers[ordre], duree_min[ordre], longueur_m[ordre]
        premiers = np.ones(len(de), dtype=bool)
        premiers[1:] = (de[1:] != de[:-1]) | (vers[1:] != vers[:-1])
        indptr = np.zeros(self.nombre + 1, dtype=np.int32)
        np.cumsum(np.bincount(de[premiers], minlength=self.nombre), out=indptr[1:])
        forme = (self.nombre, self.nombre)
        indices = vers[premiers].astype(np.int32)
        return (
            csr_array((duree_min[premiers], indices, indptr), shape=forme),
            csr_array((longueur_m[premiers], indices, indptr), shape=forme),
        )


@dataclass(frozen=True, slots=True)
class Reseau:
    """The road graph of an extract."""

    provenance: Provenance
    lon_e7: Entiers
    lat_e7: Entiers
    debuts: npt.NDArray[np.int64]
    trames: Mapping[Mode, Trame]


def build_reseau(extrait: Extrait, progress: Progress = ignore_progress) -> Reseau:
    """The graph of an extract; raises SourceError when it holds no stretch of road."""
    troncons = build_troncons(extrait)
    trames: dict[Mode, Trame] = {}
    for rang, mode in enumerate(Mode):
        progress(ETAPE_GRAPHE, rang, len(Mode))
        trames[mode] = _build_trame(extrait, troncons, mode, rang)
    progress(ETAPE_GRAPHE, len(Mode), len(Mode))
    return Reseau(extrait.provenance, troncons.lon_e7, troncons.lat_e7, troncons.debuts, MappingProxyType(trames))


def build_troncons(extrait: Extrait) -> Troncons:
    """Cut ways where they meet, end, or bear lights or a barrier."""
    voie_de = np.repeat(np.arange(len(extrait.debuts) - 1), np.diff(extrait.debuts))
    avant, apres = extrait.refs[:-1], extrait.refs[1:]
    rangs = np.flatnonzero((voie_de[:-1] == voie_de[1:]) & (avant >= 0) & (apres >= 0) & (avant != apres))
    if not len(rangs):
        raise SourceError("aucune route n’a deux points dans l’extrait")
    a, b, voie = avant[rangs], apres[rangs], voie_de[rangs]
    suit = np.zeros(len(rangs), dtype=bool)
    suit[1:] = (rangs[1:] == rangs[:-1] + 1) & (voie[1:] == voie[:-1])
    nombre = len(extrait.lon_e7)
    carrefours = np.bincount(a, minlength=nombre) + np.bincount(b, minlength=nombre) != 2
    carrefours |= extrait.feux | (extrait.arrets > 0)
    carrefours[a[~suit]] = True
    fins = np.append(np.flatnonzero(~suit)[1:] - 1, len(rangs) - 1)
    carrefours[b[fins]] = True
    premiers = np.flatnonzero(~suit | carrefours[a])
    derniers = np.append(premiers[1:] - 1, len(rangs) - 1)
    segment_m = _compute_longueurs(extrait, a, b)
    points = _list_points(a, b, premiers, derniers)
    return Troncons(
        lon_e7=extrait.lon_e7[points],
        lat_e7=extrait.lat_e7[points],
        debuts=np.append(premiers, len(rangs)) + np.arange(len(premiers) + 1),
        longueur_m=np.add.reduceat(segment_m, premiers),
        debut_noeud=a[premiers],
        fin_noeud=b[derniers],
        voie=voie[premiers],
    )


def _list_points(
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    premiers: npt.NDArray[np.int64],
    derniers: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """The nodes of each stretch one after the other: the starts of its segments, then the end of the last."""
    points = np.empty(len(a) + len(premiers), dtype=np.int64)
    rang = np.zeros(len(a), dtype=np.int64)
    rang[premiers] = 1
    points[np.arange(len(a)) + np.cumsum(rang) - 1] = a
    points[derniers + np.arange(len(derniers)) + 1] = b[derniers]
    return points


def _compute_longueurs(extrait: Extrait, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Flottants:
    _, _, distances_m = _GEODE.inv(
        extrait.lon_e7[a] / E7, extrait.lat_e7[a] / E7, extrait.lon_e7[b] / E7, extrait.lat_e7[b] / E7
    )
    return np.maximum(np.asarray(distances_m, dtype=np.float64), LONGUEUR_MIN_M)


def _build_trame(extrait: Extrait, troncons: Troncons, mode: Mode, rang: int) -> Trame:
    droits = extrait.droits_voies[troncons.voie]
    allers = np.array([_min_par_m(d.par_mode[rang].aller_kmh) for d in extrait.droits])[droits]
    retours = np.array([_min_par_m(d.par_mode[rang].retour_kmh) for d in extrait.droits])[droits]
    ouverts = np.flatnonzero(np.isfinite(allers) | np.isfinite(retours))
    if not len(ouverts):
        raise SourceError(f"aucune route de l’extrait n’est ouverte au mode « {mode.value} »")
    u, v, noeuds = _cut_barrieres(extrait, troncons, ouverts, rang)
    gardes, composantes = _find_composantes(
        u,
        v,
        np.isfinite(allers[ouverts]),
        np.isfinite(retours[ouverts]),
        troncons.longueur_m[ouverts],
        extrait.bacs[noeuds],
    )
    sommets, renumerotes = np.unique(np.concatenate([u[gardes], v[gardes]]), return_inverse=True)
    u, v = renumerotes[: len(gardes)], renumerotes[len(gardes) :]
    ouverts = ouverts[gardes]
    fluides = np.array([d.est_fluide for d in extrait.droits])[droits[ouverts]]
    degres = np.bincount(u, minlength=len(sommets)) + np.bincount(v, minlength=len(sommets))
    attentes = ATTENTES[mode]
    feu = extrait.feux[noeuds[sommets]]
    attente_min = np.where(feu, attentes.feu_s, np.where(degres >= 3, attentes.carrefour_s, 0.0)) / 60
    sans_feu_min = np.where(feu, attentes.feu_s, 0.0) / 60
    return Trame(
        troncons=ouverts.astype(np.int32),
        u=u.astype(np.int32),
        v=v.astype(np.int32),
        longueur_m=troncons.longueur_m[ouverts],
        aller_min=troncons.longueur_m[ouverts] * allers[ouverts],
        retour_min=troncons.longueur_m[ouverts] * retours[ouverts],
        attente_v_min=np.where(fluides, sans_feu_min[v], attente_min[v]),
        attente_u_min=np.where(fluides, sans_feu_min[u], attente_min[u]),
        a_portes=np.array([d.a_portes for d in extrait.droits])[droits[ouverts]],
        composantes=composantes[sommets],
    )


def _min_par_m(vitesse_kmh: float | None) -> float:
    return np.inf if vitesse_kmh is None else 60 / (vitesse_kmh * 1000)


def _cut_barrieres(
    extrait: Extrait, troncons: Troncons, ouverts: npt.NDArray[np.int64], rang: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ends of the stretches, and the node of each end: at a barrier, every stretch gets an end of its own."""
    noeuds = np.arange(len(extrait.lon_e7))
    bouts = np.concatenate([troncons.debut_noeud[ouverts], troncons.fin_noeud[ouverts]])
    arretes = np.flatnonzero(extrait.arrets[bouts] & (1 << rang))
    noeuds = np.concatenate([noeuds, bouts[arretes]])
    bouts[arretes] = len(extrait.lon_e7) + np.arange(len(arretes))
    return bouts[: len(ouverts)], bouts[len(ouverts) :], noeuds


def _find_composantes(  # noqa: PLR0917  (five columns of one table, and one of another)
    u: npt.NDArray[np.int64],
    v: npt.NDArray[np.int64],
    aller: Booleens,
    retour: Booleens,
    longueur_m: Flottants,
    bacs: Booleens,
) -> tuple[npt.NDArray[np.int64], Entiers]:
    """Stretches that are kept, and for each node its part of the network (-1: not kept)."""
    nombre = len(bacs)
    de, vers = np.concatenate([u[aller], v[retour]]), np.concatenate([v[aller], u[retour]])
    arcs = coo_array((np.ones(len(de), dtype=np.int8), (de, vers)), shape=(nombre, nombre)).tocsr()
    _, etiquettes = connected_components(arcs, directed=True, connection="strong")
    interieurs = np.flatnonzero(etiquettes[u] == etiquettes[v])
    total_m = np.bincount(etiquettes[u[interieurs]], weights=longueur_m[interieurs], minlength=etiquettes.max() + 1)
    principale = int(np.argmax(total_m))
    iles = [int(e) for e in np.unique(etiquettes[bacs]) if e != principale and total_m[e] >= ILE_MIN_M]
    numeros = np.full(len(total_m), -1, dtype=np.int32)
    numeros[[principale, *iles]] = np.arange(1 + len(iles))
    composantes = numeros[etiquettes]
    return interieurs[composantes[u[interieurs]] >= 0], composantes
