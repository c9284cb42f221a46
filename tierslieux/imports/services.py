"""Run the import of a source, load what is missing, say where every source stands."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.contributions.donnees.opposees import load_opposees
from tierslieux.core.db import transaction
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.couverture.taches import request_actualisation
from tierslieux.imports import adresses, annulation, chargement, queries
from tierslieux.imports.annulation import BilanAnnulation
from tierslieux.imports.apercu import Apercu, build_apercu
from tierslieux.imports.contrat import Fichier, Source
from tierslieux.imports.correspondances.correspondance import build_source
from tierslieux.imports.fichiers import (
    Endroits,
    compute_sha256,
    describe_absence,
    find_emplacement,
    read_emplacement,
)
from tierslieux.imports.preparation import Preparation, prepare_load
from tierslieux.imports.rapport import ECHOUEE, REFUSEE, REUSSIE, EtatSource, Rapport
from tierslieux.imports.registre import DEMONSTRATION, SOURCES, get_source
from tierslieux.lieux.geocodage import Geocodeur, build_client, build_geocodeur
from tierslieux.lieux.models import Execution, Rejet
from tierslieux.territoires.referentiel import ReferentielCommunes
from tierslieux.territoires.services import load_referentiel

logger = logging.getLogger(__name__)

SANS_ORIGINE = "aucune"
MOTIF_RETRAIT = "Une source réelle est chargée"


class ArretDemandeError(SourceError):
    """L’import a été arrêté à la demande : rien n’a changé."""


def build_endroits(settings: Settings) -> Endroits:
    """Where files may be, by the settings."""
    return Endroits(settings.raw_dir, settings.geodata_dir, settings.telechargement)


def run_import(
    session_factory: sessionmaker[Session],
    source: Source,
    endroits: Endroits,
    *,
    now: dt.datetime,
    fichier: Path | None = None,
    communes: ReferentielCommunes | None = None,
    dry_run: bool = False,
    accepter_pertes: bool = False,
    progress: Progress | None = None,
    geocodeur: Geocodeur | None = None,
) -> Rapport:
    """Import one source from where its file is; a refusal is a report (and a row), not an error."""
    debut_s = time.monotonic()
    emplacement = find_emplacement(source, endroits, fichier)
    if emplacement is None:
        return _record_absence(session_factory, source, describe_absence(source, endroits), now=now, dry_run=dry_run)
    try:
        lu = read_emplacement(source, emplacement, endroits)
    except SourceError as erreur:
        run = _Run(session_factory, source, emplacement.libelle, None, now, debut_s, dry_run=dry_run)
        return run.record_echec(REFUSEE, erreur.message)
    return apply_import(
        session_factory,
        source,
        lu,
        now=now,
        communes=communes,
        dry_run=dry_run,
        accepter_pertes=accepter_pertes,
        progress=progress,
        geocodeur=geocodeur,
        debut_s=debut_s,
    )


def apply_import(
    session_factory: sessionmaker[Session],
    source: Source,
    fichier: Fichier,
    *,
    now: dt.datetime,
    communes: ReferentielCommunes | None = None,
    dry_run: bool = False,
    accepter_pertes: bool = False,
    progress: Progress | None = None,
    on_session: Callable[[Session, int], None] | None = None,
    geocodeur: Geocodeur | None = None,
    debut_s: float | None = None,
) -> Rapport:
    """Import the bytes of a source in one transaction of its own; a refusal is a report (and a row), not an error.

    `communes` is read from the database when it is not given. `dry_run` does everything, then rolls it back. `progress`
    may raise ArretDemandeError to stop the run, which then has changed nothing. `on_session` is given the session and
    the number of the run inside its transaction: what it writes stands or falls with the run. Any error but a refusal
    is recorded as a failed run, then raised.
    """
    run = _Run(
        session_factory,
        source,
        fichier.origine,
        fichier,
        now,
        time.monotonic() if debut_s is None else debut_s,
        dry_run=dry_run,
    )
    try:
        return run.load(
            communes or load_communes(session_factory),
            accepter_pertes=accepter_pertes,
            progress=progress or ignore_progress,
            on_session=on_session,
            geocodeur=geocodeur,
        )
    except SourceError as erreur:
        message = erreur.message
    except Exception as erreur:
        # The outer edge of a run: whatever stopped it must be seen on the page of sources, then go on its way.
        run.record_echec(ECHOUEE, f"Arrêt imprévu ({type(erreur).__name__}).")
        raise
    return run.record_echec(REFUSEE, message)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a source: what loading it and recording its failure share."""

    session_factory: sessionmaker[Session]
    source: Source
    origine: str
    fichier: Fichier | None
    now: dt.datetime
    debut_s: float
    dry_run: bool

    def load(
        self,
        communes: ReferentielCommunes,
        *,
        accepter_pertes: bool,
        progress: Progress,
        on_session: Callable[[Session, int], None] | None,
        geocodeur: Geocodeur | None,
    ) -> Rapport:
        source, fichier = self.source, self._get_fichier()
        with _pause_collection():
            preparation = _prepare(
                self.session_factory, source, fichier, communes, progress, geocodeur=geocodeur, now=self.now
            )
            with _open(self.session_factory, dry_run=self.dry_run) as session:
                bilan = chargement.load(
                    session,
                    source,
                    fichier,
                    preparation,
                    now=self.now,
                    accepter_pertes=accepter_pertes,
                    progress=progress,
                )
                duree_s = self._measure_s()
                chargement.finish(session, bilan.execution_id, duree_s)
                if on_session is not None:
                    on_session(session, bilan.execution_id)
        if not self.dry_run and bilan.creees + bilan.modifiees + bilan.fusionnees:
            with self.session_factory() as session, transaction(session):
                chargement.analyze(session)
        progress(_name_etape(source), preparation.lues, preparation.lues)
        logger.info("import source=%s read=%d created=%d seconds=%.2f", source.id, bilan.lues, bilan.creees, duree_s)
        return Rapport(
            source=source.id,
            statut=REUSSIE,
            message=None,
            origine=fichier.origine,
            sha256=fichier.sha256,
            seconds=duree_s,
            execution_id=None if self.dry_run else bilan.execution_id,
            read=bilan.lues,
            created=bilan.creees,
            updated=bilan.modifiees,
            unchanged=bilan.inchangees,
            merged=bilan.fusionnees,
            rejected=bilan.rejets_par_code,
            vanished=bilan.disparues,
            withdrawn=bilan.retirees,
            reconnu=dict(preparation.reconnu),
            avertissements={code.value: nombre for code, nombre in sorted(preparation.avertissements.items())},
            etapes=dict(preparation.touches),
            dry_run=self.dry_run,
        )

    def record_echec(self, statut: str, message: str) -> Rapport:
        """Write the run that changed nothing, in a transaction of its own, and report it.

        A rehearsal records no refusal; an unexpected stop is always recorded.
        """
        rapport = Rapport(
            source=self.source.id,
            statut=statut,
            message=message,
            origine=self.origine,
            sha256=self.fichier.sha256 if self.fichier else None,
            seconds=self._measure_s(),
            dry_run=self.dry_run,
        )
        octets = self.fichier.octets if self.fichier else None
        with _open(self.session_factory, dry_run=self.dry_run and statut == REFUSEE) as session:
            chargement.record_echec(session, self.source, rapport, octets=octets, now=self.now)
        return rapport

    def _get_fichier(self) -> Fichier:
        if self.fichier is None:
            raise SourceError(f"{self.origine} : pas de fichier")
        return self.fichier

    def _measure_s(self) -> float:
        return round(time.monotonic() - self.debut_s, 2)


