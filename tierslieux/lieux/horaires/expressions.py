"""Opening hours in OpenStreetMap syntax, evaluated stretch by stretch: open, closed or not known. Pure.

The evaluation of rules is the library opening-hours-py's. Around it, this module settles what the library leaves aside:
public holidays of each territory, school holidays (no calendar: two readings), the sun (a territory is wide: four
readings), rules to fall back on, open ends. Where readings differ, the answer is "not known".
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # missing in its stubs

from tierslieux.core.geo import Zone
from tierslieux.lieux.horaires.jours_feries import find_zone_du_calendrier, list_feries
from tierslieux.lieux.horaires.plages import Cause, EtatOuverture, Plage
from tierslieux.lieux.horaires.syntaxe import (
    ORDINAIRES,
    Feries,
    Sujets,
    clean_espaces,
    has_nuits,
    mark_commentaires,
    rewrite,
    split,
    split_nuits,
)

# The longest hours of the national data have 185 characters; a year of weekly dates has 1,200.
LONGUEUR_MAX = 1500
# Without this bound, an expression that never opens is searched year after year.
_JOURS_MAX = 366
_TAILLE_CACHE = 8192
_UN_JOUR = dt.timedelta(days=1)

_ETATS: Mapping[State, tuple[EtatOuverture, Cause | None]] = {
    State.OPEN: (EtatOuverture.OUVERT, None),
    State.CLOSED: (EtatOuverture.FERME, None),
    State.UNKNOWN: (EtatOuverture.INCONNU, Cause.A_CONFIRMER),
}


@lru_cache(maxsize=_TAILLE_CACHE)
def find_expression(texte: str, calendrier: str | None) -> Expression | None:
    """The hours under a calendar of public holidays, or without any; None when the text cannot be trusted."""
    if len(texte) > LONGUEUR_MAX:
        return None
    try:
        if ORDINAIRES.fullmatch(texte) and not has_nuits(texte):
            return Expression(OpeningHours(texte, max_interval_days=_JOURS_MAX), calendrier)
        return _read(clean_espaces(texte), calendrier)
    except (ParserError, UnicodeError):
        return None


def _read(texte: str, calendrier: str | None) -> Expression:
    sujets = Sujets.read(texte)
    replis = tuple(mark_commentaires(partie) for partie in split(texte, "||"))
    if len(replis) > 1 or sujets.est_compose:
        return ExpressionComposee(replis, sujets, calendrier)
    return Expression(_compile(replis[0], None, None), calendrier, dit_les_feries=sujets.est_permanent)


# Rules up to midnight, and those of the nights that follow, at the hours of the next day.
_Repli = tuple[OpeningHours, OpeningHours | None]


class Expression:
    """Hours that have been read, under the calendar of public holidays of a territory. Never changes.

    `dit_les_feries`: they hold on public holidays too, because they speak of them.
    """

    def __init__(self, regles: OpeningHours, calendrier: str | None, *, dit_les_feries: bool = False) -> None:
        self._regles = regles
        self._calendrier = calendrier
        self.dit_les_feries = dit_les_feries

    def iter_plages(self, debut: dt.datetime, fin: dt.datetime) -> Iterator[Plage]:
        """Stretches from one instant to another without a hole, public holidays that the hours ignore left aside."""
        return _iter_plages(self._regles, debut, fin)

    def is_ferie_incertain(self, jour: dt.date) -> bool:
        """Whether the day is a public holiday of which the hours say nothing."""
        return not self.dit_les_feries and jour in list_feries(self._calendrier, jour.year)


class ExpressionComposee(Expression):
    """Hours that depend on holidays or on the sun, or that fall back on others: several readings of the same rules."""

    def __init__(self, replis: Sequence[str], sujets: Sujets, calendrier: str | None) -> None:
        self._replis = tuple(split_nuits(repli) if sujets.nuits else (repli, None) for repli in replis)
        self._sujets = sujets
        self._zone = find_zone_du_calendrier(calendrier) if sujets.soleil else None
        # Reading the rules now, in each of the forms that they may take, tells at once whether they can be.
        for repli in replis:
            _compile(rewrite(repli, vacances=False, feries=()), None, None)
        for vacances, rangs in itertools.product((False, True), ((0,), (0, 1))):
            feries = tuple((ecart, rang) for ecart in sujets.decalages_feries for rang in rangs)
            self._compile(vacances=vacances, feries=feries)
        regles = self._compile(vacances=False, feries=())[0][0][0]
        super().__init__(regles, calendrier, dit_les_feries=bool(sujets.decalages_feries))

    def iter_plages(self, debut: dt.datetime, fin: dt.datetime) -> Iterator[Plage]:
        """Stretches from one instant to another, read one run of days after another."""
        en_cours: Plage | None = None
        for borne, suivante, feries in self._iter_contextes(debut, fin):
            for plage in self._confront(borne, suivante, feries):
                if en_cours is None:
                    en_cours = plage
                elif _is_semblable(en_cours, plage):
                    en_cours = en_cours._replace(fin=plage.fin)
                else:
                    yield en_cours
                    en_cours = plage
        if en_cours is not None:
            yield en_cours

    def _iter_contextes(
        self, debut: dt.datetime, fin: dt.datetime
    ) -> Iterator[tuple[dt.datetime, dt.datetime, Feries]]:
        """Runs of days on which the same weekdays are public holidays, that day or the one before."""
        borne, feries = debut, self._list_feries_autour(debut.date())
        jour = debut.date()
        while borne < fin:
            jour += _UN_JOUR
            minuit = dt.datetime.combine(jour, dt.time())
            suivants = self._list_feries_autour(jour) if minuit < fin else None
            if suivants != feries:
                yield borne, min(minuit, fin), feries
                borne, feries = min(minuit, fin), suivants or ()

    def _list_feries_autour(self, jour: dt.date) -> Feries:
        """(shift, rank of the weekday) of the days of which "PH" speaks: that day, and the one whose night goes on."""
        return tuple(
            (ecart, vise.weekday())
            for vise in (jour - _UN_JOUR, jour)
            for ecart in self._sujets.decalages_feries
            if (ferie := vise - dt.timedelta(days=ecart)) in list_feries(self._calendrier, ferie.year)
        )

    def _confront(self, debut: dt.datetime, fin: dt.datetime, feries: Feries) -> list[Plage]:
        """What the readings say together: "not known" where they differ."""
        lectures = [
            _overlay([plages for repli in replis for plages in _read_plages(*repli, debut, fin)], _pick_repli)
            for vacances in ((False, True) if self._sujets.vacances else (False,))
            for replis in self._compile(vacances=vacances, feries=feries)
        ]
        plages = lectures[0] if len(lectures) == 1 else _overlay(lectures, self._agree)
        if not self._sujets.sans_fin:
            return plages
        return [
            plage._replace(etat=EtatOuverture.INCONNU, cause=Cause.A_CONFIRMER)
            if plage.etat is EtatOuverture.OUVERT
            else plage
            for plage in plages
        ]

    def _compile(self, *, vacances: bool, feries: Feries) -> list[list[_Repli]]:
        """For each corner of the territory (one without the sun), the rules and those to fall back on."""
        textes = [
            (
                rewrite(jour, vacances=vacances, feries=feries),
                nuit and rewrite(nuit, vacances=vacances, feries=feries),
            )
            for jour, nuit in self._replis
        ]
        return [
            [(_compile(jour, zone, coin), _compile(nuit, zone, coin) if nuit else None) for jour, nuit in textes]
            for zone, coin in _list_coins(self._zone)
        ]

    def _agree(self, plages: list[Plage]) -> Plage:
        premiere = plages[0]
        if all(plage.etat is premiere.etat for plage in plages):
            return premiere
        cause = Cause.VACANCES if self._sujets.vacances and not self._zone else Cause.A_CONFIRMER
        return premiere._replace(etat=EtatOuverture.INCONNU, cause=cause, commentaire=None)


def _read_plages(
    jour: OpeningHours, nuit: OpeningHours | None, debut: dt.datetime, fin: dt.datetime
) -> Iterator[list[Plage]]:
    """What rules say of the days, then of the nights that the days before have started."""
    yield list(_iter_plages(jour, debut, fin))
    if nuit is not None:
        yield [
            plage._replace(debut=plage.debut + _UN_JOUR, fin=plage.fin + _UN_JOUR)
            for plage in _iter_plages(nuit, debut - _UN_JOUR, fin - _UN_JOUR)
        ]


def _pick_repli(plages: list[Plage]) -> Plage:
    return next((plage for plage in plages if plage.etat is not EtatOuverture.FERME), plages[0])


def _list_coins(zone: Zone | None) -> list[tuple[Zone | None, tuple[float, float] | None]]:
    """The corners of a territory: what the sun does at all four, it does in between."""
    if zone is None:
        return [(None, None)]
    west, south, east, north = zone.emprise
    return [(zone, (lat, lon)) for lat in (south, north) for lon in (west, east)]


@lru_cache(maxsize=_TAILLE_CACHE)
def _compile(texte: str, zone: Zone | None, coin: tuple[float, float] | None) -> OpeningHours:
    if zone is None or coin is None:
        return OpeningHours(texte, max_interval_days=_JOURS_MAX)
    return OpeningHours(texte, timezone=zone.fuseau, coords=coin, auto_country=False, max_interval_days=_JOURS_MAX)


def _iter_plages(regles: OpeningHours, debut: dt.datetime, fin: dt.datetime) -> Iterator[Plage]:
    # With the sun, instants come back aware: the nights when clocks change would leave a hole or go back.
    borne = debut
    for _, suivante, etat, commentaire in regles.intervals(debut, fin):
        dernier = suivante if suivante.tzinfo is None else suivante.replace(tzinfo=None)
        if dernier > borne:
            lu, cause = _ETATS[etat]
            yield Plage(borne, dernier, lu, commentaire or None, cause)
            borne = dernier


def _overlay(lectures: list[list[Plage]], choose: Callable[[list[Plage]], Plage]) -> list[Plage]:
    """Stretches of several readings of the same days as one, `choose` settling each moment."""
    if len(lectures) == 1:
        return lectures[0]
    bornes = sorted({borne for plages in lectures for plage in plages for borne in (plage.debut, plage.fin)})
    rangs = [0] * len(lectures)
    fondues: list[Plage] = []
    for debut, fin in itertools.pairwise(bornes):
        for rang, plages in enumerate(lectures):
            while plages[rangs[rang]].fin <= debut and rangs[rang] < len(plages) - 1:
                rangs[rang] += 1
        choisie = choose([plages[rangs[rang]] for rang, plages in enumerate(lectures)])
        fondues.append(choisie._replace(debut=debut, fin=fin))
    return fondues


def _is_semblable(une: Plage, autre: Plage) -> bool:
    return (une.etat, une.commentaire, une.cause) == (autre.etat, autre.commentaire, autre.cause)
