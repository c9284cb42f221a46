"""Pages of a place's history and records, which anybody may read. Moderators of its territory see buttons there."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tierslieux.comptes import acces
from tierslieux.comptes.droits import Personne
from tierslieux.contributions.versions import histoires, presenters
from tierslieux.contributions.versions.blueprint import bp
from tierslieux.contributions.versions.fiches_lieu import read_fiches
from tierslieux.contributions.versions.params import parse_avant, parse_public_id
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import get_session
from tierslieux.lieux import historique

PAR_PAGE = 10


@bp.get("/lieux/<public_id>/historique")
def show_historique(public_id: str) -> ResponseReturnValue:
    """Every version of a place, the last first."""
    session = get_session()
    lieu, personne = _get_lieu(session, public_id)
    toutes = histoires.list_versions(session, lieu.id)
    avant = parse_avant(request.args)
    restantes = [version for version in toutes if avant is None or version.id < avant]
    page = presenters.build_historique(
        lieu,
        histoires.read_versions(session, lieu.id, restantes[:PAR_PAGE]),
        total=len(toutes),
        est_premiere=len(restantes) == len(toutes),
        suivante=restantes[PAR_PAGE - 1].id if len(restantes) > PAR_PAGE else None,
        personne=personne,
    )
    return render_template("contributions/versions/historique.html", page=page)


@bp.get("/lieux/<public_id>/historique/<int:version>")
def show_version(public_id: str, version: int) -> ResponseReturnValue:
    """A place as it was at a version."""
    session = get_session()
    lieu, personne = _get_lieu(session, public_id)
    toutes = histoires.list_versions(session, lieu.id)
    voulue = next((une for une in toutes if une.id == version), None)
    if voulue is None:
        raise NotFoundError(_("Cette version n’existe pas."))
    page = presenters.build_version_page(
        lieu,
        histoires.read_versions(session, lieu.id, [voulue])[0],
        historique.get_valeurs(session, lieu.id, version),
        historique.get_valeurs(session, lieu.id),
        est_actuelle=voulue is toutes[0],
        personne=personne,
    )
    return render_template("contributions/versions/version.html", page=page)


@bp.get("/lieux/<public_id>/fiches")
def show_fiches(public_id: str) -> ResponseReturnValue:
    """What each source says of a place, and which one is believed."""
    session = get_session()
    lieu, personne = _get_lieu(session, public_id)
    if lieu.heritier is not None:
        return redirect(url_for("historique.show_fiches", public_id=lieu.heritier))
    page = presenters.build_fiches_page(lieu, read_fiches(session, lieu), personne=personne)
    return render_template("contributions/versions/fiches.html", page=page)


def _get_lieu(session: Session, public_id: str) -> tuple[histoires.LieuLu, Personne | None]:
    """The place, and who asks. A hidden place exists for those who look after its territory alone."""
    lieu = histoires.get_lieu(session, parse_public_id(public_id))
    personne = acces.find_personne()
    if personne is not None:
        acces.close_to_caches()
    if lieu.est_cache and not presenters.may_act(personne, lieu):
        raise NotFoundError(_("Ce lieu n’est plus publié."))
    return lieu, personne
