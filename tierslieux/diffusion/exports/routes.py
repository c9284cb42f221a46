"""The page of downloads and the files themselves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tierslieux import envois, limites
from tierslieux.core.db import open_instantane
from tierslieux.diffusion.exports import services
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.diffusion.exports.page import build_page
from tierslieux.diffusion.exports.params import read_selection, write_args
from tierslieux.diffusion.exports.registre import Format, get_format
from tierslieux.extensions import get_etat, get_session
from tierslieux.lieux.extraction import Selection, read_version
from tierslieux.territoires.enums import Niveau

bp = Blueprint("exports", __name__)
envois.init_blueprint(bp)


@bp.get("/donnees/telecharger")
def show_telechargements() -> str:
    """What can be downloaded of a part of the base, in every format."""
    selection = read_selection(request.args)
    session = get_session()
    services.check_selection(session, selection)
    return render_template("diffusion/telecharger.html", page=build_page(session, selection))


@bp.get("/donnees/export/<code>")
def download(code: str) -> Response:
    """A file of a part of the base; nothing is written again for an unchanged base."""
    forme = get_format(code)
    selection = read_selection(request.args)
    session = open_instantane(get_etat().session_factory)
    try:
        services.check_selection(session, selection)
        reponse = _build_entetes(session, forme, selection)
        if request.if_none_match.contains_weak(reponse.get_etag()[0] or ""):
            reponse.status_code = 304
        elif request.method != "HEAD":
            return _fill(reponse, session, forme, selection)
    except BaseException:
        session.close()
        raise
    session.close()
    return reponse


def _build_entetes(session: Session, forme: Format, selection: Selection) -> Response:
    """An empty answer with what is known before any place is read."""
    version = read_version(session)
    nom = services.build_nom(
        forme,
        jour=dt.datetime.now(dt.UTC).date(),
        producteur=services.find_producteur(get_etat().settings.editeur),
        territoire=services.build_nom_territoire(session, selection),
    )
    reponse = envois.build_entetes(
        forme.mimetype, nom, services.build_etag(version, forme, selection, request.url_root)
    )
    reponse.last_modified = version.modifiee_at
    return reponse


def _fill(reponse: Response, session: Session, forme: Format, selection: Selection) -> Response:
    """The answer with its file; the session is closed when it is read, or written. Raises OccupeError."""
    if selection.niveau is Niveau.FRANCE and selection.texte is None:
        limites.consume("fichier-entier")

    def prepare() -> Contexte:
        contexte = services.build_contexte(session, selection, racine=request.url_root)
        _add_comptes(reponse, forme, selection, contexte)
        return contexte

    def write(chemin: Path) -> None:
        services.write(session, forme, selection, prepare(), chemin)

    if forme.flux:
        return envois.fill_flux(reponse, session, lambda: services.stream(session, forme, selection, prepare()))
    return envois.fill_fichier(reponse, session, forme.extension, write)


def _add_comptes(reponse: Response, forme: Format, selection: Selection, contexte: Contexte) -> None:
    """What a CSV cannot say of itself: how many places, of which day, under which licences, and what is left out."""
    compte = contexte.compte
    args: dict[str, Any] = dict(write_args(selection))
    liens = [f'<{url_for("imports.show_donnees")}>; rel="license"']
    reponse.headers["X-Lieux"] = str(compte.lieux)
    if contexte.date:
        reponse.headers["X-Date-Donnees"] = contexte.date.isoformat()
    # Headers are ASCII.
    reponse.headers["X-Licences"] = quote(" ; ".join(contexte.licences), safe=" ;,.()/'")
    if forme.est_national:
        reponse.headers["X-Lieux-Exportes"] = str(compte.complets)
        reponse.headers["X-Lieux-Non-Exportes"] = str(compte.lieux - compte.complets)
        liens.append(f'<{url_for("exports.download", code="mediation-non-exportes", **args)}>; rel="describedby"')
    reponse.headers["Link"] = ", ".join(liens)