def preview_import(
    session_factory: sessionmaker[Session],
    source: Source,
    fichier: Fichier,
    *,
    now: dt.datetime,
    communes: ReferentielCommunes | None = None,
    progress: Progress | None = None,
    geocodeur: Geocodeur | None = None,
) -> Apercu:
    """What applying the file would change, record by record; writes nothing but the answers of the geocoding service.

    Raises SourceError.
    """
    preparation = _prepare(
        session_factory,
        source,
        fichier,
        communes or load_communes(session_factory),
        progress or ignore_progress,
        geocodeur=geocodeur,
        now=now,
    )
    with session_factory() as session:
        difference = chargement.compare(session, source, fichier, preparation).difference
        anciennes = chargement.list_valeurs(
            session,
            [
                *(fiche.id for fiche, _, _ in difference.modifiees),
                *(fiche.id for fiche in (*difference.disparues, *difference.retirees)),
            ],
        )
    return build_apercu(preparation, difference, anciennes, part_perdue_max=chargement.PART_PERDUE_MAX)


def rollback_run(
    session_factory: sessionmaker[Session], execution_id: int, *, now: dt.datetime, auteur: str | None = None
) -> BilanAnnulation:
    """Undo a run in one transaction: see annulation.undo for what it does and raises."""
    with session_factory() as session, transaction(session):
        bilan = annulation.undo(session, execution_id, now=now, auteur=auteur)
        request_actualisation(session)
        return bilan


