"""Answers of geocoding services."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_adresse_geocodee"
down_revision = "0010_procrastinate"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adresse_geocodee",
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("adresse", sa.Text(), nullable=False),
        sa.Column("code_postal", sa.Text(), nullable=True),
        sa.Column("commune_nom", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("demandee_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_adresse_geocodee_position")),
        sa.PrimaryKeyConstraint("commune_code", "adresse", name=op.f("pk_adresse_geocodee")),
    )


def downgrade() -> None:
    op.drop_table("adresse_geocodee")
