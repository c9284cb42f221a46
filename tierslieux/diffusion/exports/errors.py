"""What can stop an export."""

from __future__ import annotations

from tierslieux.core.errors import TiersLieuxError


class PlaceManquanteError(TiersLieuxError):
    """Le serveur n’a plus assez de place pour préparer ce fichier. Le format CSV n’en demande pas."""


class OccupeError(TiersLieuxError):
    """Le serveur prépare déjà un autre fichier. Réessayez dans une minute."""
