"""What other features forget of a person whose account is deleted.

Each registers its function at start-up; all run in the transaction that deletes the account, so that nothing is half
forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

# (session, pseudonyme, courriel) -> None
Effacement = Callable[[Session, str, str], None]
_EFFACEMENTS: dict[str, Effacement] = {}


def register(fonction: Effacement) -> Effacement:
    """Have the function called at each deletion; also a decorator. One that is registered again takes its place."""
    _EFFACEMENTS[f"{fonction.__module__}.{fonction.__qualname__}"] = fonction
    return fonction


def list_effacements() -> Iterable[Effacement]:
    """The functions to call, in the order of registration."""
    return tuple(_EFFACEMENTS.values())
