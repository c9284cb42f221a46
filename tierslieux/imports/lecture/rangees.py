"""What a sheet of any workbook is made of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rangee:
    """One row of a sheet: its number, its filled cells by rank of column, and the formulas saved without result."""

    numero: int
    cellules: dict[int, str] = field(default_factory=dict)
    sans_resultat: list[int] = field(default_factory=list)
