"""Texts that a spreadsheet shows and never runs, and the way back. Pure.

An apostrophe is put before each character that starts a formula, at the beginning of the cell and after each character
that some program takes for a separator, so that a file opened with the wrong separator runs nothing either. A character
that already stands behind apostrophes gets one more: what `neutralize` writes, `restore` reads back exactly.
"""

from __future__ import annotations

import re
from typing import Any

# What a cell of a table holds: None is an empty one.
Cellule = str | float | None
Ligne = list[Cellule]

# What a spreadsheet would run rather than show (OWASP, "CSV injection"), with the full-width forms that some accept.
_SIGNES = r"+\-"
_DEBUTS_SURS = r"=@\t\r\x00＝＋－＠"
_DEBUTS = _DEBUTS_SURS + _SIGNES
_ENDROIT = r"(?:^|(?<=[;,\t\r\n]))"
_A_PROTEGER = re.compile(rf"{_ENDROIT}(?='*[{_DEBUTS}])")
_PROTEGE = re.compile(rf"{_ENDROIT}'(?='*[{_DEBUTS}])")
# Never touched: a number, or a phone number, which other programs must be able to read.
_FORME_NOMBRE = "[0-9]+(?:[.,][0-9]+)?"
_NOMBRE = re.compile(rf"[{_SIGNES}]?{_FORME_NOMBRE}")
# Most texts have nothing to protect, which these two see at once; and most rows, which the third sees for all of their
# cells together.
_PREMIERS = frozenset("'=+-@\t\r\x00＝＋－＠")
_SUITE = re.compile(rf"[;,\t\r\n]'*[{_DEBUTS}]")
_CELLULES = "\x1e"
_LIGNE = re.compile(
    rf"[;,\t\r\n{_CELLULES}]'*"
    rf"(?:[{_DEBUTS_SURS}]|(?<!{_CELLULES})[{_SIGNES}]|[{_SIGNES}](?!{_FORME_NOMBRE}{_CELLULES}))"
)


def neutralize(texte: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    if (texte[:1] not in _PREMIERS and _SUITE.search(texte) is None) or _NOMBRE.fullmatch(texte):
        return texte
    return _A_PROTEGER.sub("'", texte)


def restore(texte: str) -> str:
    """The text that `neutralize` was given."""
    return _PROTEGE.sub("", texte) if "'" in texte else texte


def neutralize_ligne(cellules: list[Any]) -> list[Any]:
    """The cells of a row, each text neutralised; None and numbers stay as they are."""
    textes = _CELLULES.join([cellule for cellule in cellules if type(cellule) is str])
    if _LIGNE.search(f"{_CELLULES}{textes}{_CELLULES}") is None:
        return cellules
    return [neutralize(cellule) if type(cellule) is str else cellule for cellule in cellules]
