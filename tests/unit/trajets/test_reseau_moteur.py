"""The road engine on small extracts, with times worked out by hand.

Doors stand half a thousandth of a degree of latitude from the road (55.287 m), at either end: 110.574 m at 4 km/h are
1.6586 min of walk. Lengths: see tests/factories/extraits.py. Parking in a dense town takes 5 min, the lock 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.factories.extraits import LON_M, Voie, write_extrait
from tierslieux.core.errors import SourceError
from tierslieux.trajets.archive import find_archive, load_reseau, save_reseau
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet
from tierslieux.trajets.reseau import build_reseau
from tierslieux.trajets.reseau_moteur import ReseauMoteur, Routages

# A square of 10 thousandths of a degree: A south-west, then anticlockwise.
CARRE = {"A": (0.0, 0.0), "B": (10.0, 0.0), "C": (10.0, 10.0), "D": (0.0, 10.0)}
RUE = {"highway": "residential"}
SENS_UNIQUE = RUE | {"oneway": "yes"}
MARCHE_MIN = 1.6586
# Doors south of the street A-B.
P, Q = Point(0.003, -0.0005), Point(0.007, -0.0005)


def build_moteur(
    fichier: Path,
    points: Mapping[str, tuple[float, float]],
    voies: Sequence[Voie],
    limite_min: float = 120,
    **options: object,
) -> ReseauMoteur:
    reseau = build_reseau(read_extrait(write_extrait(fichier, points, voies, **options)))  # type: ignore[arg-type]
    return ReseauMoteur(Routages(reseau), Estimation(Densite.DENSE), limite_min=limite_min)


def aller(moteur: ReseauMoteur, de: Point, vers: Point, mode: Mode) -> Trajet:
    [trajet] = moteur.compute_trajets(de, [vers], mode)
    assert trajet is not None
    assert trajet.methode == Methode.RESEAU
    return trajet


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    return tmp_path / "extrait.osm"


def test_a_one_way_street_is_taken_one_way(fichier: Path) -> None:
    moteur = build_moteur(fichier, CARRE, [Voie("AB", SENS_UNIQUE), Voie("BCDA", RUE)])
    # 0.004° are 445.278 m: 1.0687 min at 25 km/h, then the walks and parking.
    trajet = aller(moteur, P, Q, Mode.VOITURE)
    assert trajet.duree_min == pytest.approx(1.0687 + MARCHE_MIN + 5, abs=0.001)
    assert trajet.distance_m == pytest.approx(445.278 + 110.574, abs=0.01)
    # Back: on to B (333.958 m), round by C and D (1,105.743 + 1,113.195 + 1,105.743), from A to the door (333.958):
    # 3,992.597 m, 9.5822 min.
    retour = aller(moteur, Q, P, Mode.VOITURE)
    assert retour.duree_min == pytest.approx(9.5822 + MARCHE_MIN + 5, abs=0.001)
    assert retour.distance_m == pytest.approx(3_992.597 + 110.574, abs=0.05)
    # A bicycle obeys too: 3,992.597 m at 13 km/h are 18.4274 min. Feet do not: 445.278 m at 4 km/h, 6.6792 min.
    assert aller(moteur, Q, P, Mode.VELO).duree_min == pytest.approx(18.4274 + MARCHE_MIN + 2, abs=0.001)
    assert aller(moteur, Q, P, Mode.A_PIED).duree_min == pytest.approx(6.6792 + MARCHE_MIN, abs=0.001)


def test_bicycles_may_go_against_when_a_tag_says_so(fichier: Path) -> None:
    voies = [Voie("AB", SENS_UNIQUE | {"oneway:bicycle": "no"}), Voie("BCDA", RUE)]
    # 445.278 m at 13 km/h: 2.0551 min.
    trajet = aller(build_moteur(fichier, CARRE, voies), Q, P, Mode.VELO)
    assert trajet.duree_min == pytest.approx(2.0551 + MARCHE_MIN + 2, abs=0.001)


def test_a_matrix_is_read_from_its_rows_to_its_columns(fichier: Path) -> None:
    moteur = build_moteur(fichier, CARRE, [Voie("AB", SENS_UNIQUE), Voie("BCDA", RUE)])
    loin = Point(0.05, 0.05)
    for departs, arrivees in (([P, Q], [P, Q, loin]), ([P, Q, loin], [P, Q])):  # searched forwards, then backwards
        minutes = moteur.compute_matrice(departs, arrivees, Mode.VOITURE, 60).toarray()
        assert minutes[0, 1] == pytest.approx(1.0687 + MARCHE_MIN + 5, abs=0.001)
        assert minutes[1, 0] == pytest.approx(9.5822 + MARCHE_MIN + 5, abs=0.001)
        assert minutes[2:].sum() == 0
        assert minutes[:, 2:].sum() == 0
    # 7.73 min within 10, 16.24 beyond: left out, not zero.
    assert moteur.compute_matrice([P, Q], [P, Q], Mode.VOITURE, 10).nnz == 3
    assert moteur.compute_matrice([loin], [P], Mode.VOITURE, 60).nnz == 0
    assert moteur.is_joint([P, loin], Mode.VOITURE).tolist() == [True, False]


def test_a_private_road_and_steps_are_no_short_cut_for_a_car(fichier: Path) -> None:
    diagonale = {"E": (5.0, 0.0), "F": (5.0, 10.0)}
    voies = [Voie("AEBCFDA", RUE), Voie("EF", {"highway": "steps"})]
    # From below E to above F: straight up 1,105.743 m of steps at 2 km/h, 33.1723 min; round by B and C 556.597 +
    # 1,105.743 + 556.597 = 2,218.937 m at 4 km/h, 33.2841 min. By car the round at 25 km/h, 5.3255 min, and two
    # crossings of three roads for those who walk the steps, but of two for a car: it waits at none.
    de, vers = Point(0.005, -0.0005), Point(0.005, 0.0105)
    moteur = build_moteur(fichier, CARRE | diagonale, voies)
    assert aller(moteur, de, vers, Mode.A_PIED).duree_min == pytest.approx(33.1723 + MARCHE_MIN, abs=0.001)
    assert aller(moteur, de, vers, Mode.VOITURE).duree_min == pytest.approx(5.3255 + MARCHE_MIN + 5, abs=0.001)
    prive = [Voie("AEBCFDA", RUE), Voie("EF", RUE | {"access": "private"})]
    moteur = build_moteur(fichier, CARRE | diagonale, prive)
    assert aller(moteur, de, vers, Mode.A_PIED).duree_min == pytest.approx(33.2841 + MARCHE_MIN, abs=0.001)


def test_crossings_and_lights_hold_cars_up(fichier: Path) -> None:
    # A street P-Q cut at E, where another street begins (3 s), or lights stand (12 s): 1.0687 min, and 0.05 or 0.2.
    points = CARRE | {"E": (5.0, 0.0), "F": (5.0, 10.0)}
    voies = [Voie("AEBCFDA", RUE), Voie("EF", RUE)]
    assert aller(build_moteur(fichier, points, voies), P, Q, Mode.VOITURE).duree_min == pytest.approx(
        1.0687 + 3 / 60 + MARCHE_MIN + 5, abs=0.001
    )
    feux = {"E": {"highway": "traffic_signals"}}
    moteur = build_moteur(fichier, points, voies, tags_points=feux)
    assert aller(moteur, P, Q, Mode.VOITURE).duree_min == pytest.approx(1.0687 + 0.2 + MARCHE_MIN + 5, abs=0.001)
    assert aller(moteur, P, Q, Mode.A_PIED).duree_min == pytest.approx(6.6792 + MARCHE_MIN, abs=0.001)


def test_a_bollard_sends_cars_round_and_lets_feet_through(fichier: Path) -> None:
    points = CARRE | {"E": (5.0, 0.0)}
    moteur = build_moteur(fichier, points, [Voie("AEBCDA", RUE)], tags_points={"E": {"barrier": "bollard"}})
    # Round: 3 + 10 (south-north) + 10 + 10 + 3 thousandths, 3,992.597 m as above.
    assert aller(moteur, P, Q, Mode.VOITURE).duree_min == pytest.approx(9.5822 + MARCHE_MIN + 5, abs=0.001)
    assert aller(moteur, P, Q, Mode.A_PIED).duree_min == pytest.approx(6.6792 + MARCHE_MIN, abs=0.001)


def test_a_roundabout_turns_one_way_without_a_tag(fichier: Path) -> None:
    # A ring of 1 thousandth (R, S, T, U anticlockwise from the south-west), a road from the west into R and one from
    # the south out of S: east to S one side of the ring; from S back to R the three others.
    points = {"R": (0.0, 0.0), "S": (1.0, 0.0), "T": (1.0, 1.0), "U": (0.0, 1.0), "W": (-6.0, 0.0), "X": (1.0, -6.0)}
    voies = [Voie("RSTUR", RUE | {"junction": "roundabout"}), Voie("WR", RUE), Voie("SX", RUE)]
    moteur = build_moteur(fichier, points, voies)
    ouest, sud = Point(-0.003, 0.0005), Point(0.0015, -0.003)
    # To the ring 333.958 m, in it 111.319 m, out of it 331.723 m: 777.000 m, 1.8648 min; one crossing on entering
    # (3 s), none in the ring. Walks: 55.287 m and 0.0005° of longitude, 55.660 m: 1.6642 min.
    assert aller(moteur, ouest, sud, Mode.VOITURE).duree_min == pytest.approx(1.8648 + 0.05 + 1.6642 + 5, abs=0.001)
    # Back: three sides, 110.574 + 111.319 + 110.574 = 332.468 m: 998.149 m, 2.3956 min.
    assert aller(moteur, sud, ouest, Mode.VOITURE).duree_min == pytest.approx(2.3956 + 0.05 + 1.6642 + 5, abs=0.001)


def test_a_ferry_is_no_road_and_its_island_has_roads_of_its_own(fichier: Path) -> None:
    ile = {"E": (30.0, 0.0), "F": (40.0, 0.0), "G": (40.0, 10.0)}
    ilot = {"H": (60.0, 0.0), "I": (70.0, 0.0)}
    voies = [
        Voie("ABCDA", RUE),
        Voie("EFGE", RUE),
        Voie("BE", {"route": "ferry"}),
        Voie("HI", RUE),
    ]
    moteur = build_moteur(fichier, CARRE | ile | ilot, voies)
    la_bas, sur_place, oubliee = Point(0.033, -0.0005), Point(0.037, -0.0005), Point(0.065, -0.0005)
    for mode in Mode:
        assert moteur.compute_trajets(P, [la_bas], mode) == [None]
        assert moteur.compute_trajets(la_bas, [P], mode) == [None]
        assert moteur.compute_matrice([P], [la_bas], mode, 600).nnz == 0
    assert aller(moteur, la_bas, sur_place, Mode.A_PIED).duree_min == pytest.approx(6.6792 + MARCHE_MIN, abs=0.001)
    # A piece of road that nothing leads to is left out: what is near it is off the network.
    [trajet] = moteur.compute_trajets(P, [oubliee], Mode.A_PIED)
    assert trajet is not None
    assert trajet.methode == Methode.ESTIMATION


def test_off_the_network_or_beyond_the_limit_the_estimate_answers_and_says_so(fichier: Path) -> None:
    moteur = build_moteur(fichier, CARRE, [Voie("ABCDA", RUE)], limite_min=15)
    loin_de_tout, dehors = Point(0.05, 0.05), Point(5.0, 45.0)
    oppose = Point(0.005, 0.0105)  # 33 min on foot by the streets
    trajets = moteur.compute_trajets(P, [Q, loin_de_tout, dehors, oppose], Mode.A_PIED)
    assert [trajet and trajet.methode for trajet in trajets] == [Methode.RESEAU] + 3 * [Methode.ESTIMATION]
    assert trajets[1:] == Estimation(Densite.DENSE).compute_trajets(P, [loin_de_tout, dehors, oppose], Mode.A_PIED)
    [trajet] = moteur.compute_trajets(dehors, [Q], Mode.A_PIED)
    assert trajet is not None
    assert trajet.methode == Methode.ESTIMATION
    assert moteur.compute_trajets(P, [], Mode.A_PIED) == []


def test_doors_are_joined_to_the_street_and_never_at_zero_distance(fichier: Path) -> None:
    moteur = build_moteur(fichier, CARRE, [Voie("ABCDA", RUE)])
    # On the carriageway itself, 10 m are walked at either end; two doors of one street are as far as they are.
    milieu, plus_loin = Point(0.004, 0.0), Point(0.0045, 0.0)
    meme = aller(moteur, milieu, milieu, Mode.A_PIED)
    assert (meme.distance_m, meme.duree_min) == (pytest.approx(20), pytest.approx(0.3))
    voisin = aller(moteur, milieu, plus_loin, Mode.A_PIED)
    assert voisin.distance_m == pytest.approx(20 + 0.0005 * LON_M, abs=0.01)
    # Never shorter than the straight line, wherever doors are.
    alea = np.random.default_rng(7)
    for _ in range(50):
        (a, b), (c, d) = alea.uniform(-0.004, 0.014, (2, 2))
        [par_route] = moteur.compute_trajets(Point(a, b), [Point(c, d)], Mode.A_PIED)
        assert par_route is not None
        if par_route.methode == Methode.RESEAU:
            droite = Estimation(Densite.DENSE).compute_trajets(Point(a, b), [Point(c, d)], Mode.A_PIED)[0]
            assert droite is not None
            assert par_route.distance_m >= droite.distance_m / 1.25 - 0.5


def test_a_ring_of_road_is_left_by_the_shorter_side(fichier: Path) -> None:
    # A close: one road L-M to a ring M-N-O-M of which M is the only crossing.
    points = {"L": (0.0, 0.0), "M": (10.0, 0.0), "N": (20.0, 0.0), "O": (20.0, 10.0)}
    moteur = build_moteur(fichier, points, [Voie("LM", RUE), Voie("MNOM", RUE)])
    # From the middle of L-M to 2 thousandths after M in the ring: 5 + 2 = 7, 779.236 m at 4 km/h, 11.6885 min.
    trajet = aller(moteur, Point(0.005, -0.0005), Point(0.012, -0.0005), Mode.A_PIED)
    assert trajet.duree_min == pytest.approx(11.6885 + MARCHE_MIN, abs=0.001)
    assert trajet.distance_m == pytest.approx(779.236 + 110.574, abs=0.05)


def test_ways_that_leave_the_extract_are_cut_there(fichier: Path) -> None:
    points = CARRE | {"Z": (90.0, 90.0)}
    moteur = build_moteur(fichier, points, [Voie("ABCDA", RUE), Voie("BZ", RUE)], absents="Z")
    assert aller(moteur, P, Q, Mode.A_PIED).duree_min == pytest.approx(6.6792 + MARCHE_MIN, abs=0.001)


def test_a_graph_is_kept_as_it_is_and_one_extract_gives_one_file(fichier: Path, tmp_path: Path) -> None:
    write_extrait(fichier, CARRE, [Voie("AB", SENS_UNIQUE), Voie("BCDA", RUE)])
    reseau = build_reseau(read_extrait(fichier))
    un, deux = find_archive(tmp_path), tmp_path / "deux.npz"
    save_reseau(reseau, un)
    save_reseau(build_reseau(read_extrait(fichier)), deux)
    assert un.read_bytes() == deux.read_bytes()
    relu = load_reseau(un)
    assert relu.provenance == reseau.provenance
    assert relu.provenance.bbox == (-0.05, -0.05, 0.1, 0.1)
    estimation = Estimation(Densite.DENSE)
    avant = ReseauMoteur(Routages(reseau), estimation).compute_trajets(Q, [P], Mode.VOITURE)
    assert ReseauMoteur(Routages(relu), estimation).compute_trajets(Q, [P], Mode.VOITURE) == avant


@pytest.mark.parametrize("contenu", ["", "<osm", '<osm version="0.6"></osm>'])
def test_what_is_no_extract_is_refused(tmp_path: Path, contenu: str) -> None:
    (tmp_path / "faux.osm").write_text(contenu)
    with pytest.raises(SourceError, match=r"faux\.osm"):
        read_extrait(tmp_path / "faux.osm")
    with pytest.raises(SourceError, match="n’existe pas"):
        read_extrait(tmp_path / "absent.osm.pbf")


@pytest.mark.parametrize("contenu", [b"", b"PK\x03\x04abc", b"rien"])
def test_a_damaged_graph_is_refused(tmp_path: Path, contenu: bytes) -> None:
    (tmp_path / "reseau.npz").write_bytes(contenu)
    with pytest.raises(SourceError, match="abîmé"):
        load_reseau(tmp_path / "reseau.npz")


def test_the_loaded_graph_answers_and_without_one_the_estimate(fichier: Path, tmp_path: Path) -> None:
    archive = find_archive(tmp_path)
    choix = Choix("reseau", archive)
    assert isinstance(choix.build(Densite.DENSE), Estimation)
    write_extrait(fichier, CARRE, [Voie("ABCDA", RUE)])
    save_reseau(build_reseau(read_extrait(fichier)), archive)
    [trajet] = choix.build(Densite.DENSE).compute_trajets(P, [Q], Mode.A_PIED)
    assert trajet is not None
    assert trajet.methode == Methode.RESEAU
    assert isinstance(Choix("estimation", archive).build(Densite.DENSE), Estimation)
    archive.write_bytes(b"rien")
    assert isinstance(choix.build(Densite.DENSE), Estimation)
