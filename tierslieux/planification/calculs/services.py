"""Computations too long for a page: asked for, computed by a job, kept for a while. Nothing here commits.

A job may be cut off anywhere and done again, or done by two workers at once if one of them was wrongly taken for dead:
each write names the job and the states that it may leave, and does nothing when the row says otherwise.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tierslieux.core import taches
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import ComputationError, ConflictError, NotFoundError
from tierslieux.couverture.models import EditionCouverture
from tierslieux.planification.calculs import queries
from tierslieux.planification.etude import Etude
from tierslieux.planification.models import CalculPlan
from tierslieux.planification.queries import get_marque_stmt
from tierslieux.planification.resultats import VERSION
from tierslieux.planification.terrain import digest
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

CALCULER = "planification.calculer"
JOURS_GARDES = 90
# Anybody may ask: a queue that is longer than an hour's work helps nobody.
EN_ATTENTE_MAX = 20

INTERROMPU = (
    "Le calcul a été interrompu plusieurs fois de suite : machine ou base de données arrêtée, ou calcul trop lourd"
    " pour la mémoire. Vous pouvez le demander de nouveau, sur un territoire plus petit."
)
PERDU = "Le calcul s’est arrêté sans dire pourquoi. Vous pouvez le demander de nouveau."
ARRETE = "Ce calcul a été arrêté à la demande de quelqu’un."


class Statut(Libelle):
    """Where a computation stands."""

    ATTENTE = "attente", "en attente"
    EN_COURS = "en-cours", "en cours"
    FINI = "fini", "terminé"
    ECHEC = "echec", "impossible"
    ANNULE = "annule", "arrêté"


OUVERTS = (Statut.ATTENTE.value, Statut.EN_COURS.value)


def build_empreinte(session: Session, etude: Etude, par: Niveau | None = None) -> str:
    """What tells that two demands are the same: the study, the state of the data, the version of the computation.

    Told from when the data have changed rather than from the data, which take seconds to read for a whole country.
    Raises ComputationError where coverage is not computed.
    """
    edition = session.get(EditionCouverture, 1, populate_existing=True)
    if edition is None:
        raise ComputationError("La couverture n’est pas encore calculée : aucun plan n’est possible.")
    marque = tuple(str(valeur) for valeur in session.execute(get_marque_stmt()).one())
    etat = (edition.parametres, edition.calculee_at.isoformat(), edition.actualisee_at.isoformat(), marque)
    return digest(VERSION, etude.to_canonique(), par.value if par else None, etat)


def create(session: Session, etude: Etude, *, par: Niveau | None, now: dt.datetime) -> CalculPlan:
    """The computation of a study: one that is asked for or done already, or a new one in the queue.

    Raises NotFoundError for a territory that is not there, ConflictError when too many wait, ComputationError.
    """
    territoires.get_territoire(session, etude.niveau, etude.code)
    empreinte = build_empreinte(session, etude, par)
    # Two people who ask at once: the second waits here, then finds what the first has asked for.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(empreinte, 0))))
    for statuts in ((Statut.FINI.value,), OUVERTS):
        ancien = session.scalars(queries.find_stmt(empreinte, statuts)).one_or_none()
        if ancien is not None and (ancien.fini_at is not None or ancien.annule_at is None):
            return ancien
    if session.execute(queries.count_stmt(OUVERTS)).scalar_one() >= EN_ATTENTE_MAX:
        raise ConflictError(f"{EN_ATTENTE_MAX} calculs attendent déjà : revenez dans quelques minutes.")
    calcul = CalculPlan(
        public_id=secrets.token_hex(12),
        etude=etude.to_json(),
        par=par.value if par else None,
        empreinte=empreinte,
        statut=Statut.ATTENTE.value,
        avance=0.0,
        message=None,
        resultat=None,
        demande_at=now,
        fini_at=None,
        annule_at=None,
    )
    session.add(calcul)
    session.flush()
    # One at a time: each may take a gigabyte.
    calcul.job_id = taches.defer(session, CALCULER, verrou=CALCULER, calcul_id=calcul.public_id)
    session.flush()
    return calcul


def get_calcul(session: Session, public_id: str) -> CalculPlan:
    """One computation; raises NotFoundError."""
    calcul = session.get(CalculPlan, public_id, populate_existing=True)
    if calcul is None:
        raise NotFoundError(f"Ce calcul n’existe pas, ou plus : ils sont oubliés après {JOURS_GARDES} jours.")
    return calcul


def list_calculs(session: Session, limite: int = 50) -> Sequence[CalculPlan]:
    """The last computations asked for, without their results."""
    return session.scalars(queries.list_stmt(limite)).all()


def describe(calcul: CalculPlan, *, complet: bool = False) -> dict[str, Any]:
    """A computation as JSON values; `complet`: with its study and its result."""
    etude = calcul.etude
    valeurs: dict[str, Any] = {
        "id": calcul.public_id,
        "territoire": f"{etude['niveau']}:{etude['code']}",
        "par": calcul.par,
        "state": calcul.statut,
        "progress": calcul.avance,
        "message": calcul.message,
        "asked_at": calcul.demande_at.isoformat(),
        "done_at": calcul.fini_at.isoformat() if calcul.fini_at else None,
    }
    return valeurs | {"etude": etude, "resultat": calcul.resultat} if complet else valeurs


def find_fini(session: Session, etude: Etude) -> CalculPlan | None:
    """The computation of this study on today's data, when a job has done it."""
    return session.scalars(queries.find_stmt(build_empreinte(session, etude), (Statut.FINI.value,))).one_or_none()


