"""What undoing a run needs, withdrawn fiches, columns and recognition of files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_suivi_des_imports"
down_revision = "0006_champs_nationaux"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fiche_avant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("execution_id", sa.BigInteger(), nullable=False),
        sa.Column("fiche_id", sa.BigInteger(), nullable=False),
        sa.Column("etat", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["execution.id"], name=op.f("fk_fiche_avant_execution_id_execution"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiche_avant")),
    )
    op.create_index("ix_fiche_avant_execution_id", "fiche_avant", ["execution_id"], unique=False)
    op.add_column("execution", sa.Column("retirees", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "execution",
        sa.Column("reconnu", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "execution", sa.Column("colonnes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("execution", sa.Column("annulee_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fiche_source", sa.Column("retiree_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "source", sa.Column("correspondance", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("source", "correspondance")
    op.drop_column("fiche_source", "retiree_at")
    op.drop_column("execution", "annulee_at")
    op.drop_column("execution", "colonnes")
    op.drop_column("execution", "reconnu")
    op.drop_column("execution", "retirees")
    op.drop_table("fiche_avant")
