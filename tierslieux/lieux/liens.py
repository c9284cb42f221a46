"""Linking fiches to places: merging is linking the fiches of one to the other, undoing it is linking them back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.core.sql import load_block
from tierslieux.lieux import publication
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import FicheSource, Lieu

SQL = Path(__file__).parent / "sql" / "liens.sql"


def link_fiches(
    session: Session,
    liens: Mapping[int, int],
    *,
    now: dt.datetime,
    auteur: str | None = None,
    motif: str | None = None,
) -> dict[int, int]:
    """Link each fiche to a place and publish the places concerned; the links as they were, to be given back to undo.

    A place that loses its last fiche is hidden; a place that was hidden for that reason alone is published again when
    fiches come back. The history of each place says which fiches it had before and has after. Raises NotFoundError for
    a fiche or a place that does not exist. Flushes, never commits; the map's clusters are refreshed by the caller.

    Parameters
    ----------
    liens
        Private ids: fiche → place.
    """
    avant = _list_liens(session, liens)
    lieux = set(liens.values()) | set(avant.values())
    inconnus = lieux - set(session.scalars(select(Lieu.id).where(Lieu.id.in_(lieux)).with_for_update()))
    if inconnus or len(avant) != len(liens):
        manquants = sorted(inconnus) or sorted(set(liens) - set(avant))
        raise NotFoundError("Cette fiche ou ce lieu n’existe pas.", ids=manquants)
    fiches_avant = _list_fiches(session, lieux)
    for lieu_id in set(liens.values()):
        fiches = [fiche for fiche, cible in liens.items() if cible == lieu_id]
        session.execute(update(FicheSource).where(FicheSource.id.in_(fiches)).values(lieu_id=lieu_id))
    fiches_apres = _list_fiches(session, lieux)
    vides = [lieu_id for lieu_id in lieux if fiches_apres[lieu_id] and not fiches_avant[lieu_id]]
    retrouves = session.scalars(load_block(SQL, "list_masques_par_perte"), {"ids": vides}).all() if vides else []
    changements = [
        publication.build_changement(lieu_id, "fiches", fiches_avant[lieu_id], fiches_apres[lieu_id])
        for lieu_id in sorted(lieux)
        if fiches_avant[lieu_id] != fiches_apres[lieu_id]
    ]
    publication.insert_changements(session, changements, now=now, auteur=auteur, motif=motif)
    publication.set_statut(session, retrouves, Statut.PUBLIE, now=now, auteur=auteur, motif=motif)
    publication.publish(session, lieux, now=now, auteur=auteur, motif=motif)
    return avant


def merge_lieux(
    session: Session,
    garde_id: int,
    absorbe_id: int,
    *,
    now: dt.datetime,
    auteur: str | None = None,
    motif: str | None = None,
) -> dict[int, int]:
    """Make two places one: the fiches of the second join the first's. `link_fiches` with the answer undoes it."""
    fiches = _list_fiches(session, {absorbe_id})[absorbe_id]
    return link_fiches(session, dict.fromkeys(fiches, garde_id), now=now, auteur=auteur, motif=motif)


def find_heritier(session: Session, public_id: str) -> str | None:
    """Public id of the place that took over all the fiches of this one; None when it still has some, or is unknown."""
    trouve: str | None = session.scalar(load_block(SQL, "find_heritier"), {"public_id": public_id})
    return trouve


def _list_liens(session: Session, fiches: Collection[int]) -> dict[int, int]:
    rangees = session.execute(
        select(FicheSource.id, FicheSource.lieu_id).where(FicheSource.id.in_(fiches)).with_for_update()
    )
    return {rangee.id: rangee.lieu_id for rangee in rangees}


def _list_fiches(session: Session, lieux: Collection[int]) -> defaultdict[int, list[int]]:
    fiches: defaultdict[int, list[int]] = defaultdict(list)
    stmt = select(FicheSource.id, FicheSource.lieu_id).where(FicheSource.lieu_id.in_(lieux)).order_by(FicheSource.id)
    for rangee in session.execute(stmt):
        fiches[rangee.lieu_id].append(rangee.id)
    return fiches
