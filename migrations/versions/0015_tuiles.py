"""Outlines of the territories as vector tiles draw them: in the web's projection, simplified by zoom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0015_tuiles"
down_revision = "0014_couverture"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dessin_territoire",
        sa.Column("zoom_min", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("geom_3857", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("zoom_min", "niveau", "code", name=op.f("pk_dessin_territoire")),
    )
    for zoom_min in (0, 8, 10):
        op.create_index(
            f"ix_dessin_territoire_geom_3857_{zoom_min}",
            "dessin_territoire",
            ["geom_3857"],
            postgresql_using="gist",
            postgresql_where=sa.text(f"zoom_min = {zoom_min}"),
        )
    op.create_table(
        "edition_dessins",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("dessinee_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_edition_dessins_une_seule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_dessins")),
    )


def downgrade() -> None:
    op.drop_table("edition_dessins")
    op.drop_table("dessin_territoire")