def cancel(session: Session, public_id: str, *, now: dt.datetime) -> CalculPlan:
    """Give a computation up: at once when it waits, at its next step when it is under way; nothing when it is over."""
    calcul = session.get(CalculPlan, public_id, populate_existing=True, with_for_update=True)
    if calcul is None:
        return get_calcul(session, public_id)
    if calcul.statut not in OUVERTS or calcul.annule_at is not None:
        return calcul
    calcul.annule_at = now
    if calcul.job_id is None or (calcul.statut == Statut.ATTENTE and taches.cancel(session, calcul.job_id)):
        calcul.statut, calcul.message, calcul.fini_at = Statut.ANNULE.value, ARRETE, now
    session.flush()
    return calcul


# --- What the job does ------------------------------------------------------------------------------------------------


def take(session: Session, public_id: str, job_id: int | None) -> CalculPlan | None:
    """The computation, for the job that begins it or begins it again; None when it is another's, or over."""
    calcul = session.get(CalculPlan, public_id, populate_existing=True, with_for_update=True)
    if calcul is None or calcul.job_id != job_id or calcul.statut not in OUVERTS:
        return None
    calcul.statut, calcul.avance, calcul.message = Statut.EN_COURS.value, 0.0, None
    session.flush()
    return calcul


def write_avance(session: Session, calcul: CalculPlan, avance: float, message: str) -> bool:
    """Write how far the job is (0 to 1); False when it must stop: somebody asked, or it is not that job's any more."""
    stmt = _update(calcul).where(CalculPlan.annule_at.is_(None)).values(avance=avance, message=message)
    return session.execute(stmt.returning(CalculPlan.public_id)).first() is not None


def record_fin(
    session: Session,
    calcul: CalculPlan,
    statut: Statut,
    *,
    now: dt.datetime,
    message: str | None = None,
    resultat: Mapping[str, Any] | None = None,
) -> bool:
    """Write how a job ended; False when the computation is not its own any more."""
    valeurs: dict[str, Any] = {"statut": statut.value, "message": message, "fini_at": now}
    if resultat is not None:
        valeurs |= {"resultat": dict(resultat), "avance": 1.0}
    return session.execute(_update(calcul).values(**valeurs).returning(CalculPlan.public_id)).first() is not None


def _update(calcul: CalculPlan) -> Any:  # noqa: ANN401  (an UPDATE that others complete)
    return (
        update(CalculPlan)
        .where(
            CalculPlan.public_id == calcul.public_id,
            CalculPlan.job_id.is_not_distinct_from(calcul.job_id),
            CalculPlan.statut == Statut.EN_COURS.value,
        )
        .execution_options(synchronize_session=False)
    )


def close_abandons(session: Session, *, now: dt.datetime) -> int:
    """Say of each computation that waits for a job which is no more that it failed, and why; how many."""
    attentes = session.execute(queries.list_jobs_stmt(OUVERTS)).all()
    etats = taches.list_etats(session, [attente.job_id for attente in attentes if attente.job_id is not None])
    fermes = 0
    for attente in attentes:
        job = etats.get(attente.job_id)
        if job is not None and job.etat in {"todo", "doing"}:
            continue
        est_interrompu = job is not None and job.reprises > taches.REPRISES_MAX
        stmt = (
            update(CalculPlan)
            .where(CalculPlan.public_id == attente.public_id, CalculPlan.statut.in_(OUVERTS))
            .values(statut=Statut.ECHEC.value, message=INTERROMPU if est_interrompu else PERDU, fini_at=now)
            .returning(CalculPlan.public_id)
        )
        ferme = session.execute(stmt, execution_options={"synchronize_session": False}).first()
        fermes += ferme is not None
    return fermes


def purge(session: Session, *, now: dt.datetime) -> int:
    """Forget the computations that were asked for long ago and are over; how many."""
    finis = [statut.value for statut in Statut if statut.value not in OUVERTS]
    avant = now - dt.timedelta(days=JOURS_GARDES)
    resultat = session.execute(queries.purge_stmt(finis, avant).returning(CalculPlan.public_id))
    return len(resultat.all())
