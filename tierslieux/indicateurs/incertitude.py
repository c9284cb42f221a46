"""How sure people in need are: an interval for any group of communes, whole or in part. Pure numpy, no database.

The errors of a modelled share do not average out the same way, so they are added up separately:

- an error common to a région (the line was fitted elsewhere): its people err together;
- an error common to an intercommunalité: independent between them, so it fades in a wide territory;
- what a commune departs from its intercommunalité: independent between communes, and nothing over the whole of it;
- the draw of a small number of people: a hamlet of 40 inhabitants holds 3 or 11 of them at the same risk.

Shares are between 0 and 1; people are those aged 15 and over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import norm

from tierslieux.territoires.enums import CODE_FRANCE, Niveau

Flottants = NDArray[np.float64]
Rangs = NDArray[np.int64]

NIVEAU_CONFIANCE: Final = 0.90


@dataclass(frozen=True, slots=True)
class Ecarts:
    """Standard deviations of a modelled share: by région (in the order of their ranks), EPCI, commune in its EPCI."""

    regions: Flottants
    epci: float
    commune: float


@dataclass(frozen=True, slots=True)
class Estimations:
    """People by group, with the bounds of their interval; NaN for a group without any commune."""

    valeur: Flottants
    bas: Flottants
    haut: Flottants


def compute_intervalles(
    parts: Flottants,
    personnes_15: Flottants,
    fractions: Flottants,
    *,
    regions: Rangs,
    epcis: Rangs,
    groupes: Rangs,
    nombre: int,
    ecarts: Ecarts,
    niveau: float = NIVEAU_CONFIANCE,
) -> Estimations:
    """People in need by group, counted where `fractions` says, with their interval (90 % unless told).

    Parameters
    ----------
    parts, personnes_15
        Share in need and people aged 15 and over of each of the n communes; every commune of an EPCI must be there.
    fractions
        Share of each commune's people who are counted: (n,), or (n, k) for k questions at once.
    regions, epcis, groupes
        Rank of each commune's région (from 0), EPCI (-1 for none: it is then one by itself), and group (-1: left out).
    nombre
        How many groups there are. The results are (nombre,) or (nombre, k).
    """
    colonnes = fractions.reshape(len(parts), -1)
    poids_epci, tailles, carres = _weigh_epci(personnes_15, epcis)
    membres = np.flatnonzero(groupes >= 0)
    groupe = groupes[membres]
    comptees = colonnes[membres] * personnes_15[membres, None]
    part = parts[membres, None]
    entourage = tailles[membres]

    valeur = _sum(groupe, nombre, comptees * part)
    variance = _sum(groupe, nombre, comptees * part * (1 - part))
    paires, du_groupe, region = _pair(groupe, regions[membres], len(ecarts.regions))
    ensemble = _sum(paires, len(du_groupe), comptees)
    variance += _sum(du_groupe, nombre, np.square(ensemble * ecarts.regions[region][:, None]))

    paires, du_groupe, epci = _pair(groupe, entourage, len(carres))
    ensemble = _sum(paires, len(du_groupe), comptees)
    # Departures from the EPCI balance over its people: sum of (counted - counted in the EPCI x weight in the EPCI)².
    restes = (
        _sum(paires, len(du_groupe), np.square(comptees))
        - 2 * ensemble * _sum(paires, len(du_groupe), comptees * poids_epci[membres, None])
        + np.square(ensemble) * carres[epci][:, None]
    )
    variance += _sum(
        du_groupe, nombre, ecarts.epci**2 * np.square(ensemble) + ecarts.commune**2 * np.maximum(restes, 0.0)
    )

    marge = float(norm.ppf((1 + niveau) / 2)) * np.sqrt(variance)
    bas = np.maximum(valeur - marge, 0.0)
    haut = np.minimum(valeur + marge, _sum(groupe, nombre, comptees))
    vides = np.bincount(groupe, minlength=nombre) == 0
    for table in (valeur, bas, haut):
        table[vides] = np.nan
    forme = (nombre, *fractions.shape[1:])
    return Estimations(valeur.reshape(forme), bas.reshape(forme), haut.reshape(forme))


def _weigh_epci(personnes_15: Flottants, epcis: Rangs) -> tuple[Flottants, Rangs, Flottants]:
    """(weight of each commune in its EPCI, rank of its EPCI, sum of squares of weights by EPCI); none: its own one."""
    seules = epcis < 0
    rangs = epcis.astype(np.int64, copy=True)
    rangs[seules] = max(int(epcis.max(initial=-1)), -1) + 1 + np.arange(int(seules.sum()))
    nombre = int(rangs.max(initial=-1)) + 1
    tailles = np.bincount(rangs, weights=personnes_15, minlength=nombre)
    poids = np.divide(personnes_15, tailles[rangs], out=np.zeros_like(personnes_15), where=tailles[rangs] > 0)
    carres = np.bincount(rangs, weights=np.square(poids), minlength=nombre).astype(np.float64, copy=False)
    return poids, rangs, carres


def _pair(groupes: Rangs, rangs: Rangs, nombre: int) -> tuple[Rangs, Rangs, Rangs]:
    """(rank of each row's pair, group of each pair, other rank of each pair) of the pairs that occur."""
    cles, paires = np.unique(groupes * nombre + rangs, return_inverse=True)
    return paires.astype(np.int64, copy=False), cles // nombre, cles % nombre


def _sum(rangs: Rangs, nombre: int, valeurs: Flottants) -> Flottants:
    """Sums of the rows (m, k) of each rank: (nombre, k)."""
    if nombre == len(rangs) and np.array_equal(rangs, np.arange(nombre)):
        return valeurs
    if valeurs.shape[1] == 1:
        return np.bincount(rangs, weights=valeurs[:, 0], minlength=nombre).astype(np.float64)[:, None]
    m = len(rangs)
    membres = csr_matrix((np.ones(m), (rangs, np.arange(m))), shape=(nombre, m))
    return np.asarray(membres @ valeurs, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Besoins:
    """People in need of every commune that has a figure, ready for `compute_intervalles`: n communes by code.

    `annee` is that of the definition of illectronisme. `communes`, `epcis` ("" for none), `departements`, `regions` are
    codes; `rangs_regions`, `rangs_epcis` (-1 for none) the ranks that `ecarts` and the computation want.
    """

    annee: int
    communes: NDArray[np.str_]
    epcis: NDArray[np.str_]
    departements: NDArray[np.str_]
    regions: NDArray[np.str_]
    parts: Flottants
    personnes_15: Flottants
    rangs_regions: Rangs
    rangs_epcis: Rangs
    ecarts: Ecarts

    def rank(self, niveau: Niveau) -> tuple[NDArray[np.str_], Rangs]:
        """(codes of a level in order, rank among them of each commune's territory, -1 where it has none)."""
        if niveau is Niveau.FRANCE:
            return np.array([CODE_FRANCE]), np.zeros(len(self.communes), dtype=np.int64)
        return rank_codes(
            {
                Niveau.COMMUNE: self.communes,
                Niveau.EPCI: self.epcis,
                Niveau.DEPARTEMENT: self.departements,
                Niveau.REGION: self.regions,
            }[niveau]
        )

    def estimate(self, fractions: Flottants, groupes: Rangs, nombre: int) -> Estimations:
        """People in need by group: see `compute_intervalles`."""
        return compute_intervalles(
            self.parts,
            self.personnes_15,
            fractions,
            regions=self.rangs_regions,
            epcis=self.rangs_epcis,
            groupes=groupes,
            nombre=nombre,
            ecarts=self.ecarts,
        )


def rank_codes(codes: NDArray[np.str_]) -> tuple[NDArray[np.str_], Rangs]:
    """(the codes that occur, in order, and the rank of each row's): -1 for the empty code, which means none."""
    connus, rangs = np.unique(codes, return_inverse=True)
    rangs = rangs.astype(np.int64, copy=False)
    if len(connus) and not connus[0]:
        return connus[1:], rangs - 1
    return connus, rangs
