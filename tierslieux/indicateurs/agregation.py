"""Values of territories from those of their communes, by the catalogue's rules. Pure: frames in, frames out.

A parent whose communes with a value hold less than COUVERTURE_MIN of its people has no value. Where nobody knows the
population of any of its communes (Mayotte), communes are counted instead of people.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tierslieux.indicateurs.catalogue import Agregation, Indicateur
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

COUVERTURE_MIN = 0.9

# Columns of `communes` that name the parent at each level.
PARENTS: Mapping[Niveau, str] = {
    Niveau.EPCI: "epci",
    Niveau.DEPARTEMENT: "departement",
    Niveau.REGION: "region",
    Niveau.FRANCE: "france",
}
# The city that arrondissements make, where the publisher gives them alone.
_VILLE: Mapping[Niveau, str] = {Niveau.COMMUNE: "ville"}


def aggregate(communes: pd.DataFrame, valeurs: pd.Series, indicateur: Indicateur, poids: pd.Series | None) -> pd.Series:
    """Values of EPCI, départements, régions and France, index (niveau, code); empty when the rule is "aucune".

    Parameters
    ----------
    communes
        Index: code INSEE; columns epci, departement, region (None where there is none), population (NaN if unknown).
    valeurs
        The indicator by code INSEE; missing ones are absent or NaN.
    poids
        The weight of an average by code INSEE: an additive count. None for a sum.
    """
    frame = communes.assign(france=CODE_FRANCE)
    return _aggregate(frame, PARENTS, valeurs, indicateur, poids)


def aggregate_villes(
    arrondissements: pd.DataFrame, valeurs: pd.Series, indicateur: Indicateur, poids: pd.Series | None
) -> pd.Series:
    """Values of Paris, Lyon and Marseille from their arrondissements (columns ville, population), as in `aggregate`."""
    return _aggregate(arrondissements, _VILLE, valeurs, indicateur, poids)


def _aggregate(
    frame: pd.DataFrame,
    niveaux: Mapping[Niveau, str],
    valeurs: pd.Series,
    indicateur: Indicateur,
    poids: pd.Series | None,
) -> pd.Series:
    if indicateur.agregation is Agregation.AUCUNE:
        return _empty()
    valeur = valeurs.reindex(frame.index).to_numpy(dtype="float64")
    if indicateur.agregation is Agregation.MOYENNE:
        if poids is None:
            return _empty()
        poids_connus = poids.reindex(frame.index).to_numpy(dtype="float64")
    else:
        poids_connus = np.ones(len(frame))
    connues = ~(np.isnan(valeur) | np.isnan(poids_connus))
    numerateur = np.where(connues, valeur * poids_connus, 0.0)
    denominateur = np.where(connues, poids_connus, 0.0)
    tables = []
    for niveau, colonne in niveaux.items():
        rangs, codes = pd.factorize(frame[colonne])
        parents = _Parents(rangs, len(codes))
        gardes = (_compute_couverture(parents, frame, connues) >= COUVERTURE_MIN) & (parents.sum(denominateur) > 0)
        resultats = parents.sum(numerateur)[gardes]
        if indicateur.agregation is Agregation.MOYENNE:
            resultats = resultats / parents.sum(denominateur)[gardes]
        index = pd.MultiIndex.from_product([[niveau.value], np.asarray(codes)[gardes]], names=["niveau", "code"])
        tables.append(pd.Series(resultats, index=index, dtype="float64"))
    return pd.concat(tables)


class _Parents:
    """The parent of each commune, as a rank; -1 for one that has none at this level."""

    def __init__(self, rangs: NDArray[np.intp], nombre: int) -> None:
        self._membres = rangs >= 0
        self._rangs = rangs[self._membres]
        self._nombre = nombre

    def sum(self, valeurs: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of the communes of each parent."""
        sommes = np.bincount(self._rangs, weights=valeurs[self._membres], minlength=self._nombre)
        return sommes.astype(np.float64, copy=False)


def _compute_couverture(parents: _Parents, frame: pd.DataFrame, connues: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share of the people of each parent whose commune has a value; of its communes when nobody was counted."""
    population = np.nan_to_num(frame["population"].to_numpy(dtype="float64"))
    gens = parents.sum(population)
    par_commune = parents.sum(connues.astype("float64")) / parents.sum(np.ones(len(frame)))
    return np.where(gens > 0, parents.sum(population * connues) / np.where(gens > 0, gens, 1.0), par_commune)


def _empty() -> pd.Series:
    return pd.Series(dtype="float64", index=pd.MultiIndex.from_arrays([[], []], names=["niveau", "code"]))
