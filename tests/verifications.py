"""`python -m tests.verifications`: what is checked against an independent answer, in figures; exit 1 on a disagreement.

Needs no database, but for `--couverture`, which checks what is computed in that of DATABASE_URL instead. `--plans`
needs spopt, which is no dependency. The suite runs smaller versions of the same.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.oracles.couverture import run_couverture
from tests.oracles.horaires import run_oracle
from tests.oracles.phrases import run_phrases
from tests.oracles.plans import run_plans
from tests.oracles.trajets import run_trajets
from tierslieux.config import Settings
from tierslieux.core.db import create_engine_for, session_factory

T = TypeVar("T")

# Of the phrases that an independent person wrote.
PART_JUSTE_MIN = 0.95
EXEMPLES_MAX = 10


def main() -> int:
    """Run the three checks, or that of coverage or of plans, and print their figures as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=200_000, help="draws of hours and of journeys (default: 200,000)")
    options.add_argument("--seed", type=int, default=1, help="of the draws (default: 1)")
    options.add_argument(
        "--couverture", action="store_true", help="the coverage of the database of DATABASE_URL, in place of the rest"
    )
    options.add_argument(
        "--plans", type=int, metavar="N", help="N plans of each objective beside spopt's, in place of the rest (try 30)"
    )
    choix = options.parse_args()
    if choix.plans:
        return check_plans(choix.plans, choix.seed)
    if choix.couverture:
        return check_couverture()
    horaires, duree_horaires_s = _time(lambda: run_oracle(choix.n, choix.seed))
    phrases, duree_phrases_s = _time(run_phrases)
    trajets, duree_trajets_s = _time(lambda: run_trajets(choix.n, choix.seed))
    part = phrases.justes / phrases.phrases
    rapport = {
        "horaires": _report(horaires.verifications, horaires.desaccords, duree_horaires_s),
        "phrases": {
            "phrases": phrases.phrases,
            "justes": phrases.justes,
            "part": round(part, 4),
            "fautes": [str(faute) for faute in phrases.fautes],
            "duree_s": duree_phrases_s,
        },
        "trajets": _report(trajets.verifications, trajets.desaccords, duree_trajets_s),
    }
    sys.stdout.write(json.dumps(rapport, ensure_ascii=False, indent=2) + "\n")
    return int(bool(horaires.desaccords or trajets.desaccords or part < PART_JUSTE_MIN))


def check_couverture() -> int:
    """Compare coverage with brute force on three départements, and print the figures as JSON."""
    url = Settings.from_env({"TIERSLIEUX_SECRET_KEY": "x", "TIERSLIEUX_DEVELOPMENT": "1", **os.environ}).database_url
    if url is None:
        raise SystemExit("DATABASE_URL is not set")
    with session_factory(create_engine_for(url))() as session:
        bilan, duree_s = _time(lambda: run_couverture(session))
    rapport = {"couverture": _report(bilan.verifications, bilan.desaccords, duree_s)}
    sys.stdout.write(json.dumps(rapport, ensure_ascii=False, indent=2) + "\n")
    return int(bool(bilan.desaccords))


def check_plans(nombre: int, graine: int) -> int:
    """Compare optima with those of spopt, and print the figures as JSON."""
    bilan, duree_s = _time(lambda: run_plans(nombre, graine))
    rapport = {"plans": _report(bilan.verifications, bilan.desaccords, duree_s)}
    sys.stdout.write(json.dumps(rapport, ensure_ascii=False, indent=2) + "\n")
    return int(bool(bilan.desaccords))


def _time(run: Callable[[], T]) -> tuple[T, float]:
    debut = time.perf_counter()
    return run(), round(time.perf_counter() - debut, 1)


def _report(verifications: int, desaccords: Sequence[object], duree_s: float) -> dict[str, object]:
    return {
        "verifications": verifications,
        "desaccords": len(desaccords),
        "exemples": [str(desaccord) for desaccord in desaccords[:EXEMPLES_MAX]],
        "duree_s": duree_s,
    }


if __name__ == "__main__":
    sys.exit(main())
