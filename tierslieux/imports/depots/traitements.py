"""What jobs do with the files that people gave: begin, write a preview, apply, end, say why not. Nothing here commits.

A job may be cut off anywhere and done again, or done by two workers at once if one of them was wrongly taken for dead.
So each write names the job and the states that it may leave, and does nothing when the row says otherwise; that a file
is applied is written in the run's own transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, fields
from itertools import islice
from typing import Any

from sqlalchemy import Text, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session, undefer

from tierslieux.core import taches
from tierslieux.imports.apercu import Apercu
from tierslieux.imports.contrat import Fichier, Source
from tierslieux.imports.correspondances.correspondance import build_source
from tierslieux.imports.depots.depots import CONSERVATION_JOURS, EN_COURS, EtatDepot
from tierslieux.imports.fichiers import find_date_edition
from tierslieux.imports.models import Depot, LigneApercu
from tierslieux.imports.services import find_source
from tierslieux.lieux.models import Source as SourceEnregistree

LOT = 1_000

INTERROMPU = (
    "Le traitement a été interrompu plusieurs fois de suite : machine ou base de données arrêtée, ou fichier trop lourd"
    " pour la mémoire. Rien n’a changé ; vous pouvez recommencer."
)
PERDU = "Le traitement s’est arrêté sans dire pourquoi. Rien n’a changé ; vous pouvez recommencer."


def take(session: Session, depot_id: int, job_id: int | None) -> Depot | None:
    """The depot with its content, for the job that works on it; None when it is another's, or done already.

    An application that was asked for begins here.
    """
    stmt = select(Depot).where(Depot.id == depot_id).options(undefer(Depot.contenu)).with_for_update()
    depot = session.scalars(stmt).one_or_none()
    if depot is None or depot.job_id != job_id or depot.etat not in EN_COURS:
        return None
    if depot.etat == EtatDepot.ATTENTE:
        depot.etat = EtatDepot.APPLICATION.value
    session.flush()
    return depot


def build_source_du_depot(session: Session, depot: Depot) -> Source:
    """The source as the depot declares it, else the registered one; raises SourceError, NotFoundError."""
    if depot.correspondance is not None:
        return build_source(depot.correspondance, origine="Correspondance")
    return find_source(session, depot.source_id or "")


def build_fichier(depot: Depot, source: Source) -> Fichier:
    """The file of a depot as runs take it; its content must be loaded."""
    return Fichier(depot.contenu, depot.nom_fichier, depot.sha256, find_date_edition(depot.nom_fichier, source))


def record_apercu(session: Session, depot: Depot, apercu: Apercu, *, derniere: int | None, now: dt.datetime) -> bool:
    """Write the preview that a job has made; False when the depot is not its own any more.

    `derniere` is the last run of the source when the preview began.
    """
    comptes = {champ.name: getattr(apercu, champ.name) for champ in fields(apercu)}
    del comptes["lignes"], comptes["reconnu"]
    resume = {**comptes, "derniere_execution": derniere, "proposition": (depot.resume or {}).get("proposition")}
    reconnu = {**depot.reconnu, **apercu.reconnu}
    if not _end(session, depot, EtatDepot.APERCU, None, now, resume=resume, reconnu=reconnu):
        return False
    session.execute(delete(LigneApercu).where(LigneApercu.depot_id == depot.id))
    lignes = ({"depot_id": depot.id, "rang": rang, **asdict(ligne)} for rang, ligne in enumerate(apercu.lignes))
    while lot := list(islice(lignes, LOT)):
        session.execute(insert(LigneApercu), lot)
    return True


def record_application(session: Session, depot: Depot, execution_id: int, *, now: dt.datetime) -> bool:
    """Write, inside the run's own transaction, that it is this depot's; False when it must not be.

    That is: somebody asked to stop, or another worker has applied it. The declaration of a new source is kept with it.
    """
    est_la_notre = _end(session, depot, EtatDepot.APPLIQUE, None, now, execution_id=execution_id, sauf_arret=True)
    if est_la_notre and depot.correspondance is not None:
        session.execute(
            update(SourceEnregistree)
            .where(SourceEnregistree.id == depot.source_id)
            .values(correspondance=depot.correspondance)
        )
    return est_la_notre


def record_fin(session: Session, depot: Depot, etat: EtatDepot, message: str, *, now: dt.datetime) -> bool:
    """Write that a job ended without changing anything, and why; False when the depot is not its own any more."""
    return _end(session, depot, etat, message, now)


def _end(
    session: Session,
    depot: Depot,
    etat: EtatDepot,
    message: str | None,
    now: dt.datetime,
    *,
    sauf_arret: bool = False,
    **valeurs: Any,  # noqa: ANN401  (columns of the table)
) -> bool:
    """End a job's work on a depot; False when it is not that job's to do any more, or people asked to stop."""
    stmt = update(Depot).where(Depot.id == depot.id, Depot.job_id == depot.job_id, Depot.etat.in_(EN_COURS))
    if sauf_arret:
        stmt = stmt.where(Depot.arret_demande.is_(False))
    stmt = stmt.values(
        etat=etat.value, message=message, modifie_at=now, progression=None, arret_demande=False, **valeurs
    )
    return (
        session.execute(stmt.returning(Depot.id), execution_options={"synchronize_session": False}).first() is not None
    )


def write_progression(session: Session, depot_id: int, progression: Mapping[str, Any]) -> bool | None:
    """Write where the job stands; whether it was asked to stop, None when the row is held by somebody else just now.

    Never waits: the run's own transaction may hold the row.
    """
    libre = select(Depot.id).where(Depot.id == depot_id).with_for_update(skip_locked=True).scalar_subquery()
    stmt = update(Depot).where(Depot.id == libre).values(progression=dict(progression)).returning(Depot.arret_demande)
    return session.execute(stmt, execution_options={"synchronize_session": False}).scalar_one_or_none()


def close_abandons(session: Session, *, now: dt.datetime) -> int:
    """Say of each depot that waits for a job which is no more that it failed, and why; how many."""
    attentes = session.execute(select(Depot.id, Depot.job_id).where(Depot.etat.in_(EN_COURS))).all()
    etats = taches.list_etats(session, [attente.job_id for attente in attentes if attente.job_id is not None])
    fermes = 0
    for attente in attentes:
        job = etats.get(attente.job_id)
        if job is not None and job.etat in {"todo", "doing"}:
            continue
        est_interrompu = job is not None and job.reprises > taches.REPRISES_MAX
        ferme = session.execute(
            update(Depot)
            .where(Depot.id == attente.id, Depot.job_id.is_not_distinct_from(attente.job_id), Depot.etat.in_(EN_COURS))
            .values(
                etat=EtatDepot.ECHOUE.value,
                message=INTERROMPU if est_interrompu else PERDU,
                modifie_at=now,
                progression=None,
                arret_demande=False,
            )
            .returning(Depot.id),
            execution_options={"synchronize_session": False},
        ).first()
        fermes += ferme is not None
    return fermes


def purge(session: Session, *, now: dt.datetime) -> int:
    """Drop the contents and the previews of files given long ago; what they were and did stays. How many."""
    vieux = select(Depot.id).where(
        Depot.modifie_at < now - dt.timedelta(days=CONSERVATION_JOURS),
        Depot.etat.not_in(EN_COURS),
        func.octet_length(Depot.contenu) > 0,
    )
    ids = list(session.scalars(vieux))
    session.execute(delete(LigneApercu).where(LigneApercu.depot_id.in_(ids)))
    # What was guessed holds some of the file's cells too.
    resume = Depot.resume.op("-")(literal("proposition", Text))
    session.execute(
        update(Depot).where(Depot.id.in_(ids)).values(contenu=b"", resume=resume),
        execution_options={"synchronize_session": False},
    )
    return len(ids)
