"""The web server's worker: what it does before it serves."""

from __future__ import annotations

import threading

import pytest
from gunicorn.workers.gthread import ThreadWorker

from tierslieux.core import pdf
from tierslieux.installation import ouvrier_web


def test_what_makes_pdf_is_loaded_while_the_worker_already_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    sert, charge, suite = threading.Event(), threading.Event(), threading.Event()

    def warm_up() -> None:
        # It may take as long as it wants: pages are served meanwhile.
        assert sert.wait(5)
        charge.set()
        suite.wait(5)

    def run(_: object) -> None:
        sert.set()

    monkeypatch.setattr(ouvrier_web, "warm_up", warm_up)
    monkeypatch.setattr(ThreadWorker, "run", run)
    ouvrier_web.OuvrierWeb.run(object.__new__(ouvrier_web.OuvrierWeb))
    assert charge.wait(5)
    suite.set()


def test_a_machine_that_cannot_make_pdf_serves_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("cannot load library 'libpango'")

    monkeypatch.setattr(pdf, "_import", fail)
    with caplog.at_level("INFO", logger="tierslieux.core.pdf"):
        pdf.warm_up()
    assert "event=pdf_not_warmed" in caplog.text
