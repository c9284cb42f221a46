"""The records that contributions become: written when a proposal is accepted, withdrawn when that is undone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from tierslieux.contributions.models import Proposition
from tierslieux.contributions.sources import SQL, SourceHumaine, ensure_source
from tierslieux.core.errors import NotFoundError
from tierslieux.core.sql import load_block
from tierslieux.lieux import liens, publication
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.identite import build_public_id
from tierslieux.lieux.models import FicheSource, Lieu
from tierslieux.lieux.resolution import Fiche, resolve


def lock_lieu(session: Session, lieu_id: int) -> int:
    """Lock a place, or the one that has taken over its records, until the end of the transaction; its private id.

    Raises NotFoundError.
    """
    rangee = session.execute(load_block(SQL, "lock_lieu"), {"id": lieu_id}).one_or_none()
    if rangee is None:
        raise NotFoundError(lieu=lieu_id)
    heritier = liens.find_heritier(session, rangee.public_id) if rangee.statut == Statut.MASQUE else None
    if heritier is None:
        return lieu_id
    garde = session.execute(load_block(SQL, "find_heritier"), {"public_id": heritier}).scalar_one()
    return lock_lieu(session, garde)


def write_fiche(
    session: Session,
    source: SourceHumaine,
    proposition: Proposition,
    lieu_id: int,
    *,
    valeurs: Mapping[str, Any],
    retraits: Mapping[str, Sequence[str]],
    now: dt.datetime,
) -> int:
    """Write what a proposal says of a place as a record; its private id. The caller publishes the place."""
    ensure_source(session, source)
    fiche_id: int = session.execute(load_block(SQL, "reserve_fiche")).scalar_one()
    _insert(session, fiche_id, source, proposition, lieu_id, valeurs=valeurs, retraits=retraits, now=now)
    return fiche_id


def open_lieu(
    session: Session, source: SourceHumaine, proposition: Proposition, valeurs: Mapping[str, Any], *, now: dt.datetime
) -> tuple[int, int]:
    """Open the place that a proposal says; (private id of the place, of its record)."""
    ensure_source(session, source)
    lieu_id, fiche_id = session.execute(load_block(SQL, "reserve")).one()
    essai = 0
    public_id = build_public_id(source.id, proposition.public_id)
    while session.query(Lieu.id).filter(Lieu.public_id == public_id).first() is not None:
        essai += 1
        public_id = build_public_id(source.id, proposition.public_id, essai)
    fiche = Fiche(
        fiche_id,
        source.id,
        proposition.public_id,
        source.confiance,
        now.date(),
        valeurs,
        nature=source.nature,
        acceptee_at=now,
    )
    publication.create(
        session,
        [(lieu_id, public_id, resolve([fiche]))],
        now=now,
        auteur=proposition.auteur,
        motif=build_motif(proposition),
    )
    _insert(session, fiche_id, source, proposition, lieu_id, valeurs=valeurs, retraits={}, now=now)
    return lieu_id, fiche_id


def set_retiree(session: Session, fiche_id: int, retiree_at: dt.datetime | None) -> int:
    """Withdraw a record, or let it speak again; the private id of its place."""
    lieu_id: int = session.execute(load_block(SQL, "find_lieu_de_fiche"), {"id": fiche_id}).scalar_one()
    session.execute(
        update(FicheSource)
        .where(FicheSource.id == fiche_id)
        .values(retiree_at=retiree_at)
        .execution_options(synchronize_session=False)
    )
    return lieu_id


def build_motif(proposition: Proposition) -> str:
    """Why a value changed, as the history of the place says it: the proposal that changed it."""
    return f"proposition:{proposition.public_id}"


def _insert(
    session: Session,
    fiche_id: int,
    source: SourceHumaine,
    proposition: Proposition,
    lieu_id: int,
    *,
    valeurs: Mapping[str, Any],
    retraits: Mapping[str, Sequence[str]],
    now: dt.datetime,
) -> None:
    contenu = json.dumps({"valeurs": valeurs, "retraits": retraits}, ensure_ascii=False, sort_keys=True)
    session.execute(
        load_block(SQL, "insert_fiche"),
        {
            "id": fiche_id,
            "source_id": source.id,
            "identifiant": proposition.public_id,
            "lieu_id": lieu_id,
            # The proposal holds the rest: who, when, what was asked. A record of people says nothing of them.
            "brut": json.dumps({"proposition": proposition.public_id}),
            "valeurs": json.dumps(valeurs, ensure_ascii=False),
            "retraits": json.dumps(retraits, ensure_ascii=False),
            "empreinte": hashlib.sha256(contenu.encode()).hexdigest(),
            "date_maj": now.date(),
            "now": now,
        },
    )
