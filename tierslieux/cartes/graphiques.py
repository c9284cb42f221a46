"""Small charts drawn on the server, as the parts of one SVG with its texts: bars, distribution, series. Pure.

A drawing is 360 units wide, about the pixels of a phone, so that its texts are as large as those around; on a wide
screen it stops growing (css/features/cartes_statistiques.css).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.cartes.classes import Classes

LARGEUR = 360

# Bars: a line of 14 units holds about this many letters; names on two lines at most.
_NOM_LETTRES = 46
_NOM_LIGNES = 2
_LIGNE = 17
_BARRE = 14
_PISTE = 250
_ENTRE_BARRES = 12

# Distribution: height of the highest column, and room for the texts under each.
_COLONNES_HAUTEUR = 120
_HAUT = 34

# Series: the drawing area, with room for the first and the last label.
_SERIE_HAUTEUR = 150
_SERIE_MARGE = 44


@dataclass(frozen=True, slots=True)
class ValeurBarre:
    """One bar to draw: `texte` is the value as written ("12,3 %", "pas de donnée" for None, which has no bar).

    `bas`, `haut`: ends of the whisker, None when measured. `est_ici`: the territory of the page, drawn darker.
    """

    nom: str
    valeur: float | None
    texte: str
    bas: float | None = None
    haut: float | None = None
    est_ici: bool = False
    adresse: str = ""


@dataclass(frozen=True, slots=True)
class Texte:
    """A line of text and where its base line starts."""

    x: int
    y: int
    texte: str


@dataclass(frozen=True, slots=True)
class Barre:
    """A drawn bar from x = 0, at `y`, `hauteur` high; `bas`, `haut`: ends of its whisker. None without value."""

    noms: tuple[Texte, ...]
    valeur: Texte
    adresse: str
    est_ici: bool
    y: int
    hauteur: int
    longueur: int | None
    bas: int | None
    haut: int | None


@dataclass(frozen=True, slots=True)
class GraphiqueBarres:
    """Horizontal bars from zero; `a_intervalles`: at least one has a whisker, which the reader must be told of."""

    titre: str
    description: str
    largeur: int
    hauteur: int
    barres: tuple[Barre, ...]
    a_intervalles: bool


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column of a distribution; `libelle` is its class, written in the list that goes with the drawing."""

    x: int
    y: int
    largeur: int
    hauteur: int
    effectif: int
    numero: int
    libelle: str
    est_ici: bool


@dataclass(frozen=True, slots=True)
class GraphiqueDistribution:
    """How many territories in each class, and where this one stands; `repere` is "" when it is in none."""

    titre: str
    description: str
    largeur: int
    hauteur: int
    base: int
    colonnes: tuple[Colonne, ...]
    repere: str


@dataclass(frozen=True, slots=True)
class PointSerie:
    """A value at a date to draw: `libelle` is the date as written ("2022"), `abscisse` its place in time (a year)."""

    libelle: str
    abscisse: float
    valeur: float
    texte: str
    bas: float | None = None
    haut: float | None = None


@dataclass(frozen=True, slots=True)
class PointDessine:
    """A drawn point; `y_bas`, `y_haut`: ends of its whisker, None without."""

    libelle: str
    texte: str
    x: int
    y: int
    y_bas: int | None
    y_haut: int | None
    y_texte: int


@dataclass(frozen=True, slots=True)
class GraphiqueSerie:
    """A line through few points, above an axis at zero (`base`)."""

    titre: str
    description: str
    largeur: int
    hauteur: int
    base: int
    ligne: str
    points: tuple[PointDessine, ...]


