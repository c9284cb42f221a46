"""HiGHS, called with sparse rows: maximise a linear objective. Deterministic: one thread, one seed."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

from tierslieux.planification.probleme import Booleens, Flottants

GRAINE = 20260101
_INFINI = highspy.kHighsInf


@dataclass(frozen=True, slots=True)
class Programme:
    """Maximise `gains` · x with `bas` ≤ x ≤ `haut` and `lignes_bas` ≤ A x ≤ `lignes_haut`; infinite where unbounded."""

    gains: Flottants
    bas: Flottants
    haut: Flottants
    lignes: csr_array
    lignes_bas: Flottants
    lignes_haut: Flottants


@dataclass(frozen=True, slots=True)
class Reponse:
    """What the solver found. `x` is None without any solution; `borne` bounds the objective from above.

    `couts_reduits` are those of a linear program; None after an integer one. `is_impossible`: proven without solution.
    """

    x: Flottants | None
    objectif: float
    borne: float
    couts_reduits: Flottants | None
    is_impossible: bool


def solve(
    programme: Programme,
    *,
    entiers: Booleens | None = None,
    depart: Flottants | None = None,
    temps_max_s: float = 60.0,
) -> Reponse:
    """Solve the linear program, or the integer one when `entiers` marks variables. `depart`: a feasible solution."""
    highs = _build(programme, entiers, temps_max_s)
    if depart is not None:
        solution = highspy.HighsSolution()
        solution.col_value = depart.tolist()
        highs.setSolution(solution)
    highs.run()
    statut = highs.getModelStatus()
    infos = highs.getInfo()
    impossible = statut in {
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    }
    if infos.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Reponse(None, -np.inf, np.inf, None, impossible)
    lue = highs.getSolution()
    x = np.asarray(lue.col_value, dtype=np.float64)
    objectif = float(programme.gains @ x)
    if entiers is not None:
        return Reponse(x, objectif, -float(infos.mip_dual_bound), None, impossible)
    proven = statut == highspy.HighsModelStatus.kOptimal
    return Reponse(x, objectif, objectif if proven else np.inf, -np.asarray(lue.col_dual), impossible)


def _build(programme: Programme, entiers: Booleens | None, temps_max_s: float) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(programme.gains), programme.lignes.shape[0]
    # HiGHS minimises.
    lp.col_cost_ = -programme.gains
    lp.col_lower_, lp.col_upper_ = programme.bas, programme.haut
    lp.row_lower_ = np.where(np.isneginf(programme.lignes_bas), -_INFINI, programme.lignes_bas)
    lp.row_upper_ = np.where(np.isposinf(programme.lignes_haut), _INFINI, programme.lignes_haut)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = programme.lignes.indptr.astype(np.int32)
    lp.a_matrix_.index_ = programme.lignes.indices.astype(np.int32)
    lp.a_matrix_.value_ = programme.lignes.data.astype(np.float64)
    if entiers is not None:
        entier, continu = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [entier if marque else continu for marque in entiers]
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, valeur in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", GRAINE % 2**31),
        ("time_limit", float(temps_max_s)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-6),
    ):
        highs.setOptionValue(option, valeur)
    highs.passModel(lp)
    return highs
