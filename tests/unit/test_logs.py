"""What the log keeps of an error: where it happened and of which kind, never the values it speaks of."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from tierslieux.logs import RequestIdFilter, WebServerFilter, WithoutValuesFilter, describe_error

MARQUE = "zqx48.3908"


def _fail() -> None:
    try:
        float(MARQUE)
    except ValueError as erreur:
        raise RuntimeError(f"no position in {MARQUE}") from erreur


def _catch() -> RuntimeError:
    with pytest.raises(RuntimeError) as trouvee:
        _fail()
    return trouvee.value


def _format(filtre: logging.Filter, message: str, *arguments: object) -> str:
    erreur = _catch()
    record = logging.LogRecord(
        "x", logging.ERROR, __file__, 1, message, arguments, (type(erreur), erreur, erreur.__traceback__)
    )
    assert filtre.filter(record)
    return logging.Formatter("%(message)s").format(record)


def test_an_error_is_told_by_its_classes_and_its_lines() -> None:
    texte = describe_error(_catch())
    assert MARQUE not in texte
    assert "in _fail" in texte
    assert texte.index("builtins.ValueError") < texte.index("builtins.RuntimeError")


def test_a_database_error_keeps_its_code() -> None:
    erreur = ValueError(MARQUE)
    erreur.sqlstate = "42P01"  # type: ignore[attr-defined]
    assert describe_error(erreur).endswith("builtins.ValueError sqlstate=42P01")


def test_texts_of_errors_are_kept_outside_of_requests() -> None:
    assert MARQUE in _format(WithoutValuesFilter(), "event=unexpected_error")


def test_texts_of_errors_are_dropped_inside_of_a_request() -> None:
    with Flask(__name__).test_request_context("/"):
        texte = _format(WithoutValuesFilter(), "event=unexpected_error")
    assert texte.startswith("event=unexpected_error\n")
    assert "builtins.RuntimeError" in texte
    assert MARQUE not in texte


@pytest.mark.parametrize(
    ("message", "arguments", "attendu"),
    [
        ("Error handling request %s %s", ("GET", f"/recherche?q={MARQUE}"), "event=unhandled_error"),
        ("Error handling request (no URI read)", (), "event=unhandled_error"),
        (f"Invalid request from ip=127.0.0.1: '{MARQUE}'", (), "event=invalid_request"),
        ("Worker exiting (pid: %s)", (12,), "Worker exiting (pid: 12)"),
    ],
)
def test_the_web_server_does_not_repeat_addresses(message: str, arguments: tuple[object, ...], attendu: str) -> None:
    texte = _format(WebServerFilter(), message, *arguments)
    assert texte.startswith(f"{attendu}\n")
    assert MARQUE not in texte


def test_a_record_without_error_is_left_as_it_is() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "event=%s", ("essai",), None)
    for filtre in (RequestIdFilter(), WithoutValuesFilter(), WebServerFilter()):
        assert filtre.filter(record)
    assert record.getMessage() == "event=essai"
    assert record.exc_text is None
