"""What is known of a person, to be handed to them: one JSON document, in words of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.comptes import services as comptes
from tierslieux.contributions import services
from tierslieux.contributions.donnees import queries
from tierslieux.contributions.models import MessageProposition, Proposition
from tierslieux.core.courriels import digest_adresse


def build_compte(session: Session, compte_id: int, *, secret: str, now: dt.datetime) -> dict[str, Any]:
    """Everything kept of who holds an account. Secrets (keys, digests) are left out: they would open it."""
    compte = comptes.get_compte(session, compte_id)
    empreinte = digest_adresse(compte.courriel, secret)
    propositions = queries.list_propositions(session, compte.pseudonyme)
    return {
        "fait_le": _write(now),
        "compte": {
            "pseudonyme": compte.pseudonyme,
            "courriel": compte.courriel,
            "commune_code": compte.commune_code,
            "cree_le": _write(compte.cree_at),
            "derniere_connexion": _write(compte.connexion_at),
            "second_facteur_depuis": _write(compte.second_facteur_at),
            "roles": [
                {"role": role.role, "niveau": role.niveau, "code": role.code, "depuis": _write(role.donnee_at)}
                for role in compte.habilitations
            ],
        },
        "connexions": [
            {"ouverte_le": _write(s.ouverte_at), "vue_le": _write(s.vue_at), "finit_le": _write(s.expire_at)}
            for s in comptes.list_sessions(session, compte_id, now=now)
        ],
        "propositions": _build_propositions(session, propositions),
        "votes": [
            {"proposition": public_id, "vote": vote.valeur, "poids": vote.poids, "fait_le": _write(vote.fait_at)}
            for vote, public_id in queries.list_votes(session, compte.pseudonyme)
        ],
        "courriels": _build_courriels(session, compte.courriel, empreinte),
        "relances": [
            {"envoyee_le": _write(relance.envoyee_at), "repondue_le": _write(relance.repondue_at)}
            for relance in queries.list_relances(session, empreinte)
        ],
        "ne_veut_plus_de_courriels": queries.has_desabonnement(session, empreinte),
    }


def build_suivi(session: Session, public_id: str, jeton: str, *, secret: str, now: dt.datetime) -> dict[str, Any]:
    """Everything kept of a proposal, for whoever holds its private address; raises NotFoundError.

    Only this one: others of the same browser have addresses of their own.
    """
    proposition = services.get_par_jeton(session, public_id, jeton)
    adresse = proposition.courriel
    return {
        "fait_le": _write(now),
        "pseudonyme": proposition.auteur,
        "propositions": _build_propositions(session, [proposition]),
        "courriels": _build_courriels(session, adresse, digest_adresse(adresse, secret)) if adresse else [],
    }


def _build_propositions(session: Session, propositions: Sequence[Proposition]) -> list[dict[str, Any]]:
    messages = queries.list_messages(session, [proposition.id for proposition in propositions])
    return [
        {
            "reference": proposition.public_id,
            "demarche": proposition.demarche,
            "statut": proposition.statut,
            "lieu": proposition.nom,
            "commune_code": proposition.commune_code,
            "avant": proposition.avant,
            "apres": proposition.apres,
            "champs_publies": proposition.retenus,
            "courriel": proposition.courriel,
            "commentaire": proposition.commentaire,
            "empreinte_du_reseau": proposition.reseau,
            "langue": proposition.langue,
            "score": proposition.score,
            "motif_de_refus": proposition.motif_refus,
            "reponse": proposition.reponse,
            "recue_le": _write(proposition.recue_at),
            "decidee_le": _write(proposition.decidee_at),
            "messages": [_build_message(m) for m in messages if m.proposition_id == proposition.id],
        }
        for proposition in propositions
    ]


def _build_message(message: MessageProposition) -> dict[str, Any]:
    return {
        "de": "moderation" if message.est_moderation else "vous",
        "texte": message.texte,
        "ecrit_le": _write(message.fait_at),
    }


def _build_courriels(session: Session, adresse: str, empreinte: str) -> list[dict[str, Any]]:
    return [
        {
            "genre": courriel.genre,
            "etat": courriel.etat,
            "cree_le": _write(courriel.cree_at),
            "fini_le": _write(courriel.fini_at),
        }
        for courriel in queries.list_courriels(session, adresse, empreinte)
    ]


def _write(instant: dt.datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
