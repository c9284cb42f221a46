"""Routes of the documents of a territory: the diagnostic on one page (PDF), the map that opens offline (HTML)."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.canoniques import build_absolue
from tierslieux.config import RACINE
from tierslieux.core.errors import NotFoundError
from tierslieux.core.pdf import PdfIndisponibleError, PdfOccupeError, render_pdf
from tierslieux.extensions import get_session
from tierslieux.observatoire.rapport import build_diagnostic
from tierslieux.observatoire.rapport_lecture import read_donnees
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail

bp = Blueprint("rapport", __name__)

FEUILLE = RACINE / "static/css/features/diagnostic.css"
FEUILLE_SERREE = RACINE / "static/css/features/diagnostic-serre.css"
# A document takes about a second: whoever found the workshop full has good chances after that.
REESSAI_S = 10
# The file has its own scripts and styles: should a browser show it all the same, it has no origin, ours or another.
POLITIQUE_CARTE = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)


@bp.errorhandler(PdfIndisponibleError)
@bp.errorhandler(PdfOccupeError)
def show_sans_pdf(erreur: PdfIndisponibleError | PdfOccupeError) -> ResponseReturnValue:
    """What to do without the document: print the page of the territory, or try again a little later."""
    occupe = isinstance(erreur, PdfOccupeError)
    vues = request.view_args or {}
    page = url_for("observatoire.show_territoire", niveau=vues["niveau"], code=vues["code"])
    contenu = render_template(
        "emporter/sans_pdf.html", message=erreur.message, occupe=occupe, page=page, adresse=request.full_path
    )
    entetes = {"Retry-After": str(REESSAI_S)} if occupe else {}
    return contenu, HTTPStatus.SERVICE_UNAVAILABLE, entetes


@bp.get("/territoires/<niveau>/<code>/diagnostic.pdf")
def download_diagnostic(niveau: str, code: str) -> ResponseReturnValue:
    """The diagnostic of a territory, one page A4; a page that says so where nothing is computed yet."""
    cle = _read_territoire(niveau, code)
    donnees = read_donnees(get_session(), *cle)
    page = url_for("observatoire.show_territoire", niveau=cle[0].value, code=cle[1])
    if donnees.est_vide:
        return _answer_vide(donnees.territoire, page)
    diagnostic = build_diagnostic(
        donnees,
        today=dt.datetime.now(dt.UTC).date(),
        adresse=build_absolue(page),
        adresse_methode=url_for("methode.show_methode", _external=True),
    )
    html = render_template("observatoire/rapport.html", rapport=diagnostic)
    reponse = Response(render_pdf(html, FEUILLE, FEUILLE_SERREE), mimetype="application/pdf")
    reponse.headers["Content-Disposition"] = f'inline; filename="diagnostic-{cle[0].value}-{cle[1]}.pdf"'
    reponse.headers["X-Robots-Tag"] = "noindex"
    reponse.headers["Cache-Control"] = "no-cache"
    return reponse


@bp.get("/territoires/<niveau>/<code>/carte.html")
def download_carte(niveau: str, code: str) -> ResponseReturnValue:
    """The map of a territory as one file that opens without network; never shown by this site."""
    # The library of maps takes a quarter of a second and 15 MB: only those who ask for one wait for it.
    from tierslieux.observatoire.rapport_carte import render_carte  # noqa: PLC0415
    from tierslieux.observatoire.rapport_carte_lecture import read_carte  # noqa: PLC0415

    cle = _read_territoire(niveau, code)
    now = dt.datetime.now(dt.UTC)
    donnees = read_carte(get_session(), *cle, now=now)
    page = url_for("observatoire.show_territoire", niveau=cle[0].value, code=cle[1])
    if donnees.est_vide:
        return _answer_vide(donnees.territoire, page)
    adresse = build_absolue(page)
    reponse = Response(render_carte(donnees, today=now.date(), adresse=adresse), mimetype="text/html")
    reponse.headers["Content-Disposition"] = f'attachment; filename="carte-{cle[0].value}-{cle[1]}.html"'
    reponse.headers["Content-Security-Policy"] = POLITIQUE_CARTE
    reponse.headers["X-Robots-Tag"] = "noindex"
    reponse.headers["Cache-Control"] = "no-cache"
    return reponse


def _answer_vide(territoire: TerritoireDetail, page: str) -> ResponseReturnValue:
    contenu = render_template("observatoire/sans_diagnostic.html", territoire=territoire, page=page)
    return contenu, HTTPStatus.NOT_FOUND


def _read_territoire(niveau: str, code: str) -> tuple[Niveau, str]:
    """The territory that an address names; raises NotFoundError."""
    if niveau not in list(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.", niveau=niveau, code=code)
    return Niveau(niveau), code.upper()
