"""Opening hours worked out a second time, minute by minute, without the program's code nor its libraries.

It reads a part of the syntax (days of the week and their ranks in the month, lists and ranges, times past midnight,
months, dates, weeks, public holidays, "off", "unknown", comments), knows public holidays by hand (Easter by the
computus, the days of each territory from their own laws) and clocks by hand (fixed offsets, and the two rules of
daylight saving). A text that it cannot read is left aside, never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

JOURS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MOIS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
JOURNEE = 1440
FERME, OUVERT, INCONNU = 0, 1, 2

# ---------------------------------------------------------------- clocks and holidays, by hand

# Fixed dates of the whole country (code du travail, L3133-1), then days counted from Easter Sunday.
FIXES = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
APRES_PAQUES = [1, 39, 50]
VENDREDI_SAINT = -2

# By territory: a commune, its offset from UTC in hours (None: Paris; "miquelon": its own summer time), the days that
# it adds, and those counted from Easter. Sources: code du travail L3422-2 and décret 83-1003 (abolition of slavery),
# L3134-13 (Alsace-Moselle); the labour laws of Polynésie, Nouvelle-Calédonie and Wallis-et-Futuna. Mi-Carême and
# 21 July are kept by custom.
TERRITOIRES: dict[str, tuple[str, float | str | None, list[tuple[int, int]], list[int]]] = {
    "metropole": ("35238", None, [], []),
    "corse": ("2A004", None, [], []),
    "moselle": ("57463", None, [(12, 26)], [VENDREDI_SAINT]),
    "bas-rhin": ("67482", None, [(12, 26)], [VENDREDI_SAINT]),
    "haut-rhin": ("68066", None, [(12, 26)], [VENDREDI_SAINT]),
    "guadeloupe": ("97105", -4, [(5, 27), (7, 21)], [-24, VENDREDI_SAINT]),
    "martinique": ("97209", -4, [(5, 22), (7, 21)], []),
    "guyane": ("97302", -3, [(6, 10)], []),
    "reunion": ("97411", 4, [(12, 20)], []),
    "miquelon": ("97502", "miquelon", [], []),
    "mayotte": ("97608", 3, [(4, 27)], []),
    "saint-barthelemy": ("97701", -4, [(10, 9)], []),
    "saint-martin": ("97801", -4, [(5, 28), (7, 21)], []),
    "wallis": ("98613", 12, [(4, 28), (6, 29), (7, 29)], []),
    "polynesie": ("98735", -10, [(3, 5), (11, 20)], [VENDREDI_SAINT]),
    "noumea": ("98818", 11, [(9, 24)], []),
}


def find_paques(annee: int) -> dt.date:
    """Easter Sunday, by the computus of Meeus."""
    a, (b, c) = annee % 19, divmod(annee, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    mois, jour = divmod(h + m - 7 * n + 114, 31)
    return dt.date(annee, mois, jour + 1)


@cache
def list_feries(territoire: str, annee: int) -> frozenset[dt.date]:
    """The public holidays of a territory."""
    _, _, fixes, mobiles = TERRITOIRES[territoire]
    paques = find_paques(annee)
    return frozenset(
        [dt.date(annee, mois, jour) for mois, jour in FIXES + fixes]
        + [paques + dt.timedelta(days=ecart) for ecart in APRES_PAQUES + mobiles]
    )


@cache
def find_dimanche(annee: int, mois: int, rang: int) -> dt.date:
    """The nth Sunday of a month, the last one with -1."""
    jours = [dt.date(annee, mois, jour) for jour in range(1, 32) if is_date(annee, mois, jour)]
    return [jour for jour in jours if jour.weekday() == 6][rang - 1 if rang > 0 else rang]


def is_date(annee: int, mois: int, jour: int) -> bool:
    """Whether the day exists."""
    try:
        dt.date(annee, mois, jour)
    except ValueError:
        return False
    return True


def convert_local(utc: dt.datetime, territoire: str) -> dt.datetime:
    """The clock of a territory at a naive instant of UTC."""
    ecart = TERRITOIRES[territoire][1]
    minuit = dt.time()
    if ecart is None:
        debut = dt.datetime.combine(find_dimanche(utc.year, 3, -1), minuit) + dt.timedelta(hours=1)
        fin = dt.datetime.combine(find_dimanche(utc.year, 10, -1), minuit) + dt.timedelta(hours=1)
        heures = 2 if debut <= utc < fin else 1
    elif ecart == "miquelon":
        # From 2 h of standard time (UTC-3) to 2 h of summer time (UTC-2).
        debut = dt.datetime.combine(find_dimanche(utc.year, 3, 2), minuit) + dt.timedelta(hours=5)
        fin = dt.datetime.combine(find_dimanche(utc.year, 11, 1), minuit) + dt.timedelta(hours=4)
        heures = -2 if debut <= utc < fin else -3
    else:
        heures = ecart
    return utc + dt.timedelta(hours=heures)


# ---------------------------------------------------------------- reading


@dataclass(frozen=True)
class Regle:
    """A rule: tests that a day must pass all, stretches in minutes from its midnight, and the state that it gives."""

    tests: tuple[Callable[[dt.date, str], bool], ...]
    plages: tuple[tuple[int, int], ...]
    etat: int
    ajoute: bool


@dataclass(frozen=True)
class Horaires:
    """A text that has been read."""

    regles: tuple[Regle, ...]
    dit_les_feries: bool


J = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
M = f"(?:{'|'.join(MOIS)})"
HEURE = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@lru_cache(maxsize=100_000)
def read(texte: str) -> Horaires | None:
    """The rules of the text, or None when it is beyond this small reader."""
    nu = re.sub(r'"[^"]*"', '"', texte).strip()
    if nu == "24/7":
        return Horaires((Regle((), ((0, JOURNEE),), OUVERT, ajoute=False),), dit_les_feries=True)
    if "||" in nu:
        return None
    regles = []
    for partie in nu.split(";"):
        morceaux = re.split(r"(?<=[\d\"fn]),\s+(?=[A-Z])", partie.strip())
        for rang, morceau in enumerate(morceaux):
            regle = read_regle(morceau, ajoute=rang > 0)
            if regle is None:
                return None
            regles.append(regle)
    return Horaires(tuple(regles), "PH" in nu)


def read_regle(texte: str, *, ajoute: bool) -> Regle | None:
    """One rule: when, which days, which hours, which state."""
    tests: list[Callable[[dt.date, str], bool]] = []
    reste = texte.strip()
    un = rf"(?:\d{{4}} )?{M}(?: \d{{1,2}}(?!\d|:))?(?:-(?:(?:\d{{4}} )?{M}(?: \d{{1,2}}(?!\d|:))?|\d{{1,2}}(?!\d|:)))?"
    if trouve := re.match(rf"({un}(?:,{un})*)(?: |$)", reste):
        periodes = [read_periode(periode) for periode in trouve[1].split(",")]
        if None in periodes:
            return None
        tests.append(lambda jour, _, periodes=tuple(periodes): any(test(jour) for test in periodes))
        reste = reste[trouve.end() :]
    elif trouve := re.match(r"(\d{4})(?:-(\d{4}))? ", reste):
        debut, fin = int(trouve[1]), int(trouve[2] or trouve[1])
        tests.append(lambda jour, _, debut=debut, fin=fin: debut <= jour.year <= fin)
        reste = reste[trouve.end() :]
    if trouve := re.match(r"week (\d{1,2}(?:-\d{1,2}(?:/\d)?)?(?:,\d{1,2}(?:-\d{1,2}(?:/\d)?)?)*)(?: |$)", reste):
        semaines = {numero for suite in trouve[1].split(",") for numero in read_semaines(suite)}
        tests.append(lambda jour, _, semaines=frozenset(semaines): jour.isocalendar().week in semaines)
        reste = reste[trouve.end() :]
    jour_ou = rf"{J}(?:-{J}|\[[-\d,]+\])?|PH"
    if trouve := re.match(rf"PH ({J}(?:-{J})?(?:,{J}(?:-{J})?)*)(?: |$)", reste):
        jours = read_jours(trouve[1])
        tests.append(lambda jour, ou, jours=jours: is_ferie(jour, ou) and any(test(jour, ou) for test in jours))
        reste = reste[trouve.end() :]
    elif trouve := re.match(rf"((?:{jour_ou})(?:,(?:{jour_ou}))*)(?: |$)", reste):
        jours = read_jours(trouve[1])
        tests.append(lambda jour, ou, jours=jours: any(test(jour, ou) for test in jours))
        reste = reste[trouve.end() :]
    plages = []
    while trouve := HEURE.match(reste):
        h1, m1, h2, m2 = map(int, trouve.groups())
        debut, fin = h1 * 60 + m1, h2 * 60 + m2
        if debut >= JOURNEE or m1 > 59 or m2 > 59 or fin > 2 * JOURNEE:
            return None
        plages.append((debut, fin if fin > debut else fin + JOURNEE))
        reste = reste[trouve.end() :].removeprefix(",")
    etats = {"": OUVERT, '"': OUVERT, "open": OUVERT, "off": FERME, "closed": FERME, "unknown": INCONNU}
    mot = reste.strip().replace('"', "").strip() or reste.strip()
    if mot not in etats or (not plages and mot in {"", '"'} and (not tests or '"' in reste)):
        return None
    return Regle(tuple(tests), tuple(plages or [(0, JOURNEE)]), etats[mot], ajoute)


def read_periode(texte: str) -> Callable[[dt.date], bool] | None:  # noqa: PLR0911 - one form each
    """Months or dates, with or without a year; a range may go round the end of the year."""
    avant, _, apres = texte.partition("-")
    debut = re.fullmatch(rf"(?:(\d{{4}}) )?({M})(?: (\d{{1,2}}))?", avant)
    if debut is None:
        return None
    annee, mois, jour = debut[1] and int(debut[1]), MOIS.index(debut[2]) + 1, debut[3] and int(debut[3])
    if not apres:
        return lambda d: d.month == mois and (not annee or d.year == annee) and (not jour or d.day == jour)
    if apres.isdigit():
        return lambda d: d.month == mois and (not annee or d.year == annee) and jour <= d.day <= int(apres)
    fin = re.fullmatch(rf"(?:(\d{{4}}) )?({M})(?: (\d{{1,2}}))?", apres)
    if fin is None or bool(jour) != bool(fin[3]) or bool(annee) != bool(fin[1]):
        return None
    annee_fin, mois_fin, jour_fin = fin[1] and int(fin[1]), MOIS.index(fin[2]) + 1, fin[3] and int(fin[3])
    if annee:
        return lambda d: (annee, mois, jour or 0) <= (d.year, d.month, d.day) <= (annee_fin, mois_fin, jour_fin or 31)
    premier, dernier = (mois, jour or 0), (mois_fin, jour_fin or 31)
    if premier <= dernier:
        return lambda d: premier <= (d.month, d.day) <= dernier
    return lambda d: (d.month, d.day) >= premier or (d.month, d.day) <= dernier


def read_semaines(suite: str) -> list[int]:
    """The weeks of "10", "10-20" or "01-53/2"."""
    bornes, _, pas = suite.partition("/")
    debut, _, fin = bornes.partition("-")
    return list(range(int(debut), int(fin or debut) + 1, int(pas or 1)))


def read_jours(suite: str) -> list[Callable[[dt.date, str], bool]]:
    """Weekdays, ranges of them, ranks in the month, public holidays."""
    tests: list[Callable[[dt.date, str], bool]] = []
    for morceau in re.split(r",(?![^\[]*\])", suite):
        if morceau == "PH":
            tests.append(is_ferie)
        elif "[" in morceau:
            voulu = JOURS.index(morceau[:2])
            rangs = [int(rang) for rang in morceau[3:-1].split(",")]
            tests.append(lambda d, _, voulu=voulu, rangs=rangs: d.weekday() == voulu and is_rang(d, rangs))
        else:
            premier, dernier = JOURS.index(morceau[:2]), JOURS.index(morceau[-2:])
            tests.append(lambda d, _, a=premier, b=dernier: (d.weekday() - a) % 7 <= (b - a) % 7)
    return tests


def is_rang(jour: dt.date, rangs: Sequence[int]) -> bool:
    """Whether the day is, say, the second of its kind in the month, or the last one (-1)."""
    suivant = (jour.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    restants = (suivant - jour).days
    return (jour.day - 1) // 7 + 1 in rangs or -((restants - 1) // 7 + 1) in rangs


def is_ferie(jour: dt.date, territoire: str) -> bool:
    """Whether it is a public holiday there."""
    return jour in list_feries(territoire, jour.year)


# ---------------------------------------------------------------- evaluating


@lru_cache(maxsize=50_000)
def build_soiree(texte: str, jour: dt.date, territoire: str) -> bytes | None:
    """The state of the minutes of a day and of the next one, as far as hours that start on that day go.

    Rules are taken in order: one that names the day replaces what was said of it; "off" at hours cuts them out. None
    for a text that is not read.
    """
    lus = read(texte)
    if lus is None:
        return None
    minutes = bytearray(2 * JOURNEE)
    for regle in lus.regles:
        if not all(test(jour, territoire) for test in regle.tests):
            continue
        coupe = regle.etat == FERME and regle.plages != ((0, JOURNEE),)
        if not regle.ajoute and not coupe:
            minutes = bytearray(2 * JOURNEE)
        for debut, fin in regle.plages:
            minutes[debut:fin] = bytes([regle.etat]) * (fin - debut)
    return bytes(minutes)


@lru_cache(maxsize=50_000)
def build_journee(texte: str, jour: dt.date, territoire: str) -> bytes | None:
    """The state of each minute of a day: its own hours, and the night that the day before has started."""
    siennes = build_soiree(texte, jour, territoire)
    veille = build_soiree(texte, jour - dt.timedelta(days=1), territoire)
    if siennes is None or veille is None:
        return None
    nuit = veille[JOURNEE:]
    if not any(nuit):
        return siennes[:JOURNEE]
    return bytes(sienne or suite for sienne, suite in zip(siennes[:JOURNEE], nuit, strict=True))


def is_incertain(texte: str, jour: dt.date, territoire: str) -> bool:
    """Whether it is a public holiday of which the hours say nothing."""
    lus = read(texte)
    return lus is not None and not lus.dit_les_feries and is_ferie(jour, territoire)
