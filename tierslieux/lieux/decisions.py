"""What people decide of two places: the same, or not; each act can be undone, and no import undoes it.

Decisions are rows about records, named as their sources name them, so that they hold whatever is imported later. An act
is what it moved and the rows that it wrote: giving both back is the state before.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.core.sql import load_block
from tierslieux.lieux import publication
from tierslieux.lieux.identite import build_public_id
from tierslieux.lieux.liens import SQL, link_fiches, merge_lieux
from tierslieux.lieux.models import FicheSource, Lieu
from tierslieux.lieux.resolution import Fiche, order_fiches, resolve

MEME, DIFFERENT = "meme", "different"


@dataclass(frozen=True, slots=True)
class Acte:
    """What one decision did: each fiche's place before and after it, and the rows of decisions that it wrote."""

    avant: Mapping[int, int]
    apres: Mapping[int, int]
    decisions: tuple[int, ...]


def decide_meme(
    session: Session,
    lieu_a: int,
    lieu_b: int,
    *,
    now: dt.datetime,
    auteur: str | None = None,
    motif: str | None = None,
) -> Acte:
    """Two places are one: the older keeps its address and takes the fiches of the other.

    `lieu_a` and `lieu_b` are private ids. Raises NotFoundError for a place without fiche, ConflictError for one place
    given twice. Flushes, never commits; the map's clusters are refreshed by the caller.
    """
    garde, absorbe = sorted((lieu_a, lieu_b))
    fiches = _list_deux(session, garde, absorbe)
    decisions = _decide(session, fiches[garde], fiches[absorbe], MEME, now=now, auteur=auteur, motif=motif)
    avant = merge_lieux(session, garde, absorbe, now=now, auteur=auteur, motif=motif)
    return Acte(avant, dict.fromkeys(avant, garde), decisions)


def decide_different(
    session: Session,
    lieu_a: int,
    lieu_b: int,
    *,
    now: dt.datetime,
    auteur: str | None = None,
    motif: str | None = None,
) -> Acte:
    """Two places are two: no import will merge them, and the pair leaves the queue. Raises as `decide_meme`."""
    fiches = _list_deux(session, lieu_a, lieu_b)
    decisions = _decide(session, fiches[lieu_a], fiches[lieu_b], DIFFERENT, now=now, auteur=auteur, motif=motif)
    return Acte({}, {}, decisions)


def confirm_meme(
    session: Session,
    fiche_a: int,
    fiche_b: int,
    *,
    now: dt.datetime,
    auteur: str | None = None,
    motif: str | None = None,
) -> Acte:
    """Say that two fiches of one place are rightly there: nothing moves, and nothing will ask again.

    Raises NotFoundError for an unknown fiche.
    """
    fiches = session.scalars(select(FicheSource).where(FicheSource.id.in_({fiche_a, fiche_b}))).all()
    if len(fiches) != 2:
        raise NotFoundError("Cette fiche n’existe pas.", ids=[fiche_a, fiche_b])
    a, b = (Fiche(f.id, f.source_id, f.identifiant, 0, f.date_maj, f.valeurs) for f in fiches)
    return Acte({}, {}, _decide(session, [a], [b], MEME, now=now, auteur=auteur, motif=motif))


def unmerge(
    session: Session,
    fiche_ids: Collection[int],
    *,
    now: dt.datetime,
    auteur: str | None = None,
    motif: str | None = None,
) -> Acte:
    """Take fiches of one place out of it, back to where they came from; no import will merge them again.

    Each goes back to the place that its history says. Those that were never elsewhere go with the others, or open a
    place of their own whose address follows from the first. Raises NotFoundError for an unknown fiche, ConflictError
    when the fiches are not of one place or are all it has.
    """
    parties = session.scalars(select(FicheSource).where(FicheSource.id.in_(fiche_ids))).all()
    if not parties or len(parties) != len(set(fiche_ids)):
        raise NotFoundError("Cette fiche n’existe pas.", ids=sorted(fiche_ids))
    lieux = {fiche.lieu_id for fiche in parties}
    if len(lieux) > 1:
        raise ConflictError("Ces fiches ne sont pas d’un même lieu.", lieux=sorted(lieux))
    lieu_id = lieux.pop()
    toutes = publication.list_fiches(session, [lieu_id])[lieu_id]
    restent = [fiche for fiche in toutes if fiche.id not in set(fiche_ids)]
    partent = [fiche for fiche in toutes if fiche.id in set(fiche_ids)]
    if not any(fiche.est_entiere for fiche in restent):
        raise ConflictError("Ce lieu n’a pas d’autre fiche : il n’y a rien à séparer.", lieu=lieu_id)
    if not any(fiche.est_entiere for fiche in partent):
        raise ConflictError("Cette fiche corrige le lieu, elle n’en est pas un autre.", ids=sorted(fiche_ids))
    decisions = _decide(session, partent, restent, DIFFERENT, now=now, auteur=auteur, motif=motif)
    apres = _find_destinations(session, partent, now=now, auteur=auteur, motif=motif)
    avant = link_fiches(session, apres, now=now, auteur=auteur, motif=motif)
    return Acte(avant, apres, decisions)


