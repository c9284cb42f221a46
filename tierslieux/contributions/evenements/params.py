"""What the agenda is asked: where, when, what. Read from a query string; what makes no sense is left out and said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Bbox, Position
from tierslieux.lieux.evenements import GenreEvenement
from tierslieux.lieux.evenements.recurrences import HORIZON_JOURS
from tierslieux.lieux.recherche import LONGUEUR_MAX, clean_texte
from tierslieux.territoires.enums import Niveau

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
JOURS = 30
RAYON_KM = 20
# 0 is the commune alone.
RAYONS_KM = (0, 5, 10, 20, 50)
# Names in the query string of the territories whose agenda can be asked for by code.
NIVEAUX = MappingProxyType(
    {
        "commune": Niveau.COMMUNE,
        "epci": Niveau.EPCI,
        "departement": Niveau.DEPARTEMENT,
        "region": Niveau.REGION,
    }
)


@dataclass(frozen=True, slots=True)
class Ou:
    """Where to look: a box, around a position (degrees, WGS 84), in a territory; the whole country without any."""

    bbox: Bbox | None = None
    position: Position | None = None
    rayon_m: float = 1000.0 * RAYON_KM
    niveau: Niveau | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Demande:
    """What the agenda was asked. `du` and `au` are days, both included; None for today and for JOURS days later.

    `q` is a commune in words; `erreurs` are sentences about what was left out.
    """

    q: str = ""
    ou: Ou | None = None
    rayon_km: int = RAYON_KM
    du: dt.date | None = None
    au: dt.date | None = None
    genre: GenreEvenement | None = None
    erreurs: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: Mapping[str, str], *, today: dt.date) -> Self:
        """Read a query string on this day; never raises."""
        erreurs: list[str] = []
        rayon_km = _read_rayon(args)
        du = _read_jour(args, "du", erreurs, today)
        au = _read_jour(args, "au", erreurs, today)
        if du and au and au < du:
            du, au = au, du
        return cls(
            q=clean_texte(args.get("q", "")[: 10 * LONGUEUR_MAX]),
            ou=_read_ou(args, rayon_km, erreurs),
            rayon_km=rayon_km,
            du=du,
            au=au,
            genre=_read_genre(args, erreurs),
            erreurs=tuple(erreurs),
        )

    def find_jours(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """The first and the last day, no further apart than what is known of recurring events."""
        du = self.du or today
        au = self.au or max(du, today) + dt.timedelta(days=JOURS)
        return du, min(au, du + dt.timedelta(days=HORIZON_JOURS - 1))

    def build_args(self) -> dict[str, str]:
        """The query string that asks the same."""
        args: dict[str, str] = {"q": self.q} if self.q else {}
        if self.ou and self.ou.position:
            args |= {"lon": f"{self.ou.position.lon:.5f}", "lat": f"{self.ou.position.lat:.5f}"}
        if self.ou and self.ou.niveau and self.ou.code:
            args[self.ou.niveau.value] = self.ou.code
        if self.rayon_km != RAYON_KM:
            args["rayon"] = str(self.rayon_km)
        args |= {nom: jour.isoformat() for nom, jour in (("du", self.du), ("au", self.au)) if jour}
        return args | ({"genre": self.genre.value} if self.genre else {})


def _read_ou(args: Mapping[str, str], rayon_km: int, erreurs: list[str]) -> Ou | None:
    lon, lat = args.get("lon", "").strip(), args.get("lat", "").strip()
    if lon or lat:
        try:
            return Ou(position=Position.parse(f"{lon},{lat}"), rayon_m=1000.0 * (rayon_km or RAYON_KM))
        except InvalidInputError:
            erreurs.append(_("Cette position n’a pas de sens : tapez plutôt le nom d’une commune."))
            return None
    for nom, niveau in NIVEAUX.items():
        code = args.get(nom, "").strip().upper()
        if code.isascii() and code.isalnum() and len(code) <= 9:
            return Ou(niveau=niveau, code=code)
        if code:
            erreurs.append(_("Nous ne connaissons pas ce territoire."))
    return None


def _read_rayon(args: Mapping[str, str]) -> int:
    texte = args.get("rayon", "").strip()
    permis = {str(rayon): rayon for rayon in RAYONS_KM}
    return permis.get(texte, RAYON_KM)


def _read_jour(args: Mapping[str, str], nom: str, erreurs: list[str], today: dt.date) -> dt.date | None:
    texte = args.get(nom, "").strip()
    if not texte:
        return None
    jour = read_date(texte)
    if jour is None:
        erreurs.append(_("Nous n’avons pas compris cette date : %(texte)s. Exemple : 24/12/2026.", texte=texte[:20]))
    # Overseas, it may still be yesterday.
    elif not -1 <= (jour - today).days <= HORIZON_JOURS:
        erreurs.append(_("L’agenda montre une année à partir d’aujourd’hui."))
        jour = None
    return jour


def _read_genre(args: Mapping[str, str], erreurs: list[str]) -> GenreEvenement | None:
    texte = args.get("genre", "").strip()
    if not texte:
        return None
    if texte in set(GenreEvenement):
        return GenreEvenement(texte)
    erreurs.append(_("Nous n’avons pas compris le type de rendez-vous."))
    return None


def read_date(texte: str) -> dt.date | None:
    """A day as fields send it (2026-12-24) or as people type it (24/12/2026, 24.12.26); None otherwise."""
    propre = texte.strip().replace(".", "/").replace(" ", "/")
    for forme in ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y"):
        try:
            return dt.datetime.strptime(propre, forme).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None
