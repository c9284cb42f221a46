"""The page of tours of a territory."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session
from tierslieux.planification.itinerance.pages import assemble
from tierslieux.territoires.enums import Niveau

bp = Blueprint("itinerance", __name__)

# Wider territories have far more stops than a tour can be computed on.
NIVEAUX = frozenset({Niveau.COMMUNE, Niveau.EPCI, Niveau.DEPARTEMENT})


@bp.get("/territoires/<niveau>/<code>/itinerance")
def show_itinerance(niveau: str, code: str) -> ResponseReturnValue:
    """The best week of a bus, and fixed sites at equal staff time; what cannot be computed is said, with 422."""
    if niveau not in NIVEAUX or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Les tournées se calculent pour une commune, une intercommunalité ou un département.")
    page = assemble(get_session(), Niveau(niveau), code.upper(), request.args.to_dict(flat=False))
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if page.erreurs and page.est_calculee else HTTPStatus.OK
    return render_template("planification/itinerance.html", page=page), statut
