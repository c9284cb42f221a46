"""Dates of records: the forms that people and spreadsheets write, days that exist and are not to come."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from tierslieux.core.calendrier import JOURS, MOIS
from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.territoires.noms import remove_accents

# The oldest real record is of 2014; before this year, a date is that of something else, or a default.
ANNEE_MIN = 1990
# Excel counts days from this one, 1900 taken for a leap year.
_EPOQUE_EXCEL = dt.date(1899, 12, 30)
# 1990 to 2099.
_SERIE_MIN, _SERIE_MAX = 32_874, 73_050
LONGUEUR_MAX = 60

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[t ]\d{2}:\d{2}.*)?")
_ISO_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FRANCAISE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: (?:a )?\d{1,2}[:h]\d{2}.*)?")
_BARRES_A_L_ENVERS = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: \d{1,2}:\d{2}.*)?")
_EN_LETTRES = re.compile(rf"(?:le )?(?:(?:{'|'.join(JOURS)}) )?(\d{{1,2}}|1er) ([a-z]+)\.? (\d{{4}})")
_SERIE = re.compile(r"(\d{5})(?:[.,]\d+)?")
_MOIS = {remove_accents(mois): rang for rang, mois in enumerate(MOIS, start=1)} | {
    "janv": 1, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip


def clean(record: Record, contexte: Contexte) -> Record:
    """Leave out a date that is to come, when the run knows what day it is."""
    if record.date_maj is None or contexte.aujourdhui is None or record.date_maj <= contexte.aujourdhui:
        return record
    contexte.warn(Avertissement.DATE_ILLISIBLE)
    return replace(record, date_maj=None)


def parse_date(texte: str, *, aujourdhui: dt.date | None = None, classeur: bool = False) -> dt.date | None:
    """The day that the text says, None when it is none, does not exist, or comes after `aujourdhui`.

    "12/03/2023" has its day first, as people write in France. A number alone is a spreadsheet's day only in a workbook
    (`classeur`): elsewhere it may be anything.
    """
    jour = _read(remove_accents(texte).strip().lower(), classeur=classeur) if len(texte) <= LONGUEUR_MAX else None
    if jour is None or jour.year < ANNEE_MIN or (aujourdhui is not None and jour > aujourdhui):
        return None
    return jour


def _read(texte: str, *, classeur: bool) -> dt.date | None:
    for motif in (_ISO, _BARRES_A_L_ENVERS, _ISO_COMPACT):
        if trouve := motif.fullmatch(texte):
            return _build(int(trouve[1]), int(trouve[2]), int(trouve[3]))
    if trouve := _FRANCAISE.fullmatch(texte):
        annee = int(trouve[3])
        return _build(annee if annee > 99 else 2000 + annee, int(trouve[2]), int(trouve[1]))
    if (trouve := _EN_LETTRES.fullmatch(texte)) and trouve[2] in _MOIS:
        return _build(int(trouve[3]), _MOIS[trouve[2]], int(trouve[1].removesuffix("er")))
    if classeur and (trouve := _SERIE.fullmatch(texte)) and _SERIE_MIN <= int(trouve[1]) <= _SERIE_MAX:
        return _EPOQUE_EXCEL + dt.timedelta(days=int(trouve[1]))
    return None


def _build(annee: int, mois: int, jour: int) -> dt.date | None:
    try:
        return dt.date(annee, mois, jour)
    except ValueError:
        return None
