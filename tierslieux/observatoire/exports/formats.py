"""The formats of a table, and how each is written. To add one, write a function and add a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tierslieux.core import classeurs, geopackage
from tierslieux.core.classeurs import prepare_ligne
from tierslieux.core.errors import NotFoundError
from tierslieux.core.tableurs import Ligne
from tierslieux.core.texte_csv import MARQUE, render_cellules
from tierslieux.observatoire.exports.contexte import TITRE, Contexte
from tierslieux.observatoire.exports.lignes import LigneTerritoire

FEUILLE_TERRITOIRES = "Territoires"
FEUILLE_COLONNES = "Colonnes"
FEUILLE_SOURCES = "Sources"
COUCHE = "territoires"

Lots = Iterable[list[LigneTerritoire]]
Flux = Callable[[Lots, Contexte], Iterator[bytes]]
Fichier = Callable[[Lots, Contexte, Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format, by its extension. `flux` writes it piece by piece, else `fichier` needs a whole file to write."""

    extension: str
    libelle: str
    usage: str
    mimetype: str
    flux: Flux | None = None
    fichier: Fichier | None = None
    avec_contours: bool = False


def write_csv(lots: Lots, contexte: Contexte) -> Iterator[bytes]:
    """The rows as CSV, a piece at a time: no comment, their columns are told by another file."""
    yield (MARQUE + render_cellules([[colonne.nom for colonne in contexte.colonnes]])).encode()
    for lot in lots:
        yield render_cellules(ligne.cellules for ligne in lot).encode()


def render_colonnes(contexte: Contexte) -> bytes:
    """The table of columns as CSV."""
    return (MARQUE + render_cellules(contexte.list_colonnes())).encode()


def write_xlsx(lots: Lots, contexte: Contexte, chemin: Path) -> None:
    """Write an Office Open XML workbook."""
    classeurs.write_xlsx(chemin, TITRE, contexte.description, _list_feuilles(lots, contexte))


def write_ods(lots: Lots, contexte: Contexte, chemin: Path) -> None:
    """Write an OpenDocument workbook."""
    classeurs.write_ods(chemin, TITRE, contexte.description, _list_feuilles(lots, contexte))


def _list_feuilles(lots: Lots, contexte: Contexte) -> list[classeurs.Feuille]:
    return [
        (FEUILLE_TERRITOIRES, _list_lignes(lots, contexte)),
        (FEUILLE_COLONNES, [_prepare(contexte.list_colonnes())]),
        (FEUILLE_SOURCES, [_prepare([list(ligne) for ligne in contexte.list_lignes()])]),
    ]


def _list_lignes(lots: Lots, contexte: Contexte) -> Iterator[list[Ligne]]:
    yield [[colonne.nom for colonne in contexte.colonnes]]
    for lot in lots:
        yield [prepare_ligne(ligne.cellules) for ligne in lot]


def _prepare(lignes: list[Ligne]) -> list[Ligne]:
    return [prepare_ligne(ligne) for ligne in lignes]


def write_geopackage(lots: Lots, contexte: Contexte, chemin: Path) -> None:
    """Write a layer of outlines, the table of its columns and the metadata."""
    champs = [pa.field(c.nom, pa.float64() if c.est_nombre else pa.string()) for c in contexte.colonnes]
    schema = pa.schema([*champs, pa.field(geopackage.GEOMETRIE, pa.binary())])

    def iterate() -> Iterator[pa.RecordBatch]:
        for lot in lots:
            colonnes = zip(*(ligne.cellules for ligne in lot), strict=True)
            tableaux = [pa.array(valeurs, champ.type) for champ, valeurs in zip(champs, colonnes, strict=True)]
            contours = pa.array([None if ligne.contour is None else bytes(ligne.contour) for ligne in lot], pa.binary())
            yield pa.record_batch([*tableaux, contours], schema=schema)

    geopackage.write_couche(chemin, COUCHE, "MultiPolygon", schema, iterate())
    entete, *lignes = contexte.list_colonnes()
    par_colonne = zip(*lignes, strict=True)
    geopackage.add_table(
        chemin,
        "colonnes",
        pa.table(
            {str(nom): [None if v is None else str(v) for v in vs] for nom, vs in zip(entete, par_colonne, strict=True)}
        ),
    )
    geopackage.describe(
        chemin,
        geopackage.Description(
            couche=COUCHE,
            titre=TITRE,
            texte=" ".join(f"{libelle} : {valeur}." for libelle, valeur in contexte.list_lignes()[1:]),
            metadonnees=json.dumps(contexte.to_json(), ensure_ascii=False),
            jour=contexte.date,
        ),
    )


FORMATS: tuple[Format, ...] = (
    Format(
        extension="xlsx",
        libelle="Excel",
        usage="Pour lire et trier dans un tableur ; une feuille dit le sens de chaque colonne.",
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        fichier=write_xlsx,
    ),
    Format(
        extension="ods",
        libelle="LibreOffice (ODS)",
        usage="Le même tableau au format ouvert des tableurs.",
        mimetype="application/vnd.oasis.opendocument.spreadsheet",
        fichier=write_ods,
    ),
    Format(
        extension="csv",
        libelle="CSV",
        usage="Le même tableau en texte.",
        mimetype="text/csv",
        flux=write_csv,
    ),
    Format(
        extension="gpkg",
        libelle="GeoPackage",
        usage="Pour QGIS : le même tableau avec les contours simplifiés.",
        mimetype="application/geopackage+sqlite3",
        fichier=write_geopackage,
        avec_contours=True,
    ),
)


def get_format(extension: str) -> Format:
    """The format of this extension; raises NotFoundError with those that exist."""
    for forme in FORMATS:
        if forme.extension == extension:
            return forme
    connus = ", ".join(forme.extension for forme in FORMATS)
    court = extension[:40]
    raise NotFoundError(f"Le format « {court} » n’existe pas. Formats : {connus}.", format=court)
