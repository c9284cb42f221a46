"""Route of the page of half-days: who finds a place open when, which opening serves most people."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from tierslieux.extensions import get_session
from tierslieux.planification.creneaux.pages import assemble_creneaux
from tierslieux.planification.ouvrir.routes import read_niveau

bp = Blueprint("creneaux", __name__)


@bp.get("/territoires/<niveau>/<code>/horaires")
def show_creneaux(niveau: str, code: str) -> ResponseReturnValue:
    """The page; senseless values are answered too, with 422 and what was not understood."""
    args, today = request.args.to_dict(flat=False), dt.datetime.now(dt.UTC).date()
    page = assemble_creneaux(get_session(), read_niveau(niveau, code), code.upper(), args, today=today)
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if page.erreurs and page.est_calculee else HTTPStatus.OK
    return Response(render_template("planification/creneaux.html", page=page), statut)
