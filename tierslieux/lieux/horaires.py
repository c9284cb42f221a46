"""Opening hours in OpenStreetMap syntax: open now or not, next change, and the week in clear French. Pure.

Syntax and evaluation are those of the library opening-hours-py. Hours are local to the place: callers give the instant
and the place's time zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # missing in its stubs

from tierslieux.core.calendrier import JOURS, MOIS

# A non-breaking space between a number and its unit, so that "9 h" is never cut at the end of a line.
_INSECABLE = "\u00a0"
_UN_JOUR = dt.timedelta(days=1)
# Beyond a week without any opening, the next one is told by its date; beyond two months it is not told.
_HORIZON = dt.timedelta(days=62)
# Without this bound, an expression that never opens is searched year after year.
_JOURS_MAX = 366
_TAILLE_CACHE = 8192


class EtatOuverture(StrEnum):
    """Whether a place is open at an instant."""

    OUVERT = "ouvert"
    FERME = "ferme"
    INCONNU = "inconnu"


@dataclass(frozen=True, slots=True)
class Ouverture:
    """Open, closed or not known, and the sentence that says it with the next change."""

    etat: EtatOuverture
    texte: str


@dataclass(frozen=True, slots=True)
class LigneHoraires:
    """Days that share the same hours: ("Du lundi au vendredi", "9 h – 12 h et 14 h – 17 h")."""

    jours: str
    plages: str


@lru_cache(maxsize=_TAILLE_CACHE)
def _parse(texte: str, pays: str | None) -> OpeningHours | None:
    try:
        return OpeningHours(texte, country=pays, max_interval_days=_JOURS_MAX)
    except ParserError:
        return None


def is_valid(texte: str) -> bool:
    """Whether the text is opening hours in OpenStreetMap syntax."""
    return _parse(texte, None) is not None


def is_jour_ferie(jour: dt.date) -> bool:
    """Whether the day is a national public holiday (those of one territory alone are not known here)."""
    feries = _parse("PH", "FR")
    return feries is not None and feries.is_open(dt.datetime.combine(jour, dt.time(12)))


def describe_ouverture(texte: str | None, now: dt.datetime, fuseau: ZoneInfo) -> Ouverture | None:
    """Whether the place is open at `now` (aware) and when that changes; None without hours that can be read.

    On a public holiday that the hours do not speak of, the answer is "not known": most places are closed although
    their hours do not say so, and nobody should travel for nothing.
    """
    if not texte:
        return None
    return _describe_local(texte, now.astimezone(fuseau).replace(tzinfo=None, second=0, microsecond=0))


# The same hours are read again and again within a minute: many places share theirs, and many people look at the same.
@lru_cache(maxsize=_TAILLE_CACHE)
def _describe_local(texte: str, local: dt.datetime) -> Ouverture | None:
    horaires = _parse(texte, "FR")
    if horaires is None:
        return None
    if is_jour_ferie(local.date()) and "PH" not in texte and texte.strip() != "24/7":
        return Ouverture(EtatOuverture.INCONNU, "Jour férié : téléphonez avant de venir")
    etat, commentaire = horaires.state(local)
    if etat == State.UNKNOWN:
        return Ouverture(EtatOuverture.INCONNU, "Ouverture à confirmer par téléphone")
    suite = horaires.next_change(local)
    if etat == State.OPEN:
        precision = f" ({commentaire})" if commentaire else ""
        fin = f", ferme à {format_heure(suite.time())}" if suite and suite - local <= _UN_JOUR else ""
        return Ouverture(EtatOuverture.OUVERT, f"Ouvert{precision}{fin}")
    reprise = f", ouvre {_describe_moment(suite, local)}" if suite and suite - local <= _HORIZON else ""
    return Ouverture(EtatOuverture.FERME, f"Fermé{reprise}")


def is_ouvert(texte: str | None, now: dt.datetime, fuseau: ZoneInfo) -> bool | None:
    """True or False when the hours say so, None when they do not."""
    ouverture = describe_ouverture(texte, now, fuseau)
    if ouverture is None or ouverture.etat == EtatOuverture.INCONNU:
        return None
    return ouverture.etat == EtatOuverture.OUVERT


def build_semaine(texte: str | None, jour: dt.date) -> list[LigneHoraires]:
    """The hours of the week that holds `jour`, days with the same hours together; empty when nothing can be read.

    Public holidays are left aside: the table says what an ordinary week is like.
    """
    horaires = _parse(texte, None) if texte else None
    if horaires is None:
        return []
    lundi = jour - dt.timedelta(days=jour.weekday())
    plages_par_jour = [_build_plages(horaires, lundi + dt.timedelta(days=rang)) for rang in range(7)]
    lignes: list[LigneHoraires] = []
    debut = 0
    for fin in range(1, 8):
        if fin == 7 or plages_par_jour[fin] != plages_par_jour[debut]:
            lignes.append(LigneHoraires(_name_jours(debut, fin - 1), plages_par_jour[debut]))
            debut = fin
    return lignes


def format_heure(heure: dt.time) -> str:
    """The hour as people write it, 9 h or 13 h 30, with spaces that do not break."""
    minutes = f"{_INSECABLE}{heure.minute:02d}" if heure.minute else ""
    return f"{heure.hour}{_INSECABLE}h{minutes}"


def _build_plages(horaires: OpeningHours, jour: dt.date) -> str:
    minuit = dt.datetime.combine(jour, dt.time())
    plages: list[str] = []
    for debut, fin, etat, commentaire in horaires.intervals(minuit, minuit + 2 * _UN_JOUR):
        if etat == State.CLOSED or debut >= minuit + _UN_JOUR:
            continue
        if debut == minuit and fin >= minuit + _UN_JOUR:
            if etat == State.UNKNOWN:
                return commentaire or "à confirmer"
            return f"24{_INSECABLE}h sur 24"
        if debut == minuit and horaires.state(minuit - dt.timedelta(minutes=1))[0] != State.CLOSED:
            continue  # the end of a night that the day before tells
        note = commentaire or ("à confirmer" if etat == State.UNKNOWN else "")
        plage = f"{format_heure(debut.time())} – {format_heure(fin.time())}"
        plages.append(f"{plage} ({note})" if note else plage)
    if not plages:
        return "fermé"
    return " et ".join(plages) if len(plages) < 3 else ", ".join(plages[:-1]) + f" et {plages[-1]}"


def _name_jours(premier: int, dernier: int) -> str:
    if (premier, dernier) == (0, 6):
        return "Tous les jours"
    if premier == dernier:
        return JOURS[premier].capitalize()
    if dernier == premier + 1:
        return f"{JOURS[premier].capitalize()} et {JOURS[dernier]}"
    return f"Du {JOURS[premier]} au {JOURS[dernier]}"


def _describe_moment(quand: dt.datetime, local: dt.datetime) -> str:
    heure = format_heure(quand.time())
    jours = (quand.date() - local.date()).days
    if jours == 0:
        return f"à {heure}"
    if jours == 1:
        return f"demain à {heure}"
    if jours < 7:
        return f"{JOURS[quand.weekday()]} à {heure}"
    numero = "1er" if quand.day == 1 else str(quand.day)
    return f"le {numero}{_INSECABLE}{MOIS[quand.month - 1]} à {heure}"
