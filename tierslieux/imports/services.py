"""Run the import of a source, load what is missing, say where every source stands."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core.db import transaction
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.imports import chargement, queries
from tierslieux.imports.contrat import Fichier, Source
from tierslieux.imports.fichiers import (
    Emplacement,
    Endroits,
    compute_sha256,
    describe_absence,
    find_emplacement,
    read_emplacement,
)
from tierslieux.imports.preparation import prepare_load
from tierslieux.imports.rapport import ECHOUEE, REFUSEE, REUSSIE, EtatSource, Rapport
from tierslieux.imports.registre import DEMONSTRATION, SOURCES, get_source
from tierslieux.lieux.models import Execution, Rejet
from tierslieux.territoires.referentiel import ReferentielCommunes
from tierslieux.territoires.services import load_referentiel

logger = logging.getLogger(__name__)

SANS_ORIGINE = "aucune"
MOTIF_RETRAIT = "Une source réelle est chargée"


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
) -> Rapport:
    """Import one source in one transaction of its own; a refusal is a report (and a row), not an error.

    `communes` is read from the database when it is not given. `dry_run` does everything, then rolls it back. Any error
    but a refusal is recorded as a failed run, then raised.
    """
    debut_s = time.monotonic()
    progress = progress or ignore_progress
    emplacement = find_emplacement(source, endroits, fichier)
    if emplacement is None:
        return _record_absence(session_factory, source, describe_absence(source, endroits), now=now, dry_run=dry_run)
    lu: Fichier | None = None
    try:
        lu = read_emplacement(source, emplacement, endroits)
        communes = communes or load_communes(session_factory)
        return _load(
            session_factory,
            source,
            lu,
            communes,
            now=now,
            debut_s=debut_s,
            dry_run=dry_run,
            accepter_pertes=accepter_pertes,
            progress=progress,
        )
    except SourceError as erreur:
        statut, message = REFUSEE, erreur.message
    except Exception as erreur:
        # The outer edge of a run: whatever stopped it must be seen on the page of sources, then go on its way.
        message = f"Arrêt imprévu ({type(erreur).__name__})."
        _record_echec(
            session_factory,
            source,
            emplacement=emplacement,
            fichier=lu,
            statut=ECHOUEE,
            message=message,
            now=now,
            debut_s=debut_s,
        )
        raise
    return _record_echec(
        session_factory,
        source,
        emplacement=emplacement,
        fichier=lu,
        statut=statut,
        message=message,
        now=now,
        debut_s=debut_s,
        dry_run=dry_run,
    )


def _load(
    session_factory: sessionmaker[Session],
    source: Source,
    fichier: Fichier,
    communes: ReferentielCommunes,
    *,
    now: dt.datetime,
    debut_s: float,
    dry_run: bool,
    accepter_pertes: bool,
    progress: Progress,
) -> Rapport:
    etape = f"Import {source.id}"
    progress(etape, 0, None)
    with _pause_collection():
        preparation = prepare_load(
            source,
            fichier.contenu,
            communes,
            date_edition=fichier.date_edition,
            on_ligne=lambda lues: progress(etape, lues, None),
        )
        with _open(session_factory, dry_run=dry_run) as session:
            bilan = chargement.load(session, source, fichier, preparation, now=now, accepter_pertes=accepter_pertes)
            duree_s = round(time.monotonic() - debut_s, 2)
            chargement.finish(session, bilan.execution_id, duree_s)
    if not dry_run and bilan.creees + bilan.modifiees + bilan.fusionnees:
        with session_factory() as session, transaction(session):
            chargement.analyze(session)
    progress(etape, preparation.lues, preparation.lues)
    logger.info("import source=%s read=%d created=%d seconds=%.2f", source.id, bilan.lues, bilan.creees, duree_s)
    return Rapport(
        source=source.id,
        statut=REUSSIE,
        message=None,
        origine=fichier.origine,
        sha256=fichier.sha256,
        seconds=duree_s,
        read=bilan.lues,
        created=bilan.creees,
        updated=bilan.modifiees,
        unchanged=bilan.inchangees,
        merged=bilan.fusionnees,
        rejected=bilan.rejets_par_code,
        vanished=bilan.disparues,
        reconnu=dict(preparation.reconnu),
        avertissements={code.value: nombre for code, nombre in sorted(preparation.avertissements.items())},
        etapes=dict(preparation.touches),
        dry_run=dry_run,
    )


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
    for source in SOURCES:
        if not _is_due(session_factory, source, endroits):
            continue
        communes = communes or load_communes(session_factory)
        rapports.append(run_import(session_factory, source, endroits, now=now, communes=communes, progress=progress))
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
    reussies = queries.list_dernieres(session, REUSSIE)
    lieux = queries.count_lieux(session)
    etats = []
    for source in (*SOURCES, DEMONSTRATION):
        if source.est_inventee and not lieux.get(source.id):
            continue
        emplacement = find_emplacement(source, endroits)
        etats.append(
            EtatSource(
                source=source,
                emplacement=emplacement.libelle if emplacement else None,
                absence=None if emplacement else describe_absence(source, endroits),
                lieux=lieux.get(source.id, 0),
                derniere=dernieres.get(source.id),
                derniere_reussie=reussies.get(source.id),
            )
        )
    return etats


def list_rejets(session: Session, source_id: str) -> Sequence[Rejet]:
    """Rows that the last successful run of a source rejected; raises NotFoundError."""
    source = get_source(source_id)
    execution = queries.list_dernieres(session, REUSSIE).get(source.id)
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


def _record_echec(
    session_factory: sessionmaker[Session],
    source: Source,
    *,
    emplacement: Emplacement,
    fichier: Fichier | None,
    statut: str,
    message: str,
    now: dt.datetime,
    debut_s: float,
    dry_run: bool = False,
) -> Rapport:
    """Write the run that changed nothing, in a transaction of its own, and report it."""
    rapport = Rapport(
        source=source.id,
        statut=statut,
        message=message,
        origine=emplacement.libelle,
        sha256=fichier.sha256 if fichier else None,
        seconds=round(time.monotonic() - debut_s, 2),
        dry_run=dry_run,
    )
    with _open(session_factory, dry_run=dry_run) as session:
        chargement.record_echec(session, source, rapport, octets=fichier.octets if fichier else None, now=now)
    return rapport


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
