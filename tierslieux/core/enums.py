"""Closed vocabularies: codes for addresses and tables, labels for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Libelle(StrEnum):
    """A code with a label in French; `gettext` gives the label in the language of the page."""

    libelle: str

    # The label has a default for the type checker alone, which takes Genre("fablab") for a call without label.
    def __new__(cls, code: str, libelle: str = "") -> Self:
        """Build the member from its code and its label."""
        membre = str.__new__(cls, code)
        membre._value_ = code
        membre.libelle = libelle
        return membre
