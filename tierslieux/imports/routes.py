"""Routes of the page of sources and of the files of rejected rows."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, render_template

from tierslieux.extensions import get_etat, get_session
from tierslieux.imports import services
from tierslieux.imports.presenters import build_donnees_page, render_rejets
from tierslieux.territoires.models import EditionTerritoires

bp = Blueprint("imports", __name__)


@bp.get("/donnees")
def show_donnees() -> str:
    """Where everything on the site comes from."""
    session = get_session()
    etats = services.list_sources(session, get_etat().settings)
    page = build_donnees_page(etats, session.get(EditionTerritoires, 1), now=dt.datetime.now(dt.UTC))
    return render_template("imports/donnees.html", page=page)


@bp.get("/donnees/<source_id>/rejets.csv")
def download_rejets(source_id: str) -> Response:
    """Rows that the last successful run rejected, for the publisher to correct."""
    corps = render_rejets(services.list_rejets(get_session(), source_id))
    reponse = Response(corps, mimetype="text/csv")
    reponse.headers["Content-Disposition"] = f'attachment; filename="{source_id}-rejets.csv"'
    return reponse
