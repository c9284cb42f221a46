"""Roles of accounts: who holds what where, and what an administrator changes of it.

Every change ends the sessions of the account, so that it counts at once. `donneur` None is the command line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy.orm import Session

from tierslieux.comptes import journal, perimetres, queries, second_facteur, sessions
from tierslieux.comptes.droits import NATIONAL, Habilitation, Personne, Role
from tierslieux.comptes.enums import COMMANDE, Acte
from tierslieux.comptes.errors import DernierAdministrateurError, PorteeError
from tierslieux.comptes.magasin import build_magasin
from tierslieux.comptes.models import Compte, HabilitationCompte
from tierslieux.core.errors import NotFoundError
from tierslieux.territoires.enums import Niveau

LIMITE = 50
# Of the command line, which asks again from the last number.
TOUS_MAX = 10_000


def list_comptes(session: Session, donneur: Personne, q: str = "", *, apres: int = 0) -> list[Compte]:
    """Accounts inside the territories of an administrator, LIMITE + 1 at most: one more says that there are others."""
    siens = donneur.list_perimetres(Role.ADMINISTRATEUR)
    return queries.list_comptes(session, siens, q, apres=apres, limite=LIMITE + 1)


def list_all(session: Session, *, apres: int = 0) -> list[Compte]:
    """Every account, by number, for the command line."""
    return queries.list_comptes(session, [NATIONAL], "", apres=apres, limite=TOUS_MAX)


def get_visible(session: Session, donneur: Personne, compte_id: int) -> Compte:
    """An account that an administrator sees; raises NotFoundError, also for one that is not in his territories."""
    compte = queries.get_compte(session, compte_id)
    droits = sessions.build_personne(compte).habilitations
    if not perimetres.is_national(donneur.habilitations) and not any(
        perimetres.can_give(session, donneur, droit) for droit in droits
    ):
        raise NotFoundError("Ce compte n’existe pas.")
    return compte


def list_noms(session: Session, droits: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of territories by (level, code)."""
    return queries.list_noms(session, droits)


def put_role(session: Session, compte: Compte, droit: Habilitation, *, par: str, now: dt.datetime) -> None:
    """Give an account a role over a territory, instead of the one it has there; ends its sessions."""
    session.refresh(compte, ["habilitations"])
    ancienne = next((h for h in compte.habilitations if (h.niveau, h.code) == (droit.niveau, droit.code)), None)
    if ancienne is None:
        session.add(
            HabilitationCompte(
                compte_id=compte.id,
                role=droit.role.value,
                niveau=droit.niveau.value,
                code=droit.code,
                donnee_par=par,
                donnee_at=now,
            )
        )
    else:
        ancienne.role, ancienne.donnee_par, ancienne.donnee_at = droit.role.value, par, now
    session.flush()
    session.refresh(compte, ["habilitations"])
    journal.write(session, par, Acte.ROLE, compte.pseudonyme, now=now, droit=droit)
    sessions.end_sessions(session, compte)


def change_role(
    session: Session, donneur: Personne, compte_id: int, habilitation_id: int, role: Role, *, now: dt.datetime
) -> None:
    """Give another role over the same territory; raises PorteeError, DernierAdministrateurError, NotFoundError."""
    compte, ancien = _lock_role(session, donneur, compte_id, habilitation_id)
    if ancien.role is role:
        return
    droit = Habilitation(role, ancien.niveau, ancien.code)
    if not perimetres.can_give(session, donneur, droit):
        raise PorteeError
    check_dernier(session, compte, [ancien])
    put_role(session, compte, droit, par=donneur.pseudonyme, now=now)


def withdraw_role(
    session: Session, donneur: Personne | None, compte_id: int, habilitation_id: int, *, now: dt.datetime
) -> None:
    """Take a role back; whoever holds it may also give it up. Raises as change_role does."""
    compte, droit = _lock_role(session, donneur, compte_id, habilitation_id)
    check_dernier(session, compte, [droit])
    rangee = queries.find_habilitation(session, compte_id, habilitation_id)
    session.delete(rangee)
    session.flush()
    session.refresh(compte, ["habilitations"])
    par = donneur.pseudonyme if donneur else COMMANDE
    journal.write(session, par, Acte.RETRAIT_ROLE, compte.pseudonyme, now=now, droit=droit)
    sessions.end_sessions(session, compte)


def set_actif(session: Session, donneur: Personne, compte_id: int, *, est_actif: bool, now: dt.datetime) -> None:
    """Close an account, or open it again; raises PorteeError, DernierAdministrateurError, NotFoundError."""
    compte = _lock_compte(session, donneur, compte_id)
    magasin = build_magasin(session)
    if est_actif:
        magasin.activate_user(compte)
    else:
        check_dernier(session, compte, sessions.build_personne(compte).habilitations)
        magasin.deactivate_user(compte)
        sessions.end_sessions(session, compte)
    acte = Acte.REACTIVATION if est_actif else Acte.DESACTIVATION
    journal.write(session, donneur.pseudonyme, acte, compte.pseudonyme, now=now)


def reset_second_facteur(session: Session, donneur: Personne, compte_id: int, *, now: dt.datetime) -> Compte:
    """Forget the second factor of whoever has lost the telephone; the account, to write to. Raises PorteeError."""
    compte = _lock_compte(session, donneur, compte_id)
    second_facteur.reset(session, compte, acteur=donneur.pseudonyme, now=now)
    return compte


def check_dernier(session: Session, compte: Compte, droits: Collection[Habilitation]) -> None:
    """Raise DernierAdministrateurError when taking these roles leaves nobody to administer France."""
    if not compte.actif or not perimetres.is_national(droits):
        return
    if set(queries.lock_nationaux(session)) <= {compte.id}:
        raise DernierAdministrateurError


def _lock_compte(session: Session, donneur: Personne, compte_id: int) -> Compte:
    get_visible(session, donneur, compte_id)
    compte = queries.get_compte(session, compte_id, verrou=True)
    if not perimetres.can_manage(session, donneur, sessions.build_personne(compte)):
        raise PorteeError
    return compte


def _lock_role(
    session: Session, donneur: Personne | None, compte_id: int, habilitation_id: int
) -> tuple[Compte, Habilitation]:
    compte = queries.get_compte(session, compte_id, verrou=True)
    rangee = queries.find_habilitation(session, compte_id, habilitation_id)
    if rangee is None:
        raise NotFoundError("Ce rôle n’existe plus.")
    droit = Habilitation(Role(rangee.role), Niveau(rangee.niveau), rangee.code)
    if donneur is None or donneur.compte_id == compte_id:
        return compte, droit
    get_visible(session, donneur, compte_id)
    cible = sessions.build_personne(compte)
    if not perimetres.can_take(session, donneur, droit) or perimetres.is_outranked(session, donneur, cible):
        raise PorteeError
    return compte, droit
