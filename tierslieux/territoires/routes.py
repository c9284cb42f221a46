"""Routes of the pages of territories."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tierslieux import langues
from tierslieux.canoniques import build_url_code, build_url_pas
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.extensions import get_session
from tierslieux.lieux.connexions import ConnexionCommune, find_connexion
from tierslieux.lieux.denombrement import count_offres_par_enfant
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.services import count_offres, count_par_genre, list_commune
from tierslieux.territoires import services
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.presenters import LIEUX_MAX, Offre, build_territoire_page
from tierslieux.territoires.resolution import find_destinations, find_pas, list_propositions
from tierslieux.territoires.services import TerritoireDetail, TerritoireResume

bp = Blueprint("territoires", __name__)

# Outlines of the parts are drawn when they are few enough to be told apart on a small picture.
PARTIES_MAX = 200


@bp.get("/territoires")
def show_france() -> str:
    """The top of the ladder."""
    return _render(Niveau.FRANCE, CODE_FRANCE)


@bp.get("/territoires/<niveau>/<code>/lieux")
def show_territoire(niveau: str, code: str) -> str | Response:
    """The places of one territory."""
    if niveau not in set(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError(_("Ce territoire n’existe pas."))
    if niveau == Niveau.FRANCE:
        return redirect(url_for("territoires.show_france"), 301)
    return _render(Niveau(niveau), code.upper())


@bp.get("/<region>", strict_slashes=False)
@bp.get("/<region>/<departement>", strict_slashes=False)
@bp.get("/<region>/<departement>/<commune>", strict_slashes=False)
def show_nomme(region: str, departement: str | None = None, commune: str | None = None) -> ResponseReturnValue:
    """One territory by its name below its parents'; another writing of the names leads to the right one."""
    demandes = [pas for pas in (region, departement, commune) if pas is not None]
    session = get_session()
    destinations = find_destinations(session, demandes)
    if len(destinations) != 1:
        propositions = destinations or list_propositions(session, demandes)
        if not propositions:
            raise NotFoundError
        page = render_template("territoires/inconnu.html", propositions=propositions, has_homonymes=bool(destinations))
        return page, HTTPStatus.NOT_FOUND
    if not langues.is_ecrite(langues.get_langue()):
        return redirect(langues.build_adresse(langues.FR))
    adresse = build_url_pas(destinations[0].pas)
    if request.script_root + request.path != adresse:
        return redirect(adresse, HTTPStatus.MOVED_PERMANENTLY)
    return _render(destinations[0].niveau, destinations[0].code, adresse)


def _render(niveau: Niveau, code: str, adresse: str | None = None) -> str:
    """The page of a territory; `adresse` is its own by names, looked for when it is not given."""
    session = get_session()
    territoire = services.get_territoire(session, niveau, code)
    if adresse is None:
        pas = find_pas(session, territoire)
        adresse = build_url_code(niveau, code) if pas is None else build_url_pas(pas)
    enfants = services.list_enfants(session, territoire)
    page = build_territoire_page(
        territoire,
        enfants,
        _get_offre(session, territoire, enfants),
        # Overseas would make the picture of France a few dots on an ocean.
        contour=None if niveau is Niveau.FRANCE else services.get_contour(session, niveau, code, detail=True),
        parties=_list_parties(session, territoire, enfants),
        connexion=_find_connexion(session, territoire),
    )
    return render_template("territoires/territoire.html", page=page, adresse=adresse)


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


def _find_connexion(session: Session, territoire: TerritoireDetail) -> ConnexionCommune | None:
    """The connection of a commune, with distances from its town hall as searches have them."""
    if territoire.niveau is not Niveau.COMMUNE:
        return None
    lon, lat = territoire.mairie_lon, territoire.mairie_lat
    if lon is None or lat is None:
        lon, lat = territoire.lon, territoire.lat
    position = None if lon is None or lat is None else Position(lon, lat)
    return find_connexion(session, territoire.code, territoire.nom, position, now=dt.datetime.now(dt.UTC))


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
