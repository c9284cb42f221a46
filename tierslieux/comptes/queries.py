"""Reads of accounts, sessions, codes and invitations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, selectinload

from tierslieux.comptes.droits import Role
from tierslieux.comptes.models import CodeCourriel, Compte, HabilitationCompte, Invitation, SessionCompte
from tierslieux.core.db import Rangee
from tierslieux.core.errors import NotFoundError
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.models import Territoire

# The column of a territory that names the one above it.
_PARENTS = {
    Niveau.REGION: Territoire.region_code,
    Niveau.DEPARTEMENT: Territoire.departement_code,
    Niveau.EPCI: Territoire.epci_code,
    Niveau.COMMUNE: Territoire.commune_code,
}


def find_session(session: Session, empreinte: str, *, now: dt.datetime) -> tuple[SessionCompte, Compte] | None:
    """A session that is open, and the active account it belongs to, with its roles."""
    stmt = (
        select(SessionCompte, Compte)
        .join(Compte, Compte.id == SessionCompte.compte_id)
        .where(SessionCompte.empreinte == empreinte, SessionCompte.expire_at > now, Compte.actif)
        .options(selectinload(Compte.habilitations))
        # Roles may have changed since this session of the database has read them.
        .execution_options(populate_existing=True)
    )
    rangee = session.execute(stmt).one_or_none()
    return None if rangee is None else (rangee[0], rangee[1])


def list_sessions(session: Session, compte_id: int, *, now: dt.datetime) -> list[SessionCompte]:
    """The open sessions of an account, the last seen first."""
    stmt = (
        select(SessionCompte)
        .where(SessionCompte.compte_id == compte_id, SessionCompte.expire_at > now)
        .order_by(SessionCompte.vue_at.desc(), SessionCompte.empreinte)
    )
    return list(session.scalars(stmt))


def touch_session(session: Session, empreinte: str, *, now: dt.datetime, expire_at: dt.datetime) -> None:
    """Write when a session was last seen, and until when it is good."""
    stmt = update(SessionCompte).where(SessionCompte.empreinte == empreinte)
    session.execute(stmt.values(vue_at=now, expire_at=expire_at).execution_options(synchronize_session=False))


def delete_sessions(session: Session, compte_id: int, *, empreinte: str | None = None) -> int:
    """End one session of an account, or all of them; how many ended."""
    stmt = delete(SessionCompte).where(SessionCompte.compte_id == compte_id)
    if empreinte is not None:
        stmt = stmt.where(SessionCompte.empreinte == empreinte)
    return session.execute(stmt).rowcount  # type: ignore[attr-defined, no-any-return]


def delete_expired_sessions(session: Session, *, now: dt.datetime) -> int:
    """Forget the sessions that are over; how many."""
    return session.execute(delete(SessionCompte).where(SessionCompte.expire_at <= now)).rowcount  # type: ignore[attr-defined, no-any-return]


# --- Accounts ---------------------------------------------------------------------------------------------------------


def find_compte(session: Session, compte_id: int, *, verrou: bool = False) -> Compte | None:
    """An account with its roles; `verrou`: nobody else changes it until the end of the transaction."""
    stmt = select(Compte).where(Compte.id == compte_id).options(selectinload(Compte.habilitations))
    if verrou:
        stmt = stmt.with_for_update(of=Compte)
    return session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def get_compte(session: Session, compte_id: int, *, verrou: bool = False) -> Compte:
    """An account with its roles; raises NotFoundError."""
    compte = find_compte(session, compte_id, verrou=verrou)
    if compte is None:
        raise NotFoundError("Ce compte n’existe pas.")
    return compte


def find_compte_by_courriel(session: Session, courriel: str) -> Compte | None:
    """The account of an address, with its roles."""
    stmt = select(Compte).where(Compte.courriel == courriel).options(selectinload(Compte.habilitations))
    return session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def find_by_pseudonyme(session: Session, pseudonyme: str) -> Rangee | None:
    """(courriel, commune_code) of the account that bears this name."""
    stmt = select(Compte.courriel, Compte.commune_code).where(Compte.pseudonyme == pseudonyme)
    return session.execute(stmt).one_or_none()


def insert_compte(session: Session, valeurs: Mapping[str, Any]) -> bool:
    """Add an account, unless its address or its name is taken; whether it was added."""
    stmt = insert(Compte).values(valeurs).on_conflict_do_nothing().returning(Compte.id)
    return session.scalar(stmt) is not None


def list_comptes(
    session: Session, perimetres: Collection[tuple[Niveau, str]], q: str, *, apres: int, limite: int
) -> list[Compte]:
    """Accounts that hold a role inside these territories; over France, all of them, by id from `apres` on.

    `q`: what their address or their name holds.
    """
    stmt = select(Compte).where(Compte.id > apres).options(selectinload(Compte.habilitations))
    if not _has_france(perimetres):
        dedans = exists().where(
            HabilitationCompte.compte_id == Compte.id,
            _is_inside(HabilitationCompte.niveau, HabilitationCompte.code, perimetres),
        )
        stmt = stmt.where(dedans)
    if q:
        stmt = stmt.where(
            or_(Compte.courriel.contains(q.lower(), autoescape=True), Compte.pseudonyme.contains(q, autoescape=True))
        )
    return list(session.scalars(stmt.order_by(Compte.id).limit(limite)))


def lock_nationaux(session: Session) -> list[int]:
    """Ids of the active accounts that administer France; none of these roles changes until the transaction ends.

    The roles are locked, not the accounts: each who leaves has locked its own, and would wait for the others'.
    """
    stmt = (
        select(HabilitationCompte.compte_id)
        .join(Compte, Compte.id == HabilitationCompte.compte_id)
        .where(
            Compte.actif,
            HabilitationCompte.niveau == Niveau.FRANCE.value,
            HabilitationCompte.role == Role.ADMINISTRATEUR.value,
        )
        .order_by(HabilitationCompte.id)
        .with_for_update(of=HabilitationCompte)
    )
    return list(session.scalars(stmt))


def find_habilitation(session: Session, compte_id: int, habilitation_id: int) -> HabilitationCompte | None:
    """A role of this account."""
    stmt = select(HabilitationCompte).where(
        HabilitationCompte.id == habilitation_id, HabilitationCompte.compte_id == compte_id
    )
    return session.scalars(stmt).one_or_none()


# --- Codes ------------------------------------------------------------------------------------------------------------


def put_code(session: Session, valeurs: Mapping[str, Any]) -> None:
    """Write the code of a browser over the one it had for the same object."""
    stmt = insert(CodeCourriel).values(valeurs)
    remplace = {nom: valeur for nom, valeur in valeurs.items() if nom not in {"navigateur_sha256", "objet"}}
    session.execute(stmt.on_conflict_do_update(index_elements=["navigateur_sha256", "objet"], set_=remplace))


def find_code(session: Session, empreinte: str, objet: str, *, verrou: bool = False) -> CodeCourriel | None:
    """The code of a browser; `verrou`: two tries at once count one after the other."""
    stmt = select(CodeCourriel).where(CodeCourriel.navigateur_sha256 == empreinte, CodeCourriel.objet == objet)
    if verrou:
        stmt = stmt.with_for_update()
    return session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def delete_expired_codes(session: Session, *, now: dt.datetime) -> None:
    """Forget the codes that are over, and the addresses they hold."""
    session.execute(delete(CodeCourriel).where(CodeCourriel.expire_at <= now))


def delete_codes_of(session: Session, courriel: str) -> None:
    """Forget the codes sent to an address."""
    session.execute(delete(CodeCourriel).where(CodeCourriel.courriel == courriel))


# --- Invitations ------------------------------------------------------------------------------------------------------


def find_invitation(session: Session, empreinte: str) -> Invitation | None:
    """The invitation of a link."""
    return session.scalars(select(Invitation).where(Invitation.jeton_sha256 == empreinte)).one_or_none()


def find_invitation_by_id(session: Session, invitation_id: int, *, verrou: bool = False) -> Invitation | None:
    """An invitation; `verrou`: it is taken once."""
    stmt = select(Invitation).where(Invitation.id == invitation_id)
    if verrou:
        stmt = stmt.with_for_update()
    return session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def find_invitation_for(session: Session, courriel: str, niveau: str, code: str) -> Invitation | None:
    """The invitation of an address over a territory."""
    stmt = select(Invitation).where(
        Invitation.courriel == courriel, Invitation.niveau == niveau, Invitation.code == code
    )
    return session.scalars(stmt).one_or_none()


def list_invitations(
    session: Session, perimetres: Collection[tuple[Niveau, str]], *, now: dt.datetime
) -> list[Invitation]:
    """What waits to be taken inside these territories, the last sent first."""
    stmt = select(Invitation).where(Invitation.expire_at > now)
    if not _has_france(perimetres):
        stmt = stmt.where(_is_inside(Invitation.niveau, Invitation.code, perimetres))
    return list(session.scalars(stmt.order_by(Invitation.envoyee_at.desc(), Invitation.id).limit(200)))


def list_invitations_of(session: Session, courriel: str) -> list[Invitation]:
    """What was offered to an address."""
    return list(session.scalars(select(Invitation).where(Invitation.courriel == courriel).order_by(Invitation.id)))


def delete_invitations_of(session: Session, courriel: str) -> None:
    """Forget the invitations sent to an address."""
    session.execute(delete(Invitation).where(Invitation.courriel == courriel))


def delete_expired_invitations(session: Session, *, now: dt.datetime) -> None:
    """Forget the invitations that nobody took."""
    session.execute(delete(Invitation).where(Invitation.expire_at <= now))


# --- Territories ------------------------------------------------------------------------------------------------------


def find_territoire(session: Session, niveau: Niveau, code: str) -> Rangee | None:
    """(nom, region_code, departement_code, epci_code, commune_code) of a territory."""
    stmt = select(
        Territoire.nom,
        Territoire.region_code,
        Territoire.departement_code,
        Territoire.epci_code,
        Territoire.commune_code,
    ).where(Territoire.niveau == niveau.value, Territoire.code == code)
    return session.execute(stmt).one_or_none()


def describe_epci(session: Session, code: str) -> Rangee:
    """(regions, departements, region_code, departement_code): how many an EPCI stands on, and one of each."""
    stmt = select(
        func.count(Territoire.region_code.distinct()).label("regions"),
        func.count(Territoire.departement_code.distinct()).label("departements"),
        func.min(Territoire.region_code).label("region_code"),
        func.min(Territoire.departement_code).label("departement_code"),
    ).where(Territoire.niveau == Niveau.COMMUNE.value, Territoire.epci_code == code)
    return session.execute(stmt).one()


def list_noms(session: Session, cles: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of territories by (level, code)."""
    if not cles:
        return {}
    conditions = [and_(Territoire.niveau == niveau, Territoire.code == code) for niveau, code in set(cles)]
    stmt = select(Territoire.niveau, Territoire.code, Territoire.nom).where(or_(*conditions))
    return {(r.niveau, r.code): r.nom for r in session.execute(stmt)}


def _has_france(perimetres: Collection[tuple[Niveau, str]]) -> bool:
    return (Niveau.FRANCE, CODE_FRANCE) in perimetres


def _is_inside(
    niveau: Mapped[str], code: Mapped[str], perimetres: Collection[tuple[Niveau, str]]
) -> ColumnElement[bool]:
    """Whether the territory (niveau, code) of a row is one of these, or inside one."""
    memes = [and_(niveau == palier.value, code == un) for palier, un in perimetres]
    dedans = [_PARENTS[palier] == un for palier, un in perimetres if palier in _PARENTS]
    if not dedans:
        return or_(false(), *memes)
    return or_(*memes, exists().where(Territoire.niveau == niveau, Territoire.code == code, or_(*dedans)))
