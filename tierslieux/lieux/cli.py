"""Command: `flask lieux besoin`."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from tierslieux.lieux.vocabulaire import Lecture, read_besoin
from tierslieux.lieux.vocabulaire.lexique import LexiqueError
from tierslieux.territoires.noms import build_cle


@click.group("lieux", cls=AppGroup)
def groupe() -> None:
    """Places, and the words by which people look for them."""


@groupe.command("besoin")
@click.argument("phrase")
def besoin(phrase: str) -> None:
    """Print what the vocabulary of needs understands of PHRASE, as JSON; needs no database."""
    cle = build_cle(phrase)
    try:
        lecture = read_besoin(cle)
    except LexiqueError as erreur:
        raise click.ClickException(erreur.message) from erreur
    click.echo(json.dumps(build_rapport(phrase, cle, lecture), ensure_ascii=False, indent=2))


def build_rapport(phrase: str, cle: str, lecture: Lecture | None) -> dict[str, object]:
    """What was understood, by which entry of the vocabulary, and what is left for a place."""
    rapport: dict[str, object] = {"phrase": phrase, "cle": cle, "compris": lecture is not None}
    if lecture is None:
        return rapport
    return rapport | {
        "besoin": lecture.besoin,
        "genre": lecture.genre,
        "service": lecture.service,
        "genres": list(lecture.genres),
        "sujet": lecture.sujet,
        "entree": lecture.entree,
        "par": lecture.phrase,
        "corrections": dict(lecture.corrections),
        "restes": list(lecture.restes),
    }
