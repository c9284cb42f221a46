"""Who may use the pages of imports: the administrators of France, and the holders of a signed private address.

`flask imports lien` prints the address. Opening it (GET) changes nothing, because mail programs open links before
people do; its one button sends a form that marks the session until the address expires, twelve hours at most. A new
secret key voids every address and every session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import Response, current_app, make_response, render_template, session
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from tierslieux.comptes.acces import find_personne
from tierslieux.comptes.droits import Role
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

P = ParamSpec("P")

SEL = "tierslieux.imports.depots.acces"
CLE_SESSION = "acces_imports"
JOURS = 7
JOURS_MAX = 90
# A working day: whoever leaves a shared computer without closing the access leaves it open no longer.
SESSION_MAX = dt.timedelta(hours=12)


def build_jeton(*, jours: int, now: dt.datetime) -> str:
    """The signed part of a private address that is good for `jours` days."""
    fin = now + dt.timedelta(days=jours)
    return _get_signataire().dumps({"fin": int(fin.timestamp())})


def read_jeton(jeton: str, *, now: dt.datetime) -> dt.datetime | None:
    """Until when the address is good; None when it is not, or not any more."""
    try:
        contenu = _get_signataire().loads(jeton)
    except BadData:
        return None
    fin = dt.datetime.fromtimestamp(contenu["fin"], dt.UTC)
    return fin if fin > now else None


def open_acces(fin: dt.datetime, *, now: dt.datetime) -> None:
    """Mark the session of this request until `fin`, or for twelve hours."""
    session[CLE_SESSION] = int(min(fin, now + SESSION_MAX).timestamp())


def close_acces() -> None:
    """Forget everything that the session holds."""
    session.clear()


def has_acces(now: dt.datetime | None = None) -> bool:
    """Whether this request's session was marked, and not too long ago, or an administrator of France is signed in."""
    fin = session.get(CLE_SESSION)
    if isinstance(fin, int) and fin > (now or dt.datetime.now(dt.UTC)).timestamp():
        return True
    personne = find_personne()
    return personne is not None and personne.can(Role.ADMINISTRATEUR, {Niveau.FRANCE: CODE_FRANCE})


def require_acces(vue: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Answer 403 with how to get in, unless has_acces. No page behind it is ever kept by a browser."""

    @wraps(vue)
    def gardee(*args: P.args, **kwargs: P.kwargs) -> Response:
        if has_acces():
            reponse = make_response(vue(*args, **kwargs))
        else:
            reponse = make_response(render_template("imports/acces_ferme.html", expire=False), HTTPStatus.FORBIDDEN)
        return close_to_caches(reponse)

    return gardee


def close_to_caches(reponse: Response) -> Response:
    """Keep the page out of every cache, and its address out of the Referer of the pages it leads to."""
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["Referrer-Policy"] = "same-origin"
    return reponse


def _get_signataire() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SEL)
