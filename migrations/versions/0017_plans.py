"""Plans: tables that territories upload, scenarios that are kept, what residents say of them, long computations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_plans"
down_revision = "0016_recherches_vaines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "table_territoire",
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("lignes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rejets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("deposee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gardee_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("utilisee_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_table_territoire")),
    )
    op.create_table(
        "scenario",
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("jeton_sha256", sa.Text(), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("titre", sa.Text(), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=True),
        sa.Column("etude", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("precedentes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cree_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifie_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publie_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_scenario")),
    )
    op.create_index("ix_scenario_niveau_code", "scenario", ["niveau", "code"])
    op.create_table(
        "avis_scenario",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("scenario_id", sa.Text(), nullable=False),
        sa.Column("site_code", sa.Text(), nullable=False),
        sa.Column("site_nom", sa.Text(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("statut", sa.Text(), nullable=False),
        sa.Column("recu_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("statut IN ('attente', 'publie', 'refuse')", name=op.f("ck_avis_scenario_statut")),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["scenario.public_id"],
            name=op.f("fk_avis_scenario_scenario_id_scenario"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avis_scenario")),
    )
    op.create_index("ix_avis_scenario_scenario_id", "avis_scenario", ["scenario_id", "statut"])
    op.create_table(
        "calcul_plan",
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("etude", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("par", sa.Text(), nullable=True),
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("statut", sa.Text(), nullable=False),
        sa.Column("avance", sa.Float(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("resultat", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("demande_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fini_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annule_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "statut IN ('attente', 'en-cours', 'fini', 'echec', 'annule')", name=op.f("ck_calcul_plan_statut")
        ),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_calcul_plan")),
    )
    op.create_index("ix_calcul_plan_empreinte", "calcul_plan", ["empreinte"])


def downgrade() -> None:
    for table in ("calcul_plan", "avis_scenario", "scenario", "table_territoire"):
        op.drop_table(table)
