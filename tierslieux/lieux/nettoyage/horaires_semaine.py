"""What French opening hours say once read (days, slots, periods, closures), and how OpenStreetMap writes it. Pure.

Two sentences about one day must agree: either their slots add up, linked by "et" or a comma, or their periods never
meet. Anything else is refused, since nobody can say which of the two holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from tierslieux.lieux.nettoyage.creneaux import JOURS_OSM, MINUIT, Creneau, format_creneaux, format_jours
from tierslieux.lieux.nettoyage.horaires_jetons import APRES_MIDI, MATIN, SOIR, HorairesIncomprisError

_MOIS_OSM = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JOURS_PAR_MOIS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MIDI = 12 * 60
# A morning may end after lunch has begun, an afternoon begins at noon at the earliest.
_FIN_DU_MATIN = 13 * 60 + 30
_DEBUT_DU_SOIR = 17 * 60
# "(vendredi 16h30)" is when that day ends, as long as it ends about the same time as the others.
_FIN_AVANCEE_MAX_MIN = 120

NOTE_SCOLAIRE = "hors vacances scolaires"
NOTE_RENDEZ_VOUS = "sur rendez-vous"
NOTE_OU_RENDEZ_VOUS = "et sur rendez-vous"


@dataclass(frozen=True, slots=True)
class Periode:
    """Part of the year, as ((month, day), (month, day)) both included; the second may come before the first."""

    debut: tuple[int, int]
    fin: tuple[int, int]

    def __post_init__(self) -> None:
        """Refuse a date that no year has."""
        for mois, jour in (self.debut, self.fin):
            if not 1 <= jour <= _JOURS_PAR_MOIS[mois - 1]:
                raise HorairesIncomprisError(f"day {jour} of month {mois}")

    @classmethod
    def build_mois(cls, premier: int, dernier: int) -> Periode:
        """Whole months, January is 1."""
        return cls((premier, 1), (dernier, _JOURS_PAR_MOIS[dernier - 1]))

    def list_dates(self) -> frozenset[tuple[int, int]]:
        """Each (month, day) of the period."""
        annee = [(mois, jour) for mois in range(1, 13) for jour in range(1, _JOURS_PAR_MOIS[mois - 1] + 1)]
        if self.debut <= self.fin:
            return frozenset(date for date in annee if self.debut <= date <= self.fin)
        return frozenset(date for date in annee if date >= self.debut or date <= self.fin)

    def format(self) -> str:
        """In OpenStreetMap syntax: "May-Sep", "Aug", "Apr 15-Oct 31"."""
        (mois, jour), (mois_fin, jour_fin) = self.debut, self.fin
        if jour == 1 and jour_fin == _JOURS_PAR_MOIS[mois_fin - 1]:
            return _MOIS_OSM[mois - 1] + (f"-{_MOIS_OSM[mois_fin - 1]}" if mois != mois_fin else "")
        return f"{_MOIS_OSM[mois - 1]} {jour:02d}-{_MOIS_OSM[mois_fin - 1]} {jour_fin:02d}"


@dataclass(frozen=True, slots=True)
class Jours:
    """Days of the week (Monday is 0), nth days of the month as (rank, day), rank -1 is the last; public holidays."""

    semaine: frozenset[int] = frozenset()
    rangs: frozenset[tuple[int, int]] = frozenset()
    feries: bool = False
    moment: int | None = None

    @property
    def ensemble(self) -> frozenset[int]:
        """The days of the week that they are about."""
        return self.semaine | {jour for _, jour in self.rangs}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One opening: days, slots, and when it holds. `parite` is 0 for even weeks; `jointe` says that it adds up."""

    jours: Jours
    creneaux: tuple[Creneau, ...]
    periodes: tuple[Periode, ...] = ()
    parite: int | None = None
    vacances: bool = False
    scolaire: bool = False
    note: str | None = None
    jointe: bool = False
    locale: bool = False  # its period is said of itself alone


@dataclass(frozen=True, slots=True)
class Fermeture:
    """One closure: days, or a part of the year, or public or school holidays."""

    jours: Jours = Jours()
    periodes: tuple[Periode, ...] = ()
    vacances: bool = False


@dataclass(slots=True)
class Programme:
    """All that a text says."""

    phrases: list[Phrase] = field(default_factory=list)
    fermetures: list[Fermeture] = field(default_factory=list)
    note: str | None = None


def check_moment(moment: int | None, creneaux: Iterable[Creneau]) -> None:
    """Refuse slots that are not of the announced moment of the day."""
    for debut, fin in creneaux:
        if (
            (moment == MATIN and (debut >= MIDI or fin > _FIN_DU_MATIN))
            or (moment == APRES_MIDI and debut < MIDI)
            or (moment == SOIR and debut < _DEBUT_DU_SOIR)
        ):
            raise HorairesIncomprisError("slots of another moment of the day")


