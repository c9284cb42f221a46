"""Territories: boundaries, names, postcodes, and the edition that is loaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002_territoires"
down_revision = "0001_extensions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "territoire",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("nom_tri", sa.Text(), nullable=False),
        sa.Column("type_nom", sa.SmallInteger(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_annee", sa.SmallInteger(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("departement_code", sa.Text(), nullable=True),
        sa.Column("epci_code", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "contour",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "centre",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "mairie",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "niveau IN ('france', 'region', 'departement', 'epci', 'commune', 'arrondissement')",
            name=op.f("ck_territoire_niveau"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territoire")),
        sa.UniqueConstraint("niveau", "code", name=op.f("uq_territoire_niveau_code")),
    )
    op.create_index("ix_territoire_commune_code", "territoire", ["commune_code", "niveau"], unique=False)
    op.create_index("ix_territoire_contour", "territoire", ["contour"], unique=False, postgresql_using="gist")
    op.create_index("ix_territoire_departement_code", "territoire", ["departement_code", "niveau"], unique=False)
    op.create_index("ix_territoire_epci_code", "territoire", ["epci_code", "niveau"], unique=False)
    op.create_index("ix_territoire_geom", "territoire", ["geom"], unique=False, postgresql_using="gist")
    op.create_index("ix_territoire_region_code", "territoire", ["region_code", "niveau"], unique=False)
    op.create_table(
        "toponyme",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("territoire_id", sa.Integer(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("cle", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["territoire_id"], ["territoire.id"], name=op.f("fk_toponyme_territoire_id_territoire"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_toponyme")),
        sa.UniqueConstraint("territoire_id", "nom", "nature", name=op.f("uq_toponyme_territoire_id_nom_nature")),
    )
    op.create_index("ix_toponyme_cle", "toponyme", ["cle"], unique=False, postgresql_ops={"cle": "text_pattern_ops"})
    op.create_index(
        "ix_toponyme_cle_inverse",
        "toponyme",
        [sa.literal_column("reverse(cle)").label("cle_inverse")],
        unique=False,
        postgresql_ops={"cle_inverse": "text_pattern_ops"},
    )
    op.create_index("ix_toponyme_code", "toponyme", ["code"], unique=False)
    op.create_index(
        "ix_toponyme_cle_trgm",
        "toponyme",
        ["cle"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"cle": "gin_trgm_ops"},
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "code_postal_territoire",
        sa.Column("code_postal", sa.Text(), nullable=False),
        sa.Column("territoire_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territoire_id"],
            ["territoire.id"],
            name=op.f("fk_code_postal_territoire_territoire_id_territoire"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_postal", "territoire_id", name=op.f("pk_code_postal_territoire")),
    )
    op.create_index(
        "ix_code_postal_territoire_territoire_id", "code_postal_territoire", ["territoire_id"], unique=False
    )
    op.create_table(
        "edition_territoires",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("chargee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remarques", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_edition_territoires_une_seule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_territoires")),
    )


def downgrade() -> None:
    op.drop_table("edition_territoires")
    op.drop_table("code_postal_territoire")
    op.drop_table("toponyme")
    op.drop_table("territoire")
