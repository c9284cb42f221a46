"""What is kept of who proposes, corrects, votes. Part of registre.py."""

from __future__ import annotations

from tierslieux.contributions.donnees.regles import JOURS_PAR_AN, BaseLegale, Condition, Donnee, Groupe, Regle, Suite
from tierslieux.core.textes import N_

_FINIES = Condition("statut", ("refusee", "retiree"))
_SAUF_SOURCES = Condition("demarche", ("desaccord",), est_exclue=True)

CONTRIBUTIONS: tuple[Donnee, ...] = (
    Donnee(
        Groupe.CONTRIBUTION,
        N_("L’adresse de courriel que vous laissez avec une proposition"),
        N_("Vous dire la suite donnée."),
        BaseLegale.ACCORD,
        N_("%(duree)s après la réponse. Sans réponse, %(maximum)s."),
        ("proposition.courriel",),
        (
            Regle("proposition-courriel", "proposition", 30, ("decidee_at",), Suite.VIDER, ("courriel",)),
            Regle("proposition-courriel-seul", "proposition", JOURS_PAR_AN, ("recue_at",), Suite.VIDER, ("courriel",)),
        ),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Votre commentaire aux modérateurs, et leur réponse"),
        N_("Vérifier ce que vous proposez."),
        BaseLegale.INTERET,
        N_("%(duree)s après la réponse. Sans réponse, %(maximum)s."),
        ("proposition.commentaire", "proposition.reponse"),
        (
            Regle(
                "proposition-commentaire",
                "proposition",
                JOURS_PAR_AN,
                ("decidee_at",),
                Suite.VIDER,
                ("commentaire", "reponse"),
            ),
            Regle(
                "proposition-commentaire-seul",
                "proposition",
                2 * JOURS_PAR_AN,
                ("recue_at",),
                Suite.VIDER,
                ("commentaire", "reponse"),
            ),
        ),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Les messages échangés avec les modérateurs"),
        N_("Vérifier ce que vous proposez."),
        BaseLegale.INTERET,
        N_("%(duree)s."),
        (
            "message_proposition.proposition_id",
            "message_proposition.est_moderation",
            "message_proposition.texte",
            "message_proposition.fait_at",
        ),
        (Regle("message", "message_proposition", JOURS_PAR_AN, ("fait_at",), Suite.SUPPRIMER),),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Le lien privé qui permet de suivre votre proposition"),
        N_("Vous seul pouvez voir la suite."),
        BaseLegale.SERVICE,
        N_("%(duree)s après la réponse."),
        ("proposition.jeton_sha256",),
        (Regle("proposition-lien", "proposition", JOURS_PAR_AN, ("decidee_at",), Suite.VIDER, ("jeton_sha256",)),),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Le lien entre vos propositions et votre compte"),
        N_("Vous montrer vos propositions."),
        BaseLegale.SERVICE,
        N_("Il part avec le compte."),
        ("proposition.compte_id",),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Une proposition refusée, retirée ou mise de côté"),
        N_("Répondre à vos questions, et compter les refus."),
        BaseLegale.INTERET,
        N_("%(duree)s après la réponse. Mise de côté : %(maximum)s."),
        ("proposition.avant", "proposition.apres"),
        (
            Regle(
                "proposition-refusee",
                "proposition",
                2 * JOURS_PAR_AN,
                ("decidee_at",),
                Suite.SUPPRIMER,
                conditions=(_FINIES, _SAUF_SOURCES),
            ),
            Regle(
                "proposition-ecartee",
                "proposition",
                JOURS_PAR_AN,
                ("recue_at",),
                Suite.SUPPRIMER,
                conditions=(Condition("statut", ("quarantaine",)), _SAUF_SOURCES),
            ),
        ),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Un brouillon que vous avez demandé de garder"),
        N_("Finir plus tard."),
        BaseLegale.SERVICE,
        N_("%(duree)s après le dernier changement."),
        (
            "brouillon.jeton_sha256",
            "brouillon.formulaire",
            "brouillon.champs",
            "brouillon.cree_at",
            "brouillon.modifie_at",
        ),
        (Regle("brouillon", "brouillon", 30, ("modifie_at",), Suite.SUPPRIMER),),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Votre pseudonyme, tiré au hasard, et ce que vous avez changé ou voté"),
        N_("Dire qui a changé quoi, sans dire votre nom, et pouvoir tout annuler."),
        BaseLegale.INTERET,
        N_("Sans limite. Une fois vos données effacées, plus rien ne mène à vous."),
        (
            "compte.pseudonyme",
            "proposition.auteur",
            "proposition.decidee_par",
            "proposition.verrou_par",
            "message_proposition.auteur",
            "vote.auteur",
            "vote.valeur",
            "vote.poids",
            "vote.fait_at",
            "changement.auteur",
            "journal.acteur",
            "journal.objet",
            "journal.details",
            "decision_paire.auteur",
            "reglage_territoire.modifie_par",
            "habilitation.donnee_par",
            "invitation.par",
        ),
    ),
    Donnee(
        Groupe.CONTRIBUTION,
        N_("Votre avis sur un scénario : le texte, le lieu, la date"),
        N_("Savoir ce qui vous aiderait."),
        BaseLegale.ACCORD,
        N_("Un avis publié part avec le scénario. Un avis refusé est effacé %(duree)s après."),
        ("avis_scenario.texte", "avis_scenario.site_nom", "avis_scenario.recu_at"),
        (
            Regle(
                "avis-refuse",
                "avis_scenario",
                JOURS_PAR_AN,
                ("decide_at",),
                Suite.SUPPRIMER,
                conditions=(Condition("statut", ("refuse",)),),
            ),
            Regle(
                "avis-sans-reponse",
                "avis_scenario",
                2 * JOURS_PAR_AN,
                ("recu_at",),
                Suite.SUPPRIMER,
                conditions=(Condition("statut", ("attente",)),),
            ),
        ),
    ),
)
