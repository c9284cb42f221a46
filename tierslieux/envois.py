"""Files that are sent to people: how many at a time, as a stream or from a temporary file, and what ends with them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from tierslieux.core.errors import TiersLieuxError
from tierslieux.handlers import build_reponse

# Per process, out of the four threads of a web worker. A file is one core for seconds; a stream holds its thread for as
# long as its reader takes.
FICHIERS_MAX = 1
FLUX_MAX = 2
REESSAYER_S = 60
CINQ_MINUTES_S = 300
_MORCEAU = 64 * 1024

_fichiers = BoundedSemaphore(FICHIERS_MAX)
_flux = BoundedSemaphore(FLUX_MAX)


class OccupeError(TiersLieuxError):
    """Le serveur prépare déjà un autre fichier. Réessayez dans une minute."""


def init_blueprint(bp: Blueprint) -> None:
    """Answer 503 and when to come back, when too many files are being made."""

    @bp.errorhandler(OccupeError)
    def _handle_occupe(erreur: OccupeError) -> tuple[Response, int]:
        reponse, statut = build_reponse(503, erreur.message)
        reponse.headers["Retry-After"] = str(REESSAYER_S)
        return reponse, statut


def build_entetes(mimetype: str, nom: str, etag: str) -> Response:
    """An empty answer for a file of this name. The validator is weak: the same file, compressed or not."""
    reponse = Response(mimetype=mimetype)
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse.headers["Accept-Ranges"] = "none"
    reponse.headers["Access-Control-Allow-Origin"] = "*"
    reponse.cache_control.public = True
    reponse.cache_control.max_age = CINQ_MINUTES_S
    reponse.set_etag(etag, weak=True)
    return reponse


def fill_flux(reponse: Response, session: Session, prepare: Callable[[], Generator[bytes]]) -> Response:
    """The answer with what `prepare()` gives, piece by piece; closes the session at its end. Raises OccupeError."""
    fin = _take(_flux, session)
    try:
        flux = prepare()
        fin.callback(flux.close)
        reponse.response = _close_after(flux, fin)
        # A reader who never starts, or leaves on the way, ends nothing by itself.
        reponse.call_on_close(fin.close)
    except BaseException:
        fin.close()
        raise
    return reponse


def fill_fichier(reponse: Response, session: Session, extension: str, write: Callable[[Path], None]) -> Response:
    """The answer with the file that `write(path)` makes; closes the session. Raises OccupeError."""
    with _take(_fichiers, session):
        fichier = _write(extension, write)
    fin = ExitStack()
    fin.callback(fichier.close)
    reponse.content_length = os.fstat(fichier.fileno()).st_size
    reponse.response = _close_after(iter(partial(fichier.read, _MORCEAU), b""), fin)
    reponse.call_on_close(fin.close)
    return reponse


def _take(place: BoundedSemaphore, session: Session) -> ExitStack:
    """What gives the place and the session back."""
    if not place.acquire(blocking=False):
        raise OccupeError
    fin = ExitStack()
    fin.callback(place.release)
    fin.callback(session.close)
    return fin


def _close_after(morceaux: Iterator[bytes], fin: ExitStack) -> Iterator[bytes]:
    with fin:
        yield from morceaux


def _write(extension: str, write: Callable[[Path], None]) -> IO[bytes]:
    """The file, open to be read; it has no name any more and goes away when it is closed."""
    with tempfile.TemporaryDirectory(prefix="tierslieux-export-") as dossier:
        chemin = Path(dossier) / f"export.{extension}"
        write(chemin)
        return chemin.open("rb")
