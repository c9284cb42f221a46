"""Routes of the pages of territories."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, redirect, render_template, url_for
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session
from tierslieux.lieux.denombrement import count_offres_par_enfant
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.services import count_offres, count_par_genre, list_commune
from tierslieux.territoires import services
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.presenters import LIEUX_MAX, Offre, build_territoire_page
from tierslieux.territoires.services import TerritoireDetail, TerritoireResume

bp = Blueprint("territoires", __name__)

# Outlines of the parts are drawn when they are few enough to be told apart on a small picture.
PARTIES_MAX = 200


@bp.get("/territoires")
def show_france() -> str:
    """The top of the ladder."""
    return _render(Niveau.FRANCE, CODE_FRANCE)


@bp.get("/territoires/<niveau>/<code>")
def show_territoire(niveau: str, code: str) -> str | Response:
    """One territory."""
    if niveau not in set(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    if niveau == Niveau.FRANCE:
        return redirect(url_for("territoires.show_france"), 301)
    return _render(Niveau(niveau), code.upper())


def _render(niveau: Niveau, code: str) -> str:
    session = get_session()
    territoire = services.get_territoire(session, niveau, code)
    enfants = services.list_enfants(session, territoire)
    page = build_territoire_page(
        territoire,
        enfants,
        _get_offre(session, territoire, enfants),
        # Overseas would make the picture of France a few dots on an ocean.
        contour=None if niveau is Niveau.FRANCE else services.get_contour(session, niveau, code, detail=True),
        parties=_list_parties(session, territoire, enfants),
    )
    return render_template("territoires/territoire.html", page=page)


def _get_offre(
    session: Session, territoire: TerritoireDetail, enfants: dict[Niveau, tuple[TerritoireResume, ...]]
) -> Offre:
    niveau, code = territoire.niveau, territoire.code
    aides, tiers_lieux = count_offres(session, niveau, code)
    lieux = []
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        codes = [code, *(enfant.code for enfant in enfants.get(Niveau.ARRONDISSEMENT, ()))]
        now = dt.datetime.now(dt.UTC)
        lieux = list_commune(session, codes, Criteres(candidats=True), now=now, limite=LIEUX_MAX + 1)
    return Offre(
        aides,
        tiers_lieux,
        count_par_genre(session, niveau, code),
        {enfant: count_offres_par_enfant(session, enfant, niveau, code) for enfant in enfants},
        lieux,
    )


def _list_parties(
    session: Session, territoire: TerritoireDetail, enfants: dict[Niveau, tuple[TerritoireResume, ...]]
) -> list[BaseGeometry]:
    if territoire.niveau is Niveau.FRANCE or not enfants:
        return []
    premier = next(iter(enfants))
    if len(enfants[premier]) > PARTIES_MAX:
        return []
    parent = (territoire.niveau, territoire.code)
    return [contour.geometrie for contour in services.list_contours(session, premier, parent=parent)]
