"""What an account may do, and where. Pure: no database, no web.

A role is held over a territory and everything inside it. Nobody needs an account to propose anything; an account that
holds no role is a contributor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

# The territories that hold one commune, itself included: {COMMUNE: "29019", EPCI: "242900314", …}; FRANCE goes without
# saying. Empty for a place whose commune is unknown: only national roles reach it.
Echelle = Mapping[Niveau, str]


class Role(Libelle):
    """What somebody does here beyond contributing, from the least to the most."""

    AGENT = "agent", N_("Agent de la collectivité")
    MODERATEUR = "moderateur", N_("Modérateur")
    ADMINISTRATEUR = "administrateur", N_("Administrateur")


# Who is more also is what is less, over the same territory.
_RANGS = {Role.AGENT: 0, Role.MODERATEUR: 1, Role.ADMINISTRATEUR: 2}
# These sign in with a second factor.
ROLES_FORTS = frozenset({Role.MODERATEUR, Role.ADMINISTRATEUR})


@dataclass(frozen=True, slots=True)
class Habilitation:
    """A role over a territory; `code` is CODE_FRANCE for the whole country."""

    role: Role
    niveau: Niveau
    code: str

    def covers(self, echelle: Echelle) -> bool:
        """Whether the territory holds the commune whose territories are given."""
        return self.niveau is Niveau.FRANCE or echelle.get(self.niveau) == self.code


@dataclass(frozen=True, slots=True)
class Personne:
    """Who is signed in. `pseudonyme` says it in histories: drawn at random, it tells nothing of the person."""

    compte_id: int
    pseudonyme: str
    habilitations: tuple[Habilitation, ...] = ()

    def has_role(self, role: Role) -> bool:
        """Whether the role, or a higher one, is held somewhere."""
        return any(_RANGS[habilitation.role] >= _RANGS[role] for habilitation in self.habilitations)

    def can(self, role: Role, echelle: Echelle) -> bool:
        """Whether the role, or a higher one, is held over this commune."""
        return any(
            _RANGS[habilitation.role] >= _RANGS[role] and habilitation.covers(echelle)
            for habilitation in self.habilitations
        )

    def list_perimetres(self, role: Role) -> tuple[tuple[Niveau, str], ...]:
        """The territories over which the role, or a higher one, is held."""
        return tuple(
            (habilitation.niveau, habilitation.code)
            for habilitation in self.habilitations
            if _RANGS[habilitation.role] >= _RANGS[role]
        )


def is_perimetre_interieur(niveau: Niveau, code: str, echelle: Echelle) -> bool:
    """Whether the territory (niveau, code) holds the commune whose territories are given."""
    return Habilitation(Role.AGENT, niveau, code).covers(echelle)


NATIONAL = (Niveau.FRANCE, CODE_FRANCE)
