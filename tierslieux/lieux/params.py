"""A search for places as one typed object, built from a query string by `Criteres.from_args`."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeVar

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError
from tierslieux.lieux.enums import Besoin, Genre, PriseEnCharge, Service
from tierslieux.lieux.moments import Moment, Quand
from tierslieux.trajets.moteur import Mode

T = TypeVar("T", bound=Libelle)

# The radius of a search. Beyond, the page says how far the nearest place is: nobody drives two hours for a form.
RAYON_M = 50_000
LIMITE = 20
# In plain French, a page holds little: twenty places are twenty screens of a phone.
LIMITE_FALC = 5
LIMITE_MAX = 100

MAINTENANT = Moment(Quand.MAINTENANT, None)
# The choice of the form that the two fields of the day and of the hour go with.
AUTRE_JOUR = "jour"

_OUI = frozenset({"1", "oui", "true", "on"})
_NON = frozenset({"", "0", "non", "false", "off"})


@dataclass(frozen=True, slots=True)
class Criteres:
    """Filters on places. `candidats` adds the buildings that declare no help: town halls, libraries.

    `quand` keeps the places that are known to be open then. `a_temps` keeps those that can be reached by `mode` before
    they close, leaving at that moment.
    """

    besoin: Besoin | None = None
    genre: Genre | None = None
    service: Service | None = None
    prise_en_charge: PriseEnCharge | None = None
    quand: Moment | None = None
    mode: Mode | None = None
    a_temps: bool = False
    gratuit: bool = False
    accessible: bool = False
    candidats: bool = False

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Read the fields of the same names from a query string; raises InvalidInputError.

        A chosen day may also come from the two fields of a form, `jour` and `heure`; `ouvert` is "now".
        """
        a_temps = parse_bool(args, "a_temps")
        quand = _parse_quand(args)
        return cls(
            besoin=_parse_code(Besoin, args, "besoin"),
            genre=_parse_code(Genre, args, "genre"),
            service=_parse_code(Service, args, "service"),
            prise_en_charge=_parse_code(PriseEnCharge, args, "prise_en_charge"),
            quand=quand or (MAINTENANT if a_temps else None),
            mode=_parse_code(Mode, args, "mode"),
            a_temps=a_temps,
            gratuit=parse_bool(args, "gratuit"),
            accessible=parse_bool(args, "accessible"),
            candidats=parse_bool(args, "candidats"),
        )

    def to_args(self) -> dict[str, str]:
        """The query string that gives these filters back, without those that are not set."""
        codes = ("besoin", "genre", "service", "prise_en_charge", "mode")
        args = {nom: str(valeur) for nom in codes if (valeur := getattr(self, nom))}
        if self.quand:
            args["quand"] = self.quand.encode()
        return args | {nom: "1" for nom in ("a_temps", "gratuit", "accessible", "candidats") if getattr(self, nom)}

    @property
    def mode_effectif(self) -> Mode:
        """The mode that `a_temps` counts with: on foot when the person has not said."""
        return self.mode or Mode.A_PIED

    @property
    def includes_candidats(self) -> bool:
        """Whether candidate sites are wanted: asked for, or implied by a kind that is mostly made of them."""
        return self.candidats or self.genre in {Genre.MAIRIE, Genre.BIBLIOTHEQUE}


@dataclass(frozen=True, slots=True)
class Curseur:
    """Where a page of results ended: distance in metres and private id of its last place."""

    distance_m: float
    lieu_id: int

    def encode(self) -> str:
        """A short text for the query string."""
        return base64.urlsafe_b64encode(struct.pack("!dq", self.distance_m, self.lieu_id)).decode().rstrip("=")

    @classmethod
    def parse(cls, texte: str) -> Self:
        """Read back what `encode` wrote; raises InvalidInputError."""
        try:
            distance_m, lieu_id = struct.unpack("!dq", base64.urlsafe_b64decode(texte + "=" * (-len(texte) % 4)))
        except (binascii.Error, struct.error, ValueError):
            raise InvalidInputError("apres", texte, "la valeur donnée par le lien « suite »") from None
        if not 0 <= distance_m < float("inf"):
            raise InvalidInputError("apres", texte, "la valeur donnée par le lien « suite »")
        return cls(distance_m, lieu_id)


def parse_bool(args: Mapping[str, str], champ: str) -> bool:
    """A box that is ticked or not; absent is not."""
    valeur = args.get(champ, "").strip().lower()
    if valeur in _OUI:
        return True
    if valeur in _NON:
        return False
    raise InvalidInputError(champ, valeur, "1 ou rien")


def _parse_quand(args: Mapping[str, str]) -> Moment | None:
    jour, heure = args.get("jour", "").strip(), args.get("heure", "").strip()
    if jour:
        return Moment.parse(f"{jour}T{heure}" if heure else jour)
    quand = args.get("quand", "").strip()
    # In the form, "another day" without any day is no choice.
    if quand and quand != AUTRE_JOUR:
        return Moment.parse(quand)
    return MAINTENANT if parse_bool(args, "ouvert") else None


def _parse_code(vocabulaire: type[T], args: Mapping[str, str], champ: str) -> T | None:
    valeur = args.get(champ, "").strip()
    if not valeur:
        return None
    for membre in vocabulaire:
        if valeur in {membre.value, membre.libelle}:
            return membre
    raise InvalidInputError(champ, valeur, "l’une de : " + ", ".join(membre.value for membre in vocabulaire))
