"""Statements of personal data: what a rule of the register finds, what is kept of one person, what is erased."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Table,
    Text,
    Update,
    and_,
    cast,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from tierslieux.comptes.droits import Role
from tierslieux.comptes.models import Compte, HabilitationCompte
from tierslieux.contributions.donnees.regles import Condition, Regle, Suite
from tierslieux.contributions.enums import Statut
from tierslieux.contributions.models import (
    Brouillon,
    Desabonnement,
    MessageProposition,
    Opposition,
    Proposition,
    Purge,
    Relance,
    Vote,
)
from tierslieux.core.courriels import CourrielSortant
from tierslieux.core.db import Base
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau

# What an unpublished proposal said, that nobody will look at again.
STATUTS_SANS_SUITE = (Statut.REFUSEE, Statut.RETIREE)


# --- Rules of the register ------------------------------------------------------------------------------------------


def list_perimes(regle: Regle, avant: dt.datetime) -> ColumnElement[bool]:
    """Which rows of the rule's table are over: their date is before `avant`, and there is something to forget."""
    table = _get_table(regle)
    conditions = [_build_date(table, regle.depuis) < avant, *(_build_condition(table, c) for c in regle.conditions)]
    if regle.suite is Suite.VIDER:
        conditions.append(or_(*(table.c[nom].is_not(None) for nom in regle.colonnes)))
    return and_(*conditions)


def forget_stmt(regle: Regle, avant: dt.datetime) -> Delete | Update:
    """Delete or empty what is over. The columns that are emptied may hold NULL."""
    table, perimes = _get_table(regle), list_perimes(regle, avant)
    if regle.suite is Suite.SUPPRIMER:
        return delete(table).where(perimes)
    return update(table).where(perimes).values({nom: null() for nom in regle.colonnes})


def forget(session: Session, regle: Regle, avant: dt.datetime) -> int:
    """Delete or empty what is over; how many rows."""
    resultat: CursorResult[Any] = session.connection().execute(forget_stmt(regle, avant))
    return resultat.rowcount


def delete_preuves(session: Session, avant: dt.datetime) -> None:
    """Forget the proofs of long ago."""
    session.execute(delete(Purge).where(Purge.fait_at < avant), execution_options={"synchronize_session": False})


def count_perimes(session: Session, regle: Regle, avant: dt.datetime) -> int:
    """How many rows a rule would find."""
    table = _get_table(regle)
    return session.scalar(select(func.count()).select_from(table).where(list_perimes(regle, avant))) or 0


def list_comptes_oisifs(session: Session, regle: Regle, avant: dt.datetime) -> Sequence[int]:
    """Accounts that nobody has opened since; national administrators, without whom nobody could be invited, stay."""
    est_national = exists().where(
        HabilitationCompte.compte_id == Compte.id,
        HabilitationCompte.role == Role.ADMINISTRATEUR,
        HabilitationCompte.niveau == Niveau.FRANCE,
    )
    return session.scalars(select(Compte.id).where(list_perimes(regle, avant), ~est_national).order_by(Compte.id)).all()


def _get_table(regle: Regle) -> Table:
    if regle.table is None:
        raise ValueError(f"rule {regle.cle} has no table")
    return Base.metadata.tables[regle.table]


def _build_date(table: Table, depuis: Sequence[str]) -> ColumnElement[dt.datetime]:
    if len(depuis) == 1 and "." in depuis[0]:
        autre, colonne = depuis[0].split(".")
        etrangere = Base.metadata.tables[autre]
        return (
            select(etrangere.c[colonne])
            .where(etrangere.c.id == table.c[f"{autre}_id"])
            .correlate(table)
            .scalar_subquery()
        )
    return func.coalesce(*(table.c[nom] for nom in depuis))


def _build_condition(table: Table, condition: Condition) -> ColumnElement[bool]:
    colonne = table.c[condition.colonne]
    return colonne.not_in(condition.valeurs) if condition.est_exclue else colonne.in_(condition.valeurs)


def find_derniere_purge(session: Session) -> tuple[dt.datetime, int] | None:
    """When the last purge was made, and how many rows it forgot; None before the first."""
    rangee = session.execute(
        select(Purge.fait_at, func.sum(Purge.nombre).label("nombre"))
        .group_by(Purge.fait_at)
        .order_by(Purge.fait_at.desc())
        .limit(1)
    ).first()
    return None if rangee is None else (rangee.fait_at, rangee.nombre)


# --- What is kept of one person --------------------------------------------------------------------------------------


def list_propositions(session: Session, auteur: str) -> Sequence[Proposition]:
    """Everything that one author has proposed, the first one first."""
    return session.scalars(select(Proposition).where(Proposition.auteur == auteur).order_by(Proposition.id)).all()


def list_messages(session: Session, proposition_ids: Collection[int]) -> Sequence[MessageProposition]:
    """What was said of these proposals, in its order."""
    return session.scalars(
        select(MessageProposition)
        .where(MessageProposition.proposition_id.in_(proposition_ids))
        .order_by(MessageProposition.id)
    ).all()


def list_votes(session: Session, auteur: str) -> Sequence[tuple[Vote, str]]:
    """(vote, public id of the proposal) of one author."""
    stmt = (
        select(Vote, Proposition.public_id)
        .join(Proposition, Proposition.id == Vote.proposition_id)
        .where(Vote.auteur == auteur)
        .order_by(Vote.id)
    )
    return [(vote, public_id) for vote, public_id in session.execute(stmt)]


def list_courriels(session: Session, adresse: str, empreinte: str) -> Sequence[CourrielSortant]:
    """Mails to an address: those that wait, and the traces of those that left."""
    return session.scalars(
        select(CourrielSortant)
        .where(or_(func.lower(CourrielSortant.destinataire) == adresse.lower(), CourrielSortant.empreinte == empreinte))
        .order_by(CourrielSortant.id)
    ).all()


