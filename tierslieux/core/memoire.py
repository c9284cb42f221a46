"""Results that took time, kept in memory for all threads of a process; the oldest asked for goes first. Pure."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Memoire(Generic[V]):
    """The last results by key."""

    def __init__(self, nombre: int) -> None:
        self._nombre = nombre
        self._verrou = threading.Lock()
        self._gardes: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, cle: Hashable) -> V | None:
        """What is kept under the key, None for nothing."""
        with self._verrou:
            if cle in self._gardes:
                self._gardes.move_to_end(cle)
            return self._gardes.get(cle)

    def set(self, cle: Hashable, valeur: V) -> None:
        """Keep a result."""
        with self._verrou:
            self._gardes[cle] = valeur
            self._gardes.move_to_end(cle)
            while len(self._gardes) > self._nombre:
                self._gardes.popitem(last=False)

    def find(self, cle: Hashable | None, build: Callable[[], V]) -> V:
        """The result kept under the key, else the one that `build` makes; two readers at once may both make it.

        Nothing is kept under None.
        """
        if cle is None:
            return build()
        with self._verrou:
            if cle in self._gardes:
                self._gardes.move_to_end(cle)
                return self._gardes[cle]
        valeur = build()
        self.set(cle, valeur)
        return valeur
