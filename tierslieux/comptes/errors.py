"""What accounts refuse."""

from __future__ import annotations

from tierslieux.core.errors import ConflictError, ForbiddenError
from tierslieux.core.textes import N_


class DernierAdministrateurError(ConflictError):
    """The last administrator of France stays: nobody else could give that role again."""

    texte = N_("C’est le dernier administrateur de France. Invitez d’abord quelqu’un d’autre.")


class PorteeError(ForbiddenError):
    """A role, or an account, beyond what the administrator holds."""

    texte = N_("Ce rôle ou ce territoire dépasse le vôtre.")


class InvitationError(ConflictError):
    """An invitation that was taken, withdrawn, replaced or has expired."""

    texte = N_("Cette invitation n’est plus valable. Demandez-en une autre.")


class AdressePriseError(ConflictError):
    """An address that already has an account."""

    texte = N_("Cette adresse a déjà un compte.")
