"""An import killed at any moment (kill -9) leaves the counts of before or of after, never between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, func, select, text

from tests.integration.imports.conftest import write_lieux
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for
from tierslieux.lieux.models import Changement, Execution, FicheSource, Lieu, Rejet

# `python -m tests.benchmarks.arrets` cuts fifty more, of a real size.
ARRETS = 8
DUREE_MAX_S = 90.0
LIGNES = 1_500
# Each file changes every row of the one before and adds this many, and has that many rows to reject.
AJOUTS = 20
REJETS = 5


SUR_LA_CARTE = "SELECT sum(nombre) FROM grappe WHERE zoom = 5 AND service IS NULL"
AUTRES_SESSIONS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Etat(NamedTuple):
    """What the database holds, in figures that any half-written import would set at odds."""

    lieux: int
    fiches: int
    changements: int
    executions: int
    rejets: int
    sur_la_carte: int
    adresses_des_lieux: tuple[str, ...]
    adresses_des_fiches: tuple[str, ...]


VIDE = Etat(0, 0, 0, 0, 0, 0, (), ())


def build_fichier(dossier: Path, edition: int) -> Path:
    """Edition n (from 1): every address is "n rue Inventée"."""
    lignes = [
        {"id": str(numero), "adresse": f"{edition} rue Inventée", "latitude": str(48.36 + numero / 50_000)}
        for numero in range(LIGNES + AJOUTS * edition)
    ]
    lignes += [{"id": f"rejet-{numero}", "code_insee": "29999"} for numero in range(REJETS)]
    return write_lieux(dossier / f"edition-{edition}.csv", lignes)


def compute_apres(avant: Etat, edition: int) -> Etat:
    """The state after an edition, from the state before it."""
    nombre = LIGNES + AJOUTS * edition
    return Etat(
        lieux=nombre,
        fiches=nombre,
        changements=avant.changements + nombre,  # one address changed, or one place opened, for each row
        executions=avant.executions + 1,
        rejets=avant.rejets + REJETS,
        sur_la_carte=nombre,
        adresses_des_lieux=(f"{edition} rue Inventée",),
        adresses_des_fiches=(f"{edition} rue Inventée",),
    )


def read_etat(engine: Engine) -> Etat:
    with engine.connect() as connexion:

        def count(table: type) -> int:
            return connexion.scalar(select(func.count()).select_from(table)) or 0

        return Etat(
            lieux=count(Lieu),
            fiches=count(FicheSource),
            changements=count(Changement),
            executions=count(Execution),
            rejets=count(Rejet),
            sur_la_carte=connexion.scalar(text(SUR_LA_CARTE)) or 0,
            adresses_des_lieux=tuple(connexion.scalars(select(Lieu.adresse).distinct().order_by(Lieu.adresse))),
            adresses_des_fiches=tuple(
                connexion.scalars(select(FicheSource.valeurs["adresse"].astext.label("adresse")).distinct())
            ),
        )


def wait_alone(engine: Engine) -> None:
    """Wait until the server has seen that the killed import is gone, and rolled it back or committed it."""
    autres = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    limite = time.monotonic() + 20
    while time.monotonic() < limite:
        with engine.connect() as connexion:
            if connexion.scalar(autres) == 0:
                return
        time.sleep(0.02)
    pytest.fail("the server still runs the killed import after 20 s")


@pytest.fixture
def lanceur(base_neuve: str) -> Iterator[subprocess.Popen[str]]:
    processus = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.imports.lanceur", base_neuve],
        cwd=RACINE,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield processus
    assert processus.stdin is not None
    processus.stdin.close()
    assert processus.stdout is not None
    processus.stdout.close()
    assert processus.wait(timeout=20) == 0


def start(lanceur: subprocess.Popen[str], fichier: Path) -> int:
    """Begin an import; the number of its process."""
    assert lanceur.stdin is not None
    assert lanceur.stdout is not None
    lanceur.stdin.write(f"{fichier}\n")
    lanceur.stdin.flush()
    return int(lanceur.stdout.readline())


def wait(lanceur: subprocess.Popen[str]) -> int:
    """The exit code of the import under way."""
    assert lanceur.stdout is not None
    return int(lanceur.stdout.readline())


def test_killed_at_any_moment_it_leaves_before_or_after(
    base_neuve: str, lanceur: subprocess.Popen[str], tmp_path: Path
) -> None:
    graine = random.SystemRandom().randrange(2**32)
    hasard = random.Random(graine)  # noqa: S311  (moments to kill at, told when the test fails)
    engine = create_engine_for(base_neuve)
    debut_s = time.monotonic()

    edition = 1
    start(lanceur, build_fichier(tmp_path, edition))
    assert wait(lanceur) == 0
    wait_alone(engine)
    etat = read_etat(engine)
    assert etat == compute_apres(VIDE, edition)
    # How long an update of everything takes: the first run has also read the program.
    edition, depart_s = 2, time.monotonic()
    start(lanceur, build_fichier(tmp_path, edition))
    assert wait(lanceur) == 0
    duree_s = time.monotonic() - depart_s
    etat = read_etat(engine)

    tues = 0
    while tues < ARRETS and time.monotonic() - debut_s < DUREE_MAX_S:
        numero = start(lanceur, build_fichier(tmp_path, edition + 1))
        time.sleep(hasard.uniform(0, duree_s))
        with suppress(ProcessLookupError):  # it was faster than the one that gave the duration
            os.kill(numero, signal.SIGKILL)
        tues += wait(lanceur) == -signal.SIGKILL
        wait_alone(engine)
        apres, attendu = read_etat(engine), compute_apres(etat, edition + 1)
        assert apres in {etat, attendu}, f"seed {graine}, kill {tues}"
        if apres == attendu:
            edition, etat = edition + 1, apres
    assert tues >= ARRETS - 2, f"only {tues} kills in {DUREE_MAX_S:.0f} s"

    # Nothing is left in the way: the next import goes through.
    start(lanceur, build_fichier(tmp_path, edition + 1))
    assert wait(lanceur) == 0
    assert read_etat(engine) == compute_apres(etat, edition + 1)
    engine.dispose()
