"""Logging: key=value lines on standard error, each with the id of its request; no name, no address, no position."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, g, has_request_context


class RequestIdFilter(logging.Filter):
    """Give every record the id of the request it belongs to, or "-" outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `request_id`; never drops a record."""
        record.request_id = get_request_id() if has_request_context() else "-"
        return True


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
        handler.setFormatter(
            logging.Formatter("at=%(asctime)s level=%(levelname)s logger=%(name)s request=%(request_id)s %(message)s")
        )
        logger.addHandler(handler)
        logger.propagate = False

    @app.after_request
    def _add_request_id(response: Response) -> Response:
        response.headers["X-Request-Id"] = get_request_id()
        return response
