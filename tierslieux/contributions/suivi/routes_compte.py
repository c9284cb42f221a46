"""What somebody who has an account has proposed, with where each proposal is."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from tierslieux.comptes.acces import get_personne, require_personne
from tierslieux.contributions.liens_prives import build_jeton_courriel
from tierslieux.contributions.suivi import services
from tierslieux.contributions.suivi.pages import bp
from tierslieux.contributions.suivi.presenters import build_miennes
from tierslieux.extensions import get_etat, get_session


@bp.get("/compte/contributions")
@require_personne
def list_miennes() -> ResponseReturnValue:
    """One's own proposals, the last one first; each leads to its private page."""
    propositions = services.list_miennes(get_session(), get_personne().pseudonyme)
    secret = get_etat().settings.secret_key
    jetons = {
        proposition.public_id: build_jeton_courriel(secret, proposition.public_id, proposition.jeton_sha256)
        for proposition in propositions
        if proposition.jeton_sha256 is not None
    }
    page = build_miennes(propositions, jetons)
    return render_template("contributions/suivi/miennes.html", propositions=page)
