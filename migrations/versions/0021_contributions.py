"""Contributions: what people propose, what becomes of it, and the fiches that it becomes; the audit log."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_contributions"
down_revision = "0020_envois"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
TABLES = (
    "vote",
    "opposition",
    "message_proposition",
    "proposition",
    "relance",
    "reglage_territoire",
    "purge",
    "journal",
    "desabonnement",
    "brouillon",
    "blocage",
)


def upgrade() -> None:
    op.create_table(
        "blocage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("genre", sa.Text(), nullable=False),
        sa.Column("valeur", sa.Text(), nullable=False),
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=False),
        sa.Column("pose_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pose_par", sa.Text(), nullable=False),
        sa.Column("jusqua_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("genre IN ('auteur', 'reseau')", name=op.f("ck_blocage_genre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocage")),
        sa.UniqueConstraint("genre", "valeur", "niveau", "code", name=op.f("uq_blocage_genre_valeur_niveau_code")),
    )
    op.create_table(
        "brouillon",
        sa.Column("jeton_sha256", sa.Text(), nullable=False),
        sa.Column("formulaire", sa.Text(), nullable=False),
        sa.Column("champs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cree_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifie_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jeton_sha256", name=op.f("pk_brouillon")),
    )
    op.create_table(
        "desabonnement",
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("empreinte", name=op.f("pk_desabonnement")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acteur", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("objet", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_acteur", "journal", ["acteur", "id"], unique=False)
    op.create_index("ix_journal_objet", "journal", ["objet", "id"], unique=False)
    op.create_table(
        "purge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("regle", sa.Text(), nullable=False),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nombre", sa.Integer(), nullable=False),
        sa.Column("avant_le", sa.Date(), nullable=False),
        sa.Column("jours", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
    )
    op.create_table(
        "reglage_territoire",
        sa.Column("niveau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("avec_votes", sa.Boolean(), nullable=False),
        sa.Column("modifie_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifie_par", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("niveau", "code", name=op.f("pk_reglage_territoire")),
    )
    op.create_table(
        "relance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lieu_id", sa.BigInteger(), nullable=False),
        sa.Column("empreinte", sa.Text(), nullable=False),
        sa.Column("jeton_sha256", sa.Text(), nullable=False),
        sa.Column("envoyee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expire_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repondue_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_relance_lieu_id_lieu")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relance")),
    )
    op.create_index("ix_relance_empreinte", "relance", ["empreinte"], unique=False)
    op.create_index("ix_relance_lieu_id", "relance", ["lieu_id", "id"], unique=False)
    op.create_table(
        "proposition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("jeton_sha256", sa.Text(), nullable=True),
        sa.Column("demarche", sa.Text(), nullable=False),
        sa.Column("statut", sa.Text(), nullable=False),
        sa.Column("voie", sa.Text(), nullable=False),
        sa.Column("lieu_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("avant", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("apres", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("retenus", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("fiche_id", sa.BigInteger(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("execution_id", sa.BigInteger(), nullable=True),
        sa.Column("auteur", sa.Text(), nullable=False),
        sa.Column("compte_id", sa.BigInteger(), nullable=True),
        sa.Column("courriel", sa.Text(), nullable=True),
        sa.Column("commentaire", sa.Text(), nullable=True),
        sa.Column("reseau", sa.Text(), nullable=True),
        sa.Column("langue", sa.Text(), server_default=sa.text("'fr'"), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("motif_refus", sa.Text(), nullable=True),
        sa.Column("reponse", sa.Text(), nullable=True),
        sa.Column("recue_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decidee_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decidee_par", sa.Text(), nullable=True),
        sa.Column("verrou_par", sa.Text(), nullable=True),
        sa.Column("verrou_jusqua_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "demarche IN ('nouveau', 'correction', 'fermeture', 'confirmation', 'evenement', 'desaccord',"
            " 'opposition', 'restauration')",
            name=op.f("ck_proposition_demarche"),
        ),
        sa.CheckConstraint(
            "statut IN ('en-attente', 'question', 'quarantaine', 'acceptee', 'partielle', 'refusee', 'retiree',"
            " 'annulee')",
            name=op.f("ck_proposition_statut"),
        ),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], name=op.f("fk_proposition_execution_id_execution")),
        sa.ForeignKeyConstraint(
            ["fiche_id"], ["fiche_source.id"], name=op.f("fk_proposition_fiche_id_fiche_source"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_proposition_lieu_id_lieu")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_proposition_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposition")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposition_public_id")),
    )
    op.create_index("ix_proposition_auteur", "proposition", ["auteur"], unique=False)
    op.create_index("ix_proposition_commune_code", "proposition", ["commune_code", "statut"], unique=False)
    op.create_index("ix_proposition_decidee_at", "proposition", ["decidee_at"], unique=False)
    op.create_index("ix_proposition_fiche_id", "proposition", ["fiche_id"], unique=False)
    op.create_index("ix_proposition_lieu_id", "proposition", ["lieu_id"], unique=False)
    op.create_index("ix_proposition_statut", "proposition", ["statut", "id"], unique=False)
    op.create_table(
        "message_proposition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposition_id", sa.BigInteger(), nullable=False),
        sa.Column("auteur", sa.Text(), nullable=False),
        sa.Column("est_moderation", sa.Boolean(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposition_id"],
            ["proposition.id"],
            name=op.f("fk_message_proposition_proposition_id_proposition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_proposition")),
    )
    op.create_index(
        "ix_message_proposition_proposition_id", "message_proposition", ["proposition_id", "id"], unique=False
    )
    op.create_table(
        "opposition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lieu_id", sa.BigInteger(), nullable=False),
        sa.Column("proposition_id", sa.BigInteger(), nullable=True),
        sa.Column("champs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("empreintes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("statut", sa.Text(), nullable=False),
        sa.Column("demandee_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decidee_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effacee_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("statut IN ('demandee', 'confirmee', 'levee')", name=op.f("ck_opposition_statut")),
        sa.ForeignKeyConstraint(["lieu_id"], ["lieu.id"], name=op.f("fk_opposition_lieu_id_lieu")),
        sa.ForeignKeyConstraint(
            ["proposition_id"],
            ["proposition.id"],
            name=op.f("fk_opposition_proposition_id_proposition"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opposition")),
    )
    op.create_index("ix_opposition_lieu_id", "opposition", ["lieu_id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposition_id", sa.BigInteger(), nullable=False),
        sa.Column("auteur", sa.Text(), nullable=False),
        sa.Column("valeur", sa.Text(), nullable=False),
        sa.Column("poids", sa.Double(), nullable=False),
        sa.Column("reseau", sa.Text(), nullable=True),
        sa.Column("fait_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valeur IN ('pour', 'contre')", name=op.f("ck_vote_valeur")),
        sa.ForeignKeyConstraint(
            ["proposition_id"], ["proposition.id"], name=op.f("fk_vote_proposition_id_proposition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("proposition_id", "auteur", name=op.f("uq_vote_proposition_id_auteur")),
    )
    op.create_index(
        "ix_changement_fiches", "changement", ["fait_at"], unique=False, postgresql_where=sa.text("champ = 'fiches'")
    )
    op.add_column("fiche_source", sa.Column("acceptee_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "fiche_source",
        sa.Column("retraits", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "lieu",
        sa.Column(
            "evenements", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
    )
    op.create_index(
        "ix_lieu_agenda",
        "lieu",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("statut = 'publie' AND (evenements <> '[]'::jsonb OR itinerant)"),
    )
    op.add_column("source", sa.Column("nature", sa.Text(), server_default=sa.text("'flux'"), nullable=False))
    op.create_check_constraint(op.f("ck_source_nature"), "source", "nature IN ('flux', 'contribution', 'confirmation')")
    op.execute((SQL / "journal_immuable_v1.sql").read_text(encoding="utf-8"))
    op.execute((SQL / "changement_retrait_v1.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER changement_retrait ON changement")
    op.execute("DROP FUNCTION changement_retrait()")
    op.execute("DROP FUNCTION retirer_du_passe(bigint, jsonb, jsonb)")
    op.execute("DROP TRIGGER changement_immuable ON changement")
    op.execute("DROP FUNCTION changement_immuable()")
    op.execute((SQL / "changement_immuable_v1.sql").read_text(encoding="utf-8"))
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION journal_immuable()")
    op.drop_constraint(op.f("ck_source_nature"), "source", type_="check")
    op.drop_column("source", "nature")
    op.drop_column("lieu", "evenements")
    op.drop_column("fiche_source", "retraits")
    op.drop_column("fiche_source", "acceptee_at")
    op.drop_index("ix_changement_fiches", table_name="changement", postgresql_where=sa.text("champ = 'fiches'"))
