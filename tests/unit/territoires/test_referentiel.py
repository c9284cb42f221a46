"""The reference of communes that imports receive, on squares of 0.1° along the parallel 48.3°–48.4° N."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tierslieux.territoires.referentiel import CommuneReference, ReferentielCommunes


def commune(code: str, nom: str, departement: str = "29", **champs: object) -> CommuneReference:
    defauts = {"commune_parent": None, "lon": None, "lat": None, "mairie_lon": None, "mairie_lat": None}
    return CommuneReference(code=code, nom=nom, departement=departement, **(defauts | champs))


def wkb(ouest: float, sud: float) -> bytes:
    return shapely.to_wkb(shapely.MultiPolygon([shapely.box(ouest, sud, ouest + 0.1, sud + 0.1)]))


@pytest.fixture(scope="module")
def referentiel() -> ReferentielCommunes:
    communes = [
        commune("29019", "Brest", lon=-4.55, lat=48.35, mairie_lon=-4.56, mairie_lat=48.39),
        commune("29075", "Guipavas", lon=-4.45, lat=48.35),
        commune("29001", "Saint-Denis"),
        commune("93066", "Saint-Denis", "93"),
        commune("13055", "Marseille", "13"),
        commune("13211", "Marseille 11e Arrondissement", "13", commune_parent="13055"),
    ]
    return ReferentielCommunes.build(
        communes={c.code: c for c in communes},
        wkb={
            "29019": wkb(-4.6, 48.3),
            "29075": wkb(-4.5, 48.3),
            "13055": wkb(5.4, 43.2),
            "13211": wkb(5.4, 43.2),
            "29001": None,
        },
        noms={
            "brest": {"29019"},
            "guipavas": {"29075"},
            "saint denis": {"29001", "93066"},
            "marseille": {"13055"},
            "marseille 11e arrondissement": {"13211"},
        },
        anciens_noms={"pierrefitte sur seine": {"93066"}, "guipavas": {"29019"}, "le bourg": {"29001", "29019"}},
        successeurs={"93059": "93066", "29990": "29019"},
        codes_postaux={"29200": {"29019"}, "13011": {"13211", "13055"}},
    )


def code(trouvee: CommuneReference | None) -> str | None:
    return trouvee and trouvee.code


def test_codes_of_today_and_of_before(referentiel: ReferentielCommunes) -> None:
    assert code(referentiel.find("29019")) == "29019"
    assert referentiel.find("93059") is None
    assert code(referentiel.find_successeur("93059")) == "93066"
    assert referentiel.find_successeur("29019") is None
    assert referentiel.find_successeur("00000") is None


def test_postcodes(referentiel: ReferentielCommunes) -> None:
    assert [c.code for c in referentiel.list_code_postal("13011")] == ["13055", "13211"]
    assert referentiel.list_code_postal("99999") == []


@pytest.mark.parametrize(
    ("nom", "departement", "attendu"),
    [
        ("BREST", None, "29019"),
        ("Brest Cedex 2", "29", "29019"),
        ("brest", "35", None),
        ("St-Denis", "93", "93066"),
        ("Saint Denis", None, None),  # two of them
        ("Pierrefitte sur Seine", None, "93066"),
        ("Guipavas", None, "29075"),  # the name of today counts before the former one
        ("Le Bourg", None, None),
        ("MARSEILLE 11", "13", "13211"),
        ("Marseille 11ème", None, "13211"),
        ("", None, None),
    ],
)
def test_names(referentiel: ReferentielCommunes, nom: str, departement: str | None, attendu: str | None) -> None:
    assert code(referentiel.find_nom(nom, departement)) == attendu


def test_names_that_do_not_contradict_a_code(referentiel: ReferentielCommunes) -> None:
    def porte(code_insee: str, nom: str) -> bool:
        return referentiel.has_nom(referentiel.communes[code_insee], nom)

    assert porte("29019", "BREST CEDEX")
    assert porte("93066", "Pierrefitte-sur-Seine")
    assert porte("13211", "Marseille")
    assert porte("13055", "MARSEILLE 11")
    assert not porte("29019", "Marseille")
    assert not porte("29019", "")


def test_arrondissements(referentiel: ReferentielCommunes) -> None:
    assert [c.code for c in referentiel.list_arrondissements("13055")] == ["13211"]
    assert referentiel.list_arrondissements("29019") == []


def test_centre_is_the_town_hall_first(referentiel: ReferentielCommunes) -> None:
    assert referentiel.find_centre("29019") == (-4.56, 48.39)
    assert referentiel.find_centre("29075") == (-4.45, 48.35)
    assert referentiel.find_centre("29001") is None
    assert referentiel.find_centre("00000") is None


def test_where_a_point_is(referentiel: ReferentielCommunes) -> None:
    assert code(referentiel.find_at(-4.55, 48.35)) == "29019"
    assert code(referentiel.find_at(5.45, 43.25)) == "13211"  # rather than the whole city
    assert referentiel.find_at(0, 0) is None


def test_near_in_degrees(referentiel: ReferentielCommunes) -> None:
    assert referentiel.contains_near("29019", -4.55, 48.35, 0)
    assert not referentiel.contains_near("29019", -4.65, 48.35, 0.04)
    assert referentiel.contains_near("29019", -4.65, 48.35, 0.06)
    assert referentiel.contains_near("29001", -4.65, 48.35, 1) is None


def test_distance_in_metres(referentiel: ReferentielCommunes) -> None:
    assert referentiel.compute_distance_m("29019", -4.55, 48.35) == 0
    # 0.1° south of the square: 11,119 m of meridian at 48° (WGS84 tables: 111.19 km a degree).
    assert referentiel.compute_distance_m("29019", -4.55, 48.2) == pytest.approx(11_119, abs=5)
    # 0.1° west of it: 111.320 km × cos(48.35°), corrected for the ellipsoid: 74.16 km a degree.
    assert referentiel.compute_distance_m("29019", -4.7, 48.35) == pytest.approx(7_416, abs=5)
    # Swapped coordinates are another continent away.
    assert referentiel.compute_distance_m("29019", 48.35, -4.55) > 5_000_000
    assert referentiel.compute_distance_m("29001", -4.55, 48.35) is None


def test_distances_of_many_points_at_once(referentiel: ReferentielCommunes) -> None:
    codes = ["29019", "29001", "29075", "29019"]
    lons, lats = np.array([-4.55, 0.0, -4.7, -4.7]), np.array([48.35, 0.0, 48.35, 48.35])
    distances = referentiel.compute_distances_m(codes, lons, lats)
    assert distances[0] == 0
    assert np.isnan(distances[1])
    assert distances[2] == pytest.approx(referentiel.compute_distance_m("29075", -4.7, 48.35))
    assert distances[3] == pytest.approx(referentiel.compute_distance_m("29019", -4.7, 48.35))
    assert referentiel.compute_distances_m([], np.zeros(0), np.zeros(0)).tolist() == []
