"""`python -m tests.benchmarks.arrets`: kill -9 of the worker and of PostgreSQL during imports, at random moments.

On a private cluster of its own, in a temporary folder. Each import goes through the jobs, as from the pages: a depot,
its reading, its application. At a random moment the worker, or the postmaster, or both are killed, then started
again, as `flask serve` and a person would. Each import must end with the counts of before or of after, never between,
and be applied or say why not. Bounded: some 8 s an import.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.integration.imports.conftest import write_lieux
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for, session_factory, transaction
from tierslieux.core.taches import PERTES_DE_BASE
from tierslieux.imports.depots import depots
from tierslieux.imports.depots.depots import EtatDepot
from tierslieux.installation import cluster, schema
from tierslieux.lieux.models import Changement, Execution, FicheSource, Lieu

T = TypeVar("T")

ARRETS = 50
LIGNES = 400
# Each file changes every row of the one before and adds this many.
AJOUTS = 10
ATTENTE_MAX_S = 60.0
SYLLABES = [consonne + voyelle for consonne in "bdfgklmnprstvz" for voyelle in "aeiou"]
SUR_LA_CARTE = "SELECT sum(nombre) FROM grappe WHERE zoom = 5 AND service IS NULL"
CIBLES = ("worker", "PostgreSQL", "both")


class Comptes(NamedTuple):
    """What the database holds, in figures that any half-written import would set at odds."""

    lieux: int
    fiches: int
    changements: int
    reussies: int
    sur_la_carte: int
    numeros: tuple[str, ...]


VIDE = Comptes(0, 0, 0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Essai:
    """One import that was cut: what was killed, in which state of the depot, what the database held then, the end.

    `au_reveil` is "before" or "after": what was found once the killed program was back, before the job went on.
    """

    cible: str
    etat: str
    au_reveil: str
    fin: str
    message: str | None
    reprise_s: float


def build_fichier(dossier: Path, edition: int, lignes: int = LIGNES) -> bytes:
    """Edition n (from 1): every address has the number n. No two places look alike: none is merged with another."""
    rangees = []
    for numero in range(lignes + AJOUTS * edition):
        hasard = random.Random(numero)  # noqa: S311  (words that are the same in every edition)
        mots = ["".join(hasard.choice(SYLLABES) for _ in range(4)) for _ in range(4)]
        rangees.append(
            {
                "id": str(numero),
                "nom": " ".join(mots[:3]).title(),
                "adresse": f"{edition} rue {mots[3].title()}",
                "latitude": str(48.36 + numero / 10_000),
            }
        )
    return write_lieux(dossier / "edition.csv", rangees).read_bytes()


def compute_apres(avant: Comptes, edition: int, lignes: int = LIGNES) -> Comptes:
    """The counts after an edition: one address changed, or one place opened, for each row."""
    nombre = lignes + AJOUTS * edition
    return Comptes(nombre, nombre, avant.changements + nombre, avant.reussies + 1, nombre, (str(edition),))


@dataclass
class Banc:
    """A cluster, a worker on it, and a person who gives files."""

    var_dir: Path
    engine: Engine
    url: str
    worker: subprocess.Popen[bytes] | None = None
    essais: list[Essai] = field(default_factory=list)

    def start_worker(self) -> None:
        """Start a worker, as the supervisor does when there is none."""
        journal = (self.var_dir / "worker.log").open("ab")
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.imports.ouvrier", self.url, str(self.var_dir)],
            cwd=RACINE,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            stdout=journal,
            stderr=journal,
        )
        journal.close()

    def kill(self, cible: str) -> None:
        """Kill without warning (SIGKILL)."""
        if cible in {"worker", "both"} and self.worker is not None:
            self.worker.kill()
            self.worker.wait()
        if cible in {"PostgreSQL", "both"}:
            numero = cluster.status(self.var_dir).pid
            if numero is None:
                raise RuntimeError("the cluster does not run")
            os.kill(numero, signal.SIGKILL)

    def restart(self, cible: str) -> None:
        """Start again what was killed."""
        if cible in {"PostgreSQL", "both"}:
            cluster.ensure_running(self.var_dir)
        if cible in {"worker", "both"}:
            self.start_worker()

    def read_comptes(self) -> Comptes:
        """What the database holds, once the server has seen that the killed worker is gone."""

        def read(session: Session) -> Comptes:
            def count(table: type) -> int:
                return session.scalar(select(func.count()).select_from(table)) or 0

            reussies = select(func.count()).select_from(Execution).where(Execution.statut == "reussie")
            return Comptes(
                count(Lieu),
                count(FicheSource),
                count(Changement),
                session.scalar(reussies) or 0,
                session.scalar(text(SUR_LA_CARTE)) or 0,
                tuple(sorted(set(session.scalars(select(func.split_part(Lieu.adresse, " ", 1).label("numero")))))),
            )

        return self.ask(read)

    def ask(self, question: Callable[[Session], T]) -> T:
        """Ask the database, again as long as it is away."""
        fin = time.monotonic() + ATTENTE_MAX_S
        while True:
            try:
                with session_factory(self.engine)() as session, transaction(session):
                    return question(session)
            except PERTES_DE_BASE:
                if time.monotonic() > fin:
                    raise
                time.sleep(0.05)

    def give(self, contenu: bytes) -> str:
        """Give a file and have it read; the key of its depot."""

        def donner(session: Session) -> str:
            depot = depots.create_depot(
                session,
                nom_fichier="lieux.csv",
                contenu=contenu,
                source_id="demonstration",
                correspondance=None,
                reconnu={},
                proposition={},
                now=dt.datetime.now(dt.UTC),
            )
            depots.start_lecture(session, depot.cle, now=dt.datetime.now(dt.UTC))
            return depot.cle

        return self.ask(donner)

    def step(self, cle: str) -> tuple[EtatDepot, str | None]:
        """Where the depot stands; a preview is applied as soon as it is seen."""

        def regarder(session: Session) -> tuple[EtatDepot, str | None]:
            depot = depots.get_depot(session, cle)
            etat, message = EtatDepot(depot.etat), depot.message
            if etat is EtatDepot.APERCU:
                depots.start_application(session, cle, vu=depots.get_version(depot), now=dt.datetime.now(dt.UTC))
            return etat, message

        return self.ask(regarder)

    def finish(self, cle: str) -> tuple[EtatDepot, str | None]:
        """Follow the import to its end."""
        fin = time.monotonic() + ATTENTE_MAX_S
        while time.monotonic() < fin:
            etat, message = self.step(cle)
            if etat not in depots.EN_COURS and etat is not EtatDepot.APERCU:
                return etat, message
            if self.worker is not None and self.worker.poll() is not None:
                # It may not have found the database at its start.
                self.start_worker()
            time.sleep(0.03)
        raise RuntimeError(f"the import hangs: {self.step(cle)}")

    def cut(self, cible: str, contenu: bytes, moment_s: float, avant: Comptes, apres: Comptes) -> Comptes:
        """Give a file, kill at that moment, start again, follow to the end; the counts, which must be of one side."""
        cle, debut_s = self.give(contenu), time.monotonic()
        etat, _ = self.step(cle)
        while time.monotonic() - debut_s < moment_s:
            etat, _ = self.step(cle)
            time.sleep(0.01)
        self.kill(cible)
        tue_s = time.monotonic()
        self.restart(cible)
        reveil = self.read_comptes()
        check(reveil in {avant, apres}, f"between two editions after the kill: {reveil}")
        fin, message = self.finish(cle)
        duree_s = time.monotonic() - tue_s
        comptes = self.read_comptes()
        check(comptes == (apres if fin is EtatDepot.APPLIQUE else avant), f"{fin}: {comptes}")
        check(fin is EtatDepot.APPLIQUE or bool(message), f"{fin} without a reason")
        cote = "after" if reveil == apres else "before"
        if etat is not EtatDepot.APPLIQUE:  # faster than the one that gave the duration: nothing was cut
            self.essais.append(Essai(cible, etat.value, cote, fin.value, message, duree_s))
        return comptes


def check(condition: bool, message: str) -> None:  # noqa: FBT001  (reads as an assertion that no option takes away)
    """Stop on a broken promise."""
    if not condition:
        raise AssertionError(message)


@contextmanager
def open_banc(dossier: Path) -> Iterator[Banc]:
    """A bench on a new cluster in this folder; everything that it started ends with it."""
    url = cluster.ensure_running(dossier)
    engine = create_engine_for(url)
    schema.upgrade(engine)
    banc = Banc(dossier, engine, url)
    banc.start_worker()
    try:
        yield banc
    finally:
        if banc.worker is not None:
            banc.worker.kill()
            banc.worker.wait()
        engine.dispose()
        cluster.stop(dossier)


def run(banc: Banc, arrets: int, hasard: random.Random, *, dire: Callable[[str], None], lignes: int = LIGNES) -> None:
    """Cut so many imports, the targets in turn; raises AssertionError at the first promise that is broken."""
    comptes, edition = VIDE, 0
    duree_s = 0.0
    for _ in range(2):  # the second tells how long an update of everything takes
        edition, debut_s = edition + 1, time.monotonic()
        attendu = compute_apres(comptes, edition, lignes)
        fin = banc.finish(banc.give(build_fichier(banc.var_dir, edition, lignes)))
        check(fin[0] is EtatDepot.APPLIQUE, str(fin))
        duree_s, comptes = time.monotonic() - debut_s, banc.read_comptes()
        check(comptes == attendu, f"{comptes}, expected {attendu}")
    for _ in range(2 * arrets):
        rang = len(banc.essais)
        if rang == arrets:
            return
        attendu = compute_apres(comptes, edition + 1, lignes)
        contenu = build_fichier(banc.var_dir, edition + 1, lignes)
        suivant = banc.cut(CIBLES[rang % len(CIBLES)], contenu, hasard.uniform(0, duree_s), comptes, attendu)
        edition += suivant == attendu
        comptes = suivant
        if len(banc.essais) > rang:
            dire(f"{rang + 1}/{arrets} {banc.essais[-1]}")
    check(len(banc.essais) == arrets, f"only {len(banc.essais)} imports were cut: the machine is too uneven")


def build_table(essais: list[Essai]) -> Table:
    """The figures by what was killed."""
    table = Table(title=f"{len(essais)} imports cut by kill -9")
    for colonne in (
        "killed",
        "imports",
        "cut before its commit, resumed",
        "cut after its commit",
        "gave up with a reason",
    ):
        table.add_column(colonne, justify="left" if colonne == "killed" else "right")
    table.add_column("end after the kill, median / max", justify="right")
    for cible in CIBLES:
        siens = [essai for essai in essais if essai.cible == cible]
        if not siens:
            continue
        table.add_row(
            cible,
            str(len(siens)),
            str(sum(e.au_reveil == "before" and e.fin == "applique" for e in siens)),
            str(sum(e.au_reveil == "after" for e in siens)),
            str(sum(e.fin != "applique" for e in siens)),
            f"{statistics.median(e.reprise_s for e in siens):.1f} s / {max(e.reprise_s for e in siens):.1f} s",
        )
    return table


def main() -> None:
    """Cut, then print the figures and the states in which imports were cut."""
    lecteur = argparse.ArgumentParser(prog="python -m tests.benchmarks.arrets", description=__doc__)
    lecteur.add_argument("--arrets", type=int, default=ARRETS, help=f"imports to cut (default {ARRETS}, at most 200)")
    lecteur.add_argument("--graine", type=int, help="seed of the moments; told at the start")
    options = lecteur.parse_args()
    logging.getLogger("tierslieux.installation").setLevel(logging.ERROR)
    console = Console(stderr=True)
    graine = options.graine if options.graine is not None else random.SystemRandom().randrange(2**32)
    console.print(f"seed {graine}")
    with tempfile.TemporaryDirectory(prefix="tierslieux-arrets-") as dossier, open_banc(Path(dossier)) as banc:
        run(banc, min(options.arrets, 200), random.Random(graine), dire=console.print)  # noqa: S311  (moments)
        Console(width=150).print(build_table(banc.essais))


if __name__ == "__main__":
    main()
