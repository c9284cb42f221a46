"""Every real file is read whole without a declaration: its format, its rows, its coordinate system."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierslieux.imports.contrat import Reject
from tierslieux.imports.lecture.lecture import Ligne, read_table
from tierslieux.imports.lecture.projections import parse_nombre, recognise_decimale, recognise_projection


@pytest.mark.parametrize(
    ("fichier", "format_", "lignes", "colonnes"),
    [
        # Rows are those that the folder's README counts.
        ("france-services_2024-08-01.csv", "CSV", 2845, 24),
        ("france-services_2022-12-01.csv", "CSV", 2683, 23),
        ("mediation_national_cnfs_2022-12.json", "JSON", 4930, 20),
        ("mediation_national_data-inclusion_2022-11.json", "JSON", 3811, 25),
        ("mediation_aura_2022.json", "JSON", 687, 18),
        ("mediation_charente_2023.v0.json", "JSON", 188, 22),
        ("mediation_charente_2023.v1.json", "JSON", 188, 22),
        ("mediation_nouvelle-caledonie_2024.v1.json", "JSON", 90, 22),
        ("itinerant_bus-charente_2023.json", "JSON", 12, 46),
        ("tiers-lieux_cget_2019.csv", "CSV", 1512, 26),
        ("tiers-lieux_bretagne_2020.geojson", "GeoJSON", 121, 17),
        ("bibliotheques_2025.csv", "CSV", 15882, 23),
        ("brut_maine-et-loire_2020_lambert93.json", "JSON", 243, 31),
    ],
)
def test_every_row_of_a_real_file_is_read(
    raw_dir: Path, fichier: str, format_: str, lignes: int, colonnes: int
) -> None:
    table = read_table((raw_dir / "lieux" / fichier).read_bytes(), nom=fichier)
    lues = list(table.lignes)
    assert [ligne for ligne in lues if isinstance(ligne, Reject)] == []
    assert (table.reconnu["format"], len(lues), len(table.colonnes)) == (format_, lignes, colonnes)


def test_the_title_above_the_header_of_arcep_is_skipped(raw_dir: Path) -> None:
    (fichier,) = (raw_dir / "indicateurs").glob("arcep_ma_connexion_internet_communes_*.csv")
    table = read_table(fichier.read_bytes())
    assert table.colonnes[:2] == ("code_insee", "nom_com")
    assert next(table.lignes) == Ligne(3, next(read_table(fichier.read_bytes()).lignes).cellules)


def test_the_coordinates_of_maine_et_loire_are_recognised_as_lambert_93(raw_dir: Path) -> None:
    table = read_table((raw_dir / "lieux" / "brut_maine-et-loire_2020_lambert93.json").read_bytes())
    cellules = [ligne.cellules for ligne in table.lignes if isinstance(ligne, Ligne)]
    textes = [(ligne["x"], ligne["y"]) for ligne in cellules]
    assert recognise_decimale([x for x, _ in textes]) == "virgule"
    points = [
        (x, y) for x, y in ((parse_nombre(a), parse_nombre(b)) for a, b in textes) if x is not None and y is not None
    ]
    projection = recognise_projection(points, {str(ligne["CP"])[:2] for ligne in cellules if ligne["CP"]})
    assert projection is not None
    assert projection.code == "EPSG:2154"
    # The département is between 1.36° W and 0.24° E, 46.97° and 47.81° N.
    degres = [projection.to_wgs84(x, y) for x, y in points]
    assert all(-1.37 < lon < 0.25 and 46.96 < lat < 47.82 for lon, lat in degres)


@pytest.mark.parametrize(
    ("motif", "departement", "code"),
    [
        ("2018_01_Sites_mobiles_*L93.csv", "", "EPSG:2154"),
        ("GUA_sites_mobiles_*.csv", "971", "EPSG:4326"),
        ("REU_sites_mobiles_*.csv", "974", "EPSG:4326"),
    ],
)
def test_mobile_sites_are_in_the_system_that_their_publisher_says(
    raw_dir: Path, motif: str, departement: str, code: str
) -> None:
    (fichier,) = (raw_dir / "indicateurs").glob(motif)
    table = read_table(fichier.read_bytes())
    nom_x, nom_y = (next(nom for nom in table.colonnes if nom.lower() == axe) for axe in "xy")
    points = [
        (x, y)
        for ligne in table.lignes
        if isinstance(ligne, Ligne)
        and (x := parse_nombre(ligne.cellules[nom_x])) is not None
        and (y := parse_nombre(ligne.cellules[nom_y])) is not None
    ]
    projection = recognise_projection(points, [departement] if departement else [])
    assert projection is not None
    assert projection.code == code
