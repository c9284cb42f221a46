"""People in illectronisme by commune: a small-area model. Pure numpy, no web, no database.

INSEE publishes rates for France, for some régions and, in one région only, for its intercommunalités. A line is fitted
on those (two census covariates, INSEE's own small-area rates as the answer), applied to every commune, then calibrated
so that published totals are found again. What comes out is modelled, never counted, and has an interval.

Shares are between 0 and 1 everywhere here; weights are numbers of people aged 15 and over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import t as student

Flottants = NDArray[np.float64]
Booleens = NDArray[np.bool_]

# A line extrapolates: the 75 and over, the most exposed age, are at 67 % (INSEE 2019), those under 45 at 3 %.
PART_MIN, PART_MAX = 0.01, 0.60
ITERATIONS_MAX = 200
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Ajustement:
    """A fitted line: coefficients (constant first), their covariance, residual standard error, degrees of freedom."""

    coefficients: Flottants
    covariance: Flottants
    sigma: float
    degres: int


@dataclass(frozen=True, slots=True)
class Cible:
    """A published share: which communes it is about (mask over rows), its value, and half of its rounding step."""

    nom: str
    membres: Booleens
    part: float
    arrondi: float


def fit(covariables: Flottants, parts: Flottants) -> Ajustement:
    """Ordinary least squares of the shares (n,) on the covariates (n, k); raises ValueError with too few rows."""
    n, k = covariables.shape
    degres = n - k - 1
    if degres < 1:
        raise ValueError(f"{n} rows for {k} covariates and a constant: at least {k + 2} are needed")
    plan = _add_constante(covariables)
    coefficients = np.asarray(np.linalg.lstsq(plan, parts, rcond=None)[0], dtype=np.float64)
    residus = parts - plan @ coefficients
    sigma = float(np.sqrt(residus @ residus / degres))
    covariance = np.asarray(np.linalg.inv(plan.T @ plan) * sigma**2, dtype=np.float64)
    return Ajustement(coefficients, covariance, sigma, degres)


def predict(ajustement: Ajustement, covariables: Flottants) -> tuple[Flottants, Flottants]:
    """(shares, standard errors of prediction) of rows of covariates (n, k); shares are kept within plausible bounds."""
    plan = _add_constante(covariables)
    parts = np.clip(plan @ ajustement.coefficients, PART_MIN, PART_MAX)
    variance = np.einsum("ij,jk,ik->i", plan, ajustement.covariance, plan) + ajustement.sigma**2
    return parts, np.sqrt(variance)


def leave_one_out(covariables: Flottants, parts: Flottants, niveau: float = 0.90) -> tuple[float, float]:
    """(root mean square error, share inside the prediction interval) when each row is predicted by the others alone."""
    ecarts, dedans = [], []
    for rang in range(len(parts)):
        autres = np.arange(len(parts)) != rang
        ajustement = fit(covariables[autres], parts[autres])
        prevu, erreur = predict(ajustement, covariables[rang : rang + 1])
        ecart = float(parts[rang] - prevu[0])
        ecarts.append(ecart)
        dedans.append(abs(ecart) <= float(erreur[0]) * student.ppf((1 + niveau) / 2, ajustement.degres))
    return float(np.sqrt(np.mean(np.square(ecarts)))), float(np.mean(dedans))


def calibrate(parts: Flottants, poids: Flottants, cibles: Sequence[Cible]) -> Flottants:
    """Shares moved so that each target's weighted mean is the published one.

    Each target shifts the log-odds of its members, in turn until all hold (iterative proportional fitting on odds):
    shares stay between 0 and 1, and the order of communes within a target is kept. Targets are applied from the first
    to the last, so the last holds exactly; raises ValueError when they contradict each other beyond their rounding.
    """
    cotes = logit(np.clip(parts, PART_MIN, PART_MAX))
    for _ in range(ITERATIONS_MAX):
        ecart_max = 0.0
        for cible in cibles:
            decalage = _find_decalage(cotes[cible.membres], poids[cible.membres], cible.part)
            cotes[cible.membres] += decalage
            ecart_max = max(ecart_max, abs(decalage))
        if ecart_max < _TOLERANCE:
            break
    calees: Flottants = expit(cotes)
    for cible in cibles:
        obtenue = compute_moyenne(calees, poids, cible.membres)
        if abs(obtenue - cible.part) > cible.arrondi + _TOLERANCE:
            raise ValueError(f"{cible.nom}: {obtenue:.4f} after calibration, {cible.part:.4f} published")
    return calees


def compute_moyenne(parts: Flottants, poids: Flottants, membres: Booleens) -> float:
    """Mean share of the members, weighted by people."""
    return float(np.average(parts[membres], weights=poids[membres]))


def _add_constante(covariables: Flottants) -> Flottants:
    return np.column_stack((np.ones(len(covariables)), covariables))


def _find_decalage(cotes: Flottants, poids: Flottants, part: float) -> float:
    """The shift of log-odds that gives the weighted mean, by Newton's method: the mean grows with the shift."""
    decalage = 0.0
    for _ in range(50):
        parts = expit(cotes + decalage)
        ecart = float(np.average(parts, weights=poids)) - part
        if abs(ecart) < 1e-12:
            break
        decalage -= ecart / float(np.average(parts * (1 - parts), weights=poids))
    return decalage
