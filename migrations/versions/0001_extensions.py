"""Extensions, and the immutable function that search indexes need."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001_extensions"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "fuzzystrmatch")
SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute((SQL / "sans_accent_v1.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    # The extensions stay: they may have been there before, and other schemas may use them.
    op.execute("DROP FUNCTION sans_accent(text)")
