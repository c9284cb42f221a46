"""Public libraries by the ministry of Culture, edition of 2025: candidate sites, since none declares digital help."""

from __future__ import annotations

from typing import Any

from tierslieux.imports import lecture
from tierslieux.imports.contrat import Lecture, Record, Reject, RejectCode
from tierslieux.imports.lecture import Ligne
from tierslieux.imports.sources import colonnes
from tierslieux.lieux.enums import Genre

COLONNES = (
    "CP",
    "Code_bib",
    "Nom de l'établissement",
    "Libellé 2",
    "Complément",
    "Adresse",
    "Ville",
    "Code insee commune",
    "Longitude",
    "Latitude",
    "Type adresse",
)
# Offices, stacks, and the services of départements that lend to libraries: nobody may come in.
SANS_PUBLIC = frozenset(
    {
        "Lieu uniquement administratif",
        "Réserve de documents non ouverte au public",
        "Bibliothèque départementale",
    }
)
ITINERANT = "Bibliobus"


def parse(contenu: bytes) -> Lecture:
    """Read the file; raises SourceError when it is not in this form."""
    return colonnes.build_lecture(lecture.read_csv(contenu, colonnes=COLONNES, separateurs=(";", ",")), parse_ligne)


def parse_ligne(ligne: Ligne) -> Record | Reject:
    """One library."""
    cellules = ligne.cellules
    nature = cellules["Type adresse"]
    if nature in SANS_PUBLIC:
        return Reject(ligne.numero, RejectCode.NON_OUVERT_AU_PUBLIC, "Type adresse", nature, cellules)
    identifiant = (cellules["Code_bib"] or "").removesuffix(".0")
    if not identifiant:
        return colonnes.reject_sans_identifiant(ligne, "Code_bib")
    valeurs: dict[str, Any] = {
        "nom": cellules["Nom de l'établissement"],
        "genres": [Genre.BIBLIOTHEQUE.value],
        "adresse": cellules["Adresse"],
        "complement_adresse": colonnes.join(cellules["Libellé 2"], cellules["Complément"]),
        "code_postal": cellules["CP"],
        "commune_code": cellules["Code insee commune"],
        "commune_nom": cellules["Ville"],
        "position": colonnes.parse_position(cellules["Longitude"], cellules["Latitude"]),
        "itinerant": True if nature == ITINERANT else None,
    }
    return colonnes.build_record(ligne, identifiant, valeurs)
