"""What the contributor does on the private page of a proposal, and how an address stops our mails.

Functions flush and never commit. The secret of the page is asked for each time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.contributions import services
from tierslieux.contributions.enums import STATUTS_PUBLIES, Demarche, Statut
from tierslieux.contributions.errors import TraiteeError
from tierslieux.contributions.models import Desabonnement, MessageProposition, Proposition
from tierslieux.core.courriels import digest_adresse
from tierslieux.core.sql import load_block
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux import liens
from tierslieux.lieux.enums import Statut as StatutLieu
from tierslieux.lieux.models import Lieu

SQL = Path(__file__).parent / "sql" / "suivi.sql"

# How long a contributor may take back what was published, without asking anybody.
DELAI_ANNULATION = dt.timedelta(hours=24)
MIENNES_MAX = 100
TROP_TARD = N_("Le délai pour annuler est passé. Proposez plutôt une correction.")


@dataclass(frozen=True, slots=True)
class Suivi:
    """A proposal with what was said about it. `lieu_id`: public id of its place, or of the one that took it over.

    None while a new place waits, or when the place is not shown any more. `annulable_jusqua`: until when the
    contributor may take back what was published.
    """

    proposition: Proposition
    messages: Sequence[MessageProposition]
    lieu_id: str | None
    est_reuni: bool
    annulable_jusqua: dt.datetime | None


def get_suivi(session: Session, public_id: str, jeton: str, *, now: dt.datetime) -> Suivi:
    """All that the private page shows; raises NotFoundError, the same for a wrong secret."""
    proposition = services.get_par_jeton(session, public_id, jeton)
    messages = session.scalars(
        select(MessageProposition)
        .where(MessageProposition.proposition_id == proposition.id)
        .order_by(MessageProposition.id)
    ).all()
    lieu_id, est_reuni = _find_lieu(session, proposition.lieu_id)
    return Suivi(proposition, messages, lieu_id, est_reuni, find_delai_annulation(proposition, now=now))


def find_delai_annulation(proposition: Proposition, *, now: dt.datetime) -> dt.datetime | None:
    """Until when what was published can be taken back by its author; None when it cannot, or no more."""
    if Statut(proposition.statut) not in STATUTS_PUBLIES or proposition.decidee_at is None:
        return None
    jusqua = proposition.decidee_at + DELAI_ANNULATION
    return jusqua if now < jusqua else None


def undo_recent(session: Session, public_id: str, jeton: str, *, now: dt.datetime) -> Proposition:
    """Take back one's own contribution within a day of its publication; raises NotFoundError, TraiteeError."""
    proposition = services.get_par_jeton(session, public_id, jeton)
    if find_delai_annulation(proposition, now=now) is None:
        raise TraiteeError(_(TROP_TARD))
    return services.undo(session, public_id, acteur=proposition.auteur, now=now)


def forget_courriel(session: Session, public_id: str, jeton: str) -> Proposition:
    """Erase the e-mail address of a proposal; raises NotFoundError."""
    proposition = services.get_par_jeton(session, public_id, jeton)
    proposition.courriel = None
    session.flush()
    return proposition


def is_desabonnee(session: Session, empreinte: str) -> bool:
    """Whether the address of this keyed digest wants no mail."""
    return session.get(Desabonnement, empreinte) is not None


def stop_courriels(session: Session, empreinte: str, *, secret: str, now: dt.datetime) -> None:
    """Send nothing more to the address of this keyed digest, and erase it from the proposals that hold it."""
    session.execute(load_block(SQL, "stop"), {"empreinte": empreinte, "now": now})
    for courriel in session.scalars(load_block(SQL, "list_courriels")).all():
        if digest_adresse(courriel, secret) == empreinte:
            session.execute(load_block(SQL, "forget_courriel"), {"courriel": courriel})
    session.expire_all()


def resume_courriels(session: Session, empreinte: str) -> None:
    """Send mails again to the address of this keyed digest, as it asks."""
    session.execute(load_block(SQL, "resume"), {"empreinte": empreinte})
    session.expire_all()


def _find_lieu(session: Session, lieu_id: int | None) -> tuple[str | None, bool]:
    """(public id of the place to show, whether it is another one that took it over)."""
    lieu = session.get(Lieu, lieu_id) if lieu_id is not None else None
    if lieu is None:
        return None, False
    if lieu.statut != StatutLieu.MASQUE:
        return lieu.public_id, False
    heritier = liens.find_heritier(session, lieu.public_id)
    return heritier, heritier is not None


def list_miennes(session: Session, pseudonyme: str) -> Sequence[Proposition]:
    """The last proposals of one author, the last one first; confirmations are acts of a moment and left out."""
    stmt = (
        select(Proposition)
        .where(Proposition.auteur == pseudonyme, Proposition.demarche != Demarche.CONFIRMATION)
        .order_by(Proposition.id.desc())
        .limit(MIENNES_MAX)
    )
    return session.scalars(stmt).all()
