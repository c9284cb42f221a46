"""The road engine on a real extract: Monaco and the French communes around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracles.routage import run_routage
from tierslieux.trajets.archive import save_reseau
from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.moteur import Methode, Mode, Point
from tierslieux.trajets.reseau import Reseau, build_reseau
from tierslieux.trajets.reseau_moteur import ReseauMoteur, Routages


@pytest.fixture(scope="module")
def extrait(raw_dir: Path) -> Path:
    return raw_dir / "routage/monaco.osm.pbf"


@pytest.fixture(scope="module")
def reseau(extrait: Path) -> Reseau:
    return build_reseau(read_extrait(extrait))


@pytest.mark.parametrize("mode", list(Mode))
def test_times_are_those_of_an_independent_shortest_path(extrait: Path, mode: Mode) -> None:
    """500 random pairs of 20 departures; `python -m tests.oracles.routage` compares as many of 500."""
    bilan = run_routage(extrait, 500, mode, graine=11, par_depart=25)
    assert bilan.paires == 500
    assert bilan.desaccords == ()
    # Feet come back as they went; wheels nearly always by other streets.
    assert bilan.asymetriques == 0 if mode == Mode.A_PIED else bilan.asymetriques > 10


def test_a_real_one_way_street_is_taken_one_way(reseau: Reseau) -> None:
    """Rue Terrazzani, way 4227198: highway=residential, oneway=yes, from 7.4203936,43.7322309 to 7.4200543,43.7330672.

    No other tag of the way speaks of access. Its length is about 97 m.
    """
    moteur = ReseauMoteur(Routages(reseau), Estimation(Densite.DENSE))
    bas, haut = Point(7.42032, 43.73240), Point(7.42012, 43.73290)  # on the street, a fifth from either end
    for mode in (Mode.VELO, Mode.VOITURE):
        [monte], [descend] = moteur.compute_trajets(bas, [haut], mode), moteur.compute_trajets(haut, [bas], mode)
        assert monte is not None
        assert descend is not None
        assert monte.distance_m < 100
        assert descend.distance_m > 300
    [monte], [descend] = (moteur.compute_trajets(a, [b], Mode.A_PIED) for a, b in ((bas, haut), (haut, bas)))
    assert monte is not None
    assert descend is not None
    assert monte.duree_min == pytest.approx(descend.duree_min)


def test_the_extract_says_what_it_is(reseau: Reseau) -> None:
    assert reseau.provenance.edition == "2016-03-05T00:26:02Z"
    assert reseau.provenance.bbox == (7.349, 43.71, 7.491, 43.77)
    assert len(reseau.provenance.sha256) == 64
    # Cars have fewer roads than feet, and doors out at sea none.
    assert reseau.trames[Mode.VOITURE].longueur_m.sum() < reseau.trames[Mode.A_PIED].longueur_m.sum()
    moteur = ReseauMoteur(Routages(reseau), Estimation(Densite.DENSE))
    large, brest = Point(7.48, 43.715), Point(-4.48, 48.39)
    trajets = moteur.compute_trajets(Point(7.4203, 43.7324), [large, brest], Mode.A_PIED)
    assert [trajet and trajet.methode for trajet in trajets] == [Methode.ESTIMATION] * 2


def test_one_extract_gives_one_graph(extrait: Path, reseau: Reseau, tmp_path: Path) -> None:
    save_reseau(reseau, tmp_path / "un.npz")
    save_reseau(build_reseau(read_extrait(extrait)), tmp_path / "deux.npz")
    assert (tmp_path / "un.npz").read_bytes() == (tmp_path / "deux.npz").read_bytes()
