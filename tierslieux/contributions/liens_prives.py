"""Addresses that are keys, in our mails: how they are made and recognised. Pure.

The secret of a proposal's private address is known to its contributor alone: the base holds a digest of it. A mail
needs an address too, so it bears a second secret, which this installation's key makes out of that digest. It opens the
same page; neither the base alone nor the key alone gives it; it dies with the digest, when that is erased.

What stops our mails bears a keyed digest of the mail address and its signature: no address stands in it, nothing has to
be stored for it, and it never expires.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations
from types import MappingProxyType

from tierslieux.comptes.jetons import digest_jeton

# Under this key of `Session.info` the application keeps these for those who have a session only.
CLE = "contributions"

# First step of the address, by language of the contributor; the register that is easy to read has none of these pages.
PREFIXES: Mapping[str, str] = MappingProxyType({"en": "/en"})
_OCTETS = 24
_POINT = "."


@dataclass(frozen=True, slots=True)
class Reglages:
    """What writing to people takes: the key, the address of this site (None: not set), catalogues by language."""

    secret: str = field(repr=False)
    site: str | None
    find_catalogue: Callable[[str], NullTranslations]

    def build_lien(self, chemin: str, langue: str = "fr") -> str | None:
        """The whole address of a page; None when the settings do not say where this site is."""
        return f"{self.site}{PREFIXES.get(langue, '')}{chemin}" if self.site else None


def build_jeton_courriel(secret: str, public_id: str, jeton_sha256: str) -> str:
    """The secret that mails about a proposal bear; see the module."""
    return _sign(secret, "suivi", public_id, jeton_sha256)


def is_jeton(jeton: str, public_id: str, jeton_sha256: str | None, secret: str | None) -> bool:
    """Whether it is the contributor's own secret, or that of the mails; compared in constant time."""
    if jeton_sha256 is None:
        return False
    propre = hmac.compare_digest(jeton_sha256, digest_jeton(jeton))
    attendu = build_jeton_courriel(secret, public_id, jeton_sha256) if secret else ""
    return propre or (secret is not None and hmac.compare_digest(attendu.encode(), jeton.encode()))


def build_jeton_desabonnement(secret: str, empreinte: str) -> str:
    """What stops mails to the address of this keyed digest (core.courriels.digest_adresse)."""
    return f"{empreinte}{_POINT}{_sign(secret, 'desabonnement', empreinte)}"


def read_jeton_desabonnement(secret: str, jeton: str) -> str | None:
    """The digest that it stands for; None when it is not ours."""
    empreinte = jeton.partition(_POINT)[0]
    attendu = build_jeton_desabonnement(secret, empreinte)
    return empreinte if hmac.compare_digest(attendu.encode(), jeton.encode()) else None


def _sign(secret: str, *parties: str) -> str:
    message = "\0".join(("tierslieux.contributions", *parties)).encode()
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), message, "sha256")[:_OCTETS]).decode()
