"""Erasing a person: what they wrote and what leads to them goes, what they made of the map stays, without anybody.

The pseudonym, drawn at random, stays in histories, so that an author's acts can still be told from another's and
undone; nothing leads from it to the person any more. Votes keep their value, each under a name of its own.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.contributions import services
from tierslieux.contributions.donnees import queries
from tierslieux.contributions.enums import Action
from tierslieux.core import courriels
from tierslieux.core.courriels import digest_adresse

# In the place of the author of a vote.
EFFACE = "efface-"
# A shorter comment ("fermé") may be anybody's: it does not tell whose a draft is.
LONGUEUR_RECONNUE = 20


@dataclass(frozen=True, slots=True)
class Effacement:
    """What was erased, by count."""

    propositions: int
    messages: int
    votes: int
    brouillons: int
    courriels: int


def build_oubli(secret: str, dossier: Path) -> Callable[[Session, str, str], None]:
    """What forgets whoever deletes an account (comptes.effacement), who reads the mail of its address.

    `secret` made the digests of addresses; `dossier` is where mails are written without a mail server.
    """

    def oublier(session: Session, pseudonyme: str, courriel: str) -> None:
        erase_auteur(session, pseudonyme, secret=secret, dossier=dossier, courriel=courriel)

    return oublier


def erase_auteur(
    session: Session, auteur: str, *, secret: str, dossier: Path, courriel: str | None = None
) -> Effacement:
    """Take a person out of all that they contributed. Flushes, never commits.

    `courriel` is an address that the person has proved to be theirs. Of the other addresses, which anybody may write
    into a form, only the mails about these proposals are forgotten.
    """
    session.flush()
    propositions = queries.list_propositions(session, auteur)
    public_ids = [proposition.public_id for proposition in propositions]
    adresses = {proposition.courriel for proposition in propositions if proposition.courriel}
    envois = 0
    for adresse in sorted(adresses):
        envois += queries.delete_courriels_sur(session, adresse, public_ids)
        envois += _delete_fichiers(dossier, adresse, public_ids)
    if courriel is not None:
        envois += _delete_fichiers(dossier, courriel, None)
        envois += courriels.forget(session, courriel, secret=secret)
        queries.delete_relances(session, digest_adresse(courriel, secret))
        adresses.add(courriel)
    votes = queries.list_votes_ids(session, auteur)
    for vote_id in votes:
        queries.anonymize_vote(session, vote_id, EFFACE + secrets.token_hex(8))
    commentaires = {p.commentaire for p in propositions if len(p.commentaire or "") >= LONGUEUR_RECONNUE}
    textes = [texte for texte in adresses | commentaires if texte]
    effacement = Effacement(
        brouillons=queries.delete_brouillons(session, textes, public_ids),
        messages=queries.delete_messages(session, auteur),
        propositions=queries.erase_propositions(session, auteur),
        votes=len(votes),
        courriels=envois,
    )
    session.expire_all()
    return effacement


def erase_par_jeton(
    session: Session, public_id: str, jeton: str, *, secret: str, dossier: Path, now: dt.datetime
) -> Effacement:
    """The same for whoever holds the private address of a proposal, which no longer opens afterwards.

    Raises NotFoundError.
    """
    proposition = services.get_par_jeton(session, public_id, jeton)
    auteur = proposition.auteur
    effacement = erase_auteur(session, auteur, secret=secret, dossier=dossier)
    journal.record(session, Action.EFFACER, f"proposition:{public_id}", acteur=auteur, now=now)
    return effacement


def _delete_fichiers(dossier: Path, adresse: str, public_ids: Collection[str] | None) -> int:
    """Delete the files of mails to an address: all of them, or those that speak of these proposals; how many.

    Files say themselves to whom they are: what the base knew of them may be forgotten already.
    """
    supprimes = 0
    for fichier in dossier.glob("*.eml"):
        message = message_from_bytes(fichier.read_bytes(), policy=policy.default)
        if str(message["To"]).strip().lower() != adresse.lower():
            continue
        texte = "" if public_ids is None else message.get_content()
        if public_ids is None or any(f"/{public_id}/" in texte for public_id in public_ids):
            fichier.unlink(missing_ok=True)
            supprimes += 1
    return supprimes
