"""HiGHS, called with sparse rows: maximise a linear objective. Deterministic: one thread, one seed."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

from tierslieux.planification.optimisation.probleme import Booleens, Entiers, Flottants

GRAINE = 20260101
_IMPOSSIBLES = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


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


class Modele:
    """A program in the solver's hands: changed by rows or bounds and solved again, it starts from its last basis."""

    def __init__(self, programme: Programme) -> None:
        """Hand the program over."""
        self._gains = programme.gains
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, valeur in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", GRAINE % 2**31),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-6),
        ):
            self._highs.setOptionValue(option, valeur)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(programme.gains), programme.lignes.shape[0]
        # HiGHS minimises.
        lp.col_cost_ = -programme.gains
        lp.col_lower_, lp.col_upper_ = programme.bas, programme.haut
        lp.row_lower_, lp.row_upper_ = programme.lignes_bas, programme.lignes_haut
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = programme.lignes.indptr.astype(np.int32)
        lp.a_matrix_.index_ = programme.lignes.indices.astype(np.int32)
        lp.a_matrix_.value_ = programme.lignes.data.astype(np.float64)
        self._highs.passModel(lp)

    def add_lignes(self, lignes: csr_array, bas: Flottants, haut: Flottants) -> None:
        """Add rows."""
        self._highs.addRows(
            lignes.shape[0],
            bas,
            haut,
            lignes.nnz,
            lignes.indptr[:-1].astype(np.int32),
            lignes.indices.astype(np.int32),
            lignes.data.astype(np.float64),
        )

    def change_ligne(self, rang: int, bas: float, haut: float) -> None:
        """Give a row other bounds."""
        self._highs.changeRowBounds(rang, bas, haut)

    def change_colonnes(self, bas: Flottants, haut: Flottants) -> None:
        """Give the first variables other bounds."""
        nombre = len(bas)
        self._highs.changeColsBounds(nombre, np.arange(nombre, dtype=np.int32), bas, haut)

    def mark_entiers(self, entiers: Booleens) -> None:
        """Ask for whole values of these variables; none marked: a linear program again."""
        types = np.where(entiers, int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous))
        rangs: Entiers = np.arange(len(entiers))
        self._highs.changeColsIntegrality(len(entiers), rangs.astype(np.int32), types.astype(np.uint8))

    def solve(
        self,
        *,
        entiers: bool = False,
        depart: Flottants | None = None,
        temps_max_s: float = 60.0,
        assez: float | None = None,
    ) -> Reponse:
        """Solve. `entiers`: some variables are marked. `depart`: a feasible solution. `assez`: stop at one as good."""
        # The solver counts the time of linear programs since the beginning, that of an integer one from its own start.
        deja_s = 0.0 if entiers else self._highs.getRunTime()
        self._highs.setOptionValue("time_limit", deja_s + max(float(temps_max_s), 0.0))
        self._highs.setOptionValue("objective_target", -np.inf if assez is None else -assez)
        if depart is not None:
            solution = highspy.HighsSolution()
            solution.col_value = depart.tolist()
            self._highs.setSolution(solution)
        self._highs.run()
        if entiers and self._is_suspect():
            self._highs.setOptionValue("presolve", "off")
            self._highs.run()
            self._highs.setOptionValue("presolve", "choose")
        statut = self._highs.getModelStatus()
        infos = self._highs.getInfo()
        impossible = statut in _IMPOSSIBLES
        if infos.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            borne = -float(infos.mip_dual_bound) if entiers and not impossible else np.inf
            return Reponse(None, -np.inf, borne, None, impossible)
        lue = self._highs.getSolution()
        x = np.asarray(lue.col_value, dtype=np.float64)
        objectif = float(self._gains @ x)
        proven = statut == highspy.HighsModelStatus.kOptimal
        if entiers:
            return Reponse(x, objectif, -float(infos.mip_dual_bound), None, impossible)
        return Reponse(x, objectif, objectif if proven else np.inf, -np.asarray(lue.col_dual), impossible)

    def _is_suspect(self) -> bool:
        """Whether the answer of an integer program has to be asked again without simplifying it first.

        The solver's presolve was seen to find a program without solution that had some (coefficients from 1 to 20,000,
        a row with little slack), and then to call the solution it was given optimal, without any bound.
        """
        statut = self._highs.getModelStatus()
        sans_borne = np.isinf(self._highs.getInfo().mip_dual_bound)
        return statut in _IMPOSSIBLES or (statut == highspy.HighsModelStatus.kOptimal and bool(sans_borne))


def solve(
    programme: Programme,
    *,
    entiers: Booleens | None = None,
    depart: Flottants | None = None,
    temps_max_s: float = 60.0,
    assez: float | None = None,
) -> Reponse:
    """Solve the linear program, or the integer one when `entiers` marks variables; see `Modele.solve`."""
    modele = Modele(programme)
    if entiers is not None:
        modele.mark_entiers(entiers)
    return modele.solve(entiers=entiers is not None, depart=depart, temps_max_s=temps_max_s, assez=assez)
