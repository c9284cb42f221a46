"""Values of indicators by territory, and the edition of each source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_indicateurs"
down_revision = "0012_besoins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "valeur_indicateur",
        sa.Column("indicateur", sa.Text(), nullable=False),
        sa.Column("millesime", sa.SmallInteger(), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valeur", sa.Double(), nullable=False),
        sa.Column("bas", sa.Double(), nullable=True),
        sa.Column("haut", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("indicateur", "millesime", "niveau", "code", name=op.f("pk_valeur_indicateur")),
    )
    op.create_index("ix_valeur_indicateur_niveau_code", "valeur_indicateur", ["niveau", "code"])
    op.create_table(
        "edition_indicateurs",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("millesime", sa.SmallInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("lues", sa.Integer(), nullable=False),
        sa.Column("chargees", sa.Integer(), nullable=False),
        sa.Column("rejets", postgresql.JSONB(), nullable=False),
        sa.Column("communes", sa.Integer(), nullable=False),
        sa.Column("remarques", postgresql.JSONB(), nullable=False),
        sa.Column("chargee_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_edition_indicateurs")),
    )


def downgrade() -> None:
    op.drop_table("edition_indicateurs")
    op.drop_index("ix_valeur_indicateur_niveau_code", table_name="valeur_indicateur")
    op.drop_table("valeur_indicateur")
