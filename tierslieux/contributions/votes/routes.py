"""Pages where residents who have an account look at proposals, and where a territory chooses whether they may."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux import limites
from tierslieux.comptes.acces import get_ouverte, get_personne, require_personne, require_role
from tierslieux.comptes.droits import Role
from tierslieux.contributions.auteurs import digest_reseau
from tierslieux.contributions.votes import presenters, queries, services
from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import get_territoire

bp = Blueprint("votes", __name__)


@bp.get("/propositions")
@require_personne
def list_propositions() -> ResponseReturnValue:
    """Proposals of neighbours that wait for somebody to look at them."""
    compte = get_ouverte().compte
    propositions = services.list_votables(get_session(), compte)
    return render_template(
        "contributions/votes/liste.html",
        propositions=presenters.build_resumes(propositions),
        est_quelque_part=bool(services.list_ouverts(get_session())),
        sans_commune=compte.commune_code is None,
        fait=request.args.get("fait") == "1",
    )


@bp.get("/propositions/<public_id>")
@require_personne
def show_proposition(public_id: str) -> ResponseReturnValue:
    """One proposal, and two buttons."""
    session, pseudonyme = get_session(), get_personne().pseudonyme
    proposition = services.get_votable(session, public_id, pseudonyme)
    voix = {vote.auteur: vote.valeur for vote in queries.list_votes(session, proposition.id)}
    lieu = session.get(Lieu, proposition.lieu_id) if proposition.lieu_id is not None else None
    page = presenters.build_vote_page(
        proposition,
        services.count_votes(session, proposition),
        lieu=lieu.public_id if lieu else None,
        mien=voix.get(pseudonyme),
    )
    return render_template("contributions/votes/proposition.html", page=page)


@bp.post("/propositions/<public_id>/<any(pour, contre):valeur>")
@require_personne
def vote(public_id: str, valeur: str) -> ResponseReturnValue:
    """Keep a vote."""
    compte = get_ouverte().compte
    limites.consume("vote", cle=compte.pseudonyme)
    with open_ecriture() as session:
        services.vote(session, public_id, compte, valeur, reseau=digest_reseau(), now=dt.datetime.now(dt.UTC))
    return redirect(url_for("votes.list_propositions", fait=1), HTTPStatus.SEE_OTHER)


@bp.get("/moderation/reglages")
@require_role(Role.MODERATEUR)
def show_reglages() -> ResponseReturnValue:
    """What the territories of this moderator have chosen."""
    session = get_session()
    reglages = queries.list_reglages(session)
    vues = [
        presenters.ReglageVue(
            niveau.value, code, get_territoire(session, niveau, code).nom, reglages.get((niveau, code))
        )
        for niveau, code in dict.fromkeys(get_personne().list_perimetres(Role.MODERATEUR))
    ]
    return render_template("contributions/votes/reglages.html", reglages=vues, fait=request.args.get("fait") == "1")


@bp.post("/moderation/reglages/<niveau>/<code>")
@require_role(Role.MODERATEUR)
def set_reglage(niveau: str, code: str) -> ResponseReturnValue:
    """Write what a territory chooses; somebody else's territory does not exist."""
    personne = get_personne()
    if niveau not in set(Niveau):
        raise NotFoundError
    perimetre = (Niveau(niveau), code)
    if not services.may_set(personne.list_perimetres(Role.MODERATEUR), perimetre):
        raise NotFoundError
    avec_votes = request.form.get("avec_votes") == "oui"
    with open_ecriture() as session:
        services.set_reglage(
            session, perimetre, avec_votes=avec_votes, acteur=personne.pseudonyme, now=dt.datetime.now(dt.UTC)
        )
    return redirect(url_for("votes.show_reglages", fait=1), HTTPStatus.SEE_OTHER)
