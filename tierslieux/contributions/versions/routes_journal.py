"""The audit log: a page with filters, and the same rows as a file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from tierslieux.comptes import acces
from tierslieux.comptes.acces import require_role
from tierslieux.comptes.droits import Role
from tierslieux.comptes.pages import get_now
from tierslieux.contributions.versions import audit
from tierslieux.contributions.versions.blueprint import bp
from tierslieux.contributions.versions.params import parse_filtre
from tierslieux.contributions.versions.presenters_moderation import build_journal
from tierslieux.core.tableurs import neutralize_ligne
from tierslieux.core.texte_csv import MARQUE, render_lignes
from tierslieux.extensions import close_session, get_etat, get_session

SEPARATEUR = ";"


@bp.get("/moderation/journal")
@require_role(Role.MODERATEUR)
def show_journal() -> ResponseReturnValue:
    """Who did what, when, in the moderator's territories."""
    personne, filtre = acces.get_personne(), parse_filtre(request.args)
    perimetres = personne.list_perimetres(Role.MODERATEUR)
    lecture = audit.read_journal(get_session(), perimetres, filtre, moi=personne.pseudonyme)
    return render_template("contributions/versions/journal.html", page=build_journal(lecture, filtre))


@bp.get("/moderation/journal.csv")
@require_role(Role.MODERATEUR)
def download_journal() -> ResponseReturnValue:
    """The rows of the same filter as a file."""
    personne, filtre = acces.get_personne(), parse_filtre(request.args)
    perimetres = personne.list_perimetres(Role.MODERATEUR)
    close_session(None)
    session_factory = get_etat().session_factory

    def write() -> Iterator[str]:
        yield MARQUE + render_lignes([audit.COLONNES], separateur=SEPARATEUR)
        with session_factory() as session:
            for ligne in audit.iter_journal(session, perimetres, filtre, moi=personne.pseudonyme):
                yield render_lignes([neutralize_ligne(list(ligne))], separateur=SEPARATEUR)

    nom = f"journal-{get_now().date().isoformat()}.csv"
    entetes = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return Response(write(), mimetype="text/csv", headers=entetes)
