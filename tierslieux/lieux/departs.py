"""Where a search starts from, and how that is said. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.territoires.noms import build_complement
from tierslieux.territoires.services import CommuneTrouvee
from tierslieux.trajets.moteur import Point


@dataclass(frozen=True, slots=True)
class Depart:
    """Where the search starts from: a commune, or a point that may be in one.

    `code` is the commune's when it is what was asked for; `commune_code` is that of the commune around the point, None
    at sea and abroad. `ancien_nom` is what it was called when that was asked for.
    """

    position: Position
    nom: str | None = None
    code: str | None = None
    departement: str | None = None
    ancien_nom: str | None = None
    commune_code: str | None = None

    @property
    def point(self) -> Point:
        """Where journeys leave from."""
        return Point(self.position.lon, self.position.lat, self.code or self.commune_code)

    @property
    def est_hors_france(self) -> bool:
        """Whether the search starts at sea or abroad."""
        return not (self.code or self.commune_code)

    @property
    def est_commune(self) -> bool:
        """Whether the search starts from a commune rather than from a point."""
        return self.code is not None

    @property
    def complement(self) -> str:
        """The name after "de"; an h is not elided, which never shocks ("de Haguenau", "de Hyères")."""
        nom = self.nom or ""
        return build_complement(nom, 0 if nom[:1] in "Hh" else None)

    @property
    def repere(self) -> str:
        """What distances are measured from."""
        return _("le centre %(de_commune)s", de_commune=self.complement) if self.est_commune else _("ce point")

    @property
    def texte(self) -> str:
        """The commune as the search box understands it: "Saint-Denis (La Réunion)"."""
        if not self.est_commune or self.nom is None:
            return ""
        return f"{self.nom} ({self.departement})" if self.departement else self.nom


def build_depart_commune(commune: CommuneTrouvee) -> Depart | None:
    """A search that starts from a commune; None when nobody knows where it is."""
    if commune.lon is None or commune.lat is None:
        return None
    return Depart(
        Position(commune.lon, commune.lat), commune.nom, commune.code, commune.departement_nom, commune.toponyme
    )


def build_depart_point(position: Position, commune: CommuneTrouvee | None) -> Depart:
    """A search that starts from a point, in a commune or not."""
    return Depart(position, commune.nom if commune else None, commune_code=commune.code if commune else None)
