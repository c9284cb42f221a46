"""Closed vocabularies of accounts."""

from __future__ import annotations

from enum import StrEnum

from tierslieux.core.enums import Libelle


class Objet(StrEnum):
    """What a code sent by e-mail is for."""

    CONNEXION = "connexion"
    ADRESSE = "adresse"


class Acte(Libelle):
    """What is done to accounts, in their log."""

    INVITATION = "invitation", "Invitation envoyée"
    RETRAIT_INVITATION = "retrait-invitation", "Invitation retirée"
    ROLE = "role", "Rôle donné"
    RETRAIT_ROLE = "retrait-role", "Rôle retiré"
    DESACTIVATION = "desactivation", "Compte désactivé"
    REACTIVATION = "reactivation", "Compte réactivé"
    SECOND_FACTEUR = "second-facteur", "Second facteur mis en place"
    SECOND_FACTEUR_REMIS = "second-facteur-remis", "Second facteur remis à zéro"
    CODES_SECOURS = "codes-secours", "Nouveaux codes de secours"
    ADRESSE = "adresse", "Adresse changée"
    SUPPRESSION = "suppression", "Compte supprimé"


# Who acts from the command line, in the log.
COMMANDE = "commande"
