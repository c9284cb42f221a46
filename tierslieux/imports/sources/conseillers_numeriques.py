"""Conseillers numériques: where they receive people, in the mediation schema version 0 (JSON of December 2022)."""

from __future__ import annotations

from typing import Any

from tierslieux.imports import lecture
from tierslieux.imports.contrat import Avertissement, Lecture, Record, Reject
from tierslieux.imports.lecture import Ligne
from tierslieux.imports.sources import colonnes, mediation

COLONNES = (
    "id",
    "nom",
    "services",
    "pivot",
    "commune",
    "code_postal",
    "adresse",
    "latitude",
    "longitude",
    "conditions_access",
    "labels_nationaux",
    "horaires",
    "date_maj",
)
# Several publishers write fourteen zeros for a place that has no SIRET.
SANS_PIVOT = "0" * 14


def parse(contenu: bytes) -> Lecture:
    """Read the file; raises SourceError when it is not in this form."""
    return colonnes.build_lecture(lecture.read_json(contenu, colonnes=COLONNES), parse_ligne)


def parse_ligne(ligne: Ligne) -> Record | Reject:
    """One place. Columns that a JSON item leaves out are empty."""
    get = colonnes.keep_textes(ligne.cellules).get
    identifiant = get("id")
    if not identifiant:
        return colonnes.reject_sans_identifiant(ligne, "id")
    avertissements: list[Avertissement] = []
    labels = mediation.split_liste(get("labels_nationaux"))
    pivot = get("pivot")
    valeurs: dict[str, Any] = {
        "nom": get("nom"),
        "genres": mediation.map_termes(labels, mediation.GENRES_V0),
        "services": mediation.map_termes(mediation.split_liste(get("services")), mediation.SERVICES_V0, avertissements),
        "programmes": mediation.map_termes(labels, mediation.PROGRAMMES_V0, avertissements),
        "frais": mediation.map_termes(
            mediation.split_liste(get("conditions_access")), mediation.FRAIS_V0, avertissements
        ),
        "adresse": get("adresse"),
        "code_postal": get("code_postal"),
        "commune_nom": get("commune"),
        "position": colonnes.parse_position(get("longitude"), get("latitude")),
        "courriel": get("courriel"),
        "telephone": get("telephone"),
        "site_web": get("site_web"),
        "prise_rdv": get("prise_rdv"),
        "horaires": get("horaires"),
        "pivot": None if pivot == SANS_PIVOT else pivot,
    }
    return colonnes.build_record(
        ligne,
        str(identifiant),
        valeurs,
        date_maj=colonnes.parse_date(get("date_maj")),
        avertissements=tuple(avertissements),
    )
