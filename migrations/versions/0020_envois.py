"""Mails that wait to be sent, and what people have asked lately: the outbox, and the counters of the rate limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_envois"
down_revision = "0019_comptes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "courriel_sortant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cle", sa.Text(), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("empreinte", sa.Text(), nullable=True),
        sa.Column("destinataire", sa.Text(), nullable=True),
        sa.Column("sujet", sa.Text(), nullable=True),
        sa.Column("corps", sa.Text(), nullable=True),
        sa.Column("desabonnement", sa.Text(), nullable=True),
        sa.Column("etat", sa.Text(), server_default=sa.text("'attente'"), nullable=False),
        sa.Column("essais", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("erreur", sa.Text(), nullable=True),
        sa.Column("cree_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prochain_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("perime_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fini_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("etat IN ('attente', 'envoi', 'envoye', 'echec')", name=op.f("ck_courriel_sortant_etat")),
        # What waits can be sent; what is sent says nothing of the person any more, what failed is kept for a while.
        sa.CheckConstraint(
            "CASE etat WHEN 'envoye' THEN num_nonnulls(destinataire, sujet, corps, desabonnement) = 0 "
            "WHEN 'echec' THEN num_nulls(destinataire, sujet, corps) IN (0, 3) "
            "ELSE num_nulls(destinataire, sujet, corps) = 0 END",
            name=op.f("ck_courriel_sortant_efface"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courriel_sortant")),
        sa.UniqueConstraint("cle", name=op.f("uq_courriel_sortant_cle")),
    )
    op.create_index(
        "ix_courriel_sortant_prochain_at",
        "courriel_sortant",
        ["prochain_at"],
        unique=False,
        postgresql_where=sa.text("etat IN ('attente', 'envoi')"),
    )
    # Counters may be lost with the server, at the cost of a limit that begins again: no log is written for them.
    op.create_table(
        "limite",
        sa.Column("cle", sa.Text(), nullable=False),
        sa.Column("compte", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "instants",
            postgresql.ARRAY(sa.DateTime(timezone=True)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cle", name=op.f("pk_limite")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_limite_expire_at", "limite", ["expire_at"], unique=False)


def downgrade() -> None:
    op.drop_table("limite")
    op.drop_table("courriel_sortant")
