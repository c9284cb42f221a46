from __future__ import annotations

import itertools

import pytest

from tierslieux.core.types import Position
from tierslieux.trajets.estimation import Densite, Estimation, compute_duree, find_densite, get_hypotheses
from tierslieux.trajets.iles import find_ile
from tierslieux.trajets.moteur import Methode, Mode, Point

BREST = Position(-4.4845, 48.3917)


@pytest.mark.parametrize(
    ("densite", "mode", "distance_m", "attendu"),
    [
        # 1 km × 1.25 at 4 km/h: 1.25 / 4 × 60.
        (Densite.DENSE, Mode.A_PIED, 1_000, 18.75),
        # 2 km × 1.35 at 14 km/h, 2 minutes of lock: 2 + 2.7 / 14 × 60.
        (Densite.RURALE, Mode.VELO, 2_000, 13.571),
        # Parking 5 minutes; 5 km × 1.3 at 24 km/h, 16.25; 15 km × 1.3 at 50 km/h, 23.4.
        (Densite.DENSE, Mode.VOITURE, 20_000, 44.65),
        # 2 minutes; 5 km × 1.35 at 50 km/h, 8.1; 15 km × 1.35 at 65 km/h, 18.692.
        (Densite.RURALE, Mode.VOITURE, 20_000, 28.792),
        (Densite.RURALE, Mode.A_PIED, 0, 0),
    ],
)
def test_a_time_is_worked_out_by_hand(densite: Densite, mode: Mode, distance_m: float, attendu: float) -> None:
    assert compute_duree(distance_m, get_hypotheses(densite, mode)) == pytest.approx(attendu, abs=0.001)


@pytest.mark.parametrize("densite", list(Densite))
@pytest.mark.parametrize("mode", list(Mode))
def test_farther_never_takes_less_time(densite: Densite, mode: Mode) -> None:
    durees = [compute_duree(d, get_hypotheses(densite, mode)) for d in range(0, 60_000, 250)]
    assert all(avant < apres for avant, apres in itertools.pairwise(durees))


@pytest.mark.parametrize("densite", list(Densite))
def test_beyond_two_kilometres_wheels_are_faster_than_feet_and_a_car_than_a_bicycle(densite: Densite) -> None:
    for distance_m in (2_000, 10_000, 50_000):
        pied, velo, voiture = (compute_duree(distance_m, get_hypotheses(densite, mode)) for mode in Mode)
        assert pied > velo
        assert distance_m == 2_000 or velo > voiture


@pytest.mark.parametrize(
    ("population", "surface_km2", "attendu"),
    [
        (2_187_526, 105.3, Densite.DENSE),  # Paris: 20,800 inhabitants per km²
        (150_000, 100, Densite.DENSE),
        (30_000, 100, Densite.INTERMEDIAIRE),
        (776, 15.7, Densite.RURALE),  # L'Abergement-Clémenciat: 49
        (None, 12.0, Densite.RURALE),
        (500, None, Densite.RURALE),
    ],
)
def test_density_is_that_of_the_commune(population: int | None, surface_km2: float | None, attendu: Densite) -> None:
    assert find_densite(population, surface_km2) == attendu


@pytest.mark.parametrize(
    ("classe", "attendu"),
    [
        (1, Densite.DENSE),  # Brest, whose mean of 2,800 people per km² says it too
        (2, Densite.INTERMEDIAIRE),
        (3, Densite.INTERMEDIAIRE),
        (4, Densite.INTERMEDIAIRE),
        (5, Densite.RURALE),
        (6, Densite.RURALE),
        (7, Densite.RURALE),
    ],
)
def test_where_insee_has_sorted_the_commune_its_three_levels_decide(classe: int, attendu: Densite) -> None:
    """Urban centres, then intermediate density, then rural: https://www.insee.fr/fr/information/6439600."""
    # Arles has 50,000 people in 760 km², most of them in one town: 66 per km² would be the countryside.
    assert find_densite(50_000, 760, classe) == attendu
    assert find_densite(None, None, classe) == attendu


def test_a_journey_goes_from_door_to_door_and_says_how_it_was_obtained() -> None:
    depart = Point(BREST.lon, BREST.lat, "29019")
    # One hundredth of a degree of latitude there is 1,112 m on the ellipsoid.
    [trajet] = Estimation(Densite.DENSE).compute_trajets(depart, [Point(BREST.lon, BREST.lat + 0.01)], Mode.A_PIED)
    assert trajet is not None
    assert trajet.methode == Methode.ESTIMATION
    assert trajet.distance_m == pytest.approx(1_112 * 1.25, abs=2)
    assert trajet.duree_min == pytest.approx(1.112 * 1.25 / 4 * 60, abs=0.05)


def test_no_road_leads_to_an_island() -> None:
    ouessant, ouessant_bourg = Point(-5.097, 48.455, "29155"), Point(-5.09, 48.46, "29155")
    continent = Point(BREST.lon, BREST.lat, "29019")
    moteur = Estimation(Densite.RURALE)
    la_bas, sur_place = moteur.compute_trajets(ouessant, [continent, ouessant_bourg], Mode.VOITURE)
    assert la_bas is None
    assert sur_place is not None
    assert moteur.compute_trajets(continent, [ouessant], Mode.A_PIED) == [None]


def test_a_bridge_makes_no_island() -> None:
    assert find_ile("17369") is None  # Saint-Martin-de-Ré
    assert find_ile("56009") == find_ile("56152") == "Belle-Île"
    assert find_ile(None) is None


def test_nowhere_to_go_is_no_journey() -> None:
    assert Estimation(Densite.DENSE).compute_trajets(Point(BREST.lon, BREST.lat), [], Mode.VELO) == []
