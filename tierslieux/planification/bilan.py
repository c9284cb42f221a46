"""What a set of open sites gives to the people of a territory: who is served, how far the others are. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import DECIMALES_DEGRES, Etude, Geste
from tierslieux.planification.terrain import Booleens, Site, Terrain


@dataclass(frozen=True, slots=True)
class Compte:
    """People, with the interval of the model; None for people who are counted."""

    valeur: float
    bas: float | None = None
    haut: float | None = None


@dataclass(frozen=True, slots=True)
class Etat:
    """Which sites are open, and what follows for each point: nearest site (-1 for none), minutes (infinite)."""

    ouverts: Booleens
    proches: Entiers
    durees_min: Flottants

    def list_couverts(self, minutes: float) -> Booleens:
        """(n,) points served within the limit."""
        return self.durees_min <= minutes


@dataclass(frozen=True, slots=True)
class Bilan:
    """Figures of one state.

    `besoin`: people in need of the territory; `couvert` those within the limit, `au_dela` the others. `population` and
    `population_au_dela`: inhabitants. `duree_moyenne_min`: of people in need who have a journey, None without any.
    `pire_min`, `pire_commune` (rank in `Communes`): the longest journey of a commune with people in need;
    `sans_trajet`: people in need whom no journey leads to a site.
    """

    besoin: Compte
    couvert: Compte
    au_dela: Compte
    population: float
    population_au_dela: float
    duree_moyenne_min: float | None
    pire_min: float | None
    pire_commune: int | None
    sans_trajet: float


def apply_gestes(terrain: Terrain, etude: Etude) -> tuple[Terrain, Booleens]:
    """(ground with the free points of the scenario, sites that are open after its changes).

    Raises InvalidInputError for a change of a place that is not there.
    """
    terrain = terrain.add([_build_point(terrain, geste) for geste in etude.gestes if geste.lon is not None])
    ouverts = terrain.list_ouverts()
    suivant = len(terrain.sites) - sum(geste.lon is not None for geste in etude.gestes)
    for geste in etude.gestes:
        if geste.lon is not None:
            ouverts[suivant] = True
            suivant += 1
        if geste.action is Action.HORAIRES or geste.code is None:
            continue
        rang = terrain.find_rang(geste.code)
        if rang is None:
            raise InvalidInputError("gestes", geste.encode(), "un lieu ou un bâtiment candidat de ce territoire")
        ouverts[rang] = geste.action is Action.OUVRIR
    return terrain, ouverts


def name_point(lon: float, lat: float) -> str:
    """The code of a free point."""
    return f"@{lon:.{DECIMALES_DEGRES}f},{lat:.{DECIMALES_DEGRES}f}"


def _build_point(terrain: Terrain, geste: Geste) -> Site:
    """The site of a free point: that of a moved place keeps its name. It lies in the part of the country around it."""
    assert geste.lon is not None and geste.lat is not None  # noqa: PT018, S101  (callers choose those with a position)
    code = name_point(geste.lon, geste.lat)
    rang = terrain.find_rang(geste.code) if geste.code else None
    ecarts = (terrain.points.lon - geste.lon) ** 2 + (terrain.points.lat - geste.lat) ** 2
    proche = int(np.argmin(ecarts)) if len(ecarts) else None
    bassin = int(terrain.points.bassin[proche]) if proche is not None else 0
    commune = int(terrain.points.commune[proche]) if proche is not None else -1
    if rang is None:
        return Site(code, "Point libre", None, commune, None, geste.lon, geste.lat, bassin)
    site = terrain.sites[rang]
    return Site(code, site.nom, site.genre, commune, None, geste.lon, geste.lat, bassin, site.horaires)


def compute_etat(terrain: Terrain, ouverts: Booleens) -> Etat:
    """Who goes where when these sites are open."""
    proches, durees_min = terrain.find_proches(ouverts)
    return Etat(ouverts, proches, durees_min)


def compute_bilan(terrain: Terrain, etude: Etude, etat: Etat) -> Bilan:
    """The figures of a state."""
    couverts = etat.list_couverts(etude.minutes)
    besoin, couvert, au_dela = count_groupes(
        terrain, etude, np.array([np.ones_like(couverts), couverts, ~couverts], dtype=bool)
    )
    joints = np.isfinite(etat.durees_min) & (terrain.poids > 0)
    gens = float(terrain.poids[joints].sum())
    pire = int(np.argmax(np.where(joints, etat.durees_min, -1.0))) if joints.any() else None
    return Bilan(
        besoin=besoin,
        couvert=couvert,
        au_dela=au_dela,
        population=float(terrain.population.sum()),
        population_au_dela=float(terrain.population[~couverts].sum()),
        duree_moyenne_min=float(terrain.poids[joints] @ etat.durees_min[joints]) / gens if gens else None,
        pire_min=float(etat.durees_min[pire]) if pire is not None else None,
        pire_commune=int(terrain.points.commune[pire]) if pire is not None else None,
        sans_trajet=float(terrain.poids[~np.isfinite(etat.durees_min)].sum()),
    )


def count(terrain: Terrain, etude: Etude, lesquels: Booleens) -> Compte:
    """People in need at these points, with their interval where they are modelled."""
    return count_groupes(terrain, etude, lesquels[None, :])[0]


def count_groupes(terrain: Terrain, etude: Etude, groupes: Booleens) -> list[Compte]:
    """The same of several sets of points (k, n)."""
    valeurs = groupes @ terrain.poids
    if not etude.est_modelise:
        return [Compte(float(valeur)) for valeur in valeurs]
    communes = terrain.communes
    # The interval of a commune depends on all of its EPCI, even on what lies outside the territory.
    entourage = np.isin(communes.rangs_epcis, np.unique(communes.rangs_epcis[terrain.rangs])) & (
        communes.rangs_epcis >= 0
    )
    entourage[terrain.rangs] = True
    membres = np.full(len(communes), -1, dtype=np.int64)
    membres[terrain.rangs] = 0
    connues = np.flatnonzero(entourage & ~np.isnan(communes.parts))
    if not (membres[connues] == 0).any():
        return [Compte(float(valeur)) for valeur in valeurs]
    fractions = np.zeros((len(communes), len(groupes)))
    for rang, groupe in enumerate(groupes):
        ici, parts = terrain.points.commune[groupe], terrain.points.part[groupe]
        fractions[:, rang] = np.minimum(np.bincount(ici, weights=parts, minlength=len(communes)), 1.0)
    e = communes.estimate(connues, fractions[connues], membres, 1)
    return [
        Compte(float(valeur), float(bas), float(haut))
        for valeur, bas, haut in zip(valeurs, e.bas[0], e.haut[0], strict=True)
    ]
