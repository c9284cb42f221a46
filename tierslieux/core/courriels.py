"""Outgoing mail: written in the caller's transaction, sent afterwards by the process that does the jobs.

A mail that is sent leaves its kind, its dates and a keyed digest of its address; neither the address nor the text. How
it leaves (SMTP, or a file for each) is told by core/expedition.py.

A mail is never lost: it is in the base until its sending is written there. It leaves twice only when the program is
killed between the moment when the other server has taken it and the moment when that is written down, which SMTP makes
unavoidable; both then bear the same Message-ID, by which mail programs know a mail that they have.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from tierslieux.core import taches
from tierslieux.core.db import Base, Instant, Rangee, transaction
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.expedition import Depart, EnvoiError, Expedition
from tierslieux.core.sql import load_block
from tierslieux.core.textes import gettext as _

logger = logging.getLogger(__name__)

SQL = Path(__file__).parent / "sql" / "courriels.sql"

ENVOYER = "courriels.envoyer"
# What is waited after the first, second, third and fourth attempt; the fifth is the last.
DELAIS_S = (60, 300, 1_800, 10_800)
ESSAIS_MAX = len(DELAIS_S) + 1

LONGUEUR_ADRESSE_MAX = 254
SUJET_MAX = 200
CORPS_MAX = 20_000
CONSERVATION = dt.timedelta(days=180)
# The text of a mail that could not be sent, for the one who mends the sending (`flask courriels send --failed`).
CONSERVATION_ECHECS = dt.timedelta(days=7)
COUPE = "coupe"

_GENRE = re.compile(r"[a-z][a-z0-9-]{1,39}")


class EtatCourriel(StrEnum):
    """How far a mail is."""

    ATTENTE = "attente"
    ENVOI = "envoi"
    ENVOYE = "envoye"
    ECHEC = "echec"


class CourrielSortant(Base):
    """One mail. `prochain_at`: when the next attempt is due; `perime_at`: when it is of no use any more."""

    __tablename__ = "courriel_sortant"
    __table_args__ = (
        CheckConstraint("etat IN ('attente', 'envoi', 'envoye', 'echec')", name="etat"),
        CheckConstraint(
            "CASE etat WHEN 'envoye' THEN num_nonnulls(destinataire, sujet, corps, desabonnement) = 0 "
            "WHEN 'echec' THEN num_nulls(destinataire, sujet, corps) IN (0, 3) "
            "ELSE num_nulls(destinataire, sujet, corps) = 0 END",
            name="efface",
        ),
        UniqueConstraint("cle"),
        Index("ix_courriel_sortant_prochain_at", "prochain_at", postgresql_where=text("etat IN ('attente', 'envoi')")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cle: Mapped[str]
    genre: Mapped[str]
    empreinte: Mapped[str | None]
    destinataire: Mapped[str | None]
    sujet: Mapped[str | None]
    corps: Mapped[str | None]
    desabonnement: Mapped[str | None]
    etat: Mapped[str] = mapped_column(server_default="attente")
    essais: Mapped[int] = mapped_column(server_default=text("0"))
    erreur: Mapped[str | None]
    cree_at: Mapped[Instant]
    prochain_at: Mapped[Instant]
    perime_at: Mapped[Instant | None]
    fini_at: Mapped[Instant | None]


@dataclass(frozen=True, slots=True)
class Courriel:
    """A mail in plain text. `genre` says what it is for ("code-connexion"), without saying anything of the person.

    `desabonnement` is the address of the page where the person stops mails of this kind. Raises InvalidInputError for
    an address that is none, a subject or a text that is empty, too long, or holds control characters.
    """

    a: str
    sujet: str
    corps: str
    genre: str
    desabonnement: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "a", parse_adresse(self.a))
        object.__setattr__(self, "corps", self.corps.replace("\r\n", "\n"))
        _check_texte("sujet", self.sujet, SUJET_MAX, permis="")
        _check_texte("corps", self.corps, CORPS_MAX, permis="\n\t")
        if not _GENRE.fullmatch(self.genre):
            raise InvalidInputError("genre", self.genre, "a-z, 0-9, -")
        if self.desabonnement is not None and not re.fullmatch(r"https?://[!-;=?-~]{1,500}", self.desabonnement):
            raise InvalidInputError("desabonnement", self.desabonnement, "https://…")


def parse_adresse(texte: str, champ: str = "courriel") -> str:
    """The e-mail address, its domain in small ASCII letters; raises InvalidInputError. Asks no server anything."""
    adresse = texte.strip()
    try:
        if len(adresse) > LONGUEUR_ADRESSE_MAX:
            raise InvalidInputError(champ, adresse, _("une adresse de courriel, par exemple nom@exemple.fr"))
        lue = validate_email(adresse, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as erreur:
        raise InvalidInputError(champ, adresse, _("une adresse de courriel, par exemple nom@exemple.fr")) from erreur
    return lue.ascii_email or lue.normalized


def digest_adresse(adresse: str, secret: str) -> str:
    """What recognises an address once it is forgotten, for whoever has the secret."""
    message = b"tierslieux.courriel\0" + adresse.strip().casefold().encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def queue(
    session: Session,
    courriel: Courriel,
    *,
    now: dt.datetime,
    au_plus_tot: dt.datetime | None = None,
    perime_at: dt.datetime | None = None,
) -> int:
    """Write the mail and the job that sends it, in the transaction of `session`; the number of the mail.

    It leaves from `au_plus_tot` on, and no more after `perime_at` (a code that is good for ten minutes).
    """
    prochain_at = max(now, au_plus_tot) if au_plus_tot else now
    numero: int = session.execute(
        load_block(SQL, "insert"),
        {
            "cle": secrets.token_hex(12),
            "genre": courriel.genre,
            "a": courriel.a,
            "sujet": courriel.sujet,
            "corps": courriel.corps,
            "desabonnement": courriel.desabonnement,
            "now": now,
            "prochain_at": prochain_at,
            "perime_at": perime_at,
        },
    ).scalar_one()
    _defer(session, numero, prochain_at if prochain_at > now else None)
    return numero


def send(
    fabrique: sessionmaker[Session], expedition: Expedition, courriel_id: int, *, now: dt.datetime
) -> EtatCourriel | None:
    """Send one mail if it is due and nobody else is at it; how far it is then, None when there was nothing to do.

    Each step is committed: the attempt before it begins, its outcome after it. An attempt that fails writes the job of
    the next one.
    """
    with fabrique() as session, transaction(session):
        if session.execute(load_block(SQL, "expire"), {"id": courriel_id, "now": now}).first():
            logger.info("event=mail_expired mail=%d", courriel_id)
            return EtatCourriel.ECHEC
        depart = session.execute(
            load_block(SQL, "take"), {"id": courriel_id, "now": now, "delais_s": list(DELAIS_S)}
        ).one_or_none()
        if depart is None:
            _come_back(session, courriel_id, now=now)
            return None
    with fabrique() as session, transaction(session):
        if session.execute(load_block(SQL, "lock"), {"id": courriel_id, "essais": depart.essais}).first() is None:
            return None
        return _attempt(session, expedition, depart, now=now)


def send_pending(
    fabrique: sessionmaker[Session], expedition: Expedition, *, now: dt.datetime, limite: int = 500
) -> dict[EtatCourriel, int]:
    """Send what is due, oldest first; how many ended in each state."""
    bilan: dict[EtatCourriel, int] = {}
    with fabrique() as session:
        dus = list_dus(session, now=now, limite=limite)
    for du in dus:
        etat = send(fabrique, expedition, du.id, now=now)
        if etat is not None:
            bilan[etat] = bilan.get(etat, 0) + 1
    return bilan


def list_dus(session: Session, *, now: dt.datetime, limite: int = 500) -> Sequence[Rangee]:
    """Mails whose next attempt is due: id, genre."""
    return session.execute(load_block(SQL, "list_dus"), {"now": now, "limite": limite}).all()


def list_recents(session: Session, limite: int = 50) -> Sequence[Rangee]:
    """The last mails, with nothing of the person: id, genre, etat, essais, erreur, cree_at, prochain_at, fini_at."""
    return session.execute(load_block(SQL, "list_recents"), {"limite": limite}).all()


def count_etats(session: Session) -> dict[str, int]:
    """How many mails are in each state."""
    return {rangee.etat: rangee.nombre for rangee in session.execute(load_block(SQL, "count_etats"))}


def retry(session: Session, *, now: dt.datetime) -> int:
    """Let those that failed and still have their text wait again; how many."""
    return len(session.execute(load_block(SQL, "retry"), {"now": now}).all())


def forget(session: Session, adresse: str, *, secret: str) -> int:
    """Take out what waits for this address, and the digests of what it was sent; how many mails that concerns."""
    textes = session.execute(load_block(SQL, "forget_textes"), {"a": adresse}).all()
    empreinte = digest_adresse(adresse, secret)
    empreintes = session.execute(load_block(SQL, "forget_empreintes"), {"empreinte": empreinte}).all()
    return len(textes) + len(empreintes)


def purge(session: Session, *, now: dt.datetime) -> int:
    """Forget the texts of old failures, and mails that ended long ago; how many of the latter."""
    session.execute(load_block(SQL, "purge_textes"), {"avant": now - CONSERVATION_ECHECS})
    return len(session.execute(load_block(SQL, "purge"), {"avant": now - CONSERVATION}).all())


def _attempt(session: Session, expedition: Expedition, depart: Rangee, *, now: dt.datetime) -> EtatCourriel:
    """Send the mail whose row this transaction holds, and write what came of it."""
    fin = {"id": depart.id, "now": now, "empreinte": digest_adresse(depart.destinataire, expedition.secret)}
    if depart.essais > ESSAIS_MAX:
        # Its last attempt was cut off: whether it has left is not known.
        session.execute(load_block(SQL, "record_abandon"), {**fin, "erreur": COUPE})
        return EtatCourriel.ECHEC
    try:
        expedition.send(
            Depart(
                cle=depart.cle,
                genre=depart.genre,
                a=depart.destinataire,
                sujet=depart.sujet,
                corps=depart.corps,
                desabonnement=depart.desabonnement,
                cree_at=depart.cree_at,
            )
        )
    except EnvoiError as erreur:
        return _record_echec(session, depart, erreur, fin)
    session.execute(load_block(SQL, "record_envoi"), fin)
    logger.info("event=mail_sent mail=%d kind=%s attempts=%d", depart.id, depart.genre, depart.essais)
    return EtatCourriel.ENVOYE


def _record_echec(session: Session, depart: Rangee, erreur: EnvoiError, fin: dict[str, object]) -> EtatCourriel:
    logger.warning(
        "event=mail_failed mail=%d kind=%s attempts=%d error=%s", depart.id, depart.genre, depart.essais, erreur.code
    )
    if erreur.est_definitif or depart.essais >= ESSAIS_MAX:
        bloc = "record_refus" if erreur.est_definitif else "record_abandon"
        session.execute(load_block(SQL, bloc), {**fin, "erreur": erreur.code})
        return EtatCourriel.ECHEC
    prochain_at = session.execute(
        load_block(SQL, "record_report"), {"id": depart.id, "erreur": erreur.code}
    ).scalar_one()
    _defer(session, depart.id, prochain_at)
    return EtatCourriel.ATTENTE


def _come_back(session: Session, courriel_id: int, *, now: dt.datetime) -> None:
    """Queue the job again when its mail is not due yet: the attempt before was cut off."""
    prochain_at = session.execute(load_block(SQL, "find_prochain"), {"id": courriel_id}).scalar_one_or_none()
    if prochain_at is not None and prochain_at > now:
        _defer(session, courriel_id, prochain_at)


def _defer(session: Session, courriel_id: int, a_partir_de: dt.datetime | None) -> None:
    taches.defer(session, ENVOYER, file=taches.FILE_VITE, a_partir_de=a_partir_de, courriel_id=courriel_id)


def _check_texte(champ: str, texte: str, longueur_max: int, *, permis: str) -> None:
    """Control characters are refused rather than removed: none of our texts has one, an attack has."""
    if not texte.strip() or len(texte) > longueur_max:
        raise InvalidInputError(champ, len(texte), _("de 1 à %(nombre)s caractères", nombre=longueur_max))
    for caractere in texte:
        if caractere not in permis and unicodedata.category(caractere) in {"Cc", "Cs", "Zl", "Zp"}:
            raise InvalidInputError(champ, f"U+{ord(caractere):04X}", _("un texte sans caractère de commande"))
