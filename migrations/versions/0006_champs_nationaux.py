"""Fields of the national standard that places lacked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_champs_nationaux"
down_revision = "0005_grappe"
branch_labels = None
depends_on = None

TEXTES = ("presentation_detail", "structure_parente", "fiche_acces_libre")
LISTES = (
    "formations_labels",
    "typologies",
    "autres_formations_labels",
    "autres_telephones",
    "autres_courriels",
    "autres_sites_web",
)


def upgrade() -> None:
    for colonne in TEXTES:
        op.add_column("lieu", sa.Column(colonne, sa.Text(), nullable=True))
    for colonne in LISTES:
        op.add_column(
            "lieu",
            sa.Column(colonne, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        )


def downgrade() -> None:
    for colonne in (*TEXTES, *LISTES):
        op.drop_column("lieu", colonne)
