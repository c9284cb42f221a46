"""The jobs of imports: read a file given on the pages, apply it, refresh sources by themselves, forget old files.

They run in the process of `flask imports worker` (core/ouvrier.py), one at a time. Each may be cut off at any moment
and done again: see traitements.py for why that does no harm.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass

from procrastinate import App, JobContext
from procrastinate.exceptions import JobAborted
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from tierslieux import courriels
from tierslieux.config import Settings
from tierslieux.contributions import rafraichissement as contributions
from tierslieux.contributions.donnees import taches as donnees
from tierslieux.contributions.liens_prives import CLE as CLE_CONTRIBUTIONS
from tierslieux.contributions.suivi import taches as suivi
from tierslieux.contributions.votes import taches as votes
from tierslieux.core import ouvrier, taches
from tierslieux.core.db import create_engine_for, session_factory, transaction
from tierslieux.core.errors import TiersLieuxError
from tierslieux.correspondance import build_reglages
from tierslieux.couverture import taches as couverture
from tierslieux.imports import services
from tierslieux.imports.contrat import Fichier, Source
from tierslieux.imports.depots import depots, refraichissement, traitements
from tierslieux.imports.depots.depots import ARRETE, EtatDepot
from tierslieux.imports.models import Depot
from tierslieux.imports.rapport import REUSSIE
from tierslieux.imports.services import ArretDemandeError
from tierslieux.planification import taches as planification
from tierslieux.planification.calculs import services as calculs
from tierslieux.trajets.choix import build_choix

logger = logging.getLogger(__name__)

RAFRAICHIR, RAFRAICHIR_SOURCE = "imports.rafraichir_sources", "imports.rafraichir_source"
PURGER = "imports.purger_depots"
# Every hour, because a machine that is on in the daytime only would miss a fixed hour of the night.
HORAIRE_RAFRAICHIR = "11 * * * *"
HORAIRE_PURGER = "41 * * * *"
# More often than this, nobody sees the bar move, and the row is rewritten each time.
INTERVALLE_S = 0.5
ERREUR = "Le traitement a rencontré un problème inattendu ({}). Rien n’a changé ; vous pouvez recommencer."


@dataclass(frozen=True, slots=True)
class Contexte:
    """What jobs work with. Statements of these sessions have no time limit."""

    session_factory: sessionmaker[Session]
    settings: Settings

    def get_now(self) -> dt.datetime:
        """The present instant."""
        return dt.datetime.now(dt.UTC)


class Suivi:
    """The progress of a job, written in its depot by a connection of its own, twice a second at most.

    Raises ArretDemandeError when people asked to stop, JobAborted when the worker is asked to; `arrete` tells the
    first. Losing the database here does not stop the job: its own connection will say.
    """

    def __init__(self, session_factory: sessionmaker[Session], depot_id: int, should_abort: Callable[[], bool]) -> None:
        self._session_factory = session_factory
        self._depot_id = depot_id
        self._should_abort = should_abort
        self._ecrit_s = 0.0
        self._etape: str | None = None
        self._debut_at = ""
        self.arrete = False
        # Once the run's transaction is over, nothing can be stopped any more.
        self.termine = False

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """See core.progress.Progress."""
        if self.termine:
            return
        if self._should_abort():
            raise JobAborted
        maintenant_s = time.monotonic()
        if stage == self._etape and maintenant_s - self._ecrit_s < INTERVALLE_S:
            return
        if stage != self._etape:
            self._etape, self._debut_at = stage, dt.datetime.now(dt.UTC).isoformat()
        self._ecrit_s = maintenant_s
        self.arrete = self._write(stage, done, total)
        if self.arrete:
            raise ArretDemandeError

    def _write(self, etape: str, fait: int, total: int | None) -> bool:
        progression = {"etape": etape, "fait": fait, "total": total, "debut_at": self._debut_at}
        try:
            with self._session_factory() as session, transaction(session):
                return bool(traitements.write_progression(session, self._depot_id, progression))
        except taches.PERTES_DE_BASE as erreur:
            logger.warning("depot=%d progress=dropped error=%s", self._depot_id, type(erreur).__name__)
            return False


def register(app: App, contexte: Contexte) -> None:
    """Give procrastinate the jobs of imports."""
    reprise = taches.Reprise()

    @app.task(name=depots.LIRE, queue=taches.FILE, pass_context=True, retry=reprise)
    def lire_depot(context: JobContext, depot_id: int) -> None:
        _Travail(contexte, context).run(depot_id, _read)

    @app.task(name=depots.APPLIQUER, queue=taches.FILE, pass_context=True, retry=reprise)
    def appliquer_depot(context: JobContext, depot_id: int) -> None:
        _Travail(contexte, context).run(depot_id, _apply)

    @app.periodic(cron=HORAIRE_RAFRAICHIR)
    @app.task(name=RAFRAICHIR, queue=taches.FILE, queueing_lock=RAFRAICHIR, retry=reprise)
    def rafraichir_sources(timestamp: int) -> None:
        logger.info("refresh=%d", timestamp)
        with contexte.session_factory() as session, transaction(session):
            for source in refraichissement.list_dues(session, contexte.settings, now=contexte.get_now()):
                verrou = f"source:{source.id}"
                # One that waits already, the worker being busy for hours, is enough.
                with suppress(IntegrityError), session.begin_nested():
                    taches.defer(session, RAFRAICHIR_SOURCE, verrou=verrou, attente=verrou, source_id=source.id)

    @app.task(name=RAFRAICHIR_SOURCE, queue=taches.FILE, retry=reprise)
    def rafraichir_source(source_id: str) -> None:
        refraichissement.refresh(contexte.session_factory, contexte.settings, source_id, now=contexte.get_now())

    @app.periodic(cron=HORAIRE_PURGER)
    @app.task(name=PURGER, queue=taches.FILE, queueing_lock=PURGER, retry=reprise)
    def purger_depots(timestamp: int) -> None:
        with contexte.session_factory() as session, transaction(session):
            oublies = traitements.purge(session, now=contexte.get_now())
            taches.purge(session, jours=depots.CONSERVATION_JOURS)
        logger.info("purge=%d depots=%d", timestamp, oublies)

    choix = build_choix(contexte.settings)
    courriels.register(app, contexte.session_factory, contexte.settings)
    couverture.register(app, contexte.session_factory, choix)
    planification.register(app, contexte.session_factory, choix)
    contributions.register(app, contexte.session_factory)
    suivi.register(app, contexte.session_factory, mois=contexte.settings.relances_mois)
    votes.register(app, contexte.session_factory)
    donnees.register(app, contexte.session_factory, contexte.settings.secret_key)


def make_ronde(contexte: Contexte, rythme: taches.Rythme) -> Callable[[int | None, Collection[int]], None]:
    """What a worker does now and then: find the jobs of the dead, and the depots that no job will finish."""

    def ronde(ouvrier_id: int | None, vivants: Collection[int]) -> None:
        with contexte.session_factory() as session, transaction(session):
            taches.recover(session, ouvrier_id=ouvrier_id, vivants=vivants, rythme=rythme)
            traitements.close_abandons(session, now=contexte.get_now())
            calculs.close_abandons(session, now=contexte.get_now())

    return ronde


@dataclass(frozen=True, slots=True)
class _Travail:
    """One job on one depot: what reading and applying share."""

    contexte: Contexte
    job: JobContext

    def run(self, depot_id: int, faire: Callable[[_Travail, Depot, Source, Fichier, Suivi], str | None]) -> None:
        """Do the job; a refusal, a wish to stop and an unexpected error are written in the depot, a cut is raised."""
        with self.contexte.session_factory() as session, transaction(session):
            depot = traitements.take(session, depot_id, self.job.job.id)
        if depot is None:
            logger.info("depot=%d job=%s event=nothing_to_do", depot_id, self.job.job.id)
            return
        suivi = Suivi(self.contexte.session_factory, depot_id, self.job.should_abort)
        try:
            with self.contexte.session_factory() as session:
                source = traitements.build_source_du_depot(session, depot)
            refus = faire(self, depot, source, traitements.build_fichier(depot, source), suivi)
        except (JobAborted, *taches.PERTES_DE_BASE):
            raise
        except TiersLieuxError as erreur:
            refus = erreur.message
        except Exception as erreur:
            # The outer edge of a job: people must see that it failed, then the queue and the log.
            self.write_fin(depot, EtatDepot.ECHOUE, ERREUR.format(type(erreur).__name__))
            raise
        if suivi.arrete:
            self.write_fin(depot, EtatDepot.ANNULE, ARRETE)
        elif refus is not None:
            self.write_fin(depot, EtatDepot.REFUSE, refus)

    def write_fin(self, depot: Depot, etat: EtatDepot, message: str) -> None:
        """Write how the job ended."""
        with self.contexte.session_factory() as session, transaction(session):
            traitements.record_fin(session, depot, etat, message, now=self.contexte.get_now())


def _read(travail: _Travail, depot: Depot, source: Source, fichier: Fichier, suivi: Suivi) -> str | None:
    contexte = travail.contexte
    with contexte.session_factory() as session:
        derniere = depots.find_derniere(session, source.id)
    with services.open_geocodeur(contexte.settings) as geocodeur:
        apercu = services.preview_import(
            contexte.session_factory,
            source,
            fichier,
            now=contexte.get_now(),
            progress=suivi,
            geocodeur=geocodeur,
        )
    with contexte.session_factory() as session, transaction(session):
        traitements.record_apercu(session, depot, apercu, derniere=derniere, now=contexte.get_now())
    return None


def _apply(travail: _Travail, depot: Depot, source: Source, fichier: Fichier, suivi: Suivi) -> str | None:
    """Apply the file; why it is refused, or None."""
    contexte = travail.contexte

    def record(session: Session, execution_id: int) -> None:
        if not traitements.record_application(session, depot, execution_id, now=contexte.get_now()):
            # Asked to stop at the last moment, or applied meanwhile by another worker: this run is rolled back.
            suivi.arrete = True
            raise ArretDemandeError
        couverture.request_actualisation(session)
        suivi.termine = True

    with services.open_geocodeur(contexte.settings) as geocodeur:
        rapport = services.apply_import(
            contexte.session_factory,
            source,
            fichier,
            now=contexte.get_now(),
            accepter_pertes=depot.accepter_pertes,
            progress=suivi,
            on_session=record,
            geocodeur=geocodeur,
        )
    return None if rapport.statut == REUSSIE else rapport.message


def run_worker(engine: Engine, settings: Settings, *, rythme: taches.Rythme = taches.RYTHME) -> None:
    """Do the jobs of imports until SIGTERM or SIGINT, on the database of `engine`; outlives a stop of that one."""
    url = taches.find_url(engine)
    sans_limite = create_engine_for(url.render_as_string(hide_password=False))
    contexte = Contexte(session_factory(sans_limite, {CLE_CONTRIBUTIONS: build_reglages(settings)}), settings)
    app = taches.build_app(url)
    register(app, contexte)
    try:
        ouvrier.run(app, make_ronde(contexte, rythme), rythme=rythme)
    finally:
        sans_limite.dispose()
