"""The worker or PostgreSQL killed without warning during imports: before or after, never between, and always an end.

A handful here; `python -m tests.benchmarks.arrets` does fifty and prints what became of each.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.benchmarks.arrets import CIBLES, Banc, build_fichier, open_banc, run
from tierslieux.core import taches
from tierslieux.core.db import create_engine_for
from tierslieux.imports.depots import depots
from tierslieux.imports.depots.depots import EtatDepot

LIGNES = 150


@pytest.fixture
def banc(tmp_path: Path) -> Iterator[Banc]:
    with open_banc(tmp_path / "var") as ouvert:
        yield ouvert


def test_killed_at_any_moment_each_import_ends_before_or_after(banc: Banc) -> None:
    graine = random.SystemRandom().randrange(2**32)
    hasard = random.Random(graine)  # noqa: S311  (moments to kill at, told when the test fails)
    dites = [f"seed {graine}"]
    try:
        run(banc, 2 * len(CIBLES), hasard, dire=dites.append, lignes=LIGNES)
    except (AssertionError, RuntimeError) as erreur:
        journal = (banc.var_dir / "worker.log").read_text(encoding="utf-8")[-4_000:]
        raise AssertionError("\n".join([*dites, journal])) from erreur
    # Nothing here but the kills can stop an import, and none kills three times: all of them go through.
    assert {essai.fin for essai in banc.essais} == {EtatDepot.APPLIQUE}, dites
    assert banc.ask(taches.has_ouvrier)


def test_a_worker_that_is_asked_to_stop_gives_its_job_back(base_neuve: str, tmp_path: Path) -> None:
    engine = create_engine_for(base_neuve)
    banc = Banc(tmp_path, engine, base_neuve)
    banc.start_worker()
    assert banc.worker is not None
    try:
        cle = banc.give(build_fichier(tmp_path, 1, 3_000))

        def find_progression(session: Session) -> object:
            return depots.get_depot(session, cle).progression

        wait_for(lambda: banc.ask(find_progression) is not None)
        banc.worker.terminate()
        assert banc.worker.wait(20) == 0
        numero, etat = banc.ask(lambda session: (depots.get_depot(session, cle).job_id, banc.step(cle)[0]))
        assert etat is EtatDepot.LECTURE
        assert banc.ask(lambda session: taches.list_etats(session, [numero or 0])[numero or 0].etat) == "todo"
        banc.start_worker()
        assert banc.finish(cle) == (EtatDepot.APPLIQUE, None)
    finally:
        banc.worker.kill()
        banc.worker.wait()
        engine.dispose()


def wait_for(condition: Callable[[], bool], duree_max_s: float = 60.0) -> None:
    fin = time.monotonic() + duree_max_s
    while not condition():
        assert time.monotonic() < fin, "it does not happen"
        time.sleep(0.02)
