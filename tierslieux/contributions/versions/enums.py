"""Closed vocabularies of what moderators do to places and authors."""

from __future__ import annotations

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_


class MotifMasquage(Libelle):
    """Why a place is not shown any more."""

    INEXISTANT = "inexistant", N_("Ce lieu n’existe pas.")
    HORS_SUJET = "hors-sujet", N_("Ce lieu n’a pas sa place sur cette carte.")
    DEMANDE = "demande", N_("Le lieu a demandé à ne plus être montré.")
    PERSONNEL = "personnel", N_("La page donnait des informations sur une personne.")
    ABUS = "abus", N_("Le texte était insultant, ou n’avait pas de sens.")


class MotifRetour(Libelle):
    """Why a hidden place is shown again."""

    VERIFIE = "verifie", N_("Vérification faite, ce lieu existe.")
    CORRIGE = "corrige", N_("Ce qui n’allait pas a été corrigé.")
    ERREUR = "erreur", N_("Il avait été masqué par erreur.")


class GenreBlocage(Libelle):
    """Whose proposals are set aside as they come."""

    AUTEUR = "auteur", "Auteur"
    RESEAU = "reseau", "Réseau"


class MotifBlocage(Libelle):
    """Why they are."""

    VANDALISME = "vandalisme", "Informations fausses, envoyées exprès"
    PUBLICITE = "publicite", "Publicité"
    ABUS = "abus", "Textes insultants ou sans sens"
    RAFALE = "rafale", "Trop d’envois en peu de temps, à vérifier"


# Masking and showing again are told by the history of the place as these words before the code of their reason.
PREFIXE_MASQUAGE, PREFIXE_RETOUR, PREFIXE_PROPOSITION = "masquage:", "retour:", "proposition:"
SEPARATION, REUNION = "separation", "separation-annulee"
