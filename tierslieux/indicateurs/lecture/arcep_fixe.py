"""Arcep, "Ma connexion internet": premises by best wired speed, two formats of one table by commune. Pure.

- 2019 (beta): one line of comment, then exclusive classes: each premises is in one, and they sum to `nbr`.
- today's "commune_debit_filaire": cumulative classes (premises that can have at least so much), `elig_hd8` is called
  `elig_bhd8`, and `inel_hd` + `elig_hd05` is `nbr`. The file "commune_debit", without "filaire", counts satellite,
  which can be had everywhere: it says nothing of a connection at home and is not read.

Both give the same indicators: shares of premises that can have at least so many Mbit/s by a wire.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise

from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Rejet
from tierslieux.indicateurs.lecture.tables import Colonne, read_code, read_csv, read_valeurs

CODE = "code_insee"
TOTAL = "nbr"
TYPE = "type"
DATE = "date"
INELIGIBLES = "inel_hd"
# Dwellings and business premises together; other types, if a file has some, count them again.
TYPES_ADMIS = frozenset({"logloc", "all"})

CLASSES_2019 = ("elig_hd05", "elig_hd3", "elig_hd8", "elig_thd30", "elig_thd100", "elig_thd1g")
CLASSES = ("elig_hd05", "elig_hd3", "elig_bhd8", "elig_thd30", "elig_thd100", "elig_thd1g")
# From 3 Mbit/s on; at 0.5, the share is the complement of the premises that can have nothing.
INDICATEURS = (None, "part_locaux_3", "part_locaux_8", "part_locaux_30", "part_locaux_100", "part_locaux_1000")
# Rows of a cumulative file whose classes happen to be exclusive too: those where every premises has the best speed.
_PART_EXCLUSIVES_MAX = 0.9


def read_2019(contenu: bytes) -> Iterator[Element]:
    """Each commune of the table of 2019; a row whose classes do not sum to its total is a reject."""
    for ligne, rangee in _read(contenu, CLASSES_2019, sautees=1):
        comptes = _read_comptes(ligne, rangee, CLASSES_2019)
        if isinstance(comptes, Rejet):
            yield comptes
            continue
        total, ineligibles, *classes = comptes
        if ineligibles + sum(classes) != total:
            yield Rejet(ligne, CodeRejet.CLASSES_INCOHERENTES, TOTAL, rangee[TOTAL])
            continue
        cumules = [sum(classes[rang:]) for rang in range(len(classes))]
        yield _build(ligne, rangee, total, ineligibles, cumules)


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune of today's table; a row whose classes are not cumulative is a reject.

    Raises SourceError when the classes of the file are exclusive after all: they would be read wrong everywhere.
    """
    lues = [(ligne, rangee, _read_comptes(ligne, rangee, CLASSES)) for ligne, rangee in _read(contenu, CLASSES)]
    comptees = [comptes for _, _, comptes in lues if not isinstance(comptes, Rejet)]
    exclusives = sum(ineligibles + sum(classes) == total for total, ineligibles, *classes in comptees)
    cumulees = sum(_is_cumule(comptes) for comptes in comptees)
    if comptees and cumulees < exclusives and exclusives > _PART_EXCLUSIVES_MAX * len(comptees):
        raise SourceError("les classes de débit s’excluent (leur somme est le total) : des classes cumulées attendues")
    for ligne, rangee, comptes in lues:
        if isinstance(comptes, Rejet):
            yield comptes
        elif not _is_cumule(comptes):
            yield Rejet(ligne, CodeRejet.CLASSES_INCOHERENTES, TOTAL, rangee[TOTAL])
        else:
            total, ineligibles, *cumules = comptes
            yield _build(ligne, rangee, total, ineligibles, cumules)


def find_date(contenu: bytes) -> dt.date | None:
    """The date of the first row."""
    for _, rangee in _read(contenu, CLASSES):
        with suppress(ValueError):
            return dt.date.fromisoformat(rangee.get(DATE, ""))
        return None
    return None


def _read(contenu: bytes, classes: tuple[str, ...], *, sautees: int = 0) -> Iterator[tuple[int, dict[str, str]]]:
    return read_csv(contenu, ";", (CODE, TOTAL, TYPE, INELIGIBLES, *classes), sautees=sautees)


def _read_comptes(ligne: int, rangee: Mapping[str, str], classes: tuple[str, ...]) -> list[float] | Rejet:
    """The total, the premises that can have nothing, and each class; or why the row is not read."""
    code = read_code(ligne, rangee, CODE)
    if isinstance(code, Rejet):
        return code
    if rangee[TYPE] not in TYPES_ADMIS:
        return Rejet(ligne, CodeRejet.HORS_SUJET, TYPE, rangee[TYPE])
    champs = (TOTAL, INELIGIBLES, *classes)
    valeurs = read_valeurs(ligne, rangee, {champ: Colonne(champ) for champ in champs})
    if isinstance(valeurs, Rejet):
        return valeurs
    manquants = [champ for champ in champs if champ not in valeurs]
    if manquants:
        return Rejet(ligne, CodeRejet.SANS_VALEUR, manquants[0], None)
    # No premises at all: villages that died for France, and communes that the publisher did not count.
    if valeurs[TOTAL] == 0:
        return Rejet(ligne, CodeRejet.SANS_VALEUR, TOTAL, rangee[TOTAL])
    return [valeurs[champ] for champ in champs]


def _is_cumule(comptes: list[float]) -> bool:
    total, ineligibles, *cumules = comptes
    descend = all(haut <= bas for bas, haut in pairwise(cumules))
    return descend and ineligibles + cumules[0] == total


def _build(ligne: int, rangee: Mapping[str, str], total: float, ineligibles: float, cumules: list[float]) -> Mesure:
    valeurs = {"locaux": total, "part_locaux_sans_fixe": ineligibles / total}
    for indicateur, cumul in zip(INDICATEURS, cumules, strict=True):
        if indicateur is not None:
            valeurs[indicateur] = cumul / total
    return Mesure(ligne, rangee[CODE].strip().upper(), valeurs)
