"""How good the small-area model of illectronisme is: on intercommunalités left out, and on what INSEE publishes.

Both definitions stay apart: what is published of 2019 (12 months) is compared with shares calibrated on 2019, what is
published of 2021 (3 months) with shares calibrated on 2021.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from tierslieux.indicateurs.estimation import (
    Ajuste,
    Annee,
    adjust,
    calibrate_annees,
    list_membres,
    list_modelisees,
    read_communes,
)
from tierslieux.indicateurs.illectronisme import compute_moyenne
from tierslieux.indicateurs.publies import Publie, list_publies

__all__ = ["Comparaison", "Evaluation", "Publie", "evaluate", "list_publies"]


@dataclass(frozen=True, slots=True)
class Comparaison:
    """One published figure beside the model's, before and after calibration; percents. Keys of the JSON are English."""

    place: str
    year: int
    modelled: float
    calibrated: float
    published: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`loo_rmse_points`: error of prediction of EPCI left out, in points of percent; `interval_coverage`: 0 to 1.

    `coefficients`: the fitted line, constant first, then one slope for each of `estimation.COVARIABLES`.
    """

    epci: int
    loo_rmse_points: float
    interval_coverage: float
    published: tuple[Comparaison, ...]
    coefficients: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """The evaluation as one JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, objet: dict[str, Any]) -> Evaluation:
        """The evaluation that `to_json` gave, read back from the database."""
        publies = tuple(Comparaison(**publie) for publie in objet["published"])
        return cls(**{**objet, "published": publies, "coefficients": tuple(objet["coefficients"])})


def evaluate(session: Session) -> Evaluation:
    """Fit on the published EPCI, leave each out in turn, and compare; raises ComputationError without the figures."""
    communes = read_communes(session)
    modelisees = communes[list_modelisees(communes)]
    ajuste = adjust(session, modelisees)
    return build_evaluation(modelisees, ajuste, calibrate_annees(modelisees, ajuste.parts, list_publies()))


def build_evaluation(modelisees: pd.DataFrame, ajuste: Ajuste, annees: Mapping[int, Annee]) -> Evaluation:
    """What a fit and its calibrations are worth."""
    poids = modelisees["personnes_15"].to_numpy()
    comparaisons = []
    for publie in sorted(list_publies(), key=lambda publie: publie.annee):
        membres = list_membres(modelisees, publie.membres)
        if not membres.any():
            continue  # a base that holds a part of the country
        avant, calees = annees[publie.annee].avant, annees[publie.annee].calees
        comparaisons.append(
            Comparaison(
                publie.lieu,
                publie.annee,
                round(100 * compute_moyenne(avant, poids, membres), 2),
                round(100 * compute_moyenne(calees, poids, membres), 2),
                round(100 * publie.part, 2),
            )
        )
    return Evaluation(
        epci=ajuste.epci,
        loo_rmse_points=round(100 * ajuste.rmse, 3),
        interval_coverage=round(ajuste.couverture, 4),
        published=tuple(comparaisons),
        coefficients=ajuste.coefficients,
    )
