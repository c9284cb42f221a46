"""Looking for somebody in a whole base."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def find_traces(session: Session, *traces: str) -> list[str]:
    """Where a text still stands, in every column of every table."""
    trouvees = []
    tables = session.execute(
        text(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'procrastinate')"
        )
    ).all()
    for schema, table in tables:
        for trace in traces:
            stmt = text(f'SELECT 1 FROM "{schema}"."{table}" AS t WHERE t::text ILIKE :motif LIMIT 1')  # noqa: S608  (names come from the catalogue of the base)
            if session.execute(stmt, {"motif": f"%{trace}%"}).first():
                trouvees.append(f"{table}: {trace}")
    return trouvees
