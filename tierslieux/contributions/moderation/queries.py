"""What is read of the queue and of one proposal. Everything is bounded by the territories of whoever looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions.enums import STATUTS_OUVERTS, Demarche, Statut
from tierslieux.contributions.models import MessageProposition, Proposition
from tierslieux.contributions.moderation.enums import STATUTS_DECIDES, STATUTS_VUES, Vue
from tierslieux.contributions.moderation.params import DEMARCHES, Filtres
from tierslieux.contributions.perimetres import Perimetre, build_filtre
from tierslieux.core.db import Rangee, Stmt
from tierslieux.lieux.models import Lieu, Source
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

_COMMUNES = (Niveau.COMMUNE, Niveau.ARRONDISSEMENT)


# --- The queue --------------------------------------------------------------------------------------------------------


def list_file_stmt(
    filtres: Filtres, visibles: Sequence[Perimetre], decidables: Sequence[Perimetre], *, limite: int
) -> Stmt:
    """Proposals of these territories that wait, the oldest first; `est_decidable`: whoever looks decides there."""
    stmt = (
        _select_file(decidables)
        .where(*_build_conditions(filtres, visibles), Proposition.statut == STATUTS_VUES[filtres.vue])
        .order_by(Proposition.id)
        .limit(limite)
    )
    return stmt if filtres.apres is None else stmt.where(Proposition.id > filtres.apres)


def list_decidees_stmt(
    filtres: Filtres, visibles: Sequence[Perimetre], decidables: Sequence[Perimetre], *, limite: int
) -> Stmt:
    """The same for those that were decided, the last first."""
    return (
        _select_file(decidables)
        .where(*_build_conditions(filtres, visibles), Proposition.statut.in_(STATUTS_DECIDES))
        .order_by(Proposition.decidee_at.desc(), Proposition.id.desc())
        .limit(limite)
    )


def _select_file(decidables: Sequence[Perimetre]) -> Stmt:
    return (
        select(
            Proposition.id,
            Proposition.public_id,
            Proposition.demarche,
            Proposition.statut,
            Proposition.nom,
            Proposition.avant,
            Proposition.apres,
            Proposition.auteur,
            Proposition.score,
            Proposition.parts,
            Proposition.motif_refus,
            Proposition.recue_at,
            Proposition.decidee_at,
            Proposition.decidee_par,
            Proposition.verrou_par,
            Proposition.verrou_jusqua_at,
            Territoire.nom.label("commune"),
            Source.libelle.label("source"),
            build_filtre(Proposition.commune_code, decidables).label("est_decidable"),
        )
        .outerjoin(Territoire, _joins_commune())
        .outerjoin(Source, Source.id == Proposition.source_id)
    )


def _joins_commune() -> ColumnElement[bool]:
    return and_(Territoire.code == Proposition.commune_code, Territoire.niveau.in_(_COMMUNES))


def _build_conditions(filtres: Filtres, visibles: Sequence[Perimetre]) -> list[ColumnElement[bool]]:
    conditions = [build_filtre(Proposition.commune_code, visibles), Proposition.demarche.in_(DEMARCHES)]
    if filtres.demarche is not None:
        conditions.append(Proposition.demarche == filtres.demarche)
    if filtres.territoire is not None:
        conditions.append(build_filtre(Proposition.commune_code, [filtres.territoire]))
    return conditions


def count_ouvertes(session: Session, visibles: Sequence[Perimetre]) -> dict[str, int]:
    """How many proposals of these territories are in each open state."""
    stmt = (
        select(Proposition.statut, func.count().label("nombre"))
        .where(*_build_conditions(Filtres(), visibles), Proposition.statut.in_(STATUTS_OUVERTS))
        .group_by(Proposition.statut)
    )
    return {rangee.statut: rangee.nombre for rangee in session.execute(stmt)}


def count_par_commune(session: Session, vue: Vue, visibles: Sequence[Perimetre], *, limite: int) -> Sequence[Rangee]:
    """Communes where proposals are in the state of this page, with how many, those with most first."""
    stmt = (
        select(
            Territoire.code,
            Territoire.nom,
            Territoire.nom_tri,
            Territoire.niveau,
            func.count().label("nombre"),
        )
        .join(Proposition, _joins_commune())
        .where(*_build_conditions(Filtres(), visibles), Proposition.statut == STATUTS_VUES.get(vue, Statut.EN_ATTENTE))
        .group_by(Territoire.id)
        .order_by(func.count().desc(), Territoire.code)
        .limit(limite)
    )
    return session.execute(stmt).all()


def list_territoires(session: Session, territoires: Collection[Perimetre]) -> dict[Perimetre, str]:
    """Names of these territories."""
    stmt = select(Territoire.niveau, Territoire.code, Territoire.nom).where(
        tuple_(Territoire.niveau, Territoire.code).in_([(niveau.value, code) for niveau, code in territoires])
    )
    return {(Niveau(niveau), code): nom for niveau, code, nom in session.execute(stmt)}


def find_suivante(
    session: Session, filtres: Filtres, perimetres: Sequence[Perimetre], *, apres: int, acteur: str, now: dt.datetime
) -> str | None:
    """The next proposal to look at after this one, that nobody else is looking at."""
    est_libre = or_(
        Proposition.verrou_jusqua_at.is_(None), Proposition.verrou_jusqua_at <= now, Proposition.verrou_par == acteur
    )
    stmt = _select_voisines(filtres, perimetres).where(Proposition.id > apres, est_libre).order_by(Proposition.id)
    trouvee: str | None = session.scalar(stmt.limit(1))
    return trouvee


def find_voisine(
    session: Session, filtres: Filtres, perimetres: Sequence[Perimetre], proposition_id: int, *, arriere: bool = False
) -> str | None:
    """The proposal that stands after this one in the queue, or before it."""
    stmt = _select_voisines(filtres, perimetres)
    if arriere:
        stmt = stmt.where(Proposition.id < proposition_id).order_by(Proposition.id.desc())
    else:
        stmt = stmt.where(Proposition.id > proposition_id).order_by(Proposition.id)
    trouvee: str | None = session.scalar(stmt.limit(1))
    return trouvee


def _select_voisines(filtres: Filtres, perimetres: Sequence[Perimetre]) -> Stmt:
    statut = STATUTS_VUES.get(filtres.vue, Statut.EN_ATTENTE)
    return select(Proposition.public_id).where(*_build_conditions(filtres, perimetres), Proposition.statut == statut)


# --- One proposal -----------------------------------------------------------------------------------------------------


def find_proposition(session: Session, public_id: str, *, verrou: bool = False) -> Proposition | None:
    """A proposal by its public id; `verrou` locks it until the end of the transaction."""
    # PostgreSQL has no text with a zero byte.
    if not public_id.isprintable():
        return None
    stmt = select(Proposition).where(Proposition.public_id == public_id).execution_options(populate_existing=True)
    return session.scalar(stmt.with_for_update() if verrou else stmt)


def find_lieu(session: Session, *, lieu_id: int | None = None, public_id: str | None = None) -> Rangee | None:
    """Ids, name, status, commune and position of a place."""
    if public_id is not None and not public_id.isprintable():
        return None
    stmt = _select_lieux().where(Lieu.id == lieu_id if public_id is None else Lieu.public_id == public_id)
    return session.execute(stmt).one_or_none()


def list_lieux(session: Session, public_ids: Collection[str]) -> dict[str, Rangee]:
    """The same for several places, by public id."""
    stmt = _select_lieux().where(Lieu.public_id.in_(public_ids))
    return {rangee.public_id: rangee for rangee in session.execute(stmt)}


def _select_lieux() -> Stmt:
    return select(
        Lieu.id,
        Lieu.public_id,
        Lieu.nom,
        Lieu.statut,
        Lieu.commune_code,
        func.ST_X(Lieu.geom).label("lon"),
        func.ST_Y(Lieu.geom).label("lat"),
    )


def find_source(session: Session, source_id: str) -> str | None:
    """What a source is called."""
    return session.scalar(select(Source.libelle).where(Source.id == source_id))


def list_messages(session: Session, proposition_id: int) -> Sequence[MessageProposition]:
    """What was said about a proposal, in order."""
    stmt = select(MessageProposition).where(MessageProposition.proposition_id == proposition_id)
    return session.scalars(stmt.order_by(MessageProposition.id)).all()


def count_messages(session: Session, proposition_id: int) -> int:
    """How many messages there are about a proposal."""
    stmt = select(func.count()).where(MessageProposition.proposition_id == proposition_id)
    return session.scalar(stmt) or 0


def count_par_statut(session: Session, auteur: str) -> dict[str, int]:
    """How many proposals of an author are in each state, confirmations left out."""
    stmt = (
        select(Proposition.statut, func.count().label("nombre"))
        .where(Proposition.auteur == auteur, Proposition.demarche != Demarche.CONFIRMATION)
        .group_by(Proposition.statut)
    )
    return {rangee.statut: rangee.nombre for rangee in session.execute(stmt)}


def list_autres_stmt(lieu_id: int, sauf: int) -> Stmt:
    """Other proposals that wait about the same place."""
    return (
        select(Proposition.public_id, Proposition.demarche, Proposition.recue_at)
        .where(Proposition.lieu_id == lieu_id, Proposition.statut.in_(STATUTS_OUVERTS), Proposition.id != sauf)
        .order_by(Proposition.id)
        .limit(10)
    )


def find_acte(session: Session, public_id: str, actions: Collection[str]) -> Journal | None:
    """The last of these acts on a proposal."""
    stmt = (
        select(Journal)
        .where(Journal.objet == f"proposition:{public_id}", Journal.action.in_(actions))
        .order_by(Journal.id.desc())
        .limit(1)
    )
    return session.scalar(stmt)


def release_autres(session: Session, acteur: str, *, sauf: str) -> None:
    """Let others have every proposal that this moderator had, but one: people look at one thing at a time."""
    session.execute(
        update(Proposition)
        .where(Proposition.statut.in_(STATUTS_OUVERTS), Proposition.verrou_par == acteur, Proposition.public_id != sauf)
        .values(verrou_par=None, verrou_jusqua_at=None)
        .execution_options(synchronize_session=False)
    )
