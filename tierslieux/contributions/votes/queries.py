"""Statements on votes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from tierslieux.contributions.enums import STATUTS_PUBLIES, Statut
from tierslieux.contributions.models import Proposition, ReglageTerritoire, Vote
from tierslieux.contributions.perimetres import Perimetre, build_filtre
from tierslieux.contributions.votes.regles import DEMARCHES_VOTEES
from tierslieux.territoires.enums import Niveau


def list_reglages(session: Session) -> dict[Perimetre, bool]:
    """What territories have chosen, those that never did left out."""
    rangees = session.execute(select(ReglageTerritoire.niveau, ReglageTerritoire.code, ReglageTerritoire.avec_votes))
    return {(Niveau(r.niveau), r.code): r.avec_votes for r in rangees}


def list_votables(
    session: Session, ouverts: Sequence[Perimetre], *, departement: str | None, auteur: str, limite: int
) -> Sequence[Proposition]:
    """Open proposals of others in these territories (and this département), oldest first, not voted on by `auteur`."""
    deja = exists().where(Vote.proposition_id == Proposition.id, Vote.auteur == auteur)
    stmt = (
        select(Proposition)
        .where(
            Proposition.statut == Statut.EN_ATTENTE,
            Proposition.demarche.in_(DEMARCHES_VOTEES),
            Proposition.auteur != auteur,
            build_filtre(Proposition.commune_code, ouverts),
            ~deja,
        )
        .order_by(Proposition.id)
        .limit(limite)
    )
    if departement is not None:
        stmt = stmt.where(build_filtre(Proposition.commune_code, [(Niveau.DEPARTEMENT, departement)]))
    return session.scalars(stmt).all()


def find_proposition(session: Session, public_id: str, *, verrou: bool = False) -> Proposition | None:
    """A proposal by its public id."""
    stmt = select(Proposition).where(Proposition.public_id == public_id)
    if verrou:
        stmt = stmt.with_for_update().execution_options(populate_existing=True)
    return session.scalar(stmt)


def list_votes(session: Session, proposition_id: int) -> Sequence[Vote]:
    """The votes on a proposal."""
    return session.scalars(select(Vote).where(Vote.proposition_id == proposition_id).order_by(Vote.id)).all()


def count_antecedents(session: Session, auteur: str) -> tuple[int, int]:
    """How many of an author's proposals were accepted, and refused or undone."""
    rangee = session.execute(
        select(
            func.count().filter(Proposition.statut.in_(STATUTS_PUBLIES)),
            func.count().filter(Proposition.statut.in_([Statut.REFUSEE, Statut.ANNULEE])),
        ).where(Proposition.auteur == auteur)
    ).one()
    return rangee[0], rangee[1]


def count_pour_auteur(session: Session, votant: str, auteur: str, *, depuis: dt.datetime) -> int:
    """How many times somebody has voted for an author's proposals, or that author for theirs."""
    ensemble = or_(
        and_(Vote.auteur == votant, Proposition.auteur == auteur),
        and_(Vote.auteur == auteur, Proposition.auteur == votant),
    )
    stmt = (
        select(func.count())
        .select_from(Vote)
        .join(Proposition, Proposition.id == Vote.proposition_id)
        .where(ensemble, Vote.valeur == "pour", Vote.fait_at >= depuis)
    )
    return session.scalar(stmt) or 0


def list_a_conclure(session: Session, *, avant: dt.datetime, depuis: dt.datetime) -> Sequence[str]:
    """Open proposals with votes that came between these instants."""
    stmt = (
        select(Proposition.public_id)
        .where(
            Proposition.statut == Statut.EN_ATTENTE,
            Proposition.recue_at <= avant,
            Proposition.recue_at >= depuis,
            exists().where(Vote.proposition_id == Proposition.id),
        )
        .order_by(Proposition.id)
    )
    return session.scalars(stmt).all()


def list_reseaux(session: Session, auteur: str) -> frozenset[str]:
    """The networks from which an author has proposed or voted lately."""
    envois = select(Proposition.reseau).where(Proposition.auteur == auteur, Proposition.reseau.is_not(None))
    votes = select(Vote.reseau).where(Vote.auteur == auteur, Vote.reseau.is_not(None))
    return frozenset(str(reseau) for reseau in session.scalars(envois.union(votes)))
