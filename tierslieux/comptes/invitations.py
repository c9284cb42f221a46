"""Invitations: a role over a territory offered to an address, taken by whoever reads the mail of that address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from sqlalchemy.orm import Session

from tierslieux.comptes import equipe, journal, perimetres, queries, sessions
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.enums import COMMANDE, Acte
from tierslieux.comptes.errors import InvitationError, PorteeError
from tierslieux.comptes.jetons import digest_jeton, generate_jeton
from tierslieux.comptes.models import Compte, Invitation
from tierslieux.core.errors import NotFoundError
from tierslieux.territoires.enums import Niveau

DUREE = dt.timedelta(days=14)
SEL = "tierslieux.comptes.invitation"
_ORDRE = tuple(Role)


@dataclass(frozen=True, slots=True)
class Envoi:
    """An invitation that was just made: what its link carries."""

    invitation: Invitation
    jeton: str


def invite(
    session: Session, donneur: Personne | None, courriel: str, droit: Habilitation, *, cle: str, now: dt.datetime
) -> Envoi:
    """Offer a role; one offered before over the same territory is void. Raises PorteeError, NotFoundError."""
    queries.delete_expired_invitations(session, now=now)
    perimetres.find_echelle(session, droit.niveau, droit.code)
    if donneur is not None and not perimetres.can_give(session, donneur, droit):
        raise PorteeError
    ancienne = queries.find_invitation_for(session, courriel, droit.niveau.value, droit.code)
    if ancienne is not None:
        if donneur is not None and not _can_withdraw(session, donneur, ancienne):
            raise PorteeError
        session.delete(ancienne)
        session.flush()
    jeton = generate_jeton()
    invitation = Invitation(
        jeton_sha256=digest_jeton(jeton),
        courriel=courriel,
        role=droit.role.value,
        niveau=droit.niveau.value,
        code=droit.code,
        par_id=donneur.compte_id if donneur else None,
        par=donneur.pseudonyme if donneur else COMMANDE,
        envoyee_at=now,
        expire_at=now + DUREE,
    )
    session.add(invitation)
    session.flush()
    journal.write(session, invitation.par, Acte.INVITATION, None, now=now, droit=droit)
    return Envoi(invitation, Signer(cle, salt=SEL).sign(jeton).decode())


def get_invitation(session: Session, jeton: str, *, cle: str, now: dt.datetime) -> Invitation:
    """The invitation of a link; raises InvitationError for one that is not, or not any more. Changes nothing."""
    try:
        secret = Signer(cle, salt=SEL).unsign(jeton).decode()
    except BadSignature as erreur:
        raise InvitationError from erreur
    invitation = queries.find_invitation(session, digest_jeton(secret))
    if invitation is None or not _is_good(session, invitation, now=now):
        raise InvitationError
    return invitation


def list_invitations(session: Session, donneur: Personne, *, now: dt.datetime) -> list[Invitation]:
    """What waits to be taken inside the territories of an administrator."""
    return queries.list_invitations(session, donneur.list_perimetres(Role.ADMINISTRATEUR), now=now)


def withdraw(session: Session, donneur: Personne, invitation_id: int, *, now: dt.datetime) -> None:
    """Take an invitation back; raises NotFoundError, PorteeError."""
    invitation = queries.find_invitation_by_id(session, invitation_id, verrou=True)
    if invitation is None or not perimetres.can_give(session, donneur, read_droit(invitation)):
        raise NotFoundError("Cette invitation n’existe plus.")
    if not _can_withdraw(session, donneur, invitation):
        raise PorteeError
    droit = read_droit(invitation)
    session.delete(invitation)
    journal.write(session, donneur.pseudonyme, Acte.RETRAIT_INVITATION, None, now=now, droit=droit)


def withdraw_all(session: Session, courriel: str, *, now: dt.datetime) -> int:
    """Take back every invitation of an address, from the command line; how many."""
    attente = queries.list_invitations_of(session, courriel)
    for invitation in attente:
        droit = read_droit(invitation)
        session.delete(invitation)
        journal.write(session, COMMANDE, Acte.RETRAIT_INVITATION, None, now=now, droit=droit)
    return len(attente)


def accept(session: Session, invitation_id: int, compte: Compte, *, now: dt.datetime) -> Habilitation | None:
    """Give an account the role that was offered to its address, once; None when the offer is not good any more.

    The account keeps a higher role that it has over the same territory.
    """
    invitation = queries.find_invitation_by_id(session, invitation_id, verrou=True)
    if invitation is None or invitation.courriel != compte.courriel or not _is_good(session, invitation, now=now):
        return None
    droit, par = read_droit(invitation), invitation.par
    session.delete(invitation)
    session.flush()
    tenus = sessions.build_personne(compte).habilitations
    plus_haut = (h for h in tenus if (h.niveau, h.code) == (droit.niveau, droit.code))
    if not any(_ORDRE.index(tenu.role) >= _ORDRE.index(droit.role) for tenu in plus_haut):
        equipe.put_role(session, compte, droit, par=par, now=now)
    return droit


def read_droit(invitation: Invitation) -> Habilitation:
    """What an invitation offers."""
    return Habilitation(Role(invitation.role), Niveau(invitation.niveau), invitation.code)


def _is_good(session: Session, invitation: Invitation, *, now: dt.datetime) -> bool:
    """Neither expired, nor offered by somebody who could not offer it any more."""
    if invitation.expire_at <= now:
        return False
    if invitation.par_id is None:
        return True
    donneur = queries.find_compte(session, invitation.par_id)
    return (
        donneur is not None
        and donneur.actif
        and perimetres.can_give(session, sessions.build_personne(donneur), read_droit(invitation))
    )


def _can_withdraw(session: Session, donneur: Personne, invitation: Invitation) -> bool:
    return invitation.par_id == donneur.compte_id or perimetres.can_take(session, donneur, read_droit(invitation))
