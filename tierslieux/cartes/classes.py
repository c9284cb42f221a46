"""Classes of a statistical map: rounded bounds, how many values fall in each, French labels. Pure."""

from __future__ import annotations

import importlib
import math
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from tierslieux.cartes.naturelles import find_fins_naturelles
from tierslieux.cartes.palettes import choose_teintes
from tierslieux.core.enums import Libelle

Valeurs = NDArray[np.float64]

NOMBRE_MIN = 5
NOMBRE_MAX = 7

# No figure of a territory is larger, nor known more finely: beyond, differences are noise of computations.
VALEUR_MAX = 1e15
_DECIMALES_MAX = 9

# A bound is rounded by at most an eighth of the narrower of its two classes, then more finely as long as that would
# leave a class without any value.
_FINESSES = (4, 8, 16, 32, 64)
# Parts of the width of equal classes to which it may be rounded.
_FINESSES_LARGEUR = (2, 5, 10, 20, 50)

_INSECABLE = "\u00a0"
_FINE = "\u202f"


class ModeClasses(Libelle):
    """How bounds are chosen."""

    QUANTILES = "quantiles", "Autant de territoires par classe"
    NATURELLES = "naturelles", "Seuils naturels"
    EGALES = "egales", "Intervalles égaux"


@dataclass(frozen=True, slots=True)
class Classe:
    """Values from `bas` (included) to `haut` (excluded, but for the last class); `libelle` says so in French.

    `teinte` is the number of its colour in a palette of `Classes.teintes` colours.
    """

    rang: int
    bas: float
    haut: float
    effectif: int
    libelle: str
    teinte: int


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes in growing order; `remarque` says in French why there are fewer than asked, None otherwise.

    The sum of their `effectif` and `sans_donnee` is the number of values given. Only equal intervals may have classes
    without any value.
    """

    mode: ModeClasses
    unite: str
    classes: tuple[Classe, ...]
    sans_donnee: int
    teintes: int
    remarque: str | None

    def find_rang(self, valeur: float | None) -> int | None:
        """Rank of the class of a value, None for None; values beyond the ends fall in the first or the last class."""
        if valeur is None or math.isnan(valeur) or not self.classes:
            return None
        return bisect_right(self.classes, round(valeur, _DECIMALES_MAX), lo=1, key=lambda classe: classe.bas) - 1


def build_classes(
    valeurs: Sequence[float | None], mode: ModeClasses, nombre: int, *, unite: str = "", decimales: int | None = None
) -> Classes:
    """Cut values (None or NaN: no data) in `nombre` classes (5 to 7) with readable bounds, fewer when values are few.

    `unite` follows numbers in labels ("%", "habitants"). `decimales`: most decimals that a bound may have, None for
    as many as it takes. Raises ValueError for a number of classes out of bounds and for values beyond VALEUR_MAX.
    """
    if not NOMBRE_MIN <= nombre <= NOMBRE_MAX:
        raise ValueError(f"{nombre} classes: between {NOMBRE_MIN} and {NOMBRE_MAX} can be told apart")
    return cut_classes(valeurs, mode, nombre, unite=unite, decimales=decimales)


def cut_classes(
    valeurs: Sequence[float | None], mode: ModeClasses, nombre: int, *, unite: str = "", decimales: int | None = None
) -> Classes:
    """Same as build_classes, for any number of classes: three for a crossed map."""
    connues = np.array(
        [round(v, _DECIMALES_MAX) for v in valeurs if v is not None and not math.isnan(v)], dtype=np.float64
    )
    if connues.size and np.abs(connues).max() > VALEUR_MAX:
        raise ValueError("no figure of a territory is that large")
    connues.sort()
    seuils = _find_seuils(connues, mode, nombre, _DECIMALES_MAX if decimales is None else decimales)
    classes = _describe(connues, seuils, unite, regulieres=mode is ModeClasses.EGALES and len(seuils) == nombre - 1)
    teintes, rangs = choose_teintes(len(classes))
    return Classes(
        mode=mode,
        unite=unite,
        classes=tuple(
            Classe(rang, bas, haut, effectif, libelle, rangs[rang])
            for rang, (bas, haut, effectif, libelle) in enumerate(classes)
        ),
        sans_donnee=len(valeurs) - len(connues),
        teintes=teintes,
        remarque=_explain(len(classes), nombre),
    )


def _explain(obtenues: int, demandees: int) -> str | None:
    if obtenues == demandees:
        return None
    if not obtenues:
        return "Aucune donnée : la carte n’a pas de classe."
    if obtenues == 1:
        return "Une seule classe : les valeurs ne se distinguent pas."
    return f"{obtenues} classes au lieu de {demandees} : les valeurs sont trop peu différentes."


def _find_seuils(connues: Valeurs, mode: ModeClasses, nombre: int, decimales: int) -> Valeurs:
    """First value of each class but the first: rounded, growing, above the least value and up to the greatest."""
    distinctes = np.unique(connues)
    if len(distinctes) < 2:
        return np.empty(0)
    if len(distinctes) <= nombre:
        fins = distinctes[:-1]
    elif mode is ModeClasses.EGALES:
        return _round_largeur(connues, nombre, decimales)
    elif mode is ModeClasses.NATURELLES:
        fins = find_fins_naturelles(connues, nombre)
    else:
        fins = _find_fins_quantiles(connues, nombre)
    return _round_seuils(connues, distinctes, fins, decimales)


def _find_fins_quantiles(connues: Valeurs, nombre: int) -> Valeurs:
    """Last value of each class but the last, classes of equal counts.

    A least or greatest value that fills a class or more by itself ("0 %") has its own, and the others share the rest.
    """
    minimum, maximum = connues[0], connues[-1]
    fins: list[float] = []
    milieu = connues
    if np.count_nonzero(connues == minimum) >= len(connues) / nombre:
        fins.append(float(minimum))
        milieu = milieu[milieu > minimum]
        nombre -= 1
    if np.count_nonzero(connues == maximum) >= len(connues) / (nombre + len(fins)) and nombre > 1:
        milieu = milieu[milieu < maximum]
        nombre -= 1
        if milieu.size:
            fins.append(float(milieu[-1]))
    if nombre > 1 and milieu.size:
        fins.extend(_compute_quantiles(milieu, nombre).tolist())
    # A quantile may stand between two values: the class ends with the one before.
    rangs = np.searchsorted(connues, np.array(fins), side="right") - 1
    fins_connues = np.unique(connues[rangs])
    sans_maximum: Valeurs = fins_connues[fins_connues < maximum]
    return sans_maximum


@cache
def load_mapclassify() -> ModuleType:
    """The library that cuts quantiles: it brings scikit-learn, two seconds that no command should wait for."""
    return importlib.import_module("mapclassify")


def _compute_quantiles(connues: Valeurs, nombre: int) -> Valeurs:
    # It says so when ties leave fewer classes; `remarque` will, in the words of readers.
    warnings.filterwarnings("ignore", message="Not enough unique values", category=UserWarning)
    bornes: Valeurs = np.asarray(
        load_mapclassify().Quantiles(connues, k=min(nombre, len(connues))).bins, dtype=np.float64
    )
    return bornes[:-1]


def _floor_rond(nombre: float) -> float:
    """The greatest of 1, 2, 5 × 10^n that is not above a positive number."""
    puissance = math.floor(math.log10(nombre))
    unite = 10.0**puissance
    rapport = nombre / unite
    facteur = 5 if rapport >= 5 else 2 if rapport >= 2 else 1
    return round(facteur * unite, max(0, -puissance))


def _round_to(valeurs: Valeurs, pas: Valeurs) -> Valeurs:
    """Nearest multiples of the steps, as the decimal numbers that they are."""
    return np.array(
        [
            round(round(float(v) / float(p)) * float(p), max(0, -math.floor(math.log10(p))))
            for v, p in zip(valeurs, pas, strict=True)
        ]
    )


def _shorten(apres: float, jusqua: float) -> float:
    """The number with the fewest decimals that is above `apres` and at most `jusqua`."""
    for decimales in range(-15, _DECIMALES_MAX + 1):
        court = round(math.floor(jusqua * 10.0**decimales) / 10.0**decimales, max(0, decimales))
        if apres < court <= jusqua:
            return court
    return jusqua


def _round_seuils(connues: Valeurs, distinctes: Valeurs, fins: Valeurs, decimales: int) -> Valeurs:
    suivantes = distinctes[np.searchsorted(distinctes, fins, side="right")]
    exacts = np.array([_shorten(float(fin), float(suivante)) for fin, suivante in zip(fins, suivantes, strict=True)])
    ecarts = np.diff(np.concatenate((connues[:1], exacts, connues[-1:])))
    # The greatest value alone in its class leaves it without width.
    largeurs = np.where(ecarts > 0, ecarts, np.inf)
    voisines = np.minimum(largeurs[:-1], largeurs[1:])
    pas_min = 10.0**-decimales
    for finesse in _FINESSES:
        pas = np.array([max(_floor_rond(max(v / finesse, pas_min)), pas_min) for v in voisines])
        # What is already short says no less when it stays in place.
        seuils = np.where(_is_court(exacts) & (exacts.round(decimales) == exacts), exacts, _round_to(exacts, pas))
        if _has_everywhere(connues, seuils):
            return seuils
    return _merge_vides(
        connues, np.array([math.ceil(round(s / pas_min, 6)) * pas_min for s in exacts]).round(decimales)
    )


def _is_court(nombres: Valeurs) -> NDArray[np.bool_]:
    """Whether each number is written with two significant figures at most, as "17" or "0,25"."""
    return np.array([float(f"{nombre:.1e}") == nombre for nombre in nombres.tolist()], dtype=np.bool_)


def _has_everywhere(connues: Valeurs, seuils: Valeurs) -> bool:
    """Whether each class has a value."""
    rangs = np.searchsorted(connues, seuils)
    return bool((np.diff(np.concatenate(([0], rangs, [len(connues)]))) > 0).all())


def _merge_vides(connues: Valeurs, seuils: Valeurs) -> Valeurs:
    """Leave out the bounds that cut nothing: each one left has values before it since the last, and after it."""
    gardes: list[float] = []
    debut = 0
    for seuil in np.unique(seuils):
        rang = int(np.searchsorted(connues, seuil))
        if debut < rang < len(connues):
            gardes.append(float(seuil))
            debut = rang
    return np.array(gardes)


def _round_largeur(connues: Valeurs, nombre: int, decimales: int) -> Valeurs:
    """Bounds of classes of one round width, the roundest one whose last class has values."""
    minimum, maximum = float(connues[0]), float(connues[-1])
    largeur = (maximum - minimum) / nombre
    pas_min = 10.0**-decimales
    numeros = np.arange(1, nombre, dtype=np.float64)
    seuils: Valeurs = minimum + largeur * numeros
    for finesse in _FINESSES_LARGEUR:
        pas = max(_floor_rond(largeur / finesse), pas_min)
        depart = math.floor(minimum / pas) * pas
        ronde = math.ceil(round((maximum - depart) / nombre / pas, 6)) * pas
        seuils = _round_to(depart + ronde * numeros, np.full(nombre - 1, pas, dtype=np.float64))
        if minimum < seuils[0] and seuils[-1] < maximum:
            return seuils
    return _merge_vides(connues, seuils)


def _describe(
    connues: Valeurs, seuils: Valeurs, unite: str, *, regulieres: bool
) -> list[tuple[float, float, int, str]]:
    """Ends, count and label of each class; `regulieres`: of one width, which labels must show."""
    if not connues.size:
        return []
    rangs = [0, *np.searchsorted(connues, seuils).tolist(), len(connues)]
    bornes = [float(connues[0]), *seuils.tolist(), float(connues[-1])]
    dernier = len(bornes) - 2
    classes = []
    precedente: float | None = None
    for rang in range(len(bornes) - 1):
        dedans = connues[rangs[rang] : rangs[rang + 1]]
        seule = None if regulieres else _find_seule(dedans)
        bas = bornes[rang] if rang else None
        haut = bornes[rang + 1] if rang < dernier else None
        libelle = _write_libelle(bas, haut, seule, precedente, unite)
        classes.append((bornes[rang], bornes[rang + 1], len(dedans), libelle))
        precedente = seule
    return classes


def _find_seule(dedans: Valeurs) -> float | None:
    """The one value of a class that has only one, when it is written shortly: it is its label."""
    if not dedans.size or dedans[0] != dedans[-1] or round(float(dedans[0]), 2) != dedans[0]:
        return None
    return float(dedans[0])


def _write_libelle(
    bas: float | None, haut: float | None, seule: float | None, precedente: float | None, unite: str
) -> str:
    suite = f"{_INSECABLE}{unite}" if unite else ""
    if seule is not None:
        return write_nombre(seule) + suite
    fin = "" if haut is None else f"moins de{_INSECABLE}{write_nombre(haut)}{suite}"
    if bas is None:
        return fin or "toutes les valeurs"
    if precedente is not None:
        # "plus de 0 %" rather than "0,004 % ou plus", the first value seen after 0.
        debut = f"plus de{_INSECABLE}{write_nombre(precedente)}{suite}"
        return f"{debut}, {fin}" if fin else debut
    return f"de {write_nombre(bas)} à {fin}" if fin else f"{write_nombre(bas)}{suite} ou plus"


def write_nombre(nombre: float) -> str:
    """A bound in French with the decimals it needs: 1234.5 → "1 234,5", -2 → "−2"."""
    decimales = next((d for d in range(_DECIMALES_MAX) if round(nombre, d) == nombre), _DECIMALES_MAX)
    texte = f"{abs(nombre):,.{decimales}f}".replace(",", _FINE).replace(".", ",")
    return f"−{texte}" if nombre < 0 else texte
