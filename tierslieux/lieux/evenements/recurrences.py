"""How an event comes back: the part of iCalendar's rules (RFC 5545, RRULE) that people use for their activities. Pure.

FREQ is DAILY, WEEKLY or MONTHLY; INTERVAL is 1 to 12; BYDAY names days of a week, or of a month with their rank ("1TU"
the first Tuesday, "-1FR" the last Friday); an end is a day (UNTIL, included) or a number of times (COUNT), or none.
Everything is at the clock of the place: an activity at 14 h stays at 14 h when clocks change. Weeks start on Monday.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import N_

INTERVALLE_MAX = 12
# One a day for a year and a month: beyond, nobody knows what will be.
OCCURRENCES_MAX = 400
HORIZON_JOURS = 400

JOURS_ICAL = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Every month has four of each day; a fifth one is the last one.
RANGS = (1, 2, 3, 4, -1)
_RANG_MAX = 4
_CLES = frozenset({"FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT"})
_JOUR = re.compile(r"(1|2|3|4|-1)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NOMBRE = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)
_ATTENDU = "une règle comme FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630"


class Frequence(Libelle):
    """How often, before the interval."""

    JOUR = "DAILY", N_("Tous les jours")
    SEMAINE = "WEEKLY", N_("Chaque semaine")
    MOIS = "MONTHLY", N_("Chaque mois")


_FREQUENCES = {Frequence.JOUR: DAILY, Frequence.SEMAINE: WEEKLY, Frequence.MOIS: MONTHLY}


@dataclass(frozen=True, slots=True, order=True)
class JourRegle:
    """A day of the week (0 is Monday), and which one of the month (of RANGS) in a monthly rule."""

    jour: int
    rang: int | None = None

    def encode(self) -> str:
        """As in BYDAY: "TU", "-1FR"."""
        return f"{self.rang or ''}{JOURS_ICAL[self.jour]}"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule. Without `jours`, a weekly or monthly rule takes the day of the first time.

    `jusqu_au` is the last day on which it may still happen; `nombre` counts the times, the first one included.
    """

    frequence: Frequence
    intervalle: int = 1
    jours: tuple[JourRegle, ...] = ()
    jusqu_au: dt.date | None = None
    nombre: int | None = None

    @classmethod
    def parse(cls, texte: str) -> Self:
        """Read the value of an RRULE; raises InvalidInputError for anything else than this module says."""
        parties = [partie.partition("=") for partie in texte.split(";")]
        lues = {cle: valeur for cle, _egal, valeur in parties}
        if len(lues) != len(parties) or not lues.keys() <= _CLES or lues.get("FREQ") not in set(Frequence):
            raise InvalidInputError("recurrence", texte, _ATTENDU)
        regle = cls(
            frequence=Frequence(lues["FREQ"]),
            intervalle=_read_nombre(texte, lues.get("INTERVAL"), INTERVALLE_MAX) or 1,
            jours=_read_jours(texte, lues.get("BYDAY")),
            jusqu_au=_read_date(texte, lues.get("UNTIL")),
            nombre=_read_nombre(texte, lues.get("COUNT"), OCCURRENCES_MAX),
        )
        avec_rang = {jour.rang is not None for jour in regle.jours}
        permis = {Frequence.JOUR: set(), Frequence.SEMAINE: {False}, Frequence.MOIS: {True}}
        if not avec_rang <= permis[regle.frequence] or (regle.jusqu_au and regle.nombre):
            raise InvalidInputError("recurrence", texte, _ATTENDU)
        return regle

    def encode(self) -> str:
        """The text that `parse` reads back, always the same for the same rule."""
        parties = [f"FREQ={self.frequence.value}"]
        if self.intervalle > 1:
            parties.append(f"INTERVAL={self.intervalle}")
        if self.jours:
            parties.append("BYDAY=" + ",".join(jour.encode() for jour in self.jours))
        if self.jusqu_au:
            parties.append(f"UNTIL={self.jusqu_au:%Y%m%d}")
        if self.nombre:
            parties.append(f"COUNT={self.nombre}")
        return ";".join(parties)

    def iterate(self, premiere: dt.datetime, debut: dt.datetime, fin: dt.datetime) -> Iterator[dt.datetime]:
        """The instants of the rule that started at `premiere`, from `debut` on and before `fin`; naive, local.

        At most OCCURRENCES_MAX are given, and few more looked at, however long ago the rule started.
        """
        # Told apart by their number, times are counted from the first one; otherwise near ones are enough.
        ancre = premiere if self.nombre else self._find_ancre(premiere, max(premiere, debut))
        regle = rrule(
            _FREQUENCES[self.frequence],
            dtstart=ancre,
            interval=self.intervalle,
            wkst=0,
            byweekday=self._list_jours(premiere),
            bymonthday=premiere.day if self.frequence is Frequence.MOIS and not self.jours else None,
            until=min(fin, self._find_dernier_instant() or fin),
        )
        vues = donnees = 0
        for instant in regle:
            if instant < premiere:
                continue
            vues += 1
            if vues > (self.nombre or vues) or instant >= fin or donnees == OCCURRENCES_MAX:
                return
            if instant >= debut:
                donnees += 1
                yield instant

    def is_du_jour(self, premiere: dt.datetime) -> bool:
        """Whether the rule holds its own first time: otherwise programs would not agree on whether it happens."""
        jour = premiere.date()
        return self.frequence is Frequence.JOUR or not self.jours or any(_is_jour(jour, regle) for regle in self.jours)

    def _list_jours(self, premiere: dt.datetime) -> list[weekday] | None:
        if self.jours:
            return [weekday(jour.jour, jour.rang) for jour in self.jours]
        return [weekday(premiere.weekday())] if self.frequence is Frequence.SEMAINE else None

    def _find_dernier_instant(self) -> dt.datetime | None:
        return dt.datetime.combine(self.jusqu_au, dt.time.max) if self.jusqu_au else None

    def _find_ancre(self, premiere: dt.datetime, debut: dt.datetime) -> dt.datetime:
        """Where to start so that no more than one interval stands before `debut`, in step with the first time."""
        if self.frequence is Frequence.JOUR:
            pas = (debut - premiere).days // self.intervalle
            return premiere + dt.timedelta(days=pas * self.intervalle)
        if self.frequence is Frequence.SEMAINE:
            lundi = premiere - dt.timedelta(days=premiere.weekday())
            pas = (debut - lundi).days // (7 * self.intervalle)
            return lundi + dt.timedelta(weeks=pas * self.intervalle)
        mois = (debut.year - premiere.year) * 12 + debut.month - premiere.month
        annees, rang = divmod(premiere.month - 1 + mois // self.intervalle * self.intervalle, 12)
        return premiere.replace(year=premiere.year + annees, month=rang + 1, day=1)


def find_rang(jour: dt.date) -> int:
    """Which one of its month a day of the week is, from 1 to 4; a fifth one is the last one, -1."""
    rang = (jour.day - 1) // 7 + 1
    return rang if rang <= _RANG_MAX else -1


def is_dernier(jour: dt.date) -> bool:
    """Whether no day of the same name is left in its month."""
    return (jour + dt.timedelta(days=7)).month != jour.month


def _is_jour(jour: dt.date, regle: JourRegle) -> bool:
    if jour.weekday() != regle.jour:
        return False
    if regle.rang is None:
        return True
    return is_dernier(jour) if regle.rang == -1 else (jour.day - 1) // 7 + 1 == regle.rang


def _read_nombre(texte: str, valeur: str | None, maximum: int) -> int | None:
    if valeur is None:
        return None
    if not _NOMBRE.fullmatch(valeur) or int(valeur) > maximum:
        raise InvalidInputError("recurrence", texte, f"un nombre de 1 à {maximum}")
    return int(valeur)


def _read_date(texte: str, valeur: str | None) -> dt.date | None:
    if valeur is None:
        return None
    attendu = "un dernier jour comme UNTIL=20270630"
    if not _DATE.fullmatch(valeur):
        raise InvalidInputError("recurrence", texte, attendu)
    try:
        return dt.date(int(valeur[:4]), int(valeur[4:6]), int(valeur[6:]))
    except ValueError:
        raise InvalidInputError("recurrence", texte, attendu) from None


def _read_jours(texte: str, valeur: str | None) -> tuple[JourRegle, ...]:
    if valeur is None:
        return ()
    lus = [_JOUR.fullmatch(code) for code in valeur.split(",")]
    jours = {JourRegle(JOURS_ICAL.index(lu[2]), int(lu[1]) if lu[1] else None) for lu in lus if lu}
    if None in lus or len(jours) != len(lus):
        raise InvalidInputError("recurrence", texte, "des jours comme BYDAY=TU,TH ou BYDAY=-1FR")
    return tuple(sorted(jours, key=lambda jour: ((jour.rang or 0) % 6, jour.jour)))
