"""Routes of simulations: open, close or move a place and see at once what changes."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import NotFoundError, TiersLieuxError
from tierslieux.extensions import get_session
from tierslieux.planification.simulation.pages import Reponse, answer, build_page
from tierslieux.planification.simulation.presenters import SimulationPage, build_json, write_annonce
from tierslieux.territoires.enums import Niveau

bp = Blueprint("simulation", __name__)

# Parts of the page that a change replaces, each with its template.
FRAGMENTS = ("erreurs", "changements", "chiffres", "carte", "outils", "communes", "suite")


@bp.get("/territoires/<niveau>/<code>/simuler")
def show_simulation(niveau: str, code: str) -> ResponseReturnValue:
    """The page; a change that is asked for leads to the address of the study that has it."""
    reponse = _answer(niveau, code)
    if reponse.est_changee and not reponse.erreurs:
        return redirect(_build_adresse(reponse), HTTPStatus.SEE_OTHER)
    page = build_page(get_session(), reponse)
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if reponse.erreurs else HTTPStatus.OK
    return render_template("planification/simulation.html", page=page, demande=reponse.demande), statut


@bp.get("/territoires/<niveau>/<code>/simuler.json")
def read_simulation(niveau: str, code: str) -> ResponseReturnValue:
    """The same as data; with `fragments=1`, the parts of the page too. What is refused changes nothing."""
    try:
        reponse = _answer(niveau, code)
        page = build_page(get_session(), reponse, avec_fond="complet" in request.args)
    except NotFoundError as erreur:
        return jsonify(erreurs=[erreur.message]), HTTPStatus.NOT_FOUND
    except TiersLieuxError as erreur:
        return jsonify(erreurs=[erreur.message]), HTTPStatus.UNPROCESSABLE_ENTITY
    donnees = build_json(reponse.evaluation, page)
    donnees["change"] = reponse.est_changee
    donnees["adresse"] = _build_adresse(reponse)
    donnees["annonce"] = " ".join(reponse.erreurs) if reponse.erreurs else write_annonce(page)
    if "fragments" in request.args:
        donnees["fragments"] = _render_fragments(page)
    return jsonify(donnees), HTTPStatus.UNPROCESSABLE_ENTITY if reponse.erreurs else HTTPStatus.OK


def _answer(niveau: str, code: str) -> Reponse:
    if niveau not in set(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    args = request.args.to_dict(flat=False)
    return answer(get_session(), Niveau(niveau), code.upper(), args, now=dt.datetime.now(dt.UTC))


def _build_adresse(reponse: Reponse) -> str:
    """The address of the study and of the view of it: once something has changed, only the words of the lists stay."""
    cles = ("cherche",) if reponse.est_changee else ("cherche", "carte", "page", "deplacer", "ou")
    vue = {cle: [request.args[cle]] for cle in cles if request.args.get(cle)}
    etude = reponse.etude
    args: dict[str, Any] = {"niveau": etude.niveau.value, "code": etude.code} | etude.to_args() | vue
    return url_for("simulation.show_simulation", **args)


def _render_fragments(page: SimulationPage) -> dict[str, str]:
    return {nom: render_template(f"planification/simulation/_{nom}.html", page=page) for nom in FRAGMENTS}
