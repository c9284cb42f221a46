"""A digest of the program that writes files: the same base written otherwise is another file."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def digest_programme(dossier: Path) -> str:
    """A digest of the modules of a folder and of this package, whose writers it uses."""
    modules = sorted(module for racine in (dossier, Path(__file__).parent) for module in racine.rglob("*.py"))
    return hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()
