"""The site and the worker side by side: with two small programs in their place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tierslieux.installation import superviseur

# Writes its number at each start, then sleeps; ends with 0 when asked to stop.
PROGRAMME = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open(sys.argv[1], "a") as journal:
    print(os.getpid(), file=journal)
time.sleep(float(sys.argv[2]))
sys.exit(int(sys.argv[3]))
"""
LONGTEMPS = "60"


def wait_for(condition: Callable[[], bool], duree_max_s: float = 20.0) -> None:
    fin = time.monotonic() + duree_max_s
    while not condition():
        assert time.monotonic() < fin, "it does not happen"
        time.sleep(0.05)


def list_starts(journal: Path) -> list[int]:
    return [int(ligne) for ligne in journal.read_text().split()] if journal.exists() else []


def is_alive(numero: int) -> bool:
    """Whether the process lives: one that has ended and awaits its parent does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{numero}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Paire:
    """The supervisor of two programs."""

    def __init__(self, dossier: Path, site: tuple[str, str], ouvrier: tuple[str, str]) -> None:
        self.site, self.ouvrier = dossier / "site", dossier / "ouvrier"
        self.processus = subprocess.Popen(
            [
                *(sys.executable, superviseur.__file__),
                *(sys.executable, "-c", PROGRAMME, str(self.site), *site),
                superviseur.SEPARATEUR,
                *(sys.executable, "-c", PROGRAMME, str(self.ouvrier), *ouvrier),
            ],
            stderr=subprocess.DEVNULL,
        )

    def wait_started(self) -> tuple[int, int]:
        """Numbers of the two, once both run."""
        wait_for(lambda: bool(list_starts(self.site) and list_starts(self.ouvrier)))
        return list_starts(self.site)[0], list_starts(self.ouvrier)[0]


@pytest.fixture
def superviser(tmp_path: Path) -> Iterator[Callable[..., Paire]]:
    paires: list[Paire] = []

    def lancer(site: tuple[str, str] = (LONGTEMPS, "0"), ouvrier: tuple[str, str] = (LONGTEMPS, "0")) -> Paire:
        paires.append(Paire(tmp_path, site, ouvrier))
        return paires[-1]

    yield lancer
    for paire in paires:
        paire.processus.kill()
        paire.processus.wait()


@pytest.mark.parametrize("numero", [signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_stops_both(superviser: Callable[..., Paire], numero: signal.Signals) -> None:
    paire = superviser()
    site, ouvrier = paire.wait_started()
    paire.processus.send_signal(numero)
    assert paire.processus.wait(20) == 0
    assert not is_alive(site)
    assert not is_alive(ouvrier)


def test_killed_without_warning_it_takes_both_along(superviser: Callable[..., Paire]) -> None:
    paire = superviser()
    site, ouvrier = paire.wait_started()
    paire.processus.kill()
    paire.processus.wait()
    wait_for(lambda: not is_alive(site) and not is_alive(ouvrier))


def test_a_worker_that_is_killed_is_started_again_and_the_site_goes_on(superviser: Callable[..., Paire]) -> None:
    paire = superviser()
    site, ouvrier = paire.wait_started()
    os.kill(ouvrier, signal.SIGKILL)
    wait_for(lambda: len(list_starts(paire.ouvrier)) == 2)
    assert is_alive(site)
    assert list_starts(paire.site) == [site]


def test_a_worker_that_cannot_start_is_tried_less_and_less_often(superviser: Callable[..., Paire]) -> None:
    debut_s = time.monotonic()
    paire = superviser(ouvrier=("0", "1"))
    wait_for(lambda: len(list_starts(paire.ouvrier)) == 3)
    # It waits 1 second, then 2.
    assert time.monotonic() - debut_s >= 3
    assert is_alive(paire.wait_started()[0])


def test_the_site_that_ends_ends_all_with_its_code(superviser: Callable[..., Paire]) -> None:
    paire = superviser(site=("0.5", "7"))
    _, ouvrier = paire.wait_started()
    assert paire.processus.wait(20) == 7
    assert not is_alive(ouvrier)
