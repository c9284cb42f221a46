"""Tables of indicators: values by territory, and the edition of each source that is loaded."""

from __future__ import annotations

from sqlalchemy import Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant


class ValeurIndicateur(Base):
    """The value of an indicator of one vintage for one territory; no row where it is absent.

    `niveau` and `code` are those of `territoire`, whose rows are replaced by each edition: no foreign key. Shares are 0
    to 1. `bas` and `haut` bound a modelled value. Origin: the source that geodata/indicateurs/catalogue.toml gives.
    """

    __tablename__ = "valeur_indicateur"
    __table_args__ = (Index("ix_valeur_indicateur_niveau_code", "niveau", "code"),)

    indicateur: Mapped[str] = mapped_column(primary_key=True)
    millesime: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    niveau: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    valeur: Mapped[float]
    bas: Mapped[float | None]
    haut: Mapped[float | None]


class EditionIndicateurs(Base):
    """The edition of one source that is loaded, written with its values in one transaction.

    `sha256` is that of the file; `empreinte` also covers the territories, the catalogue and the version of the
    program's treatment: when it is the same, loading would change nothing. `millesime` is the vintage of indicators to
    which the catalogue gives none. lues = chargees + the sum of `rejets` (by code). `communes` counts those with a
    value. `remarques`: warnings by code, and the first rejects of each code.
    """

    __tablename__ = "edition_indicateurs"

    source_id: Mapped[str] = mapped_column(primary_key=True)
    edition: Mapped[str]
    millesime: Mapped[int | None] = mapped_column(SmallInteger)
    sha256: Mapped[str]
    empreinte: Mapped[str]
    lues: Mapped[int]
    chargees: Mapped[int]
    rejets: Mapped[dict[str, int]] = mapped_column(JSONB)
    communes: Mapped[int]
    remarques: Mapped[dict[str, object]] = mapped_column(JSONB)
    chargee_at: Mapped[Instant]
