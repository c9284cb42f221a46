from __future__ import annotations

import pytest

from tierslieux.trajets.acces import is_bac, read_barriere, read_droits
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.vitesses import VITESSES, parse_maxspeed

NON = (None, None)


def lire(mode: Mode, **tags: str) -> tuple[float | None, float | None]:
    """Speeds along and against; `oneway_bicycle` stands for the tag oneway:bicycle."""
    droits = read_droits({cle.replace("_", ":") if cle.startswith("oneway_") else cle: v for cle, v in tags.items()})
    if droits is None:
        return NON
    droit = droits.par_mode[list(Mode).index(mode)]
    return droit.aller_kmh, droit.retour_kmh


@pytest.mark.parametrize(
    ("tags", "pied", "velo", "voiture"),
    [
        ({"highway": "residential"}, (4, 4), (13, 13), (25, 25)),
        ({"highway": "residential", "oneway": "yes"}, (4, 4), (13, None), (25, None)),
        ({"highway": "residential", "oneway": "-1"}, (4, 4), (None, 13), (None, 25)),
        ({"highway": "residential", "oneway": "yes", "oneway_bicycle": "no"}, (4, 4), (13, 13), (25, None)),
        ({"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, (4, 4), (13, 13), (25, None)),
        ({"highway": "residential", "junction": "roundabout"}, (4, 4), (13, None), (25, None)),
        ({"highway": "residential", "junction": "roundabout", "oneway": "no"}, (4, 4), (13, 13), (25, 25)),
        # A motorway is one-way without saying so, and nobody walks there whatever a tag says.
        ({"highway": "motorway", "foot": "yes"}, NON, NON, (115, None)),
        ({"highway": "trunk"}, NON, NON, (90, 90)),
        ({"highway": "trunk", "bicycle": "yes"}, NON, (12, 12), (90, 90)),
        ({"highway": "primary", "motorroad": "yes"}, NON, NON, (60, 60)),
        ({"highway": "primary", "maxspeed": "30"}, (4, 4), (14, 14), (30, 30)),
        ({"highway": "primary", "maxspeed": "90"}, (4, 4), (14, 14), (60, 60)),
        # The tag of the mode outranks the general one, either way.
        ({"highway": "service", "access": "private"}, NON, NON, NON),
        ({"highway": "service", "access": "no", "foot": "yes"}, (4, 4), NON, NON),
        ({"highway": "service", "motor_vehicle": "no"}, (4, 4), (12, 12), NON),
        ({"highway": "service", "vehicle": "private", "bicycle": "yes"}, (4, 4), (12, 12), NON),
        ({"highway": "residential", "access": "destination"}, (4, 4), (13, 13), (25, 25)),
        ({"highway": "residential", "foot": "no"}, NON, (13, 13), (25, 25)),
        # Feet and pushed bicycles.
        ({"highway": "footway"}, (4, 4), (4, 4), NON),
        ({"highway": "footway", "bicycle": "designated"}, (4, 4), (12, 12), NON),
        ({"highway": "pedestrian", "oneway": "yes"}, (4, 4), (4, 4), NON),
        ({"highway": "path", "bicycle": "dismount"}, (4, 4), (4, 4), NON),
        ({"highway": "steps"}, (2, 2), NON, NON),
        ({"highway": "steps", "access": "yes", "motor_vehicle": "yes"}, (2, 2), NON, NON),
        ({"highway": "cycleway", "oneway": "yes"}, (4, 4), (14, None), NON),
        ({"highway": "track"}, (4, 4), (10, 10), NON),
        ({"highway": "track", "motor_vehicle": "yes"}, (4, 4), (10, 10), (12, 12)),
        # What is no road.
        ({"highway": "construction"}, NON, NON, NON),
        ({"route": "ferry", "motor_vehicle": "yes"}, NON, NON, NON),
        ({}, NON, NON, NON),
    ],
)
def test_who_may_go_where_and_how_fast(tags: dict[str, str], pied: object, velo: object, voiture: object) -> None:
    assert (lire(Mode.A_PIED, **tags), lire(Mode.VELO, **tags), lire(Mode.VOITURE, **tags)) == (pied, velo, voiture)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28032),
        ("FR:urban", 50),
        ("FR:zone30", 30),
        ("none", None),
        ("signals", None),
        ("0", None),
        ("", None),
        (None, None),
        ("50;70", None),
    ],
)
def test_a_legal_speed_is_read_or_left(texte: str | None, attendu: float | None) -> None:
    assert parse_maxspeed(texte) == (None if attendu is None else pytest.approx(attendu))


@pytest.mark.parametrize(
    ("tags", "arretes"),
    [
        ({"barrier": "bollard"}, {Mode.VOITURE}),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, set(Mode)),
        ({"barrier": "lift_gate", "access": "no", "foot": "yes", "bicycle": "yes"}, {Mode.VOITURE}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"barrier": "kissing_gate"}, {Mode.VELO, Mode.VOITURE}),
        ({"access": "no"}, set()),  # not a barrier
    ],
)
def test_a_barrier_stops_some(tags: dict[str, str], arretes: set[Mode]) -> None:
    assert read_barriere(tags) == arretes


def test_no_door_opens_onto_a_motorway_or_into_a_tunnel() -> None:
    def a_portes(**tags: str) -> bool:
        droits = read_droits(tags)
        assert droits is not None
        return droits.a_portes

    assert a_portes(highway="residential")
    assert a_portes(highway="residential", tunnel="building_passage")
    assert not a_portes(highway="motorway_link")
    assert not a_portes(highway="residential", tunnel="yes")


def test_nobody_is_faster_than_a_car_on_its_road_nor_slower_than_feet() -> None:
    for classe, vitesses in VITESSES.items():
        connues = [v for v in (vitesses.a_pied, vitesses.velo, vitesses.voiture) if v is not None]
        assert connues, classe
        assert connues == sorted(connues), classe


def test_a_ferry_is_known_as_such() -> None:
    assert is_bac({"route": "ferry"})
    assert not is_bac({"route": "hiking", "highway": "path"})
