"""Route of the guided orientation. Answers are read from the address, kept nowhere, and told to no other site."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request

from tierslieux.extensions import get_session
from tierslieux.orientation.enums import Etape
from tierslieux.orientation.params import Reponses
from tierslieux.orientation.presenters import build_question_page, build_resultat_page
from tierslieux.orientation.services import check_moment, propose, read_reponses

bp = Blueprint("orientation", __name__)


@bp.get("/orientation")
def show_etape() -> tuple[str, HTTPStatus]:
    """The next question, or the places proposed once all are answered.

    Senseless values are answered too, with 422: their question, what was not understood, and the other answers kept.
    """
    now = dt.datetime.now(dt.UTC)
    session = get_session()
    lues = Reponses.from_args(request.args.to_dict(flat=False), now.date())
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if lues.erreurs else HTTPStatus.OK
    lecture = read_reponses(session, lues, now=now)
    lecture = replace(lecture, reponses=check_moment(lecture.reponses, lecture.depart, now=now))
    etape = lecture.reponses.suivante
    if etape is not None or lecture.depart is None:
        page = build_question_page(etape or Etape.OU, lecture, now.date())
        return render_template("orientation/question.html", page=page, est_commencee=bool(request.args)), statut
    proposition = propose(session, lecture.reponses, lecture.depart, now=now)
    resultat = build_resultat_page(lecture, proposition, now.date())
    return render_template("orientation/resultat.html", page=resultat), statut


@bp.after_request
def _keep_reponses(response: Response) -> Response:
    """Sites that a page links to are not told its address, which holds the answers."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
