"""Where people live, and how far they are from each kind of place: by commune, then by wider territory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0014_couverture"
down_revision = "0013_indicateurs"
branch_labels = None
depends_on = None

NOMBRES = postgresql.ARRAY(sa.Double())


def upgrade() -> None:
    op.create_table(
        "point_habite",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("origine", sa.Text(), nullable=False),
        sa.Column("part", sa.Double(), nullable=False),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.CheckConstraint("part > 0 AND part <= 1", name=op.f("ck_point_habite_part")),
        sa.CheckConstraint(
            "origine IN ('mairie', 'centre', 'reparti', 'carreau')", name=op.f("ck_point_habite_origine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_habite")),
    )
    op.create_index("ix_point_habite_commune_code", "point_habite", ["commune_code"])
    op.create_index("ix_point_habite_geom", "point_habite", ["geom"], postgresql_using="gist")
    op.create_table(
        "lieu_couvert",
        sa.Column("lieu_id", sa.Integer(), nullable=False),
        sa.Column("cibles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("horaires", sa.Text(), nullable=True),
        sa.Column("heures_semaine", sa.Double(), nullable=True),
        sa.Column("demandes", NOMBRES, nullable=False),
        sa.PrimaryKeyConstraint("lieu_id", name=op.f("pk_lieu_couvert")),
    )
    op.create_table(
        "acces_commune",
        sa.Column("cible", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("lieu_id", sa.Integer(), nullable=True),
        sa.Column("duree_min", sa.Double(), nullable=True),
        sa.Column("duree_second_min", sa.Double(), nullable=True),
        sa.Column("heures_semaine", sa.Double(), nullable=True),
        sa.Column("accessibilite", sa.Double(), nullable=True),
        sa.Column("parts_au_dela", NOMBRES, nullable=False),
        sa.Column("portee_m", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("cible", "mode", "code", name=op.f("pk_acces_commune")),
    )
    op.create_index("ix_acces_commune_code", "acces_commune", ["code"])
    op.create_table(
        "acces_territoire",
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("cible", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("duree_min", sa.Double(), nullable=True),
        sa.Column("heures_semaine", sa.Double(), nullable=True),
        sa.Column("accessibilite", sa.Double(), nullable=True),
        sa.Column("gini", sa.Double(), nullable=True),
        sa.Column("part_dixieme", sa.Double(), nullable=True),
        sa.Column("population", sa.Double(), nullable=False),
        sa.Column("population_au_dela", NOMBRES, nullable=False),
        sa.Column("besoin", sa.Double(), nullable=True),
        sa.Column("besoin_bas", sa.Double(), nullable=True),
        sa.Column("besoin_haut", sa.Double(), nullable=True),
        sa.Column("besoin_au_dela", NOMBRES, nullable=True),
        sa.Column("au_dela_bas", NOMBRES, nullable=True),
        sa.Column("au_dela_haut", NOMBRES, nullable=True),
        sa.PrimaryKeyConstraint("niveau", "code", "cible", "mode", name=op.f("pk_acces_territoire")),
    )
    op.create_table(
        "edition_couverture",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("moteur", sa.Text(), nullable=False),
        sa.Column("parametres", sa.Text(), nullable=False),
        sa.Column("resume", postgresql.JSONB(), nullable=False),
        sa.Column("calculee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actualisee_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_edition_couverture_une_seule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_couverture")),
    )
    op.create_table(
        "bloc_couverture",
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("lot", sa.SmallInteger(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("nom", "lot", name=op.f("pk_bloc_couverture")),
    )
    # Numbers do not shrink: trying to would take longer than writing them.
    op.execute("ALTER TABLE bloc_couverture ALTER COLUMN octets SET STORAGE EXTERNAL")


def downgrade() -> None:
    for table in ("bloc_couverture", "edition_couverture", "acces_territoire", "acces_commune"):
        op.drop_table(table)
    for table in ("lieu_couvert", "point_habite"):
        op.drop_table(table)
