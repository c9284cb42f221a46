"""People in need as they may be too: at the ends of their interval, or drawn within the error of the model. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tierslieux.couverture.communes import Communes
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.planification.terrain import Terrain

GRAINE = 20_261


def list_bornes(terrain: Terrain) -> Iterator[tuple[str, Flottants]]:
    """People in need by commune of the country, each commune at one end of its own interval."""
    communes = terrain.communes
    connues = _list_entourage(communes, terrain.rangs)
    groupes = np.full(len(communes), -1, dtype=np.int64)
    groupes[terrain.rangs] = np.arange(len(terrain.rangs))
    e = communes.estimate(connues, np.ones(len(connues)), groupes, len(terrain.rangs))
    for nom, bornes in (("bas", e.bas), ("haut", e.haut)):
        besoins = np.full(len(communes), np.nan)
        besoins[terrain.rangs] = bornes
        yield f"Toutes les communes au {nom} de leur intervalle", besoins


def _list_entourage(communes: Communes, rangs: Entiers) -> Entiers:
    """Ranks of the communes of the territory and of their EPCI whose need is known."""
    epcis = communes.rangs_epcis
    dedans = np.isin(epcis, np.unique(epcis[rangs])) & (epcis >= 0)
    dedans[rangs] = True
    return np.flatnonzero(dedans & ~np.isnan(communes.parts))


def draw_besoins(communes: Communes, rangs: Entiers, nombre: int) -> Iterator[Flottants]:
    """People in need by commune of the country, drawn `nombre` times within the error of the model; NaN elsewhere.

    The errors are those of `indicateurs.incertitude`: common to a région, common to an EPCI, of each commune in its
    EPCI (they balance over its people), and the draw of a small number of people. Normal, from a fixed seed.
    """
    hasard = np.random.default_rng(GRAINE)
    connues = _list_entourage(communes, rangs)
    parts, personnes = communes.parts[connues], communes.personnes_15[connues]
    regions = communes.rangs_regions[connues]
    epcis = communes.rangs_epcis[connues].copy()
    seules = epcis < 0
    epcis[seules] = len(communes.epcis) + np.arange(int(seules.sum()))
    epcis = np.unique(epcis, return_inverse=True)[1]
    tailles = np.bincount(epcis, weights=personnes)
    ecart_epci, ecart_commune = float(communes.ecarts[0]), float(communes.ecarts[1])
    for _ in range(nombre):
        region = hasard.standard_normal(len(communes.ecart_regions)) * communes.ecart_regions
        epci = hasard.standard_normal(len(tailles)) * ecart_epci
        commune = hasard.standard_normal(len(connues)) * ecart_commune
        moyennes = np.divide(
            np.bincount(epcis, weights=commune * personnes), tailles, out=np.zeros(len(tailles)), where=tailles > 0
        )
        tirees = np.clip(parts + region[regions] + epci[epcis] + commune - moyennes[epcis], 0.0, 1.0)
        petits = hasard.standard_normal(len(connues)) * np.sqrt(personnes * tirees * (1 - tirees))
        besoins = np.full(len(communes), np.nan)
        besoins[connues] = np.clip(tirees * personnes + petits, 0.0, personnes)
        yield besoins


def spread_besoins(terrain: Terrain, besoins: Flottants) -> Flottants:
    """From people by commune to people by point; 0 where nobody knows, as on the ground itself."""
    return np.where(terrain.connues, np.nan_to_num(besoins[terrain.points.commune] * terrain.points.part), 0.0)
