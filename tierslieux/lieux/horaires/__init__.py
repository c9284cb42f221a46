"""Opening hours in OpenStreetMap syntax: open now or then, next change, dates to come. Pure.

Hours are local to the place: callers give an aware instant and the code INSEE of the commune, which tells the time zone
and the public holidays. On a public holiday that the hours do not speak of, the answer is "not known": most places are
closed although their hours do not say so, and nobody should travel for nothing.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tierslieux.core.geo import find_zone
from tierslieux.lieux.horaires.expressions import Expression, find_expression
from tierslieux.lieux.horaires.jours_feries import find_calendrier
from tierslieux.lieux.horaires.phrases import LigneHoraires, write_ouverture
from tierslieux.lieux.horaires.plages import Cause, EtatOuverture, Plage, Situation
from tierslieux.lieux.horaires.regles import is_fait_de_dates
from tierslieux.lieux.horaires.semaines import build_semaine, describe_horaires, describe_rythme
from tierslieux.lieux.moments import Fenetre

__all__ = [
    "Cause",
    "EtatOuverture",
    "LigneHoraires",
    "Ouverture",
    "Plage",
    "Situation",
    "build_semaine",
    "describe_horaires",
    "describe_ouverture",
    "describe_rythme",
    "find_situation",
    "is_ouvert",
    "is_ouvert_a_arrivee",
    "is_ouvert_pendant",
    "is_valid",
    "list_dates",
    "list_ouvertures",
]

# Beyond two months, the next opening is not told.
_HORIZON = dt.timedelta(days=62)
_UN_JOUR = dt.timedelta(days=1)
_UNE_MINUTE = dt.timedelta(minutes=1)
_TAILLE_CACHE = 8192

# Who arrives a few minutes before closing time is not received.
MARGE_MIN = 15
NOMBRE_DATES = 6
JOURS_DATES = 92


@dataclass(frozen=True, slots=True)
class Ouverture:
    """Open, closed or not known, and the sentence that says it with the next change."""

    etat: EtatOuverture
    texte: str


def is_valid(texte: str) -> bool:
    """Whether the text is opening hours in OpenStreetMap syntax."""
    return find_expression(texte, None) is not None


def describe_ouverture(texte: str | None, now: dt.datetime, code: str | None) -> Ouverture | None:
    """Whether the place is open at `now` (aware) and when that changes; None without hours that can be read."""
    situation = find_situation(texte, now, code)
    if situation is None:
        return None
    return Ouverture(situation.etat, write_ouverture(situation))


def find_situation(texte: str | None, now: dt.datetime, code: str | None) -> Situation | None:
    """What the hours say at `now` (aware), without words; None without hours that can be read."""
    if not texte:
        return None
    return _find_situation(texte, _localize(now, code), find_calendrier(code))


# The same hours are read again and again within a minute: many places share theirs, and many people look at the same.
@lru_cache(maxsize=_TAILLE_CACHE)
def _find_situation(texte: str, local: dt.datetime, calendrier: str) -> Situation | None:
    expression = find_expression(texte, calendrier)
    if expression is None:
        return None
    if expression.is_ferie_incertain(local.date()):
        return Situation(local, EtatOuverture.INCONNU, cause=Cause.FERIE)
    plages = expression.iter_plages(local, local + _HORIZON)
    actuelle = next(plages)
    if actuelle.etat is EtatOuverture.INCONNU:
        return Situation(local, actuelle.etat, actuelle.commentaire, actuelle.cause)
    suite = None
    if actuelle.etat is EtatOuverture.OUVERT:
        fermeture = _find_fermeture(actuelle, plages)
        suite = fermeture if fermeture and fermeture - local <= _UN_JOUR else None
    else:
        suite = next(_iter_debuts_surs(expression, plages), None)
    return Situation(local, actuelle.etat, actuelle.commentaire, suite=suite)


def is_ouvert(texte: str | None, now: dt.datetime, code: str | None) -> bool | None:
    """True or False when the hours say so at `now` (aware), None when they do not."""
    if not texte:
        return None
    local = _localize(now, code)
    return _is_ouvert_pendant(texte, local, local + _UNE_MINUTE, find_calendrier(code))


def is_ouvert_pendant(texte: str | None, fenetre: Fenetre, code: str | None) -> bool | None:
    """Whether the place is open at least once in the window; None when the hours do not say."""
    if not texte:
        return None
    return _is_ouvert_pendant(texte, fenetre.debut, fenetre.fin, find_calendrier(code))


@lru_cache(maxsize=_TAILLE_CACHE)
def _is_ouvert_pendant(texte: str, debut: dt.datetime, fin: dt.datetime, calendrier: str) -> bool | None:
    expression = find_expression(texte, calendrier)
    if expression is None:
        return None
    etats = {plage.etat for plage in _iter_certaines(expression, debut, fin)}
    if EtatOuverture.OUVERT in etats:
        return True
    return None if EtatOuverture.INCONNU in etats else False


def is_ouvert_a_arrivee(texte: str | None, now: dt.datetime, duree_min: float, code: str | None) -> bool | None:
    """Whether somebody who leaves at `now` (aware) finds the place open, and for MARGE_MIN minutes more.

    None when the hours do not say.
    """
    if not texte:
        return None
    expression = find_expression(texte, find_calendrier(code))
    if expression is None:
        return None
    arrivee = _localize(now + dt.timedelta(minutes=duree_min), code)
    etats = {plage.etat for plage in _iter_certaines(expression, arrivee, arrivee + dt.timedelta(minutes=MARGE_MIN))}
    if EtatOuverture.FERME in etats:
        return False
    return None if EtatOuverture.INCONNU in etats else True


def list_ouvertures(texte: str | None, debut: dt.datetime, fin: dt.datetime, code: str | None) -> list[Plage] | None:
    """When the place opens between two naive local instants, "not known" included; None without hours to read.

    On a public holiday that the hours do not speak of, the usual openings are "not known".
    """
    expression = find_expression(texte, find_calendrier(code)) if texte else None
    if expression is None:
        return None
    return list(_iter_ouvertures(expression, debut, fin))


def list_dates(
    texte: str | None, now: dt.datetime, code: str | None, *, limite: int = NOMBRE_DATES, jours: int = JOURS_DATES
) -> list[Plage]:
    """The next openings of a place that comes on certain dates or certain weeks; none for plain weekly hours.

    At most `limite` of them within `jours` days of `now` (aware), the one under way included.
    """
    expression = find_expression(texte, find_calendrier(code)) if texte else None
    if texte is None or expression is None or not is_fait_de_dates(texte):
        return []
    local = _localize(now, code)
    minuit = dt.datetime.combine(local.date(), dt.time())
    ouvertures = _iter_ouvertures(expression, minuit, minuit + jours * _UN_JOUR)
    return list(itertools.islice((plage for plage in ouvertures if plage.fin > local), limite))


# Places of a page share a few communes, and one instant.
@lru_cache(maxsize=1024)
def _localize(now: dt.datetime, code: str | None) -> dt.datetime:
    return now.astimezone(find_zone(code).fuseau).replace(tzinfo=None, second=0, microsecond=0)


def _find_fermeture(actuelle: Plage, suivantes: Iterator[Plage]) -> dt.datetime | None:
    """When the place closes; None when it does not, or when nobody can say what comes after."""
    fin = actuelle.fin
    for plage in suivantes:
        if plage.etat is not EtatOuverture.OUVERT:
            return fin if plage.etat is EtatOuverture.FERME else None
        fin = plage.fin
    return None


def _iter_debuts_surs(expression: Expression, plages: Iterator[Plage]) -> Iterator[dt.datetime]:
    """When the place opens, public holidays of which the hours say nothing aside."""
    for plage in plages:
        if plage.etat is not EtatOuverture.OUVERT:
            continue
        debut = plage.debut
        while debut < plage.fin and expression.is_ferie_incertain(debut.date()):
            debut = dt.datetime.combine(debut.date() + _UN_JOUR, dt.time())
        if debut < plage.fin:
            yield debut


def _iter_certaines(expression: Expression, debut: dt.datetime, fin: dt.datetime) -> Iterator[Plage]:
    """The stretches, and the whole of a public holiday of which the hours say nothing as "not known"."""
    for plage in expression.iter_plages(debut, fin):
        for morceau, est_ferie in _cut_feries(expression, plage):
            if est_ferie:
                yield morceau._replace(etat=EtatOuverture.INCONNU, cause=Cause.FERIE)
            else:
                yield morceau


def _iter_ouvertures(expression: Expression, debut: dt.datetime, fin: dt.datetime) -> Iterator[Plage]:
    for plage in expression.iter_plages(debut, fin):
        if plage.etat is EtatOuverture.FERME:
            continue
        for morceau, est_ferie in _cut_feries(expression, plage):
            if est_ferie:
                yield morceau._replace(etat=EtatOuverture.INCONNU, cause=Cause.FERIE)
            else:
                yield morceau


def _cut_feries(expression: Expression, plage: Plage) -> Iterator[tuple[Plage, bool]]:
    """The stretch, cut around the public holidays of which the hours say nothing; whether each part is one."""
    if expression.dit_les_feries:
        yield plage, False
        return
    debut = plage.debut
    while debut < plage.fin:
        est_ferie = expression.is_ferie_incertain(debut.date())
        fin = debut
        while fin < plage.fin and expression.is_ferie_incertain(fin.date()) is est_ferie:
            fin = min(plage.fin, dt.datetime.combine(fin.date() + _UN_JOUR, dt.time()))
        yield plage._replace(debut=debut, fin=fin), est_ferie
        debut = fin
