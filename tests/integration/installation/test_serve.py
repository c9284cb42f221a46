"""What `flask serve` hands its process over to."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tierslieux.installation import cli, superviseur
from tierslieux.installation.premier_chargement import Chargement


class HandedOverError(Exception):
    """In the place of the program that would take this one's process."""


def serve(app: Flask, monkeypatch: pytest.MonkeyPatch, *options: str) -> list[str]:
    """The command line that `flask serve` ends in."""
    lignes: list[list[str]] = []

    def execv(_programme: str, arguments: list[str]) -> None:
        lignes.append(arguments)
        raise HandedOverError

    monkeypatch.setattr(os, "execv", execv)
    monkeypatch.setattr(cli, "prepare_database", lambda _settings: Chargement(None, []))
    with app.app_context():  # the program `flask` opens it
        resultat: Any = app.test_cli_runner().invoke(args=["serve", *options])
    assert isinstance(resultat.exception, HandedOverError), resultat.output
    return lignes[0]


@pytest.fixture(autouse=True)
def _port_libre(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_is_free", lambda *_: True)


def test_the_site_and_the_worker_run_side_by_side(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ligne = serve(app, monkeypatch)
    assert ligne[:2] == [sys.executable, superviseur.__file__]
    coupure = ligne.index(superviseur.SEPARATEUR)
    assert ligne[2:5] == [sys.executable, "-m", "gunicorn"]
    assert ligne[coupure - 1] == "app:app"
    assert ligne[coupure + 1 : coupure + 4] == [sys.executable, "-m", "flask"]
    assert ligne[-2:] == ["imports", "worker"]
    # The file is run by its path: it must not need the package.
    assert "tierslieux" not in Path(superviseur.__file__).read_text(encoding="utf-8").split('"""', 2)[2]


def test_the_worker_can_be_left_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ligne = serve(app, monkeypatch, "--no-jobs")
    assert ligne[:3] == [sys.executable, "-m", "gunicorn"]
    assert superviseur.SEPARATEUR not in ligne
