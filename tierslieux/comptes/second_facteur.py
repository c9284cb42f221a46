"""The second factor of strong roles: the codes of an authenticator (TOTP, RFC 6238), and recovery codes on paper.

The key that the telephone holds is not stored: it is made of the secret key of the site and of a seed in the base, so
that neither alone gives codes. Flask-Security's class checks the codes; it is given the counter of the last one that
was used, since a code is good once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from flask_security.totp import Totp
from passlib.totp import TOTP, TotpMatch  # type: ignore[import-untyped]  # the library has no types
from sqlalchemy.orm import Session

from tierslieux.comptes import journal, queries, sessions
from tierslieux.comptes.enums import Acte
from tierslieux.comptes.jetons import CHIFFRES_CODE, digest_code, generate_jeton
from tierslieux.comptes.models import Compte
from tierslieux.core.qr import Qr, build_qr

EMETTEUR = "Tierslieux"
# Clocks of telephones are a little fast or slow: the code of the step before or after is taken.
TOLERANCE_S = 30
OCTETS_CLE = 20
NOMBRE_CODES = 10
ESSAIS_MAX = 5
PERIODE_ESSAIS = dt.timedelta(minutes=5)


class Issue(StrEnum):
    """What comes of a code of the second factor."""

    BON = "bon"
    FAUX = "faux"
    TROP = "trop"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the page of enrolment shows: the code to scan, and the key to type by those who cannot."""

    qr: Qr
    cle: str


class Authentificateur(Totp):
    """Flask-Security's TOTP at a given time, with what it lacks: a code is good once."""

    def __init__(self, cle: str, now: dt.datetime) -> None:
        self._cle = cle
        self._totp = TOTP.using(issuer=EMETTEUR, now=now.timestamp)

    def build_secret(self, graine: str) -> str:
        """The library's form of the key that a seed gives."""
        cle = hmac.digest(self._cle.encode(), f"tierslieux.totp\0{graine}".encode(), hashlib.sha256)[:OCTETS_CLE]
        return str(self._totp(key=cle, format="raw").to_json(encrypt=False))

    def get_last_counter(self, user: Compte) -> int | None:  # type: ignore[override]  # accounts are ours
        """The step of the last code that this account has used."""
        return user.totp_compteur

    def set_last_counter(self, user: Compte, tmatch: TotpMatch) -> None:  # type: ignore[override]  # accounts are ours
        """Write it down."""
        user.totp_compteur = tmatch.counter


def generate_graine() -> str:
    """The seed of a new key."""
    return generate_jeton()


def prepare(cle: str, graine: str, pseudonyme: str, *, now: dt.datetime) -> Preparation:
    """The key of a seed, to scan or to type."""
    totp = Authentificateur(cle, now)
    secret = totp.build_secret(graine)
    return Preparation(build_qr(totp.get_totp_uri(pseudonyme, secret)), totp.get_totp_pretty_key(secret))


def enroll(
    session: Session, cle: str, compte_id: int, graine: str, code: str, *, now: dt.datetime
) -> tuple[Issue, list[str]]:
    """Set the second factor of an account once its first code is right; the recovery codes, shown once.

    The caller commits in every case, so that tries count. One that is set already stays: it is to be reset first.
    """
    compte = queries.get_compte(session, compte_id, verrou=True)
    if compte.totp_graine is not None or not _may_try(compte, now=now):
        session.flush()
        return Issue.TROP, []
    totp = Authentificateur(cle, now)
    if not totp.verify_totp(_clean(code), totp.build_secret(graine), compte, window=TOLERANCE_S):
        session.flush()
        return Issue.FAUX, []
    compte.totp_graine = graine
    compte.second_facteur_at = now
    compte.essais = 0
    journal.write(session, compte.pseudonyme, Acte.SECOND_FACTEUR, compte.pseudonyme, now=now)
    return Issue.BON, _renew_codes(session, cle, compte, now=now)


def verify(session: Session, cle: str, compte_id: int, code: str, *, now: dt.datetime) -> Issue:
    """Try a code of the authenticator, or a recovery code: each is good once. The caller commits in every case."""
    compte = queries.get_compte(session, compte_id, verrou=True)
    if not _may_try(compte, now=now):
        session.flush()
        return Issue.TROP
    totp = Authentificateur(cle, now)
    texte = _clean(code)
    if compte.totp_graine is None:
        est_bon = False
    elif len(texte) == CHIFFRES_CODE and texte.isdigit():
        est_bon = totp.verify_totp(texte, totp.build_secret(compte.totp_graine), compte, window=TOLERANCE_S)
    else:
        est_bon = _use_recovery(cle, compte, texte)
    if est_bon:
        compte.essais = 0
    session.flush()
    return Issue.BON if est_bon else Issue.FAUX


def renew_codes(session: Session, cle: str, compte_id: int, *, now: dt.datetime) -> list[str]:
    """Ten new recovery codes; those of before are void."""
    compte = queries.get_compte(session, compte_id, verrou=True)
    journal.write(session, compte.pseudonyme, Acte.CODES_SECOURS, compte.pseudonyme, now=now)
    return _renew_codes(session, cle, compte, now=now)


def reset(session: Session, compte: Compte, *, acteur: str, now: dt.datetime) -> None:
    """Forget the second factor of an account, whose telephone is lost: it is set again at the next sign-in."""
    compte.totp_graine = compte.totp_compteur = compte.codes_secours = compte.second_facteur_at = None
    compte.essais = 0
    sessions.end_sessions(session, compte)
    journal.write(session, acteur, Acte.SECOND_FACTEUR_REMIS, compte.pseudonyme, now=now)


def _renew_codes(session: Session, cle: str, compte: Compte, *, now: dt.datetime) -> list[str]:
    codes = Authentificateur(cle, now).generate_recovery_codes(NOMBRE_CODES)
    compte.codes_secours = [_digest_recovery(cle, compte, code) for code in codes]
    session.flush()
    return codes


def _use_recovery(cle: str, compte: Compte, code: str) -> bool:
    empreinte = _digest_recovery(cle, compte, code)
    restants = compte.codes_secours or []
    if empreinte not in restants:
        return False
    compte.codes_secours = [autre for autre in restants if autre != empreinte]
    return True


def _digest_recovery(cle: str, compte: Compte, code: str) -> str:
    return digest_code(cle, "tierslieux.secours", str(compte.id), _clean(code))


def _clean(code: str) -> str:
    """What people type, without spaces or dashes."""
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum())


def _may_try(compte: Compte, *, now: dt.datetime) -> bool:
    """Count a try; whether it is one of the five of these five minutes."""
    if compte.essais_at is None or now - compte.essais_at >= PERIODE_ESSAIS:
        compte.essais, compte.essais_at = 0, now
    if compte.essais >= ESSAIS_MAX:
        return False
    compte.essais += 1
    return True
