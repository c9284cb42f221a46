"""The audit log: who did what, when. Append-only, a trigger refuses to rewrite it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant


class Journal(Base):
    """One act. `acteur` is a pseudonym, `objet` what was acted on as "kind:id"; `details` holds nothing personal."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_objet", "objet", "id"),
        Index("ix_journal_acteur", "acteur", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    fait_at: Mapped[Instant]
    acteur: Mapped[str]
    action: Mapped[str]
    objet: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
