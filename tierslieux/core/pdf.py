"""PDF from HTML by WeasyPrint: tagged (PDF/UA-1), one at a time, and never anything read but what is given here."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
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
# Both weights of the font, and a drawing: what documents are made of.
_ESSAI = (
    '<!doctype html><html lang="fr"><head><title>Essai</title></head><body><h1>Élan</h1><p>aà <b>é</b></p>'
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    "</body></html>"
)


class PdfIndisponibleError(TiersLieuxError):
    """The libraries that draw text are not on this machine."""

    texte = N_("Le site ne peut pas faire de PDF en ce moment.")


class PdfOccupeError(TiersLieuxError):
    """Others' documents are being made."""

    texte = N_("Beaucoup de personnes demandent un PDF en ce moment.")


def render_pdf(html: str, feuille: Path = FEUILLE, serree: Path | None = None) -> bytes:
    """The document as tagged A4, in the style of a sheet; raises PdfIndisponibleError and PdfOccupeError.

    `serree` is a sheet laid over the first one when the document takes more than one page.
    `html` has its language on its root and its title in its head: both stand in the document. Images are drawings
    inside it; addresses of images, styles or files are refused, whatever they are.
    """
    weasyprint = _load()
    # No protocol at all: neither the network, nor files, nor data in addresses.
    rien = weasyprint.urls.URLFetcher(allowed_protocols=())
    with _take_turn():
        source = weasyprint.HTML(string=html, url_fetcher=rien)
        styles = [weasyprint.CSS(string=_read_feuille(feuille), url_fetcher=rien)]
        document = source.render(stylesheets=styles, pdf_variant=VARIANTE)
        if serree is not None and len(document.pages) > 1:
            styles.append(weasyprint.CSS(string=_read_feuille(serree), url_fetcher=rien))
            document = source.render(stylesheets=styles, pdf_variant=VARIANTE)
        contenu: bytes = document.write_pdf(pdf_variant=VARIANTE)
    return contenu


def warm_up() -> None:
    """Load the libraries and the font by a document that nobody reads, so that no person waits for them.

    Where no document can be made, the log says so once; whoever asks for one is told.
    """
    try:
        render_pdf(_ESSAI)
    except (PdfIndisponibleError, PdfOccupeError) as erreur:
        logger.info("event=pdf_not_warmed reason=%s", type(erreur).__name__)


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


# Not imported with the program: it takes a second, commands have no use for it, and it fails without Pango.
@cache
def _import() -> ModuleType:
    return importlib.import_module("weasyprint")


@cache
def _read_feuille(chemin: Path) -> str:
    return chemin.read_text(encoding="utf-8")
