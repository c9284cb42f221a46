"""Tables of contributions. A proposal that is accepted becomes a fiche; everything else here is what leads there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant


class Proposition(Base):
    """What somebody proposes to say of a place: fields as they were seen (`avant`) and as they should be (`apres`).

    A field that `apres` maps to None is to be emptied. `version` is the place's version (historique.get_version) that
    was seen; `lieu_id` is None for a new place until it is accepted. `fiche_id` is the record that accepting it made:
    undoing withdraws this one. `public_id` stands in the private address of the contributor, with a secret of which
    `jeton_sha256` is the digest. `demarche`, `statut`, `voie`, `motif_refus`: enums. `auteur` is a pseudonym,
    `compte_id` the account behind it, if any; `reseau` tells apart the networks from which proposals come, for a while,
    and nothing else. `source_id`: the publisher that disagrees, of a DESACCORD.

    Personal, erased on request or after a while: `courriel`, `commentaire`, `reseau`, `compte_id`.
    """

    __tablename__ = "proposition"
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index("ix_proposition_statut", "statut", "id"),
        Index("ix_proposition_lieu_id", "lieu_id"),
        Index("ix_proposition_auteur", "auteur"),
        Index("ix_proposition_commune_code", "commune_code", "statut"),
        Index("ix_proposition_fiche_id", "fiche_id"),
        Index("ix_proposition_decidee_at", "decidee_at"),
        CheckConstraint(
            "demarche IN ('nouveau', 'correction', 'fermeture', 'confirmation', 'evenement', 'desaccord',"
            " 'opposition', 'restauration')",
            name="demarche",
        ),
        CheckConstraint(
            "statut IN ('en-attente', 'question', 'quarantaine', 'acceptee', 'partielle', 'refusee', 'retiree',"
            " 'annulee')",
            name="statut",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str]
    jeton_sha256: Mapped[str | None]
    demarche: Mapped[str]
    statut: Mapped[str]
    voie: Mapped[str]
    lieu_id: Mapped[int | None] = mapped_column(ForeignKey("lieu.id"))
    version: Mapped[int] = mapped_column(BigInteger)
    nom: Mapped[str]
    commune_code: Mapped[str | None]
    avant: Mapped[dict[str, Any]] = mapped_column(JSONB)
    apres: Mapped[dict[str, Any]] = mapped_column(JSONB)
    retenus: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    fiche_id: Mapped[int | None] = mapped_column(ForeignKey("fiche_source.id", ondelete="SET NULL"))
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    execution_id: Mapped[int | None] = mapped_column(ForeignKey("execution.id"))
    auteur: Mapped[str]
    compte_id: Mapped[int | None] = mapped_column(BigInteger)
    courriel: Mapped[str | None]
    commentaire: Mapped[str | None]
    reseau: Mapped[str | None]
    langue: Mapped[str] = mapped_column(server_default=text("'fr'"))
    score: Mapped[float]
    parts: Mapped[dict[str, float]] = mapped_column(JSONB)
    motif_refus: Mapped[str | None]
    reponse: Mapped[str | None]
    recue_at: Mapped[Instant]
    decidee_at: Mapped[Instant | None]
    decidee_par: Mapped[str | None]
    verrou_par: Mapped[str | None]
    verrou_jusqua_at: Mapped[Instant | None]


class MessageProposition(Base):
    """A question of a moderator about a proposal, or the contributor's answer. `est_moderation` says who speaks."""

    __tablename__ = "message_proposition"
    __table_args__ = (Index("ix_message_proposition_proposition_id", "proposition_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposition_id: Mapped[int] = mapped_column(ForeignKey("proposition.id", ondelete="CASCADE"))
    auteur: Mapped[str]
    est_moderation: Mapped[bool]
    texte: Mapped[str]
    fait_at: Mapped[Instant]


class Vote(Base):
    """What a resident who has an account says of somebody else's proposal. One vote each; the last one holds.

    `poids` is what it counted for when it was given, `reseau` as in Proposition.
    """

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("proposition_id", "auteur"),
        CheckConstraint("valeur IN ('pour', 'contre')", name="valeur"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposition_id: Mapped[int] = mapped_column(ForeignKey("proposition.id", ondelete="CASCADE"))
    auteur: Mapped[str]
    valeur: Mapped[str]
    poids: Mapped[float]
    reseau: Mapped[str | None]
    fait_at: Mapped[Instant]


class ReglageTerritoire(Base):
    """What a territory has chosen for its contributions: whether residents' votes may accept a proposal."""

    __tablename__ = "reglage_territoire"

    niveau: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    avec_votes: Mapped[bool]
    modifie_at: Mapped[Instant]
    modifie_par: Mapped[str]


class Brouillon(Base):
    """A form that somebody has begun, kept for those who ask for it; its secret address opens it. It does not last.

    `champs` are the fields of the form as they were sent. A row whose `formulaire` is "envoi" remembers what a form was
    sent as, so that one sent twice is one (formulaires/brouillons.py).
    """

    __tablename__ = "brouillon"

    jeton_sha256: Mapped[str] = mapped_column(primary_key=True)
    formulaire: Mapped[str]
    champs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cree_at: Mapped[Instant]
    modifie_at: Mapped[Instant]


class Relance(Base):
    """A mail that asked a place whether what is said of it is still true. No address is kept, only a keyed digest.

    `repondue_at`: when somebody used its link to confirm or to correct.
    """

    __tablename__ = "relance"
    __table_args__ = (
        Index("ix_relance_lieu_id", "lieu_id", "id"),
        Index("ix_relance_empreinte", "empreinte"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lieu_id: Mapped[int] = mapped_column(ForeignKey("lieu.id"))
    empreinte: Mapped[str]
    jeton_sha256: Mapped[str]
    envoyee_at: Mapped[Instant]
    expire_at: Mapped[Instant]
    repondue_at: Mapped[Instant | None]


class Blocage(Base):
    """Over a territory, an author or a network whose proposals are set aside as they come, until `jusqua_at`.

    `genre` and `motif`: enums; `valeur`: a pseudonym, or the digest of a network as in Proposition. The row is deleted
    when the measure is lifted: the audit log tells the rest.
    """

    __tablename__ = "blocage"
    __table_args__ = (
        UniqueConstraint("genre", "valeur", "niveau", "code"),
        CheckConstraint("genre IN ('auteur', 'reseau')", name="genre"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    genre: Mapped[str]
    valeur: Mapped[str]
    niveau: Mapped[str]
    code: Mapped[str]
    motif: Mapped[str]
    pose_at: Mapped[Instant]
    pose_par: Mapped[str]
    jusqua_at: Mapped[Instant]


class Desabonnement(Base):
    """An address that does not want our mails any more, as a keyed digest."""

    __tablename__ = "desabonnement"

    empreinte: Mapped[str] = mapped_column(primary_key=True)
    fait_at: Mapped[Instant]


class Opposition(Base):
    """What a person does not want to be shown any more: fields of a place, and keyed digests of what they held.

    Imports drop a value whose digest stands here, whatever file brings it back (donnees/empreintes.py). `statut`:
    "demandee" hides it at once, "confirmee" erases it from the records, `effacee_at` says when that was done; "levee"
    shows it again.
    """

    __tablename__ = "opposition"
    __table_args__ = (
        CheckConstraint("statut IN ('demandee', 'confirmee', 'levee')", name="statut"),
        Index("ix_opposition_lieu_id", "lieu_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lieu_id: Mapped[int] = mapped_column(ForeignKey("lieu.id"))
    proposition_id: Mapped[int | None] = mapped_column(ForeignKey("proposition.id", ondelete="SET NULL"))
    champs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    empreintes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    statut: Mapped[str]
    demandee_at: Mapped[Instant]
    decidee_at: Mapped[Instant | None]
    effacee_at: Mapped[Instant | None]


class Purge(Base):
    """The proof that what had to go went: how many rows each rule of a purge found, nothing of what they held."""

    __tablename__ = "purge"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    regle: Mapped[str]
    fait_at: Mapped[Instant]
    nombre: Mapped[int]
    avant_le: Mapped[dt.date]
    jours: Mapped[int] = mapped_column(SmallInteger)
