"""Marks of places on a drawn map: told apart by their shape, not by colour alone. Pure.

A mark is a stroke without length, as wide as it must be seen: it keeps its size when the map is drawn small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely

from tierslieux.cartes.cadrage import Grille

# Beyond so many marks of one kind in a frame, they are one shape: each is a point among others.
_REPERES_INDIVIDUELS_MAX = 400
# More discs than this hide what is under them: they are drawn small.
_REPERES_GRANDS_MAX = 120

# What each kind looks like: a disc, a ring, a disc with a number, a cross. The names are those of the style sheet.
OUVERT, CANDIDAT, PROPOSE, FERME = "ouvert", "candidat", "propose", "ferme"
FORMES: Mapping[str, str] = MappingProxyType({CANDIDAT: "anneau", OUVERT: "disque", FERME: "croix", PROPOSE: "numero"})


@dataclass(frozen=True, slots=True)
class Repere:
    """A place to mark, in degrees (EPSG:4326); `genre` is a key of FORMES.

    `texte`: its tooltip; `numero`: what is written on it; `code`: what a script knows it by. All three may be empty.
    """

    lon: float
    lat: float
    genre: str
    texte: str = ""
    numero: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class RepereDessine:
    """A mark in units of the drawing."""

    x: int
    y: int
    texte: str
    numero: str
    code: str


@dataclass(frozen=True, slots=True)
class GroupeReperes:
    """Marks of one kind in one frame, and how many; `semis` is the `d` of one path for all of them.

    `reperes` is empty past a number of them.
    """

    genre: str
    forme: str
    effectif: int
    semis: str
    reperes: tuple[RepereDessine, ...]

    @property
    def est_dense(self) -> bool:
        """Whether there are so many that they would hide the map."""
        return self.forme == "disque" and self.effectif > _REPERES_GRANDS_MAX


@dataclass(frozen=True, slots=True)
class EntreeRepere:
    """A line of the legend: how many marks of the kind are on the map."""

    genre: str
    forme: str
    libelle: str
    effectif: int


def draw_reperes(grille: Grille, reperes: Sequence[Repere]) -> tuple[GroupeReperes, ...]:
    """The marks that fall in the frame of a grid, by kind, those that matter most over the others."""
    # Far from the zone, its projection means nothing.
    reperes = [repere for repere in reperes if grille.zone.contains(repere.lon, repere.lat)]
    if not reperes:
        return ()
    xy = np.rint(shapely.get_coordinates(grille.project(shapely.points([(r.lon, r.lat) for r in reperes]))))
    dedans = (xy >= 0).all(axis=1) & (xy <= (grille.largeur, grille.hauteur)).all(axis=1)
    groupes = []
    for genre, forme in FORMES.items():
        lus = [
            RepereDessine(int(xy[rang, 0]), int(xy[rang, 1]), repere.texte, repere.numero, repere.code)
            for rang, repere in enumerate(reperes)
            if repere.genre == genre and dedans[rang]
        ]
        if lus:
            semis = "".join(f"M{x} {y}h0" for x, y in sorted({(repere.x, repere.y) for repere in lus}))
            montres = tuple(lus) if len(lus) <= _REPERES_INDIVIDUELS_MAX else ()
            groupes.append(GroupeReperes(genre, forme, len(lus), semis, montres))
    return tuple(groupes)


def list_legende(groupes: Iterable[GroupeReperes], libelles: Mapping[str, str]) -> tuple[EntreeRepere, ...]:
    """The lines of the legend, in the order of `libelles` (by kind), of the kinds that are on one of the frames."""
    effectifs: Counter[str] = Counter()
    for groupe in groupes:
        effectifs[groupe.genre] += groupe.effectif
    return tuple(
        EntreeRepere(genre, FORMES[genre], libelle, effectifs[genre])
        for genre, libelle in libelles.items()
        if effectifs[genre]
    )
