"""The page of downloads and the files themselves."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tierslieux.diffusion.exports import services
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.diffusion.exports.errors import OccupeError
from tierslieux.diffusion.exports.page import build_page
from tierslieux.diffusion.exports.params import read_selection, write_args
from tierslieux.diffusion.exports.registre import Format, get_format
from tierslieux.extensions import get_etat, get_session
from tierslieux.handlers import build_reponse
from tierslieux.lieux.extraction import Selection, read_version

bp = Blueprint("exports", __name__)

# Per process, out of the four threads of a web worker. A file is one core for seconds; a stream holds its thread for as
# long as its reader takes.
FICHIERS_MAX = 1
FLUX_MAX = 2
REESSAYER_S = 60
CINQ_MINUTES_S = 300
_MORCEAU = 64 * 1024

_fichiers = BoundedSemaphore(FICHIERS_MAX)
_flux = BoundedSemaphore(FLUX_MAX)


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
    session = services.open_session(get_etat().session_factory)
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


@bp.errorhandler(OccupeError)
def _handle_occupe(erreur: OccupeError) -> tuple[Response, int]:
    reponse, statut = build_reponse(503, erreur.message)
    reponse.headers["Retry-After"] = str(REESSAYER_S)
    return reponse, statut


def _build_entetes(session: Session, forme: Format, selection: Selection) -> Response:
    """An empty answer with what is known before any place is read."""
    version = read_version(session)
    nom = services.build_nom(
        forme,
        jour=dt.datetime.now(dt.UTC).date(),
        producteur=services.find_producteur(get_etat().settings.editeur),
        territoire=services.build_nom_territoire(session, selection),
    )
    reponse = Response(mimetype=forme.mimetype)
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse.headers["Accept-Ranges"] = "none"
    reponse.headers["Access-Control-Allow-Origin"] = "*"
    reponse.cache_control.public = True
    reponse.cache_control.max_age = CINQ_MINUTES_S
    # Weak: the same places, compressed or not.
    reponse.set_etag(services.build_etag(version, forme, selection, request.url_root), weak=True)
    reponse.last_modified = version.modifiee_at
    return reponse


def _fill(reponse: Response, session: Session, forme: Format, selection: Selection) -> Response:
    """The answer with its file; closes the session when it is read, or written. Raises OccupeError."""
    place = _flux if forme.flux else _fichiers
    if not place.acquire(blocking=False):
        raise OccupeError
    fin = ExitStack()
    fin.callback(place.release)
    fin.callback(session.close)
    try:
        contexte = services.build_contexte(session, selection, racine=request.url_root)
        _add_comptes(reponse, forme, selection, contexte)
        if forme.flux:
            flux = services.stream(session, forme, selection, contexte)
            fin.callback(flux.close)
            reponse.response = _close_after(flux, fin)
            # A reader who never starts, or leaves on the way, ends nothing by itself.
            reponse.call_on_close(fin.close)
            return reponse
        fichier = _write(session, forme, selection, contexte)
    except BaseException:
        fin.close()
        raise
    fin.close()
    fin.callback(fichier.close)
    reponse.content_length = os.fstat(fichier.fileno()).st_size
    reponse.response = _close_after(iter(partial(fichier.read, _MORCEAU), b""), fin)
    reponse.call_on_close(fin.close)
    return reponse


def _close_after(morceaux: Iterator[bytes], fin: ExitStack) -> Iterator[bytes]:
    with fin:
        yield from morceaux


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


def _write(session: Session, forme: Format, selection: Selection, contexte: Contexte) -> IO[bytes]:
    """The file, open to be read; it has no name any more and goes away when it is closed."""
    with tempfile.TemporaryDirectory(prefix="tierslieux-export-") as dossier:
        chemin = Path(dossier) / f"export.{forme.extension}"
        services.write(session, forme, selection, contexte, chemin)
        return chemin.open("rb")
