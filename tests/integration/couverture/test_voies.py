"""Coverage along the roads of a real extract (Monaco and the French communes around it), journey by journey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.hypotheses import ROUTES_MIN, ZONES
from tierslieux.couverture.methodes import (
    DENSITES,
    Points,
    Positions,
    build_positions,
    find_proches,
    iter_portees,
)
from tierslieux.couverture.voies import Moteurs, Voies, find_moteurs
from tierslieux.trajets.archive import save_reseau
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.estimation import Densite, Estimation, compute_durees
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.moteur import Mode, Point
from tierslieux.trajets.reseau import build_reseau
from tierslieux.trajets.reseau_moteur import ReseauMoteur

# Beausoleil, Cap-d'Ail, La Turbie, Roquebrune, Monaco; Nice and Menton are outside the extract.
DEPARTS = [
    (7.4236, 43.7424),
    (7.4030, 43.7217),
    (7.4009, 43.7452),
    (7.4619, 43.7548),
    (7.4246, 43.7384),
    (7.2620, 43.7),
]
LIEUX = [(7.4253, 43.7436), (7.4253, 43.7436), (7.4081, 43.7235), (7.4178, 43.7300), (7.2700, 43.7050), (7.5, 43.7750)]


@pytest.fixture(scope="module")
def choix(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Choix:
    archive = tmp_path_factory.mktemp("trajets") / "reseau.npz"
    save_reseau(build_reseau(read_extrait(raw_dir / "routage/monaco.osm.pbf")), archive)
    return Choix("reseau", archive)


@pytest.fixture
def moteurs(choix: Choix) -> Moteurs:
    moteurs = find_moteurs(choix)
    assert moteurs is not None
    return moteurs


@pytest.fixture
def points() -> Points:
    lon, lat = (np.array(axe) for axe in zip(*DEPARTS, strict=True))
    n = len(DEPARTS)
    return Points(np.arange(n), lon, lat, np.ones(n), np.array([0, 1, 2, 1, 0, 0]), np.zeros(n, int), locate(lon, lat))


@pytest.fixture
def positions() -> Positions:
    lon, lat = (np.array(axe) for axe in zip(*LIEUX, strict=True))
    return build_positions(lon, lat, np.zeros(len(LIEUX), dtype=np.int64))


def follow_all(choix: Choix, points: Points, mode: Mode) -> np.ndarray:
    """Minutes of each journey, asked of the engine of searches one by one; infinite where there is none."""
    durees_min = np.full((len(DEPARTS), len(LIEUX)), np.inf)
    arrivees = [Point(lon, lat) for lon, lat in LIEUX]
    for i, (lon, lat) in enumerate(DEPARTS):
        moteur = choix.build(DENSITES[points.densite[i]])
        assert isinstance(moteur, ReseauMoteur)
        for j, trajet in enumerate(moteur.compute_trajets(Point(lon, lat), arrivees, mode)):
            durees_min[i, j] = trajet.duree_min if trajet else np.inf
    return durees_min


@pytest.mark.parametrize("mode", list(Mode))
def test_the_nearest_places_are_those_of_each_journey(
    choix: Choix, moteurs: Moteurs, points: Points, positions: Positions, mode: Mode
) -> None:
    attendues = follow_all(choix, points, mode)
    lieux = np.arange(len(LIEUX))
    proches = find_proches(points, positions, lieux)
    voies = Voies.build(moteurs, points, positions, mode)
    assert 5 not in voies.joints  # Nice is outside
    assert len(voies.joints) >= 4
    estimees = compute_durees(proches.distances_m, points.densite, mode)
    premier, durees_min = voies.replace_durees(lieux, proches.premier, estimees)
    assert durees_min == pytest.approx(np.sort(attendues, axis=1)[:, :2])
    assert attendues[np.arange(len(DEPARTS)), premier] == pytest.approx(attendues.min(axis=1))
    # The roads are no straight line: somebody's time is another one.
    assert np.abs(durees_min - estimees)[voies.joints].max() > 1


@pytest.mark.parametrize("mode", list(Mode))
def test_what_is_within_reach_is_so_by_the_roads(
    choix: Choix, moteurs: Moteurs, points: Points, positions: Positions, mode: Mode
) -> None:
    voies = {m: Voies.build(moteurs, points, positions, m) for m in Mode}
    [(_, portees)] = iter_portees(points, positions, lambda m, p, d, paires: voies[m].replace_paires(p, d, paires))
    attendues = follow_all(choix, points, mode)
    poids = portees[mode].poids.toarray()
    for i, j in np.ndindex(attendues.shape):
        attendu = next((valeur for limite, valeur in ZONES[mode] if attendues[i, j] <= limite), 0.0)
        assert poids[i, positions.rangs[j]] == attendu, (i, j, attendues[i, j])
    assert np.array_equal(portees[mode].atteinte.toarray()[:, positions.rangs] > 0, attendues <= 20)


def test_roads_are_followed_as_far_as_zones_go() -> None:
    assert max(limite for zones in ZONES.values() for limite, _ in zones) <= ROUTES_MIN


def test_an_outside_service_is_not_asked_for_millions_of_journeys(tmp_path: Path) -> None:
    assert find_moteurs(Choix("osrm", tmp_path / "x", "http://127.0.0.1:9")) is None
    assert find_moteurs(Choix("estimation", tmp_path / "x")) is None
    assert find_moteurs(Choix("reseau", tmp_path / "x")) is None  # no graph is loaded
    assert find_moteurs(None) is None
    assert isinstance(Choix("reseau", tmp_path / "x").build(Densite.DENSE), Estimation)
