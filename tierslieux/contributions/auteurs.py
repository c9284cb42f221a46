"""Who contributes, on this request: a pseudonym that says nothing of the person."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import current_app, session

from tierslieux.comptes.acces import find_personne
from tierslieux.lieux.identite import ALPHABET
from tierslieux.limites import find_reseau

CLE = "auteur"
_PREFIXE = "habitant-"
_LONGUEUR = 10


@dataclass(frozen=True, slots=True)
class Auteur:
    """Who contributes; `compte_id` is the account behind the pseudonym, None for whoever is not signed in."""

    pseudonyme: str
    compte_id: int | None = None


def find_auteur() -> Auteur:
    """The signed-in person's pseudonym, else one drawn at random at the first contribution and kept in the cookie.

    Call it when something is sent, never on a page that is only read: it puts a cookie.
    """
    connu = find_auteur_connu()
    if connu is not None:
        return connu
    pseudonyme = _PREFIXE + "".join(secrets.choice(ALPHABET) for _ in range(_LONGUEUR))
    session[CLE] = pseudonyme
    return Auteur(pseudonyme)


def find_auteur_connu() -> Auteur | None:
    """The same without drawing anything: None for a browser that has sent nothing yet."""
    personne = find_personne()
    if personne is not None:
        return Auteur(personne.pseudonyme, personne.compte_id)
    pseudonyme = session.get(CLE)
    return Auteur(pseudonyme) if isinstance(pseudonyme, str) else None


def digest_reseau() -> str:
    """What tells apart the networks from which proposals come (depot.Depot.reseau): a keyed digest, no address."""
    cle = current_app.config["SECRET_KEY"].encode()
    return hmac.new(cle, f"tierslieux.contributions.reseau\0{find_reseau()}".encode(), hashlib.sha256).hexdigest()[:32]
