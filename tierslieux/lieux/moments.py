"""When a person can go: now, this evening, on Saturday, or a chosen day and hour. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from tierslieux.core.calendrier import JOURS, MOIS
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _

SOIR = (dt.time(18), dt.time(22))

# Beyond, a date is a slip of the keyboard: hours of places say nothing of the last century nor of the next one.
_ANNEES = range(2000, 2100)
_ATTENDU = "« maintenant », « ce-soir », « samedi », ou une date comme 2026-11-28 ou 2026-11-28T14:30"
_FORME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?)?", re.ASCII)

_SAMEDI = 5
_UN_JOUR = dt.timedelta(days=1)
_UNE_MINUTE = dt.timedelta(minutes=1)


class Quand(Libelle):
    """The moments that have a name."""

    MAINTENANT = "maintenant", N_("Maintenant")
    SOIR = "ce-soir", N_("Ce soir")
    SAMEDI = "samedi", N_("Samedi")


@dataclass(frozen=True, slots=True)
class Fenetre:
    """From an instant up to another one, which is not in it; naive, local to the place."""

    debut: dt.datetime
    fin: dt.datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """A named moment or a chosen one: exactly one of the two is set.

    `instant` is naive, local to the place; with `jour_entier`, the whole day that it starts.
    """

    quand: Quand | None
    instant: dt.datetime | None
    jour_entier: bool = False

    def __post_init__(self) -> None:
        if (self.quand is None) == (self.instant is None):
            raise ValueError("a moment has either a name or a date")

    @classmethod
    def parse(cls, texte: str) -> Self:
        """Read "maintenant", "ce-soir", "samedi", "2026-11-28" or "2026-11-28T14:30"; raises InvalidInputError."""
        cle = texte.strip()
        if cle in set(Quand):
            return cls(Quand(cle), None)
        forme = _FORME.fullmatch(cle)
        if forme is None:
            raise InvalidInputError("quand", texte, _ATTENDU)
        try:
            jour = dt.date.fromisoformat(forme[1])
            heure = dt.time.fromisoformat(forme[2]) if forme[2] else dt.time()
        except ValueError as error:
            raise InvalidInputError("quand", texte, _ATTENDU) from error
        if jour.year not in _ANNEES:
            raise InvalidInputError("quand", texte, "une date de notre époque, comme 2026-11-28")
        return cls(None, dt.datetime.combine(jour, heure), jour_entier=forme[2] is None)

    def encode(self) -> str:
        """The text that `parse` reads back."""
        if self.instant is None:
            return str(self.quand)
        return self.instant.date().isoformat() if self.jour_entier else self.instant.isoformat(timespec="minutes")

    def resolve(self, now: dt.datetime, fuseau: ZoneInfo) -> Fenetre:
        """The window at the place, `now` being aware. What has passed of today is left out of it.

        "Ce soir" goes from 18 h to 22 h; later in the evening, what is left of the day. "Samedi" is the coming
        Saturday, or today on a Saturday. An instant is a window of one minute.
        """
        local = now.astimezone(fuseau).replace(tzinfo=None, second=0, microsecond=0)
        minuit = dt.datetime.combine(local.date(), dt.time())
        if self.instant is not None:
            if not self.jour_entier:
                return Fenetre(self.instant, self.instant + _UNE_MINUTE)
            return _clip(self.instant, self.instant + _UN_JOUR, local)
        if self.quand is Quand.SOIR:
            debut, fin = (dt.datetime.combine(local.date(), heure) for heure in SOIR)
            return _clip(debut, fin if local < fin else minuit + _UN_JOUR, local)
        if self.quand is Quand.SAMEDI:
            samedi = minuit + dt.timedelta(days=(_SAMEDI - local.weekday()) % 7)
            return _clip(samedi, samedi + _UN_JOUR, local)
        return Fenetre(local, local + _UNE_MINUTE)

    def is_passe(self, now: dt.datetime, fuseau: ZoneInfo) -> bool:
        """Whether a chosen moment is over at the place; a named one never is."""
        return self.instant is not None and self.resolve(now, fuseau).fin <= now.astimezone(fuseau).replace(tzinfo=None)

    @property
    def libelle(self) -> str:
        """The moment in the language of the page: "Samedi", "Samedi 28 novembre 2026 à 14 h 30"."""
        if self.instant is None:
            return _(self.quand.libelle) if self.quand else ""
        jour = format_jour(self.instant.date(), annee=True)
        if self.jour_entier:
            return _capitalize(jour)
        return _capitalize(_("%(jour)s à %(heure)s", jour=jour, heure=format_heure(self.instant.time())))


def format_heure(heure: dt.time) -> str:
    """The hour as people write it, 9 h or 13 h 30, with spaces that do not break."""
    if heure.minute:
        texte = _("%(heures)s h %(minutes)s", heures=heure.hour, minutes=f"{heure.minute:02d}")
    else:
        texte = _("%(heures)s h", heures=heure.hour)
    return texte.replace(" ", "\u00a0")


def format_jour(jour: dt.date, *, annee: bool = False) -> str:
    """The date with its day of the week: "samedi 28 novembre", and the year when it is asked for."""
    numero = _("1er") if jour.day == 1 else str(jour.day)
    valeurs = {"jour": _(JOURS[jour.weekday()]), "numero": numero, "mois": _(MOIS[jour.month - 1])}
    if annee:
        return _("%(jour)s %(numero)s %(mois)s %(annee)s", **valeurs, annee=jour.year)
    return _("%(jour)s %(numero)s %(mois)s", **valeurs)


def _capitalize(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _clip(debut: dt.datetime, fin: dt.datetime, local: dt.datetime) -> Fenetre:
    return Fenetre(max(debut, local), fin) if local < fin else Fenetre(debut, fin)
