"""Need for third places: three ranks, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tierslieux.indicateurs.composite import (
    compute_actifs_occupes,
    compute_percentiles,
    compute_sans_emploi_local,
    compute_score,
)


def test_people_in_work_and_those_who_must_leave() -> None:
    occupes = compute_actifs_occupes(
        pd.Series({"a": 100.0, "b": 50.0, "c": 10.0}), pd.Series({"a": 10.0, "b": 5.0, "d": 1.0})
    )
    assert occupes.to_dict() == {"a": 90, "b": 45}  # neither c nor d has both counts
    # A commune with more jobs than people in work loses nobody for sure.
    assert compute_sans_emploi_local(occupes, pd.Series({"a": 30.0, "b": 60.0})).to_dict() == {"a": 60, "b": 0}


def test_ranks_go_from_0_to_100_and_ties_share_theirs() -> None:
    assert compute_percentiles(pd.Series([5.0, 1.0, 5.0, 9.0])).tolist() == pytest.approx([50, 12.5, 50, 87.5])


def test_the_score_is_the_mean_of_three_ranks() -> None:
    occupes = pd.Series({"bourg": 100.0, "hameau": 10.0, "ville": 1000.0, "vide": 0.0, "sans": 10.0})
    partis = pd.Series({"bourg": 50.0, "hameau": 9.0, "ville": 0.0, "vide": 0.0, "sans": 1.0})
    connectes = pd.Series({"bourg": 0.9, "hameau": 0.1, "ville": 1.0, "vide": 0.5})
    classe = pd.Series({"bourg": 5.0, "hameau": 7.0, "ville": 1.0, "vide": 7.0, "sans": 7.0})
    score = compute_score(occupes, partis, connectes, classe)
    # Third of three by everything: (3 − 0.5) / 3. Nobody works in one commune, the lines of another are not known.
    assert score.to_dict() == pytest.approx({"bourg": 50, "hameau": 100 * 2.5 / 3, "ville": 100 * 0.5 / 3})
