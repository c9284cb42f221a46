"""`flask courriels`: sends and lists, and never shows whom."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from tierslieux.core import courriels
from tierslieux.core.courriels import Courriel
from tierslieux.extensions import get_etat

ADRESSE = "zqxmarque@exemple.fr"


@pytest.fixture
def dossier(app: Flask) -> Path:
    """Where the mails of this application go."""
    with app.app_context():
        chemin = get_etat().settings.var_dir / "courriels"
    for ancien in chemin.glob("*.eml"):
        ancien.unlink()
    return chemin


def queue(session: Session, genre: str) -> None:
    now = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    courriels.queue(session, Courriel(ADRESSE, "Sujet", "Corps", genre), now=now)
    session.commit()


def test_what_waits_is_sent_and_told_without_its_address(
    cli_runner: FlaskCliRunner, session: Session, dossier: Path
) -> None:
    queue(session, "essai")
    queue(session, "autre")
    essai = cli_runner.invoke(args=["courriels", "send", "--dry-run"])
    assert essai.output.splitlines() == ["autre: 1 would be sent", "essai: 1 would be sent", "2 mails would be sent"]
    assert list(dossier.glob("*.eml")) == []
    envoi = cli_runner.invoke(args=["courriels", "send"])
    assert (envoi.exit_code, envoi.output) == (0, "2 sent, 0 to be tried again, 0 failed\n")
    assert len(list(dossier.glob("*.eml"))) == 2
    liste = cli_runner.invoke(args=["courriels", "list"])
    assert liste.output.startswith("envoye: 2\n")
    lue = json.loads(cli_runner.invoke(args=["courriels", "list", "--json", "--limit", "1"]).output)
    assert lue["states"] == {"envoye": 2}
    assert [(m["genre"], m["etat"], m["essais"]) for m in lue["mails"]] == [("autre", "envoye", 1)]
    assert "zqx" not in liste.output + json.dumps(lue)


def test_a_mail_that_does_not_leave_is_a_failure_and_waits(
    cli_runner: FlaskCliRunner, session: Session, dossier: Path
) -> None:
    queue(session, "essai")
    dossier.mkdir(mode=0o700, exist_ok=True)
    for fichier in dossier.iterdir():
        fichier.unlink()
    dossier.rmdir()
    dossier.touch()  # no folder any more, and none can be made
    try:
        envoi = cli_runner.invoke(args=["courriels", "send"])
        assert (envoi.exit_code, envoi.output) == (1, "0 sent, 1 to be tried again, 0 failed\n")
    finally:
        dossier.unlink()
    session.commit()
    assert [(r.etat, r.erreur) for r in courriels.list_recents(session)] == [("attente", "FileExistsError")]
