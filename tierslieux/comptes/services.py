"""Accounts: made by the first sign-in, changed by who holds them, deleted without leaving anything of the person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.orm import Session

from tierslieux.comptes import effacement, equipe, invitations, journal, queries, sessions
from tierslieux.comptes.codes import Reponse
from tierslieux.comptes.droits import Habilitation, Personne
from tierslieux.comptes.enums import Acte
from tierslieux.comptes.errors import AdressePriseError
from tierslieux.comptes.jetons import generate_pseudonyme
from tierslieux.comptes.magasin import build_magasin
from tierslieux.comptes.models import Compte, SessionCompte
from tierslieux.core.courriels import parse_adresse
from tierslieux.core.errors import TiersLieuxError
from tierslieux.territoires.services import find_commune

# Names are drawn among 10^12: two in a row that are taken do not happen.
TIRAGES = 5


@dataclass(frozen=True, slots=True)
class Entree:
    """Who signs in. `droit`: the role that an invitation gave; `est_perdue`: its invitation was not good any more."""

    compte: Compte
    droit: Habilitation | None
    est_perdue: bool


def parse_courriel(texte: str) -> str:
    """An address as accounts keep it, in small letters; raises InvalidInputError."""
    return parse_adresse(texte).lower()


def enter(session: Session, reponse: Reponse, *, now: dt.datetime) -> Entree:
    """The account of an address whose code was right, made if it has none; takes the invitation it came with."""
    compte = ensure_compte(session, reponse.courriel, now=now)
    droit = None
    if reponse.invitation_id is not None and compte.actif:
        droit = invitations.accept(session, reponse.invitation_id, compte, now=now)
    return Entree(compte, droit, est_perdue=reponse.invitation_id is not None and droit is None)


def ensure_compte(session: Session, courriel: str, *, now: dt.datetime) -> Compte:
    """The account of an address; a contributor's is made when there is none."""
    for _ in range(TIRAGES):
        compte = queries.find_compte_by_courriel(session, courriel)
        if compte is not None:
            return compte
        queries.insert_compte(
            session,
            {
                "pseudonyme": generate_pseudonyme(),
                "courriel": courriel,
                "fs_uniquifier": uuid4().hex,
                "actif": True,
                "cree_at": now,
                "essais": 0,
            },
        )
    raise TiersLieuxError("Le compte n’a pas pu être créé.")


def get_compte(session: Session, compte_id: int) -> Compte:
    """An account with its roles; raises NotFoundError."""
    return queries.get_compte(session, compte_id)


def find_personne_by_courriel(session: Session, courriel: str) -> Personne | None:
    """Who has the account of an address."""
    compte = queries.find_compte_by_courriel(session, courriel)
    return None if compte is None else sessions.build_personne(compte)


def find_courriel(session: Session, pseudonyme: str) -> str | None:
    """The address of who bears this name in histories, to write to; None when the account is gone."""
    rangee = queries.find_by_pseudonyme(session, pseudonyme)
    return None if rangee is None else rangee.courriel


def find_commune_code(session: Session, pseudonyme: str) -> str | None:
    """Code INSEE of where a person says to live; None when it is not said."""
    rangee = queries.find_by_pseudonyme(session, pseudonyme)
    return None if rangee is None else rangee.commune_code


def set_commune(session: Session, compte_id: int, code: str | None) -> bool:
    """Say where one lives, or nothing any more; whether the commune exists."""
    commune = find_commune(session, code) if code else None
    if code and commune is None:
        return False
    queries.get_compte(session, compte_id, verrou=True).commune_code = commune.code if commune else None
    session.flush()
    return True


def change_adresse(session: Session, compte_id: int, courriel: str, *, now: dt.datetime) -> str:
    """Give an account another address, whose code was right; ends its sessions. The former address.

    Raises AdressePriseError: the one who asks reads the mail of that address, so it says nothing to anybody else.
    """
    compte = queries.get_compte(session, compte_id, verrou=True)
    prise = queries.find_compte_by_courriel(session, courriel)
    if prise is not None and prise.id != compte_id:
        raise AdressePriseError
    ancienne = compte.courriel
    queries.delete_codes_of(session, ancienne)
    compte.courriel = courriel
    sessions.end_sessions(session, compte)
    journal.write(session, compte.pseudonyme, Acte.ADRESSE, compte.pseudonyme, now=now)
    return ancienne


def list_sessions(session: Session, compte_id: int, *, now: dt.datetime) -> list[SessionCompte]:
    """The open sessions of an account, the last seen first."""
    return queries.list_sessions(session, compte_id, now=now)


def end_everywhere(session: Session, compte_id: int) -> None:
    """Sign an account out of every browser."""
    sessions.end_sessions(session, queries.get_compte(session, compte_id, verrou=True))


def erase(session: Session, compte_id: int, *, now: dt.datetime) -> None:
    """Delete an account and everything personal, here and in other features; its pseudonym stays in histories.

    Raises NotFoundError, DernierAdministrateurError. `effacement.register` is how other features are told.
    """
    compte = queries.get_compte(session, compte_id, verrou=True)
    equipe.check_dernier(session, compte, sessions.build_personne(compte).habilitations)
    pseudonyme, courriel = compte.pseudonyme, compte.courriel
    for efface in effacement.list_effacements():
        efface(session, pseudonyme, courriel)
    queries.delete_codes_of(session, courriel)
    queries.delete_invitations_of(session, courriel)
    build_magasin(session).delete_user(compte)
    session.flush()
    journal.write(session, pseudonyme, Acte.SUPPRESSION, pseudonyme, now=now)