def list_relances(session: Session, empreinte: str) -> Sequence[Relance]:
    """Mails that asked an address whether its place is still as it is shown."""
    return session.scalars(select(Relance).where(Relance.empreinte == empreinte).order_by(Relance.id)).all()


def has_desabonnement(session: Session, empreinte: str) -> bool:
    """Whether an address does not want our mails any more."""
    return session.get(Desabonnement, empreinte) is not None


# --- Erasing ----------------------------------------------------------------------------------------------------------


def erase_propositions(session: Session, auteur: str) -> int:
    """Take the person out of what they proposed; the place's values that were published stay. How many proposals."""
    liees = Proposition.auteur == auteur
    ids = session.scalars(
        update(Proposition)
        .where(liees)
        .values(courriel=None, commentaire=None, reseau=None, compte_id=None, reponse=None, jeton_sha256=None)
        .returning(Proposition.id),
        execution_options={"synchronize_session": False},
    ).all()
    session.execute(
        update(Proposition).where(liees, Proposition.statut.in_(STATUTS_SANS_SUITE)).values(avant={}, apres={}),
        execution_options={"synchronize_session": False},
    )
    return len(ids)


def delete_messages(session: Session, auteur: str) -> int:
    """Forget what an author wrote, and what was said to them: an answer often repeats the question. How many."""
    leurs = select(Proposition.id).where(Proposition.auteur == auteur)
    stmt = delete(MessageProposition).where(
        or_(MessageProposition.auteur == auteur, MessageProposition.proposition_id.in_(leurs))
    )
    return len(
        session.scalars(stmt.returning(MessageProposition.id), execution_options={"synchronize_session": False}).all()
    )


def list_votes_ids(session: Session, auteur: str) -> Sequence[int]:
    """Votes of an author."""
    return session.scalars(select(Vote.id).where(Vote.auteur == auteur).order_by(Vote.id)).all()


def anonymize_vote(session: Session, vote_id: int, auteur: str) -> None:
    """Keep what a vote says, under a name of its own."""
    session.execute(
        update(Vote).where(Vote.id == vote_id).values(auteur=auteur, reseau=None),
        execution_options={"synchronize_session": False},
    )


def delete_brouillons(session: Session, textes: Collection[str], public_ids: Collection[str]) -> int:
    """Forget the drafts in which one of these texts stands, and what became of them once sent. How many.

    A draft names nobody: it is found by what its author wrote elsewhere.
    """
    dit = func.lower(cast(Brouillon.champs, Text))
    conditions = [func.strpos(dit, json.dumps(texte.lower(), ensure_ascii=False)[1:-1]) > 0 for texte in textes]
    conditions.append(Brouillon.champs["proposition"].astext.in_(public_ids))
    stmt = delete(Brouillon).where(or_(*conditions)).returning(Brouillon.jeton_sha256)
    return len(session.scalars(stmt, execution_options={"synchronize_session": False}).all())


def delete_courriels_sur(session: Session, adresse: str, public_ids: Collection[str]) -> int:
    """Forget the mails that wait for an address and speak of these proposals. How many."""
    if not public_ids:
        return 0
    parle = or_(*(func.strpos(CourrielSortant.corps, f"/{public_id}/") > 0 for public_id in public_ids))
    stmt = delete(CourrielSortant).where(func.lower(CourrielSortant.destinataire) == adresse.lower(), parle)
    return len(
        session.scalars(stmt.returning(CourrielSortant.id), execution_options={"synchronize_session": False}).all()
    )


def delete_relances(session: Session, empreinte: str) -> int:
    """Forget what an address was asked. How many."""
    stmt = delete(Relance).where(Relance.empreinte == empreinte).returning(Relance.id)
    return len(session.scalars(stmt, execution_options={"synchronize_session": False}).all())


# --- Oppositions -----------------------------------------------------------------------------------------------------


def list_empreintes(session: Session) -> frozenset[str]:
    """Digests of what is not to be shown any more."""
    listes = session.scalars(select(Opposition.empreintes).where(Opposition.statut == "confirmee"))
    return frozenset(empreinte for liste in listes for empreinte in liste)


def find_lieu(session: Session, public_id: str) -> Lieu | None:
    """The place of this address."""
    return session.scalar(select(Lieu).where(Lieu.public_id == public_id))


def find_opposition(session: Session, numero: int) -> Opposition | None:
    """An opposition, held until the end of the transaction."""
    return session.scalar(
        select(Opposition).where(Opposition.id == numero).with_for_update().execution_options(populate_existing=True)
    )


def list_demandees(session: Session, filtre: ColumnElement[bool]) -> Sequence[tuple[Opposition, Proposition]]:
    """Oppositions that a moderator may still lift, within these territories, the first one first."""
    stmt = (
        select(Opposition, Proposition)
        .join(Proposition, Proposition.id == Opposition.proposition_id)
        .where(Opposition.statut == "demandee", filtre)
        .order_by(Opposition.id)
    )
    return [(opposition, proposition) for opposition, proposition in session.execute(stmt)]


def list_a_confirmer(session: Session, avant: dt.datetime) -> Sequence[int]:
    """Oppositions that nobody has contested since."""
    stmt = select(Opposition.id).where(Opposition.statut == "demandee", Opposition.demandee_at < avant)
    return session.scalars(stmt.order_by(Opposition.id)).all()


def list_a_effacer(session: Session) -> Sequence[int]:
    """Confirmed oppositions whose values are still in the records."""
    stmt = select(Opposition.id).where(Opposition.statut == "confirmee", Opposition.effacee_at.is_(None))
    return session.scalars(stmt.order_by(Opposition.id)).all()
