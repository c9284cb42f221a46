"""The secret key that signs sessions, made at the first run. Standard library only."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

OCTETS = 48


def ensure_secret(var_dir: Path) -> Path:
    """The file var_dir/secret_key, readable by its owner alone; made with a random value unless it is there.

    Two processes at once end with one and the same secret: the second link fails, and its value is dropped.
    """
    fichier = var_dir / "secret_key"
    if fichier.exists():
        return fichier
    var_dir.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file 0600 from the start.
    descripteur, brouillon = tempfile.mkstemp(prefix="secret_key.", dir=var_dir)
    with os.fdopen(descripteur, "w", encoding="ascii") as flux:
        flux.write(secrets.token_urlsafe(OCTETS) + "\n")
        flux.flush()
        os.fsync(flux.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(brouillon, fichier)
    Path(brouillon).unlink()
    return fichier
