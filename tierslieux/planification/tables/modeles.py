"""Empty tables for territories to fill: what their columns are called, as CSV, XLSX and ODS."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tierslieux.core.classeurs import prepare_ligne, write_ods, write_xlsx
from tierslieux.core.tableurs import Ligne
from tierslieux.core.texte_csv import MARQUE, render_cellules
from tierslieux.planification.tables.lecture import LIBELLES, Nature

FORMATS: Mapping[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
COLONNES: Mapping[Nature, tuple[str, ...]] = {
    Nature.CANDIDATS: (
        LIBELLES["nom"],
        LIBELLES["commune_code"],
        LIBELLES["lon"],
        LIBELLES["lat"],
        LIBELLES["cout"],
        LIBELLES["capacite"],
        LIBELLES["horaires"],
        LIBELLES["jours_marche"],
    ),
    Nature.PERSONNES: (LIBELLES["commune_code"], "nom de la commune", LIBELLES["personnes"]),
}


def write_modele(nature: Nature, extension: str, communes: Sequence[tuple[str, str]]) -> bytes:
    """The file of a template; `communes` (code, name) are the rows of that of people by commune."""
    lignes: list[Ligne] = [list(COLONNES[nature])]
    if nature is Nature.PERSONNES:
        lignes += [[code, nom, None] for code, nom in communes]
    if extension == "csv":
        return (MARQUE + render_cellules(lignes)).encode()
    ecrire = write_xlsx if extension == "xlsx" else write_ods
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / f"modele.{extension}"
        ecrire(
            chemin, "Modèle de table", nature.libelle, [(nature.value, [[prepare_ligne(ligne) for ligne in lignes]])]
        )
        return chemin.read_bytes()
