"""How much of each act one address, one person and everybody together may do in a time; known to all processes.

An address is never written down: a counter bears a digest of the network around it (/24, or /56 in IPv6), made with a
key that changes each day. People who share a connection share its limits, so these are generous; TIERSLIEUX_LIMITES
multiplies them all where many do (a school, a public place).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse_many
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tierslieux.core.errors import TropDeDemandesError
from tierslieux.core.limites_pg import SCHEME
from tierslieux.core.textes import gettext as _
from tierslieux.core.textes import ngettext
from tierslieux.extensions import get_etat

logger = logging.getLogger(__name__)

PREFIXE_IPV4, PREFIXE_IPV6 = 24, 56
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Regle:
    """Limits of an act: for one who does it (`par_cle`), for everybody (`total`), in the words of `limits`.

    `est_lecture`: without a database the act goes on, where others are refused since they could not be written anyway.
    """

    par_cle: str | None = None
    total: str | None = None
    est_lecture: bool = False

    def list_limites(self) -> list[tuple[RateLimitItem, bool]]:
        """Each limit, and whether it is the one of everybody."""
        par_cle = parse_many(self.par_cle) if self.par_cle else []
        return [(limite, False) for limite in par_cle] + [
            (limite, True) for limite in (parse_many(self.total) if self.total else [])
        ]


REGLES: Mapping[str, Regle] = MappingProxyType(
    {
        # By e-mail address: what one mailbox can be sent.
        "connexion-adresse": Regle("3 per 15 minute; 10 per day"),
        "connexion-ip": Regle("10 per 15 minute"),
        "connexion-total": Regle(total="1000 per 5 minute"),
        # A code is void after five tries; this bounds those who ask for another one each time.
        "code-essai": Regle("20 per 15 minute; 100 per day", "2000 per 5 minute"),
        "proposition": Regle("5 per hour; 20 per day", "600 per hour"),
        "confirmation": Regle("30 per hour; 100 per day", "3000 per hour"),
        "vote": Regle("30 per hour; 100 per day", "3000 per hour"),
        "opposition": Regle("5 per hour", "200 per hour"),
        "message": Regle("10 per hour; 50 per day", "600 per hour"),
        "export-donnees": Regle("5 per hour", "200 per hour"),
        # Files of the whole country, in ten formats: seconds of one core each.
        "fichier-entier": Regle("30 per hour", est_lecture=True),
    }
)


def consume(nom: str, *, cle: str | None = None, facteur: int = 1) -> None:
    """Count one act named in REGLES; raises TropDeDemandesError when it is one too many.

    `cle` is who does it (an e-mail address, a pseudonym): only a digest of it is kept. Without it, the address of the
    request. `facteur` multiplies the limits of one who has earned it, not those of everybody.
    """
    regle = REGLES[nom]
    echelle = get_etat().settings.limites
    try:
        for limite, est_total in regle.list_limites():
            maximum = limite.amount * echelle * (1 if est_total else facteur)
            qui = TOTAL if est_total else _digest(cle if cle is not None else find_reseau())
            _hit(type(limite)(maximum, limite.multiples), nom, qui)
    except SQLAlchemyError:
        if not regle.est_lecture:
            raise
        logger.warning("event=limit_skipped limit=%s", nom)


def find_reseau() -> str:
    """The network of the request's address; TIERSLIEUX_PROXIES says how many proxies to believe."""
    try:
        adresse = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "inconnu"
    if isinstance(adresse, ipaddress.IPv6Address) and adresse.ipv4_mapped:
        adresse = adresse.ipv4_mapped
    prefixe = PREFIXE_IPV4 if adresse.version == 4 else PREFIXE_IPV6
    return str(ipaddress.ip_network(f"{adresse}/{prefixe}", strict=False))


def init_limites(app: Flask) -> None:
    """Give the limiter its storage. Acts ask by `consume`: no limit hangs on a route, to be looked up each time."""
    limiter.init_app(app)
    app.before_request_funcs[None].remove(limiter._check_request_limit)  # noqa: SLF001


def _digest(qui: str) -> str:
    jour = dt.datetime.now(dt.UTC).date().isoformat()
    cle = hmac.digest(current_app.config["SECRET_KEY"].encode(), f"tierslieux.limites\0{jour}".encode(), "sha256")
    return hmac.new(cle, qui.strip().casefold().encode(), hashlib.sha256).hexdigest()[:32]


def _hit(limite: RateLimitItem, nom: str, qui: str) -> None:
    if limiter.limiter.hit(limite, nom, qui):
        return
    retour_s = limiter.limiter.get_window_stats(limite, nom, qui).reset_time - time.time()
    attente_s = max(1, math.ceil(retour_s))
    logger.warning("event=limit_reached limit=%s scope=%s", nom, "total" if qui == TOTAL else "one")
    raise TropDeDemandesError(_say_attente(attente_s), reessayer_s=attente_s)


def _say_attente(attente_s: int) -> str:
    minutes = math.ceil(attente_s / 60)
    if minutes < 60:
        quand = ngettext("Recommencez dans %(nombre)s minute.", "Recommencez dans %(nombre)s minutes.", minutes)
    else:
        heures = math.ceil(minutes / 60)
        quand = ngettext("Recommencez dans %(nombre)s heure.", "Recommencez dans %(nombre)s heures.", heures)
    return f"{_('Il y a eu trop de demandes en peu de temps.')} {quand}"


def _open() -> Session:
    """A session of its own for each hit: it is counted even when the page fails, and holds no connection meanwhile."""
    etat = get_etat()
    return (etat.lectures or etat.session_factory)()


limiter = Limiter(
    find_reseau,
    strategy="moving-window",
    storage_uri=f"{SCHEME}://",
    storage_options={"ouvrir": _open},  # type: ignore[dict-item]  # any value, says the library's documentation
)
