"""How a mail leaves: by SMTP, or as a file in a folder when no server is set."""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Protocol

DELAI_SMTP_S = 20.0
# A refusal of 500 or more is for good (RFC 5321, 4.2.1).
REFUS_DEFINITIF = 500
DOSSIER_PRIVE, FICHIER_PRIVE = 0o700, 0o600


class Chiffrement(StrEnum):
    """How the conversation with the server is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    AUCUN = "aucun"


class EnvoiError(Exception):
    """A mail did not leave. `code` names the failure without a word of the server, which repeats addresses."""

    def __init__(self, code: str, *, est_definitif: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.est_definitif = est_definitif


@dataclass(frozen=True, slots=True)
class Depart:
    """A mail that leaves, the same at each attempt."""

    cle: str
    genre: str
    a: str
    sujet: str
    corps: str
    desabonnement: str | None
    cree_at: dt.datetime


class Transport(Protocol):
    """Where mails go."""

    def send(self, message: EmailMessage, depart: Depart) -> None:
        """Hand the mail over; raises EnvoiError."""


@dataclass(frozen=True, slots=True)
class Expedition:
    """Who sends, by which way. `secret` is the key of the digests that stay of addresses."""

    expediteur: str
    transport: Transport
    secret: str

    def send(self, depart: Depart) -> None:
        """Send one mail; raises EnvoiError."""
        self.transport.send(build_message(depart, self.expediteur), depart)


def build_message(depart: Depart, expediteur: str) -> EmailMessage:
    """The mail with its headers; the same bytes at each attempt, so that a second one is recognisable.

    `expediteur` is an address, or a name and an address ("Carte <carte@exemple.fr>").
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = expediteur
    message["To"] = depart.a
    message["Subject"] = depart.sujet
    message["Date"] = format_datetime(depart.cree_at)
    message["Message-ID"] = f"<{depart.cle}@{get_domaine(expediteur)}>"
    # No holiday answer, please (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if depart.desabonnement:
        message["List-Unsubscribe"] = f"<{depart.desabonnement}>"
        if depart.desabonnement.startswith("https://"):
            # One press in the mail program is enough (RFC 8058).
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Passes any server, however long the lines.
    message.set_content(depart.corps, cte="quoted-printable")
    return message


def get_domaine(expediteur: str) -> str:
    """Domain of the sender's address."""
    return parseaddr(expediteur)[1].rpartition("@")[2] or "localhost"


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. The one that has no encryption is never given a password."""

    hote: str
    port: int
    chiffrement: Chiffrement
    utilisateur: str | None = None
    mot_de_passe: str | None = None
    delai_s: float = DELAI_SMTP_S

    def send(self, message: EmailMessage, depart: Depart) -> None:
        """See Transport."""
        with _name_failures(), self._open(message) as serveur:
            # The mail is taken once this answers; what the server says at the end is none of ours.
            serveur.send_message(message, to_addrs=[depart.a])

    @contextmanager
    def _open(self, message: EmailMessage) -> Iterator[smtplib.SMTP]:
        domaine = get_domaine(str(message["From"]))
        contexte = ssl.create_default_context()
        serveur: smtplib.SMTP
        if self.chiffrement is Chiffrement.TLS:
            serveur = smtplib.SMTP_SSL(
                self.hote, self.port, local_hostname=domaine, timeout=self.delai_s, context=contexte
            )
        else:
            serveur = smtplib.SMTP(self.hote, self.port, local_hostname=domaine, timeout=self.delai_s)
        try:
            if self.chiffrement is Chiffrement.STARTTLS:
                serveur.starttls(context=contexte)
            if self.utilisateur and self.mot_de_passe:
                serveur.login(self.utilisateur, self.mot_de_passe)
            yield serveur
        finally:
            # Not quit(): a failure of it would pass for one of the sending.
            serveur.close()


@contextmanager
def _name_failures() -> Iterator[None]:
    """Turn what smtplib raises into EnvoiError, without the texts."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as erreur:
        codes = [code for code, _texte in erreur.recipients.values()]
        definitif = all(code >= REFUS_DEFINITIF for code in codes)
        raise EnvoiError(f"recipient_{max(codes, default=0)}", est_definitif=definitif) from None
    except smtplib.SMTPDataError as erreur:
        raise EnvoiError(f"data_{erreur.smtp_code}", est_definitif=erreur.smtp_code >= REFUS_DEFINITIF) from None
    except smtplib.SMTPResponseException as erreur:
        # Sign-in or sender refused: a setting to mend, not this mail's fault.
        raise EnvoiError(f"{type(erreur).__name__}_{erreur.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as erreur:
        raise EnvoiError(type(erreur).__name__) from None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A folder that gets one file a mail, that only the site's account can read. The same mail is the same file."""

    chemin: Path

    def send(self, message: EmailMessage, depart: Depart) -> None:
        """See Transport."""
        try:
            self.chemin.mkdir(mode=DOSSIER_PRIVE, parents=True, exist_ok=True)
            self.chemin.chmod(DOSSIER_PRIVE)
            nom = f"{depart.cree_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{depart.genre}-{depart.cle}.eml"
            write_prive(self.chemin / nom, message.as_bytes())
        except OSError as erreur:
            raise EnvoiError(type(erreur).__name__) from None

    def purge(self, *, now: dt.datetime, age_max: dt.timedelta) -> int:
        """Delete the mails that are older; how many."""
        anciens = [
            fichier
            for fichier in self.chemin.glob("*.eml")
            if dt.datetime.fromtimestamp(fichier.stat().st_mtime, dt.UTC) < now - age_max
        ]
        for fichier in anciens:
            fichier.unlink(missing_ok=True)
        return len(anciens)


def write_prive(chemin: Path, contenu: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone; on the disk once this returns."""
    descripteur, provisoire = tempfile.mkstemp(dir=chemin.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descripteur, "wb") as fichier:
            os.fchmod(fichier.fileno(), FICHIER_PRIVE)
            fichier.write(contenu)
            fichier.flush()
            os.fsync(fichier.fileno())
        Path(provisoire).replace(chemin)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
