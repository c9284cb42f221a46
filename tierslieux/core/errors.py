"""The tree of domain errors. No HTTP here: statuses are given in tierslieux/handlers.py.

The docstring of a class is its default message, written for the person who meets it.
"""

from __future__ import annotations


class TiersLieuxError(Exception):
    """Une erreur est survenue."""

    def __init__(self, message: str | None = None, **details: object) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.details = details
        super().__init__(self.message)


class NotFoundError(TiersLieuxError):
    """Cette page ou cet élément n'existe pas."""


class ForbiddenError(TiersLieuxError):
    """Vous n'avez pas le droit de faire cette action."""


class ConflictError(TiersLieuxError):
    """Cette action contredit ce qui est déjà enregistré."""


class InvalidInputError(TiersLieuxError):
    """La demande contient une valeur que nous ne comprenons pas."""

    def __init__(self, champ: str, valeur: object, attendu: str) -> None:
        texte = str(valeur)
        if len(texte) > LONGUEUR_VALEUR_AFFICHEE:
            texte = texte[:LONGUEUR_VALEUR_AFFICHEE] + "…"
        super().__init__(
            f"« {champ} » vaut « {texte} » ; attendu : {attendu}.",
            champ=champ,
            valeur=texte,
            attendu=attendu,
        )


# A value is repeated to its sender so that it can be corrected; a pasted file is not.
LONGUEUR_VALEUR_AFFICHEE = 80


class SourceError(TiersLieuxError):
    """The source cannot be read: unreachable, too large, or not in its expected form."""


class ComputationError(TiersLieuxError):
    """The computation cannot be done with these inputs."""


class CrsMismatchError(ComputationError):
    """The two layers do not share the coordinate reference system that is asked for."""
