"""A choropleth drawn on the server, as the parts of one SVG for each territory shown and a legend. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.cadrage import (
    Echelle,
    Geometries,
    Grille,
    Parties,
    build_grille,
    cut_parties,
    order_zones,
    project_zone,
)
from tierslieux.cartes.classes import Classes
from tierslieux.cartes.palettes import SEQUENTIELLES, TRAITS
from tierslieux.cartes.reperes import EntreeRepere, GroupeReperes, Repere, draw_reperes, list_legende
from tierslieux.cartes.traces import encode_fusion, encode_lignes, encode_polygones
from tierslieux.core.geo import ZONES

# Up to this many areas, each is a shape of its own with its text and its link; beyond, shapes of a class are merged.
AIRES_INDIVIDUELLES_MAX = 400
# Up to this many, merged areas keep the lines between them; beyond, these would be a grey haze.
_AIRES_AVEC_LIMITES_MAX = 8_000

CSS_SANS_DONNEE = "sans-donnee"
SANS_DONNEE = "pas de donnée"
_SANS_GENRES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AireSource:
    """An area to colour; `geometrie` (polygons) in EPSG:4326, None when the publisher draws none."""

    code: str
    nom: str
    geometrie: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Forme:
    """One shape: the `d` of a path, the text of its tooltip, the address it leads to (both may be empty)."""

    d: str
    texte: str = ""
    adresse: str = ""


@dataclass(frozen=True, slots=True)
class Groupe:
    """Shapes of one colour; `css` is their class name, `couleur` their fill where no style sheet is read."""

    css: str
    couleur: str
    formes: tuple[Forme, ...]


@dataclass(frozen=True, slots=True)
class Cadre:
    """One territory drawn at one scale: the main one, then those of overseas.

    `limites`: lines between merged areas; `contours`: outlines of a level above; `ici`: that of the area pointed at.
    All three may be empty. `est_sans_traits`: so many areas that no line is drawn between them. `grille`: how degrees
    become units of the drawing. `reperes`: marks of places, over everything.
    """

    nom: str
    largeur: int
    hauteur: int
    groupes: tuple[Groupe, ...]
    limites: str
    contours: str
    ici: str
    est_sans_traits: bool
    grille: Grille
    reperes: tuple[GroupeReperes, ...] = ()

    @property
    def echelle(self) -> Echelle:
        """Its scale bar."""
        return self.grille.echelle


@dataclass(frozen=True, slots=True)
class Entree:
    """A line of the legend."""

    css: str
    couleur: str
    libelle: str
    effectif: int


@dataclass(frozen=True, slots=True)
class Choroplethe:
    """Everything that components/choroplethe.html writes: frames (the first is the main one) and legend.

    The counts of the legend sum to the number of areas. `sans_contour`: how many of them have no shape to colour.
    `palette`: class name that says which colours serve ("palette-5"). `legende_reperes`: marks of places.
    """

    titre: str
    description: str
    palette: str
    cadres: tuple[Cadre, ...]
    legende: tuple[Entree, ...]
    remarque: str | None
    sans_contour: int
    legende_reperes: tuple[EntreeRepere, ...] = ()


@dataclass(frozen=True, slots=True)
class Teinte:
    """A colour of a map, in the order of its legend."""

    css: str
    couleur: str
    libelle: str


def build_choroplethe(
    aires: Sequence[AireSource],
    valeurs: Mapping[str, float | None],
    classes: Classes,
    *,
    titre: str,
    description: str,
    textes: Mapping[str, str] | None = None,
    adresses: Mapping[str, str] | None = None,
    contours: Sequence[BaseGeometry] = (),
    ici: str | None = None,
    individuelles_max: int = AIRES_INDIVIDUELLES_MAX,
) -> Choroplethe | None:
    """Draw areas coloured by the class of their value; None when no area has a shape.

    `valeurs` by code, an absent code is "pas de donnée"; `classes` come from the same values. `textes` (such as
    "Brest : 12,3 %") and `adresses` by code are used up to `individuelles_max` areas. `contours` (EPSG:4326): outlines
    of a level above, drawn over; `ici`: code of the area to point at. Territories far from each other (France) are
    drawn apart, each at its own scale.
    """
    couleurs = SEQUENTIELLES[classes.teintes]
    return draw_carte(
        aires,
        [Teinte(f"classe-{c.teinte}", couleurs[c.teinte], c.libelle) for c in classes.classes],
        lambda code: classes.find_rang(valeurs.get(code)),
        titre=titre,
        description=description,
        palette=f"palette-{classes.teintes}",
        remarque=classes.remarque,
        textes=textes or {},
        adresses=adresses or {},
        contours=contours,
        ici=ici,
        individuelles_max=individuelles_max,
    )


def draw_carte(
    aires: Sequence[AireSource],
    teintes: Sequence[Teinte],
    find_teinte: Callable[[str], int | None],
    *,
    titre: str,
    description: str,
    palette: str,
    remarque: str | None,
    textes: Mapping[str, str],
    adresses: Mapping[str, str],
    contours: Sequence[BaseGeometry],
    ici: str | None,
    individuelles_max: int,
    sans: str = SANS_DONNEE,
    reperes: Sequence[Repere] = (),
    genres: Mapping[str, str] = _SANS_GENRES,
) -> Choroplethe | None:
    """Same as build_choroplethe, for any colours: `find_teinte` gives the rank in `teintes` of a code, None without.

    `sans`: what the legend says of areas without colour. `reperes`: places to mark; `genres`: what the legend calls
    each kind of mark, in its order.
    """
    # The last colour is that of areas without figure.
    toutes = [*teintes, Teinte(CSS_SANS_DONNEE, TRAITS.sans_donnee_fond, sans)]
    rangs = [find_teinte(aire.code) for aire in aires]
    index = np.array([len(teintes) if rang is None else rang for rang in rangs], dtype=np.int64)
    dessin = _Dessin(aires, index, toutes, textes, adresses, reperes, individuelles=len(aires) <= individuelles_max)
    parties = cut_parties(_to_array([aire.geometrie for aire in aires]))
    if not len(parties.polygones):
        return None
    dessus = cut_parties(_to_array(contours))
    effectifs = Counter(index.tolist())
    cadres = tuple(dessin.draw(zone, parties, dessus, ici) for zone in order_zones(parties.zones))
    return Choroplethe(
        titre=titre,
        description=description,
        palette=palette,
        cadres=cadres,
        legende=tuple(
            Entree(teinte.css, teinte.couleur, teinte.libelle, effectifs[rang])
            for rang, teinte in enumerate(toutes)
            if rang < len(teintes) or effectifs[rang]
        ),
        remarque=remarque,
        sans_contour=len(aires) - len(np.unique(parties.rangs)),
        legende_reperes=list_legende((groupe for cadre in cadres for groupe in cadre.reperes), genres),
    )


def _to_array(geometries: Sequence[BaseGeometry | None]) -> Geometries:
    tableau = np.empty(len(geometries), dtype=object)
    tableau[:] = geometries
    return tableau


@dataclass(frozen=True, slots=True)
class _Dessin:
    """What all frames share; `index`: rank in `teintes` of the colour of each area."""

    aires: Sequence[AireSource]
    index: NDArray[np.int64]
    teintes: Sequence[Teinte]
    textes: Mapping[str, str]
    adresses: Mapping[str, str]
    reperes: Sequence[Repere]
    individuelles: bool

    def draw(self, rang_zone: int, parties: Parties, dessus: Parties, ici: str | None) -> Cadre:
        """The frame of a zone."""
        zone = ZONES[rang_zone]
        dedans = parties.zones == rang_zone
        rangs = parties.rangs[dedans]
        projetes = project_zone(zone, parties.polygones[dedans])
        grille = build_grille(zone, projetes, len(self.aires))
        polygones = grille.lay(projetes)
        groupes, limites = (self._list_formes if self.individuelles else self._fuse)(polygones, rangs)
        pointee = [aire.code == ici for aire in self.aires] if ici is not None else []
        return Cadre(
            nom=zone.nom,
            largeur=grille.largeur,
            hauteur=grille.hauteur,
            groupes=groupes,
            limites=limites,
            contours=_draw_lignes(grille, dessus.polygones[dessus.zones == rang_zone]),
            ici=encode_polygones(polygones[np.array(pointee)[rangs]]) if any(pointee) else "",
            est_sans_traits=not self._has_limites(),
            grille=grille,
            reperes=draw_reperes(grille, self.reperes),
        )

    def _has_limites(self) -> bool:
        return self.individuelles or len(self.aires) <= _AIRES_AVEC_LIMITES_MAX

    def _fuse(self, polygones: Geometries, rangs: NDArray[np.int64]) -> tuple[tuple[Groupe, ...], str]:
        groupes, limites = [], []
        for rang, teinte in self._list_teintes():
            fusion = encode_fusion(polygones[self.index[rangs] == rang], limites=self._has_limites())
            if fusion.contour:
                groupes.append(Groupe(teinte.css, teinte.couleur, (Forme(fusion.contour),)))
            limites.append(fusion.limites)
        return tuple(groupes), "".join(_restart(limites))

    def _list_formes(self, polygones: Geometries, rangs: NDArray[np.int64]) -> tuple[tuple[Groupe, ...], str]:
        groupes = []
        for rang, teinte in self._list_teintes():
            formes = tuple(
                self._draw_aire(int(rang_aire), polygones[rangs == rang_aire])
                for rang_aire in np.unique(rangs[self.index[rangs] == rang])
            )
            if formes:
                groupes.append(Groupe(teinte.css, teinte.couleur, formes))
        return tuple(groupes), ""

    def _list_teintes(self) -> list[tuple[int, Teinte]]:
        """Areas without figure first: lines of the others stand over theirs."""
        rangees = list(enumerate(self.teintes))
        return [rangees[-1], *rangees[:-1]]

    def _draw_aire(self, rang_aire: int, polygones: Geometries) -> Forme:
        aire = self.aires[rang_aire]
        texte = self.textes.get(aire.code, aire.nom)
        return Forme(encode_polygones(polygones) or _draw_point(polygones), texte, self.adresses.get(aire.code, ""))


def _draw_point(polygones: Geometries) -> str:
    """An area that is nothing on the grid is a small diamond, so that it can still be seen and pointed at."""
    x, y = np.rint(shapely.get_coordinates(polygones[:1])[0]).astype(int).tolist()
    return f"m{x} {y - 3}l3 3-3 3-3-3z"


def _draw_lignes(grille: Grille, polygones: Geometries) -> str:
    return encode_lignes(grille.project(polygones)) if len(polygones) else ""


def _restart(traces: Sequence[str]) -> list[str]:
    """Relative paths that follow each other: each starts from the corner again."""
    return [f"M0 0{trace}" for trace in traces if trace]
