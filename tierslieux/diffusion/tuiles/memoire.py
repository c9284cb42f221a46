"""Tiles kept in memory, the least recently asked for leaving first. Pure."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

# Of each process. All tiles of the boundaries weigh some 60 MB compressed; those that people look at, far less.
OCTETS_MAX = 48_000_000
# What an entry costs beside its content: key, objects, place in the dictionary (measured with tracemalloc).
OCTETS_ENTREE = 500
# Level 1 takes a third of the time of level 6 and leaves tiles 8 % heavier.
NIVEAU_GZIP = 1


@dataclass(frozen=True, slots=True)
class Contenu:
    """The content of an answer, compressed, and the digest of what was compressed; `gz` is empty for an empty tile."""

    gz: bytes
    empreinte: str

    @classmethod
    def build(cls, brut: bytes, niveau: int = NIVEAU_GZIP) -> Contenu:
        """Compress; the same bytes always give the same content."""
        empreinte = hashlib.blake2b(brut, digest_size=9).hexdigest()
        return cls(gzip.compress(brut, niveau, mtime=0) if brut else b"", empreinte)

    def decompress(self) -> bytes:
        """The bytes as they were."""
        return gzip.decompress(self.gz) if self.gz else b""


class Memoire:
    """A dictionary bounded in bytes, shared by the threads of a process."""

    def __init__(self, octets_max: int = OCTETS_MAX) -> None:
        self._octets_max = octets_max
        self._octets = 0
        self._contenus: OrderedDict[tuple[str, str], Contenu] = OrderedDict()
        self._verrou = threading.Lock()

    def find(self, chemin: str, version: str) -> Contenu | None:
        """What is kept of this address at this version."""
        cle = (chemin, version)
        with self._verrou:
            contenu = self._contenus.get(cle)
            if contenu is not None:
                self._contenus.move_to_end(cle)
        return contenu

    def keep(self, chemin: str, version: str, contenu: Contenu) -> None:
        """Keep a content, and let go of the oldest ones that no longer fit; one that never fits is not kept."""
        poids = _weigh(contenu)
        if poids > self._octets_max:
            return
        cle = (chemin, version)
        with self._verrou:
            ancien = self._contenus.pop(cle, None)
            self._octets += poids - (_weigh(ancien) if ancien else 0)
            self._contenus[cle] = contenu
            while self._octets > self._octets_max:
                _, sorti = self._contenus.popitem(last=False)
                self._octets -= _weigh(sorti)

    def forget(self) -> None:
        """Let go of everything."""
        with self._verrou:
            self._contenus.clear()
            self._octets = 0

    @property
    def octets(self) -> int:
        """What is held, in bytes."""
        return self._octets

    def __len__(self) -> int:
        return len(self._contenus)


def _weigh(contenu: Contenu) -> int:
    return len(contenu.gz) + OCTETS_ENTREE
