"""Closed vocabularies of contributions. Codes stand in URLs and in the database, labels are what people read."""

from __future__ import annotations

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_


class Demarche(Libelle):
    """What a proposal is for."""

    NOUVEAU = "nouveau", N_("Nouveau lieu")
    CORRECTION = "correction", N_("Correction")
    FERMETURE = "fermeture", N_("Lieu fermé")
    CONFIRMATION = "confirmation", N_("Lieu confirmé")
    EVENEMENT = "evenement", N_("Événement ou permanence")
    # Opened by the program: a publisher says otherwise than people did.
    DESACCORD = "desaccord", N_("Une source dit autre chose")
    # Somebody does not want what concerns them to be shown.
    OPPOSITION = "opposition", N_("Opposition d’une personne")
    # A moderator puts a former version back.
    RESTAURATION = "restauration", N_("Retour à une version")


class Statut(Libelle):
    """Where a proposal is."""

    EN_ATTENTE = "en-attente", N_("À examiner")
    QUESTION = "question", N_("Une question est posée")
    QUARANTAINE = "quarantaine", N_("Mise de côté")
    ACCEPTEE = "acceptee", N_("Acceptée")
    PARTIELLE = "partielle", N_("Acceptée en partie")
    REFUSEE = "refusee", N_("Refusée")
    RETIREE = "retiree", N_("Retirée par son auteur")
    ANNULEE = "annulee", N_("Annulée")


# Somebody still has to look at these.
STATUTS_OUVERTS = frozenset({Statut.EN_ATTENTE, Statut.QUESTION, Statut.QUARANTAINE})
# What these say is published.
STATUTS_PUBLIES = frozenset({Statut.ACCEPTEE, Statut.PARTIELLE})


class MotifRefus(Libelle):
    """Why a proposal, or a part of it, is not published."""

    DEJA_LA = "deja-la", N_("Ce lieu est déjà sur la carte.")
    INTROUVABLE = "introuvable", N_("Nous n’avons pas pu vérifier cette information.")
    INEXACT = "inexact", N_("Nous avons vérifié : ce n’est pas exact.")
    HORS_SUJET = "hors-sujet", N_("Ce lieu n’a pas sa place sur cette carte.")
    INCOMPLET = "incomplet", N_("Il manque des informations pour publier.")
    PERSONNEL = "personnel", N_("Le texte donne des informations sur une personne.")
    PUBLICITE = "publicite", N_("Le texte est une publicité.")
    ABUS = "abus", N_("Le texte est insultant, ou n’a pas de sens.")


class Voie(Libelle):
    """By which way a proposal came."""

    FORMULAIRE = "formulaire", N_("Formulaire du site")
    COMPTE = "compte", N_("Compte du site")
    GESTIONNAIRE = "gestionnaire", N_("Lien envoyé au lieu")
    MODERATION = "moderation", N_("Modération")
    SOURCE = "source", N_("Fichier d’une source")


class Action(Libelle):
    """What the audit log tells."""

    DEPOSER = "deposer", "Dépôt d’une proposition"
    ACCEPTER = "accepter", "Proposition acceptée"
    REFUSER = "refuser", "Proposition refusée"
    DEMANDER = "demander", "Question posée"
    REPONDRE = "repondre", "Réponse donnée"
    RETIRER = "retirer", "Proposition retirée par son auteur"
    ANNULER = "annuler", "Acceptation annulée"
    RETABLIR = "retablir", "Annulation annulée"
    RESTAURER = "restaurer", "Retour à une version"
    MODIFIER = "modifier", "Modification directe"
    REUNIR = "reunir", "Deux lieux réunis"
    SEPARER = "separer", "Deux lieux séparés"
    MASQUER = "masquer", "Lieu masqué"
    REMONTRER = "remontrer", "Lieu montré de nouveau"
    ISOLER = "isoler", "Mise en quarantaine"
    LIBERER = "liberer", "Sortie de quarantaine"
    ANNULER_AUTEUR = "annuler-auteur", "Tout d’un auteur annulé"
    BLOQUER = "bloquer", "Propositions à venir mises de côté"
    DEBLOQUER = "debloquer", "Propositions à venir de nouveau prises"
    REGLER = "regler", "Réglage d’un territoire"
    ROUVRIR = "rouvrir", "Refus annulé, proposition à examiner de nouveau"
    EFFACER = "effacer", "Données d’une personne effacées"
    OPPOSER = "opposer", "Opposition d’une personne"
    CONFIRMER_OPPOSITION = "confirmer-opposition", "Opposition confirmée"
    LEVER_OPPOSITION = "lever-opposition", "Opposition levée"
