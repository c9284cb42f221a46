"""A week of opening slots to OpenStreetMap syntax, exactly. Pure.

A slot is (start, end) in minutes after midnight, start < end ≤ 24 h; a week is the slots of each day, Monday first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

JOURS_OSM = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MINUIT = 24 * 60

Creneau = tuple[int, int]


@lru_cache(maxsize=1024)
def parse_heure(texte: str) -> int | None:
    """Minutes after midnight of "09:00" or "09:00:00" (24:00 included), None for anything else."""
    parties = texte.strip().split(":")
    if len(parties) not in {2, 3} or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parties):
        return None
    heures, minutes = int(parties[0]), int(parties[1])
    total = heures * 60 + minutes
    return total if minutes < 60 and total <= MINUIT and all(p in {"0", "00"} for p in parties[2:]) else None


def merge_creneaux(creneaux: Iterable[Creneau]) -> list[Creneau]:
    """The union of the slots of one day, in order: those that overlap or touch become one."""
    reunis: list[Creneau] = []
    for debut, fin in sorted(creneaux):
        if reunis and debut <= reunis[-1][1]:
            reunis[-1] = (reunis[-1][0], max(fin, reunis[-1][1]))
        else:
            reunis.append((debut, fin))
    return reunis


def format_semaine(semaine: Sequence[Sequence[Creneau]]) -> str | None:
    """The week in OpenStreetMap syntax, days with the same slots together; None when every day is empty."""
    groupes: dict[tuple[Creneau, ...], list[int]] = {}
    for jour, creneaux in enumerate(semaine):
        if creneaux:
            groupes.setdefault(tuple(merge_creneaux(creneaux)), []).append(jour)
    regles = [f"{format_jours(jours)} {format_creneaux(creneaux)}" for creneaux, jours in groupes.items()]
    return "; ".join(regles) or None


def format_creneaux(creneaux: Sequence[Creneau]) -> str:
    """Slots of one day in OpenStreetMap syntax: "09:00-12:00,14:00-17:00"."""
    return ",".join(f"{_format_heure(debut)}-{_format_heure(fin)}" for debut, fin in creneaux)


def _format_heure(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def format_jours(jours: Sequence[int]) -> str:
    """Days of the week, in order (Monday is 0), in OpenStreetMap syntax: "Mo-We,Sa"."""
    suites: list[list[int]] = []
    for jour in jours:
        if suites and jour == suites[-1][-1] + 1:
            suites[-1].append(jour)
        else:
            suites.append([jour])
    return ",".join(
        f"{JOURS_OSM[suite[0]]}-{JOURS_OSM[suite[-1]]}" if len(suite) > 2 else ",".join(JOURS_OSM[j] for j in suite)
        for suite in suites
    )
