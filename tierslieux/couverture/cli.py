"""Commands: `flask couverture compute`, `flask couverture update`, `flask couverture grid`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from tierslieux.core.affichage import open_progress
from tierslieux.core.db import transaction
from tierslieux.core.errors import TiersLieuxError
from tierslieux.couverture.actualisation import update_couverture
from tierslieux.couverture.calcul import Rapport, compute_couverture
from tierslieux.couverture.carreaux import read_carreaux
from tierslieux.couverture.carroyage import load_carreaux
from tierslieux.extensions import get_etat
from tierslieux.trajets.choix import build_choix


@click.group("couverture", cls=AppGroup)
def groupe() -> None:
    """Who reaches which kind of place in how long, and how many people in need do not.

    Times follow the roads where a road graph is loaded (`flask trajets load`), and are estimated elsewhere. An outside
    service (valhalla, osrm, ign) is never asked for these millions of journeys: they are then estimated.
    """


@groupe.command("compute")
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def compute_command(*, dry_run: bool, as_json: bool) -> None:
    """Compute everything again, in one transaction: stopped half-way (Ctrl-C), it leaves the results before."""
    _run(compute_couverture, dry_run=dry_run, as_json=as_json)


@groupe.command("update")
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def update_command(*, dry_run: bool, as_json: bool) -> None:
    """Compute again what the places that have changed can affect; all of it when something else has changed."""
    _run(update_couverture, dry_run=dry_run, as_json=as_json)


@groupe.command("grid")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def grid_command(fichier: Path, *, dry_run: bool, as_json: bool) -> None:
    """Take the inhabited cells of FICHIER (INSEE's grid of 200 m: .csv, .parquet, .gpkg) for where people live.

    They replace the points of the communes that they are in, until the territories are loaded again. Run `flask
    couverture compute` afterwards.
    """
    try:
        with open_progress() as progress, get_etat().session_factory() as session, transaction(session):
            rapport = load_carreaux(session, read_carreaux(fichier), progress)
            if dry_run:
                session.rollback()
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    if as_json:
        click.echo(json.dumps(rapport.to_json(), ensure_ascii=False, indent=2))
        return
    rejets = ", ".join(f"{nombre} {raison}" for raison, nombre in sorted(rapport.rejets.items())) or "none"
    click.echo(
        f"{rapport.lus} cells read, {rapport.charges} loaded in {rapport.communes} communes"
        f" ({round(rapport.gens)} people), rejected: {rejets}"
    )


def _run(run: Callable[..., Rapport], *, dry_run: bool, as_json: bool) -> None:
    etat = get_etat()
    try:
        with open_progress() as progress:
            rapport = run(
                etat.session_factory,
                build_choix(etat.settings),
                now=dt.datetime.now(dt.UTC),
                progress=progress,
                dry_run=dry_run,
            )
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    if as_json:
        click.echo(json.dumps(rapport.to_json(), ensure_ascii=False, indent=2))
        return
    click.echo(
        f"Coverage {rapport.statut} in {rapport.secondes:.1f} s ({rapport.moteur}): {rapport.points} points,"
        f" {rapport.lieux} places ({rapport.lieux_sans_horaires} without hours), {rapport.changements} changes,"
        f" {rapport.communes_touchees} communes computed, {rapport.lignes_ecrites} rows written"
    )
    for etape, secondes in rapport.secondes_par_etape.items():
        click.echo(f"  {etape}: {secondes:.2f} s")
