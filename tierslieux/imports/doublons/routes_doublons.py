"""Pages where people say whether two records are one place. Behind the private link (acces.py)."""

from __future__ import annotations

import datetime as dt
import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from tierslieux.core.db import transaction
from tierslieux.extensions import get_etat, get_session
from tierslieux.imports.depots.acces import require_acces
from tierslieux.imports.doublons import revue
from tierslieux.imports.doublons.presenters_doublons import build_doublon_page, build_doublons_page

bp = Blueprint("doublons", __name__, url_prefix="/imports/doublons")

DEPARTEMENT = re.compile(r"\d[\dAB]\d?", re.ASCII)
PAGE_MAX = 10_000


@bp.get("")
@require_acces
def list_doublons() -> ResponseReturnValue:
    """The queue, oldest first; a département or a page that means nothing is left out."""
    departement = request.args.get("departement", "").strip().upper()
    choisi = departement if DEPARTEMENT.fullmatch(departement) else None
    page = min(max(request.args.get("page", 1, type=int), 1), PAGE_MAX)
    reunies = request.args.get("etat") == "reunis"
    file = revue.list_revue(get_session(), departement=choisi, page=page, reunies=reunies)
    contexte = build_doublons_page(file, departement=choisi, page=page, reunies=reunies)
    return render_template("imports/doublons.html", page=contexte)


@bp.get("/<int:paire_id>")
@require_acces
def show_doublon(paire_id: int) -> ResponseReturnValue:
    """Both records side by side."""
    _check_id(paire_id)
    session = get_session()
    detail = revue.get_paire(session, paire_id)
    suivante = revue.find_suivante(session, paire_id)
    page = build_doublon_page(detail, today=dt.datetime.now(dt.UTC).date(), suivante=suivante)
    return render_template("imports/doublon.html", page=page)


@bp.post("/<int:paire_id>/<any(meme, different):decision>")
@require_acces
def decide(paire_id: int, decision: str) -> ResponseReturnValue:
    """Keep what a person says; the page then says it, with a way back."""
    _check_id(paire_id)
    session_factory = get_etat().session_factory
    with session_factory() as session, transaction(session):
        revue.decide(session, paire_id, est_meme=decision == "meme", now=dt.datetime.now(dt.UTC))
    return redirect(url_for("doublons.show_doublon", paire_id=paire_id), 303)


@bp.post("/<int:paire_id>/annuler")
@require_acces
def undo(paire_id: int) -> ResponseReturnValue:
    """Take the last decision back."""
    _check_id(paire_id)
    session_factory = get_etat().session_factory
    with session_factory() as session, transaction(session):
        revue.undo(session, paire_id, now=dt.datetime.now(dt.UTC))
    return redirect(url_for("doublons.show_doublon", paire_id=paire_id), 303)


def _check_id(paire_id: int) -> None:
    """A number that no row can have is no pair, not an error of the database."""
    if paire_id >= 2**63:
        raise NotFound
