"""Routes of computations too long for a page: ask for one, see how far it is, give it up, read what it answers."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core import taches
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.planification.calculs import series
from tierslieux.planification.calculs import services as calculs
from tierslieux.planification.calculs.presenters import build_page
from tierslieux.planification.etude import Etude
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

bp = Blueprint("calculs", __name__, url_prefix="/calculs")


@bp.post("")
def create() -> ResponseReturnValue:
    """Queue the computation of the study whose fields were sent, and show it; `par`: a plan for each of its parts."""
    champs = request.form.to_dict(flat=False)
    niveau, code = request.form.get("niveau", ""), request.form.get("code", "")
    if niveau not in set(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    etude, erreurs = Etude.from_args(Niveau(niveau), code.upper(), champs)
    if erreurs:
        raise erreurs[0]
    par = _read_par(request.form.get("par", ""))
    if par is not None:
        series.check_serie(etude, par)
    with open_ecriture() as session:
        calcul = calculs.create(session, etude, par=par, now=dt.datetime.now(dt.UTC))
    return _go_to(calcul.public_id)


def _read_par(texte: str) -> Niveau | None:
    if not texte:
        return None
    if texte not in set(series.DECOUPAGES):
        raise InvalidInputError("par", texte, ", ".join(niveau.value for niveau in series.DECOUPAGES))
    return Niveau(texte)


@bp.get("/<public_id>")
def show_calcul(public_id: str) -> ResponseReturnValue:
    """How far a computation is, or what it answers."""
    session = get_session()
    calcul = calculs.get_calcul(session, public_id)
    territoire = territoires.get_territoire(session, Niveau(calcul.etude["niveau"]), calcul.etude["code"])
    page = build_page(calcul, territoire.nom, a_ouvrier=taches.has_ouvrier(session))
    reponse = Response(render_template("planification/calcul.html", page=page))
    reponse.cache_control.no_store = True
    return reponse


@bp.get("/<public_id>.json")
def read_calcul(public_id: str) -> ResponseReturnValue:
    """The same for programs: state, progress, study, result with exact figures."""
    reponse = jsonify(calculs.describe(calculs.get_calcul(get_session(), public_id), complet=True))
    reponse.cache_control.no_store = True
    return reponse


@bp.post("/<public_id>/annuler")
def cancel(public_id: str) -> ResponseReturnValue:
    """Give a computation up."""
    with open_ecriture() as session:
        calculs.cancel(session, public_id, now=dt.datetime.now(dt.UTC))
    return _go_to(public_id)


def _go_to(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("calculs.show_calcul", public_id=public_id), HTTPStatus.SEE_OTHER)
