"""What may not be done to a proposal, or to a place that has changed meanwhile."""

from __future__ import annotations

from tierslieux.contributions.fusion import Conflit
from tierslieux.core.errors import ConflictError
from tierslieux.core.textes import N_


class TraiteeError(ConflictError):
    """The proposal is not in a state where this can be done any more."""

    texte = N_("Cette proposition a déjà reçu une réponse.")


class VerrouilleeError(ConflictError):
    """Another moderator is looking at the proposal."""

    texte = N_("Une autre personne examine cette proposition.")


class EditionConcurrenteError(ConflictError):
    """Fields changed on both sides since the form was opened: somebody has to choose. `version` is the present one."""

    texte = N_("Le lieu a changé pendant que vous écriviez.")

    def __init__(self, conflits: tuple[Conflit, ...], version: int) -> None:
        super().__init__(champs=[conflit.champ for conflit in conflits], version=version)
        self.conflits = conflits
        self.version = version
