"""Two figures crossed on one map: three classes each, nine colours, and the places that are bad in both. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.choroplethe import AIRES_INDIVIDUELLES_MAX, AireSource, Choroplethe, Teinte, draw_carte
from tierslieux.cartes.classes import Classes, ModeClasses, cut_classes
from tierslieux.cartes.palettes import BIVARIEE

NOMBRE = 3


@dataclass(frozen=True, slots=True)
class Croisement:
    """Where each code stands: `cases` gives (rank by x, rank by y), both 0 to 2, None without one of the figures.

    `pires`: codes in the highest class of both, in the order given; `effectifs[y][x]`: how many in each case. They
    sum, with `sans_donnee`, to the number of codes.
    """

    x: Classes
    y: Classes
    cases: Mapping[str, tuple[int, int] | None]
    effectifs: tuple[tuple[int, ...], ...]
    sans_donnee: int
    pires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseLegende:
    """A square of the legend."""

    css: str
    couleur: str
    libelle_x: str
    libelle_y: str
    effectif: int


@dataclass(frozen=True, slots=True)
class Bivariee:
    """A map (its own `legende` is the same in lines) and its legend in squares, rows from the highest `y` down."""

    carte: Choroplethe
    titre_x: str
    titre_y: str
    lignes: tuple[tuple[CaseLegende, ...], ...]


def build_croisement(
    codes: Sequence[str],
    x: Mapping[str, float | None],
    y: Mapping[str, float | None],
    *,
    unite_x: str = "",
    unite_y: str = "",
) -> Croisement:
    """Cut two figures in terciles with rounded bounds (over the codes that have both) and cross them; high is bad.

    A figure that many share (0 %) may leave two classes, or one.
    """
    complets = [code for code in codes if x.get(code) is not None and y.get(code) is not None]
    classes_x = cut_classes([x.get(code) for code in complets], ModeClasses.QUANTILES, NOMBRE, unite=unite_x)
    classes_y = cut_classes([y.get(code) for code in complets], ModeClasses.QUANTILES, NOMBRE, unite=unite_y)
    cases: dict[str, tuple[int, int] | None] = dict.fromkeys(codes)
    for code in complets:
        rang_x, rang_y = classes_x.find_rang(x.get(code)), classes_y.find_rang(y.get(code))
        if rang_x is not None and rang_y is not None:
            cases[code] = (rang_x, rang_y)
    compte = Counter(cases[code] for code in codes)
    derniere = (len(classes_x.classes) - 1, len(classes_y.classes) - 1)
    return Croisement(
        x=classes_x,
        y=classes_y,
        cases=cases,
        effectifs=tuple(
            tuple(compte[rang_x, rang_y] for rang_x in range(len(classes_x.classes)))
            for rang_y in range(len(classes_y.classes))
        ),
        sans_donnee=compte[None],
        # With one class only, nothing is worse than the rest.
        pires=tuple(code for code in codes if cases[code] == derniere) if min(derniere) > 0 else (),
    )


def build_bivariee(
    aires: Sequence[AireSource],
    croisement: Croisement,
    *,
    titre: str,
    description: str,
    titre_x: str,
    titre_y: str,
    textes: Mapping[str, str] | None = None,
    adresses: Mapping[str, str] | None = None,
    contours: Sequence[BaseGeometry] = (),
    ici: str | None = None,
    individuelles_max: int = AIRES_INDIVIDUELLES_MAX,
) -> Bivariee | None:
    """Draw areas coloured by their case, as build_choroplethe does; None when no area has a shape."""
    colonnes, rangees = len(croisement.x.classes), len(croisement.y.classes)
    teintes = [
        Teinte(
            _name_case(rang_x, rang_y, colonnes, rangees),
            _find_couleur(rang_x, rang_y, colonnes, rangees),
            f"{titre_x} : {classe_x.libelle} ; {titre_y} : {classe_y.libelle}",
        )
        for rang_y, classe_y in enumerate(croisement.y.classes)
        for rang_x, classe_x in enumerate(croisement.x.classes)
    ]

    def find_teinte(code: str) -> int | None:
        case = croisement.cases.get(code)
        return None if case is None else case[1] * colonnes + case[0]

    carte = draw_carte(
        aires,
        teintes,
        find_teinte,
        titre=titre,
        description=description,
        palette="palette-bivariee",
        remarque=None,
        textes=textes or {},
        adresses=adresses or {},
        contours=contours,
        ici=ici,
        individuelles_max=individuelles_max,
    )
    if carte is None:
        return None
    lignes = tuple(
        tuple(
            CaseLegende(
                carte.legende[rang_y * colonnes + rang_x].css,
                carte.legende[rang_y * colonnes + rang_x].couleur,
                classe_x.libelle,
                classe_y.libelle,
                carte.legende[rang_y * colonnes + rang_x].effectif,
            )
            for rang_x, classe_x in enumerate(croisement.x.classes)
        )
        for rang_y, classe_y in reversed(list(enumerate(croisement.y.classes)))
    )
    return Bivariee(carte, titre_x, titre_y, lignes)


def _stretch(rang: int, nombre: int) -> int:
    """The highest class has the last colour, however many there are."""
    return NOMBRE - nombre + rang if rang else 0


def _name_case(rang_x: int, rang_y: int, colonnes: int, rangees: int) -> str:
    return f"case-{_stretch(rang_y, rangees)}-{_stretch(rang_x, colonnes)}"


def _find_couleur(rang_x: int, rang_y: int, colonnes: int, rangees: int) -> str:
    return BIVARIEE[_stretch(rang_y, rangees)][_stretch(rang_x, colonnes)]
