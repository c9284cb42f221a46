"""Pairs of fiches to review, and what people decide of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_paires"
down_revision = "0007_suivi_des_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision_paire",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_a", sa.Text(), nullable=False),
        sa.Column("identifiant_a", sa.Text(), nullable=False),
        sa.Column("source_b", sa.Text(), nullable=False),
        sa.Column("identifiant_b", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("auteur", sa.Text(), nullable=True),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decision IN ('meme', 'different')", name=op.f("ck_decision_paire_decision")),
        sa.CheckConstraint(
            '(source_a COLLATE "C", identifiant_a COLLATE "C") < (source_b COLLATE "C", identifiant_b COLLATE "C")',
            name=op.f("ck_decision_paire_ordre"),
        ),
        sa.ForeignKeyConstraint(["source_a"], ["source.id"], name=op.f("fk_decision_paire_source_a_source")),
        sa.ForeignKeyConstraint(["source_b"], ["source.id"], name=op.f("fk_decision_paire_source_b_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_paire")),
    )
    op.create_index("ix_decision_paire_a", "decision_paire", ["source_a", "identifiant_a"], unique=False)
    op.create_index("ix_decision_paire_b", "decision_paire", ["source_b", "identifiant_b"], unique=False)
    op.create_table(
        "paire",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fiche_a_id", sa.BigInteger(), nullable=False),
        sa.Column("fiche_b_id", sa.BigInteger(), nullable=False),
        sa.Column("bande", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("vue_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bande IN ('meme', 'a-revoir')", name=op.f("ck_paire_bande")),
        sa.CheckConstraint("fiche_a_id < fiche_b_id", name=op.f("ck_paire_ordre")),
        sa.ForeignKeyConstraint(
            ["fiche_a_id"], ["fiche_source.id"], name=op.f("fk_paire_fiche_a_id_fiche_source"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fiche_b_id"], ["fiche_source.id"], name=op.f("fk_paire_fiche_b_id_fiche_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paire")),
        sa.UniqueConstraint("fiche_a_id", "fiche_b_id", name=op.f("uq_paire_fiche_a_id_fiche_b_id")),
    )
    op.create_index("ix_paire_fiche_b_id", "paire", ["fiche_b_id"], unique=False)


def downgrade() -> None:
    op.drop_table("paire")
    op.drop_table("decision_paire")
