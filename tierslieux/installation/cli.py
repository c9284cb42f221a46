"""Commands of an installation: `flask serve`, `flask doctor`."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tierslieux.config import RACINE, Settings, SettingsError
from tierslieux.contributions.liens_prives import CLE as CLE_CONTRIBUTIONS
from tierslieux.core.affichage import open_progress
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.errors import TiersLieuxError
from tierslieux.correspondance import build_reglages
from tierslieux.extensions import get_etat
from tierslieux.installation import cluster, schema, superviseur
from tierslieux.installation.diagnostic import examine, has_problem, render_constat
from tierslieux.installation.premier_chargement import Chargement, load_missing, render_chargement
from tierslieux.installation.proprietaire import ClusterError

# A page that takes longer is broken; statements of pages are cut off well before.
REPONSE_MAX_S = 60
ARRET_MAX_S = 20
OUVRIER = "tierslieux.installation.ouvrier_web.OuvrierWeb"
# The most that gunicorn takes: a search of 2,000 characters, all of them accented, still passes.
OCTETS_ADRESSE_MAX = 8_190


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes of the server.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads of each process.")
@click.option(
    "--jobs/--no-jobs", default=True, show_default=True, help="Also do the jobs of imports (flask imports worker)."
)
def serve(host: str, port: int, workers: int, threads: int, *, jobs: bool) -> None:
    """Start the database, migrate, load what is missing, and serve the site."""
    settings = get_etat().settings
    if not _is_free(host, port):
        raise click.ClickException(
            f"{host}:{port} is in use: is the site served already? Otherwise give another --port"
        )
    try:
        chargement = prepare_database(settings)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    for ligne in render_chargement(chargement):
        click.echo(ligne, err=True)
    click.echo(f"Serving http://{host}:{port} (Ctrl-C stops the site; `make stop` stops its database)", err=True)
    commande = build_site_command(host, port, workers, threads)
    if jobs:
        ouvrier = [sys.executable, "-m", "flask", "--app", str(RACINE / "app.py"), "imports", "worker"]
        commande = [sys.executable, superviseur.__file__, *commande, superviseur.SEPARATEUR, *ouvrier]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, commande)  # noqa: S606 - the server takes this process's place


def build_site_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """The web server's command line."""
    # No access log: it would keep the addresses of people and what they look for.
    gunicorn = ["-m", "gunicorn", "--chdir", str(RACINE), "--bind", f"{host}:{port}", "--no-control-socket"]
    # The application is imported once, before the processes part: that halves the start and the memory. No connection
    # exists by then, since the engine makes its first one when the first request asks for it.
    gunicorn += ["--preload", "--worker-class", OUVRIER, "--workers", str(workers), "--threads", str(threads)]
    gunicorn += ["--timeout", str(REPONSE_MAX_S), "--graceful-timeout", str(ARRET_MAX_S), "--log-level", "warning"]
    gunicorn += ["--limit-request-line", str(OCTETS_ADRESSE_MAX)]
    return [sys.executable, *gunicorn, "app:app"]


def prepare_database(settings: Settings) -> Chargement:
    """Bring the database to this version of the program, with its data; quick when nothing is missing."""
    with _one_at_a_time(settings.var_dir), _without_log_lines(), open_progress() as progress:
        engine = create_engine_for(settings.database_url or cluster.ensure_running(settings.var_dir))
        try:
            schema.upgrade(engine)
            fabrique = session_factory(engine, {CLE_CONTRIBUTIONS: build_reglages(settings)})
            return load_missing(fabrique, settings, progress, now=dt.datetime.now(dt.UTC))
        finally:
            engine.dispose()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object: ok, checks.")
def doctor(*, as_json: bool) -> None:
    """Say what is missing or wrong, and how to mend it; exit code 1 if there is a problem."""
    constats = examine()
    if as_json:
        objet = {"ok": not has_problem(constats), "checks": [constat.as_dict() for constat in constats]}
        click.echo(json.dumps(objet, ensure_ascii=False, indent=2))
    else:
        for constat in constats:
            click.echo(render_constat(constat))
    if has_problem(constats):
        raise SystemExit(1)


@click.command()
def stop() -> None:
    """Stop the private PostgreSQL cluster."""
    try:
        arretee = cluster.stop(Settings.from_env().var_dir)
    except (ClusterError, SettingsError) as erreur:
        raise click.ClickException(str(erreur)) from erreur
    click.echo("The private cluster is stopped." if arretee else "The private cluster was not running.")


commands: tuple[click.Command, ...] = (serve, doctor, stop)


def _is_free(host: str, port: int) -> bool:
    """Whether the address can be listened on: better known before minutes of loading than after."""
    famille = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(famille) as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind((host, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def _without_log_lines() -> Iterator[None]:
    """Keep routine log lines from tearing the bars apart; what they say is told again at the end."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextlib.contextmanager
def _one_at_a_time(var_dir: Path) -> Iterator[None]:
    """Two starts at once: the second waits, then finds everything loaded."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "serve.lock").open("a") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Another start is loading the data; waiting for it …", err=True)
            fcntl.flock(verrou, fcntl.LOCK_EX)
        yield
