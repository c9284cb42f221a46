"""Declarations of sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Source


def build_source(declaration: Mapping[str, Any], *, origine: str) -> Source:
    """The source of a declaration."""
    raise SourceError(f"{origine} : {declaration.get('id')}")
