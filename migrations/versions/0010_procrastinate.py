"""The queue of jobs: procrastinate's own tables and functions, from the installed package, in a schema of their own.

A later version of the package that changes its schema gets a migration of its own, from the scripts it ships.
"""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0010_procrastinate"
down_revision = "0009_depot"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA procrastinate")
    op.execute("SET LOCAL search_path TO procrastinate")
    # The driver takes "%" for a parameter.
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute("SET LOCAL search_path TO DEFAULT")


def downgrade() -> None:
    op.execute("DROP SCHEMA procrastinate CASCADE")
