"""Opening hours that are the same every week, as days and times: what other formats can say of them. Pure."""

from __future__ import annotations

import re

# ("09:00", "12:00"): opening and closing within one day.
Plages = tuple[tuple[str, str], ...]

_JOURS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_JOUR = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
# The days that a rule names: "Mo-We,Sa".
JOURS_DE_REGLE = rf"{_JOUR}(?:-{_JOUR})?(?:,{_JOUR}(?:-{_JOUR})?)*"
_HEURE = r"(?:[01]\d|2[0-4]):[0-5]\d"
_REGLE = re.compile(
    rf"(?P<jours>{JOURS_DE_REGLE}) "
    rf"(?P<heures>off|closed|{_HEURE}-{_HEURE}(?:,{_HEURE}-{_HEURE})*)",
    re.ASCII,
)
_FERIES = re.compile(r"PH (?:off|closed)", re.ASCII)
TOUTE_LA_SEMAINE = "24/7"
TOUT_LE_JOUR: Plages = (("00:00", "23:59"),)


def read_semaine(texte: str | None) -> dict[int, Plages] | None:
    """Ranges by day (0 is Monday) of hours in OpenStreetMap syntax; a day that is not there is closed.

    None when they are more than days and times (weeks, dates, comments, nights), which a plain week would betray.
    Public holidays when the place is closed are passed over. A later rule replaces what earlier ones say of its days.
    """
    if texte is None:
        return None
    if texte.strip() == TOUTE_LA_SEMAINE:
        return dict.fromkeys(range(7), TOUT_LE_JOUR)
    semaine: dict[int, Plages] = {}
    for regle in re.split(r"\s*;\s*", re.sub(r"\s*,\s*", ",", texte.strip()).rstrip("; ")):
        if _FERIES.fullmatch(regle):
            continue
        lue = _REGLE.fullmatch(regle)
        if lue is None:
            return None
        plages = _read_plages(lue["heures"])
        if plages is None:
            return None
        for jour in list_jours(lue["jours"]):
            semaine[jour] = plages
    return {jour: plages for jour, plages in sorted(semaine.items()) if plages}


def _read_plages(heures: str) -> Plages | None:
    if heures in {"off", "closed"}:
        return ()
    plages = []
    for plage in heures.split(","):
        ouvre, ferme = plage.split("-")
        if ferme <= ouvre or ferme > "24:00":
            return None
        plages.append((ouvre, "23:59" if ferme == "24:00" else ferme))
    return tuple(plages)


def list_jours(texte: str) -> list[int]:
    """The days that a rule names, 0 is Monday; "Sa-Tu" goes through Sunday."""
    jours = []
    for partie in texte.split(","):
        premier, _, dernier = partie.partition("-")
        debut, fin = _JOURS.index(premier), _JOURS.index(dernier or premier)
        jours += [rang % 7 for rang in range(debut, fin + 1 + (7 if fin < debut else 0))]
    return jours
