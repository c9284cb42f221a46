"""Invented grounds of studies, in memory: communes in a square, people, open places, candidates."""

from __future__ import annotations

import numpy as np

from tierslieux.couverture.communes import Communes
from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.methodes import Points
from tierslieux.planification.terrain import Couche, Site, Terrain, digest
from tierslieux.trajets.moteur import Mode

OUEST, SUD, COTE_DEG = 3.0, 44.0, 0.5


def build_communes(hasard: np.random.Generator, nombre: int, *, epcis: int = 3) -> Communes:
    """Communes of one département, with 10 % to 20 % of 500 to 3,000 people in need; one of them is not known."""
    personnes_15 = np.round(hasard.uniform(500, 3_000, nombre))
    parts = hasard.uniform(0.1, 0.2, nombre)
    parts[-1] = np.nan
    codes = np.array([f"48{rang:03d}" for rang in range(nombre)])
    zeros = np.zeros(nombre, dtype=np.int64)
    return Communes(
        codes=codes,
        epcis=np.array([f"24480000{rang}" for rang in range(epcis)]),
        departements=np.array(["48"]),
        regions=np.array(["76"]),
        rangs_epcis=hasard.integers(0, epcis, nombre),
        rangs_departements=zeros,
        rangs_regions=zeros,
        population=np.round(personnes_15 * 1.2),
        densite=hasard.integers(0, 3, nombre),
        parts=parts,
        personnes_15=personnes_15,
        actifs=np.round(personnes_15 * 0.5),
        lon=OUEST + COTE_DEG * hasard.random(nombre),
        lat=SUD + COTE_DEG * hasard.random(nombre),
        rayon_m=np.zeros(nombre),
        bassin=zeros,
        ecart_regions=np.array([0.01]),
        ecarts=np.array([0.01, 0.02]),
        annee=np.array([2021]),
    )


def build_terrain(
    graine: int, *, communes: int = 20, ouverts: int = 3, candidats: int = 8, mode: Mode = Mode.VOITURE
) -> Terrain:
    """A ground drawn at random: two points in each commune, places anywhere, some at the same address."""
    hasard = np.random.default_rng(graine)
    table = build_communes(hasard, communes)
    commune = np.repeat(np.arange(communes), 2)
    lon = table.lon[commune] + hasard.uniform(-0.02, 0.02, len(commune))
    lat = table.lat[commune] + hasard.uniform(-0.02, 0.02, len(commune))
    bassin = np.zeros(len(commune), dtype=np.int64)
    points = Points(
        commune, lon, lat, np.tile([0.6, 0.4], communes), table.densite[commune], bassin, locate(lon, lat, bassin)
    )
    sites = []
    for rang in range(ouverts + candidats):
        # Every third candidate is at the address of the one before.
        if rang > ouverts and rang % 3 == 0:
            x, y = sites[-1].lon, sites[-1].lat
        else:
            x, y = OUEST + COTE_DEG * hasard.random(), SUD + COTE_DEG * hasard.random()
        sites.append(build_site(f"site{rang}", x, y, commune=int(hasard.integers(communes))))
    besoin = table.parts[commune] * table.personnes_15[commune] * points.part
    return Terrain(
        communes=table,
        rangs=np.arange(communes),
        noms=tuple(f"Commune {rang}" for rang in range(communes)),
        points=points,
        poids=np.nan_to_num(besoin),
        population=table.population[commune] * points.part,
        priorites=np.ones(len(commune)),
        connues=~np.isnan(besoin),
        sites=tuple(sites),
        nombre_ouverts=ouverts,
        mode=mode,
        couches=(Couche.build(sites, np.arange(len(sites)), points, mode, None),),
        moteurs=None,
        source="besoin inventé",
        empreinte=digest(graine),
    )


def build_site(code: str, lon: float, lat: float, *, commune: int = 0, cout: float | None = None) -> Site:
    """A town hall at a position in degrees."""
    return Site(code, f"Mairie {code}", "mairie", commune, f"Commune {commune}", lon, lat, 0, cout=cout)
