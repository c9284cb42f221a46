"""Rows as CSV text, as French spreadsheets open it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from tierslieux.core.tableurs import Cellule, neutralize_ligne

# By this mark spreadsheets know that a file is UTF-8.
MARQUE = "\ufeff"


def render_lignes(lignes: Iterable[Sequence[str | None]], *, separateur: str) -> str:
    """Rows as CSV (RFC 4180); cells must be neutral already."""
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=separateur, lineterminator="\r\n").writerows(lignes)
    return sortie.getvalue()


def render_cellules(lignes: Iterable[list[Cellule]], *, separateur: str = ";") -> str:
    """Rows of texts and numbers as CSV; no text is ever run as a formula."""
    textes = (
        [format_nombre(cellule) if isinstance(cellule, float) else cellule for cellule in neutralize_ligne(ligne)]
        for ligne in lignes
    )
    return render_lignes(textes, separateur=separateur)


def format_nombre(nombre: float) -> str:
    """A number with all its digits and never an exponent: whoever reads it has the same number."""
    texte = repr(nombre)
    return f"{nombre:.12f}".rstrip("0") if "e" in texte else texte
