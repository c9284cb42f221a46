"""The small-area model, on cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tierslieux.indicateurs.illectronisme import (
    PART_MAX,
    PART_MIN,
    Cible,
    calibrate,
    compute_moyenne,
    fit,
    leave_one_out,
    predict,
)

TOUS = np.array([True, True, True, True])


def test_an_exact_line_is_found_again() -> None:
    covariables = np.array([[0.1, 0.3], [0.2, 0.5], [0.3, 0.4], [0.25, 0.6], [0.15, 0.35]])
    parts = 0.02 + 0.5 * covariables[:, 0] + 0.2 * covariables[:, 1]
    ajustement = fit(covariables, parts)
    assert ajustement.coefficients == pytest.approx([0.02, 0.5, 0.2])
    assert ajustement.sigma == pytest.approx(0, abs=1e-12)
    assert ajustement.degres == 2


def test_the_residual_error_counts_the_fitted_coefficients() -> None:
    # Constant 1 for x = 0 and 2 for x = 1, each missed by 0.1 above and below: 4 × 0.01 over 4 − 2 degrees.
    ajustement = fit(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([1.1, 0.9, 2.1, 1.9]))
    assert ajustement.coefficients == pytest.approx([1, 1])
    assert ajustement.sigma == pytest.approx(np.sqrt(0.04 / 2))


def test_too_few_rows_are_refused_with_the_two_numbers() -> None:
    with pytest.raises(ValueError, match="3 rows for 2 covariates"):
        fit(np.ones((3, 2)), np.ones(3))


def test_predictions_stay_plausible_however_extreme_the_commune() -> None:
    ajustement = fit(np.array([[0.1], [0.2], [0.3]]), np.array([0.1, 0.2, 0.3]))
    parts, erreurs = predict(ajustement, np.array([[-1.0], [0.15], [5.0]]))
    assert parts == pytest.approx([PART_MIN, 0.15, PART_MAX])
    assert len(erreurs) == 3


def test_each_row_is_predicted_by_the_others() -> None:
    # Two covariate values, two rows each: without one of 0.1 and 0.3, the other is the prediction; each misses by 0.2.
    covariables = np.array([[0.0], [0.0], [1.0], [1.0]])
    rmse, _ = leave_one_out(covariables, np.array([0.1, 0.3, 0.1, 0.3]))
    assert rmse == pytest.approx(0.2)


def test_calibration_gives_the_published_mean_and_keeps_the_order() -> None:
    parts, poids = np.array([0.10, 0.20, 0.30, 0.40]), np.array([1.0, 2.0, 3.0, 4.0])
    calees = calibrate(parts, poids, [Cible("France", TOUS, 0.25, 0.0005)])
    assert compute_moyenne(calees, poids, TOUS) == pytest.approx(0.25)
    assert list(np.argsort(calees)) == [0, 1, 2, 3]
    assert calees.min() > 0


def test_parts_that_are_right_are_left_alone() -> None:
    parts, poids = np.array([0.1, 0.2]), np.array([1.0, 1.0])
    membres = np.array([True, True])
    assert calibrate(parts, poids, [Cible("France", membres, 0.15, 0.0)]) == pytest.approx(parts)


def test_a_region_and_the_country_hold_together() -> None:
    parts, poids = np.array([0.10, 0.20, 0.30, 0.40]), np.ones(4)
    region = np.array([True, True, False, False])
    calees = calibrate(parts, poids, [Cible("région", region, 0.10, 0.005), Cible("France", TOUS, 0.25, 0.0005)])
    assert compute_moyenne(calees, poids, region) == pytest.approx(0.10, abs=1e-6)
    # The others make up for it: (4 × 0.25 − 2 × 0.10) / 2.
    assert compute_moyenne(calees, poids, ~region) == pytest.approx(0.40, abs=1e-6)


def test_targets_that_contradict_each_other_are_refused_by_name() -> None:
    parts, poids = np.array([0.1, 0.2, 0.3, 0.4]), np.ones(4)
    with pytest.raises(ValueError, match="un: "):
        calibrate(parts, poids, [Cible("un", TOUS, 0.10, 0.001), Cible("deux", TOUS, 0.30, 0.001)])