def confirm_disparitions(
    session_factory: sessionmaker[Session], source_id: str, *, now: dt.datetime, auteur: str | None = None
) -> int:
    """Withdraw at once the records that have vanished from a source; the number of records.

    What a second absence would do. Places that no other source speaks of are closed.
    """
    with session_factory() as session, transaction(session):
        return chargement.confirm_disparitions(session, source_id, now=now, auteur=auteur)


def _prepare(
    session_factory: sessionmaker[Session],
    source: Source,
    fichier: Fichier,
    communes: ReferentielCommunes,
    progress: Progress,
    *,
    geocodeur: Geocodeur | None,
    now: dt.datetime,
) -> Preparation:
    """Read and clean the file; what the geocoding service answered is kept even if the run then fails."""
    etape = _name_etape(source)
    progress(etape, 0, None)
    with session_factory() as session:
        connues = adresses.list_reponses(session)
        opposees = load_opposees(session)
    reponses = dict(connues)
    preparation = prepare_load(
        source,
        fichier.contenu,
        communes,
        date_edition=fichier.date_edition,
        aujourdhui=now.date(),
        on_ligne=lambda lues: progress(etape, lues, None),
        geocodeur=geocodeur,
        reponses=reponses,
        opposees=opposees,
    )
    nouvelles = {adresse: trouvee for adresse, trouvee in reponses.items() if adresse not in connues}
    if nouvelles:
        with session_factory() as session, transaction(session):
            adresses.keep_reponses(session, nouvelles, now=now)
    return preparation


@contextmanager
def open_geocodeur(settings: Settings) -> Iterator[Geocodeur | None]:
    """The geocoding service that the settings name, None for none."""
    with build_client() as client:
        yield build_geocodeur(settings.geocodage, settings.addok_url, client)


def _name_etape(source: Source) -> str:
    return f"Import {source.id}"


def find_source(session: Session, source_id: str) -> Source:
    """The source of this id: the register's, else the one declared on the page of imports; raises NotFoundError."""
    declaree = queries.find_declaree(session, source_id)
    return get_source(source_id) if declaree is None else build_source(declaree, origine=source_id)


def load_communes(session_factory: sessionmaker[Session]) -> ReferentielCommunes:
    """The reference of communes; raises SourceError when no territory is loaded, since nothing could be placed."""
    with session_factory() as session:
        communes = load_referentiel(session)
    if not communes.communes:
        raise SourceError("les communes ne sont pas chargées : « flask territoires load » d’abord")
    return communes


def run_all_missing(
    session_factory: sessionmaker[Session],
    settings: Settings,
    *,
    now: dt.datetime,
    progress: Progress | None = None,
) -> list[Rapport]:
    """Import each source that has never succeeded or whose file is another than the last time; what was done.

    A source that has succeeded from an address is not fetched again here. As long as no source of places shows any,
    invented ones are loaded; they are hidden as soon as a real one does.
    """
    endroits = build_endroits(settings)
    communes: ReferentielCommunes | None = None
    rapports: list[Rapport] = []
    with open_geocodeur(settings) as geocodeur:
        for source in SOURCES:
            if not _is_due(session_factory, source, endroits):
                continue
            communes = communes or load_communes(session_factory)
            rapports.append(
                run_import(
                    session_factory,
                    source,
                    endroits,
                    now=now,
                    communes=communes,
                    progress=progress,
                    geocodeur=geocodeur,
                )
            )
    if _has_offre(session_factory):
        with session_factory() as session, transaction(session):
            chargement.withdraw(session, DEMONSTRATION.id, now=now, motif=MOTIF_RETRAIT)
    elif _is_due(session_factory, DEMONSTRATION, endroits):
        rapports.append(
            run_import(session_factory, DEMONSTRATION, endroits, now=now, communes=communes, progress=progress)
        )
    return rapports


