"""Places counted on the grid of each zoom, for the map."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005_grappe"
down_revision = "0004_changement_immuable"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "grappe_v1.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW grappe")
