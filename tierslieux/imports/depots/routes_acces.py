"""Routes of the private address that opens the pages of imports, and of the way out."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from tierslieux.imports.depots import acces

bp = Blueprint("acces", __name__, url_prefix="/imports")


@bp.get("/acces/<jeton>")
def show_acces(jeton: str) -> Response:
    """The page with one button; opens nothing by itself."""
    fin = acces.read_jeton(jeton, now=dt.datetime.now(dt.UTC))
    if fin is None:
        return _refuse()
    # The address is the key: it is not handed to anybody, not even to this site's own pages.
    reponse = acces.close_to_caches(make_response(render_template("imports/acces.html", fin=fin)))
    reponse.headers["Referrer-Policy"] = "no-referrer"
    return reponse


@bp.post("/acces/<jeton>")
def open_acces(jeton: str) -> Response:
    """Open the pages of imports to this browser."""
    now = dt.datetime.now(dt.UTC)
    fin = acces.read_jeton(jeton, now=now)
    if fin is None:
        return _refuse()
    acces.open_acces(fin, now=now)
    return acces.close_to_caches(make_response(redirect(url_for("depots.list_depots"), HTTPStatus.SEE_OTHER)))


@bp.post("/quitter")
def close_acces() -> Response:
    """Close the pages of imports to this browser."""
    acces.close_acces()
    return acces.close_to_caches(make_response(render_template("imports/acces_quitte.html")))


def _refuse() -> Response:
    page = render_template("imports/acces_ferme.html", expire=True)
    return acces.close_to_caches(make_response(page, HTTPStatus.FORBIDDEN))
