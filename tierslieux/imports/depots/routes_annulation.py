"""Routes that undo a run, whoever started it."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import ConflictError
from tierslieux.extensions import get_etat, get_session
from tierslieux.imports import services
from tierslieux.imports.depots import catalogue, depots, presenters_depots
from tierslieux.imports.depots.acces import close_to_caches, require_acces
from tierslieux.imports.depots.forms import ActionForm

bp = Blueprint("annulations", __name__, url_prefix="/imports/executions")


@bp.errorhandler(ConflictError)
def show_conflit(erreur: ConflictError) -> ResponseReturnValue:
    """A run that cannot be undone, or not any more."""
    page = render_template("imports/conflit.html", message=erreur.message, cle=None)
    return close_to_caches(Response(page, HTTPStatus.CONFLICT, mimetype="text/html"))


@bp.get("/<int:execution_id>/annuler")
@require_acces
def show_annulation(execution_id: int) -> ResponseReturnValue:
    """What undoing a run means, before it is done."""
    session = get_session()
    execution, peut_annuler = catalogue.get_execution(session, execution_id)
    libelle = catalogue.list_libelles(session)[execution.source_id]
    page = presenters_depots.build_execution(execution, libelle, peut_annuler=peut_annuler)
    return render_template("imports/annuler.html", page=page, form=ActionForm())


@bp.post("/<int:execution_id>/annuler")
@require_acces
def undo_execution(execution_id: int) -> ResponseReturnValue:
    """Undo a run."""
    services.rollback_run(get_etat().session_factory, execution_id, now=dt.datetime.now(dt.UTC))
    depot = depots.find_depot(get_session(), execution_id)
    if depot is None:
        return redirect(url_for("depots.list_depots"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("depots.show_depot", cle=depot.cle), HTTPStatus.SEE_OTHER)
