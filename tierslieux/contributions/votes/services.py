"""Voting: who may, on what, what a vote does. The rules are regles.py's, accepting is contributions.services'."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.comptes.droits import Echelle, is_perimetre_interieur
from tierslieux.comptes.models import Compte as CompteUtilisateur
from tierslieux.contributions import services
from tierslieux.contributions.enums import Action, Demarche, Statut
from tierslieux.contributions.errors import EditionConcurrenteError, TraiteeError, VerrouilleeError
from tierslieux.contributions.fusion import merge
from tierslieux.contributions.models import Proposition, ReglageTerritoire, Vote
from tierslieux.contributions.perimetres import Perimetre, find_echelle
from tierslieux.contributions.votes import queries, regles
from tierslieux.core.errors import ConflictError, ForbiddenError, NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.lieux import historique
from tierslieux.territoires.enums import Niveau

logger = logging.getLogger(__name__)

POUR, CONTRE = "pour", "contre"
# Who decides when residents' votes do: stands where a moderator's pseudonym would.
HABITANTS = "vote-des-habitants"
MEMOIRE = dt.timedelta(days=90)
LISTE_MAX = 20


def list_ouverts(session: Session) -> tuple[Perimetre, ...]:
    """The territories where residents vote."""
    return tuple(perimetre for perimetre, avec_votes in queries.list_reglages(session).items() if avec_votes)


def is_ouvert(session: Session, echelle: Echelle) -> bool:
    """Whether residents vote on proposals of this commune: its smallest territory that has chosen says so."""
    reglages = queries.list_reglages(session)
    for niveau in (Niveau.COMMUNE, Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION, Niveau.FRANCE):
        for (palier, code), avec_votes in reglages.items():
            if palier is niveau and is_perimetre_interieur(palier, code, echelle):
                return avec_votes
    return False


def set_reglage(session: Session, perimetre: Perimetre, *, avec_votes: bool, acteur: str, now: dt.datetime) -> None:
    """Write what a territory chooses. Flushes."""
    niveau, code = perimetre
    valeurs = {"avec_votes": avec_votes, "modifie_at": now, "modifie_par": acteur}
    session.execute(
        insert(ReglageTerritoire)
        .values(niveau=niveau.value, code=code, **valeurs)
        .on_conflict_do_update(index_elements=["niveau", "code"], set_=valeurs)
    )
    journal.record(
        session,
        Action.REGLER,
        f"territoire:{niveau.value}:{code}",
        acteur=acteur,
        now=now,
        details={"avec_votes": avec_votes},
    )


def list_votables(session: Session, votant: CompteUtilisateur) -> Sequence[Proposition]:
    """What somebody may look at: open proposals of others near where they live, or anywhere if they did not say."""
    ouverts = list_ouverts(session)
    if not ouverts:
        return []
    departement = find_echelle(session, votant.commune_code).get(Niveau.DEPARTEMENT)
    return [
        proposition
        for proposition in queries.list_votables(
            session, ouverts, departement=departement, auteur=votant.pseudonyme, limite=LISTE_MAX
        )
        if is_ouvert(session, find_echelle(session, proposition.commune_code))
    ]


def get_votable(session: Session, public_id: str, votant: str) -> Proposition:
    """A proposal that this person may vote on; raises NotFoundError: what is not to be voted on does not exist."""
    proposition = queries.find_proposition(session, public_id)
    if proposition is None or not _is_votable(session, proposition) or proposition.auteur == votant:
        raise NotFoundError
    return proposition


def count_votes(session: Session, proposition: Proposition) -> regles.Compte:
    """Where the votes on a proposal are."""
    voix = [
        regles.Voix(vote.auteur, vote.valeur == POUR, vote.poids, vote.reseau)
        for vote in queries.list_votes(session, proposition.id)
    ]
    reseaux = queries.list_reseaux(session, proposition.auteur)
    return regles.count(voix, auteur=proposition.auteur, reseaux_auteur=reseaux)


def vote(
    session: Session,
    public_id: str,
    votant: CompteUtilisateur,
    valeur: str,
    *,
    reseau: str | None,
    now: dt.datetime,
) -> Vote:
    """Say yes or no to a proposal; the last word of each holds.

    Raises NotFoundError, ForbiddenError for one's own proposal, ConflictError when it is decided already.
    """
    proposition = queries.find_proposition(session, public_id, verrou=True)
    if proposition is None or valeur not in {POUR, CONTRE}:
        raise NotFoundError
    if proposition.auteur == votant.pseudonyme:
        raise ForbiddenError(_("Vous ne pouvez pas voter pour votre proposition."))
    if Statut(proposition.statut) is not Statut.EN_ATTENTE:
        raise ConflictError(_("Cette proposition a déjà reçu une réponse."))
    if not _is_votable(session, proposition):
        raise NotFoundError
    acceptees, refusees = queries.count_antecedents(session, votant.pseudonyme)
    departement = find_echelle(session, proposition.commune_code).get(Niveau.DEPARTEMENT)
    chez_soi = find_echelle(session, votant.commune_code).get(Niveau.DEPARTEMENT)
    poids = regles.compute_poids(
        regles.Votant(
            age=now - votant.cree_at,
            acceptees=acceptees,
            refusees=refusees,
            pour_cet_auteur=queries.count_pour_auteur(
                session, votant.pseudonyme, proposition.auteur, depuis=now - MEMOIRE
            ),
            est_voisin=departement is not None and departement == chez_soi,
        )
    )
    valeurs = {"valeur": valeur, "poids": poids, "reseau": reseau, "fait_at": now}
    vote_id = session.execute(
        insert(Vote)
        .values(proposition_id=proposition.id, auteur=votant.pseudonyme, **valeurs)
        .on_conflict_do_update(constraint="uq_vote_proposition_id_auteur", set_=valeurs)
        .returning(Vote.id)
    ).scalar_one()
    return session.get_one(Vote, vote_id, populate_existing=True)


def conclude(session: Session, *, now: dt.datetime) -> list[str]:
    """Accept the proposals that residents' votes have decided; their public ids. Flushes, never commits.

    One that a moderator has in hand, or whose place has changed in the same fields meanwhile, is left to moderators.
    """
    conclues: list[str] = []
    bornes = {"avant": now - regles.DELAI, "depuis": now - regles.DELAI_MAX}
    for public_id in queries.list_a_conclure(session, **bornes):
        proposition = queries.find_proposition(session, public_id, verrou=True)
        if proposition is None or proposition.statut != Statut.EN_ATTENTE or not _is_votable(session, proposition):
            continue
        if not count_votes(session, proposition).est_acquis or _is_perimee(session, proposition):
            continue
        try:
            with session.begin_nested():
                services.accept(session, public_id, acteur=HABITANTS, now=now)
        except (TraiteeError, VerrouilleeError, EditionConcurrenteError) as erreur:
            logger.info("vote=left proposition=%s reason=%s", public_id, type(erreur).__name__)
            continue
        conclues.append(public_id)
    return conclues


def may_set(perimetres: Collection[Perimetre], perimetre: Perimetre) -> bool:
    """Whether who looks after these territories may choose for this one: it must be one of them."""
    return perimetre in perimetres


def _is_votable(session: Session, proposition: Proposition) -> bool:
    return (
        Statut(proposition.statut) is Statut.EN_ATTENTE
        and Demarche(proposition.demarche) in regles.DEMARCHES_VOTEES
        and is_ouvert(session, find_echelle(session, proposition.commune_code))
    )


def _is_perimee(session: Session, proposition: Proposition) -> bool:
    """Whether the place has changed, since it was seen, in fields that the proposal changes."""
    if proposition.lieu_id is None:
        return False
    actuelles = historique.get_valeurs(session, proposition.lieu_id)
    return bool(merge(proposition.avant, proposition.apres, actuelles).conflits)
