"""Who is there, on this request, and what pages ask of them.

A page that anybody may see never calls this: it costs no query and puts no cookie. Behind a decorator, pages are kept
by no cache, and the session is looked up in the base on each request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Response, after_this_request, current_app, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]  # the library has no types
from flask_security.utils import check_and_update_authn_fresh, login_user, logout_user, set_request_attr
from sqlalchemy.orm import Session

from tierslieux import retours
from tierslieux.comptes import sessions
from tierslieux.comptes.droits import Personne, Role
from tierslieux.comptes.models import Compte
from tierslieux.core.db import transaction
from tierslieux.core.errors import ForbiddenError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import close_session, get_etat, get_session

P = ParamSpec("P")

CLE_JETON = "jeton_session"
CLE_COMPTE = "_user_id"  # Flask-Login's
CLE_NAVIGATEUR = "navigateur"
# What sign-in leaves in the cookie; it goes with a new sign-in, the rest (links known to the browser) stays.
CLES_CONNEXION = (CLE_JETON, CLE_COMPTE, CLE_NAVIGATEUR, "_fresh", "_id", "fs_cc", "fs_paa", "fs_gexp", "csrf_token")
SUITE_MAX = 500
# What cannot be undone asks for a sign-in of this age, so that a browser left open is not enough.
FRAICHEUR = dt.timedelta(hours=1)
RALLONGE = dt.timedelta(minutes=10)
SESSION_FINIE = N_("Vous n’êtes plus connecté. Connectez-vous dans un autre onglet, puis envoyez de nouveau.")


def load_compte(user_id: str) -> Compte | None:
    """Flask-Login's question: the account named by the cookie, if its token is that of an open session of it."""
    jeton = session.get(CLE_JETON)
    now = dt.datetime.now(dt.UTC)
    est_premiere = "session" not in g
    ouverte = sessions.find_session(get_session(), jeton, now=now) if isinstance(jeton, str) else None
    if ouverte is None or ouverte.compte.fs_uniquifier != user_id:
        # The next requests of this browser do not ask again.
        for cle in CLES_CONNEXION:
            session.pop(cle, None)
        return None
    g.session_ouverte = ouverte
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    if sessions.is_to_touch(ouverte, now=now):
        if est_premiere:
            close_session(None)  # a request holds one connection
        with get_etat().session_factory() as ecriture, transaction(ecriture):
            sessions.touch_session(ecriture, ouverte, now=now)
        session.modified = True  # the cookie lasts as long as the session
    return ouverte.compte


def find_ouverte() -> sessions.Ouverte | None:
    """The open session of this request; without a cookie that names one, it costs nothing."""
    if CLE_COMPTE not in session or not current_user.is_authenticated:
        return None
    ouverte: sessions.Ouverte = g.session_ouverte
    return ouverte


def find_personne() -> Personne | None:
    """Who is signed in on this request; strong roles count once the second factor was given."""
    ouverte = find_ouverte()
    return None if ouverte is None else ouverte.prouvee


def get_ouverte() -> sessions.Ouverte:
    """The open session, behind a decorator."""
    ouverte = find_ouverte()
    if ouverte is None:
        raise ForbiddenError
    return ouverte


def get_personne() -> Personne:
    """Who is signed in, behind a decorator."""
    return get_ouverte().prouvee


def require_personne(vue: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Send whoever is not signed in to the sign-in page, which leads back here."""

    @wraps(vue)
    def gardee(*args: P.args, **kwargs: P.kwargs) -> Response:
        close_to_caches()
        if find_ouverte() is None:
            return _give_back() or go_to("comptes.show_connexion")
        return make_response(vue(*args, **kwargs))

    return gardee


def require_role(role: Role) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, Response]]:
    """Also refuse whoever holds this role, or a higher one, nowhere; strong roles ask for the second factor first."""

    def decorate(vue: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
        @wraps(vue)
        def gardee(*args: P.args, **kwargs: P.kwargs) -> Response:
            ouverte = get_ouverte()
            if not ouverte.personne.has_role(role):
                raise ForbiddenError
            if not ouverte.prouvee.has_role(role):
                return go_to("comptes.show_second_facteur")
            return make_response(vue(*args, **kwargs))

        return require_personne(gardee)

    return decorate


def require_fraicheur(vue: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Ask to sign in again after an hour, for what cannot be undone; strong roles also give their second factor."""

    @wraps(vue)
    def gardee(*args: P.args, **kwargs: P.kwargs) -> Response:
        ouverte = get_ouverte()
        if not ouverte.est_forte and sessions.needs_second_facteur(ouverte.personne):
            return go_to("comptes.show_second_facteur")
        if not check_and_update_authn_fresh(FRAICHEUR, RALLONGE):
            return go_to("comptes.show_connexion")
        return make_response(vue(*args, **kwargs))

    return require_personne(gardee)


def close_to_caches() -> None:
    """Keep the answer to this request out of every cache and search engine, be it an error page."""
    after_this_request(keep_private)


def keep_private(reponse: Response) -> Response:
    """The answer, out of every cache and search engine."""
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


def _give_back() -> Response | None:
    """What was typed in a form sent once the session has ended, to send again after sign-in; None: nothing was."""
    if not retours.is_formulaire() or not retours.read_retour().visibles:
        return None
    page = retours.render_retour(HTTPStatus.UNAUTHORIZED, _(SESSION_FINIE))
    return None if page is None else make_response(page, HTTPStatus.UNAUTHORIZED)


def go_to(endpoint: str) -> Response:
    """To a page of sign-in, which leads back to the page of this request; a form that was sent is no page."""
    if request.method == "GET":
        chemin = request.script_root + request.full_path.rstrip("?")
    elif _has_page():
        chemin = request.script_root + request.path
    else:
        chemin = ""
    return make_response(redirect(url_for(endpoint, suite=read_suite(chemin)), HTTPStatus.SEE_OTHER))


def _has_page() -> bool:
    """Whether the address of a form is also that of a page, of the same feature: names of places take any address."""
    adresses = current_app.create_url_adapter(request)
    if adresses is None or not adresses.test(request.path, "GET"):
        return False
    autre, _valeurs = adresses.match(request.path, "GET")
    return str(autre).rpartition(".")[0] == request.blueprint


def read_suite(texte: str | None) -> str | None:
    """Where to go after sign-in: a path of this site, or None; for browsers, two slashes begin another site."""
    if not texte or len(texte) > SUITE_MAX or not texte.isprintable() or "\\" in texte:
        return None
    if not texte.startswith("/") or texte.startswith("//"):
        return None
    adresse = urlsplit(texte)
    return None if adresse.scheme or adresse.netloc else texte


def sign_in(
    ecriture: Session, compte: Compte, *, now: dt.datetime, est_forte: bool = False, est_durable: bool = False
) -> None:
    """Open a session for this browser, under a new token; whatever it held of a former sign-in goes.

    `est_durable`: the cookie outlives the closing of the browser, which strong roles never have.
    """
    jeton = sessions.open_session(ecriture, compte, now=now, est_forte=est_forte)
    for cle in CLES_CONNEXION:
        session.pop(cle, None)
    g.pop("csrf_token", None)
    login_user(compte, remember=False, authn_via=["email"])
    session.pop("_id", None)
    session[CLE_JETON] = jeton
    g.session_ouverte = sessions.find_session(ecriture, jeton, now=now)
    session.permanent = est_durable and not sessions.needs_second_facteur(sessions.build_personne(compte))


def sign_out() -> None:
    """Forget everything that this browser holds, on a shared computer too."""
    logout_user()
    g.pop("session_ouverte", None)
    session.clear()
