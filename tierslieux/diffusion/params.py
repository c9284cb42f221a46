"""What the map page shows, read from its query string.

A bad value is not refused: it is left out and said on the page, because the person in front of it only followed a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tierslieux.cartes.apercu import ZOOM_MAX, ZOOM_MIN, Cadre
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.lieux.params import Criteres

# All of metropolitan France fits in the picture.
CENTRE_FRANCE = Position(2.4, 46.55)
ZOOM_FRANCE = 5
# The zoom of a link that gives a position and nothing else: a town.
ZOOM_POSITION = 13

FILTRES_CARTE: Mapping[str, str] = {
    "besoin": N_("besoin"),
    "genre": N_("type de lieu"),
    "service": N_("aide proposée"),
    "candidats": N_("mairies et bibliothèques"),
}
EVENEMENTS = "evenements"
# Filters of the list that a count on a grid cannot follow.
FILTRES_LISTE: Mapping[str, str] = {
    "quand": N_("quand"),
    "ouvert": N_("ouvert maintenant"),
    "prise_en_charge": N_("accueil particulier"),
    "mode": N_("comment vous venez"),
    "a_temps": N_("arriver avant la fermeture"),
    "gratuit": N_("gratuit"),
    "accessible": N_("accessible en fauteuil roulant"),
}


@dataclass(frozen=True, slots=True)
class Vue:
    """The part of the map that is shown and its filters; `cadre` is None for the whole of metropolitan France.

    `evenements`: what happens there soon is shown too.
    """

    cadre: Cadre | None
    criteres: Criteres
    remarques: tuple[str, ...] = ()
    evenements: bool = False

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Read `lon`, `lat`, `zoom` and the filters; never raises."""
        remarques: list[str] = []
        cadre = _read_cadre(args, remarques)
        criteres = _read_criteres(args, remarques)
        return cls(cadre, criteres, tuple(remarques), evenements=args.get("evenements") == "1")

    def build_filtres(self) -> dict[str, str]:
        """The query string of the filters, and of what else is shown."""
        return self.criteres.to_args() | ({EVENEMENTS: "1"} if self.evenements else {})

    @property
    def cadre_ou_france(self) -> Cadre:
        """The part that is shown, always."""
        return self.cadre or Cadre(CENTRE_FRANCE, ZOOM_FRANCE)


def _read_cadre(args: Mapping[str, str], remarques: list[str]) -> Cadre | None:
    lon, lat = args.get("lon", "").strip(), args.get("lat", "").strip()
    if not (lon or lat):
        return None
    try:
        centre = Position.parse(f"{lon},{lat}")
    except InvalidInputError:
        remarques.append(_("Cette position n’a pas de sens : voici toute la France."))
        return None
    try:
        zoom = int(args.get("zoom", ZOOM_POSITION))
    except ValueError:
        zoom = ZOOM_POSITION
    return Cadre(centre, min(max(zoom, ZOOM_MIN), ZOOM_MAX))


def _read_criteres(args: Mapping[str, str], remarques: list[str]) -> Criteres:
    """Each filter apart, so that a bad one does not take the others away."""
    lus: dict[str, str] = {}
    for nom, libelle in (*FILTRES_CARTE.items(), *FILTRES_LISTE.items()):
        if not args.get(nom):
            continue
        try:
            choisi = Criteres.from_args({nom: args[nom]})
        except InvalidInputError:
            remarques.append(
                _("Nous n’avons pas compris le filtre « %(filtre)s » : il n’est pas appliqué.", filtre=_(libelle))
            )
            continue
        lus[nom] = args[nom]
        if nom in FILTRES_LISTE and choisi != Criteres():
            remarques.append(
                _("La carte ne tient pas compte du filtre « %(filtre)s ». La liste en tient compte.", filtre=_(libelle))
            )
    return Criteres.from_args(lus)
