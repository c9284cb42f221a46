"""Routes of personal data: get what is kept of you, have it erased, have what concerns you taken off a place's page.

An address that holds a secret is never kept by a browser nor told to the pages that it leads to.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from tierslieux import courriels, limites
from tierslieux.comptes import effacement
from tierslieux.comptes.acces import get_personne, require_personne
from tierslieux.contributions import auteurs, services
from tierslieux.contributions.donnees import effacements, extractions, oppositions, queries
from tierslieux.contributions.donnees.forms import ConfirmationForm, OppositionForm
from tierslieux.contributions.donnees.presenters import OppositionPage, build_champs
from tierslieux.contributions.donnees.regles import JOURS_OPPOSITION
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import CLE, get_etat, get_session, open_ecriture
from tierslieux.lieux import liens
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import Lieu

bp = Blueprint("donnees_personnelles", __name__)


def init_donnees(app: Flask) -> None:
    """Have whoever deletes an account forgotten here too."""
    settings = app.extensions[CLE].settings
    effacement.register(effacements.build_oubli(settings.secret_key, settings.var_dir / courriels.DOSSIER))


def _get_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _get_secret() -> str:
    return get_etat().settings.secret_key


def _get_dossier() -> Path:
    return get_etat().settings.var_dir / courriels.DOSSIER


def _close(reponse: Response) -> Response:
    """Keep a page whose address is a key out of caches, of search engines and of the Referer of every other page."""
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


def _build_fichier(document: Mapping[str, Any]) -> Response:
    texte = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    reponse = Response(texte, mimetype="application/json")
    reponse.headers["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return _close(reponse)


# --- What is kept of you ---------------------------------------------------------------------------------------------


@bp.get("/compte/mes-donnees")
@require_personne
def download_compte() -> ResponseReturnValue:
    """Everything kept of who is signed in."""
    personne = get_personne()
    limites.consume("export-donnees", cle=personne.pseudonyme)
    document = extractions.build_compte(get_session(), personne.compte_id, secret=_get_secret(), now=_get_now())
    return _build_fichier(document)


@bp.get("/contributions/<public_id>/<jeton>/mes-donnees.json")
def download_suivi(public_id: str, jeton: str) -> ResponseReturnValue:
    """Everything kept of a proposal, by its private address."""
    limites.consume("export-donnees")
    document = extractions.build_suivi(get_session(), public_id, jeton, secret=_get_secret(), now=_get_now())
    return _build_fichier(document)


# --- Erasing ----------------------------------------------------------------------------------------------------------


@bp.get("/contributions/<public_id>/<jeton>/effacer")
def show_effacement(public_id: str, jeton: str) -> ResponseReturnValue:
    """What erasing takes and what stays."""
    return _render_effacement(public_id, jeton, ConfirmationForm(formdata=None))


@bp.post("/contributions/<public_id>/<jeton>/effacer")
def erase(public_id: str, jeton: str) -> ResponseReturnValue:
    """Erase the person; the private address opens nothing any more."""
    form = ConfirmationForm()
    if not form.validate():
        return _render_effacement(public_id, jeton, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with open_ecriture() as ecriture:
        auteur = services.get_par_jeton(ecriture, public_id, jeton).auteur
        effacements.erase_par_jeton(
            ecriture, public_id, jeton, secret=_get_secret(), dossier=_get_dossier(), now=_get_now()
        )
    if session.get(auteurs.CLE) == auteur:
        # What this browser sends from now on has another name.
        session.pop(auteurs.CLE)
    return _close(make_response(render_template("contributions/donnees/efface.html")))


def _render_effacement(
    public_id: str, jeton: str, form: ConfirmationForm, statut: HTTPStatus = HTTPStatus.OK
) -> Response:
    proposition = services.get_par_jeton(get_session(), public_id, jeton)
    page = render_template(
        "contributions/donnees/effacer.html",
        form=form,
        public_id=public_id,
        jeton=jeton,
        nom=proposition.nom,
        a_compte=proposition.compte_id is not None,
    )
    return _close(make_response(page, statut))


# --- What concerns you on the page of a place -------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/opposition")
def show_opposition(public_id: str) -> ResponseReturnValue:
    """Choose what is not to be shown any more."""
    lieu = _find_lieu(public_id)
    if isinstance(lieu, str):
        return redirect(url_for("donnees_personnelles.show_opposition", public_id=lieu))
    return _render_opposition(lieu, OppositionForm(formdata=None), est_faite=request.args.get("fait") == "1")


@bp.post("/lieux/<public_id>/opposition")
def oppose(public_id: str) -> ResponseReturnValue:
    """Hide it at once."""
    lieu = _find_lieu(public_id)
    if isinstance(lieu, str):
        return redirect(url_for("donnees_personnelles.show_opposition", public_id=lieu), HTTPStatus.SEE_OTHER)
    form = OppositionForm()
    montres = oppositions.list_champs(get_session(), lieu.id)
    choisis = [champ for champ in form.champs.data or () if champ in montres]
    if not form.validate():
        return _render_opposition(lieu, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if choisis:
        limites.consume("opposition")
        auteur = auteurs.find_auteur()
        reseau = auteurs.digest_reseau()
        with open_ecriture() as ecriture:
            oppositions.oppose(
                ecriture,
                lieu.id,
                choisis,
                auteur=auteur.pseudonyme,
                compte_id=auteur.compte_id,
                reseau=reseau,
                secret=_get_secret(),
                now=_get_now(),
            )
    return redirect(
        url_for("donnees_personnelles.show_opposition", public_id=public_id, fait="1"), HTTPStatus.SEE_OTHER
    )


def _find_lieu(public_id: str) -> Lieu | str:
    """The place, or the public id of the one that has taken it over; raises NotFoundError."""
    lieu = queries.find_lieu(get_session(), public_id)
    if lieu is not None and lieu.statut != Statut.MASQUE:
        return lieu
    heritier = liens.find_heritier(get_session(), public_id) if lieu is not None else None
    if heritier is None:
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    return heritier


def _render_opposition(
    lieu: Lieu, form: OppositionForm, statut: HTTPStatus = HTTPStatus.OK, *, est_faite: bool = False
) -> Response:
    page = OppositionPage(
        public_id=lieu.public_id,
        nom=lieu.nom,
        champs=build_champs(oppositions.list_champs(get_session(), lieu.id)),
        est_faite=est_faite,
        jours=JOURS_OPPOSITION,
    )
    return make_response(render_template("contributions/donnees/opposition.html", page=page, form=form), statut)
