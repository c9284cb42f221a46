"""A growing curve drawn on the server: what one, two, three… of something give, and what they give at most. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LARGEUR, HAUTEUR = 640, 300
_GAUCHE, _DROITE, _HAUT, _BAS = 12, 20, 36, 44
# Numbers under the axis: as many as fit, at round steps.
_PAS = (1, 2, 5, 10, 20, 50, 100)
_NUMEROS_MAX = 12
# What a text takes of the width, at its largest.
_PART_TEXTE = 0.35


@dataclass(frozen=True, slots=True)
class PointCourbe:
    """What `nombre` give; `borne`: what they give at most, None when nobody knows. `texte`: the value as written."""

    nombre: int
    valeur: float
    texte: str
    borne: float | None = None
    est_choisi: bool = False


@dataclass(frozen=True, slots=True)
class Marque:
    """A point of the curve; its text ends at `x_texte` on the left ("end" as `ancre`), or starts there."""

    x: int
    y: int
    nombre: int
    texte: str
    x_texte: int
    y_texte: int
    ancre: str
    est_choisi: bool


@dataclass(frozen=True, slots=True)
class Graduation:
    """A number under the axis."""

    x: int
    texte: str


@dataclass(frozen=True, slots=True)
class GraphiqueCourbe:
    """A curve from zero; `borne` is "" when the curve reaches it everywhere. `marques`: every point."""

    titre: str
    description: str
    largeur: int
    hauteur: int
    base: int
    ligne: str
    borne: str
    marques: tuple[Marque, ...]
    graduations: tuple[Graduation, ...]
    choisie: Marque | None
    derniere: Marque


def build_courbe(titre: str, description: str, points: Sequence[PointCourbe]) -> GraphiqueCourbe | None:
    """The curve through zero and the points, in the order of their number; None with fewer than two.

    Raises ValueError for a negative value and for two points of one number.
    """
    ordre = sorted(points, key=lambda point: point.nombre)
    if len(ordre) < 2:
        return None
    if len({point.nombre for point in ordre}) < len(ordre) or ordre[0].nombre < 1:
        raise ValueError("one value for each number, from 1 on")
    if any(not 0 <= valeur < math.inf for point in ordre for valeur in (point.valeur, point.borne or 0)):
        raise ValueError("the axis starts from zero")
    plus_haut = max(max(point.valeur, point.borne or 0) for point in ordre) or 1
    dernier, base = ordre[-1].nombre, HAUTEUR - _BAS

    def place(nombre: int, valeur: float) -> tuple[int, int]:
        x = _GAUCHE + round((LARGEUR - _GAUCHE - _DROITE) * nombre / dernier)
        return x, base - round((base - _HAUT) * valeur / plus_haut)

    marques = []
    for point in ordre:
        x, y = place(point.nombre, point.valeur)
        # The curve grows: nothing is drawn at the upper left of a point, nor at its lower right.
        coin = (x - 12, y - 12, "end") if x > LARGEUR * _PART_TEXTE else (x + 12, y + 26, "start")
        marques.append(Marque(x, y, point.nombre, point.texte, *coin, point.est_choisi))
    hautes = [place(point.nombre, point.valeur if point.borne is None else point.borne) for point in ordre]
    depart = place(0, 0)
    pas = next((pas for pas in _PAS if dernier / pas <= _NUMEROS_MAX), _PAS[-1])
    return GraphiqueCourbe(
        titre=titre,
        description=description,
        largeur=LARGEUR,
        hauteur=HAUTEUR,
        base=base,
        ligne=_join([depart, *((marque.x, marque.y) for marque in marques)]),
        borne=_join([depart, *hautes]) if hautes != [(marque.x, marque.y) for marque in marques] else "",
        marques=tuple(marques),
        graduations=tuple(Graduation(place(nombre, 0)[0], str(nombre)) for nombre in range(0, dernier + 1, pas)),
        choisie=next((marque for marque in marques if marque.est_choisi), None),
        derniere=marques[-1],
    )


def _join(places: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places)
