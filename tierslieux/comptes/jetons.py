"""Secrets of accounts: what is drawn at random, and what of it is kept. Pure."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# 256 bits: nobody guesses it, so that a plain digest of it can be stored.
OCTETS_JETON = 32
CHIFFRES_CODE = 6
# Neither vowels nor letters read as others: no word comes out by chance, and it can be told over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LONGUEUR_PSEUDONYME = 8
BETES = (
    "abeille belette blaireau bouvreuil castor chamois chouette cigale cigogne coccinelle colvert daim fauvette "
    "grillon grive hermine huppe isard libellule linotte loutre lynx marmotte martinet merle mulot passereau phoque "
    "pinson renard rossignol salamandre sarcelle scarabee triton verdier"
).split()


def generate_jeton() -> str:
    """A secret that a link or a cookie carries."""
    return secrets.token_urlsafe(OCTETS_JETON)


def digest_jeton(jeton: str) -> str:
    """What is stored of a secret of 256 bits: from it nobody gets back to the secret."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def generate_code() -> str:
    """A code that a person copies: six digits."""
    return f"{secrets.randbelow(10**CHIFFRES_CODE):0{CHIFFRES_CODE}d}"


def digest_code(cle: str, *parties: str) -> str:
    """What is stored of a short code: keyed, since a million of them would be tried in a second."""
    message = "\x1f".join(parties)
    return hmac.new(cle.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_same(un: str, autre: str) -> bool:
    """Whether two digests are the same, in a time that tells nothing of them."""
    return hmac.compare_digest(un, autre)


def generate_pseudonyme() -> str:
    """The name of an account in histories, which says nothing of the person: "loutre-k7f2m9qx"."""
    suite = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_PSEUDONYME))
    return f"{secrets.choice(BETES)}-{suite}"
