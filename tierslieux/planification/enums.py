"""Closed vocabularies of plans: what is aimed at, what may be changed, who comes first. Codes stand in addresses."""

from __future__ import annotations

from tierslieux.core.enums import Libelle


class Objectif(Libelle):
    """What the best plan is best at."""

    COUVERTURE = "couverture", "servir le plus de personnes"
    COUVERTURE_PUIS_TRAJET = "couverture-puis-trajet", "servir le plus de personnes, puis réduire les trajets"
    TRAJET = "trajet", "réduire le plus le temps de trajet de tous"
    PIRE = "pire", "rapprocher d’abord les personnes les plus loin"
    PART = "part", "servir une part des personnes avec le moins de lieux"


class Action(Libelle):
    """What a scenario changes."""

    OUVRIR = "ouvrir", "ouvrir"
    FERMER = "fermer", "fermer"
    DEPLACER = "deplacer", "déplacer"
    HORAIRES = "horaires", "ouvrir plus"


class Priorite(Libelle):
    """Whose people weigh more when sites are chosen; the people who are counted stay the same."""

    AUCUNE = "aucune", "personne en particulier"
    ZONES_BLANCHES = "zones-blanches", "les communes mal connectées"
    QUARTIERS = "quartiers", "les communes avec un quartier prioritaire"


class Propriete(Libelle):
    """Who a building belongs to, told by what kind it is."""

    PUBLIQUE = "publique", "bâtiments publics seulement"
    PRIVEE = "privee", "autres bâtiments seulement"
