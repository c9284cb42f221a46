"""The usual week of opening hours, as a table and in sentences. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tierslieux.core.textes import gettext as _
from tierslieux.lieux.horaires.expressions import Expression, find_expression
from tierslieux.lieux.horaires.jours_feries import find_calendrier
from tierslieux.lieux.horaires.phrases import (
    LigneHoraires,
    capitalize,
    join,
    lower,
    write_jours,
    write_phrase_plages,
    write_plages,
)
from tierslieux.lieux.horaires.plages import EtatOuverture, Plage
from tierslieux.lieux.horaires.regles import Regle, list_regles
from tierslieux.lieux.horaires.rythmes import write_rythme
from tierslieux.lieux.horaires.syntaxe import parle_de, rewrite

_UN_JOUR = dt.timedelta(days=1)
_UNE_MINUTE = dt.timedelta(minutes=1)
# Any Monday: the rules that are read against it name neither month nor week.
_LUNDI = dt.date(2026, 3, 2)
_MERCREDI, _DIMANCHE = 2, 6


@dataclass(frozen=True, slots=True)
class _Journee:
    """The openings that start on a day; a place that is open from midnight to midnight, `entiere`, has one."""

    plages: tuple[Plage, ...]
    entiere: bool = False

    @property
    def cle(self) -> tuple[object, ...]:
        """What two days with the same hours share."""
        heures = tuple((une.debut.time(), une.fin.time(), une.etat, une.commentaire, une.cause) for une in self.plages)
        return (self.entiere, heures[0][2:]) if self.entiere else (self.entiere, *heures)


def build_semaine(texte: str | None, jour: dt.date) -> list[LigneHoraires]:
    """The hours of the week that holds `jour`, days with the same hours together; empty when nothing can be read.

    Public holidays are left aside: the table says what an ordinary week is like.
    """
    expression = find_expression(texte, None) if texte else None
    if expression is None:
        return []
    journees = _list_journees(expression, jour - dt.timedelta(days=jour.weekday()))
    return [
        LigneHoraires(write_jours(debut, fin), write_plages(journee.plages, journee_entiere=journee.entiere))
        for debut, fin, journee in _iter_groupes(list(enumerate(journees)))
    ]


def describe_rythme(texte: str | None) -> str | None:
    """When hours that do not hold all the year hold: "De mai à septembre", "Une semaine sur deux (semaines paires)".

    None for plain weekly hours, and for those that cannot be told so.
    """
    regles = list_regles(texte) if texte and find_expression(texte, None) else None
    rythmes = [write_rythme(regle) for regle in regles or [] if not regle.est_fermeture]
    return ". ".join(dict.fromkeys(filter(None, rythmes))) or None


def describe_horaires(texte: str | None, code: str | None) -> str | None:
    """The usual hours in sentences ("Du lundi au vendredi de 9 h à 12 h. Fermé les jours fériés.").

    None when they cannot be told so: without hours to read, or with rules that depend on something else than days of
    the week and of the month, weeks, months, dates and holidays.
    """
    regles = list_regles(texte) if texte and find_expression(texte, find_calendrier(code)) else None
    if not regles:
        return None
    phrases: list[str] = []
    for _rythme, groupe in itertools.groupby(regles, key=lambda regle: regle.rythme):
        phrases += _write_groupe(list(groupe))
    return " ".join(phrases)


def _write_groupe(regles: Sequence[Regle]) -> list[str]:
    """Rules that hold at the same time: the days and hours, then school and public holidays."""
    texte = "; ".join(regle.reste for regle in regles)
    ordinaire = _list_semaine(texte)
    phrases: list[str] = []
    if any(not regle.est_speciale for regle in regles):
        phrases += _write_dates(regles, ordinaire) or _write_semaine(write_rythme(regles[0]), ordinaire)
    if parle_de(texte, "SH") and (vacances := _list_semaine(texte, vacances=True)) != ordinaire:
        phrases += _write_semaine(_("Pendant les vacances scolaires"), vacances)
    if parle_de(texte, "PH"):
        phrases.append(_write_feries(texte))
    return phrases


def _write_semaine(rythme: str | None, journees: Sequence[_Journee]) -> list[str]:
    """One sentence for the days that share the same hours, closed days left out; the first one says when."""
    par_horaires: dict[tuple[object, ...], list[int]] = {}
    for rang, journee in enumerate(journees):
        if journee.plages:
            par_horaires.setdefault(journee.cle, []).append(rang)
    phrases = [
        _("%(jours)s %(plages)s.", jours=_write_liste_jours(rangs), plages=_write_journee(journees[rangs[0]]))
        for rangs in par_horaires.values()
    ] or [_("Fermé.")]
    if rythme:
        premiere = phrases[0]
        phrases[0] = _("%(rythme)s : %(horaires)s", rythme=rythme, horaires=lower(premiere))
    return phrases


def _write_dates(regles: Sequence[Regle], journees: Sequence[_Journee]) -> list[str]:
    """The hours of days that are named already: "Le 26 novembre : de 10 h à 12 h"; none when days must be told."""
    if not regles[0].nomme_les_jours:
        return []
    ouvertes = {journee.cle: journee for journee in journees if journee.plages}
    if len(ouvertes) != 1:
        return []
    plages = _write_journee(next(iter(ouvertes.values())))
    return [_("%(rythme)s : %(horaires)s", rythme=write_rythme(regles[0]), horaires=f"{plages}.")]


def _write_feries(texte: str) -> str:
    """Public holidays, when they have the same hours on a weekday and on a Sunday."""
    mercredi, dimanche = (_list_semaine(texte, ferie=rang)[rang] for rang in (_MERCREDI, _DIMANCHE))
    if mercredi.cle != dimanche.cle:
        return _("Horaires particuliers les jours fériés.")
    if not mercredi.plages:
        return _("Fermé les jours fériés.")
    return _("Jours fériés %(plages)s.", plages=_write_journee(mercredi))


def _write_journee(journee: _Journee) -> str:
    return write_phrase_plages(journee.plages, journee_entiere=journee.entiere)


def _write_liste_jours(rangs: Sequence[int]) -> str:
    """Days with a capital: "Du lundi au mercredi et vendredi", "Lundi, mardi et jeudi"."""
    suites: list[tuple[int, int]] = []
    for rang in rangs:
        if suites and suites[-1][1] == rang - 1:
            suites[-1] = (suites[-1][0], rang)
        else:
            suites.append((rang, rang))
    seuls = [(jour, jour) for premier, dernier in suites if dernier == premier + 1 for jour in (premier, dernier)]
    noms = [
        lower(write_jours(*suite))
        for suite in sorted([*seuls, *((premier, dernier) for premier, dernier in suites if dernier != premier + 1)])
    ]
    return capitalize(join(noms))


def _list_semaine(texte: str, *, vacances: bool = False, ferie: int | None = None) -> list[_Journee]:
    """The seven days of a week, with or without school holidays, one of them a public holiday when it is asked for."""
    feries = () if ferie is None else ((0, ferie),)
    expression = find_expression(rewrite(texte, vacances=vacances, feries=feries), None)
    return [_Journee(())] * 7 if expression is None else _list_journees(expression, _LUNDI)


def _list_journees(expression: Expression, lundi: dt.date) -> list[_Journee]:
    return [_read_journee(expression, lundi + rang * _UN_JOUR) for rang in range(7)]


def _read_journee(expression: Expression, jour: dt.date) -> _Journee:
    """The end of a night is told with the day before."""
    minuit = dt.datetime.combine(jour, dt.time())
    demain = minuit + _UN_JOUR
    plages = [
        plage
        for plage in expression.iter_plages(minuit - _UNE_MINUTE, minuit + 2 * _UN_JOUR)
        if plage.etat is not EtatOuverture.FERME and plage.fin > minuit and plage.debut < demain
    ]
    if len(plages) == 1 and plages[0].debut <= minuit and plages[0].fin >= demain:
        return _Journee(tuple(plages), entiere=True)
    return _Journee(tuple(plage for plage in plages if plage.debut >= minuit))


def _iter_groupes(journees: Sequence[tuple[int, _Journee]]) -> Iterator[tuple[int, int, _Journee]]:
    """Runs of days that follow each other with the same hours: first, last, hours."""
    debut = 0
    for fin in range(1, len(journees) + 1):
        if fin == len(journees) or journees[fin][1].cle != journees[debut][1].cle:
            yield journees[debut][0], journees[fin - 1][0], journees[debut][1]
            debut = fin
