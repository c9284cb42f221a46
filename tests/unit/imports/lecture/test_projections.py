"""Coordinate systems recognised by where points fall, and numbers as people write them."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from tierslieux.core.geo import SYSTEMES
from tierslieux.imports.lecture.projections import (
    CODE_WGS84,
    CODE_WGS84_INVERSE,
    PROJECTIONS,
    find_projection,
    list_candidates,
    parse_nombre,
    recognise_decimale,
    recognise_projection,
)

# Town halls, from their public coordinates: (longitude, latitude), département or collectivity.
MAIRIES = {
    "Angers": ((-0.5541, 47.4711), "49"),
    "Saumur": ((-0.0745, 47.2592), "49"),
    "Cholet": ((-0.8797, 47.0594), "49"),
    "Brest": ((-4.4861, 48.3905), "29"),
    "Quimper": ((-4.1024, 47.9960), "29"),
    "Perpignan": ((2.8954, 42.6986), "66"),
    "Ajaccio": ((8.7369, 41.9192), "2A"),
    "Lille": ((3.0586, 50.6292), "59"),
    "Basse-Terre": ((-61.7311, 15.9985), "971"),
    "Fort-de-France": ((-61.0682, 14.6037), "972"),
    "Cayenne": ((-52.3348, 4.9381), "973"),
    "Saint-Denis": ((55.4481, -20.8789), "974"),
    "Saint-Pierre": ((-56.1778, 46.7811), "975"),
    "Mamoudzou": ((45.2279, -12.7806), "976"),
    "Mata-Utu": ((-176.1745, -13.2816), "986"),
    "Papeete": ((-149.5665, -17.5374), "987"),
    "Nouméa": ((166.4424, -22.2735), "988"),
}

# GRS80, the ellipsoid of all legal systems: half major axis in metres, first eccentricity.
A_M, E = 6_378_137.0, 0.0818191910428158


def project_lambert(
    lon: float, lat: float, *, lat_1: float, lat_2: float, lat_0: float, x_0: float, y_0: float
) -> tuple[float, float]:
    """Conic conformal projection with two parallels, after IGN's note NTG 71; central meridian 3° E, metres."""

    def compute_latitude_isometrique(phi: float) -> float:
        sinus = math.sin(phi)
        return math.log(math.tan(math.pi / 4 + phi / 2) * ((1 - E * sinus) / (1 + E * sinus)) ** (E / 2))

    def compute_rayon(phi: float) -> float:
        return A_M * math.cos(phi) / math.sqrt(1 - (E * math.sin(phi)) ** 2)

    phi, phi_0, phi_1, phi_2 = (math.radians(angle) for angle in (lat, lat_0, lat_1, lat_2))
    l_1, l_2 = compute_latitude_isometrique(phi_1), compute_latitude_isometrique(phi_2)
    n = math.log(compute_rayon(phi_2) / compute_rayon(phi_1)) / (l_1 - l_2)
    c = compute_rayon(phi_1) / n * math.exp(n * l_1)
    rayon, rayon_0 = (c * math.exp(-n * compute_latitude_isometrique(p)) for p in (phi, phi_0))
    gamma = n * math.radians(lon - 3)
    return x_0 + rayon * math.sin(gamma), y_0 + rayon_0 - rayon * math.cos(gamma)


