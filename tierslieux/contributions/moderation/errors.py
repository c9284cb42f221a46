"""What a moderator may not do to a proposal that is not what was on the screen any more."""

from __future__ import annotations

from tierslieux.core.errors import ConflictError


class PropositionChangeeError(ConflictError):
    """The proposal, its place or what was said of it changed since the page was opened."""

    texte = "La proposition ou le lieu a changé depuis que vous avez ouvert cette page. Relisez, puis décidez."