def close_jours(phrases: Sequence[Phrase], jours: Jours) -> list[Phrase]:
    """The openings without these days of the week, or without their morning or afternoon."""
    restantes: list[Phrase] = []
    if jours.moment is not None and not any(phrase.jours.ensemble & jours.semaine for phrase in phrases):
        raise HorairesIncomprisError("a day that is half closed, and never open")
    for phrase in phrases:
        touches = phrase.jours.ensemble & jours.semaine
        if phrase.jours.rangs and touches:
            raise HorairesIncomprisError("a closed day that opens some weeks")
        gardes = replace(phrase.jours, semaine=phrase.jours.semaine - touches)
        if gardes.ensemble or gardes.feries:
            restantes.append(replace(phrase, jours=gardes))
        creneaux = _close_moment(phrase.creneaux, jours.moment) if touches else ()
        if creneaux:
            restantes.append(replace(phrase, jours=Jours(touches), creneaux=creneaux))
    return restantes


def shorten_jours(phrases: Sequence[Phrase], jours: Jours, fin: int) -> list[Phrase]:
    """The openings, those of these days ending at `fin` (minutes after midnight)."""
    restantes = [phrase for phrase in phrases if not phrase.jours.ensemble & jours.semaine]
    touchees = [phrase for phrase in phrases if phrase.jours.ensemble & jours.semaine]
    if len(touchees) != 1 or not jours.semaine <= touchees[0].jours.semaine or jours.rangs or jours.feries:
        raise HorairesIncomprisError("a day that ends earlier, and is not open")
    phrase = touchees[0]
    debut, fin_habituelle = phrase.creneaux[-1]
    if not debut < fin < fin_habituelle or fin_habituelle - fin > _FIN_AVANCEE_MAX_MIN:
        raise HorairesIncomprisError("an hour that does not end the day")
    autres = replace(phrase.jours, semaine=phrase.jours.semaine - jours.semaine)
    if autres.semaine or autres.feries or autres.rangs:
        restantes.append(replace(phrase, jours=autres))
    creneaux = (*phrase.creneaux[:-1], (debut, fin))
    return [*restantes, replace(phrase, jours=Jours(jours.semaine), creneaux=creneaux)]


def _close_moment(creneaux: Sequence[Creneau], moment: int | None) -> tuple[Creneau, ...]:
    if moment is None:
        return ()
    if moment == SOIR or any(debut < MIDI and fin > _FIN_DU_MATIN for debut, fin in creneaux):
        raise HorairesIncomprisError("a slot that is partly closed")
    return tuple(creneau for creneau in creneaux if (creneau[0] >= MIDI) is (moment == MATIN))


def format_programme(programme: Programme) -> str:
    """In OpenStreetMap syntax; raises HorairesIncomprisError when what it says does not agree, or says nothing."""
    phrases, fermetures = programme.phrases, programme.fermetures
    for fermeture in fermetures:
        if fermeture.jours.semaine:
            phrases = close_jours(phrases, fermeture.jours)
    if not phrases:
        raise HorairesIncomprisError("no opening")
    scolaire = any(phrase.scolaire for phrase in phrases) or any(f.vacances for f in fermetures)
    _check_accord(phrases)
    _check_vacances(phrases, fermetures)
    groupes: dict[tuple[str, tuple[Creneau, ...], str], tuple[Jours, ...]] = {}
    feries: list[str] = []
    for phrase in _merge_phrases(phrases):
        notes = (
            phrase.note,
            NOTE_SCOLAIRE if scolaire and not phrase.vacances else None,
            programme.note if phrase.note is None else None,
        )
        suffixe = _format_note([note for note in notes if note])
        cle = (_format_prefixe(phrase), phrase.creneaux, suffixe)
        if phrase.jours.ensemble:
            groupes[cle] = (*groupes.get(cle, ()), phrase.jours)
        if phrase.jours.feries:
            feries.append(_join(_format_prefixe(phrase), "PH", format_creneaux(phrase.creneaux), suffixe))
    regles = [
        _join(prefixe, _format_selection(jours) if prefixe != "SH" else "", format_creneaux(creneaux), suffixe)
        for (prefixe, creneaux, suffixe), jours in groupes.items()
    ]
    regles += feries + _format_fermetures(fermetures)
    if scolaire and not any(phrase.vacances for phrase in phrases):
        regles.append("SH off")
    return "24/7" if regles == ["Mo-Su 00:00-24:00"] else "; ".join(dict.fromkeys(regles))


def _check_accord(phrases: Sequence[Phrase]) -> None:
    for une, autre in combinations(phrases, 2):
        if _is_disjoint(une, autre):
            continue
        seule = bool(une.periodes) != bool(autre.periodes)
        if seule and not (une.jointe or autre.jointe or une.locale or autre.locale):
            raise HorairesIncomprisError("a season beside hours of the whole year")
        communs = (une.jours.ensemble & autre.jours.ensemble) or (une.jours.feries and autre.jours.feries)
        if not communs:
            continue
        same = (une.periodes, une.parite, une.jours.rangs) == (autre.periodes, autre.parite, autre.jours.rangs)
        chevauchent = any(a[0] < b[1] and b[0] < a[1] for a in une.creneaux for b in autre.creneaux)
        if not same or not (une.jointe or autre.jointe) or chevauchent or une.note != autre.note:
            raise HorairesIncomprisError("one day with two hours")


