"""Chosen places as their addresses name them. Nothing of them is kept anywhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
# A list to carry: beyond, it is no choice any more, and its address gets too long for a text message.
CHOISIS_MAX = 30


@dataclass(frozen=True, slots=True)
class Choix:
    """The places that an address names, each once, in order; `trop` says that there were more than CHOISIS_MAX.

    `illisibles` counts the values that cannot be the reference of a place.
    """

    ids: tuple[str, ...] = ()
    illisibles: int = 0
    trop: bool = False

    @classmethod
    def from_args(cls, valeurs: Sequence[str]) -> Self:
        """Read the values of `l` in a query string; never raises."""
        uniques = list(dict.fromkeys(valeur.strip() for valeur in valeurs if valeur.strip()))
        lisibles = [valeur for valeur in uniques if PUBLIC_ID.fullmatch(valeur)]
        return cls(tuple(lisibles[:CHOISIS_MAX]), len(uniques) - len(lisibles), len(lisibles) > CHOISIS_MAX)

    def list_sans(self, public_id: str) -> list[str]:
        """The same choice without one place."""
        return [autre for autre in self.ids if autre != public_id]
