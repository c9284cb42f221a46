"""Template filters: values written as French readers expect them. Pure; `create_app` hands FILTRES to Jinja.

Spaces that must not break a line are U+202F (thin) inside numbers and U+00A0 elsewhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from tierslieux.core.calendrier import MOIS

INSECABLE = "\u00a0"
FINE = "\u202f"


# Country codes whose national numbers are written "0" and nine digits, two by two: metropolitan France, Réunion and
# Mayotte, Guadeloupe and its neighbours, Guyane, Martinique.
_INDICATIFS_A_ZERO = ("+33", "+262", "+590", "+594", "+596")
_AUTRES_INDICATIFS = ("+508", "+681", "+687", "+689")
_PARIS = ZoneInfo("Europe/Paris")


def format_nombre(nombre: float) -> str:
    """1234567 → "1 234 567"; decimals keep one digit at most: 2.45 → "2,5", 3.0 → "3"."""
    arrondi = round(float(nombre), 1)
    entier = arrondi.is_integer()
    texte = f"{int(arrondi):,}" if entier else f"{arrondi:,.1f}"
    return texte.replace(",", FINE).replace(".", ",")


def format_distance(distance_m: float) -> str:
    """Metres as people say them: 12 → "moins de 50 m", 347 → "350 m", 2430 → "2,4 km", 12600 → "13 km"."""
    if distance_m < 50:
        return f"moins de 50{INSECABLE}m"
    metres = round(distance_m / 10) * 10
    if metres < 1000:
        return f"{metres}{INSECABLE}m"
    kilometres = distance_m / 1000
    return f"{format_nombre(round(kilometres, 1) if kilometres < 9.95 else round(kilometres))}{INSECABLE}km"


def format_date(jour: dt.date) -> str:
    """2026-05-12 → "12 mai 2026"; the first of a month is "1er"."""
    numero = "1er" if jour.day == 1 else str(jour.day)
    return f"{numero}{INSECABLE}{MOIS[jour.month - 1]} {jour.year}"


def format_instant(instant: dt.datetime) -> str:
    """An aware instant at the time of Paris: "12 mai 2026 à 14 h 05"."""
    local = instant.astimezone(_PARIS)
    return f"{format_date(local.date())} à {local.hour}{INSECABLE}h{INSECABLE}{local.minute:02d}"


def format_telephone(numero: str) -> str:
    """E.164 or a short number, two digits at a time: "+33298001122" → "02 98 00 11 22", "3939" → "39 39".

    Numbers of New Caledonia, Polynesia, Wallis and Saint-Pierre keep their country code: without it, they only work
    there. Anything else is left as it is.
    """
    chiffres = re.sub(r"[\s.]", "", numero)
    for indicatif in _INDICATIFS_A_ZERO:
        if re.fullmatch(rf"\{indicatif}\d{{9}}", chiffres):
            return _group_par_deux("0" + chiffres.removeprefix(indicatif))
    for indicatif in _AUTRES_INDICATIFS:
        if re.fullmatch(rf"\{indicatif}\d{{6,9}}", chiffres):
            return f"{indicatif}{INSECABLE}{_group_par_deux(chiffres.removeprefix(indicatif))}"
    if re.fullmatch(r"0\d{9}|\d{4}", chiffres):
        return _group_par_deux(chiffres)
    return numero


def _group_par_deux(chiffres: str) -> str:
    return INSECABLE.join(chiffres[rang : rang + 2] for rang in range(0, len(chiffres), 2))


def build_lien_telephone(numero: str) -> str:
    """The `tel:` address of a number, without the spaces that some phones refuse."""
    return "tel:" + re.sub(r"[^+\d*#]", "", numero)


def join_liste(elements: Iterable[object], conjonction: str = "et") -> str:
    """["a", "b", "c"] → "a, b et c"."""
    textes = [str(element) for element in elements]
    if len(textes) < 2:
        return "".join(textes)
    return f"{', '.join(textes[:-1])} {conjonction} {textes[-1]}"


def agree(nombre: float, singulier: str, pluriel: str) -> str:
    """The word that goes with this number: French is plural from two on."""
    return pluriel if abs(nombre) >= 2 else singulier


def protect_espaces(texte: str) -> str:
    """Typography of a text that comes from data: unbreakable spaces around signs and hours, curly apostrophes."""
    texte = re.sub(r"(?<=\w)'(?=\w)", "’", texte)
    texte = re.sub(r"(?<=[\dh]) – (?=\d)", f"{INSECABLE}–{INSECABLE}", texte)
    texte = re.sub(r" ([:;?!»%€])", INSECABLE + r"\1", texte)
    return re.sub(r"(«) ", r"\1" + INSECABLE, texte)


def lower_initiale(texte: str) -> str:
    """Turn "Bibliothèque" into "bibliothèque", for a label inside a sentence; acronyms and names stay ("La Poste")."""
    if len(texte) < 2 or not texte[1].islower() or texte.startswith(("La ", "France ")):
        return texte
    return texte[0].lower() + texte[1:]


FILTRES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "nombre": format_nombre,
        "distance": format_distance,
        "date": format_date,
        "instant": format_instant,
        "telephone": format_telephone,
        "lien_telephone": build_lien_telephone,
        "liste": join_liste,
        "accord": agree,
        "insecables": protect_espaces,
        "minuscule": lower_initiale,
    }
)
