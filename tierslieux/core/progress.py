"""How long work tells where it stands, without knowing who shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called by loaders as they go; must be cheap, and may drop calls."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`done` units out of `total` of the stage named `stage` (English); a stage ends when both are equal.

        `total` is None as long as it is unknown.
        """


def ignore_progress(stage: str, done: int, total: int | None) -> None:
    """Progress that nobody watches: tests, scheduled runs."""
