"""Examples of the API's answers, for its document. Invented places; a test holds them to the models."""

from __future__ import annotations

from typing import Any

_PROPRIETES: dict[str, Any] = {
    "nom": "France Services de Bellevue",
    "genres": ["france-services"],
    "services": ["aide-aux-demarches-administratives"],
    "besoins": ["demarche", "ordinateur"],
    "frais": ["gratuit"],
    "adresse": "1 place Inventée",
    "code_postal": "29200",
    "commune": "Brest",
    "commune_code": "29019",
    "telephone": "+33298000000",
    "horaires": "Mo-Fr 09:00-12:00,14:00-17:00",
    "ouvert": True,
    "accessible": True,
    "itinerant": False,
    "distance_m": 430,
    "approximatif": False,
    "candidat": False,
    "source": "France Services",
    "date_maj": "2024-08-01",
    "fraicheur": "ancien",
    "invente": False,
    "lien": "https://tierslieux.example/lieux/k3f9d2ma",
}
_LIEU: dict[str, Any] = {
    "type": "Feature",
    "id": "k3f9d2ma",
    "geometry": {"type": "Point", "coordinates": [-4.486, 48.39]},
    "properties": _PROPRIETES,
}
PAGE_LIEUX: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [_LIEU],
    "nombre": 1,
    "suivant": "https://tierslieux.example/api/v1/lieux?proche=-4.486,48.39&limite=1&apres=QHrgAAAAAAAAAAAAAAAAKg",
}
LIEU_COMPLET: dict[str, Any] = _LIEU | {
    "properties": _PROPRIETES
    | {
        "distance_m": None,
        "statut": "publie",
        "complement_adresse": None,
        "courriel": "accueil@exemple.fr",
        "site_web": None,
        "prise_rdv": None,
        "presentation": None,
        "presentation_detail": None,
        "structure_parente": None,
        "fiche_acces_libre": None,
        "autres_telephones": [],
        "autres_courriels": [],
        "autres_sites_web": [],
        "typologies": [],
        "formations_labels": [],
        "autres_formations_labels": [],
        "publics": [],
        "prises_en_charge": [],
        "modalites_acces": ["se-presenter"],
        "accompagnements": ["accompagnement-individuel"],
        "programmes": [],
        "semaine": [{"jours": "Du lundi au vendredi", "plages": "9 h – 12 h et 14 h – 17 h"}],
        "champs": [
            {
                "champ": "nom",
                "libelle": "Nom",
                "valeur": "France Services de Bellevue",
                "sources": [
                    {
                        "source": "France Services",
                        "producteur": "Agence nationale de la cohésion des territoires",
                        "licence": "Licence Ouverte 2.0",
                        "url": None,
                        "date": "2024-08-01",
                    }
                ],
            }
        ],
    }
}
COMMUNES: dict[str, Any] = {
    "communes": [
        {
            "code": "22278",
            "nom": "Saint-Brieuc",
            "codes_postaux": ["22000"],
            "departement": "22",
            "population": 44000,
            "lon": -2.76,
            "lat": 48.51,
        }
    ]
}
_SOURCE_MODELE: dict[str, Any] = {
    "libelle": "Modèle des personnes en illectronisme",
    "producteur": "Tierslieux, d’après l’Insee",
    "licence": "Licence Ouverte 2.0",
    "page": None,
}
TERRITOIRE: dict[str, Any] = {
    "niveau": "commune",
    "code": "29019",
    "nom": "Brest",
    "population": 139000,
    "population_annee": 2021,
    "parents": [
        {"niveau": "france", "code": "FR", "nom": "France"},
        {"niveau": "region", "code": "53", "nom": "Bretagne"},
        {"niveau": "departement", "code": "29", "nom": "Finistère"},
    ],
    "codes_postaux": ["29200"],
    "aides": 21,
    "tiers_lieux": 4,
    "par_genre": [{"genre": "france-services", "libelle": "France Services", "nombre": 2}],
    "bbox": [-4.57, 48.36, -4.43, 48.46],
    "centre": [-4.5, 48.41],
    "source": "INSEE",
    "licence": "Licence Ouverte 2.0",
    "lien": "https://tierslieux.example/territoires/commune/29019",
    "besoin": {
        "valeur": 15210.4,
        "bas": 13020.1,
        "haut": 17560.9,
        "annee": 2021,
        "indicateur": "personnes_illectronisme",
        "libelle": "Personnes en illectronisme",
        "definition": "Personnes de 15 ans ou plus qui n’ont pas utilisé Internet depuis trois mois.",
        "methode": "modele",
        "source": _SOURCE_MODELE,
        "date": "2026",
    },
    "besoin_tiers_lieux": None,
    "calcul": {
        "moteur": "estimation",
        "libelle": "estimation à partir de la distance",
        "estime": True,
        "date": "2026-11-22T04:12:00+00:00",
        "calcul_complet": "2026-11-21T04:10:00+00:00",
        "points": 61204,
        "communes_avec_carreaux": 0,
        "lieux": 59753,
        "lieux_sans_horaires": 21034,
    },
    "ecart": [
        {
            "cible": "aide",
            "mode": "voiture",
            "seuil_min": 20,
            "population": 139000,
            "population_au_dela": 0,
            "besoin": 15210.4,
            "personnes_au_dela": 0,
            "bas": 0,
            "haut": 0,
        }
    ],
    "acces": [
        {
            "cible": "aide",
            "mode": "a-pied",
            "duree_min": 11.4,
            "duree_second_min": 15.2,
            "lieu": {
                "id": "k3f9d2ma",
                "nom": "France Services de Bellevue",
                "lien": "https://tierslieux.example/lieux/k3f9d2ma",
            },
            "heures_semaine": 212.5,
            "accessibilite": 14.21,
            "gini": None,
            "part_dixieme": None,
        }
    ],
    "indicateurs": [
        {
            "id": "personnes_illectronisme",
            "libelle": "Personnes en illectronisme",
            "definition": "Personnes de 15 ans ou plus qui n’ont pas utilisé Internet depuis trois mois.",
            "valeur": 15210.4,
            "bas": 13020.1,
            "haut": 17560.9,
            "unite": "personnes",
            "classe": None,
            "millesime": 2021,
            "methode": "modele",
            "source": _SOURCE_MODELE,
            "edition": "2026",
        }
    ],
}
GRAPPES: dict[str, Any] = {
    "zoom": 9,
    "nombre": 38,
    "grappes": [[-4.48, 48.4, 37], [-4.1, 48.0, 1, "k3f9d2ma", "France Services de Bellevue", "France Services"]],
}
CONTOURS: dict[str, Any] = {
    "niveau": "departement",
    "pas": 0.002,
    "contours": [{"code": "29", "nom": "Finistère", "anneaux": [[-2240, 24200, 15, 5, 0, 20]]}],
    "villes": [[-4.49, 48.39, "Brest"]],
}