def _is_disjoint(une: Phrase, autre: Phrase) -> bool:
    if une.vacances != autre.vacances:
        return True
    if une.parite is not None and autre.parite is not None and une.parite != autre.parite:
        return True
    if une.jours.rangs and autre.jours.rangs and not (une.jours.semaine or autre.jours.semaine):
        # The last one may be the fourth or the fifth.
        rangs = {rang for rang, _ in une.jours.rangs}, {rang for rang, _ in autre.jours.rangs}
        if not rangs[0] & rangs[1] and -1 not in rangs[0] | rangs[1]:
            return True
    if une.periodes and autre.periodes:
        dates = [frozenset().union(*(p.list_dates() for p in phrase.periodes)) for phrase in (une, autre)]
        return not dates[0] & dates[1]
    return False


def _check_vacances(phrases: Sequence[Phrase], fermetures: Sequence[Fermeture]) -> None:
    en_vacances = [phrase for phrase in phrases if phrase.vacances]
    scolaires = [phrase for phrase in phrases if phrase.scolaire]
    if scolaires and len(scolaires) + len(en_vacances) < len(phrases):
        raise HorairesIncomprisError("some hours of the school year among others")
    if en_vacances and (any(f.vacances for f in fermetures) or len(en_vacances) == len(phrases)):
        raise HorairesIncomprisError("school holidays alone")
    # Readers take "SH Mo-Fr" for school holidays or weekdays: only hours of the seven days can be said.
    if any(len(phrase.jours.semaine) < 7 or phrase.periodes or phrase.parite is not None for phrase in en_vacances):
        raise HorairesIncomprisError("days of the week in school holidays")


def _merge_phrases(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Openings day by day, those of one day and one period together, in the order of the week."""
    par_jour: dict[tuple[object, ...], Phrase] = {}
    for phrase in phrases:
        uniques = [Jours(frozenset({jour})) for jour in sorted(phrase.jours.semaine)]
        uniques += [Jours(rangs=frozenset({(r, j) for r, j in phrase.jours.rangs if j == jour})) for jour in range(7)]
        for jours in (*uniques, Jours(feries=phrase.jours.feries)):
            if not (jours.ensemble or jours.feries):
                continue
            cle = (jours, phrase.periodes, phrase.parite, phrase.vacances)
            deja = par_jour[cle].creneaux if cle in par_jour else ()
            par_jour[cle] = replace(phrase, jours=jours, creneaux=tuple(sorted({*deja, *phrase.creneaux})))
    return sorted(par_jour.values(), key=_order)


def _order(phrase: Phrase) -> tuple[object, ...]:
    dates = [periode.debut for periode in phrase.periodes]
    return (phrase.vacances, dates, phrase.parite or 0, bool(phrase.jours.rangs), sorted(phrase.jours.ensemble))


def _format_prefixe(phrase: Phrase) -> str:
    parite = "" if phrase.parite is None else f"week {'02-52' if phrase.parite == 0 else '01-53'}/2"
    return _join(",".join(p.format() for p in phrase.periodes), parite, "SH" if phrase.vacances else "")


def _format_selection(jours: Sequence[Jours]) -> str:
    simples = sorted({jour for un in jours for jour in un.semaine})
    rangs: dict[int, list[int]] = {}
    for rang, jour in sorted({paire for un in jours for paire in un.rangs}, key=lambda p: (p[1], p[0] < 0, p[0])):
        rangs.setdefault(jour, []).append(rang)
    nommes = [f"{JOURS_OSM[jour]}[{','.join(map(str, liste))}]" for jour, liste in rangs.items()]
    return ",".join(([format_jours(simples)] if simples else []) + nommes)


def _format_fermetures(fermetures: Iterable[Fermeture]) -> list[str]:
    regles: list[str] = []
    for fermeture in fermetures:
        regles += [f"{periode.format()} off" for periode in fermeture.periodes]
        if fermeture.jours.rangs:
            regles.append(f"{_format_selection([Jours(rangs=fermeture.jours.rangs)])} off")
    if any(fermeture.jours.feries for fermeture in fermetures):
        regles.append("PH off")
    return regles


def _format_note(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    # Whoever comes without an appointment may find a closed door: neither open nor closed.
    etat = "unknown" if NOTE_RENDEZ_VOUS in notes else "open"
    return f'{etat} "{", ".join(notes)}"'


def _join(*morceaux: str) -> str:
    return " ".join(filter(None, morceaux))


JOURNEE: Creneau = (0, MINUIT)
