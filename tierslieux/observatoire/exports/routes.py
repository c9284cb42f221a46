"""Tables to download: one for each level of territory, and one for the parts of each territory."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from tierslieux import envois
from tierslieux.core.db import open_instantane
from tierslieux.extensions import get_etat
from tierslieux.observatoire.exports import services
from tierslieux.observatoire.exports.formats import Format, get_format, render_colonnes
from tierslieux.observatoire.exports.params import TOUS, Demande, read_demande_niveau, read_demande_territoire
from tierslieux.observatoire.exports.services import Tableau

bp = Blueprint("tableaux", __name__)
envois.init_blueprint(bp)


@bp.get("/donnees/territoires/<niveau>.<extension>")
def download_niveau(niveau: str, extension: str) -> Response:
    """Every territory of a level, a row each; nothing is written again while nothing has changed."""
    demande = read_demande_niveau(niveau, request.args)
    return _send(demande, get_format(extension))


@bp.get("/donnees/territoires/<niveau>-colonnes.csv")
def download_colonnes(niveau: str) -> Response:
    """What each column of the tables of a level means, and where it comes from."""
    demande = read_demande_niveau(niveau, request.args)
    with open_instantane(get_etat().session_factory) as session:
        reponse = _build_entetes(session, demande, services.COLONNES, "France", "text/csv")
        if not request.if_none_match.contains_weak(reponse.get_etag()[0] or ""):
            tableau = _prepare(session, demande, "France", reponse)
            reponse.data = render_colonnes(tableau.contexte)
            return reponse
    reponse.status_code = 304
    return reponse


@bp.get("/territoires/<niveau>/<code>/tableau.<extension>")
def download_tableau(niveau: str, code: str, extension: str) -> Response:
    """The parts of a territory, a row each, at the level that `parties` names."""
    demande = read_demande_territoire(niveau, code, request.args)
    return _send(demande, get_format(extension))


def _send(demande: Demande, forme: Format) -> Response:
    session = open_instantane(get_etat().session_factory)
    try:
        nom = services.check_demande(session, demande)
        reponse = _build_entetes(session, demande, forme.extension, nom, forme.mimetype)
        if request.if_none_match.contains_weak(reponse.get_etag()[0] or ""):
            reponse.status_code = 304
        elif request.method != "HEAD":
            return _fill(reponse, session, demande, forme, nom)
    except BaseException:
        session.close()
        raise
    session.close()
    return reponse


def _build_entetes(session: Session, demande: Demande, extension: str, nom: str, mimetype: str) -> Response:
    """An empty answer with what is known before any row is read."""
    etag = services.build_etag(session, demande, extension, request.url_root)
    fichier = services.build_nom(session, demande, nom, extension)
    return envois.build_entetes(mimetype, fichier, etag)


def _fill(reponse: Response, session: Session, demande: Demande, forme: Format, nom: str) -> Response:
    """The answer with its file; the session is closed when it is read, or written. Raises OccupeError."""

    def prepare() -> Tableau:
        return _prepare(session, demande, nom, reponse)

    if forme.flux is None:
        return envois.fill_fichier(
            reponse, session, forme.extension, lambda chemin: services.write(session, prepare(), forme, chemin)
        )
    return envois.fill_flux(reponse, session, lambda: services.stream(session, prepare(), forme))


def _prepare(session: Session, demande: Demande, nom: str, reponse: Response) -> Tableau:
    """What the file holds; the headers say what a CSV cannot say of itself."""
    tableau = services.prepare(session, demande, nom=nom, racine=request.url_root)
    contexte = tableau.contexte
    indicateurs = TOUS if demande.tous else None
    colonnes = url_for("tableaux.download_colonnes", niveau=demande.niveau.value, indicateurs=indicateurs)
    reponse.headers["X-Territoires"] = str(contexte.nombre)
    if contexte.date:
        reponse.headers["X-Date-Donnees"] = contexte.date.isoformat()
    # Headers are ASCII.
    reponse.headers["X-Licences"] = quote(" ; ".join(contexte.licences), safe=" ;,.()/'")
    reponse.headers["Link"] = f'<{url_for("imports.show_donnees")}>; rel="license", <{colonnes}>; rel="describedby"'
    return tableau