def project_utm(lon: float, lat: float, *, fuseau: int) -> tuple[float, float]:
    """Transverse Mercator by Krüger's series to the third order (under a metre within a zone), metres."""
    plat = 1 - math.sqrt(1 - E**2)
    n = plat / (2 - plat)
    a = A_M / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alphas = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    phi, dl = math.radians(lat), math.radians(lon - (6 * fuseau - 183))
    t = math.sinh(math.atanh(math.sin(phi)) - E * math.atanh(E * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(dl)), math.atanh(math.sin(dl) / math.sqrt(1 + t**2))
    est = eta + sum(al * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, al in enumerate(alphas, 1))
    nord = xi + sum(al * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, al in enumerate(alphas, 1))
    return 500_000 + 0.9996 * a * est, (10_000_000 if lat < 0 else 0) + 0.9996 * a * nord


def project(lon: float, lat: float, code: str) -> tuple[float, float]:
    """The point in a system, by formulas that owe nothing to PROJ, which only knows the three that have none here."""
    srid = int(code.removeprefix("EPSG:"))
    if srid == 2154:
        return project_lambert(lon, lat, lat_1=44, lat_2=49, lat_0=46.5, x_0=700_000, y_0=6_600_000)
    if 3942 <= srid <= 3950:
        p = srid - 3900
        y_0 = 1_200_000 + (p - 42) * 1_000_000
        return project_lambert(lon, lat, lat_1=p - 0.75, lat_2=p + 0.75, lat_0=p, x_0=1_700_000, y_0=y_0)
    fuseaux = {5490: 20, 2972: 22, 2975: 40, 4467: 21, 4471: 38, 8903: 1, 3296: 5, 3297: 6, 3298: 7, 3299: 8}
    if srid in fuseaux:
        return project_utm(lon, lat, fuseau=fuseaux[srid])
    if srid == 3857:
        nord = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
        return A_M * math.radians(lon), A_M * nord
    return Transformer.from_crs(CODE_WGS84, code, always_xy=True).transform(lon, lat)


@pytest.mark.parametrize(
    ("commune", "code"),
    [
        ("Angers", "EPSG:2154"),
        ("Angers", "EPSG:3947"),
        ("Angers", "EPSG:27572"),
        ("Angers", "EPSG:3857"),
        ("Brest", "EPSG:2154"),
        ("Brest", "EPSG:3948"),
        ("Quimper", "EPSG:3948"),
        ("Perpignan", "EPSG:3943"),
        ("Ajaccio", "EPSG:3942"),
        ("Ajaccio", "EPSG:2154"),
        ("Ajaccio", "EPSG:27572"),
        ("Lille", "EPSG:3950"),
        ("Lille", "EPSG:3857"),
        ("Basse-Terre", "EPSG:5490"),
        ("Fort-de-France", "EPSG:5490"),
        ("Cayenne", "EPSG:2972"),
        ("Saint-Denis", "EPSG:2975"),
        ("Saint-Denis", "EPSG:3857"),
        ("Saint-Pierre", "EPSG:4467"),
        ("Mamoudzou", "EPSG:4471"),
        ("Mata-Utu", "EPSG:8903"),
        ("Nouméa", "EPSG:3163"),
    ],
)
def test_a_town_hall_is_found_again_in_each_system_of_its_territory(commune: str, code: str) -> None:
    (lon, lat), departement = MAIRIES[commune]
    point = project(lon, lat, code)
    projection = recognise_projection([point], [departement])
    assert projection is not None
    assert projection.code == code
    # A metre; ten for the old Paris meridian, whose change of datum has no exact formula.
    marge = 1e-4 if code == "EPSG:27572" else 1e-5
    assert projection.to_wgs84(*point) == pytest.approx((lon, lat), abs=marge)


def test_the_published_example_of_ign_is_found_again() -> None:
    # NTG 71, algorithm ALG0003 with the constants of Lambert-93: the origin of the projection.
    assert PROJECTIONS["EPSG:2154"].to_wgs84(700_000, 6_600_000) == pytest.approx((3, 46.5), abs=1e-9)


def test_every_system_has_a_name() -> None:
    assert len({projection.libelle for projection in PROJECTIONS.values()}) == len(SYSTEMES) + 2


def test_zones_that_only_differ_by_a_meridian_are_told_apart_by_several_islands_not_by_one() -> None:
    # Read as zones 7 and 8, Papeete would stand six and twelve degrees east, where Polynésie has atolls too.
    papeete = MAIRIES["Papeete"][0]
    assert recognise_projection([project(*papeete, "EPSG:3297")], ["987"]) is None
    candidates = [projection.code for projection in list_candidates([project(*papeete, "EPSG:3297")], ["987"])]
    assert candidates == ["EPSG:3297", "EPSG:3298", "EPSG:3299"]
    # Bora-Bora, Rangiroa and Tubuai with it.
    iles = [papeete, (-151.74, -16.50), (-147.64, -14.97), (-149.45, -23.35)]
    assert recognise_projection([project(*ile, "EPSG:3297") for ile in iles], ["987"]) == PROJECTIONS["EPSG:3297"]


@pytest.mark.parametrize("commune", MAIRIES)
def test_degrees_are_degrees_and_swapped_ones_are_told_apart(commune: str) -> None:
    (lon, lat), departement = MAIRIES[commune]
    droit, inverse = (
        recognise_projection([(lon, lat)], [departement]),
        recognise_projection([(lat, lon)], [departement]),
    )
    assert droit is not None
    assert inverse is not None
    assert (droit.code, inverse.code) == (CODE_WGS84, CODE_WGS84_INVERSE)
    assert droit.to_wgs84(lon, lat) == inverse.to_wgs84(lat, lon) == (lon, lat)


def test_a_few_wrong_points_and_zeros_do_not_hide_the_system() -> None:
    hasard = random.Random(7)  # noqa: S311  (the same points at each run)
    points = [project(hasard.uniform(-1.2, 0.2), hasard.uniform(47, 47.8), "EPSG:2154") for _ in range(60)]
    projection = recognise_projection([*points, (0, 0), (0, 0), (1e12, 1e12), (math.nan, 3), (2.0, 47.0)], ["49"])
    assert projection == PROJECTIONS["EPSG:2154"]


def test_a_file_of_several_territories_may_only_be_in_degrees() -> None:
    points = [lieu for lieu, _ in MAIRIES.values()]
    assert recognise_projection(points, [departement for _, departement in MAIRIES.values()]) == PROJECTIONS[CODE_WGS84]


def test_without_departement_what_is_possible_twice_is_not_guessed() -> None:
    # Guadeloupe in its own projection, and the Pyrénées in Lambert II étendu.
    guadeloupe = project(-61.5, 16.2, "EPSG:5490")
    codes = {projection.code for projection in list_candidates([guadeloupe], [])}
    assert {"EPSG:5490", "EPSG:27572"} <= codes
    assert recognise_projection([guadeloupe], []) is None
    assert recognise_projection([guadeloupe], ["971"]) == PROJECTIONS["EPSG:5490"]


@pytest.mark.parametrize("points", [[], [(0, 0)], [(math.inf, 1)], [(5e7, 5e7)]])
def test_points_that_are_nowhere_have_no_system(points: list[tuple[float, float]]) -> None:
    assert recognise_projection(points, ["49"]) is None


@pytest.mark.parametrize("code", ["EPSG:99999", "EPSG:2154; rm", "+proj=utm", "2154", ""])
def test_a_code_that_is_none_has_no_projection(code: str) -> None:
    assert find_projection(code) is None


def test_other_systems_of_the_register_are_known_by_their_code() -> None:
    projection = find_projection("EPSG:2056")
    assert projection is not None
    # The old observatory of Berne, origin of the Swiss grid: 7.43958° E, 46.95241° N.
    assert projection.to_wgs84(2_600_000, 1_200_000) == pytest.approx((7.43863, 46.95108), abs=2e-3)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("47,245935", 47.245935),
        ("-1,505602", -1.505602),
        ("−1.5", -1.5),
        (" 475198,121680863 ", 475198.121680863),
        ("6 692 424,5", 6692424.5),
        ("6\u202f692\u00a0424,5", 6692424.5),
        ("6'692'424.5", 6692424.5),
        ("1,234,567.5", 1234567.5),
        ("1.234.567,5", 1234567.5),
        ("1,5", 1.5),
        ("1,234", 1.234),
        (".5", 0.5),
        ("4.7E1", 47.0),
        ("48°23'27\"N", 48 + 23 / 60 + 27 / 3600),
        ("48° 23′ 27,5″ Nord", 48 + 23 / 60 + 27.5 / 3600),
        ("4°29'10''O", -(4 + 29 / 60 + 10 / 3600)),
        ("O 4°29'", -(4 + 29 / 60)),
        ("22.2735°S", -22.2735),
        ("-22.2735°", -22.2735),
        ("166° 26' 32\" E", 166 + 26 / 60 + 32 / 3600),
        ("46.178.735", None),
        ("1,234,567", None),
        ("47 245935", None),
        ("4 7", None),
        ("48°60'N", None),
        ("N 48°S", None),
        ("-48°S", None),
        ("1e999", None),
        ("nan", None),
        ("inf", None),
        ("0x10", None),
        ("1_000", None),
        ("٤٧", None),
        ("9" * 100, None),
        ("", None),
        (None, None),
        ("12 rue", None),
    ],
)
def test_numbers_as_people_write_them(texte: str | None, attendu: float | None) -> None:
    assert parse_nombre(texte) == (attendu if attendu is None else pytest.approx(attendu))


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_a_number_is_read_back_with_a_comma_or_a_point(nombre: float) -> None:
    texte = f"{nombre:.6f}"
    assert parse_nombre(texte) == parse_nombre(texte.replace(".", ",")) == float(texte)


@given(st.text(max_size=30))
def test_any_text_is_a_finite_number_or_none(texte: str) -> None:
    nombre = parse_nombre(texte)
    assert nombre is None or math.isfinite(nombre)


@pytest.mark.parametrize(
    ("textes", "attendu"),
    [
        (["47,2", "-1,5", None, "", "x"], "virgule"),
        (["47.2", "12"], "point"),
        (["47.2", "47,3"], "point ou virgule"),
        (["48°23'27\"N"], "degrés, minutes et secondes"),
        (["12", "abc", None], None),
        ([], None),
    ],
)
def test_the_decimal_sign_is_told(textes: list[str | None], attendu: str | None) -> None:
    assert recognise_decimale(textes) == attendu
