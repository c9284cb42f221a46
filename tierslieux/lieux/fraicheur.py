"""How fresh what is said of a place is: one rule for pages, lists, documents and data. Pure.

What counts is the newest of two days: when the source says that it checked, and when somebody last said on this site
that it was still so. Months are those of the calendar, so that no page depends on the length of February.
"""

from __future__ import annotations

import calendar
import datetime as dt

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_

# Ages, in months, at which a word gives way to the next. Hours of public places change with each school year, and the
# national standard of digital help asks publishers to check once a year.
MOIS_SURVEILLER = 6
MOIS_VERIFIER = 12
MOIS_ANCIEN = 18
MOIS_PAR_AN = 12


class Fraicheur(Libelle):
    """How old an information is, in the words that people read."""

    A_JOUR = "a-jour", N_("à jour")
    A_SURVEILLER = "a-surveiller", N_("à surveiller")
    A_VERIFIER = "a-verifier", N_("à vérifier")
    ANCIEN = "ancien", N_("ancien")
    INCONNUE = "inconnue", N_("date inconnue")

    @property
    def est_perimee(self) -> bool:
        """Whether a year has gone since: people are told to call before they come."""
        return self in {Fraicheur.A_VERIFIER, Fraicheur.ANCIEN}

    @property
    def est_douteuse(self) -> bool:
        """The same, or nobody knows since when: somebody should go and look."""
        return self.est_perimee or self is Fraicheur.INCONNUE


def find_fraicheur(date: dt.date | None, today: dt.date) -> Fraicheur:
    """The tier of a day: under 6 months, from 6 to under 12, from 12 to 18, beyond 18, or none."""
    if date is None:
        return Fraicheur.INCONNUE
    if date > subtract_mois(today, MOIS_SURVEILLER):
        return Fraicheur.A_JOUR
    if date > subtract_mois(today, MOIS_VERIFIER):
        return Fraicheur.A_SURVEILLER
    return Fraicheur.A_VERIFIER if date >= subtract_mois(today, MOIS_ANCIEN) else Fraicheur.ANCIEN


def find_derniere(*jours: dt.date | None) -> dt.date | None:
    """The newest of these days; None when none is known."""
    return max((jour for jour in jours if jour is not None), default=None)


def subtract_mois(jour: dt.date, mois: int) -> dt.date:
    """The same day so many months before, or the last one of a shorter month: 31 August less 6 is 28 February."""
    annee, rang = divmod(jour.year * MOIS_PAR_AN + jour.month - 1 - mois, MOIS_PAR_AN)
    return dt.date(annee, rang + 1, min(jour.day, calendar.monthrange(annee, rang + 1)[1]))
