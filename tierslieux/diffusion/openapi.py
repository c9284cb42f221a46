"""The OpenAPI 3.1 document: what is true of every operation, and what APIFlask's generator leaves to be said."""

from __future__ import annotations

import copy
from typing import Any

from apiflask import APIFlask

from tierslieux.diffusion.reponses import Erreur

_SCHEMA_ERREUR = Erreur.model_json_schema()
_CONTENU_ERREUR = {"application/json": {"schema": {"$ref": "#/components/schemas/Erreur"}}}

ERREURS: dict[int | str, Any] = {
    422: {"description": "Un paramètre manque ou n’est pas compris ; details le nomme.", "content": _CONTENU_ERREUR},
    429: {"description": "Trop de demandes en peu de temps.", "content": _CONTENU_ERREUR},
    500: {"description": "Erreur du site.", "content": _CONTENU_ERREUR},
}
ERREURS_AVEC_ABSENCE: dict[int | str, Any] = {
    404: {"description": "N’existe pas.", "content": _CONTENU_ERREUR},
    **ERREURS,
}

_DESCRIPTION = """\
Lieux d’aide numérique et tiers-lieux de France, en lecture libre et sans clé.

Positions en longitude, latitude (WGS 84). Chaque valeur d’un lieu garde sa source et sa licence. Les réponses portent
un ETag et peuvent être gardées le temps que dit Cache-Control. Toutes les erreurs ont la même forme.

Pour lire toute la base d’un coup, un fichier vaut mieux que des pages : voir /donnees/telecharger.
"""
_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
_ETIQUETTES = [
    {"name": "Lieux", "description": "Chercher et lire les lieux."},
    {"name": "Territoires", "description": "Communes, intercommunalités, départements, régions."},
    {"name": "Carte", "description": "Ce que lit une carte interactive."},
]


def init_openapi(app: APIFlask) -> None:
    """Configure the generator and complete what it writes."""
    app.title = "Tierslieux"
    app.version = "1"
    app.description = _DESCRIPTION
    app.tags = _ETIQUETTES
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        # Relative to the document itself: true behind any proxy.
        SERVERS=[{"url": "/"}],
        LICENSE={"name": "Licence Ouverte 2.0, sauf mention d’une source", "url": _LICENCE},
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_OPERATION_ID=True,
    )
    app.spec_processor(complete_document)


def complete_document(document: dict[Any, Any] | str) -> dict[Any, Any] | str:
    """Describe each parameter where tools look for it, add the shape of errors, leave out what no reader needs."""
    if isinstance(document, str):  # written as YAML, which is not asked for
        return document
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Erreur"] = copy.deepcopy(_SCHEMA_ERREUR)
    for schema in schemas.values():
        # Docstrings are for those who read the code; the document speaks French.
        for cle in ("title", "description"):
            schema.pop(cle, None)
        for propriete in schema.get("properties", {}).values():
            propriete.pop("title", None)
    for operations in document["paths"].values():
        for operation in operations.values():
            for parametre in operation.get("parameters", ()):
                _complete_parametre(parametre)
    return document


_CHEMINS = {
    "public_id": ("Identifiant public du lieu, celui de « id » dans les listes.", "k3f9d2ma"),
    "niveau": ("france, region, departement, epci, commune ou arrondissement.", "commune"),
    "code": ("Code INSEE du territoire, SIREN d’une intercommunalité, FR pour la France.", "29019"),
}


def _complete_parametre(parametre: dict[str, Any]) -> None:
    schema = parametre["schema"]
    if parametre["in"] == "path":
        parametre["description"], parametre["example"] = _CHEMINS[parametre["name"]]
        parametre["required"] = True
        return
    schema.pop("title", None)
    if schema.get("default") is None:
        schema.pop("default", None)
    parametre["description"] = schema.pop("description")
    if schema.get("examples"):
        parametre["example"] = schema.pop("examples")[0]
