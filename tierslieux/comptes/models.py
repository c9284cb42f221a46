"""Tables of accounts: who may sign in, what they may do and where, their sessions, codes, invitations and log."""

from __future__ import annotations

from flask_security import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from tierslieux.core.db import Base, Instant

_ROLES = "role IN ('agent', 'moderateur', 'administrateur')"
_NIVEAUX = "niveau IN ('france', 'region', 'departement', 'epci', 'commune')"


class Compte(Base, UserMixin):
    """An account. Nobody has a password: whoever reads the mail of `courriel` signs in.

    `pseudonyme` is drawn at random and stands in histories; it outlives the account, which is deleted as a whole.
    `courriel` is written as core.types.parse gives it, in lower case. `fs_uniquifier` names the account in cookies.
    `commune_code`: where the person says to live, to weigh votes. `totp_graine`: from it and the secret key comes the
    key of the authenticator (see second_facteur.py); `totp_compteur`: step of the last code that was used, since none
    is good twice; `codes_secours`: digests of the recovery codes that are left; `second_facteur_at`: since when the
    second factor is set, None before its first code. `essais`, `essais_at`: codes of the second factor tried since
    then. The synonyms are the names under which Flask-Security knows the columns.
    """

    __tablename__ = "compte"
    __table_args__ = (UniqueConstraint("pseudonyme"), UniqueConstraint("courriel"), UniqueConstraint("fs_uniquifier"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pseudonyme: Mapped[str]
    courriel: Mapped[str]
    fs_uniquifier: Mapped[str]
    actif: Mapped[bool]
    commune_code: Mapped[str | None]
    cree_at: Mapped[Instant]
    connexion_at: Mapped[Instant | None]
    totp_graine: Mapped[str | None]
    totp_compteur: Mapped[int | None] = mapped_column(BigInteger)
    codes_secours: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    second_facteur_at: Mapped[Instant | None]
    essais: Mapped[int] = mapped_column(default=0)
    essais_at: Mapped[Instant | None]

    habilitations: Mapped[list[HabilitationCompte]] = relationship(
        lazy="raise", order_by="HabilitationCompte.id", passive_deletes="all"
    )

    email: Mapped[str] = synonym("courriel")
    active: Mapped[bool] = synonym("actif")
    mf_recovery_codes: Mapped[list[str] | None] = synonym("codes_secours")


class HabilitationCompte(Base):
    """A role that an account holds over a territory: droits.Habilitation. `donnee_par`: pseudonym of who gave it."""

    __tablename__ = "habilitation"
    __table_args__ = (
        CheckConstraint(_ROLES, name="role"),
        CheckConstraint(_NIVEAUX, name="niveau"),
        UniqueConstraint("compte_id", "niveau", "code", name="uq_habilitation_compte_id_niveau_code"),
        Index("ix_habilitation_niveau_code", "niveau", "code"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    compte_id: Mapped[int] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    role: Mapped[str]
    niveau: Mapped[str]
    code: Mapped[str]
    donnee_par: Mapped[str]
    donnee_at: Mapped[Instant]


class SessionCompte(Base):
    """A browser that is signed in. `empreinte`: SHA-256 of the token in its cookie; without the row, no session.

    `vue_at` is written once an hour at most. `second_facteur_at`: when this browser gave the second factor, None: not.
    """

    __tablename__ = "session_compte"
    __table_args__ = (Index("ix_session_compte_compte_id", "compte_id"),)

    empreinte: Mapped[str] = mapped_column(primary_key=True)
    compte_id: Mapped[int] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    ouverte_at: Mapped[Instant]
    vue_at: Mapped[Instant]
    expire_at: Mapped[Instant]
    second_facteur_at: Mapped[Instant | None]


class Invitation(Base):
    """A role over a territory offered to an address, until it is taken, withdrawn or expired; the row then goes.

    `par_id`: account of who offers it, and must still be allowed to when it is taken; None: the command line.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(_ROLES, name="role"),
        CheckConstraint(_NIVEAUX, name="niveau"),
        UniqueConstraint("jeton_sha256"),
        UniqueConstraint("courriel", "niveau", "code", name="uq_invitation_courriel_niveau_code"),
        Index("ix_invitation_par_id", "par_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jeton_sha256: Mapped[str]
    courriel: Mapped[str]
    role: Mapped[str]
    niveau: Mapped[str]
    code: Mapped[str]
    par_id: Mapped[int | None] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    par: Mapped[str]
    envoyee_at: Mapped[Instant]
    expire_at: Mapped[Instant]


class CodeCourriel(Base):
    """A code sent by e-mail, good in one browser: `navigateur_sha256` is the digest of what its cookie holds.

    `objet`: "connexion" to sign in (and take an invitation), "adresse" to give `compte_id` the address `courriel`. The
    row goes with its use; asking again writes over it.
    """

    __tablename__ = "code_courriel"
    __table_args__ = (
        CheckConstraint("objet IN ('connexion', 'adresse')", name="objet"),
        Index("ix_code_courriel_expire_at", "expire_at"),
        Index("ix_code_courriel_compte_id", "compte_id"),
        Index("ix_code_courriel_invitation_id", "invitation_id"),
    )

    navigateur_sha256: Mapped[str] = mapped_column(primary_key=True)
    objet: Mapped[str] = mapped_column(primary_key=True)
    courriel: Mapped[str]
    code_hmac: Mapped[str]
    essais: Mapped[int]
    expire_at: Mapped[Instant]
    compte_id: Mapped[int | None] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
