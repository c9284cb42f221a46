"""What the routes of this package share: their blueprint, sessions that write, and pages whose address is a key."""

from __future__ import annotations

import datetime as dt
import re

from flask import Blueprint, Response, request

from tierslieux import limites, retours
from tierslieux.contributions.suivi.forms import LIBELLES
from tierslieux.extensions import close_session

bp = Blueprint("suivi", __name__)
retours.name_champs(bp, LIBELLES)

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
# Endpoints whose address is no key.
PUBLICS = frozenset({"suivi.confirm", "suivi.show_a_verifier", "suivi.show_delais", "suivi.read_delais"})


def consume(limite: str) -> None:
    """Count one act (limites.py), once the session that reads is closed: a request holds one connection."""
    close_session(None)
    limites.consume(limite)


def get_now() -> dt.datetime:
    """The present instant."""
    return dt.datetime.now(dt.UTC)


@bp.after_request
def _close_privees(reponse: Response) -> Response:
    """Keep pages whose address is a key out of caches, of search engines and of the Referer of every other page.

    Refusals too: the page that gives a form back stands at the same address.
    """
    if request.endpoint not in PUBLICS:
        reponse.headers["Cache-Control"] = "no-store"
        reponse.headers["Referrer-Policy"] = "no-referrer"
        reponse.headers["X-Robots-Tag"] = "noindex, nofollow"
    return reponse
