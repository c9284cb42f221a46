"""Sessions of accounts, kept by the server: a browser holds a token, the base its digest, and the row can go.

Whoever wants to know who is there asks for the row on each request: a session that was ended, an account that was
deleted or has lost a role is so at once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.comptes import queries
from tierslieux.comptes.droits import ROLES_FORTS, Habilitation, Personne, Role
from tierslieux.comptes.jetons import digest_jeton, generate_jeton
from tierslieux.comptes.magasin import build_magasin
from tierslieux.comptes.models import Compte, SessionCompte
from tierslieux.territoires.enums import Niveau

# A contributor who comes once a month stays signed in.
DUREE_OISIVE = dt.timedelta(days=30)
# A working day: whoever leaves a shared computer without signing out leaves it open no longer.
DUREE_FORTE = dt.timedelta(hours=12)
# Reading a page writes nothing, but once an hour.
PAS_VUE = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ouverte:
    """An open session. `empreinte` names it; `personne` has every role of the account, whatever this browser proved."""

    empreinte: str
    compte: Compte
    personne: Personne
    ouverte_at: dt.datetime
    vue_at: dt.datetime
    est_forte: bool

    @property
    def prouvee(self) -> Personne:
        """Who is there, with the roles that this browser may use: strong ones after the second factor only."""
        if self.est_forte or not needs_second_facteur(self.personne):
            return self.personne
        faibles = (droit for droit in self.personne.habilitations if droit.role not in ROLES_FORTS)
        return Personne(self.personne.compte_id, self.personne.pseudonyme, tuple(faibles))


def build_personne(compte: Compte) -> Personne:
    """What an account is and may do."""
    return Personne(
        compte.id,
        compte.pseudonyme,
        tuple(Habilitation(Role(ligne.role), Niveau(ligne.niveau), ligne.code) for ligne in compte.habilitations),
    )


def needs_second_facteur(personne: Personne) -> bool:
    """Whether a role of this account asks for a second factor."""
    return any(habilitation.role in ROLES_FORTS for habilitation in personne.habilitations)


def open_session(session: Session, compte: Compte, *, now: dt.datetime, est_forte: bool = False) -> str:
    """Sign an account in; the token for the cookie. `est_forte`: the second factor was given already."""
    queries.delete_expired_sessions(session, now=now)
    jeton = generate_jeton()
    duree = DUREE_FORTE if needs_second_facteur(build_personne(compte)) else DUREE_OISIVE
    session.add(
        SessionCompte(
            empreinte=digest_jeton(jeton),
            compte_id=compte.id,
            ouverte_at=now,
            vue_at=now,
            expire_at=now + duree,
            second_facteur_at=now if est_forte else None,
        )
    )
    compte.connexion_at = now
    session.flush()
    return jeton


def find_session(session: Session, jeton: str, *, now: dt.datetime) -> Ouverte | None:
    """The open session of a token; None when it has ended, or its account is gone or closed."""
    trouve = queries.find_session(session, digest_jeton(jeton), now=now)
    if trouve is None:
        return None
    rangee, compte = trouve
    est_forte = rangee.second_facteur_at is not None
    return Ouverte(rangee.empreinte, compte, build_personne(compte), rangee.ouverte_at, rangee.vue_at, est_forte)


def is_to_touch(ouverte: Ouverte, *, now: dt.datetime) -> bool:
    """Whether it was last written more than an hour ago that this session is in use."""
    return now - ouverte.vue_at >= PAS_VUE


def touch_session(session: Session, ouverte: Ouverte, *, now: dt.datetime) -> None:
    """Write that a session is in use; a contributor's then lasts longer, a strong one ends when it was to."""
    est_faible = not needs_second_facteur(ouverte.personne)
    expire_at = now + DUREE_OISIVE if est_faible else ouverte.ouverte_at + DUREE_FORTE
    queries.touch_session(session, ouverte.empreinte, now=now, expire_at=expire_at)


def end_session(session: Session, compte_id: int, empreinte: str) -> bool:
    """End one session of an account; whether there was one."""
    return queries.delete_sessions(session, compte_id, empreinte=empreinte) > 0


def end_sessions(session: Session, compte: Compte) -> None:
    """End every session of an account, and void what its cookies name it by."""
    queries.delete_sessions(session, compte.id)
    build_magasin(session).set_uniquifier(compte)
    session.flush()
