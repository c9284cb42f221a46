"""Plans and scenarios of a territory, from the session: what pages, files and commands call."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tierslieux.core.memoire import Memoire
from tierslieux.planification.calculs import services as calculs
from tierslieux.planification.etude import Etude
from tierslieux.planification.evaluation import Evaluation, evaluate
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.plans import build_empreinte, compute_plan, read_resultat
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.terrain import Terrain

# Some 20 kB each.
_PLANS: Memoire[Resultat] = Memoire(200)


def find_plan(session: Session, etude: Etude, *, temps_max_s: float = 20.0) -> Resultat:
    """The best plan of a study, computed or remembered; past the time limit, the best found with its bound.

    Raises InvalidInputError, NotFoundError, ComputationError, and InfaisableError with the two figures that clash.
    """
    terrain = load_terrain(session, etude)
    empreinte = build_empreinte(terrain, etude)
    resultat = _PLANS.get(empreinte)
    if resultat is not None:
        return resultat
    resultat = find_calcule(session, etude, terrain, empreinte)
    if resultat is None:
        resultat = compute_plan(terrain, etude, temps_max_s=temps_max_s)
    if resultat.est_optimal:
        _PLANS.set(empreinte, resultat)
    return resultat


def find_calcule(session: Session, etude: Etude, terrain: Terrain, empreinte: str) -> Resultat | None:
    """The plan that a job has found on the same data, where there is one."""
    calcul = calculs.find_fini(session, etude)
    if calcul is None or calcul.resultat is None or calcul.resultat["digest"] != empreinte:
        return None
    return read_resultat(terrain, etude, calcul.resultat)


def evaluate_etude(session: Session, etude: Etude) -> Evaluation:
    """What the changes of a scenario do, beside today; same errors."""
    return evaluate(load_terrain(session, etude), etude)
