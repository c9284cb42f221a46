"""Tell a full disk from other failures."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tierslieux.core.errors import TiersLieuxError

# Under this, a disk is full for whoever writes a file of the whole base.
OCTETS_LIBRES_MIN = 50_000_000


class PlaceManquanteError(TiersLieuxError):
    """Le serveur n’a plus assez de place pour préparer ce fichier. Le format CSV n’en demande pas."""


@contextmanager
def watch_disque(chemin: Path) -> Iterator[None]:
    """Raise PlaceManquanteError when the disk is full: each library that writes has its own way to say it."""
    try:
        yield
    except Exception as erreur:
        plein = isinstance(erreur, OSError) and erreur.errno in {errno.ENOSPC, errno.EDQUOT}
        if plein or shutil.disk_usage(chemin.parent).free < OCTETS_LIBRES_MIN:
            raise PlaceManquanteError(libres=shutil.disk_usage(chemin.parent).free) from erreur
        raise
