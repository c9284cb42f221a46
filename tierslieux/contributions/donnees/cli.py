"""Command `flask contributions purge`."""

from __future__ import annotations

import datetime as dt

import click
from flask.cli import with_appcontext

from tierslieux.contributions.donnees import oppositions, purges
from tierslieux.core.db import transaction
from tierslieux.extensions import get_etat


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Count and forget nothing.")
@with_appcontext
def purge_command(*, dry_run: bool) -> None:
    """Forget personal data that are over, by the register; confirm and erase what nobody has contested.

    The worker does it every day; this is for installations without one.
    """
    etat, now = get_etat(), dt.datetime.now(dt.UTC)
    with etat.session_factory() as session, transaction(session):
        for bilan in purges.purge(session, now=now, dry_run=dry_run):
            click.echo(f"rule={bilan.regle} days={bilan.jours} before={bilan.avant_le} rows={bilan.nombre}")
        confirmees = 0 if dry_run else oppositions.confirm_anciennes(session, now=now)
    effacees = 0
    if not dry_run:
        with etat.session_factory() as session, transaction(session):
            effacees = oppositions.erase_confirmees(session, secret=etat.settings.secret_key, now=now)
    click.echo(f"oppositions_confirmed={confirmees} oppositions_erased={effacees} dry_run={str(dry_run).lower()}")