def undo(
    session: Session, acte: Acte, *, now: dt.datetime, auteur: str | None = None, motif: str | None = None
) -> None:
    """Give back what an act moved and take out the rows that it wrote.

    Raises ConflictError when a fiche has moved since: the later act must be undone first.
    """
    actuels = {
        rangee.id: rangee.lieu_id
        for rangee in session.execute(
            select(FicheSource.id, FicheSource.lieu_id).where(FicheSource.id.in_(acte.apres)).with_for_update()
        )
    }
    if actuels != dict(acte.apres):
        raise ConflictError("Ces fiches ont été déplacées depuis : annulez d’abord ce qui a suivi.")
    if acte.avant:
        link_fiches(session, acte.avant, now=now, auteur=auteur, motif=motif)
    session.execute(load_block(SQL, "delete_decisions"), {"ids": list(acte.decisions)})


def find_acte(session: Session, decision_id: int) -> Acte:
    """The act to which a row of decision belongs, read again from the history; raises NotFoundError."""
    rangees = session.execute(load_block(SQL, "list_decisions_de"), {"id": decision_id}).all()
    if not rangees:
        raise NotFoundError("Cette décision n’existe pas, ou a été annulée.", decision=decision_id)
    avant: dict[int, int] = {}
    apres: dict[int, int] = {}
    for ligne in session.execute(load_block(SQL, "list_liens_de"), {"fait_at": rangees[0].fait_at}):
        avant |= dict.fromkeys(set(ligne.avant) - set(ligne.apres), ligne.lieu_id)
        apres |= dict.fromkeys(set(ligne.apres) - set(ligne.avant), ligne.lieu_id)
    return Acte(avant, apres, tuple(rangee.id for rangee in rangees))


def _list_deux(session: Session, lieu_a: int, lieu_b: int) -> Mapping[int, list[Fiche]]:
    if lieu_a == lieu_b:
        raise ConflictError("Il faut deux lieux.", lieu=lieu_a)
    fiches = publication.list_fiches(session, [lieu_a, lieu_b])
    vides = [lieu_id for lieu_id in (lieu_a, lieu_b) if not fiches[lieu_id]]
    if vides:
        raise NotFoundError("Ce lieu n’existe pas, ou n’existe plus.", ids=vides)
    return fiches


def _decide(
    session: Session,
    fiches_a: Sequence[Fiche],
    fiches_b: Sequence[Fiche],
    decision: str,
    *,
    now: dt.datetime,
    auteur: str | None,
    motif: str | None,
) -> tuple[int, ...]:
    """One row for each pair of records of the two sides; their ids."""
    lignes = [
        {
            "source_a": a.source_id,
            "identifiant_a": a.identifiant,
            "source_b": b.source_id,
            "identifiant_b": b.identifiant,
        }
        for a, b in product(fiches_a, fiches_b)
    ]
    ids = session.scalars(
        load_block(SQL, "insert_decisions"),
        {
            "lignes": json.dumps(lignes, ensure_ascii=False),
            "decision": decision,
            "auteur": auteur,
            "motif": motif,
            "now": now,
        },
    )
    return tuple(ids)


def _find_destinations(
    session: Session, fiches: Sequence[Fiche], *, now: dt.datetime, auteur: str | None, motif: str | None
) -> dict[int, int]:
    """Where each fiche goes back; those born here follow the only place of the others, or open one."""
    ids = {fiche.id for fiche in fiches}
    pertes: defaultdict[int, list[tuple[int, set[int]]]] = defaultdict(list)
    for rangee in session.execute(load_block(SQL, "list_pertes"), {"ids": sorted(ids)}):
        pertes[rangee.fiche_id].append((rangee.lieu_id, set(rangee.avant) - set(rangee.apres)))
    # The last place that lost it with nothing but what leaves now; failing that, the first, where it was born.
    origines = {
        fiche_id: next((lieu_id for lieu_id, perdues in liste if perdues <= ids), liste[-1][0])
        for fiche_id, liste in pertes.items()
    }
    nees = [fiche for fiche in fiches if fiche.id not in origines]
    if nees:
        lieux = set(origines.values())
        accueil = lieux.pop() if len(lieux) == 1 else _open_lieu(session, nees, now=now, auteur=auteur, motif=motif)
        origines |= dict.fromkeys((fiche.id for fiche in nees), accueil)
    return origines


def _open_lieu(
    session: Session, fiches: Sequence[Fiche], *, now: dt.datetime, auteur: str | None, motif: str | None
) -> int:
    """A new place for these fiches, whose address follows from the first by authority; its private id."""
    premiere = order_fiches(fiches)[0]
    essai = 0
    public_id = build_public_id(premiere.source_id, premiere.identifiant)
    while session.scalar(select(Lieu.id).where(Lieu.public_id == public_id)) is not None:
        essai += 1
        public_id = build_public_id(premiere.source_id, premiere.identifiant, essai)
    lieu_id: int = session.execute(load_block(SQL, "reserve_lieu")).scalar_one()
    publication.create(session, [(lieu_id, public_id, resolve(fiches))], now=now, auteur=auteur, motif=motif)
    return lieu_id
