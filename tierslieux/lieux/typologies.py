"""The national typology of structures, code by code, and the kinds of place that express it. Pure.

Source: data·inclusion, schema of structures 0.18.0, typologies_de_structures.csv, to which the standard "lieux de
médiation numérique" refers. One code has at most one kind and one kind at most one code, so that a place that goes out
in this typology and comes back is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tierslieux.lieux.enums import Genre

# Code → its label, and the kind that expresses it, None when no kind does.
TYPOLOGIES: Mapping[str, tuple[str, Genre | None]] = MappingProxyType(
    {
        "ACI": ("Structures porteuses d’ateliers et chantiers d’insertion (ACI)", None),
        "ACIPHC": ("SIAE — Atelier chantier d’insertion premières heures en chantier", None),
        "AFPA": ("Agence nationale pour la formation professionnelle des adultes (AFPA)", None),
        "AI": ("Associations intermédiaires (AI)", None),
        "ASE": ("Aide sociale à l’enfance (ASE)", None),
        "ASSO": ("Associations", Genre.ASSOCIATION),
        "ASSO_CHOMEUR": ("Associations de chômeurs", None),
        "AVIP": ("Crèche À Vocation d’Insertion Professionnelle (AVIP)", None),
        "Autre": ("Autre", Genre.AUTRE),
        "BIB": ("Bibliothèque / Médiathèque", Genre.BIBLIOTHEQUE),
        "CAARUD": (
            "CAARUD - Centre d’accueil et d’accompagnement à la réduction de risques pour usagers de drogues",
            None,
        ),
        "CADA": ("Centres d’accueil de demandeurs d’asile (CADA)", None),
        "CAF": ("Caisses d’allocation familiale (CAF)", Genre.CAF),
        "CAP_EMPLOI": ("Cap Emploi", None),
        "CAVA": ("Centres d’adaptation à la vie active (CAVA)", None),
        "CC": ("Communautés de Commune", None),
        "CCAS": ("Centres communaux d’action sociale (CCAS)", Genre.CCAS),
        "CCONS": ("Chambres consulaires (CCI, CMA, CA)", None),
        "CD": ("Conseils Départementaux (CD)", None),
        "CDAS": ("Centre Départementale d’Action Sociale (CDAS)", None),
        "CFP": ("Centre des Finances Publiques (CFP)", None),
        "CHRS": ("Centres d’hébergement et de réinsertion sociale (CHRS)", None),
        "CHU": ("Centres d’hébergement d’urgence (CHU)", None),
        "CIAS": ("Centres intercommunaux d’action sociale (CIAS)", None),
        "CIDFF": ("Centres d’information sur les droits des femmes et des familles (CIDFF)", None),
        "CITMET": ("Cité des métiers", None),
        "CMP": ("Centre Médico-Psychologique (CMP)", None),
        "CMS": ("Centre Médico-Social (CMS)", None),
        "CPAM": ("Caisse Primaire d’Assurance Maladie (CPAM)", None),
        "CPH": ("Centres provisoires d’hébergement (CPH)", None),
        "CS": ("Centre social", Genre.CENTRE_SOCIAL),
        "CSAPA": ("CSAPA - Centre de soins, d’accompagnement et de prévention en addictologie", None),
        "CSC": ("Centre Socio-Culturel (CSC)", None),
        "DEETS": ("Directions de l’Economie, de l’Emploi, du Travail et des Solidarités (DEETS)", None),
        "DEPT": ("Services sociaux du Conseil départemental", None),
        "DIPLP": ("Délégation interministérielles à la prévention et à la lutte contre la pauvreté", None),
        "E2C": ("E2C - École de la 2e chance", None),
        "EA": ("Entreprise adaptée (EA)", None),
        "EATT": ("Entreprise Adaptée (EATT)", None),
        "EI": ("Entreprises d’insertion (EI)", None),
        "EITI": ("Entreprises d’insertion par le travail indépendant (EITI)", None),
        "ENM": ("Espace Numérique Mobile (ENM)", Genre.BUS_NUMERIQUE),
        "EPCI": ("Intercommunalité (EPCI)", None),
        "EPI": ("Espace Public Internet (EPI)", None),
        "EPIDE": ("EPIDE - Établissement pour l’insertion dans l’emploi", None),
        "EPN": ("Espace Public Numérique (EPN)", Genre.EPN),
        "ES": ("Épicerie Solidaire", None),
        "ESS": ("Entreprise de l’Économie Sociale et Solidaire", None),
        "ETABL_PRI": ("Établissement privé", None),
        "ETABL_PUB": ("Établissement public", None),
        "ETAT": ("Service de l’État", None),
        "ETTI": ("Entreprises de travail temporaire d’insertion (ETTI)", None),
        "EVS": ("Espace de Vie Sociale (EVS)", None),
        "FABLAB": ("Fablab / Atelier partagé", Genre.FABLAB),
        "FAIS": ("Fédérations d’acteurs de l’insertion et de la solidarité", None),
        "FT": ("France Travail", Genre.FRANCE_TRAVAIL),
        "GEIQ": ("Groupements d’employeurs pour l’insertion et la qualification (GEIQ)", None),
        "HUDA": ("HUDA - Hébergement d’urgence pour demandeurs d’asile", None),
        "LA_POSTE": ("Bureau de poste / Agence postale", Genre.LA_POSTE),
        "MDA": ("Maison Départementale de l’Autonomie", None),
        "MDE": ("Maison de l’emploi", None),
        "MDEF": ("Maison de l’emploi et de la formation", None),
        "MDPH": ("Maison Départementale des Personnes Handicapées", None),
        "MDS": ("Maison Départementale des Solidarités", Genre.MAISON_DEPARTEMENTALE),
        "MJC": ("Maison des jeunes et de la culture", Genre.MJC),
        "ML": ("Mission Locale", Genre.MISSION_LOCALE),
        "MQ": ("Maison de quartier", None),
        "MSA": ("Mutualité Sociale Agricole", None),
        "MSAP": ("Maison de Services Au Public (MSAP)", None),
        "MUNI": ("Municipalités", Genre.MAIRIE),
        "OACAS": ("Structures agréées Organisme d’accueil communautaire et d’activité solidaire (OACAS)", None),
        "ODC": ("Organisation délégataire d’un CD", None),
        "OF": ("Organisme de formations", Genre.FORMATION),
        "OIL": ("Opérateur d’intermédiation locative", None),
        "OPCS": ("Organisation porteuse de la clause sociale", None),
        "PAD": ("Point d’Accès au Droit", None),
        "PENSION": ("Pension de famille / résidence accueil", None),
        "PI": ("Point Information (PI)", None),
        "PIJ_BIJ": ("Points et bureaux information jeunesse (PIJ/BIJ)", None),
        "PIMMS": ("Point Information Médiation Multi Services (PIMMS)", Genre.PIMMS),
        "PJJ": ("Protection judiciaire de la jeunesse (PJJ)", None),
        "PLIE": ("Plans locaux pour l’insertion et l’emploi (PLIE)", None),
        "PREF": ("Préfecture, Sous-Préfecture", Genre.PREFECTURE),
        "PREVENTION": ("Service ou club de prévention", None),
        "REG": ("Région", None),
        "RESSOURCERIE": ("Ressourcerie", Genre.RESSOURCERIE),
        "RFS": ("Réseau France Services", Genre.FRANCE_SERVICES),
        "RS_FJT": ("Résidence sociale / FJT - Foyer de Jeunes Travailleurs", None),
        "SCP": ("Services et clubs de prévention", None),
        "SPIP": ("Services pénitentiaires d’insertion et de probation (SPIP)", None),
        "TIERS_LIEUX": ("Tiers lieu & coworking", Genre.TIERS_LIEU),
        "UDAF": ("Union Départementale d’Aide aux Familles (UDAF)", None),
    }
)

# Kinds that a code implies without being expressed by them: the place is found by its kind, and its code is kept.
GENRES_IMPLIQUES: Mapping[str, Genre] = MappingProxyType(
    {
        "CDAS": Genre.MAISON_DEPARTEMENTALE,
        "CSC": Genre.CENTRE_SOCIAL,
        "EPI": Genre.EPN,
        "AFPA": Genre.FORMATION,
    }
    | dict.fromkeys(("ACI", "ACIPHC", "AI", "EA", "EATT", "EI", "EITI", "ETTI", "GEIQ"), Genre.INSERTION)
)

# Codes of former editions, and what they became.
ANCIENS_CODES: Mapping[str, str] = MappingProxyType({"PE": "FT", "COMMUNE": "MUNI"})
