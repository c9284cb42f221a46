"""Rows as CSV text. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# By this mark spreadsheets know that a file is UTF-8.
MARQUE = "\ufeff"


def render_lignes(lignes: Iterable[Sequence[str | None]], *, separateur: str) -> str:
    """Rows as CSV (RFC 4180); cells must be neutral already."""
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=separateur, lineterminator="\r\n").writerows(lignes)
    return sortie.getvalue()
