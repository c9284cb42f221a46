"""The map of a simulation: the ground of today, drawn once, and over it what the changes touch. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.cadrage import cut_parties
from tierslieux.cartes.choroplethe import Cadre, Choroplethe, Entree, Forme, Groupe
from tierslieux.cartes.reperes import draw_reperes, list_legende
from tierslieux.cartes.traces import encode_lignes, encode_polygones
from tierslieux.core.geo import ZONES
from tierslieux.filtres import INSECABLE, format_duree
from tierslieux.planification.bilan import Etat, compute_etat
from tierslieux.planification.carte import (
    GENRES,
    SANS_TRAJET,
    TEINTES,
    average_par,
    draw_carte_etude,
    find_classe,
    list_reperes,
)
from tierslieux.planification.evaluation import Evaluation
from tierslieux.planification.simulation.presenters import CarteSimulation
from tierslieux.planification.terrain import Site, Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour

# Degrees are known at the corners of a grid of so many cells a side: between them a plane errs by some ten metres on a
# territory 200 km wide, where a pixel is 200 m.
CELLULES = 8


@dataclass(frozen=True, slots=True)
class Fond:
    """The ground: the map of today without any mark, the shapes (EPSG:4326) and the minutes of its areas by code."""

    carte: Choroplethe
    formes: Mapping[str, BaseGeometry | None]
    noms: Mapping[str, str]
    durees_min: Mapping[str, float | None]
    niveau: Niveau


def draw_fond(contours: Sequence[Contour], terrain: Terrain, niveau: Niveau, *, titre: str) -> Fond | None:
    """Today's map; None without any outline. `niveau`: of the areas."""
    etat = compute_etat(terrain, terrain.list_ouverts())
    aucun = Etat(np.zeros_like(etat.ouverts), etat.proches, etat.durees_min)
    carte = draw_carte_etude(contours, terrain, aucun, titre=titre, niveau=niveau)
    if carte is None:
        return None
    return Fond(
        carte,
        {contour.code: contour.geometrie for contour in contours},
        {contour.code: contour.nom for contour in contours},
        average_par(terrain, etat.durees_min, niveau),
        niveau,
    )


def draw_simulation(
    fond: Fond, evaluation: Evaluation, candidats: Sequence[Site], *, est_avant: bool, avec_fond: bool
) -> CarteSimulation:
    """The ground with what the changes touch and the marks; `est_avant`: today's map, with today's places.

    `avec_fond` False leaves the ground out, for a page that has it already.
    """
    etat = evaluation.etat_avant if est_avant else evaluation.etat_apres
    durees = fond.durees_min if est_avant else average_par(evaluation.terrain, etat.durees_min, fond.niveau)
    touchees = {code: durees.get(code) for code in fond.formes if durees.get(code) != fond.durees_min.get(code)}
    reperes = list_reperes(
        evaluation.terrain,
        etat,
        proposes=() if est_avant else evaluation.sites_ouverts,
        fermes=() if est_avant else evaluation.sites_fermes,
        candidats=() if est_avant else candidats,
    )
    textes = {code: _write_texte(fond, code, duree) for code, duree in touchees.items()}
    cadres = tuple(
        replace(
            cadre,
            groupes=(*(cadre.groupes if avec_fond else ()), *groupes),
            limites=cadre.limites if avec_fond else "",
            contours=contours,
            reperes=draw_reperes(cadre.grille, reperes),
        )
        for cadre in fond.carte.cadres
        for groupes, contours in [_draw_touchees(fond, cadre, touchees, textes)]
    )
    carte = replace(
        fond.carte,
        cadres=cadres,
        legende=_count(fond, durees),
        legende_reperes=list_legende((groupe for cadre in cadres for groupe in cadre.reperes), GENRES),
    )
    return CarteSimulation(
        carte,
        tuple(_list_noeuds(cadre) for cadre in fond.carte.cadres),
        tuple(len(cadre.groupes) for cadre in fond.carte.cadres),
        CELLULES,
        est_avant,
    )


def _write_texte(fond: Fond, code: str, duree_min: float | None) -> str:
    avant, apres = _write_duree(fond.durees_min.get(code)), _write_duree(duree_min)
    passage = apres if avant == apres else f"{avant} → {apres}"
    return f"{fond.noms[code]}{INSECABLE}: {passage}"


def _write_duree(duree_min: float | None) -> str:
    return SANS_TRAJET if duree_min is None else format_duree(duree_min)


def _draw_touchees(
    fond: Fond, cadre: Cadre, touchees: Mapping[str, float | None], textes: Mapping[str, str]
) -> tuple[tuple[Groupe, ...], str]:
    """(areas that changes touch in their new colour, the lines around them) in one frame."""
    codes = [code for code in touchees if fond.formes[code] is not None]
    if not codes:
        return (), ""
    geometries = np.empty(len(codes), dtype=object)
    geometries[:] = [fond.formes[code] for code in codes]
    parties = cut_parties(geometries)
    ici = parties.zones == ZONES.index(cadre.grille.zone)
    if not ici.any():
        return (), ""
    polygones, rangs = cadre.grille.project(parties.polygones[ici]), parties.rangs[ici]
    par_classe: dict[int | None, list[Forme]] = {}
    for rang in np.unique(rangs).tolist():
        code = codes[rang]
        forme = Forme(encode_polygones(polygones[rangs == rang]), textes[code])
        par_classe.setdefault(find_classe(touchees[code]), []).append(forme)
    groupes = [
        Groupe(TEINTES[classe].css, TEINTES[classe].couleur, tuple(formes))
        for classe, formes in par_classe.items()
        if classe is not None
    ]
    if None in par_classe:
        sans = fond.carte.legende[-1]
        groupes.append(Groupe("sans-donnee", sans.couleur, tuple(par_classe[None])))
    return tuple(groupes), encode_lignes(polygones)


def _count(fond: Fond, durees: Mapping[str, float | None]) -> tuple[Entree, ...]:
    """The legend with the counts of a state: every class, and what has no journey when there is some."""
    effectifs = Counter(find_classe(durees.get(code)) for code in fond.formes)
    entrees = [
        Entree(teinte.css, teinte.couleur, teinte.libelle, effectifs[rang]) for rang, teinte in enumerate(TEINTES)
    ]
    if effectifs[None]:
        entrees.append(Entree("sans-donnee", "#ffffff", SANS_TRAJET, effectifs[None]))
    return tuple(entrees)


def _list_noeuds(cadre: Cadre) -> tuple[tuple[float, float], ...]:
    """Degrees at the corners of the cells of a frame, line by line from the top left."""
    pas = [rang / CELLULES for rang in range(CELLULES + 1)]
    lieux = (cadre.grille.locate(cadre.largeur * x, cadre.hauteur * y) for y in pas for x in pas)
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in lieux)
