"""Tables of imports that people start from the pages: a file given, what it would change, the job that applies it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant


class Depot(Base):
    """A file that somebody gave and the run made of it.

    States: recu → lecture (a job reads it and compares) → apercu → attente (a job is asked to apply it) → application →
    applique; refuse and echoue end anywhere with `message`; annule when somebody gave up. `cle` is the public part of
    its address. `correspondance` is the declaration (as in source.toml) chosen for the file. `progression` is
    {"etape", "fait", "total", "debut_at"}; `arret_demande` is read by the job as it goes. `job_id` is the job of the
    queue that works, or worked last, on it. `resume` is what the preview found, by count.
    """

    __tablename__ = "depot"
    __table_args__ = (
        CheckConstraint(
            "etat IN ('recu', 'lecture', 'apercu', 'attente', 'application', 'applique', 'refuse', 'echoue', 'annule')",
            name="etat",
        ),
        Index("ix_depot_cle", "cle", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cle: Mapped[str]
    source_id: Mapped[str | None]
    nom_fichier: Mapped[str]
    contenu: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str]
    octets: Mapped[int] = mapped_column(BigInteger)
    etat: Mapped[str]
    message: Mapped[str | None]
    reconnu: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    correspondance: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    resume: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    progression: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    arret_demande: Mapped[bool] = mapped_column(server_default=text("false"))
    accepter_pertes: Mapped[bool] = mapped_column(server_default=text("false"))
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    execution_id: Mapped[int | None] = mapped_column(ForeignKey("execution.id"))
    cree_at: Mapped[Instant]
    modifie_at: Mapped[Instant]


class LigneApercu(Base):
    """One row of a preview: what applying the file would do to one record.

    `sort` says what: creee, modifiee, fusionnee, disparue, rejetee; unchanged records are only counted. `differences`
    are [field, before, after] for a changed record, the values for a new one; `code`, `champ` and `valeur` are those of
    a reject.
    """

    __tablename__ = "ligne_apercu"
    __table_args__ = (
        CheckConstraint("sort IN ('creee', 'modifiee', 'fusionnee', 'disparue', 'rejetee')", name="sort"),
        Index("ix_ligne_apercu_depot_id", "depot_id", "sort", "rang"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id", ondelete="CASCADE"))
    rang: Mapped[int]
    sort: Mapped[str]
    identifiant: Mapped[str | None]
    ligne: Mapped[int | None]
    nom: Mapped[str | None]
    commune_nom: Mapped[str | None]
    differences: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    code: Mapped[str | None]
    champ: Mapped[str | None]
    valeur: Mapped[str | None]


class AdresseGeocodee(Base):
    """What a geocoding service answered about an address, so that it is asked once and a run gives the same twice.

    Without position: looked for, not found for sure. Positions are degrees, EPSG:4326.
    """

    __tablename__ = "adresse_geocodee"
    __table_args__ = (CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position"),)

    commune_code: Mapped[str] = mapped_column(primary_key=True)
    adresse: Mapped[str] = mapped_column(primary_key=True)
    code_postal: Mapped[str | None]
    commune_nom: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    precision: Mapped[str | None]
    score: Mapped[float | None]
    source: Mapped[str | None]
    demandee_at: Mapped[Instant]
