"""The one table of formats: their code in addresses and commands, what people read of them, what writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tierslieux.core.errors import NotFoundError
from tierslieux.diffusion.exports import (
    classeurs,
    csv_complet,
    data_inclusion,
    geojson,
    geopackage,
    geoparquet,
    mediation,
)
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.lieux.extraction import LieuPublie

Lots = Iterable[list[LieuPublie]]
Flux = Callable[[Lots, Contexte], Iterator[bytes]]
Fichier = Callable[[Lots, Contexte, Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format. `flux` writes it piece by piece as places are read; else `fichier` needs a whole file to write.

    `sujet` and `suffixe` stand in the name of the file; `est_national` says that the national standard leaves places
    out.
    """

    code: str
    libelle: str
    usage: str
    sujet: str
    extension: str
    mimetype: str
    flux: Flux | None = None
    fichier: Fichier | None = None
    suffixe: str = ""
    est_national: bool = False


_SUJET = "lieux"
_MEDIATION = "lieux-de-mediation-numerique"

FORMATS: tuple[Format, ...] = (
    Format(
        code="xlsx",
        libelle="Excel",
        usage="Pour lire et trier dans un tableur : toutes les informations, une ligne par lieu.",
        sujet=_SUJET,
        extension="xlsx",
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        fichier=classeurs.write_xlsx,
    ),
    Format(
        code="ods",
        libelle="LibreOffice (ODS)",
        usage="Le même tableau au format ouvert des tableurs.",
        sujet=_SUJET,
        extension="ods",
        mimetype="application/vnd.oasis.opendocument.spreadsheet",
        fichier=classeurs.write_ods,
    ),
    Format(
        code="csv",
        libelle="CSV",
        usage="Le même tableau en texte, avec la source et la licence de chaque lieu.",
        sujet=_SUJET,
        extension="csv",
        mimetype="text/csv",
        flux=csv_complet.write_csv,
    ),
    Format(
        code="geojson",
        libelle="GeoJSON",
        usage="Pour une carte sur le web.",
        sujet=_SUJET,
        extension="geojson",
        mimetype="application/geo+json",
        flux=geojson.write_geojson,
    ),
    Format(
        code="geopackage",
        libelle="GeoPackage",
        usage="Pour QGIS : la couche s’ouvre avec une couleur par type de lieu.",
        sujet=_SUJET,
        extension="gpkg",
        mimetype="application/geopackage+sqlite3",
        fichier=geopackage.write_geopackage,
    ),
    Format(
        code="geoparquet",
        libelle="GeoParquet",
        usage="Pour l’analyse de données en grand nombre.",
        sujet=_SUJET,
        extension="parquet",
        mimetype="application/vnd.apache.parquet",
        fichier=geoparquet.write_geoparquet,
    ),
    Format(
        code="mediation-csv",
        libelle="Standard national, CSV",
        usage="Le fichier que demande la cartographie nationale des lieux de médiation numérique (version 1.0.2).",
        sujet=_MEDIATION,
        extension="csv",
        mimetype="text/csv",
        flux=mediation.write_csv,
        est_national=True,
    ),
    Format(
        code="mediation-json",
        libelle="Standard national, JSON",
        usage="Les mêmes champs en JSON.",
        sujet=_MEDIATION,
        extension="json",
        mimetype="application/json",
        flux=mediation.write_json,
        est_national=True,
    ),
    Format(
        code="mediation-non-exportes",
        libelle="Ce que le standard national ne prend pas",
        usage="Les lieux et les valeurs laissés de côté par les deux fichiers précédents, avec la raison.",
        sujet=_MEDIATION,
        extension="csv",
        mimetype="text/csv",
        flux=mediation.write_ecarts,
        suffixe="-non-exportes",
    ),
    Format(
        code="data-inclusion",
        libelle="data·inclusion",
        usage="Structures et services au format data·inclusion (version 1), dans une archive ZIP.",
        sujet="data-inclusion",
        extension="zip",
        mimetype="application/zip",
        fichier=data_inclusion.write_archive,
    ),
)


def get_format(code: str) -> Format:
    """The format of this code; raises NotFoundError with the codes that exist."""
    for forme in FORMATS:
        if forme.code == code:
            return forme
    connus = ", ".join(forme.code for forme in FORMATS)
    raise NotFoundError(f"Le format « {code[:40]} » n’existe pas. Formats : {connus}.", format=code[:40])
