"""Third places counted by the Commissariat général à l'égalité des territoires for its mission of 2018–2019."""

from __future__ import annotations

from typing import Any

from tierslieux.imports import lecture
from tierslieux.imports.contrat import Lecture, Record, Reject
from tierslieux.imports.lecture import Ligne
from tierslieux.imports.sources import colonnes
from tierslieux.lieux.enums import Genre

COLONNES = ("ID", "NOM_TL", "ADRESSE", "CP", "COMINIT", "INSEECOM", "NOMCOM", "WEB", "FACEBOOK", "TYPO", "LAT", "LONG")
GENRES = {
    "Tiers lieux à dominante coworking": Genre.COWORKING,
    "Tiers lieux à dominante fablab": Genre.FABLAB,
}


def parse(contenu: bytes) -> Lecture:
    """Read the file; raises SourceError when it is not in this form."""
    return colonnes.build_lecture(lecture.read_csv(contenu, colonnes=COLONNES, separateurs=(",", ";")), parse_ligne)


def parse_ligne(ligne: Ligne) -> Record | Reject:
    """One place. COMINIT is the commune as the place gives it, NOMCOM the one of the publisher's geocoding."""
    cellules = ligne.cellules
    if not cellules["ID"]:
        return colonnes.reject_sans_identifiant(ligne, "ID")
    valeurs: dict[str, Any] = {
        "nom": cellules["NOM_TL"],
        "genres": [GENRES.get(cellules["TYPO"] or "", Genre.TIERS_LIEU).value],
        "adresse": cellules["ADRESSE"],
        # Missing postcodes are written "0".
        "code_postal": None if cellules["CP"] == "0" else cellules["CP"],
        "commune_code": cellules["INSEECOM"],
        "commune_nom": cellules["COMINIT"] or cellules["NOMCOM"],
        "position": colonnes.parse_position(cellules["LONG"], cellules["LAT"]),
        "site_web": cellules["WEB"] or cellules["FACEBOOK"],
    }
    return colonnes.build_record(ligne, cellules["ID"], valeurs)
