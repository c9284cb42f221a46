"""Codes sent by e-mail: six digits, good once, ten minutes, five tries, in the browser that asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from tierslieux.comptes import queries
from tierslieux.comptes.enums import Objet
from tierslieux.comptes.jetons import CHIFFRES_CODE, digest_code, digest_jeton, generate_code, is_same

DUREE = dt.timedelta(minutes=10)
ESSAIS_MAX = 5


class Issue(StrEnum):
    """What comes of a code that is typed."""

    BON = "bon"
    FAUX = "faux"
    EPUISE = "epuise"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Reponse:
    """What comes of a code; the address, the account and the invitation it was asked for when it is the right one."""

    issue: Issue
    reste: int = 0
    courriel: str = ""
    compte_id: int | None = None
    invitation_id: int | None = None


def request_code(
    session: Session,
    *,
    cle: str,
    navigateur: str,
    objet: Objet,
    courriel: str,
    now: dt.datetime,
    compte_id: int | None = None,
    invitation_id: int | None = None,
) -> str:
    """A new code for this browser, to be sent to `courriel`; the one it had for the same object is void.

    Nothing is read of accounts: an address without account costs as much, and answers the same. `cle`: the secret key;
    `navigateur`: a secret that only this browser holds.
    """
    queries.delete_expired_codes(session, now=now)
    code = generate_code()
    empreinte = digest_jeton(navigateur)
    queries.put_code(
        session,
        {
            "navigateur_sha256": empreinte,
            "objet": objet.value,
            "courriel": courriel,
            "code_hmac": _digest(cle, empreinte, objet, code),
            "essais": 0,
            "expire_at": now + DUREE,
            "compte_id": compte_id,
            "invitation_id": invitation_id,
        },
    )
    return code


def find_adresse(session: Session, *, navigateur: str, objet: Objet, now: dt.datetime) -> str | None:
    """The address to which this browser's code was sent; None when it has none that is still good."""
    rangee = queries.find_code(session, digest_jeton(navigateur), objet.value)
    return None if rangee is None or rangee.expire_at <= now else rangee.courriel


def verify_code(session: Session, *, cle: str, navigateur: str, objet: Objet, code: str, now: dt.datetime) -> Reponse:
    """Try a code: the right one is used up, the fifth wrong one voids it. The caller commits in every case."""
    empreinte = digest_jeton(navigateur)
    rangee = queries.find_code(session, empreinte, objet.value, verrou=True)
    if rangee is None or rangee.expire_at <= now:
        return Reponse(Issue.ABSENT)
    if is_same(rangee.code_hmac, _digest(cle, empreinte, objet, clean_code(code))):
        reponse = Reponse(
            Issue.BON, courriel=rangee.courriel, compte_id=rangee.compte_id, invitation_id=rangee.invitation_id
        )
        session.delete(rangee)
    else:
        rangee.essais += 1
        reste = ESSAIS_MAX - rangee.essais
        reponse = Reponse(Issue.FAUX, reste=reste) if reste > 0 else Reponse(Issue.EPUISE)
        if reste <= 0:
            session.delete(rangee)
    session.flush()
    return reponse


def clean_code(texte: str) -> str:
    """The digits of a code as people type it: "123 456", "123-456"."""
    chiffres = "".join(c for c in texte if c.isascii() and c.isdigit())
    return chiffres if len(chiffres) == CHIFFRES_CODE else ""


def _digest(cle: str, empreinte: str, objet: Objet, code: str) -> str:
    return digest_code(cle, "tierslieux.code", empreinte, objet.value, code)
