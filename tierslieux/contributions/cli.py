"""Commands: `flask contributions history | undo-author | export | journal | relances | purge`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from tierslieux.comptes.droits import NATIONAL
from tierslieux.comptes.enums import COMMANDE
from tierslieux.contributions import services
from tierslieux.contributions.donnees.cli import purge_command
from tierslieux.contributions.suivi.cli import relances_command
from tierslieux.contributions.versions import audit, histoires, ouverture, surveillance
from tierslieux.contributions.versions.params import parse_filtre
from tierslieux.contributions.versions.presenters import build_version
from tierslieux.core.db import transaction
from tierslieux.core.errors import TiersLieuxError
from tierslieux.core.tableurs import neutralize_ligne
from tierslieux.core.texte_csv import render_lignes
from tierslieux.extensions import get_etat


@click.group("contributions", cls=AppGroup)
def groupe() -> None:
    """What people said of places: reading it, undoing it, giving it away."""


groupe.add_command(relances_command)
groupe.add_command(purge_command)


@groupe.command("history")
@click.argument("public_id")
@with_appcontext
def history(public_id: str) -> None:
    """Print the versions of the place PUBLIC_ID as JSON, the last one first."""
    try:
        with get_etat().session_factory() as session:
            lieu = histoires.get_lieu(session, public_id)
            versions = histoires.list_versions(session, lieu.id)
            lues = histoires.read_versions(session, lieu.id, versions)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    click.echo(json.dumps([_build_version(lue, lieu) for lue in lues], ensure_ascii=False, indent=2))


@groupe.command("undo-author")
@click.argument("pseudonyme")
@click.option("--dry-run", is_flag=True, help="Count and change nothing.")
@with_appcontext
def undo_author(pseudonyme: str, *, dry_run: bool) -> None:
    """Take back everything that PSEUDONYME has published, everywhere, and set aside what waits."""
    now = dt.datetime.now(dt.UTC)
    try:
        with get_etat().session_factory() as session, transaction(session):
            surveillance.read_auteur(session, pseudonyme, [NATIONAL], avant=None, now=now)
            annulees, isolees = services.undo_auteur(session, pseudonyme, acteur=COMMANDE, now=now)
            if dry_run:
                session.rollback()
    except TiersLieuxError as erreur:
        raise click.ClickException(f"{pseudonyme}: {erreur.message}") from erreur
    click.echo(f"undone={annulees} set_aside={isolees} dry_run={str(dry_run).lower()}")


@groupe.command("export")
@click.option("--format", "forme", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@with_appcontext
def export(forme: str) -> None:
    """Write every published contribution to standard output, without anything about who made it."""
    with get_etat().session_factory() as session:
        lignes = ouverture.iter_contributions(session)
        if forme == "csv":
            _write_csv(ouverture.COLONNES, (ouverture.build_cellules(ligne) for ligne in lignes))
        else:
            _write_json(lignes)


@groupe.command("journal")
@click.option("--objet", help='What was acted on, as "kind:id".')
@click.option("--acteur", help="Pseudonym of who acted.")
@click.option("--action", help="What was done, by its code.")
@click.option("--debut", help="First day, as 2026-11-22.")
@click.option("--fin", help="Last day.")
@with_appcontext
def journal(**options: str | None) -> None:
    """Write the audit log as CSV to standard output, the last act first."""
    filtre = parse_filtre({nom: valeur for nom, valeur in options.items() if valeur})
    if filtre.refuses:
        raise click.ClickException(f"cannot be read: {', '.join(filtre.refuses)}")
    with get_etat().session_factory() as session:
        _write_csv(audit.COLONNES, (list(ligne) for ligne in audit.iter_journal(session, [NATIONAL], filtre, moi="")))


def _build_version(lue: histoires.VersionLue, lieu: histoires.LieuLu) -> dict[str, Any]:
    """A version as data, with the words of its page for who and why."""
    vue = build_version(lue, lieu.commune_code)
    return {
        "version": vue.id,
        "fait_at": vue.fait_at.isoformat(timespec="seconds"),
        "qui": vue.qui,
        "pourquoi": vue.pourquoi,
        "auteur": lue.version.auteur,
        "execution": lue.version.execution_id,
        "motif": lue.version.motif,
        "modifications": [
            {"champ": m.champ, "avant": m.avant, "apres": m.apres}
            for m in lue.version.modifications
            if m.champ not in lue.caches
        ],
    }


def _write_csv(colonnes: tuple[str, ...], lignes: Iterator[list[str]]) -> None:
    sys.stdout.write(render_lignes([colonnes], separateur=","))
    for ligne in lignes:
        sys.stdout.write(render_lignes([neutralize_ligne(ligne)], separateur=","))


def _write_json(lignes: Iterator[dict[str, Any]]) -> None:
    """One array, a contribution a line."""
    sys.stdout.write("[")
    for rang, ligne in enumerate(lignes):
        sys.stdout.write(",\n" if rang else "\n")
        sys.stdout.write(json.dumps(ligne, ensure_ascii=False))
    sys.stdout.write("\n]\n")
