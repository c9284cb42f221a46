"""The command `flask contributions relances`: mails to places. It shows no address."""

from __future__ import annotations

import datetime as dt

import click
from flask.cli import with_appcontext

from tierslieux.contributions.suivi.relances import LIMITE, Bilan, send_batch
from tierslieux.correspondance import build_reglages
from tierslieux.extensions import get_etat


@click.command("relances")
@click.option("--dry-run", is_flag=True, help="Say how many mails would be queued; queue none.")
@click.option("--limite", default=LIMITE, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@with_appcontext
def relances_command(*, dry_run: bool, limite: int) -> None:
    """Queue mails that ask places whether what is said of them is still true, as TIERSLIEUX_RELANCES_MOIS says."""
    etat = get_etat()
    mois = etat.settings.relances_mois
    if not mois:
        raise click.ClickException("TIERSLIEUX_RELANCES_MOIS is 0: this site writes to no place")
    with etat.session_factory() as session:
        bilan = send_batch(
            session, build_reglages(etat.settings), mois=mois, now=dt.datetime.now(dt.UTC), limite=limite
        )
        # Without commit, all of it is rolled back with the session.
        if bilan is not None and not dry_run:
            session.commit()
    if bilan is None:
        raise click.ClickException("another process is queueing mails to places")
    click.echo(_tell(bilan, dry_run=dry_run))


def _tell(bilan: Bilan, *, dry_run: bool) -> str:
    verbe = "would be queued" if dry_run else "queued"
    return (
        f"{bilan.envoyees} mails {verbe}; left out: {bilan.nominatives} addresses of persons,"
        f" {bilan.ecartees} that want none or had one today, {bilan.illisibles} that are no address"
    )
