"""Logging: key=value lines on standard error, each with the id of its request; no name, no address, no position.

What a person asks stands in the address of the page and in the texts of errors ("could not convert '48,39'"). So an
error met while answering is logged by its classes and its traceback, lines of the program alone, without its texts;
and the lines of the web server that would repeat the address of the page, or of the person, lose it.
"""

from __future__ import annotations

import logging
import secrets
import traceback

from flask import Flask, Response, g, has_request_context

# How gunicorn's lines begin that go on with the address of a page or of a person, and what is written instead.
PHRASES_SERVEUR = {"Error handling request": "event=unhandled_error", "Invalid request from": "event=invalid_request"}


class RequestIdFilter(logging.Filter):
    """Give every record the id of the request it belongs to, or "-" outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `request_id`; never drops a record."""
        record.request_id = get_request_id() if has_request_context() else "-"
        return True


class WithoutValuesFilter(logging.Filter):
    """Take the texts of errors out of the records made while a page is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the traceback in the place of the formatter, which would add the texts; never drops a record."""
        if has_request_context() and record.exc_info and record.exc_info[1] is not None:
            record.exc_text = describe_error(record.exc_info[1])
        return True


class WebServerFilter(logging.Filter):
    """Take addresses of pages and of persons out of what gunicorn says of a request that failed beside the program."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the known phrases, and the traceback as above; never drops a record."""
        for phrase, evenement in PHRASES_SERVEUR.items():
            if str(record.msg).startswith(phrase):
                record.msg, record.args = evenement, ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = describe_error(record.exc_info[1])
        return True


def describe_error(erreur: BaseException) -> str:
    """Traceback and class of an error and of those that led to it, oldest first, without their texts.

    A database error keeps its five-sign code (SQLSTATE), which says as much as its text without the values.
    """
    parties: list[str] = []
    suivante: BaseException | None = erreur
    while suivante is not None:
        code = getattr(suivante, "sqlstate", None)
        nom = f"{type(suivante).__module__}.{type(suivante).__qualname__}"
        parties.append(
            "".join(traceback.format_tb(suivante.__traceback__)) + nom + (f" sqlstate={code}" if code else "")
        )
        suivante = suivante.__cause__ or (None if suivante.__suppress_context__ else suivante.__context__)
    return "\nwhich led to:\n".join(reversed(parties))


def get_request_id() -> str:
    """The id of the current request: random, shown on error pages so that a report can be matched with the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4)
    identifiant: str = g.request_id
    return identifiant


def init_logs(app: Flask, *, development: bool) -> None:
    """Send the package's log to standard error and the request id to the client."""
    logger = logging.getLogger("tierslieux")
    logger.setLevel(logging.DEBUG if development else logging.INFO)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.addFilter(RequestIdFilter())
        if not development:
            handler.addFilter(WithoutValuesFilter())
        handler.setFormatter(
            logging.Formatter("at=%(asctime)s level=%(levelname)s logger=%(name)s request=%(request_id)s %(message)s")
        )
        logger.addHandler(handler)
        logger.propagate = False
    serveur = logging.getLogger("gunicorn.error")
    if not development and not any(isinstance(filtre, WebServerFilter) for filtre in serveur.filters):
        serveur.addFilter(WebServerFilter())

    @app.after_request
    def _add_request_id(response: Response) -> Response:
        response.headers["X-Request-Id"] = get_request_id()
        return response
