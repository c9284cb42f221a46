"""Searches that found nothing near, counted by commune and month: nothing says who searched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_recherches_vaines"
down_revision = "0015_tuiles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recherche_vaine",
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("mois", sa.Date(), nullable=False),
        sa.Column("besoin", sa.Text(), nullable=False),
        sa.Column("nombre", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("commune_code", "mois", "besoin", name=op.f("pk_recherche_vaine")),
    )


def downgrade() -> None:
    op.drop_table("recherche_vaine")
