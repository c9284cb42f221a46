"""Rows in INSEE's format, invented: Filosofi, carreaux de 200 m."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tierslieux.core.errors import SourceError
from tierslieux.couverture.carreaux import build_carreaux, read_carreaux, split_codes

LIGNES = pd.DataFrame(
    {
        "idcar_200m": [
            "CRS3035RES200mN2889000E3761000",
            "CRS3035RES200mN2889200E3761000",
            "CRS2975RES200mN7689200E0337800",
            "CRS3035RES200mN2889400E3761000",
            "carreau",
            "CRS3035RES200mN2889600E3761000",
        ],
        "idcar_1km": ["x"] * 6,
        "i_est_200": ["0"] * 6,
        "lcog_geo": ["75056", "7505692012", "97411", "75056", "75056", ""],
        "ind": ["123.5", "10", "8", "0", "5", "4"],
        "men": ["50"] * 6,
    }
)


def write(table: pd.DataFrame, chemin: Path) -> Path:
    if chemin.suffix == ".parquet":
        table.assign(ind=table["ind"].astype(float)).to_parquet(chemin)
    elif chemin.suffix == ".gpkg":
        carre = [shapely.box(0, 0, 1, 1)] * len(table)
        gpd.GeoDataFrame(table.assign(ind=table["ind"].astype(float)), geometry=carre, crs=3035).to_file(chemin)
    else:
        table.to_csv(chemin, index=False, sep=";" if "point" in chemin.stem else ",")
    return chemin


@pytest.mark.parametrize("nom", ["carreaux.csv", "point-virgule.csv", "carreaux.parquet", "carreaux.gpkg"])
def test_inhabited_cells_are_read_in_each_format(tmp_path: Path, nom: str) -> None:
    carreaux = read_carreaux(write(LIGNES, tmp_path / nom))
    assert carreaux.lus == 6
    assert carreaux.rejets == {"SANS_HABITANT": 1, "IDENTIFIANT": 1, "SANS_COMMUNE": 1}
    assert carreaux.gens.tolist() == [123.5, 10, 8]
    assert carreaux.communes == (("75056",), ("75056", "92012"), ("97411",))
    # The middle of Paris, and Saint-Denis de La Réunion.
    assert (carreaux.lon[0], carreaux.lat[0]) == pytest.approx((2.35, 48.86), abs=0.05)
    assert (carreaux.lon[2], carreaux.lat[2]) == pytest.approx((55.44, -20.89), abs=0.05)


def test_cells_of_200_m_follow_each_other(tmp_path: Path) -> None:
    carreaux = read_carreaux(write(LIGNES, tmp_path / "carreaux.csv"))
    # 200 m further north: 0.0018° of latitude.
    assert carreaux.lat[1] - carreaux.lat[0] == pytest.approx(0.0018, abs=0.0001)


def test_older_editions_name_their_columns_otherwise() -> None:
    anciennes = LIGNES.rename(columns={"idcar_200m": "idINSPIRE", "lcog_geo": "depcom"})
    assert len(build_carreaux(anciennes).gens) == 3


def test_a_file_without_people_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="« ind » manque"):
        build_carreaux(LIGNES.drop(columns="ind"))
    (tmp_path / "carreaux.shp").write_bytes(b"")
    with pytest.raises(SourceError, match="attendu"):
        read_carreaux(tmp_path / "carreaux.shp")
    (tmp_path / "carreaux.parquet").write_bytes(b"rien")
    with pytest.raises(SourceError, match="ne se lit pas"):
        read_carreaux(tmp_path / "carreaux.parquet")


def test_codes_written_together_are_parted() -> None:
    assert split_codes("2A0042A00575056") == ("2A004", "2A005", "75056")
