"""PDF from HTML by WeasyPrint: tagged (PDF/UA-1), one at a time, and never anything read but what is given here."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType

from tierslieux.config import RACINE
from tierslieux.core.errors import TiersLieuxError
from tierslieux.core.textes import N_

logger = logging.getLogger(__name__)

VARIANTE = "pdf/ua-1"
FEUILLE = RACINE / "static/css/features/impression.css"
# Layout is pure computation: two at once take as long as one after the other, and twice the memory.
_ATELIER = threading.Lock()
# One document under way and one that waits: the other threads of the server are left to pages.
_FILE = threading.Semaphore(2)
# A list of 200 places takes about a second.
ATTENTE_S = 4.0


class PdfIndisponibleError(TiersLieuxError):
    """The libraries that draw text are not on this machine."""

    texte = N_("Le site ne peut pas faire de PDF en ce moment.")


class PdfOccupeError(TiersLieuxError):
    """Others' documents are being made."""

    texte = N_("Beaucoup de personnes demandent un PDF en ce moment.")


def render_pdf(html: str) -> bytes:
    """The document as tagged A4; raises PdfIndisponibleError and PdfOccupeError.

    `html` has its language on its root and its title in its head: both stand in the document. Images are drawings
    inside it; addresses of images, styles or files are refused, whatever they are.
    """
    weasyprint = _load()
    # No protocol at all: neither the network, nor files, nor data in addresses.
    rien = weasyprint.urls.URLFetcher(allowed_protocols=())
    with _take_turn():
        feuille = weasyprint.CSS(string=_read_feuille(), url_fetcher=rien)
        document = weasyprint.HTML(string=html, url_fetcher=rien)
        contenu: bytes = document.write_pdf(stylesheets=[feuille], pdf_variant=VARIANTE)
    return contenu


def find_obstacle() -> str | None:
    """Why no PDF can be made here, for the person who installs; None when it can."""
    try:
        _import()
    except OSError as erreur:
        return str(erreur).splitlines()[0]
    return None


@contextmanager
def _take_turn() -> Iterator[None]:
    if not _FILE.acquire(blocking=False):
        raise PdfOccupeError
    try:
        if not _ATELIER.acquire(timeout=ATTENTE_S):
            raise PdfOccupeError
        try:
            yield
        finally:
            _ATELIER.release()
    finally:
        _FILE.release()


def _load() -> ModuleType:
    try:
        return _import()
    except OSError as erreur:
        logger.error("event=pdf_unavailable reason=%s", str(erreur).splitlines()[0])  # noqa: TRY400 - no bug of ours
        raise PdfIndisponibleError from erreur


# Imported at the first document: it takes half a second, and fails on a machine without Pango.
@cache
def _import() -> ModuleType:
    return importlib.import_module("weasyprint")


@cache
def _read_feuille() -> str:
    return FEUILLE.read_text(encoding="utf-8")
