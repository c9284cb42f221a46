"""Places: sources, runs, fiches, lieux, their history and the rejected rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0003_lieux"
down_revision = "0002_territoires"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("libelle", sa.Text(), nullable=False),
        sa.Column("producteur", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("confiance", sa.SmallInteger(), nullable=False),
        sa.Column("est_inventee", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_table(
        "execution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("statut", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("origine", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("octets", sa.BigInteger(), nullable=True),
        sa.Column("debut_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duree_s", sa.Double(), nullable=False),
        sa.Column("lues", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("creees", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("modifiees", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("inchangees", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fusionnees", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejetees", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("disparues", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "rejets_par_code", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.CheckConstraint("statut IN ('reussie', 'refusee', 'echouee')", name=op.f("ck_execution_statut")),
        sa.CheckConstraint(
            "lues = creees + modifiees + inchangees + fusionnees + rejetees", name=op.f("ck_execution_total")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_execution_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution")),
    )
    op.create_index("ix_execution_source_id", "execution", ["source_id", "id"], unique=False)
    op.create_table(
        "rejet",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("execution_id", sa.BigInteger(), nullable=False),
        sa.Column("ligne", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("champ", sa.Text(), nullable=True),
        sa.Column("valeur", sa.Text(), nullable=True),
        sa.Column("brut", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["execution.id"], name=op.f("fk_rejet_execution_id_execution"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejet")),
    )
    op.create_index("ix_rejet_execution_id", "rejet", ["execution_id"], unique=False)
    op.create_table(
        "lieu",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("statut", sa.Text(), server_default=sa.text("'publie'"), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("genres", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("publics", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("prises_en_charge", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("frais", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("modalites_acces", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("accompagnements", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("programmes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("besoins", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("est_aide", sa.Boolean(), nullable=False),
        sa.Column("est_tiers_lieu", sa.Boolean(), nullable=False),
        sa.Column("horaires", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("courriel", sa.Text(), nullable=True),
        sa.Column("site_web", sa.Text(), nullable=True),
        sa.Column("prise_rdv", sa.Text(), nullable=True),
        sa.Column("adresse", sa.Text(), nullable=True),
        sa.Column("complement_adresse", sa.Text(), nullable=True),
        sa.Column("code_postal", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("commune_nom", sa.Text(), nullable=True),
        sa.Column("itinerant", sa.Boolean(), nullable=True),
        sa.Column("accessible", sa.Boolean(), nullable=True),
        sa.Column("presentation", sa.Text(), nullable=True),
        sa.Column("pivot", sa.Text(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=True),
        sa.Column(
            "geom",
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
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("nom_cle", sa.Text(), sa.Computed("sans_accent(nom)", persisted=True), nullable=False),
        sa.Column(
            "recherche",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple'::regconfig, sans_accent(nom))", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("statut IN ('publie', 'masque', 'ferme')", name=op.f("ck_lieu_statut")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lieu")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lieu_public_id")),
    )
    op.create_index("ix_lieu_commune_code", "lieu", ["commune_code"], unique=False)
    op.create_index(
        "ix_lieu_geom",
        "lieu",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("statut = 'publie'"),
    )
    op.create_index(
        "ix_lieu_nom_cle",
        "lieu",
        ["nom_cle"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={"nom_cle": "gist_trgm_ops"},
    )
    op.create_index(
        "ix_lieu_position",
        "lieu",
        [sa.literal_column("(geom::geography)")],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("statut = 'publie'"),
    )
    op.create_index(
        "ix_lieu_position_offre",
        "lieu",
        [sa.literal_column("(geom::geography)")],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("statut = 'publie' AND (est_aide OR est_tiers_lieu)"),
    )
    op.create_index("ix_lieu_recherche", "lieu", ["recherche"], unique=False, postgresql_using="gin")
    op.create_table(
        "fiche_source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("identifiant", sa.Text(), nullable=False),
        sa.Column("lieu_id", sa.BigInteger(), nullable=False),
        sa.Column("brut", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valeurs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("date_maj", sa.Date(), nullable=True),
        sa.Column("creee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifiee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vue_execution_id", sa.BigInteger(), nullable=True),
        sa.Column("disparue_execution_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disparue_execution_id"], ["execution.id"], name=op.f("fk_fiche_source_disparue_execution_id_execution")
        ),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_fiche_source_lieu_id_lieu")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_fiche_source_source_id_source")),
        sa.ForeignKeyConstraint(
            ["vue_execution_id"], ["execution.id"], name=op.f("fk_fiche_source_vue_execution_id_execution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiche_source")),
        sa.UniqueConstraint("source_id", "identifiant", name=op.f("uq_fiche_source_source_id_identifiant")),
    )
    op.create_index("ix_fiche_source_lieu_id", "fiche_source", ["lieu_id"], unique=False)
    op.create_table(
        "changement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lieu_id", sa.BigInteger(), nullable=False),
        sa.Column("champ", sa.Text(), nullable=True),
        sa.Column("avant", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("apres", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("execution_id", sa.BigInteger(), nullable=True),
        sa.Column("auteur", sa.Text(), nullable=True),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], name=op.f("fk_changement_execution_id_execution")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_changement_lieu_id_lieu")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changement")),
    )
    op.create_index("ix_changement_lieu_id", "changement", ["lieu_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("changement")
    op.drop_table("fiche_source")
    op.drop_table("lieu")
    op.drop_table("rejet")
    op.drop_table("execution")
    op.drop_table("source")
