"""Grounds of studies along the roads of a real extract, journey by journey."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.factories.terrains import build_site, build_terrain
from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.methodes import DENSITES, Points
from tierslieux.couverture.voies import find_moteurs
from tierslieux.planification.terrain import Couche, Terrain
from tierslieux.trajets.archive import save_reseau
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.moteur import Mode, Point
from tierslieux.trajets.reseau import build_reseau

# Beausoleil, Cap-d'Ail, La Turbie, Roquebrune, Monaco.
DEPARTS = [(7.4236, 43.7424), (7.4030, 43.7217), (7.4009, 43.7452), (7.4619, 43.7548), (7.4246, 43.7384)]
SITES = [(7.4253, 43.7436), (7.4081, 43.7235), (7.4178, 43.7300), (7.4253, 43.7436)]
LIBRE = (7.4400, 43.7500)


@pytest.fixture(scope="module")
def choix(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Choix:
    archive = tmp_path_factory.mktemp("trajets") / "reseau.npz"
    save_reseau(build_reseau(read_extrait(raw_dir / "routage/monaco.osm.pbf")), archive)
    return Choix("reseau", archive)


def build_ground(choix: Choix, mode: Mode) -> Terrain:
    lon, lat = (np.array(axe) for axe in zip(*DEPARTS, strict=True))
    n = len(DEPARTS)
    densite, bassin = np.array([0, 1, 2, 1, 0]), np.zeros(n, dtype=np.int64)
    points = Points(np.arange(n), lon, lat, np.ones(n), densite, bassin, locate(lon, lat, bassin))
    sites = tuple(build_site(f"s{rang}", *ou) for rang, ou in enumerate(SITES))
    moteurs = find_moteurs(choix)
    couche = Couche.build(sites, np.arange(len(sites)), points, mode, moteurs)
    terrain = replace(
        build_terrain(1), points=points, sites=sites, nombre_ouverts=2, mode=mode, couches=(couche,), moteurs=moteurs
    )
    return terrain.add([build_site("libre", *LIBRE)])


def follow_all(choix: Choix, terrain: Terrain) -> np.ndarray:
    """Minutes of each journey, asked of the engine of searches one by one; infinite where there is none."""
    arrivees = [Point(site.lon, site.lat) for site in terrain.sites]
    durees_min = np.full((len(terrain.points), len(arrivees)), np.inf)
    for i, (lon, lat) in enumerate(DEPARTS):
        moteur = choix.build(DENSITES[terrain.points.densite[i]])
        for j, trajet in enumerate(moteur.compute_trajets(Point(lon, lat), arrivees, terrain.mode)):
            durees_min[i, j] = trajet.duree_min if trajet else np.inf
    return durees_min


@pytest.mark.parametrize("mode", [Mode.VOITURE, Mode.A_PIED])
def test_times_are_those_of_the_roads(choix: Choix, mode: Mode) -> None:
    terrain = build_ground(choix, mode)
    assert not terrain.is_estime
    attendues_min = follow_all(choix, terrain)
    _, deux_min = terrain.find_deux_proches(np.ones(len(terrain.sites), dtype=bool))
    assert deux_min == pytest.approx(np.sort(attendues_min, axis=1)[:, :2], rel=1e-6)
    for limite_min in (8.0, 45.0):
        temps = terrain.build_temps(np.arange(len(terrain.sites)), limite_min)
        trouvees = np.full(attendues_min.T.shape, np.inf)
        lignes = np.repeat(np.arange(len(terrain.sites)), np.diff(temps.indptr))
        trouvees[lignes, temps.indices] = temps.data
        assert trouvees == pytest.approx(np.where(attendues_min <= limite_min, attendues_min, np.inf).T, rel=1e-6)
