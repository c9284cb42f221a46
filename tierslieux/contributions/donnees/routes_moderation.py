"""Routes of moderators about oppositions: see those that wait, confirm one, lift one that is an abuse."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.comptes.acces import get_personne, require_role
from tierslieux.comptes.droits import Role
from tierslieux.contributions import perimetres
from tierslieux.contributions.donnees import oppositions
from tierslieux.contributions.donnees.forms import DecisionForm
from tierslieux.contributions.donnees.presenters import build_demandes
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.extensions import get_session, open_ecriture

bp = Blueprint("oppositions", __name__)

DECISIONS = {"confirmer": oppositions.confirm, "lever": oppositions.lift}


@bp.get("/moderation/oppositions")
@require_role(Role.MODERATEUR)
def list_oppositions() -> ResponseReturnValue:
    """Oppositions that wait, in one's own territories."""
    perimetres_vus = get_personne().list_perimetres(Role.MODERATEUR)
    demandes = build_demandes(oppositions.list_demandes(get_session(), perimetres_vus))
    return render_template(
        "contributions/donnees/oppositions.html",
        demandes=demandes,
        form=DecisionForm(formdata=None),
        fait=request.args.get("fait", ""),
    )


@bp.post("/moderation/oppositions/<int:numero>")
@require_role(Role.MODERATEUR)
def decide_opposition(numero: int) -> ResponseReturnValue:
    """Do what the button says; an opposition of another territory does not exist."""
    personne = get_personne()
    commune_code = oppositions.find_commune_code(get_session(), numero)
    if not personne.can(Role.MODERATEUR, perimetres.find_echelle(get_session(), commune_code)):
        raise NotFoundError
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        raise InvalidInputError("decision", decision, ", ".join(DECISIONS))
    with open_ecriture() as ecriture:
        DECISIONS[decision](ecriture, numero, acteur=personne.pseudonyme, now=dt.datetime.now(dt.UTC))
    return redirect(url_for("oppositions.list_oppositions", fait=decision), HTTPStatus.SEE_OTHER)
