"""Routes of the pages of figures of a territory, for those who decide and those who act."""

from __future__ import annotations

import datetime as dt
import hashlib
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session
from tierslieux.observatoire.pages import assemble_croisement, assemble_territoire
from tierslieux.observatoire.params import PARTIES
from tierslieux.territoires.enums import Niveau

bp = Blueprint("observatoire", __name__)


@bp.get("/territoires/<niveau>/<code>")
def show_territoire(niveau: str, code: str) -> ResponseReturnValue:
    """The figures of one territory; senseless values are answered too, with 422 and what was not understood."""
    palier = _read_niveau(niveau, code)
    if palier is Niveau.ARRONDISSEMENT:
        return redirect(url_for("territoires.show_territoire", niveau=niveau, code=code.upper()), 301)
    args, today = request.args.to_dict(flat=False), dt.datetime.now(dt.UTC).date()
    page, demande = assemble_territoire(get_session(), palier, code.upper(), args, _build_adresse, today=today)
    contenu = render_template("observatoire/territoire.html", page=page, demande=demande)
    return _respond(contenu, has_erreurs=bool(page.erreurs))


@bp.get("/territoires/<niveau>/<code>/croisement")
def show_croisement(niveau: str, code: str) -> ResponseReturnValue:
    """Two figures on one map, and the territories that are bad in both."""
    palier = _read_niveau(niveau, code)
    if palier not in PARTIES:
        raise NotFoundError("Ce territoire n’existe pas.")
    page, demande = assemble_croisement(
        get_session(), palier, code.upper(), request.args.to_dict(flat=False), _build_adresse
    )
    contenu = render_template("observatoire/croisement.html", page=page, demande=demande)
    return _respond(contenu, has_erreurs=bool(page.erreurs))


def _read_niveau(niveau: str, code: str) -> Niveau:
    if niveau not in set(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    return Niveau(niveau)


def _build_adresse(niveau: Niveau, code: str) -> str:
    return url_for("observatoire.show_territoire", niveau=niveau.value, code=code)


def _respond(contenu: str, *, has_erreurs: bool) -> Response:
    """The page, with a validator: who comes back to a page that has not changed is sent nothing."""
    reponse = Response(contenu, HTTPStatus.UNPROCESSABLE_ENTITY if has_erreurs else HTTPStatus.OK)
    if not has_erreurs:
        reponse.cache_control.no_cache = True
        reponse.set_etag(hashlib.sha256(contenu.encode()).hexdigest()[:20])
        reponse.make_conditional(request)
    return reponse
