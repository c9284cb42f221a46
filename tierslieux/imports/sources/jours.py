"""Weekly columns ("09:00 - 12:00 / 13:30 - 17:00" for each day) to OpenStreetMap syntax, exactly. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tierslieux.imports.contrat import Avertissement
from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.nettoyage.creneaux import JOURS, Creneau, format_semaine, merge_creneaux, parse_heure

# Public and school holidays: they are out of any alternation.
_EXCEPTIONS = ("PH", "SH")
_CRENEAU = re.compile(r"\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*")


def parse_semaine(jours: Sequence[str | None], avertissements: list[Avertissement]) -> str | None:
    """The week (Monday first) in OpenStreetMap syntax, from cells such as "09:00 - 12:00 / 13:30 - 17:00".

    "00:00 - 00:00" says nothing and is dropped; slots of one day that overlap are joined. One cell that cannot be read
    leaves the whole week out, since the day would look closed. What was met is added to `avertissements`.
    """
    semaine: list[list[Creneau]] = []
    for cellule in jours:
        creneaux = _parse_jour(cellule)
        if creneaux is None:
            avertissements.append(Avertissement.HORAIRES_ILLISIBLES)
            return None
        utiles = [creneau for creneau in creneaux if creneau != (0, 0)]
        avertissements += [Avertissement.CRENEAU_NUL] * (len(creneaux) - len(utiles))
        reunis = merge_creneaux(utiles)
        if len(reunis) < len(utiles):
            avertissements.append(Avertissement.CRENEAUX_REUNIS)
        semaine.append(reunis)
    return format_semaine(semaine)


def is_semaine(jours: Sequence[str | None]) -> bool:
    """Whether every cell is written as `parse_semaine` reads it."""
    return all(_parse_jour(cellule) is not None for cellule in jours)


def join_semaine(jours: Sequence[str | None]) -> str | None:
    """The week as a sentence ("lundi 9h-12h ; mardi fermé"), for the step that reads free text; None when empty."""
    return " ; ".join(f"{JOURS[rang]} {cellule}" for rang, cellule in enumerate(jours) if cellule) or None


def alternate_semaines(horaires: str, *, paires: bool) -> str:
    """The hours of one week in two, numbered as the calendar does (ISO 8601): rules but those of holidays are bounded.

    Hours in another writing come after the words that say it.
    """
    if not is_valid(horaires) or "||" in horaires or '"' in horaires:
        return f"semaines {'paires' if paires else 'impaires'} : {horaires}"
    borne = "week 02-52/2 " if paires else "week 01-53/2 "
    regles = [regle.strip() for regle in horaires.split(";") if regle.strip()]
    return "; ".join(regle if regle.startswith(_EXCEPTIONS) else borne + regle for regle in regles)


def _parse_jour(cellule: str | None) -> list[Creneau] | None:
    if not cellule:
        return []
    creneaux: list[Creneau] = []
    for texte in cellule.split("/"):
        trouve = _CRENEAU.fullmatch(texte)
        if trouve is None:
            return None
        debut, fin = parse_heure(trouve[1]), parse_heure(trouve[2])
        if debut is None or fin is None or (debut >= fin and (debut, fin) != (0, 0)):
            return None
        creneaux.append((debut, fin))
    return creneaux