def _is_due(session_factory: sessionmaker[Session], source: Source, endroits: Endroits) -> bool:
    with session_factory() as session:
        reussie = queries.list_dernieres(session, REUSSIE).get(source.id)
    emplacement = find_emplacement(source, endroits)
    if reussie is None:
        return True
    sha256 = compute_sha256(emplacement, endroits) if emplacement else None
    return sha256 is not None and sha256 != reussie.sha256


def _has_offre(session_factory: sessionmaker[Session]) -> bool:
    """Whether a real source of places shows at least one."""
    with session_factory() as session:
        lieux = queries.count_lieux(session)
    return any(lieux.get(source.id) for source in SOURCES if source.est_offre)


def list_sources(session: Session, settings: Settings) -> list[EtatSource]:
    """Every source of the register with its runs and where it would be read from now; invented places when loaded."""
    endroits = build_endroits(settings)
    dernieres = queries.list_dernieres(session)
    reussies, precedentes = queries.list_debout(session), queries.list_debout(session, 2)
    lieux, disparues = queries.count_lieux(session), queries.count_disparues(session)
    etats = []
    declarees = [build_source(declaree, origine="page") for declaree in queries.list_declarees(session)]
    for source in (*SOURCES, *declarees, DEMONSTRATION):
        if source.est_inventee and not lieux.get(source.id):
            continue
        emplacement = find_emplacement(source, endroits)
        etats.append(
            EtatSource(
                source=source,
                emplacement=emplacement.libelle if emplacement else None,
                absence=None if emplacement else describe_absence(source, endroits),
                lieux=lieux.get(source.id, 0),
                disparues=disparues.get(source.id, 0),
                derniere=dernieres.get(source.id),
                derniere_reussie=reussies.get(source.id),
                precedente=precedentes.get(source.id),
            )
        )
    return etats


def list_rejets(session: Session, source_id: str) -> Sequence[Rejet]:
    """Rows that the last successful run of a source rejected; raises NotFoundError."""
    source = find_source(session, source_id)
    execution = queries.list_debout(session).get(source.id)
    if execution is None:
        raise NotFoundError(f"La source « {source.libelle} » n’a pas encore été chargée.", source=source.id)
    return queries.list_rejets(session, execution.id)


@contextmanager
def _pause_collection() -> Iterator[None]:
    """No search for reference cycles meanwhile.

    Records have none, and looking for some again and again among their millions of objects takes a quarter of the time.
    """
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


@contextmanager
def _open(session_factory: sessionmaker[Session], *, dry_run: bool) -> Iterator[Session]:
    """A session committed at its end, or rolled back there when the run is a rehearsal."""
    with session_factory() as session, transaction(session):
        yield session
        if dry_run:
            session.rollback()


def _record_absence(
    session_factory: sessionmaker[Session], source: Source, message: str, *, now: dt.datetime, dry_run: bool
) -> Rapport:
    """Report a source that can be had nowhere; its row is written once, not at every start of the program."""
    rapport = Rapport(
        source=source.id,
        statut=REFUSEE,
        message=message,
        origine=SANS_ORIGINE,
        sha256=None,
        seconds=0.0,
        dry_run=dry_run,
    )
    with _open(session_factory, dry_run=dry_run) as session:
        derniere: Execution | None = queries.list_dernieres(session).get(source.id)
        if derniere is None or (derniere.origine, derniere.message) != (SANS_ORIGINE, message):
            chargement.record_echec(session, source, rapport, octets=None, now=now)
    return rapport
