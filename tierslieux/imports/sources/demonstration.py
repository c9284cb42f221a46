"""Invented places of Cantal, loaded when no source of places can be had, and marked as invented wherever they show.

Names, addresses and hours are made up; only communes are real. The list is geodata/demonstration/lieux.csv, what each
model of place offers is here. They go through the same steps as the others.
"""

from __future__ import annotations

from typing import Any

from tierslieux.imports.contrat import Lecture, Record, Reject
from tierslieux.imports.lecture import lecture
from tierslieux.imports.lecture.lecture import Ligne
from tierslieux.imports.sources import colonnes
from tierslieux.lieux.enums import Frais, Genre, ModaliteAcces, Programme, Service

COLONNES = ("id", "nom", "modele", "code_insee", "commune", "adresse", "longitude", "latitude")

_HORAIRES = {
    "bureau": "Mo-Fr 09:00-12:00,13:30-17:00",
    "matins": "Tu,Th 09:00-12:30",
    "large": "Mo-Fr 08:30-19:00; Sa 10:00-13:00",
    "apres_midi": "We,Sa 14:00-18:00",
}
# What each model of place offers: kinds, services, hours, fees, programmes.
MODELES: dict[str, dict[str, Any]] = {
    "france-services": {
        "genres": [Genre.FRANCE_SERVICES],
        "services": [Service.DEMARCHES, Service.ACCES],
        "frais": [Frais.GRATUIT],
        "programmes": [Programme.FRANCE_SERVICES],
        "modalites_acces": [ModaliteAcces.SE_PRESENTER],
        "horaires": _HORAIRES["bureau"],
        "itinerant": False,
    },
    "conseiller": {
        "genres": [Genre.CONSEILLER_NUMERIQUE],
        "services": [Service.OUTILS_QUOTIDIEN, Service.COMPREHENSION],
        "frais": [Frais.GRATUIT],
        "programmes": [Programme.CONSEILLERS_NUMERIQUES],
        "horaires": _HORAIRES["matins"],
    },
    "epn": {
        "genres": [Genre.EPN],
        "services": [Service.OUTILS_QUOTIDIEN, Service.ACCES],
        "frais": [Frais.GRATUIT_SOUS_CONDITION],
        "horaires": _HORAIRES["apres_midi"],
    },
    "coworking": {
        "genres": [Genre.COWORKING, Genre.TIERS_LIEU],
        "frais": [Frais.PAYANT],
        "horaires": _HORAIRES["large"],
    },
    "fablab": {
        "genres": [Genre.FABLAB],
        "services": [Service.LOISIRS],
        "frais": [Frais.PAYANT],
        "horaires": _HORAIRES["apres_midi"],
    },
    "repair-cafe": {"genres": [Genre.REPAIR_CAFE], "frais": [Frais.GRATUIT], "horaires": "Sa[1] 14:00-18:00"},
    "bus": {
        "genres": [Genre.BUS_NUMERIQUE],
        "services": [Service.DEMARCHES],
        "frais": [Frais.GRATUIT],
        "itinerant": True,
    },
    "bibliotheque": {"genres": [Genre.BIBLIOTHEQUE], "horaires": _HORAIRES["apres_midi"]},
}


def parse(contenu: bytes) -> Lecture:
    """Read the file; raises SourceError when it is not in this form."""
    return colonnes.build_lecture(lecture.read_csv(contenu, colonnes=COLONNES, separateurs=(",",)), parse_ligne)


def parse_ligne(ligne: Ligne) -> Record | Reject:
    """One invented place."""
    cellules = ligne.cellules
    if not cellules["id"]:
        return colonnes.reject_sans_identifiant(ligne, "id")
    valeurs: dict[str, Any] = {
        champ: [code.value for code in valeur] if isinstance(valeur, list) else valeur
        for champ, valeur in MODELES.get(cellules["modele"] or "", {}).items()
    }
    valeurs |= {
        "nom": cellules["nom"],
        "adresse": cellules["adresse"],
        "commune_code": cellules["code_insee"],
        "commune_nom": cellules["commune"],
        "position": colonnes.parse_position(cellules["longitude"], cellules["latitude"]),
        "presentation": "Ce lieu est inventé : il montre à quoi ressemble le site tant qu’aucune source n’est chargée.",
    }
    return colonnes.build_record(ligne, cellules["id"], valeurs)
