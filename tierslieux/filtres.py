"""Template filters: values written as readers expect them in their language. Pure; FILTRES are handed to Jinja.

Spaces that must not break a line are U+202F (thin) inside numbers and U+00A0 elsewhere.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from tierslieux.core.calendrier import MOIS
from tierslieux.core.textes import find_locale, ngettext
from tierslieux.core.textes import gettext as _

INSECABLE = "\u00a0"
FINE = "\u202f"

# By language, the sign between thousands and the one before decimals.
_SIGNES: Mapping[str, tuple[str, str]] = MappingProxyType({"fr": (FINE, ","), "en": (",", ".")})


# Country codes whose national numbers are written "0" and nine digits, two by two: metropolitan France, Réunion and
# Mayotte, Guadeloupe and its neighbours, Guyane, Martinique.
_INDICATIFS_A_ZERO = ("+33", "+262", "+590", "+594", "+596")
_AUTRES_INDICATIFS = ("+508", "+681", "+687", "+689")
_PARIS = ZoneInfo("Europe/Paris")


def format_nombre(nombre: float) -> str:
    """1234567 → "1 234 567" ("1,234,567" in English); one decimal at most: 2.45 → "2,5" ("2.5"), 3.0 → "3"."""
    arrondi = round(float(nombre), 1)
    entier = arrondi.is_integer()
    texte = f"{int(arrondi):,}" if entier else f"{arrondi:,.1f}"
    milliers, decimales = _SIGNES[find_locale()]
    return "".join({",": milliers, ".": decimales}.get(signe, signe) for signe in texte)


def format_distance(distance_m: float) -> str:
    """Metres as people say them: 12 → "moins de 50 m", 347 → "350 m", 2430 → "2,4 km", 12600 → "13 km"."""
    if distance_m < 50:
        return _("moins de %(distance)s", distance=_write_metres(50))
    metres = round(distance_m / 10) * 10
    if metres < 1000:
        return _write_metres(metres)
    kilometres = distance_m / 1000
    arrondi = round(kilometres, 1) if kilometres < 9.95 else round(kilometres)
    return _bind(ngettext("%(nombre)s km", "%(nombre)s km", math.floor(arrondi), nombre=format_nombre(arrondi)))


def _write_metres(metres: int) -> str:
    return _bind(_("%(nombre)s m", nombre=metres))


def _bind(texte: str) -> str:
    """A number and its unit in one piece."""
    return texte.replace(" ", INSECABLE)


def format_duree(duree_min: float) -> str:
    """Minutes as people say them, never less than one: 4.2 → "4 min", 65 → "1 h 05", 120 → "2 h"."""
    heures, minutes = divmod(max(1, round(duree_min)), 60)
    if not heures:
        return _bind(ngettext("%(nombre)s min", "%(nombre)s min", minutes))
    if not minutes:
        return _bind(ngettext("%(nombre)s h", "%(nombre)s h", heures))
    return _bind(ngettext("%(nombre)s h %(minutes)s", "%(nombre)s h %(minutes)s", heures, minutes=f"{minutes:02d}"))


def format_date(jour: dt.date) -> str:
    """2026-05-12 → "12 mai 2026" ("12 May 2026" in English); the first of a French month is "1er"."""
    numero = _("1er") if jour.day == 1 else str(jour.day)
    return f"{numero}{INSECABLE}{_(MOIS[jour.month - 1])} {jour.year}"


def format_instant(instant: dt.datetime) -> str:
    """An aware instant at the time of Paris: "12 mai 2026 à 14 h 05"."""
    local = instant.astimezone(_PARIS)
    heure = _bind(_("%(heures)s h %(minutes)s", heures=local.hour, minutes=f"{local.minute:02d}"))
    return _("%(date)s à %(heure)s", date=format_date(local.date()), heure=heure)


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
    """["a", "b", "c"] → "a, b et c" ("a, b and c" in English); `conjonction` is "et" or "ou"."""
    textes = [str(element) for element in elements]
    if len(textes) < 2:
        return "".join(textes)
    debut, fin = ", ".join(textes[:-1]), textes[-1]
    if conjonction == "ou":
        return _("%(debut)s ou %(fin)s", debut=debut, fin=fin)
    return _("%(debut)s et %(fin)s", debut=debut, fin=fin)


def agree(nombre: float, singulier: str, pluriel: str) -> str:
    """The French word that goes with this number: plural from two on. In every language: `ngettext`."""
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
        "duree": format_duree,
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
