"""A trigger that refuses to rewrite the history of places."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004_changement_immuable"
down_revision = "0003_lieux"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "changement_immuable_v1.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP TRIGGER changement_immuable ON changement")
    op.execute("DROP FUNCTION changement_immuable()")