def build_barres(
    titre: str, description: str, valeurs: Sequence[ValeurBarre], *, maximum: float | None = None
) -> GraphiqueBarres | None:
    """Horizontal bars with intervals, as for the comparison of a territory with its peers; None without any value.

    `maximum`: the value at the end of the track (100 for percentages), the greatest of all by default. Values are at
    least 0: raises ValueError otherwise.
    """
    if any(min(v.valeur or 0, v.bas or 0) < 0 for v in valeurs):
        raise ValueError("bars start from zero")
    if all(v.valeur is None for v in valeurs):
        return None
    plus_haut = max(maximum or 0, *(max(v.valeur or 0, v.haut or 0) for v in valeurs), 0) or 1

    def scale(valeur: float | None) -> int | None:
        return None if valeur is None else round(_PISTE * valeur / plus_haut)

    barres = []
    y = 0
    for valeur in valeurs:
        lignes = textwrap.wrap(valeur.nom, _NOM_LETTRES, max_lines=_NOM_LIGNES, placeholder="…") or [""]
        noms = tuple(Texte(0, y + 13 + rang * _LIGNE, ligne) for rang, ligne in enumerate(lignes))
        haut_barre = y + len(lignes) * _LIGNE + 2
        fin = max(scale(valeur.valeur) or 0, scale(valeur.haut) or 0) if valeur.valeur is not None else 0
        barres.append(
            Barre(
                noms=noms,
                valeur=Texte(fin + (8 if fin else 0), haut_barre + 12, valeur.texte),
                adresse=valeur.adresse,
                est_ici=valeur.est_ici,
                y=haut_barre,
                hauteur=_BARRE,
                longueur=scale(valeur.valeur),
                bas=scale(valeur.bas) if valeur.valeur is not None else None,
                haut=scale(valeur.haut) if valeur.valeur is not None else None,
            )
        )
        y = haut_barre + _BARRE + _ENTRE_BARRES
    return GraphiqueBarres(
        titre, description, LARGEUR, y - _ENTRE_BARRES + 4, tuple(barres), any(b.bas is not None for b in barres)
    )


def build_distribution(
    titre: str, description: str, classes: Classes, *, valeur: float | None = None, texte_ici: str = ""
) -> GraphiqueDistribution | None:
    """How many territories fall in each class, with a marker on that of `valeur`; None without any class.

    `texte_ici`: what the marker says ("Brest : 12,3 %").
    """
    if not classes.classes:
        return None
    plus_haut = max(classe.effectif for classe in classes.classes) or 1
    pas = LARGEUR // len(classes.classes)
    rang_ici = classes.find_rang(valeur)
    base = _HAUT + _COLONNES_HAUTEUR + 14
    colonnes = []
    for classe in classes.classes:
        hauteur = max(1, round(_COLONNES_HAUTEUR * classe.effectif / plus_haut)) if classe.effectif else 0
        colonnes.append(
            Colonne(
                x=classe.rang * pas + 3,
                y=base - hauteur,
                largeur=pas - 6,
                hauteur=hauteur,
                effectif=classe.effectif,
                numero=classe.rang + 1,
                libelle=classe.libelle,
                est_ici=classe.rang == rang_ici,
            )
        )
    repere = texte_ici if rang_ici is not None else ""
    return GraphiqueDistribution(titre, description, LARGEUR, base + 22, base, tuple(colonnes), repere)


def build_serie(titre: str, description: str, points: Sequence[PointSerie]) -> GraphiqueSerie | None:
    """A line through the points of a figure in the order of time, from zero; None with fewer than two.

    Raises ValueError for negative values and for two points at one date.
    """
    ordre = sorted(points, key=lambda point: point.abscisse)
    if len(ordre) < 2:
        return None
    if any(min(point.valeur, point.bas or 0) < 0 for point in ordre):
        raise ValueError("the axis starts from zero")
    premier, dernier = ordre[0].abscisse, ordre[-1].abscisse
    if len({point.abscisse for point in ordre}) < len(ordre):
        raise ValueError("two values at one date")
    plus_haut = max(max(point.valeur, point.haut or 0) for point in ordre) or 1
    base = _HAUT + _SERIE_HAUTEUR

    def place(valeur: float | None) -> int | None:
        return None if valeur is None else base - round(_SERIE_HAUTEUR * valeur / plus_haut)

    dessines = []
    for point in ordre:
        x = _SERIE_MARGE + round((LARGEUR - 2 * _SERIE_MARGE) * (point.abscisse - premier) / (dernier - premier))
        y = place(point.valeur) or 0
        y_haut = place(point.haut)
        sommet = y if y_haut is None else min(y, y_haut)
        dessines.append(PointDessine(point.libelle, point.texte, x, y, place(point.bas), y_haut, sommet - 10))
    ligne = "M" + "L".join(f"{point.x} {point.y}" for point in dessines)
    return GraphiqueSerie(titre, description, LARGEUR, base + 24, base, ligne, tuple(dessines))
