"""Results that took time, kept in the memory of the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Memoire(Generic[V]):
    """The last results by key, for all threads."""

    def __init__(self, nombre: int) -> None:
        self._nombre = nombre
        self._verrou = threading.Lock()
        self._gardes: OrderedDict[tuple[object, ...], V] = OrderedDict()

    def get(self, cle: tuple[object, ...]) -> V | None:
        """What is kept, None for nothing."""
        with self._verrou:
            if cle in self._gardes:
                self._gardes.move_to_end(cle)
            return self._gardes.get(cle)

    def set(self, cle: tuple[object, ...], valeur: V) -> None:
        """Keep a result; the one that was asked for longest ago goes."""
        with self._verrou:
            self._gardes[cle] = valeur
            while len(self._gardes) > self._nombre:
                self._gardes.popitem(last=False)
