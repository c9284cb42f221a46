"""Files that people give on the pages, and what becomes of them: the states of a `depot` and who may change them.

Every change of state takes the row first, checks the state that it finds, and queues the job that goes with it in the
same transaction. A page sent twice, an old tab or two people at once therefore get a refusal, never a second run. Jobs
check in turn that they are the one that the row speaks of (`job_id`). Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.core import taches
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.imports import queries
from tierslieux.imports.apercu import Sort
from tierslieux.imports.models import Depot, LigneApercu
from tierslieux.lieux.models import Source as SourceEnregistree
from tierslieux.territoires.noms import build_cle

LIRE, APPLIQUER = "imports.lire_depot", "imports.appliquer_depot"
# Contents of files are no archive: what they brought is in the places, with its history.
CONSERVATION_JOURS = 30
LIGNES_PAR_PAGE = 50


class EtatDepot(StrEnum):
    """The states of a depot; see models.Depot."""

    RECU = "recu"
    LECTURE = "lecture"
    APERCU = "apercu"
    ATTENTE = "attente"
    APPLICATION = "application"
    APPLIQUE = "applique"
    REFUSE = "refuse"
    ECHOUE = "echoue"
    ANNULE = "annule"


EN_COURS = frozenset({EtatDepot.LECTURE, EtatDepot.ATTENTE, EtatDepot.APPLICATION})
# Where the file can be read (again): nothing of it is applied, and no job works on it.
AU_REPOS = frozenset({EtatDepot.RECU, EtatDepot.APERCU, EtatDepot.REFUSE, EtatDepot.ECHOUE, EtatDepot.ANNULE})

ARRETE = "Arrêté à votre demande : rien n’a changé."


class EtatError(ConflictError):
    """L’import a avancé depuis que cette page a été affichée : ce que vous demandez n’est plus possible."""


class AccordError(ConflictError):
    """Ce fichier ferait disparaître beaucoup de lieux : il faut cocher la case qui l’accepte."""


def create_depot(
    session: Session,
    *,
    nom_fichier: str,
    contenu: bytes,
    source_id: str,
    correspondance: Mapping[str, Any] | None,
    reconnu: Mapping[str, str],
    proposition: Mapping[str, Any],
    now: dt.datetime,
) -> Depot:
    """Keep a file that was given. `correspondance` is its declaration, None when its source is a programmed one."""
    depot = Depot(
        cle=secrets.token_urlsafe(9),
        source_id=source_id,
        nom_fichier=nom_fichier,
        contenu=contenu,
        sha256=hashlib.sha256(contenu).hexdigest(),
        octets=len(contenu),
        etat=EtatDepot.RECU.value,
        reconnu=dict(reconnu),
        correspondance=dict(correspondance) if correspondance is not None else None,
        resume={"proposition": dict(proposition)},
        cree_at=now,
        modifie_at=now,
    )
    session.add(depot)
    session.flush()
    return depot


def get_depot(session: Session, cle: str) -> Depot:
    """The depot of this key, without its content; raises NotFoundError."""
    depot = session.scalars(select(Depot).where(Depot.cle == cle)).one_or_none()
    if depot is None:
        raise NotFoundError("Cet import n’existe pas, ou n’existe plus.", cle=cle)
    return depot


def find_depot(session: Session, execution_id: int) -> Depot | None:
    """The depot that a run applied; None for a run of the command line."""
    return session.scalars(select(Depot).where(Depot.execution_id == execution_id)).one_or_none()


def list_depots(session: Session, limite: int = 30) -> Sequence[Depot]:
    """The last files given, the newest first, without their contents."""
    return session.scalars(select(Depot).order_by(Depot.id.desc()).limit(limite)).all()


def build_source_id(libelle: str, pris: Collection[str]) -> str:
    """An id for a new source, from its label: letters without accents, digits and hyphens, unlike those taken."""
    base = re.sub(r"[^a-z0-9]+", "-", build_cle(libelle))[:40].strip("-") or "source"
    essai, rang = base, 1
    while essai in pris:
        rang += 1
        essai = f"{base}-{rang}"
    return essai


def list_source_ids(session: Session) -> set[str]:
    """Ids that a new source cannot take: of the sources that are loaded, and of the depots that await theirs."""
    stmt = select(SourceEnregistree.id).union(select(Depot.source_id).where(Depot.source_id.is_not(None)))
    return set(session.scalars(stmt))


def choose_source(
    session: Session, cle: str, source_id: str, *, correspondance: Mapping[str, Any] | None, now: dt.datetime
) -> Depot:
    """Say that the file is an edition of a source that exists."""
    depot = _lock(session, cle, AU_REPOS)
    depot.source_id, depot.correspondance = source_id, dict(correspondance) if correspondance is not None else None
    return _move(session, depot, EtatDepot.RECU, now=now)


def replace_fichier(
    session: Session,
    cle: str,
    *,
    nom_fichier: str,
    contenu: bytes,
    correspondance: Mapping[str, Any] | None,
    reconnu: Mapping[str, str],
    proposition: Mapping[str, Any],
    now: dt.datetime,
) -> Depot:
    """Another file in the place of the one that was given."""
    depot = _lock(session, cle, AU_REPOS)
    depot.nom_fichier, depot.contenu = nom_fichier, contenu
    depot.sha256, depot.octets = hashlib.sha256(contenu).hexdigest(), len(contenu)
    depot.reconnu, depot.resume = dict(reconnu), {"proposition": dict(proposition)}
    depot.correspondance = dict(correspondance) if correspondance is not None else None
    return _move(session, depot, EtatDepot.RECU, now=now)


def start_lecture(
    session: Session, cle: str, *, now: dt.datetime, correspondance: Mapping[str, Any] | None = None
) -> Depot:
    """Have a job read the file and compare it with what is loaded; `correspondance` replaces the declaration."""
    depot = _lock(session, cle, AU_REPOS)
    if is_efface(session, depot):
        raise EtatError(f"Le fichier a été effacé après {CONSERVATION_JOURS} jours : donnez-le de nouveau.", cle=cle)
    if correspondance is not None:
        depot.correspondance = dict(correspondance)
    _move(session, depot, EtatDepot.LECTURE, now=now)
    return _queue(session, depot, LIRE)


def start_application(session: Session, cle: str, *, vu: str, accepter_pertes: bool = False, now: dt.datetime) -> Depot:
    """Have a job apply what the preview shows; `vu` is the version of the depot that the person has seen.

    Raises EtatError when it is another by now, or when the source was imported again since the preview, and AccordError
    when the loss it shows is not accepted.
    """
    depot = _lock(session, cle, {EtatDepot.APERCU})
    resume = depot.resume or {}
    if get_version(depot) != vu:
        raise EtatError(cle=cle)
    if depot.source_id is not None and find_derniere(session, depot.source_id) != resume.get("derniere_execution"):
        raise EtatError("Un autre import de la même source a été fait depuis cet aperçu : relisez le fichier.", cle=cle)
    if resume.get("demande_accord") and not accepter_pertes:
        raise AccordError(cle=cle)
    depot.accepter_pertes = accepter_pertes
    _move(session, depot, EtatDepot.ATTENTE, now=now)
    return _queue(session, depot, APPLIQUER)


def apply_at_once(session: Session, depot: Depot, *, now: dt.datetime) -> Depot:
    """Have a job apply a new depot without a preview: what a source that is read again by itself does."""
    _move(session, depot, EtatDepot.ATTENTE, now=now)
    return _queue(session, depot, APPLIQUER)


def stop(session: Session, cle: str, *, now: dt.datetime) -> Depot:
    """Give the import up: at once when no job has begun, else as soon as the job sees it. Applied, it is too late."""
    depot = _lock(session, cle, EN_COURS | AU_REPOS)
    if depot.etat in EN_COURS and not (depot.job_id is not None and taches.cancel(session, depot.job_id)):
        depot.arret_demande = True
        return depot
    return _move(session, depot, EtatDepot.ANNULE, now=now, message=ARRETE)


def get_version(depot: Depot) -> str:
    """What changes whenever the depot changes state."""
    return depot.modifie_at.isoformat()


def find_derniere(session: Session, source_id: str) -> int | None:
    """The last run of a source that stands; what a preview is compared with."""
    execution = queries.find_debout(session, source_id)
    return execution.id if execution else None


def _lock(session: Session, cle: str, admis: Collection[str]) -> Depot:
    """The depot, held until the end of the transaction, if it is in one of these states; raises EtatError."""
    stmt = select(Depot).where(Depot.cle == cle).with_for_update().execution_options(populate_existing=True)
    depot = session.scalars(stmt).one_or_none()
    if depot is None:
        raise NotFoundError("Cet import n’existe pas, ou n’existe plus.", cle=cle)
    if depot.etat not in admis:
        raise EtatError(cle=cle)
    return depot


def _move(session: Session, depot: Depot, etat: EtatDepot, *, now: dt.datetime, message: str | None = None) -> Depot:
    depot.etat, depot.message, depot.modifie_at = etat.value, message, now
    depot.arret_demande, depot.progression = False, None
    session.flush()
    return depot


def _queue(session: Session, depot: Depot, tache: str) -> Depot:
    # Runs of one source follow one another.
    depot.job_id = taches.defer(session, tache, verrou=f"source:{depot.source_id}", depot_id=depot.id)
    session.flush()
    return depot


def is_efface(session: Session, depot: Depot) -> bool:
    """Whether the content was dropped, long after it was given."""
    return not session.scalar(select(func.octet_length(Depot.contenu)).where(Depot.id == depot.id))


def list_lignes(session: Session, depot: Depot, sort: Sort, *, page: int) -> Sequence[LigneApercu]:
    """One page (from 1) of the rows of this kind, in the file's order."""
    stmt = (
        select(LigneApercu)
        .where(LigneApercu.depot_id == depot.id, LigneApercu.sort == sort.value)
        .order_by(LigneApercu.rang)
        .limit(LIGNES_PAR_PAGE)
        .offset((page - 1) * LIGNES_PAR_PAGE)
    )
    return session.scalars(stmt).all()


