"""The places that coverage measures, as a view: one rule for a whole computation and for an update."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0018_lieu_cible"
down_revision = "0017_plans"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "lieu_cible_v1.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP VIEW lieu_cible")
