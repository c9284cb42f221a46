"""`flask indicateurs`: load the publishers' files, list what is loaded."""

from __future__ import annotations

import datetime as dt
import json

import click
from flask.cli import AppGroup

from tierslieux.core.affichage import open_progress
from tierslieux.core.errors import TiersLieuxError
from tierslieux.extensions import get_etat
from tierslieux.indicateurs import services
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.chargement import RapportSource
from tierslieux.indicateurs.evaluation import evaluate
from tierslieux.indicateurs.presenters import render_catalogue


@click.group("indicateurs", cls=AppGroup)
def groupe() -> None:
    """Indicators of territories: catalogue, files, values."""


@groupe.command("load")
@click.argument("source_ids", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "toutes", is_flag=True, help="Load every source.")
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object a source.")
def load_command(source_ids: tuple[str, ...], *, toutes: bool, dry_run: bool, as_json: bool) -> None:
    """Load SOURCEs, each in one transaction, then compute what is modelled.

    Exit code 1 when a source that is not optional is absent or refused.
    """
    if bool(source_ids) == toutes:
        raise click.UsageError("Name one source or more, or give --all.")
    etat = get_etat()
    try:
        with open_progress() as progress:
            rapports = services.load_sources(
                etat.session_factory,
                source_ids,
                etat.settings.raw_dir,
                telechargement=etat.settings.telechargement,
                now=dt.datetime.now(dt.UTC),
                dry_run=dry_run,
                progress=progress,
            )
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    _print_rapports(rapports, as_json=as_json, dry_run=dry_run)
    if any(_is_failure(rapport, demandee=not toutes) for rapport in rapports):
        raise SystemExit(1)


@groupe.command("compute")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object a model.")
def compute_command(*, as_json: bool) -> None:
    """Work out what is modelled again, where what it stems from has changed; `load` ends with it."""
    try:
        with open_progress() as progress:
            rapports = services.compute_modeles(
                get_etat().session_factory, now=dt.datetime.now(dt.UTC), progress=progress
            )
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    _print_rapports(rapports, as_json=as_json, dry_run=False)
    if any(_is_failure(rapport, demandee=True) for rapport in rapports):
        raise SystemExit(1)


@groupe.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_command(*, as_json: bool) -> None:
    """Every source: its indicators, where it would be read from now, what is loaded of it."""
    etat = get_etat()
    with etat.session_factory() as session:
        sources = services.list_sources(session, etat.settings.raw_dir, telechargement=etat.settings.telechargement)
    if as_json:
        click.echo(json.dumps([source.to_json() for source in sources], ensure_ascii=False, indent=2))
        return
    for source in sources:
        click.echo(f"{source.source.id}: {source.source.libelle} ({source.source.producteur}, {source.source.licence})")
        click.echo(f"  {len(source.indicateurs)} indicators, read from: {source.emplacement or 'nowhere'}")
        if source.edition is not None:
            edition = source.edition
            click.echo(f"  loaded: {edition.edition}, {edition.communes} communes, {edition.lues} rows read")


@groupe.command("catalogue")
def catalogue_command() -> None:
    """Print the tables of docs/indicateurs.md; needs no database."""
    click.echo(render_catalogue(get_catalogue()))


@groupe.command("evaluate")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: loo_rmse_points, interval_coverage, published.")
def evaluate_command(*, as_json: bool) -> None:
    """How good the model of illectronisme is: EPCI left out, and published figures; needs `load --all`."""
    with get_etat().session_factory() as session:
        try:
            evaluation = evaluate(session)
        except TiersLieuxError as erreur:
            raise click.ClickException(erreur.message) from erreur
    if as_json:
        click.echo(json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2))
        return
    click.echo(f"{evaluation.epci} EPCI left out in turn: error {evaluation.loo_rmse_points} points,")
    click.echo(f"  {evaluation.interval_coverage:.1%} of them inside their 90 % interval")
    for ligne in evaluation.published:
        click.echo(
            f"{ligne.place} {ligne.year}: modelled {ligne.modelled} %, calibrated {ligne.calibrated} %,"
            f" published {ligne.published} %"
        )


def _is_failure(rapport: RapportSource, *, demandee: bool) -> bool:
    """An optional source may be absent or out of reach when everything is loaded, not when it is asked for by name."""
    if rapport.statut in {"chargee", "inchangee"}:
        return False
    return demandee or not get_catalogue().get_source(rapport.source).optionnelle


def _print_rapports(rapports: list[RapportSource], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        click.echo(json.dumps([rapport.to_json() for rapport in rapports], ensure_ascii=False, indent=2))
        return
    for rapport in rapports:
        _print_rapport(rapport, dry_run=dry_run)


def _print_rapport(rapport: RapportSource, *, dry_run: bool) -> None:
    if rapport.message is not None:
        click.echo(f"{rapport.source}: {rapport.statut}. {rapport.message}")
        return
    essai = " (dry run: nothing written)" if dry_run else ""
    click.echo(f"{rapport.source}, {rapport.edition}: {rapport.statut} in {rapport.secondes} s{essai}")
    rejets = rapport.rejets or {}
    click.echo(f"  read {rapport.lues} = loaded {rapport.chargees} + rejected {sum(rejets.values())}")
    click.echo(f"  {rapport.communes} communes ({rapport.part_communes:.1%}), {rapport.valeurs} values written")
    for titre, comptes in (("rejected", rejets), ("warning", rapport.avertissements or {})):
        for code, nombre in comptes.items():
            click.echo(f"  {titre} {code}: {nombre}")
