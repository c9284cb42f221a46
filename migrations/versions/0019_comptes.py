"""Accounts: who they are, what they may do and where, their sessions, codes, invitations and the log of these acts."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_comptes"
down_revision = "0018_lieu_cible"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
ROLES = "role IN ('agent', 'moderateur', 'administrateur')"
NIVEAUX = "niveau IN ('france', 'region', 'departement', 'epci', 'commune')"


def upgrade() -> None:
    op.create_table(
        "compte",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("pseudonyme", sa.Text(), nullable=False),
        sa.Column("courriel", sa.Text(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("actif", sa.Boolean(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("cree_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connexion_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_graine", sa.Text(), nullable=True),
        sa.Column("totp_compteur", sa.BigInteger(), nullable=True),
        sa.Column("codes_secours", postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True),
        sa.Column("second_facteur_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("essais", sa.Integer(), nullable=False),
        sa.Column("essais_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compte")),
        sa.UniqueConstraint("pseudonyme", name=op.f("uq_compte_pseudonyme")),
        sa.UniqueConstraint("courriel", name=op.f("uq_compte_courriel")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_compte_fs_uniquifier")),
    )
    op.create_table(
        "habilitation",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("compte_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("donnee_par", sa.Text(), nullable=False),
        sa.Column("donnee_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_habilitation_role")),
        sa.CheckConstraint(NIVEAUX, name=op.f("ck_habilitation_niveau")),
        sa.ForeignKeyConstraint(
            ["compte_id"], ["compte.id"], name=op.f("fk_habilitation_compte_id_compte"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_habilitation")),
        sa.UniqueConstraint("compte_id", "niveau", "code", name=op.f("uq_habilitation_compte_id_niveau_code")),
    )
    op.create_index("ix_habilitation_niveau_code", "habilitation", ["niveau", "code"])
    op.create_table(
        "session_compte",
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("compte_id", sa.Integer(), nullable=False),
        sa.Column("ouverte_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vue_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_facteur_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["compte_id"], ["compte.id"], name=op.f("fk_session_compte_compte_id_compte"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("empreinte", name=op.f("pk_session_compte")),
    )
    op.create_index("ix_session_compte_compte_id", "session_compte", ["compte_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("jeton_sha256", sa.Text(), nullable=False),
        sa.Column("courriel", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("par_id", sa.Integer(), nullable=True),
        sa.Column("par", sa.Text(), nullable=False),
        sa.Column("envoyee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitation_role")),
        sa.CheckConstraint(NIVEAUX, name=op.f("ck_invitation_niveau")),
        sa.ForeignKeyConstraint(
            ["par_id"], ["compte.id"], name=op.f("fk_invitation_par_id_compte"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("jeton_sha256", name=op.f("uq_invitation_jeton_sha256")),
        sa.UniqueConstraint("courriel", "niveau", "code", name=op.f("uq_invitation_courriel_niveau_code")),
    )
    op.create_index("ix_invitation_par_id", "invitation", ["par_id"])
    op.create_table(
        "code_courriel",
        sa.Column("navigateur_sha256", sa.Text(), nullable=False),
        sa.Column("objet", sa.Text(), nullable=False),
        sa.Column("courriel", sa.Text(), nullable=False),
        sa.Column("code_hmac", sa.Text(), nullable=False),
        sa.Column("essais", sa.Integer(), nullable=False),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compte_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("objet IN ('connexion', 'adresse')", name=op.f("ck_code_courriel_objet")),
        sa.ForeignKeyConstraint(
            ["compte_id"], ["compte.id"], name=op.f("fk_code_courriel_compte_id_compte"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_code_courriel_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("navigateur_sha256", "objet", name=op.f("pk_code_courriel")),
    )
    op.create_index("ix_code_courriel_expire_at", "code_courriel", ["expire_at"])
    op.create_index("ix_code_courriel_compte_id", "code_courriel", ["compte_id"])
    op.create_index("ix_code_courriel_invitation_id", "code_courriel", ["invitation_id"])


def downgrade() -> None:
    for table in ("code_courriel", "invitation", "session_compte", "habilitation", "compte"):
        op.drop_table(table)
