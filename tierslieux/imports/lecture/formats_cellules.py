"""What a spreadsheet shows of a number: date, time, digits with their first zeros. Pure.

Source: ECMA-376 part 1, 18.8.30 (built-in formats), and the special formats that French Excel offers for postcodes,
phone numbers and SIRET, which are numbers shown with their zeros.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

# Built-in formats that show a date or a time, those of Asian editions included.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
# 31 December 9999 in days since 1900.
_JOUR_MAX = 2_958_466
_JOUR_1904 = 1_462
_LITTERAUX = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
# A thousands format starts with "#", and a plain integer has one sign.
_MASQUE = re.compile(r"0[0# /-]*[0#] *")


def is_date(numero: int, code: str | None) -> bool:
    """Whether a number format shows a date or a time, by its number or by its code when it has one."""
    if code is None:
        return numero in _DATES
    section = _LITTERAUX.sub("", code.split(";")[0]).lower()
    return "general" not in section and "standard" not in section and re.search("[dmyhsaj]", section) is not None


def find_masque(code: str | None) -> str | None:
    """The zeros, spaces and dashes by which a format shows a code as "01053" or "02 40 12 34 56", None for others."""
    if code is None:
        return None
    masque = re.sub(r'["\\]|_.', "", code.split(";")[0])
    return masque if _MASQUE.fullmatch(masque) else None


def write_nombre(nombre: float) -> str:
    """The shortest decimal text of a number: no ".0" after an integer, no exponent."""
    if nombre == int(nombre) and abs(nombre) < 1e15:
        return str(int(nombre))
    return f"{Decimal(repr(nombre)):f}"


def write_masque(nombre: int, masque: str) -> str:
    """An integer shown by a mask, filled from the right: 240123456 by "0# ## ## ## ##" is "02 40 12 34 56"."""
    chiffres = list(str(nombre))
    sortie: list[str] = []
    for signe in reversed(masque):
        if signe not in "0#":
            sortie.append(signe)
        elif chiffres:
            sortie.append(chiffres.pop())
        elif signe == "0":
            sortie.append("0")
    return ("".join(chiffres) + "".join(reversed(sortie))).strip()


def write_date(jours: float, *, depuis_1904: bool = False) -> str | None:
    """A serial date as ISO text: "2024-08-01", "2024-08-01T09:30:00", or "09:30" for a time alone.

    None when it is no date between 1900 and 9999.
    """
    jours += _JOUR_1904 if depuis_1904 and jours >= 1 else 0
    if not 0 <= jours < _JOUR_MAX:
        return None
    secondes = round((jours - int(jours)) * 86_400)
    entier, secondes = int(jours) + secondes // 86_400, secondes % 86_400
    heure = dt.time(secondes // 3600, secondes // 60 % 60, secondes % 60)
    if entier == 0:
        return write_heure(heure)
    # Excel believes that 1900 had a 29 February, day 60.
    jour = dt.date(1899, 12, 30 if entier > 60 else 31) + dt.timedelta(days=entier)
    return jour.isoformat() if not secondes else f"{jour.isoformat()}T{heure.isoformat()}"


def write_heure(heure: dt.time) -> str:
    """A time as "09:30", with its seconds when it has some."""
    return heure.isoformat("seconds" if heure.second else "minutes")
