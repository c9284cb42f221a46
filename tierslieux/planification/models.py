"""Tables of plans: what territories upload, scenarios, what residents say of them, computations under way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant


class TableTerritoire(Base):
    """A table that a territory has uploaded: candidates (with costs, capacity, hours) or people by commune.

    `public_id` stands in addresses and is hard to guess: whoever has it can use the table. `lignes`: a list of
    tables.LigneTable as JSON, those that were understood; `rejets`: depot_tables.Rejet as JSON, those that were not.
    `gardee_at`: None as long as it was only looked at, and then no study can use it. It is deleted
    `tables.JOURS_GARDES` days after its last use, `tables.JOURS_APERCU` when it was not kept.
    """

    __tablename__ = "table_territoire"

    public_id: Mapped[str] = mapped_column(primary_key=True)
    niveau: Mapped[str]
    code: Mapped[str]
    nom: Mapped[str]
    sha256: Mapped[str]
    lignes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    rejets: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    deposee_at: Mapped[Instant]
    gardee_at: Mapped[Instant | None]
    utilisee_at: Mapped[Instant]


class Scenario(Base):
    """A study that is kept under a name. `etude`: etude.Etude.to_json().

    `public_id` reads it, `jeton_sha256` is the digest of the secret that the private editing link carries. `version`
    grows with every change: a stale edit is refused with both. `publie_at`: since when residents may read it and say
    what would help them; `precedentes`: the studies before, the last one first, for undoing.
    """

    __tablename__ = "scenario"
    __table_args__ = (Index("ix_scenario_niveau_code", "niveau", "code"),)

    public_id: Mapped[str] = mapped_column(primary_key=True)
    jeton_sha256: Mapped[str]
    niveau: Mapped[str]
    code: Mapped[str]
    titre: Mapped[str]
    presentation: Mapped[str | None]
    etude: Mapped[dict[str, Any]] = mapped_column(JSONB)
    precedentes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int]
    cree_at: Mapped[Instant]
    modifie_at: Mapped[Instant]
    publie_at: Mapped[Instant | None]


class AvisScenario(Base):
    """What a resident says of a site of a published scenario: which one would help, and why. Nothing says who.

    `statut`: "attente" until whoever holds the editing link has read it, then "publie" or "refuse".
    """

    __tablename__ = "avis_scenario"
    __table_args__ = (
        CheckConstraint("statut IN ('attente', 'publie', 'refuse')", name="statut"),
        Index("ix_avis_scenario_scenario_id", "scenario_id", "statut"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenario.public_id", ondelete="CASCADE"))
    site_code: Mapped[str]
    site_nom: Mapped[str]
    texte: Mapped[str]
    statut: Mapped[str]
    recu_at: Mapped[Instant]
    decide_at: Mapped[Instant | None]


class CalculPlan(Base):
    """A computation too long for a page: asked for, under way, done. `resultat`: resultats.Resultat.to_json().

    `par`: level by which the study is repeated over its territory (a plan for each département), None for one plan;
    `resultat` is then series.write_serie(). `avance`: 0 to 1; `annule_at`: somebody does not want it any more, the
    job stops at its next step.
    """

    __tablename__ = "calcul_plan"
    __table_args__ = (
        CheckConstraint("statut IN ('attente', 'en-cours', 'fini', 'echec', 'annule')", name="statut"),
        Index("ix_calcul_plan_empreinte", "empreinte"),
    )

    public_id: Mapped[str] = mapped_column(primary_key=True)
    etude: Mapped[dict[str, Any]] = mapped_column(JSONB)
    par: Mapped[str | None]
    empreinte: Mapped[str]
    statut: Mapped[str]
    avance: Mapped[float]
    message: Mapped[str | None]
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    resultat: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    demande_at: Mapped[Instant]
    fini_at: Mapped[Instant | None]
    annule_at: Mapped[Instant | None]
