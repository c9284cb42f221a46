"""Files given on the pages, and their previews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_depot"
down_revision = "0008_paires"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "depot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cle", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("nom_fichier", sa.Text(), nullable=False),
        sa.Column("contenu", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("octets", sa.BigInteger(), nullable=False),
        sa.Column("etat", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("reconnu", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("correspondance", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("resume", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("progression", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("arret_demande", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("accepter_pertes", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("execution_id", sa.BigInteger(), nullable=True),
        sa.Column("cree_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifie_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "etat IN ('recu', 'lecture', 'apercu', 'attente', 'application', 'applique', 'refuse', 'echoue', 'annule')",
            name=op.f("ck_depot_etat"),
        ),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], name=op.f("fk_depot_execution_id_execution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depot")),
    )
    op.create_index("ix_depot_cle", "depot", ["cle"], unique=True)
    op.create_table(
        "ligne_apercu",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("depot_id", sa.BigInteger(), nullable=False),
        sa.Column("rang", sa.Integer(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("identifiant", sa.Text(), nullable=True),
        sa.Column("ligne", sa.Integer(), nullable=True),
        sa.Column("nom", sa.Text(), nullable=True),
        sa.Column("commune_nom", sa.Text(), nullable=True),
        sa.Column("differences", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("champ", sa.Text(), nullable=True),
        sa.Column("valeur", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "sort IN ('creee', 'modifiee', 'fusionnee', 'disparue', 'rejetee')", name=op.f("ck_ligne_apercu_sort")
        ),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_ligne_apercu_depot_id_depot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ligne_apercu")),
    )
    op.create_index("ix_ligne_apercu_depot_id", "ligne_apercu", ["depot_id", "sort", "rang"], unique=False)


def downgrade() -> None:
    op.drop_table("ligne_apercu")
    op.drop_table("depot")
