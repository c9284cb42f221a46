"""Each publisher's format: invented rows in, expected values and expected rejects out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from tests.factories.indicateurs import (
    build_comparateur,
    build_filosofi,
    build_parquet,
    build_recensement_2022,
    read_data,
)
from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Point, Rejet
from tierslieux.indicateurs.lecture import (
    arcep_fixe,
    arcep_mobile,
    arcep_sites,
    communes_codees,
    comparateur,
    densite,
    filosofi,
    illectronisme_epci,
    quartiers,
    recensement_2017,
    recensement_2022,
)
from tierslieux.indicateurs.lecture.tables import parse_nombre
from tierslieux.territoires.enums import Niveau


def trier(elements: Iterable[Element]) -> tuple[dict[str, dict[str, float]], list[tuple[int, CodeRejet, str]]]:
    """(values by code, (row, reject code, field) of each reject)."""
    lus = list(elements)
    mesures = {e.code: dict(e.valeurs) for e in lus if isinstance(e, Mesure)}
    return mesures, [(e.ligne, e.code, e.champ) for e in lus if isinstance(e, Rejet)]


def test_census_of_2022_and_what_follows_from_it() -> None:
    mesures, rejets = trier(recensement_2022.read(build_recensement_2022()))
    assert mesures["29019"] == pytest.approx(
        {
            "population": 1000,
            "part_65_plus": 0.2,
            "part_moins_15": 0.2,
            "taux_chomage": 0.125,
            "part_cadres": 0.1,
            "part_ouvriers": 0.2,
            "part_diplome_superieur": 0.3,
            "population_65_plus": 200,  # 1000 × 20 %
            "population_15_plus": 800,  # 1000 × (1 - 20 %)
            "part_65_plus_parmi_15_plus": 0.25,  # 20 / 80
        }
    )
    # Without the share of children, nothing is said of the people of 15 and more.
    assert mesures["72181"] == pytest.approx(
        {"population": 200, "part_65_plus": 0.25, "part_diplome_superieur": 0.15, "population_65_plus": 50}
    )
    assert rejets == [(3, CodeRejet.SANS_VALEUR, "code")]


def test_another_table_is_refused_with_its_columns() -> None:
    with pytest.raises(SourceError, match="colonnes absentes : population, part65plus"):
        list(recensement_2022.read(build_parquet({"code": ["29019"]})))
    with pytest.raises(SourceError, match="Parquet"):
        list(recensement_2022.read(b"code;population\n"))


def test_census_of_2017() -> None:
    mesures, rejets = trier(recensement_2017.read(read_data("recensement_2017.csv")))
    assert mesures["29019"] == pytest.approx(
        {
            "part_sans_bac": 0.455,
            "part_menages_seuls": 0.5025,
            "part_familles_monoparentales": 0.09,
            "part_65_plus_parmi_15_plus": 0.2,
            "part_15_25_ans": 0.18,
        }
    )
    assert mesures["2A004"] == {"part_sans_bac": 0.5, "part_65_plus_parmi_15_plus": 0.25}
    assert rejets == [
        (3, CodeRejet.SANS_VALEUR, "CODE_INSEE"),
        (6, CodeRejet.CODE_MAL_FORME, "CODE_INSEE"),
        (7, CodeRejet.VALEUR_ILLISIBLE, "TX_NSCOL15P"),
    ]


def test_a_cut_row_refuses_the_whole_file() -> None:
    coupe = read_data("recensement_2017.csv")[:-20]
    with pytest.raises(SourceError, match="ligne 7 : 6 cellules, 10 attendues"):
        list(recensement_2017.read(coupe))


def test_comparator() -> None:
    archive = build_comparateur(
        {"29019": {"P18_POP": "140064", "TP6019": "15", "P18_MEN": "75000.25"}, "97601": {}, "55039": {"MED19": "s"}}
    )
    mesures, rejets = trier(comparateur.read(archive))
    assert mesures == {"29019": pytest.approx({"population": 140064, "taux_pauvrete": 0.15, "menages": 75000.25})}
    assert rejets == [(3, CodeRejet.SANS_VALEUR, "CODGEO"), (4, CodeRejet.SANS_VALEUR, "CODGEO")]
    with pytest.raises(SourceError, match="2 tables"):
        list(comparateur.read(build_comparateur({}, tables=2)))
    with pytest.raises(SourceError, match="ZIP"):
        list(comparateur.read(archive[:100]))


def test_filosofi_gives_small_communes_their_median_alone() -> None:
    mesures, rejets = trier(filosofi.read(build_filosofi()))
    assert mesures["55039"] == {"niveau_vie_median": 20_500}
    assert mesures["29019"]["taux_pauvrete"] == pytest.approx(0.16)
    assert rejets == []


def test_illectronisme_by_epci() -> None:
    elements = list(illectronisme_epci.read(read_data("illectronisme_epci.json")))
    mesures, rejets = trier(elements)
    assert mesures == {
        "242900314": pytest.approx({"part_illectronisme_publiee": 0.187, "personnes_illectronisme_publiees": 3346}),
        "200000001": pytest.approx({"part_illectronisme_publiee": 0.2, "personnes_illectronisme_publiees": 512}),
    }
    assert {e.niveau for e in elements if isinstance(e, Mesure)} == {Niveau.EPCI}
    assert rejets == [
        (3, CodeRejet.CODE_MAL_FORME, "Code EPCI"),
        (4, CodeRejet.SANS_VALEUR, "Code EPCI"),
        (5, CodeRejet.VALEUR_ILLISIBLE, "Taux (en %)"),
    ]
    with pytest.raises(SourceError, match="JSON"):
        list(illectronisme_epci.read(b"[{"))


def test_fixed_broadband_of_2019_sums_exclusive_classes() -> None:
    mesures, rejets = trier(arcep_fixe.read_2019(read_data("arcep_fixe_2019.csv")))
    # 1000 premises: 10 none, 20 at 0.5, 30 at 3, 40 at 8, 100 at 30, 300 at 100, 500 at 1000 Mbit/s.
    assert mesures["29019"] == pytest.approx(
        {
            "locaux": 1000,
            "part_locaux_sans_fixe": 0.01,
            "part_locaux_3": 0.97,
            "part_locaux_8": 0.94,
            "part_locaux_30": 0.9,
            "part_locaux_100": 0.8,
            "part_locaux_1000": 0.5,
        }
    )
    assert rejets == [
        (4, CodeRejet.SANS_VALEUR, "nbr"),  # no premises
        (5, CodeRejet.CLASSES_INCOHERENTES, "nbr"),  # 99 for 100
        (6, CodeRejet.HORS_SUJET, "type"),
        (7, CodeRejet.VALEUR_ILLISIBLE, "nbr"),
    ]


def test_fixed_broadband_of_today_has_cumulative_classes() -> None:
    contenu = read_data("commune_debit_filaire.csv")
    mesures, rejets = trier(arcep_fixe.read(contenu))
    hier, _ = trier(arcep_fixe.read_2019(read_data("arcep_fixe_2019.csv")))
    assert mesures["29019"] == pytest.approx(hier["29019"])  # the same premises, told the other way
    assert mesures["72181"]["part_locaux_1000"] == 1
    assert mesures["97411"]["part_locaux_sans_fixe"] == 1
    assert rejets == [
        (4, CodeRejet.CLASSES_INCOHERENTES, "nbr"),  # 95 at 8 Mbit/s, 90 at 3
        (5, CodeRejet.CLASSES_INCOHERENTES, "nbr"),  # 5 + 100 for 100
    ]
    assert arcep_fixe.find_date(contenu) == dt.date(2026, 3, 31)


def test_exclusive_classes_under_the_names_of_today_are_refused() -> None:
    ancien = read_data("arcep_fixe_2019.csv").split(b"\n", 1)[1].replace(b"elig_hd8", b"elig_bhd8")
    justes = b"\n".join(ligne for ligne in ancien.split(b"\n") if not ligne.startswith(b"72181"))
    with pytest.raises(SourceError, match="classes de débit"):
        list(arcep_fixe.read(justes))


def test_mobile_coverage_white_and_grey() -> None:
    elements = [e for e in arcep_mobile.read(read_data("stats_nbope_commune.csv")) if isinstance(e, Mesure)]
    quatre_g, voix, ajaccio = (dict(e.valeurs) for e in elements)
    assert quatre_g == pytest.approx(
        {
            "part_population_blanche_4g": 0,
            "part_population_grise_4g": 0.05,  # 0.5 + 1.5 + 3
            "part_surface_blanche_4g": 0.02,
            "part_surface_grise_4g": 0.38,  # 8 + 10 + 20
        }
    )
    assert voix == pytest.approx(
        {
            "part_population_blanche_voix": 0,
            "part_population_grise_voix": 0,
            "part_surface_blanche_voix": 0.01,
            "part_surface_grise_voix": 0.09,
        }
    )
    assert ajaccio == pytest.approx({"part_population_blanche_4g": 0.1234, "part_population_grise_4g": 0.7066})
    _, rejets = trier(arcep_mobile.read(read_data("stats_nbope_commune.csv")))
    assert rejets == [
        (4, CodeRejet.HORS_SUJET, "niveau"),
        (5, CodeRejet.HORS_SUJET, "techno"),
        (6, CodeRejet.CLASSES_INCOHERENTES, "pop_0"),  # sums to 50
        (8, CodeRejet.SANS_VALEUR, "commune"),
    ]


def test_mobile_sites_in_lambert_93() -> None:
    lus = list(arcep_sites.read_lambert93(read_data("sites_l93.csv")))
    points = [e for e in lus if isinstance(e, Point)]
    # The origin of the projection, by its definition: 3° E, 46.5° N.
    assert [(p.lon, p.lat) for p in points] == [pytest.approx((3, 46.5), abs=1e-7)] * 2
    assert points[0].valeurs == {
        "sites_mobiles": 1,
        "sites_mobiles_2g": 1,
        "sites_mobiles_3g": 1,
        "sites_mobiles_4g": 0,
    }
    assert trier(lus)[1] == [
        (4, CodeRejet.VALEUR_ILLISIBLE, "x"),
        (5, CodeRejet.VALEUR_ILLISIBLE, "3G"),
        (6, CodeRejet.VALEUR_HORS_BORNES, "x"),  # degrees in place of metres
    ]


def test_mobile_sites_of_overseas_in_degrees() -> None:
    lus = list(arcep_sites.read_wgs84(read_data("sites_outre_mer.csv")))
    assert [(p.lon, p.lat) for p in lus if isinstance(p, Point)] == [(55.45, -20.9), (55.52, -20.9), (55.75, -20.9)]
    assert trier(lus)[1] == [(5, CodeRejet.VALEUR_HORS_BORNES, "X")]  # longitude and latitude exchanged


def test_density_grid() -> None:
    mesures, rejets = trier(densite.read(read_data("densite.csv")))
    assert {code: valeurs["classe_densite"] for code, valeurs in mesures.items()} == {
        "29019": 1,
        "72181": 3,
        "2A004": 4,
        "55039": 7,
    }
    assert rejets == [(6, CodeRejet.VALEUR_ILLISIBLE, "niveau_densite")]


def test_priority_neighbourhoods_are_counted_once() -> None:
    mesures, rejets = trier(quartiers.read(read_data("quartiers.geojson")))
    assert mesures == {
        "29019": {"quartiers_prioritaires": 2, "communes_avec_quartier_prioritaire": 1},
        "97411": {"quartiers_prioritaires": 1, "communes_avec_quartier_prioritaire": 1},
    }
    assert rejets == [(3, CodeRejet.SANS_VALEUR, "code_qp"), (4, CodeRejet.VALEUR_ILLISIBLE, "code_qp")]
    with pytest.raises(SourceError, match="GeoJSON"):
        list(quartiers.read(b'{"type": "Point"}'))


def test_tables_of_two_columns() -> None:
    mesures, rejets = trier(communes_codees.read_frr(read_data("frr.csv")))
    assert {code: valeurs["communes_frr"] for code, valeurs in mesures.items()} == {"29019": 0, "55039": 1, "28103": 1}
    assert rejets == [(5, CodeRejet.VALEUR_ILLISIBLE, "FRR"), (6, CodeRejet.SANS_VALEUR, "FRR")]
    mesures, rejets = trier(communes_codees.read_fragilite(read_data("fragilite.csv")))
    assert mesures["29019"] == {"indice_fragilite_numerique": 4.2}
    assert rejets == []  # 120 is out of bounds: told when it is attached
    with pytest.raises(SourceError, match="aucune colonne parmi frr"):
        list(communes_codees.read_frr(b"code_insee;couleur\n29019;bleu\n"))


@pytest.mark.parametrize(
    ("cellule", "nombre"),
    [
        ("18,7", 18.7),
        ("3 346", 3346),
        ("3\u202f346", 3346),
        ("s", None),
        ("", None),
        (None, None),
        (float("nan"), None),
        (0, 0),
    ],
)
def test_numbers_as_publishers_write_them(cellule: str | float | None, nombre: float | None) -> None:
    assert parse_nombre(cellule) == nombre


@pytest.mark.parametrize("cellule", ["environ 3", "1,2,3", "inf"])
def test_what_is_no_number_is_refused(cellule: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_nombre(cellule)
