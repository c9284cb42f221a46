"""The tree of domain errors. No HTTP here: statuses are given in tierslieux/handlers.py.

The docstring of a class is its default message, written for the person who meets it; those that residents meet have
their text in `texte`, in every language.
"""

from __future__ import annotations

from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _


class TiersLieuxError(Exception):
    """The root of domain errors; `message` is in the language of the page being answered."""

    texte: str | None = N_("Une erreur est survenue.")

    def __init__(self, message: str | None = None, **details: object) -> None:
        self.message = message or self._find_texte()
        self.details = details
        super().__init__(self.message)

    @classmethod
    def _find_texte(cls) -> str:
        """The nearest text or docstring, from the class upwards."""
        for classe in cls.__mro__:
            if texte := classe.__dict__.get("texte"):
                return _(texte)
            if classe.__doc__:
                return classe.__doc__.strip()
        return ""


class NotFoundError(TiersLieuxError):
    """What was asked for does not exist."""

    texte = N_("Cette page n’existe pas.")


class ForbiddenError(TiersLieuxError):
    """What was asked for may not be done."""

    texte = N_("Vous n’avez pas le droit de faire cela.")


class ConflictError(TiersLieuxError):
    """What was asked for contradicts what is stored."""

    texte = N_("Cela ne va pas avec ce qui est déjà enregistré.")


class TropDeDemandesError(TiersLieuxError):
    """Too much was asked in too little time; `details["reessayer_s"]` tells when to come back, in seconds."""

    texte = N_("Il y a eu trop de demandes en peu de temps.")


class InvalidInputError(TiersLieuxError):
    """A value that cannot be understood, said with what was expected."""

    texte = N_("Nous ne comprenons pas cette demande.")

    def __init__(self, champ: str, valeur: object, attendu: str) -> None:
        texte = str(valeur)
        if len(texte) > LONGUEUR_VALEUR_AFFICHEE:
            texte = texte[:LONGUEUR_VALEUR_AFFICHEE] + "…"
        super().__init__(
            _(
                "« %(champ)s » vaut « %(valeur)s » ; attendu : %(attendu)s.",
                champ=champ,
                valeur=texte,
                attendu=attendu,
            ),
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
