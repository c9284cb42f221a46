"""Named blocks of a feature's .sql file: `-- name: <name>` opens a block, Python asks for it by that name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

_ENTETE = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def load_blocks(path: Path) -> dict[str, str]:
    """Text of each block of the file; raises ValueError for a name given twice or text before the first name."""
    avant, *parties = _ENTETE.split(path.read_text(encoding="utf-8"))
    if any(ligne.strip() and not ligne.startswith("--") for ligne in avant.splitlines()):
        raise ValueError(f"{path.name}: statement before the first '-- name:'")
    noms, corps = parties[::2], parties[1::2]
    if len(set(noms)) != len(noms):
        raise ValueError(f"{path.name}: a block name stands twice")
    return dict(zip(noms, (c.strip() for c in corps), strict=True))


def load_block(path: Path, name: str) -> TextClause:
    """The block as a statement with bound parameters (`:name`)."""
    return text(load_blocks(path)[name])
