"""Tiles answered before the application: a map asks for dozens at once, and the application takes longer than a tile.

Only what is found or drawn is answered here. Everything else (errors, other addresses, other methods) goes on to
the application, whose routes say the same with its own pages of errors.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wsgi import get_host

from tierslieux.core.errors import TiersLieuxError
from tierslieux.diffusion.tuiles.couches import Famille
from tierslieux.diffusion.tuiles.params import CHEMIN_BOITE, RACINE, SUFFIXE_TUILE, Boite, read_famille
from tierslieux.diffusion.tuiles.reponses import MIMETYPE_GEOJSON, MIMETYPE_TUILE, Envoi, build_envoi
from tierslieux.diffusion.tuiles.services import Reponse, Tuiles, read_boite

logger = logging.getLogger(__name__)

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
DEBUT = f"{RACINE}/"


class CoucheTuiles:
    """Answer tiles; hand everything else to the application.

    `get_tuiles` and `open_session` are asked at each request: tests put others in their place.
    """

    def __init__(self, wsgi_app: Wsgi, get_tuiles: Callable[[], Tuiles], open_session: Callable[[], Session]) -> None:
        self._wsgi_app = wsgi_app
        self._get_tuiles = get_tuiles
        self._open_session = open_session

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        methode = environ.get("REQUEST_METHOD")
        envoi = self._find(environ.get("PATH_INFO", ""), environ) if methode in {"GET", "HEAD"} else None
        if envoi is None:
            return self._wsgi_app(environ, start_response)
        start_response(f"{envoi.statut.value} {envoi.statut.phrase}", envoi.entetes)
        return [envoi.corps] if methode == "GET" and envoi.corps else []

    def _find(self, chemin: str, environ: dict[str, Any]) -> Envoi | None:
        if not chemin.startswith(DEBUT):
            return None
        try:
            if chemin.endswith(SUFFIXE_TUILE):
                return self._find_tuile(chemin, environ)
            return self._find_boite(environ) if chemin == CHEMIN_BOITE else None
        except (TiersLieuxError, SQLAlchemyError) as erreur:
            # The application meets the same and says it; a database that is down answers it at once too.
            logger.debug("event=tile_left_to_the_application class=%s", type(erreur).__name__)
            return None

    def _find_tuile(self, chemin: str, environ: dict[str, Any]) -> Envoi | None:
        famille = read_famille(chemin)
        if famille is None:
            return None
        tuiles = self._get_tuiles()
        reponse = tuiles.find_en_memoire(chemin)
        if reponse is None:
            with tuiles.places, self._open_session() as session:
                reponse = tuiles.get_tuile(chemin, session)
        return _build(reponse, famille, MIMETYPE_TUILE, environ)

    def _find_boite(self, environ: dict[str, Any]) -> Envoi:
        boite = Boite.parse(_read_args(environ))
        racine = f"{_get_host_url(environ)}{environ.get('SCRIPT_NAME', '')}"
        with self._get_tuiles().places, self._open_session() as session:
            contenu = read_boite(session, boite, adresse=f"{racine}{CHEMIN_BOITE}")
        return _build(Reponse(contenu, ""), Famille.LIEUX, MIMETYPE_GEOJSON, environ)


def _build(reponse: Reponse, famille: Famille, mimetype: str, environ: dict[str, Any]) -> Envoi:
    return build_envoi(
        reponse,
        famille,
        mimetype=mimetype,
        version=_read_args(environ).get("v"),
        si_aucun=environ.get("HTTP_IF_NONE_MATCH"),
        encodages=environ.get("HTTP_ACCEPT_ENCODING", ""),
    )


def _read_args(environ: dict[str, Any]) -> dict[str, str]:
    requete = environ.get("QUERY_STRING", "")
    return dict(parse_qsl(requete, keep_blank_values=True)) if requete else {}


def _get_host_url(environ: dict[str, Any]) -> str:
    """The address of the site as the client wrote it, without path."""
    return f"{environ['wsgi.url_scheme']}://{get_host(environ)}"
