"""Need for third places: three ranks among communes, averaged. Pure: series in, series out.

It orders communes and counts nobody, unlike the need for help, from which it is kept apart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata


def compute_actifs_occupes(actifs: pd.Series, chomeurs: pd.Series) -> pd.Series:
    """People in work who live in each commune; absent where either count is."""
    return (actifs - chomeurs).clip(lower=0.0).dropna()


def compute_sans_emploi_local(occupes: pd.Series, emplois: pd.Series) -> pd.Series:
    """People in work who at least must leave the commune: more of them than it has jobs; absent where either is."""
    return (occupes - emplois).clip(lower=0.0).dropna()


def compute_score(
    occupes: pd.Series, sans_emploi: pd.Series, part_connectee: pd.Series, classe: pd.Series
) -> pd.Series:
    """Score from 0 to 100 of the communes of which all is known: the mean of three percentile ranks, of equal weight.

    They are: the share of people in work without a local job, the share of premises without a good fixed connection
    (1 - `part_connectee`), and how rural the commune is (the classes of density grow from cities to scattered hamlets).
    """
    composantes = pd.DataFrame(
        {
            "emploi": sans_emploi / occupes.where(occupes > 0),
            "connexion": 1.0 - part_connectee,
            "densite": classe,
        }
    ).dropna()
    return composantes.apply(compute_percentiles).mean(axis=1)


def compute_percentiles(valeurs: pd.Series) -> pd.Series:
    """Share of the others that each value exceeds, ties counting for half of themselves, from 0 to 100: mean 50."""
    rangs = rankdata(valeurs.to_numpy(dtype=np.float64), method="average")
    return pd.Series(100.0 * (rangs - 0.5) / max(len(valeurs), 1), index=valeurs.index)
