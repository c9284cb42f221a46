"""Routes of the pages of places: search and detail."""

from __future__ import annotations

import datetime as dt
import logging
import re
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry.base import BaseGeometry
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers

from tierslieux.canoniques import build_url_lieu
from tierslieux.core.db import transaction
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import get_etat, get_session
from tierslieux.langues import is_falc
from tierslieux.lieux import liens, recherches_vaines, services
from tierslieux.lieux.agenda import build_agenda
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import LIMITE, LIMITE_FALC
from tierslieux.lieux.presenters import Etape, build_lieu_page
from tierslieux.lieux.reponses import build_recherche
from tierslieux.lieux.resultats import RecherchePage
from tierslieux.territoires.adresses import find_public_id
from tierslieux.territoires.services import (
    find_commune,
    get_contour,
    get_territoire,
)

bp = Blueprint("lieux", __name__)
logger = logging.getLogger(__name__)

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
# Programs say what they are, or where they come from; browsers name no address. /robots.txt asks them to stay away.
_PROGRAMME = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|https?:", re.IGNORECASE)


@bp.get("/recherche")
def search_lieux() -> tuple[str, HTTPStatus]:
    """Places near what was asked; a request that holds senseless values is answered too, with 422."""
    now = dt.datetime.now(dt.UTC)
    demande = Demande.from_args(request.args, today=now.date())
    page = build_recherche(get_session(), demande, now=now, limite=LIMITE_FALC if is_falc() else LIMITE)
    _count_vaine(page, now)
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if page.demande.erreurs else HTTPStatus.OK
    return render_template("lieux/recherche.html", page=page, adresse=request.url), statut


def _count_vaine(page: RecherchePage, now: dt.datetime) -> None:
    """Count a search that found nothing near; when it cannot be written, the page matters more."""
    vaine = recherches_vaines.find_vaine(page)
    if vaine is None or not is_personne(request.headers) or not recherches_vaines.RECENTES.add(vaine, now):
        return
    try:
        with get_etat().session_factory() as session, transaction(session):
            recherches_vaines.count_vaine(session, vaine.commune_code, vaine.besoin, now.date())
    except SQLAlchemyError as erreur:
        logger.warning("search=not_counted error=%s", type(erreur).__name__)


def is_personne(entetes: Headers) -> bool:
    """Whether somebody has just asked for this page, as far as a browser tells; nothing of it is kept.

    Not a program; not a page fetched before anybody wants it; not one that is read again.
    """
    programme = entetes.get("User-Agent", "")
    if not programme or _PROGRAMME.search(programme):
        return False
    if entetes.get("Sec-Purpose") or entetes.get("Purpose") or entetes.get("X-Moz"):
        return False
    if entetes.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    return not ({"max-age=0", "no-cache"} & {mot.strip() for mot in entetes.get("Cache-Control", "").split(",")})


@bp.get("/lieux/<public_id>")
def show_lieu(public_id: str) -> ResponseReturnValue:
    """One place, by its short address."""
    if not PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    return _show_lieu(public_id, est_nomme=False)


@bp.get("/lieux/<public_id>/calendrier.ics")
def download_calendrier(public_id: str) -> ResponseReturnValue:
    """The coming openings of a place, for the agenda of a phone; none without hours that can be read."""
    if not PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    now = dt.datetime.now(dt.UTC)
    detail = services.get_lieu(get_session(), public_id, now=now)
    heritier = liens.find_heritier(get_session(), public_id) if detail.statut is Statut.MASQUE else None
    if heritier is not None:
        return redirect(url_for("lieux.download_calendrier", public_id=heritier))
    if detail.statut is not Statut.PUBLIE:
        raise NotFoundError(_("Ce lieu n’est plus publié."))
    contenu = build_agenda(detail, now, url_for("lieux.show_lieu", public_id=public_id, _external=True))
    if contenu is None:
        raise NotFoundError(_("Nous ne connaissons pas les horaires de ce lieu. Téléphonez avant de venir."))
    entetes = {"Content-Disposition": f'attachment; filename="lieu-{public_id}.ics"'}
    return Response(contenu, mimetype="text/calendar", headers=entetes)


@bp.get("/<region>/<departement>/<commune>/<lieu>", strict_slashes=False)
def show_lieu_nomme(lieu: str, **_territoires: str) -> ResponseReturnValue:
    """One place, by its names: the id in the end decides, and names that are not its own lead to the right ones."""
    public_id = find_public_id(lieu)
    if public_id is None:
        raise NotFoundError
    return _show_lieu(public_id, est_nomme=True)


def _show_lieu(public_id: str, *, est_nomme: bool) -> ResponseReturnValue:
    """The page of a place. One that was merged leads to the one that took it; another hidden one does not exist."""
    session, now = get_session(), dt.datetime.now(dt.UTC)
    detail = services.get_lieu(session, public_id, now=now)
    if detail.statut is Statut.MASQUE:
        heritier = liens.find_heritier(session, public_id)
        if heritier is None:
            raise NotFoundError(_("Ce lieu n’est plus publié."))
        reponse = redirect(url_for("lieux.show_lieu", public_id=heritier), HTTPStatus.MOVED_PERMANENTLY)
        # A merge can be undone: browsers must ask again.
        reponse.headers["Cache-Control"] = "no-cache"
        return reponse
    ariane, contour = _find_commune_du_lieu(session, detail.resume.commune_code)
    if est_nomme:
        canonique = build_url_lieu(ariane, detail.resume.nom, public_id)
        if canonique != request.script_root + request.path:
            reponse = redirect(canonique, HTTPStatus.MOVED_PERMANENTLY)
            # A name can come back: browsers must ask again.
            reponse.headers["Cache-Control"] = "no-cache"
            return reponse
    # On paper and in messages, the short one: people type it.
    adresse = url_for("lieux.show_lieu", public_id=public_id, _external=True)
    page = build_lieu_page(detail, ariane, contour=contour, today=now.date(), now=now, adresse=adresse)
    return render_template("lieux/lieu.html", page=page, adresse=adresse)


def _find_commune_du_lieu(session: Session, code: str | None) -> tuple[list[Etape], BaseGeometry | None]:
    """The ladder of the place's commune and its outline; a commune that is not known gives neither."""
    commune = find_commune(session, code) if code else None
    if commune is None:
        return [], None
    detail = get_territoire(session, commune.niveau, commune.code)
    ariane = [(parent.nom, parent.niveau.value, parent.code) for parent in detail.parents]
    return [*ariane, (detail.nom, detail.niveau.value, detail.code)], get_contour(session, commune.niveau, commune.code)
