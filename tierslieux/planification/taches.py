"""The jobs of plans: compute one that is too long for a page, forget the old ones.

They run in the process of `flask imports worker`. A computation that is cut off is begun again from its beginning.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from procrastinate import App, JobContext
from procrastinate.exceptions import JobAborted
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core import taches
from tierslieux.core.db import transaction
from tierslieux.core.errors import TiersLieuxError
from tierslieux.lieux import recherches_vaines
from tierslieux.planification.calculs import series
from tierslieux.planification.calculs import services as calculs
from tierslieux.planification.calculs.services import ARRETE, Statut
from tierslieux.planification.etude import Etude
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.models import CalculPlan
from tierslieux.planification.plans import compute_plan
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.planification.tables import depot as depot_tables
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.choix import CLE, Choix

logger = logging.getLogger(__name__)

PURGER = "planification.purger"
# Every hour, because a machine that is on in the daytime only would miss a fixed hour of the night.
HORAIRE_PURGER = "47 * * * *"
# What a plan that is asked for as a job may take; a page gives up much sooner.
TEMPS_MAX_S = 600.0
ERREUR = "Le calcul a rencontré un problème inattendu ({}). Vous pouvez le demander de nouveau."


class ArretDemandeError(Exception):
    """Somebody does not want the computation any more, or another job does it."""


def register(app: App, fabrique: sessionmaker[Session], choix: Choix) -> None:
    """Give procrastinate the jobs; the statements of these sessions have no time limit."""

    @app.task(name=calculs.CALCULER, queue=taches.FILE, pass_context=True, retry=taches.Reprise())
    def calculer(context: JobContext, calcul_id: str) -> None:
        _Travail(fabrique, choix, context.should_abort).run(calcul_id, context.job.id)

    @app.periodic(cron=HORAIRE_PURGER)
    @app.task(name=PURGER, queue=taches.FILE, queueing_lock=PURGER, retry=taches.Reprise())
    def purger(timestamp: int) -> None:
        now = dt.datetime.now(dt.UTC)
        with fabrique() as session, transaction(session):
            oublies = calculs.purge(session, now=now)
            tables = depot_tables.purge(session, now=now)
            vaines = recherches_vaines.purge(session, today=now.date())
            etudes = scenarios.purge(session, now=now)
        logger.info("purge=%d plans=%d tables=%d searches=%d scenarios=%d", timestamp, oublies, tables, vaines, etudes)


class _Travail:
    """One job on one computation."""

    def __init__(self, fabrique: sessionmaker[Session], choix: Choix, should_abort: Callable[[], bool]) -> None:
        self._fabrique = fabrique
        self._choix = choix
        self._should_abort = should_abort

    def run(self, calcul_id: str, job_id: int | None) -> None:
        """Do the job; a refusal, a wish to stop and an unexpected error are written in the row, a cut is raised."""
        with self._fabrique() as session, transaction(session):
            calcul = calculs.take(session, calcul_id, job_id)
        if calcul is None:
            logger.info("plan=%s job=%s event=nothing_to_do", calcul_id, job_id)
            return
        try:
            resultat = self._compute(calcul)
        except (JobAborted, *taches.PERTES_DE_BASE):
            raise
        except ArretDemandeError:
            self._write_fin(calcul, Statut.ANNULE, ARRETE)
        except TiersLieuxError as erreur:
            self._write_fin(calcul, Statut.ECHEC, erreur.message)
        except Exception as erreur:
            # The outer edge of a job: people must see that it failed, then the queue and the log.
            self._write_fin(calcul, Statut.ECHEC, ERREUR.format(type(erreur).__name__))
            raise
        else:
            with self._fabrique() as session, transaction(session):
                calculs.record_fin(session, calcul, Statut.FINI, now=dt.datetime.now(dt.UTC), resultat=resultat)

    def _compute(self, calcul: CalculPlan) -> dict[str, object]:
        etude = Etude.from_json(calcul.etude)
        self._tell(calcul, 0.02, "Lecture des données du territoire")
        # Not the session that writes where the job stands: this one reads for a long time.
        with self._fabrique() as session:
            session.info[CLE] = self._choix
            if calcul.par is not None:
                return self._compute_serie(session, calcul, etude, Niveau(calcul.par))
            terrain = load_terrain(session, etude)
        self._tell(calcul, 0.2, "Recherche du meilleur plan, puis de sa preuve")
        resultat = compute_plan(terrain, etude, temps_max_s=TEMPS_MAX_S)
        self._tell(calcul, 0.95, "Écriture du résultat")
        return resultat.to_json()

    def _compute_serie(self, session: Session, calcul: CalculPlan, etude: Etude, par: Niveau) -> dict[str, object]:
        parties = []
        attendues = series.list_parties(session, etude, par)
        for fait, ici in enumerate(attendues):
            self._tell(calcul, 0.02 + 0.96 * fait / len(attendues), f"{ici.nom}, {fait} sur {len(attendues)} faits")
            parties.append(series.compute_partie(session, etude, par, ici, temps_max_s=series.PARTIE_TEMPS_MAX_S))
        return series.write_serie(etude, par, parties)

    def _tell(self, calcul: CalculPlan, avance: float, message: str) -> None:
        """Write how far the job is; raises JobAborted when the worker is asked to stop, ArretDemandeError by people."""
        if self._should_abort():
            raise JobAborted
        with self._fabrique() as session, transaction(session):
            continue_ = calculs.write_avance(session, calcul, avance, message)
        if not continue_:
            raise ArretDemandeError

    def _write_fin(self, calcul: CalculPlan, statut: Statut, message: str) -> None:
        with self._fabrique() as session, transaction(session):
            calculs.record_fin(session, calcul, statut, now=dt.datetime.now(dt.UTC), message=message)
