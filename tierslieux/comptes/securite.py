"""Flask-Security and Flask-Login, set for this site (docs/decisions/0011-comptes.md)."""

from __future__ import annotations

from typing import cast

from flask import Flask
from flask_login.utils import _user_context_processor  # type: ignore[import-untyped]  # the library has no types
from flask_security import Security
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from tierslieux.comptes import acces, effacement, sessions
from tierslieux.comptes.magasin import build_magasin
from tierslieux.core import courriels
from tierslieux.extensions import get_session

REGLAGES = {
    "SECURITY_CLI_USERS_NAME": None,  # our own commands: flask comptes
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SESSION_PROTECTION": None,  # it puts a digest of the IP address in the cookie
    # A session that lasts would write its cookie again with every page, those that caches keep too.
    "SESSION_REFRESH_EACH_REQUEST": False,
    "PERMANENT_SESSION_LIFETIME": sessions.DUREE_OISIVE,
}


def init_comptes(app: Flask) -> None:
    """Bind Flask-Security: sign-in and sign-out, freshness, its store. None of its pages, and nothing on each request.

    A resident's page asks nobody who is there: it costs no query, holds no cookie, and is the same for all.
    """
    app.config.update(REGLAGES)
    fournisseur = app.json
    securite = Security(app, build_magasin(cast("Session", LocalProxy(get_session))), register_blueprint=False)
    app.json = fournisseur  # the library puts in its own, without the settings of ours
    securite.login_manager.user_loader(acces.load_compte)
    securite.login_manager.request_loader(_refuse_tokens)
    securite.login_manager.session_protection = None
    # These would read the session on every page, which makes of each a page for one person (Vary: Cookie).
    app.before_request_funcs[None].remove(securite.principal._on_before_request)  # noqa: SLF001
    app.after_request_funcs[None].remove(securite.login_manager._update_remember_cookie)  # noqa: SLF001
    app.template_context_processors[None].remove(_user_context_processor)
    _forget_courriels_with(app.config["SECRET_KEY"])


def _forget_courriels_with(secret: str) -> None:
    """Have the mails of an account go with it: those that wait, and what recognises those that have left."""

    @effacement.register
    def _forget_courriels(session: Session, _pseudonyme: str, courriel: str) -> None:
        courriels.forget(session, courriel, secret=secret)


def _refuse_tokens(_requete: object) -> None:
    """Nobody signs in by a token in an address or a header, as the library would let them."""
