"""Routes of the pages of places: search and detail."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session
from tierslieux.lieux import liens, services
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.presenters import Etape, build_lieu_page
from tierslieux.lieux.recherche import Interpretation, interpret
from tierslieux.lieux.resultats import (
    Depart,
    EtatRecherche,
    RecherchePage,
    build_depart_commune,
    build_depart_point,
    build_noms_page,
    build_question_page,
    build_resultats_page,
    list_alternatives,
    list_communes_possibles,
)
from tierslieux.territoires.services import (
    CommuneTrouvee,
    find_commune,
    find_commune_at,
    get_contour,
    get_territoire,
)

bp = Blueprint("lieux", __name__)

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
COMMUNE_INCONNUE = "Nous ne connaissons pas cette commune."


@bp.get("/recherche")
def search_lieux() -> tuple[str, HTTPStatus]:
    """Places near what was asked; a request that holds senseless values is answered too, with 422."""
    demande = Demande.from_args(request.args)
    page = _search(get_session(), demande, now=dt.datetime.now(dt.UTC))
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if page.demande.erreurs else HTTPStatus.OK
    return render_template("lieux/recherche.html", page=page, adresse=request.url), statut


@bp.get("/lieux/<public_id>")
def show_lieu(public_id: str) -> ResponseReturnValue:
    """One place. One that was merged leads to the place that took it; another hidden one does not exist."""
    if not PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError("Ce lieu n’existe pas, ou n’existe plus.")
    session, now = get_session(), dt.datetime.now(dt.UTC)
    detail = services.get_lieu(session, public_id, now=now)
    if detail.statut is Statut.MASQUE:
        heritier = liens.find_heritier(session, public_id)
        if heritier is None:
            raise NotFoundError("Ce lieu n’est plus publié.")
        reponse = redirect(url_for("lieux.show_lieu", public_id=heritier), HTTPStatus.MOVED_PERMANENTLY)
        # A merge can be undone: browsers must ask again.
        reponse.headers["Cache-Control"] = "no-cache"
        return reponse
    ariane, contour = _find_commune_du_lieu(session, detail.resume.commune_code)
    page = build_lieu_page(detail, ariane, contour=contour, today=now.date())
    return render_template("lieux/lieu.html", page=page, adresse=request.base_url)


def _search(session: Session, demande: Demande, *, now: dt.datetime) -> RecherchePage:
    if demande.position is not None:
        ou = build_depart_point(demande.position, find_commune_at(session, demande.position))
        return _list_autour(session, demande, demande.criteres, ou, [], now=now)
    if demande.commune is not None:
        commune = find_commune(session, demande.commune)
        return _search_communes(session, demande, demande.criteres, [commune] if commune else [], now=now)
    interpretation = interpret(session, demande.q, now=now)
    criteres = _apply(interpretation, demande)
    if interpretation.lieux:
        autres = list_communes_possibles(interpretation.communes, criteres)
        return build_noms_page(demande, criteres, interpretation.lieux, today=now.date(), alternatives=autres)
    if interpretation.communes:
        return _search_communes(session, demande, criteres, interpretation.communes, now=now)
    etat = EtatRecherche.INCOMPRIS if demande.q and interpretation.est_vide else EtatRecherche.QUESTION
    return build_question_page(demande, criteres, etat=etat)


def _apply(interpretation: Interpretation, demande: Demande) -> Criteres:
    """The filters of the words, where the person has not chosen otherwise."""
    choisis, criteres = demande.filtres_choisis, demande.criteres
    return dataclasses.replace(
        criteres,
        besoin=criteres.besoin if "besoin" in choisis else interpretation.besoin,
        genre=criteres.genre if "genre" in choisis else interpretation.genre,
    )


def _search_communes(
    session: Session, demande: Demande, criteres: Criteres, communes: Sequence[CommuneTrouvee], *, now: dt.datetime
) -> RecherchePage:
    ou = build_depart_commune(communes[0]) if communes else None
    if ou is None:
        erreurs = (*demande.erreurs, COMMUNE_INCONNUE)
        return build_question_page(dataclasses.replace(demande, erreurs=erreurs), criteres, etat=EtatRecherche.QUESTION)
    return _list_autour(session, demande, criteres, ou, communes, now=now)


def _list_autour(
    session: Session,
    demande: Demande,
    criteres: Criteres,
    ou: Depart,
    communes: Sequence[CommuneTrouvee],
    *,
    now: dt.datetime,
) -> RecherchePage:
    resultats = services.list_proches(session, ou.position, criteres, now=now, apres=demande.apres)
    contour = get_contour(session, communes[0].niveau, communes[0].code, detail=True) if communes else None
    return build_resultats_page(
        demande,
        criteres,
        ou,
        resultats,
        today=now.date(),
        contour=contour,
        alternatives=list_alternatives(communes, criteres),
    )


def _find_commune_du_lieu(session: Session, code: str | None) -> tuple[list[Etape], BaseGeometry | None]:
    """The ladder of the place's commune and its outline; a commune that is not known gives neither."""
    commune = find_commune(session, code) if code else None
    if commune is None:
        return [], None
    detail = get_territoire(session, commune.niveau, commune.code)
    ariane = [(parent.nom, parent.niveau.value, parent.code) for parent in detail.parents]
    return [*ariane, (detail.nom, detail.niveau.value, detail.code)], get_contour(session, commune.niveau, commune.code)
