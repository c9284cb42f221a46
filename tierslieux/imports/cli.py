"""`flask imports`: list the sources, run one, download what it rejected."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from tierslieux.core.errors import TiersLieuxError
from tierslieux.extensions import Etat, get_etat
from tierslieux.imports import services
from tierslieux.imports.depots import acces, depots, taches
from tierslieux.imports.doublons import etalon
from tierslieux.imports.doublons.rapprocher import rapprocher
from tierslieux.imports.presenters import render_rejets
from tierslieux.imports.rapport import REUSSIE, EtatSource, Rapport
from tierslieux.imports.regles import REGLES, clean_lignes


@click.group("imports", cls=AppGroup)
def groupe() -> None:
    """Sources of places: where they stand, import, rejected rows."""


@groupe.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_command(*, as_json: bool) -> None:
    """Every source: edition, licence, where it would be read from, last run."""
    etat = get_etat()
    with etat.session_factory() as session:
        sources = services.list_sources(session, etat.settings)
    if as_json:
        click.echo(json.dumps([source.to_json() for source in sources], ensure_ascii=False, indent=2))
        return
    for source in sources:
        _print_source(source)


@groupe.command("run")
@click.argument("source_id", metavar="SOURCE")
@click.option("--file", "fichier", type=click.Path(path_type=Path), help="Read this file instead.")
@click.option("--dry-run", is_flag=True, help="Do everything, then roll it back.")
@click.option(
    "--accepter-pertes", is_flag=True, help="Load a file that has lost more than 10 % of the source's places."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run_command(source_id: str, fichier: Path | None, *, dry_run: bool, accepter_pertes: bool, as_json: bool) -> None:
    """Import SOURCE; exit code 1 when it is refused."""
    etat: Etat = get_etat()
    try:
        with etat.session_factory() as session:
            source = services.find_source(session, source_id)
        with services.open_geocodeur(etat.settings) as geocodeur:
            rapport = services.run_import(
                etat.session_factory,
                source,
                services.build_endroits(etat.settings),
                now=dt.datetime.now(dt.UTC),
                fichier=fichier,
                dry_run=dry_run,
                accepter_pertes=accepter_pertes,
                geocodeur=geocodeur,
            )
    except TiersLieuxError as erreur:
        _fail(erreur.message)
    if as_json:
        click.echo(json.dumps(rapport.to_json(), ensure_ascii=False))
    elif rapport.statut == REUSSIE:
        _print_rapport(rapport)
    if rapport.statut != REUSSIE:
        _fail(f"{rapport.source} refused: {rapport.message}")


@groupe.command("undo")
@click.argument("execution_id", metavar="RUN", type=int)
@click.option("--yes", is_flag=True, help="Do it; without it, the run is only named.")
def undo_command(execution_id: int, *, yes: bool) -> None:
    """Undo RUN (the number that `run` and `list --json` give), the last of its source; places become what they were."""
    if not yes:
        _fail(f"run {execution_id} would be undone: say it with --yes")
    try:
        bilan = services.rollback_run(get_etat().session_factory, execution_id, now=dt.datetime.now(dt.UTC))
    except TiersLieuxError as erreur:
        _fail(erreur.message)
    click.echo(
        f"{bilan.source_id}: run {bilan.execution_id} undone, {bilan.retirees} records taken away,"
        f" {bilan.retablies} put back, {bilan.lieux} places changed"
    )


@groupe.command("withdraw")
@click.argument("source_id", metavar="SOURCE")
@click.option("--yes", is_flag=True, help="Do it; without it, nothing is written.")
def withdraw_command(source_id: str, *, yes: bool) -> None:
    """Confirm that the records which vanished from SOURCE are gone: places nobody else speaks of are closed."""
    if not yes:
        _fail(f"the records that vanished from {source_id} would be withdrawn: say it with --yes")
    nombre = services.confirm_disparitions(get_etat().session_factory, source_id, now=dt.datetime.now(dt.UTC))
    click.echo(f"{source_id}: {nombre} records withdrawn")


@groupe.command("lien")
@click.option(
    "--jours", default=acces.JOURS, show_default=True, type=click.IntRange(1, acces.JOURS_MAX), help="Good for so long."
)
@click.option("--site", default="http://127.0.0.1:5000", show_default=True, help="Address of the site.")
def lien_command(jours: int, site: str) -> None:
    """Print a private address that opens the pages of imports; whoever has it may use them."""
    jeton = acces.build_jeton(jours=jours, now=dt.datetime.now(dt.UTC))
    click.echo(f"{site.rstrip('/')}/imports/acces/{jeton}")


@groupe.command("worker")
def worker_command() -> None:
    """Do the jobs of the pages of imports until it is stopped; `flask serve` runs it beside the site."""
    etat = get_etat()
    taches.run_worker(etat.session_factory.kw["bind"], etat.settings)


@groupe.command("jobs")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: worker, jobs, depots.")
def jobs_command(*, as_json: bool) -> None:
    """The last jobs and the last files given on the pages, with their state; whether a worker lives."""
    with get_etat().session_factory() as session:
        etat = depots.describe_jobs(session)
    if as_json:
        click.echo(json.dumps(etat, ensure_ascii=False, indent=2))
        return
    click.echo("worker: " + ("alive" if etat["worker"] else "none, jobs wait"))
    for job in etat["jobs"]:
        click.echo(f"job {job['id']} {job['task']}: {job['state']}, {job['attempts']} attempts, {job['arguments']}")
    for depot in etat["depots"]:
        message = f", {depot['message']}" if depot["message"] else ""
        click.echo(f"depot {depot['key']} {depot['file']} ({depot['source']}): {depot['state']}{message}")


@groupe.command("clean")
@click.argument("regle", metavar="RULE", required=False, type=click.Choice(list(REGLES)))
@click.option("--list", "as_list", is_flag=True, help="Print the rules, one a line.")
def clean_command(regle: str | None, *, as_list: bool) -> None:
    """Try a clean-up RULE on each line of standard input: one JSON object a line (input, output, code)."""
    if as_list:
        for nom, une in REGLES.items():
            click.echo(f"{nom:<13} {une.description}")
        return
    if regle is None:
        raise click.UsageError(f"Missing RULE: one of {', '.join(REGLES)}.")
    try:
        communes = services.load_communes(get_etat().session_factory) if REGLES[regle].avec_communes else None
    except TiersLieuxError as erreur:
        _fail(erreur.message)
    for ligne in clean_lignes(REGLES[regle], sys.stdin.buffer, communes):
        sys.stdout.buffer.write(ligne)
        sys.stdout.buffer.flush()


@groupe.command("rapprocher")
@click.option(
    "--apres", default=0, type=click.IntRange(min=0), help="Go on after this private id, that a pass printed."
)
@click.option("--dry-run", is_flag=True, help="Do everything, then roll each batch back.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rapprocher_command(apres: int, *, dry_run: bool, as_json: bool) -> None:
    """Match every place with the others once: merge what is the same, queue what a person should look at."""
    bilan = rapprocher(get_etat().session_factory, now=dt.datetime.now(dt.UTC), apres=apres, dry_run=dry_run)
    figures = {"places": bilan.lieux, "merged": bilan.fusions, "to_review": bilan.a_revoir, "last": bilan.dernier}
    if as_json:
        click.echo(json.dumps(figures | {"dry_run": dry_run}))
        return
    essai = " (dry run: nothing written)" if dry_run else ""
    click.echo(f"{bilan.lieux} places, {bilan.fusions} merged, {bilan.a_revoir} pairs to review{essai}")


@groupe.command("benchmark")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def benchmark_command(*, as_json: bool) -> None:
    """Measure matching on the labelled pairs of geodata/etalon, found again in TIERSLIEUX_RAW_DIR; writes nothing."""
    etat = get_etat()
    try:
        paires = etalon.read_etalon(etat.settings.geodata_dir / "etalon" / "paires.csv")
        communes = services.load_communes(etat.session_factory)
        records = etalon.find_records(paires, services.build_endroits(etat.settings), communes)
        with etat.session_factory() as session:
            verdicts = etalon.judge(session, paires, records, now=dt.datetime.now(dt.UTC))
            session.rollback()
    except TiersLieuxError as erreur:
        _fail(erreur.message)
    rapport = etalon.build_rapport(paires, verdicts)
    if as_json:
        click.echo(json.dumps(rapport))
        return
    for ligne in etalon.describe_rapport(rapport):
        click.echo(ligne)


@groupe.command("rejets")
@click.argument("source_id", metavar="SOURCE")
@click.option("--csv", "as_csv", is_flag=True, help="Print a CSV file.")
def rejets_command(source_id: str, *, as_csv: bool) -> None:
    """Rows that the last successful run of SOURCE rejected, with what to fix."""
    try:
        with get_etat().session_factory() as session:
            rejets = services.list_rejets(session, source_id)
    except TiersLieuxError as erreur:
        _fail(erreur.message)
    if as_csv:
        click.echo(render_rejets(rejets), nl=False)
        return
    for rejet in rejets:
        click.echo(f"line {rejet.ligne}: {rejet.code} {rejet.champ or ''} {rejet.valeur or ''}".rstrip())


def _print_source(etat: EtatSource) -> None:
    source, reussie = etat.source, etat.derniere_reussie
    click.echo(f"{source.id}: {source.libelle}, {source.edition} ({source.licence}), {etat.lieux} places")
    click.echo(f"  read from: {etat.emplacement or 'nowhere. ' + (etat.absence or '')}")
    if reussie:
        rejetees = sum(reussie.rejets_par_code.values())
        click.echo(f"  last success: {reussie.debut_at:%Y-%m-%d %H:%M} UTC, {reussie.lues} read, {rejetees} rejected")
    if etat.derniere and etat.derniere.statut != REUSSIE:
        click.echo(f"  last run: {etat.derniere.statut}, {etat.derniere.message}")


def _print_rapport(rapport: Rapport) -> None:
    essai = " (dry run: nothing written)" if rapport.dry_run else ""
    click.echo(f"{rapport.source} from {rapport.origine} in {rapport.seconds} s{essai}")
    click.echo(f"  read {rapport.read} = created {rapport.created} + updated {rapport.updated}")
    click.echo(
        f"    + unchanged {rapport.unchanged} + merged {rapport.merged} + rejected {sum(rapport.rejected.values())}"
    )
    recognised = ", ".join(f"{cle} {valeur}" for cle, valeur in rapport.reconnu.items())
    click.echo(f"  vanished {rapport.vanished}; recognised: {recognised}")
    for titre, comptes in (("rejected", rapport.rejected), ("warning", rapport.avertissements)):
        for code, nombre in comptes.items():
            click.echo(f"  {titre} {code}: {nombre}")


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(1)