def list_rejetees(session: Session, depot: Depot) -> Sequence[LigneApercu]:
    """Every row that the preview rejects."""
    stmt = select(LigneApercu).where(LigneApercu.depot_id == depot.id, LigneApercu.sort == Sort.REJETEE.value)
    return session.scalars(stmt.order_by(LigneApercu.rang)).all()


def count_lignes(session: Session, depot: Depot) -> dict[str, int]:
    """Rows of the preview by kind."""
    stmt = select(LigneApercu.sort, func.count().label("nombre")).where(LigneApercu.depot_id == depot.id)
    return {rangee.sort: rangee.nombre for rangee in session.execute(stmt.group_by(LigneApercu.sort))}


def describe_jobs(session: Session) -> dict[str, Any]:
    """The last jobs and depots and whether a worker lives, for the command."""
    return {
        "worker": taches.has_ouvrier(session),
        "jobs": [
            {
                "id": job.id,
                "task": job.tache,
                "state": job.etat,
                "attempts": job.reprises,
                "arguments": job.arguments,
                "created_at": job.cree_at.isoformat() if job.cree_at else None,
            }
            for job in taches.list_recentes(session)
        ],
        "depots": [
            {
                "key": depot.cle,
                "file": depot.nom_fichier,
                "source": depot.source_id,
                "state": depot.etat,
                "message": depot.message,
                "progress": depot.progression,
                "job": depot.job_id,
                "run": depot.execution_id,
                "changed_at": depot.modifie_at.isoformat(),
            }
            for depot in list_depots(session)
        ],
    }
