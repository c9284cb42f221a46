"""One table from error class to HTTP status, and the two faces of an error: a page in French, or one JSON shape."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from tierslieux import retours
from tierslieux.core import errors
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.logs import get_request_id

logger = logging.getLogger(__name__)

STATUTS: tuple[tuple[type[errors.TiersLieuxError], HTTPStatus], ...] = (
    (errors.NotFoundError, HTTPStatus.NOT_FOUND),
    (errors.ForbiddenError, HTTPStatus.FORBIDDEN),
    (errors.ConflictError, HTTPStatus.CONFLICT),
    (errors.TropDeDemandesError, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.InvalidInputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.ComputationError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.SourceError, HTTPStatus.BAD_GATEWAY),
    (errors.TiersLieuxError, HTTPStatus.INTERNAL_SERVER_ERROR),
)

# Addresses that programs ask: their errors are JSON too.
PREFIXES_JSON = ("/api/", "/tuiles/")

# What programs test; written out, because the phrases of http.HTTPStatus change from one Python to the next.
CODES: dict[int, str] = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "content_too_large",
    422: "unprocessable_entity",
    429: "too_many_requests",
    500: "internal_server_error",
    502: "bad_gateway",
    503: "service_unavailable",
}

MESSAGES: dict[int, str] = {
    400: N_("Votre navigateur a envoyé une demande que nous ne comprenons pas."),
    403: N_("Vous n’avez pas le droit de voir cette page."),
    404: N_("Cette page n’existe pas, ou n’existe plus."),
    405: N_("Cette adresse ne s’utilise pas de cette façon."),
    413: N_("Ce que vous avez envoyé est trop gros."),
    422: N_("La demande contient une valeur que nous ne comprenons pas."),
    429: N_("Il y a eu trop de demandes en peu de temps. Attendez une minute, puis recommencez."),
    500: N_("Le site a rencontré un problème. Ce n’est pas votre faute."),
    503: N_("Le site est momentanément indisponible. Revenez dans quelques minutes."),
}


def build_reponse(
    statut: int, message: str, details: dict[str, object] | None = None, *, est_jeton: bool = False
) -> tuple[Response, int]:
    """The error as JSON for addresses that programs ask, as a page elsewhere; both carry the request id.

    A form is given back with what was sent in it (retours.py); `est_jeton`: it was refused for its token.
    """
    if request.path.startswith(PREFIXES_JSON):
        corps = {
            "error": CODES.get(statut, "error"),
            "message": message,
            "details": details or {},
            "request_id": get_request_id(),
        }
        return jsonify(corps), statut
    page = retours.render_retour(statut, message, est_jeton=est_jeton) if retours.is_formulaire() else None
    if page is None:
        page = render_template("errors/erreur.html", statut=statut, message=message, request_id=get_request_id())
    return Response(page, mimetype="text/html"), statut


def init_handlers(app: Flask) -> None:
    """Register the handlers; the page of an unexpected error leaks nothing of it, the log has it all."""

    @app.errorhandler(errors.TiersLieuxError)
    def _handle_domaine(erreur: errors.TiersLieuxError) -> tuple[Response, int]:
        statut = next(statut for classe, statut in STATUTS if isinstance(erreur, classe))
        if statut >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("event=domain_error class=%s", type(erreur).__name__, exc_info=erreur)
        reponse, code = build_reponse(statut, erreur.message, erreur.details)
        if isinstance(erreur, errors.TropDeDemandesError) and "reessayer_s" in erreur.details:
            reponse.headers["Retry-After"] = str(erreur.details["reessayer_s"])
        return reponse, code

    @app.errorhandler(HTTPException)
    def _handle_http(erreur: HTTPException) -> tuple[Response, int] | HTTPException:
        if erreur.code is None or erreur.code < HTTPStatus.BAD_REQUEST:
            return erreur
        message = retours.describe_http(erreur) or _(MESSAGES.get(erreur.code, MESSAGES[400]))
        reponse, statut = build_reponse(erreur.code, message, est_jeton=isinstance(erreur, CSRFError))
        for nom, valeur in erreur.get_headers(request.environ):
            if nom.lower() in {"allow", "retry-after"}:
                reponse.headers[nom] = valeur
        return reponse, statut

    @app.errorhandler(OperationalError)
    @app.errorhandler(DBAPIError)
    def _handle_base(erreur: DBAPIError) -> tuple[Response, int]:
        logger.error("event=database_error class=%s", type(erreur.orig).__name__, exc_info=erreur)
        indisponible = isinstance(erreur, OperationalError)
        statut = HTTPStatus.SERVICE_UNAVAILABLE if indisponible else HTTPStatus.INTERNAL_SERVER_ERROR
        return build_reponse(statut, _(MESSAGES[statut]))

    @app.errorhandler(Exception)
    def _handle_inattendu(erreur: Exception) -> tuple[Response, int]:
        # Not the address: it holds what the person asked.
        logger.error("event=unexpected_error endpoint=%s", request.endpoint, exc_info=erreur)
        return build_reponse(HTTPStatus.INTERNAL_SERVER_ERROR, _(MESSAGES[500]))
