"""What contributors are told by e-mail, when they left an address: the outcome with its reason, a question."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.contributions.champs import get_libelle
from tierslieux.contributions.enums import Demarche, MotifRefus, Statut
from tierslieux.contributions.fusion import list_modifies
from tierslieux.contributions.lettres import NOM_MAX, cite, clean_ligne, write_lettre
from tierslieux.contributions.liens_prives import CLE, Reglages, build_jeton_courriel, build_jeton_desabonnement
from tierslieux.contributions.models import Desabonnement, MessageProposition, Proposition
from tierslieux.core import textes
from tierslieux.core.courriels import Courriel, digest_adresse, queue
from tierslieux.core.errors import InvalidInputError

logger = logging.getLogger(__name__)

GENRE = "proposition"
MODELE = "proposition"
# What is told; the others are what the contributor did.
ANNONCES = frozenset({Statut.ACCEPTEE, Statut.PARTIELLE, Statut.REFUSEE, Statut.QUESTION})
# How long an address is kept after the last answer (donnees/registre.py erases it).
CONSERVATION_JOURS = 30
_DEMARCHES: Mapping[str, str] = MappingProxyType(
    {
        Demarche.NOUVEAU: textes.N_("Vous avez proposé un nouveau lieu : %(nom)s."),
        Demarche.CORRECTION: textes.N_("Vous avez proposé une correction pour ce lieu : %(nom)s."),
        Demarche.FERMETURE: textes.N_("Vous avez dit que ce lieu est fermé : %(nom)s."),
        Demarche.EVENEMENT: textes.N_("Vous avez proposé un événement pour ce lieu : %(nom)s."),
    }
)
_AUTRE = textes.N_("Vous nous avez écrit au sujet de ce lieu : %(nom)s.")


def announce(session: Session, proposition: Proposition, *, now: dt.datetime) -> None:
    """Queue the mail that the proposal's new state calls for, if any, within the transaction at hand.

    Nothing leaves for an address that has asked for no more mails. An address that is none never stops the answer
    itself: the page of the proposal shows it.
    """
    if proposition.courriel is None or Statut(proposition.statut) not in ANNONCES:
        return
    reglages = find_reglages(session)
    if reglages is None:
        logger.warning("event=mail_skipped proposal=%s reason=no_settings", proposition.public_id)
        return
    empreinte = digest_adresse(proposition.courriel, reglages.secret)
    if session.get(Desabonnement, empreinte) is not None:
        return
    stop = reglages.build_lien(build_chemin_desabonnement(reglages, empreinte), proposition.langue)
    sujet, corps = _write(session, proposition, reglages, stop)
    try:
        courriel = Courriel(a=proposition.courriel, sujet=sujet, corps=corps, genre=GENRE, desabonnement=stop)
    except InvalidInputError as erreur:
        logger.warning("event=mail_skipped proposal=%s reason=%s", proposition.public_id, erreur.details["champ"])
        return
    queue(session, courriel, now=now)


def find_reglages(session: Session) -> Reglages | None:
    """What the application has given to its sessions; None for a session that is not the application's."""
    reglages: Reglages | None = session.info.get(CLE)
    return reglages


def build_chemin_suivi(reglages: Reglages, proposition: Proposition) -> str | None:
    """The private address that mails bear, from the root of the site; None once the proposal's secret was erased."""
    if proposition.jeton_sha256 is None:
        return None
    jeton = build_jeton_courriel(reglages.secret, proposition.public_id, proposition.jeton_sha256)
    return f"/contributions/{proposition.public_id}/{jeton}"


def build_chemin_desabonnement(reglages: Reglages, empreinte: str) -> str:
    """The address that stops mails to the address of this keyed digest, from the root of the site."""
    return f"/courriels/ne-plus-recevoir/{build_jeton_desabonnement(reglages.secret, empreinte)}"


def _write(session: Session, proposition: Proposition, reglages: Reglages, stop: str | None) -> tuple[str, str]:
    chemin = build_chemin_suivi(reglages, proposition)
    nom = clean_ligne(proposition.nom, NOM_MAX)
    question = _find_question(session, proposition) if proposition.statut == Statut.QUESTION else None
    with textes.use_catalogue(reglages.find_catalogue(proposition.langue)):
        objet = textes.gettext(_DEMARCHES.get(proposition.demarche, _AUTRE), nom=nom)
        ecartes = [
            champ for champ in list_modifies(proposition.avant, proposition.apres) if champ not in proposition.retenus
        ]
        publies, refuses = ([get_libelle(champ) for champ in champs] for champs in (proposition.retenus, ecartes))
        motif = textes.gettext(MotifRefus(proposition.motif_refus).libelle) if proposition.motif_refus else None
    return write_lettre(
        reglages,
        proposition.langue,
        MODELE,
        nom=nom,
        statut=proposition.statut,
        objet=objet,
        recue_at=proposition.recue_at,
        publies=publies,
        refuses=refuses if proposition.statut == Statut.PARTIELLE else [],
        motif=motif,
        mots=cite(question or proposition.reponse),
        lien=reglages.build_lien(chemin, proposition.langue) if chemin else None,
        stop=stop,
        jours=CONSERVATION_JOURS,
    )


def _find_question(session: Session, proposition: Proposition) -> str | None:
    texte: str | None = session.scalar(
        select(MessageProposition.texte)
        .where(MessageProposition.proposition_id == proposition.id, MessageProposition.est_moderation)
        .order_by(MessageProposition.id.desc())
        .limit(1)
    )
    return texte
