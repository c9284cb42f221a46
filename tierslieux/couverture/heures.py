"""Hours that a place is open in an ordinary week, from its opening hours in OpenStreetMap syntax. Pure."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from tierslieux.couverture.hypotheses import SEMAINES
from tierslieux.lieux.horaires.expressions import Expression, find_expression
from tierslieux.lieux.horaires.plages import EtatOuverture
from tierslieux.lieux.horaires.syntaxe import ORDINAIRES

_UNE_HEURE = dt.timedelta(hours=1)
_UNE_SEMAINE = dt.timedelta(weeks=1)


@lru_cache(maxsize=16_384)
def compute_heures_semaine(texte: str | None, annee: int) -> float | None:
    """Hours open in an ordinary week, public holidays aside; None without hours that can be read or trusted.

    Hours that change with the date are averaged over the year `annee`. Openings that are not certain (school holidays,
    an end that nobody gives) do not count; when nothing else is said, the answer is None.
    """
    expression = find_expression(texte, None) if texte else None
    if texte is None or expression is None:
        return None
    # The first whole week, then as many as make a year; a plain week is like any other.
    lundi = dt.datetime(annee, 1, 7) - dt.timedelta(days=dt.date(annee, 1, 7).weekday())  # noqa: DTZ001  (local, naive)
    semaines = 1 if ORDINAIRES.fullmatch(texte) else SEMAINES
    certaines, incertaines = _sum_heures(expression, lundi, lundi + semaines * _UNE_SEMAINE)
    if certaines == 0 and incertaines > 0:
        return None
    return certaines / semaines


def _sum_heures(expression: Expression, debut: dt.datetime, fin: dt.datetime) -> tuple[float, float]:
    certaines, incertaines = dt.timedelta(), dt.timedelta()
    for plage in expression.iter_plages(debut, fin):
        if plage.etat is EtatOuverture.OUVERT:
            certaines += plage.fin - plage.debut
        elif plage.etat is EtatOuverture.INCONNU:
            incertaines += plage.fin - plage.debut
    return certaines / _UNE_HEURE, incertaines / _UNE_HEURE
